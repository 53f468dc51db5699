package priority

import (
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// nothing stands beside the tiers for what reaches no SLA.
const nothing = sla.Tertiary + 1

// A grid is a table made ready for look-up.
type grid struct {
	rows    []Row
	columns []Column
	cells   []Priority       // row by row
	row     [nothing + 1]int // by the tier reached

	modifiers []Modifier
}

func newGrid(rows []Row, columns []Column, cells []Priority) *grid {
	g := &grid{rows: copyRows(rows), columns: slices.Clone(columns), cells: slices.Clone(cells)}
	for tier := range g.row {
		g.row[tier] = g.rowOf(sla.Tier(tier))
	}
	return g
}

func copyRows(rows []Row) []Row {
	out := slices.Clone(rows)
	for i := range out {
		out[i].Tiers = slices.Clone(out[i].Tiers)
	}
	return out
}

// rowOf finds the first row that lists the tier or a less important one.
func (g *grid) rowOf(tier sla.Tier) int {
	for i, row := range g.rows {
		if slices.ContainsFunc(row.Tiers, func(listed sla.Tier) bool { return tier <= listed }) {
			return i
		}
	}
	return len(g.rows) - 1
}

// least is the least urgent cell: a monotone table has it in its last corner.
func (g *grid) least() Priority { return g.cells[len(g.cells)-1] }

func (g *grid) cell(row, column int) Priority { return g.cells[row*len(g.columns)+column] }

// impact is the row of a signal that reaches the tier: by the tier or by the sender's claim, whichever is greater.
func (g *grid) impact(s *Signal, tier sla.Tier) int {
	row := g.row[tier]
	if s.Impact != "" {
		claimed, _ := claim(g.rows, s.Impact, rowName)
		row = min(row, claimed)
	}
	return row
}

// urgency is the column of a signal: by its severity, by the time left, or by the sender's claim, whichever is the most urgent.
func (g *grid) urgency(s *Signal) int {
	severity, last := s.Severity.rank(), len(g.columns)-1
	left, due := s.left()
	for i := range g.columns[:last] {
		c := &g.columns[i]
		if c.Severity != SeverityUnknown && severity >= c.Severity || due && c.Left > 0 && left <= c.Left {
			last = i
			break
		}
	}
	if s.Urgency != "" {
		claimed, _ := claim(g.columns, s.Urgency, columnName)
		last = min(last, claimed)
	}
	return last
}

func rowName(r *Row) string { return r.Name }

func columnName(c *Column) string { return c.Name }

// claim finds a claimed name. One that the table does not have counts as the first: unknown is not fine.
func claim[T any](list []T, name string, of func(*T) string) (at int, found bool) {
	for i := range list {
		if of(&list[i]) == name {
			return i, true
		}
	}
	return 0, false
}

// claims says what the sender claims.
func (g *grid) claims(s *Signal) (reasons []string) {
	say := func(what, name string, found bool) {
		text := "its sender claims " + what + " " + quoted(name)
		if !found {
			text += ", which the table does not have and so counts as its first"
		}
		if name != "" {
			reasons = append(reasons, text)
		}
	}
	_, found := claim(g.rows, s.Impact, rowName)
	say("impact", s.Impact, found)
	_, found = claim(g.columns, s.Urgency, columnName)
	say("urgency", s.Urgency, found)
	return reasons
}

// left is the time from the signal to its own due instant, negative when that has passed.
func (s *Signal) left() (time.Duration, bool) {
	if s.Due.IsZero() || s.At.IsZero() {
		return 0, false
	}
	return s.Due.Sub(s.At), true
}
