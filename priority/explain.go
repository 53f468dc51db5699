package priority

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// String returns the assessment in one line, without the priority, so that printing both reads well:
//
//	fmt.Println(a.Priority, a) // P1 raw.orders: extract exited 1 → stg.orders → mart.orders → "Orders ready by 07:00" (finance), due in 42m
//
// It names the lead SLA and its consumers, and when that is due; of an asset upstream of it also when that itself was due, if at another instant.
// All lengths of time are from the signal's instant. A resolved signal reads as recovery, without the path:
//
//	raw.orders has landed, resolved for "Orders ready by 07:00" (finance)
//
// Whatever the names hold, it stays one line: what does not print is escaped in quotes,
// a name of more than 240 bytes is cut, and so is the middle of a path of more than nine assets.
func (a Assessment) String() string {
	lead, ok := a.Lead()
	switch {
	case a.Signal.Resolved && ok:
		return a.news() + " for " + promise(lead.SLA)
	case a.Signal.Resolved:
		return a.news()
	}
	text := a.news()
	switch {
	case ok:
		text += trail(lead.Path[1:]) + arrow + promise(lead.SLA)
	case !a.known:
		text += " → unknown to the catalog"
	case a.upkeep != nil:
		c := a.upkeep.list[0]
		text += arrow + quoted(a.upkeep.slas[0].Title()) + ", under maintenance for " + brief(c.End.Sub(a.Signal.At))
	default:
		text += " → no SLA"
	}
	if due, ok := a.atEnd(); ok {
		text += ", " + dueText(due, a.Signal.At)
	}
	return text
}

const arrow = " → "

// news says what happened to the asset; and of one upstream of its lead SLA, when it was due itself, where that is another instant.
func (a *Assessment) news() string {
	text := a.Signal.line()
	if a.Signal.Resolved {
		return text + ", resolved"
	}
	left, ok := a.Signal.left()
	if end, _ := a.atEnd(); ok && a.hops() > 0 && !end.Equal(a.Signal.Due) {
		text += ", " + ownText(left)
	}
	return text
}

// atEnd is what is due at the end of the path, where the lead SLA is; and where that has nothing due, what is due of the asset itself.
func (a *Assessment) atEnd() (time.Time, bool) {
	if a.hops() > 0 && !a.Signal.Resolved {
		if due, ok := a.promised(); ok {
			return due, true
		}
	}
	return a.Due()
}

// line says what happened to the asset.
func (s *Signal) line() string {
	asset := plain(s.Asset)
	if verb, _, _ := strings.Cut(s.Summary, " "); s.Summary != "" && !follows(verb) {
		asset += ":"
	}
	return asset + " " + plain(s.news())
}

// news is the summary, or what the kind says instead.
func (s *Signal) news() string {
	if s.Resolved {
		return cmp.Or(s.Summary, "is well again")
	}
	return cmp.Or(s.Summary, s.Kind.says())
}

// follows reports whether a summary that begins with a word reads well right behind the asset's name.
func follows(verb string) bool {
	return verb == "has" || verb == "is" || verb == "was" || verb == "could"
}

// trail writes the assets of a path, each behind an arrow, without the middle of a long one.
func trail(path []string) string {
	const most, ends = 8, 3
	if hidden := len(path) - 2*ends; len(path) > most {
		return trail(path[:ends]) + arrow + fmt.Sprintf("… %d more …", hidden) + trail(path[len(path)-ends:])
	}
	var b strings.Builder
	for _, asset := range path {
		b.WriteString(arrow + plain(asset))
	}
	return b.String()
}

// promise names an SLA and those to whom it was made.
func promise(p *sla.SLA) string {
	var about []string
	if p.Tier != sla.Primary {
		about = append(about, p.Tier.String())
	}
	if len(p.Consumers) > 0 {
		about = append(about, plains(p.Consumers, ", "))
	}
	text := quoted(p.Title())
	if len(about) > 0 {
		text += " (" + strings.Join(about, "; ") + ")"
	}
	return text
}

