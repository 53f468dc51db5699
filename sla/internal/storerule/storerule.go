// Package storerule holds what every store of tracked state refuses, and in which words.
//
// It is for the stores of this module. A store that somebody else writes is held to the same rules
// by package sla/keep/storetest, and chooses its own words.
package storerule

import (
	"errors"
	"fmt"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// The errors that a caller of a store tells apart. Package keep exports them.
var (
	// ErrConflict is why a write is refused whose place holds another.
	ErrConflict = errors.New("keep: another was first")

	// ErrBehind is why deltas cannot be read that are deleted.
	ErrBehind = errors.New("keep: the store has forgotten what came next")
)

// Check returns everything that is wrong with deltas, joined, each fault a [*fault.FieldError]; nil
// when nothing is.
func Check(deltas []tracker.Delta) error {
	var f fault.List
	for i, d := range deltas {
		f.Below(fault.Element("deltas", i), d.Validate())
	}
	return f.Err()
}

// Gap returns the error about a delta that comes after one that is missing.
func Gap(d tracker.Delta, head uint64) error {
	return fmt.Errorf("keep: delta %d of replica %q cannot follow %d", d.Seq, d.Replica, head)
}

// Taken returns the error about a delta whose place holds another. It wraps [ErrConflict].
func Taken(d tracker.Delta) error {
	return fmt.Errorf("keep: delta %d of replica %q is another process's: "+
		"each must have a replica name of its own: %w", d.Seq, d.Replica, ErrConflict)
}

// Forgotten returns the error about deltas that are gone. It wraps [ErrBehind].
func Forgotten(replica string, known, gone uint64) error {
	return fmt.Errorf("keep: of replica %q, %d is known and all up to %d are in a snapshot: %w",
		replica, known, gone, ErrBehind)
}
