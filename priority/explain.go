package priority

import (
	"fmt"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// String returns the assessment in one line, without the priority, so that printing both reads
// well:
//
//	P1 raw.orders: extract exited 1 → mart.orders → "Orders by 07:00" (finance), due in 42m
//
// It names the lead SLA with its consumers, and when that is due. For an asset upstream of the SLA
// it also has when the asset itself was due, if that is another instant. All durations are relative
// to the signal's instant. A resolved signal reads as recovery, without the path:
//
//	raw.orders has landed, resolved for "Orders by 07:00" (finance)
//
// The result is always one line: what does not print is escaped, a name of more than 240 bytes is
// cut, and so is the middle of a path of more than nine assets.
func (a Assessment) String() string {
	lead, ok := a.Lead()
	text := a.news()
	switch {
	case a.Signal.Resolved && ok:
		return text + " for " + promise(lead.SLA)
	case a.Signal.Resolved:
		return text
	}

	switch {
	case ok:
		text += trail(lead.Path[1:]) + arrow + promise(lead.SLA)
	case !a.known:
		text += arrow + "unknown to the catalog"
	case a.upkeep != nil:
		text += arrow + quoted(a.upkeep.slas[0].Title()) + ", under maintenance for " +
			plain.Duration(a.upkeep.list[0].End.Sub(a.Signal.At))
	default:
		text += arrow + "no SLA"
	}
	if due, ok := a.atEnd(); ok {
		text += ", " + dueText(due, a.Signal.At)
	}
	return text
}

// Explain returns one longer line for the engineer who has to act: the priority and the reasons.
//
//	P1: raw.orders has failed; it feeds mart.orders (raw.orders → stg.orders → mart.orders),
//	promised as "Orders by 07:00" (primary) to finance; due 2021-03-04 07:00 GMT, 42m left;
//	P1 because it reaches a primary SLA
//
// Here it is broken to fit. The result is always one line, as that of String is.
func (a Assessment) Explain() string {
	return a.Priority.String() + ": " + strings.Join(a.Reasons(), "; ")
}

// Reasons returns why the priority is what it is, in words, the most important first: what
// happened; what the asset feeds, and which consumers that was promised to; how many other SLAs it reaches;
// when it is due; and what else had a part in the decision: an unknown asset, an unknown severity,
// the place in the matrix, modifiers. Each reason is one line, as the result of String is.
func (a Assessment) Reasons() []string {
	reasons := []string{a.news()}
	if a.upkeep != nil {
		reasons = append(reasons, a.upkeep.reasons()...)
	}
	reasons = append(reasons, a.where()...)
	if due, ok := a.atEnd(); ok {
		reasons = append(reasons, "due "+instant(due)+leftText(due, a.Signal.At))
	}
	return append(reasons, a.how()...)
}

// news returns what happened to the asset. For an asset upstream of its lead SLA it adds when the
// asset itself was due, if that is another instant.
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

// where returns what the asset reaches. Each case is a different state of what is known about it.
func (a *Assessment) where() []string {
	lead, ok := a.Lead()
	// What is not known comes first: no later case may sound as if it were.
	switch {
	case a.view == nil:
		return []string{"nothing was assessed"}
	case !a.known && a.Signal.Resolved:
		return []string{"the catalog does not know it: add it to the catalog"}
	case !a.known:
		return []string{"the catalog does not know it, so it is assessed as if it fed a " + a.tier.String() +
			" SLA: add it to the catalog"}
	case !ok && a.upkeep != nil:
		return []string{"it feeds no SLA that runs"}
	case !ok:
		return []string{"it feeds no SLA"}
	case a.Signal.Resolved:
		return []string{"this does not hold up " + way(lead.Path) + ", " + promised(lead.SLA)}
	}

	reasons := []string{"it " + leads(lead)}
	if effect, _ := a.effect(lead); effect == EffectBreached {
		reasons = append(reasons, "that promise is broken")
	}
	if more := a.others(); more > 0 {
		reasons = append(reasons, "it reaches "+plain.Count(more, "other SLA"))
	}
	return reasons
}

// others returns the number of SLAs reached besides the lead.
func (a *Assessment) others() int {
	n := -1
	for range a.Impacts() {
		n++
	}
	return n
}

// how returns what else had a part in the decision.
func (a *Assessment) how() []string {
	if a.Rule == RuleAlwaysP1 {
		return []string{"P1 because it reaches a primary SLA"}
	}
	if !a.byMatrix() {
		return nil
	}

	var reasons []string
	if a.Signal.Severity.rank() != a.Signal.Severity {
		reasons = append(reasons, "its severity is unknown, which counts as critical")
	}
	reasons = append(reasons, a.view.grid.claims(&a.Signal)...)
	impact, urgency := a.levels()
	reasons = append(reasons,
		fmt.Sprintf("%v by impact %s and urgency %s", a.base(), quoted(impact), quoted(urgency)))
	reasons = append(reasons, a.modifiers()...)
	if a.p1At != nil {
		reasons = append(reasons,
			"held below P1 while the promises are proven to have time left: P1 from "+instant(*a.p1At)+" on")
	}
	return reasons
}

// modifiers returns which modifiers applied, and the result of them.
func (a *Assessment) modifiers() []string {
	_, reasons := a.view.grid.applied(a)
	switch {
	case len(reasons) == 0:
		return nil
	case a.Priority == a.base():
		return append(reasons, "so it stays "+a.Priority.String())
	}
	return append(reasons, "so it is "+a.Priority.String())
}

// promise names an SLA and its consumers.
func promise(p *sla.SLA) string {
	var about []string
	if p.Tier != sla.Primary {
		about = append(about, p.Tier.String())
	}
	if len(p.Consumers) > 0 {
		about = append(about, plain.Names(p.Consumers, ", "))
	}
	text := quoted(p.Title())
	if len(about) > 0 {
		text += " (" + strings.Join(about, "; ") + ")"
	}
	return text
}

// promised returns the name of the SLA, and its consumers.
func promised(p *sla.SLA) string {
	text := "promised as " + quoted(p.Title()) + " (" + p.Tier.String() + ")"
	if len(p.Consumers) > 0 {
		text += " to " + plain.Names(p.Consumers, ", ")
	}
	return text
}
