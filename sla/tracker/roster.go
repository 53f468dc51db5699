package tracker

import (
	"math"
	"slices"
	"strings"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// A roster is what is tracked of a catalog, found by the name of a check.
type roster struct {
	catalog *sla.Catalog
	order   []*tracked // as reports list them: by tier, ID and place in the SLA
	first   []uint32   // where the objectives of each SLA begin, by its rank, and where the last end
}

// newRoster makes the roster of a catalog, with what the one before tracks of the same measure.
func newRoster(c *sla.Catalog, before *roster, all *shapes) roster {
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

// find returns what is tracked of an objective; nil if the catalog does not have it.
func (r *roster) find(check string) *tracked {
	slash := strings.LastIndexByte(check, '/') // names of objectives hold none
	if r.catalog == nil || slash < 0 {
		return nil
	}
	rank, ok := r.catalog.Rank(check[:slash])
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

// track returns what tracks an objective: what did so before, if it measures the same.
func track(s *sla.SLA, o *sla.Objective, all *shapes, before *roster) *tracked {
	shape := all.of(o)
	if k := before.find(checkName(s, o)); k != nil && k.measures(o, shape) {
		k.sla, k.objective, k.shape = s, o, shape
		k.ledger.Respec(&shape.spec)
		return k
	}
	return newTracked(s, o, shape)
}

// newTracked tracks an objective of which nothing is known.
func newTracked(s *sla.SLA, o *sla.Objective, shape *shape) *tracked {
	k := &tracked{sla: s, objective: o, shape: shape, ledger: ledger.New(&shape.spec)}
	k.began.Store(math.MaxInt64)
	return k
}

// checkName returns the name of an objective's check, as Catalog.Checks does. Names of objectives
// hold no slash.
func checkName(s *sla.SLA, o *sla.Objective) string { return s.ID + "/" + o.Name }

// measures reports whether the counts of k are those of an objective too.
func (k *tracked) measures(o *sla.Objective, s *shape) bool {
	return k.objective.Asset == o.Asset && k.shape.kind == s.kind &&
		k.shape.spec.Slice == s.spec.Slice && k.shape.spec.Share == s.spec.Share
}
