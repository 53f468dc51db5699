package openslo

import (
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// condition returns the burn rule of an AlertCondition.
func (r *reader) condition(name string, spec node) sla.BurnRule {
	rule := sla.BurnRule{Name: name}
	if !spec.is() {
		spec.missing()
		return rule
	}
	if !spec.object("description", "severity", "condition") {
		return rule
	}
	rule.Page = spec.get("severity").required() == "page"

	n := spec.get("condition")
	if !n.is() {
		n.missing()
		return rule
	}
	if !n.object("kind", "op", "threshold", "lookbackWindow", "alertAfter") {
		return rule
	}
	known(n.get("kind"), "burnrate")
	switch op := n.get("op"); known(op, "gt", "gte", "lt", "lte") {
	case "gte":
		op.note("gte is gt here: a rule fires when the burn rate is strictly above its own")
	case "lt", "lte":
		op.refuse("an alert for a budget that burns slowly cannot be kept: want gt")
	}
	rule.BurnRate = burnRate(n.get("threshold"))
	rule.Long = n.get("lookbackWindow").duration()
	rule.Short = rule.Long - 1 // no short window of its own: as long as a rule allows
	if after := n.get("alertAfter"); after.is() {
		if short := after.duration(); short > 0 {
			rule.Short = short
		}
	}
	return rule
}

func burnRate(n node) (rate sla.BurnRate) {
	text := n.number()
	if !n.is() {
		n.missing()
	}
	if text == "" {
		return rate
	}
	if err := rate.UnmarshalText([]byte(text)); err != nil {
		n.refuse("%w", bare(err))
	}
	return rate
}

// policy returns the burn rules of an AlertPolicy: at most one, as OpenSLO has it.
func (r *reader) policy(spec node) []sla.BurnRule {
	if !spec.is() {
		spec.missing()
		return nil
	}
	if !spec.object("description", "alertWhenNoData", "alertWhenBreaching", "alertWhenResolved",
		"conditions", "notificationTargets") {
		return nil
	}
	if at := spec.get("alertWhenNoData"); at.truth() {
		at.note("is not kept: what no data counts as is Objective.NoData")
	}
	for _, name := range []string{"alertWhenBreaching", "alertWhenResolved"} {
		if at := spec.get(name); at.is() && !at.truth() {
			at.note("is not kept: alerts begin and end")
		}
	}
	if at := spec.get("notificationTargets"); at.is() {
		at.note("are not read: who is told is the caller's")
	}

	list := spec.get("conditions")
	before, all := list.doc.Len(), list.items()
	if len(all) == 1 {
		return r.oneCondition(all[0])
	}
	if list.doc.Len() == before {
		list.refuse("holds %d conditions: want one", len(all))
	}
	return nil
}

// oneCondition returns the rule of a condition that is named, or stands where its name might.
func (r *reader) oneCondition(n node) []sla.BurnRule {
	if !n.object("conditionRef", "kind", "metadata", "spec") {
		return nil
	}
	ref := n.get("conditionRef")
	if !ref.is() {
		known(n.get("kind"), kindCondition)
		return []sla.BurnRule{r.condition(metadata(n.get("metadata")), n.get("spec"))}
	}
	rule, ok := r.conditions[ref.text()]
	if !ok {
		ref.refuse("there is no AlertCondition that is named %s", plain.Quote(ref.text()))
		return nil
	}
	return []sla.BurnRule{rule}
}

// alerts returns the burn rules of the policies of an SLO. None is nil, for which an objective has
// its default ones.
func (r *reader) alerts(list node) []sla.BurnRule {
	var rules []sla.BurnRule
	for _, n := range list.items() {
		if !n.object("alertPolicyRef", "kind", "metadata", "spec") {
			continue
		}
		ref := n.get("alertPolicyRef")
		if !ref.is() {
			known(n.get("kind"), kindPolicy)
			metadata(n.get("metadata"))
			rules = append(rules, r.policy(n.get("spec"))...)
			continue
		}
		found, ok := r.policies[ref.text()]
		if !ok {
			ref.refuse("there is no AlertPolicy that is named %s", plain.Quote(ref.text()))
		}
		rules = append(rules, found...)
	}
	return rules
}
