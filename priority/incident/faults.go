package incident

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// setFault keeps what is wrong with a part of the desk, which is the store, an outbox or an
// announcer, until it is set to nil.
func (d *Desk) setFault(part string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case err == nil:
		delete(d.faults, part)
	case d.faults == nil:
		d.faults = map[string]error{part: err}
	default:
		d.faults[part] = err
	}
}

// Err returns what is wrong with the desk itself: the last error of the store or of an announcer,
// until the operation succeeds; and that signals wait to be recorded, or were lost. It returns nil
// if all is well. Announcements that were given up are listed by [Desk.DeadLetters].
func (d *Desk) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var faults []error
	for _, part := range slices.Sorted(maps.Keys(d.faults)) {
		faults = append(faults, fmt.Errorf("incident: %s: %w", part, d.faults[part]))
	}

	if n := len(d.backlog.order); n > 0 {
		faults = append(faults, fmt.Errorf("incident: %d signals wait to be recorded", n))
	}
	if n := d.backlog.lost; n > 0 {
		faults = append(faults, fmt.Errorf("incident: %d signals were lost: more than %d waited", n,
			mostPending))
	}
	if n := d.waiting.lost; n > 0 {
		faults = append(faults, fmt.Errorf(
			"incident: %d signals that count for more later were lost: more than %d waited", n, mostPending))
	}
	return errors.Join(faults...)
}
