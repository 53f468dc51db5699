package priority

import (
	"fmt"
	"slices"

	"github.com/alwaysp1/alwaysp1/sla"
)

// Lint returns what is odd about the table though it is sound, each in one line with its place, rows before columns:
// a row or a column that only a claim can reach, a condition that an earlier column has met already,
// and neighbours with the same cells, of which one would do; a modifier without a condition, with one that every signal meets,
// with those of an earlier one, or that changes no cell. Nothing odd is nil; so is ServiceNow's table.
func (t Table) Lint() []string { return t.filled().lint() }

func (g *grid) lint() (odd []string) {
	for i := range g.rows {
		place := fmt.Sprintf("rows[%d] %s", i, quoted(g.rows[i].Name))
		if i < len(g.rows)-1 && len(g.rows[i].Tiers) == 0 {
			odd = append(odd, place+": no tier: only a claim reaches it")
		}
		if i > 0 && same(func(c int) (Priority, Priority) { return g.cell(i-1, c), g.cell(i, c) }, len(g.columns)) {
			odd = append(odd, place+": the same cells as the row before")
		}
	}
	for i := range g.columns {
		place := fmt.Sprintf("columns[%d] %s", i, quoted(g.columns[i].Name))
		for _, words := range g.unmet(i) {
			odd = append(odd, place+": "+words)
		}
		if i > 0 && same(func(r int) (Priority, Priority) { return g.cell(r, i-1), g.cell(r, i) }, len(g.rows)) {
			odd = append(odd, place+": the same cells as the column before")
		}
	}
	return append(odd, g.lintModifiers()...)
}

// Lint returns what is odd about how the classifier decides: first what [Table.Lint] says of its table, then, if more than half
// of the assets in its catalog can be P1, how many: where most things are first, nothing is. Nothing odd is nil.
func (c *Classifier) Lint() []string {
	odd := c.load().grid.lint()
	if p1, all := c.Reachable(P1); 2*p1 > all {
		odd = append(odd, fmt.Sprintf("catalog: %d of %s can be P1", p1, plural(all, "asset")))
	}
	return odd
}

// Reachable returns how many assets of the catalog a firing signal can get at least this priority about, without a claim,
// and how many assets there are. Where [HoldExposed] is set, what it holds counts as [P1], which it becomes.
func (c *Classifier) Reachable(least Priority) (assets, all int) {
	v := c.load()
	for tier := sla.Primary; tier <= nothing; tier++ {
		n := v.catalog.CountReaching(tier)
		all += n
		most := v.grid.most(v.grid.cell(v.grid.row[tier], 0))
		if tier == sla.Primary {
			most = P1
		}
		if most >= least {
			assets += n
		}
	}
	return assets, all
}

// most is the most that modifiers may make of a cell.
func (g *grid) most(p Priority) Priority {
	steps := Priority(0)
	for i := range g.modifiers {
		steps = max(steps, steps+g.modifiers[i].steps())
	}
	return g.moved(p, steps)
}

// same reports whether n pairs of cells are equal.
func same(pair func(int) (Priority, Priority), n int) bool {
	for i := range n {
		if a, b := pair(i); a != b {
			return false
		}
	}
	return true
}

// unmet says which conditions of a column no signal meets that comes as far as it.
func (g *grid) unmet(i int) (odd []string) {
	c, before := g.columns[i], g.columns[:i]
	severe := slices.ContainsFunc(before, func(b Column) bool { return b.Severity != SeverityUnknown && b.Severity <= c.Severity })
	near := slices.ContainsFunc(before, func(b Column) bool { return b.Left >= c.Left })
	if c.Severity != SeverityUnknown && severe {
		odd = append(odd, "an earlier column takes every signal of severity "+c.Severity.String())
	}
	if c.Left > 0 && near {
		odd = append(odd, "an earlier column takes every signal due in "+c.Left.String())
	}
	all := slices.ContainsFunc(before, func(b Column) bool { return b.Severity == SeverityInfo })
	if last := i == len(g.columns)-1; all || !last && c.Severity == SeverityUnknown && c.Left == 0 {
		odd = append(odd, "only a claim reaches it")
	}
	return odd
}
