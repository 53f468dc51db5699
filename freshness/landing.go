package freshness

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// A Landing is one arrival of data.
//
// Empty [Landings] mean that nothing has landed, and no special date does: the zero Landing is a
// landing in the year 1, as real systems report for empty tables, and is two thousand years old.
type Landing struct {
	// At is the instant at which the data arrived.
	At time.Time `json:"at"`

	// Rows is the number of rows of the load.
	// Zero means that they were not counted, unless Counted is set.
	Rows int64 `json:"rows,omitempty"`

	// Counted makes a zero in Rows a count: the load was empty.
	// It need not be set when Rows is above zero.
	Counted bool `json:"counted,omitempty"`

	// Bytes is the size of the load, such as that of a file.
	// Zero means that it was not measured, or that it was empty.
	Bytes int64 `json:"bytes,omitempty"`

	// Partition names the part of the asset that landed, such as "2021-03-04".
	// Empty means that the asset is not partitioned.
	Partition string `json:"partition,omitempty"`

	// Metadata marks evidence of a catalogue, and not of the content: a
	// "last modified" that a change of columns moves too.
	Metadata bool `json:"metadata,omitempty"`
}

// rows returns the number of rows, and whether they were counted.
func (l Landing) rows() (int64, bool) { return l.Rows, l.Counted || l.Rows > 0 }

func (l Landing) compare(m Landing) int {
	return cmp.Or(l.At.Compare(m.At), cmp.Compare(l.Partition, m.Partition))
}

// Landings lists what landed, oldest first. Nil means that nothing ever did.
//
// Every policy relies on the order: build a list with [LandedAt] or [Landings.Add], or call
// [Landings.Sort] on one built by hand. Policies only read it, so that goroutines may share it.
type Landings []Landing

// LandedAt returns the landings at the given instants, oldest first.
// Without an instant it returns nil: nothing has landed.
func LandedAt(instants ...time.Time) Landings {
	if len(instants) == 0 {
		return nil
	}
	landed := make(Landings, len(instants))
	for i, at := range instants {
		landed[i].At = at
	}
	landed.Sort()
	return landed
}

// Sort puts the landings in order, oldest first, in place.
// Landings at one instant are ordered by partition.
func (l Landings) Sort() { slices.SortStableFunc(l, Landing.compare) }

// InOrder returns the landings oldest first: l itself if it is in order, and a sorted copy
// otherwise.
func (l Landings) InOrder() Landings {
	if slices.IsSortedFunc(l, Landing.compare) {
		return l
	}
	l = slices.Clone(l)
	l.Sort()
	return l
}

// Add returns a list with the landings of both, in order; l stays as it was.
// A landing at the same instant and of the same partition as an earlier one
// replaces it, so that reports may be added over and over.
// When there is nothing to add, it returns l itself.
func (l Landings) Add(more ...Landing) Landings {
	if !l.changedBy(more) {
		return l
	}
	all := append(slices.Clone(l), more...)
	all.Sort()
	kept := all[:1]
	for _, next := range all[1:] {
		if last := &kept[len(kept)-1]; last.compare(next) == 0 {
			*last = next
		} else {
			kept = append(kept, next)
		}
	}
	return kept
}

// changedBy reports whether adding more would change the list.
func (l Landings) changedBy(more []Landing) bool {
	for _, m := range more {
		i, found := slices.BinarySearchFunc(l, m, Landing.compare)
		if !found {
			return true
		}
		m.At, m.Partition = l[i].At, l[i].Partition // equal, but perhaps in another location
		if l[i] != m {
			return true
		}
	}
	return false
}

// Newest returns the last landing, and false if nothing ever landed.
func (l Landings) Newest() (Landing, bool) {
	if len(l) == 0 {
		return Landing{}, false
	}
	return l[len(l)-1], true
}

// After returns the index of the first landing strictly after t.
func (l Landings) After(t time.Time) int {
	return sort.Search(len(l), func(i int) bool { return l[i].At.After(t) })
}
