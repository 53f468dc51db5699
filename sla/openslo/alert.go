package openslo

import (
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// condition returns the burn rule of an AlertCondition.
func (r *reader) condition(name string, spec node) sla.BurnRule {
	rule := sla.BurnRule{Name: name}
	if !spec.Is() {
		spec.Missing()
		return rule
	}
	if !spec.Object("description", "severity", "condition") {
		return rule
	}
	rule.Page = spec.Get("severity").Required() == "page"

	n := spec.Get("condition")
	if !n.Is() {
		n.Missing()
		return rule
	}
	if !n.Object("kind", "op", "threshold", "lookbackWindow", "alertAfter") {
		return rule
	}
	known(n.Get("kind"), "burnrate")
	switch op := n.Get("op"); known(op, "gt", "gte", "lt", "lte") {
	case "gte":
		op.Note("gte is gt here: a rule fires when the burn rate is strictly above its own")
	case "lt", "lte":
		op.Refuse("an alert for a budget that burns slowly cannot be kept: want gt")
	}
	rule.BurnRate = burnRate(n.Get("threshold"))
	rule.Long = duration(n.Get("lookbackWindow"))
	rule.Short = rule.Long - 1 // no short window of its own: as long as a rule allows
	if after := n.Get("alertAfter"); after.Is() {
		if short := duration(after); short > 0 {
			rule.Short = short
		}
	}
	return rule
}

func burnRate(n node) (rate sla.BurnRate) {
	text := n.Number()
	if !n.Is() {
		n.Missing()
	}
	if text == "" {
		return rate
	}
	if err := rate.UnmarshalText([]byte(text)); err != nil {
		n.Refuse("%w", bare(err))
	}
	return rate
}

// policy returns the burn rules of an AlertPolicy: at most one, as OpenSLO has it.
func (r *reader) policy(spec node) []sla.BurnRule {
	if !spec.Is() {
		spec.Missing()
		return nil
	}
	if !spec.Object("description", "alertWhenNoData", "alertWhenBreaching", "alertWhenResolved",
		"conditions", "notificationTargets") {
		return nil
	}
	if at := spec.Get("alertWhenNoData"); at.Truth() {
		at.Note("is not kept: what no data counts as is Objective.NoData")
	}
	for _, name := range []string{"alertWhenBreaching", "alertWhenResolved"} {
		if at := spec.Get(name); at.Is() && !at.Truth() {
			at.Note("is not kept: alerts begin and end")
		}
	}
	if at := spec.Get("notificationTargets"); at.Is() {
		at.Note("are not read: who is told is the caller's")
	}

	list := spec.Get("conditions")
	before, all := list.Doc.Len(), list.Items()
	if len(all) == 1 {
		return r.oneCondition(all[0])
	}
	if list.Doc.Len() == before {
		list.Refuse("holds %d conditions: want one", len(all))
	}
	return nil
}

// oneCondition returns the rule of a condition that is named, or stands where its name might.
func (r *reader) oneCondition(n node) []sla.BurnRule {
	if !n.Object("conditionRef", "kind", "metadata", "spec") {
		return nil
	}
	ref := n.Get("conditionRef")
	if !ref.Is() {
		known(n.Get("kind"), kindCondition)
		return []sla.BurnRule{r.condition(metadata(n.Get("metadata")), n.Get("spec"))}
	}
	rule, ok := r.conditions[ref.Text()]
	if !ok {
		ref.Refuse("there is no AlertCondition that is named %s", plain.Quote(ref.Text()))
		return nil
	}
	return []sla.BurnRule{rule}
}

// alerts returns the burn rules of the policies of an SLO. None is nil, for which an objective has
// its default ones.
func (r *reader) alerts(list node) []sla.BurnRule {
	var rules []sla.BurnRule
	for _, n := range list.Items() {
		if !n.Object("alertPolicyRef", "kind", "metadata", "spec") {
			continue
		}
		ref := n.Get("alertPolicyRef")
		if !ref.Is() {
			known(n.Get("kind"), kindPolicy)
			metadata(n.Get("metadata"))
			rules = append(rules, r.policy(n.Get("spec"))...)
			continue
		}
		found, ok := r.policies[ref.Text()]
		if !ok {
			ref.Refuse("there is no AlertPolicy that is named %s", plain.Quote(ref.Text()))
		}
		rules = append(rules, found...)
	}
	return rules
}
