package priority

import (
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A Matrix gives a priority to every pair of impact and urgency. Each impact is a row of its cells
// and each urgency a column. It decides wherever the always-P1 rule does not; see [Classifier].
//
// A Matrix is complete and monotone: more impact, or more urgency, never gets a lower priority.
// [NewMatrix] and [Matrix.UnmarshalJSON] refuse any other, and there is no other way to make one.
// The zero Matrix is ServiceNow's, of three impacts by three urgencies:
//
//	                                   1 - High   2 - Medium   3 - Low
//	1 - High    a primary SLA             P1          P2          P3
//	2 - Medium  a secondary SLA           P2          P3          P4
//	3 - Low     anything else             P3          P4          P5
//
// where a signal's urgency is High if it is an error or worse, or due within an hour;
// Medium if it is a warning or worse, or due within four hours; and else Low.
//
// A [Modifier] moves what the matrix decides by one step, for signals that meet its conditions; see
// [Matrix.With].
//
// A Matrix is immutable, and safe for concurrent use by multiple goroutines.
type Matrix struct{ grid *grid }

// An ImpactLevel is one impact of a [Matrix].
type ImpactLevel struct {
	// Name is what the matrix's owners call this impact. A signal may claim it; see Signal.Impact.
	Name string `json:"name"`

	// Tiers lists the tiers whose SLAs a signal of this impact reaches. A tier that no impact lists
	// belongs to the first impact with a less important one, and else to the last impact, which
	// takes whatever is left and lists none. Any other impact without tiers is reached only by a
	// claim.
	Tiers []sla.Tier `json:"tiers,omitempty"`
}

// An UrgencyLevel is one urgency of a [Matrix]. A signal gets the first urgency of which it meets
// either condition. The last urgency takes whatever is left and has no condition. Any other urgency
// without a condition is reached only by a claim.
type UrgencyLevel struct {
	// Name is what the matrix's owners call this urgency. A signal may claim it; see
	// Signal.Urgency.
	Name string

	// Severity is met by a signal that is at least as severe. SeverityUnknown: no such condition.
	Severity Severity

	// TimeLeft is met by a signal whose own Due is at most that far away, or has passed. Zero: no
	// such condition.
	TimeLeft time.Duration
}

// NewMatrix returns the matrix with these impacts, the greatest first, these urgencies, the most
// urgent first, and cells[impact][urgency]. It copies its arguments.
//
// A matrix with a fault is refused. The error joins all faults, each a [*sla.FieldError] whose path
// names the place as the JSON form does:
//
//	cells[1][2]: missing
//	cells[2][0]: P1 is more urgent than cells[1][0], P2, though its impact is lower
//
// Faults are: no impact or no urgency; a name that is empty or given twice; a cell that is missing,
// outside the matrix, above [P1], or more urgent than the one above it or to its left; a tier that
// is unknown, listed twice, or below a less important one; a negative time left; an unknown
// severity; a condition on the last impact or urgency.
func NewMatrix(impacts []ImpactLevel, urgencies []UrgencyLevel, cells [][]Priority) (Matrix, error) {
	c := matrixCheck{impacts: impacts, urgencies: urgencies, cells: present(cells)}
	if err := c.check().Err(); err != nil {
		return Matrix{}, err
	}
	return Matrix{newGrid(impacts, urgencies, slices.Concat(cells...))}, nil
}

// With returns the matrix with these modifiers in place of those it has. It copies its arguments.
//
// A modifier with a fault is refused. The error joins all faults, each a [*sla.FieldError] whose
// path names the place:
//
//	modifiers[1].name: "nights" is already the name of modifiers[0]
//
// Faults are: a name that is empty or given twice; an unknown kind, severity or tier; a negative
// number of consumers; Closed without Hours.
func (m Matrix) With(modifiers ...Modifier) (Matrix, error) {
	var f fault.List
	checkModifiers(&f, modifiers)
	if err := f.Err(); err != nil {
		return Matrix{}, err
	}
	g := *m.filled()
	g.modifiers = copyModifiers(modifiers)
	return Matrix{&g}, nil
}

// Impacts returns a copy of the impacts, the greatest first.
func (m Matrix) Impacts() []ImpactLevel { return copyImpacts(m.filled().impacts) }

// Urgencies returns a copy of the urgencies, the most urgent first.
func (m Matrix) Urgencies() []UrgencyLevel { return slices.Clone(m.filled().urgencies) }

// Cell returns the priority of an impact and an urgency, both counted from 0, and false outside the
// matrix.
func (m Matrix) Cell(impact, urgency int) (Priority, bool) {
	g := m.filled()
	if impact < 0 || impact >= len(g.impacts) || urgency < 0 || urgency >= len(g.urgencies) {
		return 0, false
	}
	return g.cell(impact, urgency), true
}

// Equal reports whether two matrices have the same impacts, urgencies, cells and modifiers.
func (m Matrix) Equal(other Matrix) bool {
	a, b := m.filled(), other.filled()
	sameImpact := func(x, y ImpactLevel) bool { return x.Name == y.Name && slices.Equal(x.Tiers, y.Tiers) }
	return slices.EqualFunc(a.impacts, b.impacts, sameImpact) && slices.Equal(a.urgencies, b.urgencies) &&
		slices.Equal(a.cells, b.cells) && sameModifiers(a.modifiers, b.modifiers)
}

func (m Matrix) filled() *grid {
	if m.grid == nil {
		return serviceNow()
	}
	return m.grid
}

// serviceNow returns the nine rows of ServiceNow's priority look-up, which its incidents and
// problems share.
func serviceNow() *grid {
	return newGrid(
		[]ImpactLevel{
			{"1 - High", []sla.Tier{sla.Primary}},
			{"2 - Medium", []sla.Tier{sla.Secondary}},
			{Name: "3 - Low"},
		},
		[]UrgencyLevel{
			{"1 - High", SeverityError, time.Hour},
			{"2 - Medium", SeverityWarning, 4 * time.Hour},
			{Name: "3 - Low"},
		},
		[]Priority{P1, P2, P3, P2, P3, P4, P3, P4, P5},
	)
}
