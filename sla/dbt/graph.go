package dbt

import (
	"cmp"
	"context"
	"slices"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

func compareEdges(a, b sla.Edge) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
}

// each calls f with the ID of every asset of the project.
func (m *Manifest) each(f func(id string)) {
	for i := range m.Sources {
		f(m.Sources[i].ID)
	}
	for i := range m.Nodes {
		f(m.Nodes[i].ID)
	}
	for i := range m.Exposures {
		f(m.Exposures[i].ID)
	}
}

// Edges returns which asset feeds which, for [sla.NewCatalog]: the edges of the child_map and of
// every depends_on, each once, in ascending order. An asset that feeds nothing and is fed by
// nothing is there too, so that a catalog knows it. Tests, analyses and operations are not assets.
//
// The edges are a copy. Names are dbt's unique IDs.
func (m *Manifest) Edges() sla.Edges {
	edges := slices.Clone(m.edges)
	linked := make(map[string]bool, len(edges))
	for _, e := range edges {
		linked[e.From], linked[e.To] = true, true
	}
	m.each(func(id string) {
		if !linked[id] {
			edges = append(edges, sla.Edge{From: id})
		}
	})
	slices.SortFunc(edges, compareEdges)
	return edges
}

// AssetsOf returns the assets whose health a result of a run is about: for a test, the asset that
// it is attached to, or else all that it reads; for an asset, itself. It returns nil for what is
// neither, such as an operation.
//
// An asset that the manifest does not know is returned as it is: the catalog reports it as unknown.
func (m *Manifest) AssetsOf(id string) []string {
	assets, ok := m.tested[id]
	if !ok && isAsset(id) {
		return []string{id}
	}
	return slices.Clone(assets)
}

// Checks returns a check for each source that has criteria, named after its asset, with the policy
// of [Criteria.Policy]. source returns where the landings of an asset come from; if it is nil, or
// returns nil, the check has no source and is never measured. To feed them from a sources.json:
//
//	checks := manifest.Checks(file.Source)
//
// A source whose criteria could not be understood gets a check that is never measured, with the
// reason.
func (m *Manifest) Checks(source func(asset string) freshness.Source) []freshness.Check {
	var checks []freshness.Check
	for _, s := range m.Sources {
		policy, ok := s.Criteria.Policy()
		if !ok && s.Err == nil {
			continue
		}
		check := freshness.Check{Name: s.ID, Asset: s.ID, Policy: policy}
		switch {
		case s.Err != nil:
			check.Source = broken{s.Err}
		case source != nil:
			check.Source = source(s.ID)
		}
		checks = append(checks, check)
	}
	return checks
}

// A broken source has no landings, but the reason why.
type broken struct{ err error }

func (b broken) Landings(context.Context) (freshness.Landings, error) { return nil, b.err }

// DraftSLAs returns a promise for each exposure, in the order of their IDs: that each source that
// it rests on, however far upstream, is as fresh as its criteria in dbt, for the target's share of
// the window. Its owners are those of the groups of the models that it uses directly.
//
// These are drafts. An exposure that rests on no source with criteria gets a promise without
// objectives.
func (m *Manifest) DraftSLAs(target sla.Target, window sla.Window) []sla.SLA {
	feeders := map[string][]string{}
	for _, e := range m.edges {
		feeders[e.To] = append(feeders[e.To], e.From)
	}
	drafts := make([]sla.SLA, len(m.Exposures))
	for i, e := range m.Exposures {
		drafts[i] = e.SLA()
		drafts[i].Owners = m.owners(e.DependsOn)
		drafts[i].Objectives = m.objectives(upstream(e.ID, feeders), target, window)
	}
	return drafts
}

// upstream returns everything that feeds an asset, however indirectly.
func upstream(id string, feeders map[string][]string) map[string]bool {
	seen := map[string]bool{id: true}
	for queue := []string{id}; len(queue) > 0; queue = queue[1:] {
		for _, parent := range feeders[queue[0]] {
			if !seen[parent] {
				seen[parent] = true
				queue = append(queue, parent)
			}
		}
	}
	return seen
}

func (m *Manifest) objectives(reached map[string]bool, target sla.Target, window sla.Window) []sla.Objective {
	var list []sla.Objective
	for _, s := range m.Sources {
		if policy, ok := s.Criteria.Policy(); ok && reached[s.ID] && s.Err == nil {
			list = append(list, sla.Objective{
				Name: s.ID, Asset: s.ID, Target: target, Window: window, Freshness: policy,
			})
		}
	}
	return list
}

func byID(n Node, id string) int { return cmp.Compare(n.ID, id) }

func (m *Manifest) owners(assets []string) (list []string) {
	for _, id := range assets {
		if owner := m.ownerOf(id); owner != "" {
			list = append(list, owner)
		}
	}
	return ascending(list)
}

func (m *Manifest) ownerOf(id string) string {
	i, ok := slices.BinarySearchFunc(m.Nodes, id, byID)
	if !ok {
		return ""
	}
	return m.Nodes[i].Owner
}

// ascending orders a list in place, each text once.
func ascending(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
