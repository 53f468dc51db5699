package ledger

import (
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// An OutcomeKind is what became of a due instant. A larger one is the better evidence and wins, in
// whatever order they come: late shows more than missing, an excuse is somebody's decision about
// both, and a landing proven to be in time needs no excuse.
type OutcomeKind int8

// The kinds of outcomes, from the weakest evidence to the strongest.
const (
	NotDue  OutcomeKind = iota // nothing is known; counts as nothing
	Missing                    // nothing landed; bad
	Late                       // landed, but after the due instant; bad
	Excused                    // counts as nothing
	OnTime                     // good
)

// kindNames are the words for the kinds in a record.
var kindNames = []string{NotDue: "", Missing: "missing", Late: "late", Excused: "excused", OnTime: "on-time"}

// String returns the word for the kind in a record. NotDue has none.
func (k OutcomeKind) String() string { return kindNames[k] }

// KindOf returns the kind of a word, and NotDue for any other text.
func KindOf(word string) OutcomeKind { return OutcomeKind(max(0, slices.Index(kindNames, word))) }

// An Outcome is what became of a due instant. The zero Outcome is that nothing is known.
type Outcome struct {
	Kind OutcomeKind   // what became of it
	Late time.Duration // of a late one: by how much
}

// beats reports whether an outcome is better evidence than another. Of two late ones it is the one
// that is less late, which was the first to land.
func (o Outcome) beats(other Outcome) bool {
	return o.Kind > other.Kind || o.Kind == Late && other.Kind == Late && o.Late < other.Late
}

// counts returns what an outcome counts as.
func (o Outcome) counts() sla.Counts {
	switch o.Kind {
	case OnTime:
		return sla.Counts{Good: 1}
	case Missing, Late:
		return sla.Counts{Bad: 1}
	}
	return sla.Counts{}
}

// proper returns an outcome in its one form.
func (o Outcome) proper() Outcome {
	switch {
	case o.Kind < NotDue || o.Kind > OnTime:
		return Outcome{}
	case o.Kind == Late:
		return Outcome{Late, max(o.Late, 1)}
	}
	return Outcome{Kind: o.Kind}
}
