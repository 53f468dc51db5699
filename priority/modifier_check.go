package priority

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/alwaysp1/alwaysp1/sla"
)

// Modify returns the table with these modifiers in place of those it has. It copies what it is given.
//
// A modifier with a fault is refused, with all faults joined, each a [*sla.FieldError] whose path names the place, as in
//
//	modifiers[1].name: "nights" is the name of modifiers[0] too
//
// Faults are: a name that is empty or given twice; a kind, severity or tier unknown; a negative number of consumers;
// Closed without Hours.
func (t Table) Modify(modifiers ...Modifier) (Table, error) {
	var f faults
	f.modifiers(modifiers)
	if len(f) > 0 {
		return Table{}, errors.Join(f...)
	}
	g := *t.filled()
	g.modifiers = copyModifiers(modifiers)
	return Table{&g}, nil
}

// Modifiers returns a copy of the table's modifiers, in the order in which they were given.
func (t Table) Modifiers() []Modifier { return copyModifiers(t.filled().modifiers) }

func copyModifiers(list []Modifier) []Modifier {
	out := slices.Clone(list)
	for i := range out {
		out[i].Kinds, out[i].Dimensions = slices.Clone(out[i].Kinds), maps.Clone(out[i].Dimensions)
	}
	return out
}

func (f *faults) modifiers(list []Modifier) {
	f.uniqueNames("modifiers", len(list), func(i int) string { return list[i].Name })
	for i := range list {
		m, path := &list[i], fmt.Sprintf("modifiers[%d]", i)
		for j, kind := range m.Kinds {
			if kind < 0 || int(kind) >= len(kinds()) {
				f.add(fmt.Sprintf("%s.kinds[%d]", path, j), "%d is not a kind", int(kind))
			}
		}
		if m.Severity < SeverityUnknown || m.Severity > SeverityCritical {
			f.add(path+".severity", "%d is not a severity", int(m.Severity))
		}
		if m.Tier < sla.Primary || m.Tier >= nothing {
			f.add(path+".tier", "%d is not a tier", int(m.Tier))
		}
		if m.Consumers < 0 {
			f.add(path+".consumers", "%d is negative", m.Consumers)
		}
		if m.Closed && m.Hours.IsZero() {
			f.add(path+".closed", "without hours, nothing is closed")
		}
	}
}

// same reports whether two modifiers have the same conditions.
func (m *Modifier) same(o *Modifier) bool {
	return m.Asset == o.Asset && m.Source == o.Source && m.Severity == o.Severity && m.Tier == o.Tier && m.Consumers == o.Consumers &&
		m.Closed == o.Closed && m.Hours.Equal(o.Hours) && slices.Equal(m.Kinds, o.Kinds) && maps.Equal(m.Dimensions, o.Dimensions)
}

func sameModifiers(a, b []Modifier) bool {
	return slices.EqualFunc(a, b, func(m, o Modifier) bool { return m.Name == o.Name && m.Lower == o.Lower && m.same(&o) })
}

// lintModifiers says what is odd about the modifiers.
func (g *grid) lintModifiers() (odd []string) {
	for i := range g.modifiers {
		m := &g.modifiers[i]
		place := fmt.Sprintf("modifiers[%d] %s", i, quoted(m.Name))
		if m.same(&Modifier{}) {
			odd = append(odd, place+": no condition: it applies to everything")
		}
		if m.idle() {
			odd = append(odd, place+": every signal meets its severity")
		}
		if !slices.ContainsFunc(g.cells, func(p Priority) bool { return g.moved(p, m.steps()) != p }) {
			odd = append(odd, place+": it changes no cell")
		}
		for j := range g.modifiers[:i] {
			if o := &g.modifiers[j]; m.same(o) {
				odd = append(odd, fmt.Sprintf("%s: the same conditions as modifiers[%d] %s", place, j, quoted(o.Name)))
			}
		}
	}
	return odd
}

// idle reports whether the condition of severity leaves nothing out.
func (m *Modifier) idle() bool {
	return m.Lower && m.Severity == SeverityCritical || !m.Lower && m.Severity == SeverityInfo
}

// steps is what one modifier moves by.
func (m *Modifier) steps() Priority {
	if m.Lower {
		return -1
	}
	return 1
}
