package keep

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/storable"
	"github.com/alwaysp1/alwaysp1/sla"
)

// Grace is how long a delta is kept though a snapshot holds it, for replicas that were asleep.
const Grace = time.Hour

// The functions below are for those who write a store: what every one must refuse, in the same words.

// Check refuses deltas that no store keeps: those that [sla.Delta.Validate] refuses, and names that are not valid UTF-8 or hold NUL,
// which not every engine keeps as they are. It answers all faults at once.
func Check(deltas []sla.Delta) error {
	var faults []error
	for i, d := range deltas {
		if err := d.Validate(); err != nil {
			faults = append(faults, storable.Below(fmt.Sprintf("deltas[%d]", i), err))
		}
		for j, b := range d.Bookings {
			if err := storable.Text("check", b.Check); err != nil {
				faults = append(faults, fmt.Errorf("deltas[%d].bookings[%d].%w", i, j, err))
			}
		}
	}
	return errors.Join(faults...)
}

// Validate answers why no store keeps the snapshot: the replica of its position has no proper name.
func (s Snapshot) Validate() error {
	var faults []error
	for _, replica := range slices.Sorted(maps.Keys(s.Upto)) {
		if err := storable.Name("upto", replica); err != nil {
			faults = append(faults, fmt.Errorf("snapshot.%w", err))
		}
	}
	return errors.Join(faults...)
}

// Validate answers why no store keeps the definitions: whatever [sla.NewCatalog] refuses, and what has no form in JSON.
func (d Definitions) Validate() error {
	if _, err := sla.NewCatalog(d.SLAs, d.Feeds); err != nil {
		return err
	}
	_, err := json.Marshal(d)
	return err
}

// Gap is the error about a delta that comes after one that is missing.
func Gap(d sla.Delta, head uint64) error {
	return fmt.Errorf("keep: delta %d of replica %q cannot follow %d", d.Seq, d.Replica, head)
}

// Taken is the error about a delta whose place holds another. It wraps [ErrConflict].
func Taken(d sla.Delta) error {
	return fmt.Errorf("keep: delta %d of replica %q is another process's: each must have a replica name of its own: %w", d.Seq, d.Replica, ErrConflict)
}

// Forgotten is the error about deltas that are gone. It wraps [ErrBehind].
func Forgotten(replica string, known, gone uint64) error {
	return fmt.Errorf("keep: of replica %q, %d is known and all up to %d are in a snapshot: %w", replica, known, gone, ErrBehind)
}
