package keep

import (
	"context"
	"errors"

	"github.com/alwaysp1/alwaysp1/sla"
)

// What a [Store] answers, to be told apart with errors.Is.
var (
	// ErrConflict is why a store refuses a write: another holds its place. Two processes with one replica name, or two writers of
	// the definitions, of whom the other was first.
	ErrConflict = errors.New("keep: another was first")

	// ErrBehind is why a store cannot say what is new: it has forgotten some of it. Who has slept that long begins anew from the snapshot.
	ErrBehind = errors.New("keep: the store has forgotten what came next")
)

// A Store keeps what trackers recorded, for one process or for many replicas that share it. [Memory] is one.
//
// Deltas are its log: each is kept once, by replica and sequence. A snapshot takes the place of the oldest, so that the log
// stays short. An error that is neither of the two above says that nobody knows whether it was done; then the same call
// may be made again, and does no harm where it was.
//
// What its Validate refuses is refused by every store, so that what one keeps all do: [Check] says what a delta must be,
// [sla.Correction.Validate] a correction, and Definitions and Snapshot have a Validate too.
//
// A store may be called concurrently, and by several processes.
type Store interface {
	// Append keeps deltas, all of them or none. One that is kept already, or was once and has gone into a snapshot, is left alone;
	// where its place holds other bookings, the error wraps ErrConflict. The deltas of a replica come in the order of Seq, without gaps.
	Append(ctx context.Context, deltas ...sla.Delta) error

	// Read returns what is kept beyond a position, at most so many deltas: of each replica those whose Seq is above the one in known, in
	// order. A replica that known does not have counts as 0. None: there is no more. The error wraps ErrBehind where some of it is gone.
	Read(ctx context.Context, known Position, most int) ([]sla.Delta, error)

	// Load returns the newest snapshot, and what it holds. No snapshot: its Version is 0.
	Load(ctx context.Context) (Snapshot, error)

	// Compact keeps a snapshot in place of the one of the version before, and forgets the deltas that it holds and that have been kept
	// for longer than Grace. The same one may be kept again. Where the store's snapshot is of another version, or another of this one,
	// the error wraps ErrConflict, and nothing has changed.
	Compact(ctx context.Context, s Snapshot) error

	// Correct keeps a correction. The same one may be kept again; another with its SLA and ID is an error that wraps ErrConflict.
	Correct(ctx context.Context, c sla.Correction) error

	// Corrections returns all of them, in the order in which they were kept.
	Corrections(ctx context.Context) ([]sla.Correction, error)

	// Define keeps the definitions of all SLAs in place of those of the version before. The same may be kept again. Where the store has
	// another version, or others of this one, the error wraps ErrConflict, and nothing has changed.
	Define(ctx context.Context, d Definitions) error

	// Definitions returns the newest. None: their Version is 0.
	Definitions(ctx context.Context) (Definitions, error)
}

// A Position is how far somebody has read: the highest Seq by replica. Nil is the beginning.
type Position map[string]uint64

// A Snapshot is what a tracker knew of all deltas up to a position: Tracker.Snapshot of one to which just these were applied.
type Snapshot struct {
	Version int64    // counts the snapshots of a store, from 1; 0: there is none
	Upto    Position // what it holds of each replica
	Data    []byte   // as Tracker.Restore reads it
}

// Definitions are SLAs and the assets that feed each other, as [sla.NewCatalog] takes them.
type Definitions struct {
	Version int64      `json:"-"`     // counts the versions in a store, from 1; 0: there are none
	SLAs    []sla.SLA  `json:"slas"`  // all that are promised
	Feeds   []sla.Edge `json:"feeds"` // which asset feeds which
}
