package priority

import (
	"strings"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A Modifier moves what a [Table] decides by one step: the distance of two named priorities, such as P3 and P2.
// It raises, or it lowers; it applies to a firing signal that meets all conditions it has. [Table.Modify] gives it to a table.
//
// All that apply count together: two that raise and one that lowers raise by one step. Modifiers never reach [P1]:
// P2 is the most that they make of anything. Nor do they touch what is P1, or lower below the table's last cell.
// The reasons of an assessment name each one that had a part.
//
// More evidence never lowers a priority, by way of a modifier either. So conditions that evidence can turn go one way:
// where a modifier raises, they ask for at least so much, and where it lowers, for at most so much. What is not known
// of a signal is no ground to lower it, and is one to raise it. All other conditions are about what stays as it is:
// what the signal is about, who sent it, and when it was.
//
// Its JSON form is made of its fields, each under its name in lower case. A Modifier is plain data.
type Modifier struct {
	// Name names the modifier in the reasons; required.
	Name string `json:"name"`

	// Lower says that it lowers. False: it raises.
	Lower bool `json:"lower,omitempty"`

	// Asset is met by assets whose ID begins with it. Empty: no such condition.
	Asset string `json:"asset,omitempty"`

	// Kinds is met by signals of one of these kinds, of which Stale, AtRisk and Unmeasured are one. Empty: no such condition.
	Kinds []Kind `json:"kinds,omitempty"`

	// Source is met by signals from it. Empty: no such condition.
	Source string `json:"source,omitempty"`

	// Dimensions is met by signals that have each of these, with this value. Empty: no such condition.
	Dimensions map[string]string `json:"dimensions,omitempty"`

	// Severity is met by signals that are as severe or more; where the modifier lowers, as severe or less.
	// A signal of unknown severity is critical. SeverityUnknown: no such condition.
	Severity Severity `json:"severity,omitzero"`

	// Tier is met by assets that reach an SLA of this tier or a more important one; where the modifier lowers, of none
	// that is more important. Primary: no such condition. An asset that the catalog does not know reaches what is assumed.
	Tier sla.Tier `json:"tier,omitzero"`

	// Consumers is met by assets whose SLAs, all that they reach, were promised to so many different consumers or more;
	// where the modifier lowers, to so many or fewer. Zero: no such condition.
	// A table with such a modifier walks all impacts, and allocates, where it decides.
	Consumers int `json:"consumers,omitempty"`

	// Hours is met by signals whose instant lies in working time; where Closed is set, by those outside it.
	// The zero Calendar: no such condition.
	Hours  schedule.Calendar `json:"hours,omitzero"`
	Closed bool              `json:"closed,omitempty"`
}

// applies reports whether the assessed signal meets all conditions.
func (m *Modifier) applies(a *Assessment) bool {
	s := &a.Signal
	return strings.HasPrefix(s.Asset, m.Asset) && (m.Source == "" || s.Source == m.Source) && m.ofKind(s.Kind) && m.hasDimensions(s) &&
		(m.Severity == SeverityUnknown || m.way(int(s.Severity.rank()), int(m.Severity))) &&
		(m.Tier == sla.Primary || m.way(-int(a.tier), -int(m.Tier))) && m.atTime(s) && m.promisedTo(a)
}

// way compares how much there is with how much a condition asks for: at least, or where the modifier lowers, at most.
func (m *Modifier) way(have, ask int) bool {
	if m.Lower {
		return have <= ask
	}
	return have >= ask
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
	return m.Hours.Open(s.At) != m.Closed
}

// promisedTo comes last of the conditions, for it alone costs a walk.
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
	return m.way(len(consumers), m.Consumers)
}

// modify moves the priority p of a table's cell by the modifiers that apply.
func (g *grid) modify(p Priority, a *Assessment) Priority {
	steps := Priority(0)
	for i := range g.modifiers {
		if m := &g.modifiers[i]; m.applies(a) {
			steps += m.steps()
		}
	}
	return g.moved(p, steps)
}

// moved is p so many steps up or down. It is monotone in both, and P1 stays what it is.
func (g *grid) moved(p, steps Priority) Priority {
	switch {
	case p >= P1 || steps == 0:
		return p
	case steps > 0:
		return min(p+steps*step, max(p, P2))
	}
	if floor := min(p, g.least()); p < floor-steps*step { // and not below the least int, which a cell may hold
		return floor
	}
	return p + steps*step
}

// modified says which modifiers had a part.
func (g *grid) modified(a *Assessment) (names, reasons []string) {
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
