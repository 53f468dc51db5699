package priority

import (
	"strings"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A Modifier moves what a [Matrix] decides by one step: the distance of two named priorities, such
// as P3 and P2. It raises or lowers, and applies to a firing signal that meets all its conditions.
// [Matrix.With] adds it to a matrix.
//
// All that apply count together: two that raise and one that lowers raise by one step. Modifiers
// never reach [P1]: P2 is the highest that they result in. They neither change what is P1 nor lower
// below the last cell of the matrix. The reasons of an assessment name each one that applied.
//
// More evidence never lowers a priority, not even through a modifier. Conditions that evidence can
// change therefore go one way: where a modifier raises, they require at least so much, and where it
// lowers, at most so much. What is unknown about a signal never lowers it, and does raise it. All
// other conditions are about what stays the same: what the signal is about, who sent it, and when
// it was.
//
// Its JSON form has its fields, each under its name in lower case. A Modifier is plain data.
type Modifier struct {
	// Name names the modifier in the reasons. Required.
	Name string `json:"name"`

	// Lower makes it lower. False: it raises.
	Lower bool `json:"lower,omitempty"`

	// Asset is met by assets whose ID begins with it. Empty: no such condition.
	Asset string `json:"asset,omitempty"`

	// Kinds is met by signals of one of these kinds. KindStale, KindAtRisk and KindNotMeasured
	// count as one kind. Empty: no such condition.
	Kinds []Kind `json:"kinds,omitempty"`

	// Source is met by signals from it. Empty: no such condition.
	Source string `json:"source,omitempty"`

	// Dimensions is met by signals that have each of these with this value. Empty: no such
	// condition.
	Dimensions map[string]string `json:"dimensions,omitempty"`

	// Severity is met by signals that are at least as severe; if Lower is set, at most as severe.
	// A signal of unknown severity is critical. SeverityUnknown: no such condition.
	Severity Severity `json:"severity,omitzero"`

	// Tier is met by assets that reach an SLA of this tier or a more important one; if Lower is
	// set, by those that reach no more important one. Primary: no such condition. An asset that the
	// catalog does not know reaches the Classifier's UnknownTier.
	Tier sla.Tier `json:"tier,omitzero"`

	// Consumers is met by assets whose SLAs, all that they reach, have at least so many different
	// consumers; if Lower is set, at most so many. Zero: no such condition. A matrix with such a
	// modifier walks all impacts, and allocates, when it decides.
	Consumers int `json:"consumers,omitempty"`

	// Hours is met by signals whose instant is in working time; if Closed is set, by those outside
	// it. The zero Calendar: no such condition.
	Hours  schedule.Calendar `json:"hours,omitzero"`
	Closed bool              `json:"closed,omitempty"`
}

// applies reports whether the assessed signal meets all conditions. The one on consumers is last:
// it alone walks the catalog.
func (m *Modifier) applies(a *Assessment) bool {
	// A condition that is not set is the zero value, and is met by all.
	s := &a.Signal
	return strings.HasPrefix(s.Asset, m.Asset) && (m.Source == "" || s.Source == m.Source) &&
		m.ofKind(s.Kind) && m.hasDimensions(s) &&
		(m.Severity == SeverityUnknown || m.enough(int(s.Severity.rank()), int(m.Severity))) &&
		(m.Tier == sla.Primary || m.enough(-int(a.tier), -int(m.Tier))) && m.atTime(s) && m.promisedTo(a)
}

// enough compares what there is with what a condition requires: at least so much or, if the
// modifier lowers, at most.
func (m *Modifier) enough(have, want int) bool {
	if m.Lower {
		return have <= want
	}
	return have >= want
}

func (m *Modifier) ofKind(k Kind) bool {
	for _, kind := range m.Kinds {
		if kind.condition() == k.condition() {
			return true
		}
	}
	return len(m.Kinds) == 0
}

func (m *Modifier) hasDimensions(s *Signal) bool {
	for name, value := range m.Dimensions {
		if has, ok := s.Dimensions[name]; !ok || has != value {
			return false
		}
	}
	return true
}

func (m *Modifier) atTime(s *Signal) bool {
	switch {
	case m.Hours.IsZero():
		return true
	case s.At.IsZero():
		return !m.Lower
	}
	return m.Hours.IsOpen(s.At) != m.Closed
}

func (m *Modifier) promisedTo(a *Assessment) bool {
	switch {
	case m.Consumers == 0:
		return true
	case !a.known:
		return !m.Lower
	}
	consumers := map[string]bool{}
	for i := range a.Impacts() {
		for _, name := range i.SLA.Consumers {
			consumers[name] = true
		}
	}
	return m.enough(len(consumers), m.Consumers)
}

// steps returns by how much one modifier moves.
func (m *Modifier) steps() Priority {
	if m.Lower {
		return -1
	}
	return 1
}

// modify moves the priority p of a cell by the modifiers that apply.
func (g *grid) modify(p Priority, a *Assessment) Priority {
	steps := Priority(0)
	for i := range g.modifiers {
		if m := &g.modifiers[i]; m.applies(a) {
			steps += m.steps()
		}
	}
	return g.moved(p, steps)
}

// moved returns p so many steps up or down. It is monotone in both, and P1 stays P1.
func (g *grid) moved(p, steps Priority) Priority {
	switch {
	case p >= P1 || steps == 0:
		return p
	case steps > 0:
		return min(p+steps*step, max(p, P2))
	}
	// A cell may hold the smallest int: the sum is not computed where it would be below the floor.
	if floor := min(p, g.least()); p < floor-steps*step {
		return floor
	}
	return p + steps*step
}

// most returns the highest priority that modifiers can make of a cell.
func (g *grid) most(p Priority) Priority {
	steps := Priority(0)
	for i := range g.modifiers {
		steps = max(steps, steps+g.modifiers[i].steps())
	}
	return g.moved(p, steps)
}

// applied returns the names of the modifiers that applied, and what each of them did in words.
func (g *grid) applied(a *Assessment) (names, reasons []string) {
	for i := range g.modifiers {
		m := &g.modifiers[i]
		if !m.applies(a) {
			continue
		}
		verb := " raises it one step"
		if m.Lower {
			verb = " lowers it one step"
		}
		names, reasons = append(names, m.Name), append(reasons, "modifier "+quoted(m.Name)+verb)
	}
	return names, reasons
}
