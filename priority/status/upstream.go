package status

import (
	"cmp"
	"maps"
	"slices"

	"github.com/alwaysp1/alwaysp1/freshness"
)

const mostAssets = 200 // shown of one SLA

// upstream returns what an SLA depends on: the assets that it is about and all that feed them, the
// farthest first.
func (q *request) upstream(r *row) []AssetView {
	results := q.worstResults()
	found, stuck := q.s.lineage(r, results)

	// The path of each asset is a walk over the graph, so that their number is bounded: at most so
	// many of those that are stuck, and at most so many others, the nearest first.
	var assets []AssetView
	stuckLeft, othersLeft := mostAssets, mostAssets
	for _, id := range slices.Backward(found) {
		left := &othersLeft
		if stuck[id] {
			left = &stuckLeft
		}
		if *left > 0 {
			*left--
			assets = append(assets, q.h.asset(results[id], id, q.s.path(id, r.ID), stuck[id]))
		}
	}
	// The order is that in which data flows: a reader goes down to the first asset that is stuck.
	slices.SortFunc(assets, func(a, b AssetView) int {
		return cmp.Or(cmp.Compare(len(b.Path), len(a.Path)), cmp.Compare(a.ID, b.ID))
	})
	return withoutFarthest(assets)
}

// lineage returns the assets that an SLA depends on, roughly the farthest upstream first, and those
// at which data is stuck: in trouble, though nothing in trouble feeds them.
func (s *snapshot) lineage(
	r *row, results map[string]*freshness.Result,
) (found []string, stuck map[string]bool) {
	// An SLA may name assets without an objective, and have objectives about the same asset.
	own := map[string]bool{}
	for _, id := range r.promise.Assets {
		own[id] = true
	}
	for i := range r.report.Objectives {
		own[r.report.Objectives[i].Asset] = true
	}

	seen := map[string]bool{}
	find := func(id string) {
		if !seen[id] {
			seen[id], found = true, append(found, id)
		}
	}
	stuck = map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(own)) {
		// Causes asks about each asset upstream once all that feeds it was asked about: that is the
		// order of found.
		causes := s.catalog.Causes(id, func(other string) bool {
			find(other)
			return inTrouble(results[other])
		})
		find(id)
		for _, cause := range causes {
			if inTrouble(results[cause]) { // without trouble upstream the cause is the asset itself, well or not
				stuck[cause] = true
			}
		}
	}
	return found, stuck
}

// withoutFarthest returns at most mostAssets of the assets, which are sorted, the farthest first.
// Of those that are not stuck it drops the farthest: a reader looks for what is stuck, wherever
// that is.
func withoutFarthest(assets []AssetView) []AssetView {
	over := len(assets) - mostAssets
	assets = slices.DeleteFunc(assets, func(a AssetView) bool {
		if a.Stuck || over <= 0 {
			return false
		}
		over--
		return true
	})
	return assets[:min(len(assets), mostAssets)]
}

// inTrouble reports whether a result is a reason to look upstream. What is not known is not: a
// check that does not run would hide the asset where data is really stuck.
func inTrouble(r *freshness.Result) bool {
	return r != nil && (r.Status == freshness.Stale || r.Status == freshness.AtRisk)
}

// worstResults returns the worst result that is known of each asset, from the caller's results and
// from what the tracker observed. Results for SLAs that the sender may not see are left out: their
// checks are nothing that the sender may know.
func (q *request) worstResults() map[string]*freshness.Result {
	worst := make(map[string]*freshness.Result, len(q.s.results))
	add := func(asset string, r *freshness.Result) {
		if r == nil {
			return
		}
		// As on the list, a result that ran out long ago tells nothing about now. It is copied,
		// since facts never change.
		if forgotten(r.NextCheck, q.s.at) {
			lost := *r
			lost.Status, lost.Reason = freshness.Unknown, freshness.ReasonNone
			r = &lost
		}
		if other := worst[asset]; other == nil || badness(r.Status) > badness(other.Status) {
			worst[asset] = r
		}
	}

	for asset, results := range q.s.results {
		for i := range results {
			if !q.hidden[results[i].Check] {
				add(asset, &results[i])
			}
		}
	}
	// What the tracker observed is about the assets of objectives, also where the caller gives no
	// results.
	for _, r := range q.seen {
		for i := range r.report.Objectives {
			add(r.report.Objectives[i].Asset, r.report.Objectives[i].LastResult)
		}
	}
	return worst
}

// badness orders statuses: what is not known is worse than what is fresh, and better than trouble.
func badness(s freshness.Status) int {
	return [...]int{
		freshness.Fresh: 0, freshness.Unknown: 1, freshness.AtRisk: 2, freshness.Stale: 3,
	}[statusOf(s)]
}

// path returns the shortest way from an asset to one that an SLA is about. Of an asset that does
// not lead there it is the asset alone.
func (s *snapshot) path(asset, id string) []string {
	// Impacts come with the shortest path each.
	for impact := range s.catalog.Impacts(asset) {
		if impact.SLA.ID == id {
			return impact.Path
		}
	}
	return []string{asset}
}

// asset returns an asset as it is shown. Where no check looks at it, its history may still tell
// when it landed.
func (h *Handler) asset(r *freshness.Result, id string, path []string, stuck bool) AssetView {
	shown := AssetView{ID: id, Path: path, Stuck: stuck}
	if r == nil {
		if newest, ok := h.landings(id).Newest(); ok {
			shown.Landed = known(written(newest.At))
		}
		return shown
	}

	shown.Known, shown.Status, shown.Reason = true, statusOf(r.Status), reasonOf(r.Reason)
	shown.Due, shown.Checked = written(r.Due), written(r.At)
	if r.Landed {
		shown.Landed = known(written(r.Landing.At))
	}
	return shown
}
