package openslo

import (
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// condition returns the burn rule of an AlertCondition.
func (r *reader) condition(name string, spec node) sla.BurnRule {
	rule := sla.BurnRule{Name: name}
	if object(spec, "description", "severity", "condition") {
		rule.Page = spec.Get("severity").Required() == "page"
		burning(&rule, spec.Get("condition"))
	}
	return rule
}

// burning reads when a rule fires.
func burning(rule *sla.BurnRule, n node) {
	if object(n, "kind", "op", "threshold", "lookbackWindow", "alertAfter") {
		known(n.Get("kind"), "burnrate")
		above(n.Get("op"))
		rule.BurnRate, rule.Long = burnRate(n.Get("threshold")), duration(n.Get("lookbackWindow"))
		rule.Short = shortWindow(n.Get("alertAfter"), rule.Long)
	}
}

func above(op node) {
	switch known(op, "gt", "gte", "lt", "lte") {
	case "gte":
		op.Note("gte is gt here: a rule fires when the burn rate is strictly above its own")
	case "lt", "lte":
		op.Refuse("an alert for a budget that burns slowly cannot be kept: want gt")
	}
}

func shortWindow(after node, long time.Duration) time.Duration {
	if after.Is() {
		if short := duration(after); short > 0 {
			return short
		}
	}
	return long - 1 // no short window of its own: as long as a rule allows
}

func burnRate(n node) (rate sla.BurnRate) {
	if text := number(n); text != "" {
		if err := rate.UnmarshalText([]byte(text)); err != nil {
			n.Refuse("%w", bare(err))
		}
	}
	return rate
}

// policy returns the burn rules of an AlertPolicy: at most one, as OpenSLO has it.
func (r *reader) policy(spec node) []sla.BurnRule {
	if !object(spec, "description", "alertWhenNoData", "alertWhenBreaching", "alertWhenResolved",
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