// Explain returns one longer line for whoever has to act: the priority and the reasons.
//
//	P1: raw.orders has not landed for 23h31m, overdue by 40m; it feeds mart.orders (raw.orders → stg.orders → mart.orders), promised as "Orders by 07:00" (primary) to Finance; due 2021-03-04 07:00 GMT, 42m left; P1 because it reaches a primary SLA
//
// It stays one line as String does.
func (a Assessment) Explain() string {
	return a.Priority.String() + ": " + strings.Join(a.Reasons(), "; ")
}

// Reasons returns why the priority is what it is, in words, the most telling first:
// what happened; what the asset feeds and to whom that was promised; how many other SLAs it reaches; when it is due;
// and whatever else had a part in the decision: an unknown asset, an unknown severity, the place in the table, its modifiers.
// Each is one line as String is.
func (a Assessment) Reasons() []string {
	reasons := []string{a.news()}
	if a.upkeep != nil {
		reasons = append(reasons, a.upkeep.reasons()...)
	}
	reasons = append(reasons, a.where()...)
	if due, ok := a.atEnd(); ok {
		reasons = append(reasons, "due "+stamp(due)+leftText(due, a.Signal.At))
	}
	return append(reasons, a.how()...)
}

// where says what the asset reaches.
func (a *Assessment) where() []string {
	lead, ok := a.Lead()
	switch {
	case a.view == nil:
		return []string{"nothing was assessed"}
	case !a.known && a.Signal.Resolved:
		return []string{"the catalog does not know it: add it to the catalog"}
	case !a.known:
		return []string{"the catalog does not know it, so it is assessed as if it fed a " + a.tier.String() + " SLA: add it to the catalog"}
	case !ok && a.upkeep != nil:
		return []string{"it feeds no SLA that runs"}
	case !ok:
		return []string{"it feeds no SLA"}
	}
	if a.Signal.Resolved {
		return []string{"this does not hold up " + way(lead.Path) + ", " + promised(lead.SLA)}
	}
	reasons := []string{"it " + leads(lead)}
	if effect, _ := a.Effect(lead); effect == EffectBreached {
		reasons = append(reasons, "that promise is broken")
	}
	if more := a.others(); more > 0 {
		reasons = append(reasons, "it reaches "+plural(more, "other SLA"))
	}
	return reasons
}

// leads says by which path an impact was reached, and what was promised to whom.
func leads(i sla.Impact) string {
	text := "is "
	if len(i.Path) > 1 {
		text = "feeds " + way(i.Path) + ", "
	}
	return text + promised(i.SLA)
}

// way names the end of a path, and the path as proof.
func way(path []string) string {
	if len(path) == 1 {
		return plain(path[0])
	}
	return plain(path[len(path)-1]) + " (" + plain(path[0]) + trail(path[1:]) + ")"
}

// promised says what was promised to whom.
func promised(p *sla.SLA) string {
	text := "promised as " + quoted(p.Title()) + " (" + p.Tier.String() + ")"
	if len(p.Consumers) > 0 {
		text += " to " + plains(p.Consumers, ", ")
	}
	return text
}

// others counts the SLAs reached beside the lead.
func (a *Assessment) others() int {
	n := -1
	for range a.Impacts() {
		n++
	}
	return n
}

// how says what else had a part in the decision.
func (a *Assessment) how() []string {
	if a.Rule == RuleAlwaysP1 {
		return []string{"P1 because it reaches a primary SLA"}
	}
	if !a.tabled() {
		return nil
	}
	var reasons []string
	if a.Signal.Severity.rank() != a.Signal.Severity {
		reasons = append(reasons, "nobody said how severe it is, which counts as critical")
	}
	reasons = append(reasons, a.view.grid.claims(&a.Signal)...)
	impact, urgency := a.Cell()
	reasons = append(reasons, fmt.Sprintf("%v by impact %s and urgency %s", a.base(), quoted(impact), quoted(urgency)))
	reasons = append(reasons, a.steps()...)
	if a.p1At != nil {
		reasons = append(reasons, "held below P1 while the promises are proven to have time left: P1 from "+stamp(*a.p1At)+" on")
	}
	return reasons
}

// steps says which modifiers had a part, and what came of it.
func (a *Assessment) steps() []string {
	_, reasons := a.view.grid.modified(a)
	switch {
	case len(reasons) == 0:
		return nil
	case a.Priority == a.base():
		return append(reasons, "so it stays "+a.Priority.String())
	}
	return append(reasons, "so it is "+a.Priority.String())
}
