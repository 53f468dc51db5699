package tracker

import (
	"math"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// A kind is what an objective counts.
type kind int8

const (
	eventKind    kind = iota // events
	sliceKind                // slices of time, by the events in each
	deadlineKind             // due instants
	timeKind                 // slices of time, by how long the promise was kept in each
)

// ofEvents reports whether events are recorded of it; of the others, results are observed.
func (k kind) ofEvents() bool { return k == eventKind || k == sliceKind }

// A shape is what objectives of one measure, window and rules have in common: a million nightly
// objectives share one.
type shape struct {
	kind    kind
	spec    ledger.Spec
	rules   []sla.BurnRule
	lengths []time.Duration // the long and the short window of each rule
	longest time.Duration   // of the windows of all rules
	least   time.Duration   // the shortest of their short windows
}

// A shapes holds the shapes made so far, so that equal ones are shared.
type shapes struct {
	deltas bool
	known  map[shapeKey]*shape
}

// A shapeKey is what shapes that can be shared have in common: burn rules follow from the window
// and the target.
type shapeKey struct {
	kind   kind
	window sla.Window
	slices sla.Timeslices
	target sla.Target
}

// measureOf returns what an objective counts, and by what slices.
func measureOf(o *sla.Objective) (kind, sla.Timeslices) {
	due := freshness.CountsDues(o.Freshness)
	switch {
	case o.Freshness == nil && o.Timeslices == sla.Timeslices{}:
		return eventKind, sla.Timeslices{}
	case o.Freshness == nil:
		return sliceKind, o.Timeslices
	case due && o.Timeslices == sla.Timeslices{}:
		return deadlineKind, sla.Timeslices{}
	case o.Timeslices == sla.Timeslices{}:
		return timeKind, sla.Timeslices{Length: time.Minute}
	}
	return timeKind, o.Timeslices
}

// of returns the shape of an objective. One with rules of its own is not shared.
func (all *shapes) of(o *sla.Objective) *shape {
	kind, sliced := measureOf(o)
	key := shapeKey{kind, o.Window, sliced, o.Target}
	if s := all.known[key]; s != nil && o.Burn == nil {
		return s
	}
	s := &shape{kind: kind, spec: ledger.Spec{
		Window: o.Window, Slice: sliced.Length, Share: sliced.Target,
		Deadlines: kind == deadlineKind, Deltas: all.deltas,
	}}
	s.ruled(o.BurnRules())

	if all.known == nil {
		all.known = map[shapeKey]*shape{}
	}
	if o.Burn == nil {
		all.known[key] = s
	}
	return s
}

// hasRule reports whether there is a rule of that name.
func (s *shape) hasRule(name string) bool {
	return slices.ContainsFunc(s.rules, func(r sla.BurnRule) bool { return r.Name == name })
}

// ruled sets the burn rules, and what follows from them.
func (s *shape) ruled(rules []sla.BurnRule) {
	s.rules, s.least = rules, math.MaxInt64
	for _, r := range rules {
		s.lengths = append(s.lengths, r.Long, r.Short)
		s.longest, s.least = max(s.longest, r.Long), min(s.least, r.Short)
	}
}
