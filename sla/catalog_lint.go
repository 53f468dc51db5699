package sla

import (
	"iter"
	"slices"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// Assets iterates over all assets by ID: those that an edge names, and those that an SLA is about.
// It sorts them when the iteration starts.
func (c *Catalog) Assets() iter.Seq[string] { return c.sorted(0, nil) }

// Orphans iterates, by ID, over the assets that an SLA is about and that no edge names and none of
// the checks is about. Nothing that fails upstream reaches the SLAs of an orphan: it is a misspelled
// ID, or lineage that is missing. The checks are those that the program runs beside
// [Catalog.Checks], such as the ones of a dbt manifest.
func (c *Catalog) Orphans(checks ...freshness.Check) iter.Seq[string] {
	if c == nil {
		return c.sorted(0, nil)
	}
	return c.sorted(c.linked, checkedBy(checks))
}

func checkedBy(checks []freshness.Check) map[string]bool {
	checked := make(map[string]bool, len(checks))
	for _, check := range checks {
		checked[check.Asset] = true
	}
	return checked
}

// sorted iterates over the assets from a number on, but for those left out.
func (c *Catalog) sorted(from uint32, out map[string]bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		var list []string
		for n := int(from); n < c.Len(); n++ {
			if id := c.id(uint32(n)); !out[id] {
				list = append(list, id)
			}
		}
		slices.Sort(list)
		for _, id := range list {
			if !yield(id) {
				return
			}
		}
	}
}

// Lint returns what [SLA.Lint] finds in each SLA, and then its orphans: assets that no edge and no
// check has, with the asset whose ID is near in spelling. A path begins with the place of its SLA in
// [Catalog.SLAs], "slas[0].objectives[1].asset", and the ID stands before the finding.
//
// events is the number of events a day of each objective, by the name that [Catalog.Objective]
// takes: "orders-by-7/ready". landed are the landings of the past, by asset. An asset with landings
// is no orphan, and neither is one that a check is about: see [Catalog.Orphans]. Without any edge
// and check no orphan is reported.
func (c *Catalog) Lint(
	events map[string]int64, landed map[string]freshness.Landings, checks ...freshness.Check,
) []*FieldError {
	var l linter
	orphans := c.orphans(landed, checks)
	for s := range c.SLAs() {
		own := make(map[string]int64, len(s.Objectives))
		for i := range s.Objectives {
			own[s.Objectives[i].Name] = events[s.ID+"/"+s.Objectives[i].Name]
		}
		rank, _ := c.Rank(s.ID)
		found := linter(s.Lint(own, landed))
		found.orphans(s, orphans)
		for _, f := range found {
			f.Path = fault.Join(fault.Element("slas", rank), f.Path)
		}
		l = append(l, found...)
	}
	if c != nil {
		withIDs(l, "slas", c.slas)
	}
	return l
}

// orphans finds the orphans of a catalog, each with the text that suggests what was meant.
func (c *Catalog) orphans(landed map[string]freshness.Landings, checks []freshness.Check) map[string]string {
	if c == nil || c.linked == 0 && len(checks) == 0 {
		return nil
	}
	checked := checkedBy(checks)
	s := suggester{known: make([]string, 0, int(c.linked)+len(checked))}
	for n := range c.linked {
		s.known = append(s.known, c.id(n))
	}
	for asset := range checked {
		s.known = append(s.known, asset)
	}
	slices.Sort(s.known)

	found := map[string]string{}
	for asset := range c.Orphans(checks...) {
		if len(landed[asset]) > 0 {
			continue
		}
		found[asset] = ""
		if near, ok := s.near(asset); ok {
			found[asset] = ": did you mean " + plain.Quote(near) + "?"
		}
	}
	return found
}

// orphans adds the orphans among the assets of an SLA, each once.
func (l *linter) orphans(s *SLA, suggested map[string]string) {
	seen := map[string]bool{}
	add := func(path, asset string) {
		if meant, orphan := suggested[asset]; orphan && !seen[asset] {
			seen[asset] = true
			l.add(path, "%s has no edge and no check, so that no failure reaches it%s", plain.Quote(asset), meant)
		}
	}
	for i, asset := range s.Assets {
		add(fault.Element("assets", i), asset)
	}
	for i := range s.Objectives {
		add(fault.Element("objectives", i)+".asset", s.Objectives[i].Asset)
	}
}
