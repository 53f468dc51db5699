package priority

import (
	"slices"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// Lint returns what is odd about the matrix although it is valid, each finding a [*sla.FieldError]
// with its path: impacts first, then urgencies, then modifiers. It returns nil if nothing is odd,
// as for ServiceNow's matrix.
//
//	an impact or urgency that only a claim can reach
//	a condition that an earlier urgency has already met
//	neighbors with the same cells, of which one would do
//	a modifier without a condition, with one that every signal meets, or with those of an earlier modifier
//	a modifier that changes no cell
func (m Matrix) Lint() []*sla.FieldError { return m.filled().lint() }

// Lint returns what is odd about how the classifier decides: first the findings of [Matrix.Lint],
// then, if more than half of the assets in its catalog can be P1, how many can. Where most things
// come first, nothing does. It returns nil if nothing is odd.
func (c *Classifier) Lint() []*sla.FieldError {
	odd := linter(c.load().grid.lint())
	if p1, all := c.reachable(P1); 2*p1 > all {
		odd.add("catalog", "%d of %s can be P1", p1, plain.Count(all, "asset"))
	}
	return odd
}

// reachable returns how many assets of the catalog a firing signal can get at least this priority
// about, without a claim, and how many assets there are. What KeptUntil holds counts as P1, which
// it becomes.
func (c *Classifier) reachable(least Priority) (assets, all int) {
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

// A linter collects findings.
type linter []*sla.FieldError

func (l *linter) add(path, format string, args ...any) {
	*l = append(*l, fault.New(path, format, args...))
}

func (g *grid) lint() []*sla.FieldError {
	var l linter
	for i := range g.impacts {
		path, name := fault.Element("impacts", i), quoted(g.impacts[i].Name)
		if i < len(g.impacts)-1 && len(g.impacts[i].Tiers) == 0 {
			l.add(path, "%s has no tier: only a claim reaches it", name)
		}
		if i > 0 && g.sameCells(i-1, i) {
			l.add(path, "%s has the same cells as the impact before it", name)
		}
	}

	for i := range g.urgencies {
		path, name := fault.Element("urgencies", i), quoted(g.urgencies[i].Name)
		for _, words := range g.unmet(i) {
			l.add(path, "%s: %s", name, words)
		}
		if i > 0 && g.sameColumn(i-1, i) {
			l.add(path, "%s has the same cells as the urgency before it", name)
		}
	}

	g.lintModifiers(&l)
	return l
}

// sameCells reports whether two impacts have the same priority at every urgency.
func (g *grid) sameCells(i, j int) bool {
	n := len(g.urgencies)
	return slices.Equal(g.cells[i*n:][:n], g.cells[j*n:][:n])
}

// sameColumn reports whether two urgencies have the same priority at every impact.
func (g *grid) sameColumn(u, v int) bool {
	for i := range g.impacts {
		if g.cell(i, u) != g.cell(i, v) {
			return false
		}
	}
	return true
}

// unmet returns which conditions of an urgency are never met by a signal that earlier urgencies
// leave to it.
func (g *grid) unmet(i int) (odd []string) {
	u, before := g.urgencies[i], g.urgencies[:i]
	severe := slices.ContainsFunc(before, func(b UrgencyLevel) bool {
		return b.Severity != SeverityUnknown && b.Severity <= u.Severity
	})
	near := slices.ContainsFunc(before, func(b UrgencyLevel) bool { return b.TimeLeft >= u.TimeLeft })
	if u.Severity != SeverityUnknown && severe {
		odd = append(odd, "an earlier urgency takes every signal of severity "+u.Severity.String())
	}
	if u.TimeLeft > 0 && near {
		odd = append(odd, "an earlier urgency takes every signal due in "+plain.Duration(u.TimeLeft))
	}

	// Every known severity is at least info, and an unknown one counts as critical: info takes
	// everything.
	all := slices.ContainsFunc(before, func(b UrgencyLevel) bool { return b.Severity == SeverityInfo })
	if last := i == len(g.urgencies)-1; all || !last && u.Severity == SeverityUnknown && u.TimeLeft == 0 {
		odd = append(odd, "only a claim reaches it")
	}
	return odd
}
