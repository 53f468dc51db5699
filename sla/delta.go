package sla

import (
	"cmp"
	"slices"
	"time"
)

// A Delta is what one replica recorded between two calls of [Tracker.Deltas]: plain data, to be kept or sent as JSON.
// It has no zero form that could be applied: [Tracker.Apply] refuses one without a replica or a number.
//
// Each is counted once by the one that applies it, as it is told apart by Replica and Seq, however often and in whatever order
// it arrives: deltas of several replicas can be merged by [MergeDeltas] in any order and grouping.
// A Delta must not be changed while several goroutines use it.
type Delta struct {
	Replica  string    `json:"replica"`  // who recorded it; required
	Seq      uint64    `json:"seq"`      // counts the deltas of the replica, from 1
	Bookings []Booking `json:"bookings"` // by check, and within it by At
}

// A Booking is one line of a [Delta]: counts of events that were somewhere in a span of time, or what became of a due instant.
//
// A Booking is a value, and safe for concurrent use.
type Booking struct {
	Check   string        `json:"check"`             // as Catalog.Checks names it; required
	At      time.Time     `json:"at"`                // where the span begins, or the due instant; the years 1678 to 2262
	Span    time.Duration `json:"span_ns,omitempty"` // how long the span is; 0 for a due instant. In nanoseconds in JSON
	Good    int64         `json:"good,omitempty"`    // how many of the events were good
	Bad     int64         `json:"bad,omitempty"`     // how many were bad
	Outcome string        `json:"outcome,omitempty"` // of a due instant: on-time, excused, late or missing; empty for events
	Late    time.Duration `json:"late_ns,omitempty"` // of an outcome that is late: by how much. In nanoseconds in JSON
}

// MergeDeltas answers the deltas that are in any of the sets, each once, by Replica and then Seq.
// The result depends neither on the order nor on the grouping: merging is commutative, associative and idempotent.
// A replica must not use a number twice; should it, the one whose bookings order last stays. No sets, and empty ones, make nil.
func MergeDeltas(sets ...[]Delta) []Delta {
	all := slices.Concat(sets...)
	slices.SortFunc(all, Delta.compare)
	var merged []Delta
	for _, d := range all {
		if n := len(merged); n > 0 && merged[n-1].same(d) {
			merged[n-1] = d
			continue
		}
		merged = append(merged, d)
	}
	return merged
}

func (d Delta) same(other Delta) bool { return d.Replica == other.Replica && d.Seq == other.Seq }

func (d Delta) compare(other Delta) int {
	return cmp.Or(cmp.Compare(d.Replica, other.Replica), cmp.Compare(d.Seq, other.Seq),
		slices.CompareFunc(d.Bookings, other.Bookings, Booking.compare))
}

func (b Booking) compare(other Booking) int {
	return cmp.Or(cmp.Compare(b.Check, other.Check), b.At.Compare(other.At), cmp.Compare(b.Span, other.Span), cmp.Compare(b.Good, other.Good),
		cmp.Compare(b.Bad, other.Bad), cmp.Compare(b.Outcome, other.Outcome), cmp.Compare(b.Late, other.Late))
}

// Validate answers everything that is wrong with the delta, joined, each fault a [*FieldError]; nil when nothing is.
func (d Delta) Validate() error {
	var f faults
	f.required("replica", d.Replica)
	if d.Seq == 0 {
		f.add("seq", "is missing")
	}
	for i, b := range d.Bookings {
		b.validate(&f, element("bookings", i))
	}
	return f.err()
}

func (b Booking) validate(f *faults, path string) {
	if b.Check == "" {
		f.add(path+".check", "is missing")
	}
	if ns := nanos(b.At); !instantOf(ns).Equal(b.At) {
		f.add(path+".at", "%v is not within the years 1678 to 2262", b.At)
	}
	f.written(path+".at", b.At)
	f.count(path+".good", b.Good)
	f.count(path+".bad", b.Bad)
	if b.Outcome != "" {
		b.validateDue(f, path)
		return
	}
	if b.Span <= 0 {
		f.add(path+".span_ns", "%v is no length: it must be positive", b.Span)
	}
	if b.Late != 0 {
		f.add(path+".late_ns", "only a due instant can be late")
	}
}

func (b Booking) validateDue(f *faults, path string) {
	kind := kindOf(b.Outcome)
	switch {
	case kind == notDue:
		f.add(path+".outcome", "%s is not on-time, excused, late or missing", quote(b.Outcome))
	case kind == late && b.Late <= 0:
		f.add(path+".late_ns", "%v is not late: it must be positive", b.Late)
	case kind != late && b.Late != 0:
		f.add(path+".late_ns", "what is %s is not late", b.Outcome)
	}
	if b.Span != 0 || b.Good != 0 || b.Bad != 0 {
		f.add(path, "a due instant has no span and no counts")
	}
}

// String answers the word that a [Booking] has for it; notDue has none.
func (k outcomeKind) String() string {
	switch k {
	case missing:
		return "missing"
	case late:
		return "late"
	case excused:
		return "excused"
	case onTime:
		return "on-time"
	}
	return ""
}

func kindOf(word string) outcomeKind {
	for _, k := range []outcomeKind{missing, late, excused, onTime} {
		if k.String() == word {
			return k
		}
	}
	return notDue
}
