package priority

import (
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A Table gives a priority to every pair of impact and urgency.
// It decides wherever the always-P1 rule does not; see [Classifier].
//
// A Table is complete and monotone: more impact, or more urgency, never gets a lower priority.
// [NewTable] and [Table.UnmarshalJSON] refuse any other, and there is no other way to make one.
// The zero Table is ServiceNow's, of three impacts by three urgencies:
//
//	                                   1 - High   2 - Medium   3 - Low
//	1 - High    a primary SLA             P1          P2          P3
//	2 - Medium  a secondary SLA           P2          P3          P4
//	3 - Low     anything else             P3          P4          P5
//
// where a signal's urgency is High if it is an error or worse, or due within an hour;
// Medium if it is a warning or worse, or due within four hours; and else Low.
//
// A [Modifier] moves what it decides by one step, for all signals that meet its conditions; see [Table.Modify].
//
// A Table is immutable, and safe for concurrent use by multiple goroutines.
type Table struct{ grid *grid }

// A Row is one impact of a [Table].
type Row struct {
	// Name is what the table's owners call this impact. A signal may claim it; see Signal.Impact.
	Name string `json:"name"`

	// Tiers lists the tiers whose SLAs a signal of this impact reaches. A tier that no row lists
	// belongs to the first row with a less important one, and else to the last row,
	// which takes whatever is left and lists none. Any other row without tiers is reached by its name alone.
	Tiers []sla.Tier `json:"tiers,omitempty"`
}

// A Column is one urgency of a [Table]. A signal gets the first column of which it meets either condition.
// The last column takes whatever is left and has no condition.
// Any other column without a condition is reached by its name alone.
type Column struct {
	// Name is what the table's owners call this urgency. A signal may claim it; see Signal.Urgency.
	Name string

	// Severity is met by a signal that is as severe, or more. SeverityUnknown: no such condition.
	Severity Severity

	// Left is met by a signal whose own Due is that far away, or nearer, or past. Zero: no such condition.
	Left time.Duration
}

// NewTable returns the table with these rows, the greatest impact first, these columns, the most urgent first,
// and cells[row][column]. It copies what it is given.
//
// A table with a fault is refused, with all its faults joined, each a [*sla.FieldError] whose path names the place, as in
//
//	cells[1][2]: missing
//	cells[2][0]: P1 is more urgent than cells[1][0], P2, though its impact is lower
//
// Faults are: no row or no column; a name that is empty or given twice; a cell missing, beyond the table, above [P1],
// or more urgent than the one above it or to its left; a tier unknown, listed twice, or standing below a less important one;
// a negative time left; an unknown severity; a condition on the last row or column.
func NewTable(rows []Row, columns []Column, cells [][]Priority) (Table, error) {
	if err := checkTable(rows, columns, present(cells), nil); err != nil {
		return Table{}, err
	}
	return Table{newGrid(rows, columns, slices.Concat(cells...))}, nil
}

// Rows returns a copy of the rows, the greatest impact first.
func (t Table) Rows() []Row { return copyRows(t.filled().rows) }

// Columns returns a copy of the columns, the most urgent first.
func (t Table) Columns() []Column { return slices.Clone(t.filled().columns) }

// Cell returns the priority of a row and a column, counted from 0, and false for a place outside the table.
func (t Table) Cell(row, column int) (Priority, bool) {
	g := t.filled()
	if row < 0 || row >= len(g.rows) || column < 0 || column >= len(g.columns) {
		return 0, false
	}
	return g.cell(row, column), true
}

// Equal reports whether two tables have the same rows, columns, cells and modifiers.
func (t Table) Equal(u Table) bool {
	a, b := t.filled(), u.filled()
	return slices.EqualFunc(a.rows, b.rows, func(x, y Row) bool { return x.Name == y.Name && slices.Equal(x.Tiers, y.Tiers) }) &&
		slices.Equal(a.columns, b.columns) && slices.Equal(a.cells, b.cells) && sameModifiers(a.modifiers, b.modifiers)
}

func (t Table) filled() *grid {
	if t.grid == nil {
		return serviceNow()
	}
	return t.grid
}

// serviceNow returns the nine rows of ServiceNow's priority look-up, which its incidents and its problems share.
func serviceNow() *grid {
	return newGrid(
		[]Row{{"1 - High", []sla.Tier{sla.Primary}}, {"2 - Medium", []sla.Tier{sla.Secondary}}, {Name: "3 - Low"}},
		[]Column{{"1 - High", SeverityError, time.Hour}, {"2 - Medium", SeverityWarning, 4 * time.Hour}, {Name: "3 - Low"}},
		[]Priority{P1, P2, P3, P2, P3, P4, P3, P4, P5},
	)
}
