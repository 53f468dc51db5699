package priority

import (
	"slices"

	"github.com/alwaysp1/alwaysp1/sla"
)

// nothing stands beside the tiers for what reaches no SLA.
const nothing = sla.Tertiary + 1

// A grid is a matrix made ready for look-up.
type grid struct {
	impacts   []ImpactLevel
	urgencies []UrgencyLevel
	cells     []Priority       // row by row: all urgencies of the first impact first
	row       [nothing + 1]int // the impact by the tier reached

	modifiers []Modifier
}

func newGrid(impacts []ImpactLevel, urgencies []UrgencyLevel, cells []Priority) *grid {
	g := &grid{impacts: copyImpacts(impacts), urgencies: slices.Clone(urgencies), cells: slices.Clone(cells)}
	for tier := range g.row {
		g.row[tier] = g.impactOf(sla.Tier(tier))
	}
	return g
}

func copyImpacts(impacts []ImpactLevel) []ImpactLevel {
	out := slices.Clone(impacts)
	for i := range out {
		out[i].Tiers = slices.Clone(out[i].Tiers)
	}
	return out
}

// impactOf finds the first impact that lists the tier or a less important one.
func (g *grid) impactOf(tier sla.Tier) int {
	for i, impact := range g.impacts {
		if slices.ContainsFunc(impact.Tiers, func(listed sla.Tier) bool { return tier <= listed }) {
			return i
		}
	}
	return len(g.impacts) - 1
}

// least returns the least urgent cell: a monotone matrix has it in its last corner.
func (g *grid) least() Priority { return g.cells[len(g.cells)-1] }

func (g *grid) cell(impact, urgency int) Priority { return g.cells[impact*len(g.urgencies)+urgency] }

// impact returns the impact of a signal that reaches the tier: by the tier or by the sender's
// claim, whichever is greater.
func (g *grid) impact(s *Signal, tier sla.Tier) int {
	impact := g.row[tier]
	if s.Impact != "" {
		claimed, _ := claim(g.impacts, s.Impact, impactName)
		impact = min(impact, claimed)
	}
	return impact
}

// urgency returns the urgency of a signal: by its severity, by the time left or by the sender's
// claim, whichever is the most urgent.
func (g *grid) urgency(s *Signal) int {
	severity, urgency := s.Severity.rank(), len(g.urgencies)-1
	left, due := s.left()
	for i := range g.urgencies[:urgency] {
		u := &g.urgencies[i]
		severe := u.Severity != SeverityUnknown && severity >= u.Severity
		if severe || due && u.TimeLeft > 0 && left <= u.TimeLeft {
			urgency = i
			break
		}
	}

	if s.Urgency != "" {
		claimed, _ := claim(g.urgencies, s.Urgency, urgencyName)
		urgency = min(urgency, claimed)
	}
	return urgency
}

func impactName(l *ImpactLevel) string { return l.Name }

func urgencyName(l *UrgencyLevel) string { return l.Name }

// claim finds a claimed name. A name that the matrix does not have counts as the first: unknown is
// not harmless.
func claim[T any](list []T, name string, of func(*T) string) (at int, found bool) {
	for i := range list {
		if of(&list[i]) == name {
			return i, true
		}
	}
	return 0, false
}

// claims returns what the sender claims, in words.
func (g *grid) claims(s *Signal) (reasons []string) {
	add := func(what, name string, found bool) {
		text := "its sender claims " + what + " " + quoted(name)
		if !found {
			text += ", which the matrix does not have and so counts as its first"
		}
		if name != "" {
			reasons = append(reasons, text)
		}
	}
	_, found := claim(g.impacts, s.Impact, impactName)
	add("impact", s.Impact, found)
	_, found = claim(g.urgencies, s.Urgency, urgencyName)
	add("urgency", s.Urgency, found)
	return reasons
}
