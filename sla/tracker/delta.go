package tracker

import (
	"cmp"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/internal/storable"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// A Delta is what one replica recorded between two calls of [Tracker.Deltas]: plain data, to be
// stored or sent as JSON. [Tracker.Apply] refuses the zero Delta: it has no replica and no number.
//
// A tracker counts each delta once, by Replica and Seq, however often and in whatever order deltas
// arrive. Sets of them can be merged by [MergeDeltas] in any order and grouping. A Delta is safe
// for concurrent use while it is not modified.
type Delta struct {
	Replica string   `json:"replica"` // who recorded it; required
	Seq     uint64   `json:"seq"`     // counts the deltas of the replica, from 1
	Records []Record `json:"records"` // by check, and within it by At
}

// A Record is one line of a [Delta]: counts of events in a span of time, or the outcome of a due
// instant. [Delta.Validate] refuses the zero Record.
//
// A Record is a value, and safe for concurrent use.
type Record struct {
	Check string        `json:"check"`             // as Catalog.Checks names it; required
	At    time.Time     `json:"at"`                // where the span begins, or the due instant; 1678 to 2262
	Span  time.Duration `json:"span_ns,omitempty"` // how long the span is; 0 for a due instant
	Good  int64         `json:"good,omitempty"`    // how many of the events were good
	Bad   int64         `json:"bad,omitempty"`     // how many were bad

	// Outcome is that of a due instant: on-time, excused, late or missing. It is empty for events.
	// Late is by how much one was late.
	Outcome string        `json:"outcome,omitempty"`
	Late    time.Duration `json:"late_ns,omitempty"`
}

// MergeDeltas returns the deltas that are in any of the sets, each once, by Replica and then Seq.
// Merging is commutative, associative and idempotent: the result depends neither on order nor on
// grouping. A replica must not use a number twice. If it does, the delta whose records order last
// stays. The result of no sets, or of empty ones, is nil.
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

// same reports whether both are the same delta of the same replica.
func (d Delta) same(other Delta) bool { return d.Replica == other.Replica && d.Seq == other.Seq }

// compare orders deltas by replica and number. Records come last, so that of two with one number
// the choice does not depend on the order in which they came.
func (d Delta) compare(other Delta) int {
	return cmp.Or(cmp.Compare(d.Replica, other.Replica), cmp.Compare(d.Seq, other.Seq),
		slices.CompareFunc(d.Records, other.Records, Record.compare))
}

// compare orders records by check and instant, and then by all else, so that no two different ones
// are equal.
func (r Record) compare(other Record) int {
	return cmp.Or(cmp.Compare(r.Check, other.Check), r.At.Compare(other.At), cmp.Compare(r.Span, other.Span),
		cmp.Compare(r.Good, other.Good), cmp.Compare(r.Bad, other.Bad),
		cmp.Compare(r.Outcome, other.Outcome), cmp.Compare(r.Late, other.Late))
}

// Validate returns everything that is wrong with the delta, joined, each fault a [*sla.FieldError];
// nil if nothing is.
func (d Delta) Validate() error {
	var f fault.List
	f.Required("replica", d.Replica)
	if d.Seq == 0 {
		f.Add("seq", "is missing")
	}
	for i, r := range d.Records {
		r.validate(&f, fault.Element("records", i))
	}
	return f.Err()
}

// validate adds what is wrong with one record.
func (r Record) validate(f *fault.List, path string) {
	if r.Check == "" {
		f.Add(path+".check", "is missing")
	}
	storable.Text(f, path+".check", r.Check) // a key of stores, which must not change it
	if ns := exact.Nanos(r.At); !exact.Instant(ns).Equal(r.At) {
		f.Add(path+".at", "%v is not within the years 1678 to 2262", r.At)
	}
	f.Written(path+".at", r.At)
	f.Count(path+".good", r.Good)
	f.Count(path+".bad", r.Bad)

	if r.Outcome != "" {
		r.validateDue(f, path)
		return
	}
	if r.Span <= 0 {
		f.Add(path+".span_ns", "%v is no length: it must be positive", r.Span)
	}
	if r.Late != 0 {
		f.Add(path+".late_ns", "only a due instant can be late")
	}
}

// validateDue adds what is wrong with the outcome of a due instant.
func (r Record) validateDue(f *fault.List, path string) {
	kind := ledger.KindOf(r.Outcome)
	switch {
	case kind == ledger.NotDue:
		f.Add(path+".outcome", "%s is not on-time, excused, late or missing", plain.Quote(r.Outcome))
	case kind == ledger.Late && r.Late <= 0:
		f.Add(path+".late_ns", "%v is not late: it must be positive", r.Late)
	case kind != ledger.Late && r.Late != 0:
		f.Add(path+".late_ns", "what is %s is not late", r.Outcome)
	}
	if r.Span != 0 || r.Good != 0 || r.Bad != 0 {
		f.Add(path, "a due instant has no span and no counts")
	}
}

// recordOf returns a booking of the ledger as a line of a delta.
func recordOf(check string, b ledger.Booking) Record {
	return Record{
		Check: check, At: exact.Instant(b.At), Span: time.Duration(b.Span),
		Good: b.Good, Bad: b.Bad, Outcome: b.Kind.String(), Late: b.Late,
	}
}

// booking is the inverse of recordOf.
func (r Record) booking() ledger.Booking {
	return ledger.Booking{
		At: exact.Nanos(r.At), Span: int64(r.Span),
		Good: r.Good, Bad: r.Bad, Kind: ledger.KindOf(r.Outcome), Late: r.Late,
	}
}
