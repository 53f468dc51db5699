package sla

import (
	"slices"
	"time"
)

// A Correction says that an interval counts otherwise than it was recorded: an outage of somebody else that is excused,
// a probe that was found to be wrong, maintenance that the consumers agreed to. Nothing recorded is changed: reports show
// the figures with corrections and without, and list them with author and reason.
//
// Corrections may overlap. What any of them removes is removed; of the rest, what any of them calls good is good.
//
// A correction is never deleted. One that was wrong is taken back by another, which names it in Revokes and has an
// author and a reason too.
//
// It is plain data, and its JSON form is made of its fields, each under its name in lower case.
// The zero Correction is refused by [Correction.Validate].
type Correction struct {
	ID string `json:"id"` // names it among those of its SLA; required

	// SLA is the ID of the SLA that it is about, and Objective the name of one of its objectives. No Objective: all of them.
	SLA       string `json:"sla"`
	Objective string `json:"objective,omitempty"`

	// Start and End are the bounds of the interval [Start, End). Both are zero in one that takes another back.
	Start time.Time `json:"start,omitzero"`
	End   time.Time `json:"end,omitzero"`

	// Good says that what was recorded in the interval counts as good. False: it counts for nothing.
	Good bool `json:"good,omitempty"`

	// Author says who entered it, Reason why, and At when: a report as of an earlier instant does not know it. All required.
	Author string    `json:"author"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`

	// Revokes is the ID of an earlier correction of the same SLA that this one takes back. Empty: none.
	// One that took another back may be taken back too: then that other is in force again.
	Revokes string `json:"revokes,omitempty"`
}

// Planned says whether the correction was entered before its interval began: then it is a maintenance window,
// during which the SLA does not run.
func (c Correction) Planned() bool { return c.Revokes == "" && !c.At.After(c.Start) }

// Validate answers everything that is wrong with the correction, joined, each fault a [*FieldError]; nil when nothing is.
func (c Correction) Validate() error {
	var f faults
	f.required("id", c.ID)
	f.required("sla", c.SLA)
	f.name("objective", c.Objective)
	if c.Revokes == "" {
		f.interval(c.Start, c.End)
	} else {
		f.name("revokes", c.Revokes)
		f.revocation(c)
	}
	f.required("author", c.Author)
	if c.Reason == "" {
		f.add("reason", "is missing")
	}
	f.text("reason", c.Reason)
	if c.At.IsZero() {
		f.add("at", "is missing")
	}
	f.written("start", c.Start)
	f.written("end", c.End)
	f.written("at", c.At)
	return f.err()
}

// written refuses an instant that has no text form, with which no report could be written, or one that would not be given back: the offset
// of its zone has parts of a minute, as before there were time zones.
func (f *faults) written(path string, at time.Time) {
	if year := at.Year(); year < 0 || year > 9999 {
		f.add(path, "is in the year %d, not within 0 to 9999", year)
	} else if _, offset := at.Zone(); offset%60 != 0 || offset <= -86400 || offset >= 86400 {
		f.add(path, "%v has no exact text: give it in UTC", at)
	}
}

func (f *faults) interval(start, end time.Time) {
	if start.IsZero() {
		f.add("start", "is missing")
	}
	switch {
	case end.IsZero():
		f.add("end", "is missing")
	case !start.IsZero() && !end.After(start):
		f.add("end", "%s is not after start, %s", end.Format(time.RFC3339Nano), start.Format(time.RFC3339Nano))
	}
}

// revocation refuses what looks like a correction beside taking one back.
func (f *faults) revocation(c Correction) {
	if c.Revokes == c.ID {
		f.add("revokes", "%s is its own ID", quote(c.ID))
	}
	if !c.Start.IsZero() || !c.End.IsZero() || c.Good {
		f.add("revokes", "takes %s back and nothing else: start, end and good must be empty", quote(c.Revokes))
	}
}

// A span is the interval [from, to), in nanoseconds since the Unix epoch.
type span struct{ from, to int64 }

// An effect is an interval that counts as good, or for nothing.
type effect struct {
	span
	good bool
}

// inForce answers those that were known at an instant and had not been taken back by then, in the order of the list.
func inForce(list []Correction, known int64) []Correction {
	gone := map[string]bool{}
	for _, c := range slices.Backward(list) { // what takes another back comes after it
		if c.Revokes != "" && nanos(c.At) <= known && !gone[c.SLA+"\x00"+c.ID] {
			gone[c.SLA+"\x00"+c.Revokes] = true
		}
	}
	var left []Correction
	for _, c := range list {
		if c.Revokes == "" && nanos(c.At) <= known && !gone[c.SLA+"\x00"+c.ID] {
			left = append(left, c)
		}
	}
	return left
}

// concerns says whether the correction is about an objective of an SLA and touches [from, to).
func (c Correction) concerns(id, objective string, from, to int64) bool {
	return c.SLA == id && (c.Objective == "" || c.Objective == objective) && nanos(c.Start) < to && nanos(c.End) > from
}

// effects answers what corrections do to [from, to): disjoint intervals within it, in order, no two of which could be one.
// An interval that one correction removes is removed, whatever others say: so a correction that is added to another never
// makes the figures look better than by itself.
func effects(list []Correction, from, to int64) []effect {
	edges := []int64{from, to}
	for _, c := range list {
		edges = append(edges, min(max(nanos(c.Start), from), to), min(max(nanos(c.End), from), to))
	}
	slices.Sort(edges)
	var out []effect
	for i := 1; i < len(edges); i++ {
		piece := span{edges[i-1], edges[i]}
		if piece.from < piece.to {
			out = extend(out, piece, list)
		}
	}
	return out
}

// extend adds what happens to a piece that no correction divides.
func extend(out []effect, piece span, list []Correction) []effect {
	removed, good := false, false
	for _, c := range list {
		if nanos(c.Start) <= piece.from && piece.to <= nanos(c.End) {
			removed, good = removed || !c.Good, good || c.Good
		}
	}
	if !removed && !good {
		return out
	}
	if n := len(out); n > 0 && out[n-1].to == piece.from && out[n-1].good == !removed {
		out[n-1].to = piece.to
		return out
	}
	return append(out, effect{piece, !removed})
}
