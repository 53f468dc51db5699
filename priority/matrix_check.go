package priority

import (
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A matrixCheck is a matrix before it is checked, and the faults found in it. A cell may be nil
// here: it is missing.
type matrixCheck struct {
	fault.List
	impacts   []ImpactLevel
	urgencies []UrgencyLevel
	cells     [][]*Priority
	modifiers []Modifier
}

// check returns all faults.
func (c *matrixCheck) check() *fault.List {
	c.names()
	c.tiers()
	c.conditions()
	c.complete()
	c.monotone()
	checkModifiers(&c.List, c.modifiers)
	return &c.List
}

func (c *matrixCheck) names() {
	if len(c.impacts) == 0 {
		c.Add("impacts", "a matrix needs at least one")
	}
	uniqueNames(&c.List, "impacts", len(c.impacts), func(i int) string { return c.impacts[i].Name })
	if len(c.urgencies) == 0 {
		c.Add("urgencies", "a matrix needs at least one")
	}
	uniqueNames(&c.List, "urgencies", len(c.urgencies), func(i int) string { return c.urgencies[i].Name })
}

// uniqueNames adds a fault for each of n names of a list that is empty or not the first of its
// kind.
func uniqueNames(f *fault.List, list string, n int, name func(int) string) {
	first := map[string]int{}
	for i := range n {
		path := fault.Join(fault.Element(list, i), "name")
		earlier, twice := first[name(i)]
		switch {
		case name(i) == "":
			f.Add(path, "empty")
		case twice:
			f.Add(path, "%s is already the name of %s", quoted(name(i)), fault.Element(list, earlier))
		default:
			first[name(i)] = i
		}
	}
}

// tiers checks that tiers stand in the order of their importance, each once. Then the impact of a
// tier is the first that lists it or a less important one, and more importance never means less
// impact.
func (c *matrixCheck) tiers() {
	var (
		listed = map[sla.Tier]int{}
		least  = sla.Primary // the least important tier listed so far
	)
	for i, impact := range c.impacts {
		path := fault.Join(fault.Element("impacts", i), "tiers")
		if i == len(c.impacts)-1 && len(impact.Tiers) > 0 {
			c.Add(path, "the last impact takes whatever is left and lists no tier")
		}

		worst := least
		for _, tier := range impact.Tiers {
			earlier, twice := listed[tier]
			switch {
			case tier < sla.Primary || tier >= nothing:
				c.Add(path, "%d is not a tier", int(tier))
			case twice:
				c.Add(path, "%v is already listed in impacts[%d]", tier, earlier)
			case tier < least:
				c.Add(path, "%v stands below the less important %v", tier, least)
			}
			listed[tier] = i
			worst = max(worst, tier)
		}
		least = worst
	}
}

func (c *matrixCheck) conditions() {
	for i, u := range c.urgencies {
		path := fault.Element("urgencies", i)
		checkSeverity(&c.List, path, u.Severity)
		c.Negative(path+".time_left", u.TimeLeft)
		if i == len(c.urgencies)-1 && (u.Severity != SeverityUnknown || u.TimeLeft != 0) {
			c.Add(path, "the last urgency takes whatever is left and has no condition")
		}
	}
}

func checkSeverity(f *fault.List, path string, s Severity) {
	if !severities.Has(int(s)) {
		f.Add(path+".severity", "%d is not a severity", int(s))
	}
}

// complete checks that there is a cell for every pair, no other cell, and none above P1. Without
// impacts or urgencies, which is a fault already, no cell has a place.
func (c *matrixCheck) complete() {
	if len(c.impacts) == 0 || len(c.urgencies) == 0 {
		return
	}
	for i := range c.impacts {
		for u := range c.urgencies {
			if c.cell(i, u) == nil {
				c.Add(cellPath(i, u), "missing")
			}
		}
	}
	for i, row := range c.cells {
		for u, p := range row {
			// A cell out of place is a fault of its own, whatever it holds.
			switch {
			case i >= len(c.impacts) || u >= len(c.urgencies):
				c.Add(cellPath(i, u), "outside the matrix of %d by %d", len(c.impacts), len(c.urgencies))
			case p != nil && *p > P1:
				c.Add(cellPath(i, u), "%v is above P1", *p)
			}
		}
	}
}

// monotone checks that less impact or less urgency never gets a higher priority.
func (c *matrixCheck) monotone() {
	for i, row := range c.cells {
		for u, p := range row {
			c.compare(p, i, u, i-1, u, "impact")
			c.compare(p, i, u, i, u-1, "urgency")
		}
	}
}

// compare adds a fault if the cell p at (i, u) is more urgent than the one at (j, v), which has
// more of something.
func (c *matrixCheck) compare(p *Priority, i, u, j, v int, less string) {
	if more := c.cell(j, v); p != nil && more != nil && *p > *more {
		c.Add(cellPath(i, u), "%v is more urgent than %s, %v, though its %s is lower",
			*p, cellPath(j, v), *more, less)
	}
}

func cellPath(impact, urgency int) string {
	return fault.Element(fault.Element("cells", impact), urgency)
}

// cell returns a cell, or nil if it is missing.
func (c *matrixCheck) cell(impact, urgency int) *Priority {
	if impact < 0 || impact >= len(c.cells) || urgency < 0 || urgency >= len(c.cells[impact]) {
		return nil
	}
	return c.cells[impact][urgency]
}

// present turns cells into cells that may be missing.
func present(cells [][]Priority) [][]*Priority {
	out := make([][]*Priority, len(cells))
	for i, row := range cells {
		for u := range row {
			out[i] = append(out[i], &row[u])
		}
	}
	return out
}
