package status

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

const mostAssets = 200 // shown of one SLA

// upstream lists what an SLA rests on, and where it is stuck: the farthest upstream first.
func (a *asked) upstream(r *row) []Asset {
	s := a.s
	own := map[string]bool{}
	for _, id := range r.promise.Assets {
		own[id] = true
	}
	for i := range r.report.Objectives {
		own[r.report.Objectives[i].Asset] = true
	}
	said, stuck := a.said(), map[string]bool{}
	known, found := map[string]bool{}, []string(nil) // what lies near comes late
	find := func(id string) {
		if !known[id] {
			known[id], found = true, append(found, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(own)) {
		causes := s.catalog.Causes(id, func(other string) bool {
			find(other)
			return inTrouble(said[other])
		})
		for _, cause := range causes {
			stuck[cause] = stuck[cause] || inTrouble(said[cause])
		}
		find(id)
	}
	var assets []Asset
	walked, blocked := 0, 0 // each path is a walk of its own
	for _, id := range slices.Backward(found) {
		walks := &walked
		if stuck[id] {
			walks = &blocked
		}
		if *walks++; *walks <= mostAssets {
			assets = append(assets, a.h.asset(said[id], id, s.path(id, r.ID), stuck[id]))
		}
	}
	slices.SortFunc(assets, func(a, b Asset) int {
		return cmp.Or(cmp.Compare(len(b.Path), len(a.Path)), cmp.Compare(a.ID, b.ID))
	})
	return nearest(assets)
}

// nearest keeps what is in trouble and what is nearest, when there is too much.
func nearest(assets []Asset) []Asset {
	over := len(assets) - mostAssets
	assets = slices.DeleteFunc(assets, func(a Asset) bool {
		over -= btoi(!a.Stuck)
		return over >= 0 && !a.Stuck
	})
	return assets[:min(len(assets), mostAssets)]
}

func inTrouble(r *freshness.Result) bool {
	return r != nil && (r.Status == freshness.Stale || r.Status == freshness.AtRisk)
}

// said finds the worst that is known of each asset: from the caller's results, and from what the tracker observed.
// What was said for an SLA that the sender may not know of is left out.
func (a *asked) said() map[string]*freshness.Result {
	said := make(map[string]*freshness.Result, len(a.s.results))
	add := func(asset string, r *freshness.Result) {
		if r != nil && forgotten(r.NextCheck, a.s.at) {
			lost := *r
			lost.Status, lost.Reason = freshness.Unknown, freshness.ReasonNone
			r = &lost
		}
		if r != nil && (said[asset] == nil || badness(r.Status) > badness(said[asset].Status)) {
			said[asset] = r
		}
	}
	for asset, results := range a.s.results {
		for i := range results {
			if !a.hidden[results[i].Check] {
				add(asset, &results[i])
			}
		}
	}
	for _, other := range a.seen {
		for i := range other.report.Objectives {
			add(other.report.Objectives[i].Asset, other.report.Objectives[i].Last)
		}
	}
	return said
}

func badness(s freshness.Status) int {
	return [...]int{freshness.Fresh: 0, freshness.Unknown: 1, freshness.AtRisk: 2, freshness.Stale: 3}[statusOf(s)]
}

// path is the way from an asset to an SLA, from the asset on. One that does not lead there is its own.
func (s *snapshot) path(asset, id string) []string {
	for impact := range s.catalog.Impacts(asset) {
		if impact.SLA.ID == id {
			return impact.Path
		}
	}
	return []string{asset}
}

func (h *Handler) asset(r *freshness.Result, id string, path []string, stuck bool) Asset {
	shown := Asset{ID: id, Path: path, Stuck: stuck}
	if r != nil {
		shown.Known, shown.Status, shown.Reason = true, statusOf(r.Status), reasonOf(r.Reason)
		shown.Due, shown.Checked = written(r.Due), written(r.At)
		if r.Landed {
			shown.Landed = clone(written(r.Landing.At))
		}
		return shown
	}
	if newest, ok := h.history(id).Newest(); ok {
		shown.Landed = clone(written(newest.At))
	}
	return shown
}

func clone(t time.Time) *time.Time { return &t }
