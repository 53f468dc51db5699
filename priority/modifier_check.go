package priority

import (
	"maps"
	"slices"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/sla"
)

// checkModifiers adds the faults of modifiers.
func checkModifiers(f *fault.List, list []Modifier) {
	uniqueNames(f, "modifiers", len(list), func(i int) string { return list[i].Name })
	for i := range list {
		m, path := &list[i], fault.Element("modifiers", i)
		for j, kind := range m.Kinds {
			if !kinds.Has(int(kind)) {
				f.Add(fault.Element(path+".kinds", j), "%d is not a kind", int(kind))
			}
		}
		checkSeverity(f, path, m.Severity)
		if m.Tier < sla.Primary || m.Tier >= nothing {
			f.Add(path+".tier", "%d is not a tier", int(m.Tier))
		}
		f.Count(path+".consumers", int64(m.Consumers))
		if m.Closed && m.Hours.IsZero() {
			f.Add(path+".closed", "without hours, nothing is closed")
		}
	}
}

func copyModifiers(list []Modifier) []Modifier {
	out := slices.Clone(list)
	for i := range out {
		out[i].Kinds, out[i].Dimensions = slices.Clone(out[i].Kinds), maps.Clone(out[i].Dimensions)
	}
	return out
}

// same reports whether two modifiers have the same conditions.
func (m *Modifier) same(o *Modifier) bool {
	return m.Asset == o.Asset && m.Source == o.Source && m.Severity == o.Severity && m.Tier == o.Tier &&
		m.Consumers == o.Consumers && m.Closed == o.Closed && m.Hours.Equal(o.Hours) &&
		slices.Equal(m.Kinds, o.Kinds) && maps.Equal(m.Dimensions, o.Dimensions)
}

func sameModifiers(a, b []Modifier) bool {
	return slices.EqualFunc(a, b, func(m, o Modifier) bool {
		return m.Name == o.Name && m.Lower == o.Lower && m.same(&o)
	})
}

// lintModifiers adds what is odd about the modifiers.
func (g *grid) lintModifiers(l *linter) {
	for i := range g.modifiers {
		m := &g.modifiers[i]
		path, name := fault.Element("modifiers", i), quoted(m.Name)
		if m.same(&Modifier{}) {
			l.add(path, "%s has no condition: it applies to everything", name)
		}
		if m.idle() {
			l.add(path, "%s: every signal meets its severity", name)
		}
		if !slices.ContainsFunc(g.cells, func(p Priority) bool { return g.moved(p, m.steps()) != p }) {
			l.add(path, "%s changes no cell", name)
		}
		for j := range g.modifiers[:i] {
			if o := &g.modifiers[j]; m.same(o) {
				l.add(path, "%s has the same conditions as modifiers[%d], %s", name, j, quoted(o.Name))
			}
		}
	}
}

// idle reports whether the condition on severity excludes no signal.
func (m *Modifier) idle() bool {
	return m.Lower && m.Severity == SeverityCritical || !m.Lower && m.Severity == SeverityInfo
}
