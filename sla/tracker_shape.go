package sla

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A kind is what an objective counts.
type kind int8

const (
	eventKind    kind = iota // events
	sliceKind                // slices of time, by the events in each
	deadlineKind             // due instants
	timeKind                 // slices of time, by how long the promise was kept in each
)

func (k kind) ofEvents() bool { return k == eventKind || k == sliceKind }

// A shape is what objectives of one measure, window and rules have in common: a million nightly objectives share one.
type shape struct {
	kind    kind
	spec    ledgerSpec
	rules   []BurnRule
	lengths []time.Duration // the long and the short window of each rule
	longest time.Duration   // of the windows of all rules
	least   time.Duration   // the shortest of their short windows
}

// shapes finds equal shapes.
type shapes struct {
	deltas bool
	known  map[shapeKey]*shape
}

type shapeKey struct {
	kind   kind
	window Window
	slices Slices
	target Target
}

// measureOf answers what an objective counts, and by what slices.
func measureOf(o *Objective) (kind, Slices) {
	_, due := dueOf(o.Freshness)
	switch {
	case o.Freshness == nil && o.Slices == Slices{}:
		return eventKind, Slices{}
	case o.Freshness == nil:
		return sliceKind, o.Slices
	case due && o.Slices == Slices{}:
		return deadlineKind, Slices{}
	case o.Slices == Slices{}:
		return timeKind, Slices{Length: time.Minute}
	}
	return timeKind, o.Slices
}

// dueOf finds the deadline whose due instants a policy has.
func dueOf(p freshness.Policy) (freshness.Deadline, bool) {
	switch p := p.(type) {
	case freshness.Deadline:
		return p, true
	case freshness.Paused:
		return dueOf(p.Policy)
	case freshness.During:
		return dueOf(p.Policy)
	}
	return freshness.Deadline{}, false
}

func (all *shapes) of(o *Objective) *shape {
	kind, sliced := measureOf(o)
	key := shapeKey{kind, o.Window, sliced, o.Target}
	if s := all.known[key]; s != nil && o.Burn == nil {
		return s
	}
	s := &shape{kind: kind, spec: ledgerSpec{
		window: o.Window, slice: sliced.Length, share: sliced.Target, deadlines: kind == deadlineKind, deltas: all.deltas,
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

func (s *shape) ruled(rules []BurnRule) {
	s.rules, s.least = rules, math.MaxInt64
	for _, r := range rules {
		s.lengths = append(s.lengths, r.Long, r.Short)
		s.longest, s.least = max(s.longest, r.Long), min(s.least, r.Short)
	}
}

// A roster lists what is tracked of a catalog, and finds it by the name of a check.
type roster struct {
	catalog *Catalog
	order   []*tracked // as reports list them: by tier, ID and place in the SLA
	first   []uint32   // where the objectives of each SLA begin, by its rank, and where the last end
}

func newRoster(c *Catalog, before *roster, all *shapes) roster {
	r := roster{catalog: c, first: []uint32{0}}
	for s := range c.SLAs() {
		for i := range s.Objectives {
			r.order = append(r.order, track(s, &s.Objectives[i], all, before))
		}
		r.first = append(r.first, uint32(len(r.order)))
	}
	r.order, r.first = slices.Clip(r.order), slices.Clip(r.first)
	return r
}

// find answers what is tracked of an objective; nil where the catalog does not have it.
func (r *roster) find(check string) *tracked {
	slash := strings.LastIndexByte(check, '/') // names of objectives hold none
	if r.catalog == nil || slash < 0 {
		return nil
	}
	rank, ok := r.catalog.byID[check[:slash]]
	if !ok {
		return nil
	}
	for _, k := range r.order[r.first[rank]:r.first[rank+1]] {
		if k.objective.Name == check[slash+1:] {
			return k
		}
	}
	return nil
}

// track answers what tracks an objective: what did so before, if it measures the same.
func track(s *SLA, o *Objective, all *shapes, before *roster) *tracked {
	shape := all.of(o)
	if k := before.find(checkName(s, o)); k != nil && k.measures(o, shape) {
		k.sla, k.objective, k.shape = s, o, shape
		k.ledger.respec(&shape.spec)
		return k
	}
	k := &tracked{sla: s, objective: o, shape: shape, ledger: newLedger(&shape.spec)}
	k.began.Store(math.MaxInt64)
	return k
}

func checkName(s *SLA, o *Objective) string { return s.ID + "/" + o.Name }

func (k *tracked) measures(o *Objective, s *shape) bool {
	return k.objective.Asset == o.Asset && k.shape.kind == s.kind && k.shape.spec.slice == s.spec.slice && k.shape.spec.share == s.spec.share
}
