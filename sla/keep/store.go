package keep

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/storable"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/internal/storerule"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// The errors of a [Store] that a caller tells apart with errors.Is.
var (
	// ErrConflict is why a store refuses a write whose place holds another: two processes have one
	// replica name, or another writer of snapshots or definitions was first.
	ErrConflict = storerule.ErrConflict

	// ErrBehind is why a store cannot return what is new: it has deleted some of it. A replica that
	// was paused for so long must start again, from the snapshot.
	ErrBehind = storerule.ErrBehind
)

// Retention is how long a delta is kept after a snapshot holds it, for replicas that were paused.
const Retention = time.Hour

// A Store keeps what trackers recorded, for one process or for many replicas that share it.
// [Memory] is one.
//
// Deltas are its log: each is kept once, by replica and sequence. A snapshot takes the place of the
// oldest, so that the log stays short. An error that wraps neither [ErrConflict] nor [ErrBehind]
// leaves open whether the call had an effect. The same call may then be made again: repeating it is
// harmless.
//
// Every store refuses what Validate refuses, so that what one keeps all do: see
// [tracker.Delta.Validate], [sla.Correction.Validate], [Definitions.Validate] and
// [Snapshot.Validate]. Among several deltas the path of a fault begins with the place of its own:
// "deltas[1].records[0].check".
//
// A store may be called concurrently, and by several processes.
type Store interface {
	// Append keeps deltas, all of them or none. One that is kept already, or was once and has gone
	// into a snapshot, is left alone; where its place holds other records, the error wraps
	// ErrConflict. The deltas of a replica come in the order of Seq, without gaps; the error about
	// one that does not names its replica and its Seq.
	Append(ctx context.Context, deltas ...tracker.Delta) error

	// Read returns what is kept beyond a position, at most so many deltas: of each replica those
	// whose Seq is above the one in known, in order. A replica that known does not have counts as
	// 0. It returns none when there are no more. The error wraps ErrBehind where some of it is
	// deleted.
	Read(ctx context.Context, known Position, most int) ([]tracker.Delta, error)

	// Load returns the newest snapshot. Its Version is 0 if there is none.
	Load(ctx context.Context) (Snapshot, error)

	// Compact keeps a snapshot in place of the one of the version before, and deletes the deltas
	// that it holds and that have been kept for longer than Retention. The same one may be kept
	// again. Where the store's snapshot is of another version, or is another of this one, the error
	// wraps ErrConflict, and nothing has changed.
	Compact(ctx context.Context, s Snapshot) error

	// Correct keeps a correction. The same one may be kept again; another with its SLA and ID is an
	// error that wraps ErrConflict.
	Correct(ctx context.Context, c sla.Correction) error

	// Corrections returns all of them, in the order in which they were kept.
	Corrections(ctx context.Context) ([]sla.Correction, error)

	// Define keeps the definitions of all SLAs in place of those of the version before. The same
	// may be kept again. Where the store has another version, or others of this one, the error
	// wraps ErrConflict, and nothing has changed.
	Define(ctx context.Context, d Definitions) error

	// Definitions returns the newest. Their Version is 0 if there are none.
	Definitions(ctx context.Context) (Definitions, error)
}

// A Position is how far a replica has read the log: the highest Seq by replica. Nil is the
// beginning.
type Position map[string]uint64

// A Snapshot is what a tracker knew of all deltas up to a position: the result of Tracker.Snapshot
// of one to which exactly these were applied.
type Snapshot struct {
	Version int64    // counts the snapshots of a store, from 1; 0 if there is none
	UpTo    Position // which deltas it holds, by replica
	Data    []byte   // in the form that Tracker.Restore reads
}

// Validate returns why no store keeps the snapshot, which is that a replica of its position has no
// proper name: one of 1 to 1,024 bytes of UTF-8 without NUL. It returns all faults, joined, each a
// [*sla.FieldError]; nil when there are none.
func (s Snapshot) Validate() error {
	var f fault.List
	for _, replica := range slices.Sorted(maps.Keys(s.UpTo)) {
		storable.Name(&f, "snapshot.upto", replica)
	}
	return f.Err()
}

// Definitions are SLAs and the assets that feed each other, as [sla.NewCatalog] takes them.
type Definitions struct {
	Version int64      `json:"-"`     // counts the versions in a store, from 1; 0 if there are none
	SLAs    []sla.SLA  `json:"slas"`  // all that are promised
	Feeds   []sla.Edge `json:"feeds"` // which asset feeds which
}

// Validate returns why no store keeps the definitions: the faults that [sla.NewCatalog] finds, or
// that they have no form in JSON, as those with a policy of the caller's own type have none.
func (d Definitions) Validate() error {
	if _, err := sla.NewCatalog(d.SLAs, d.Feeds); err != nil {
		return err
	}
	_, err := json.Marshal(d)
	return err
}

// clone returns a copy that shares nothing with d.
func (d Definitions) clone() Definitions {
	d.SLAs, d.Feeds = slices.Clone(d.SLAs), slices.Clone(d.Feeds)
	for i := range d.SLAs {
		d.SLAs[i] = d.SLAs[i].Clone()
	}
	return d
}
