package wording

import (
	"cmp"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

const (
	longSummary = 300 // runes of what went wrong
	longCause   = 300 // runes of a root cause
)

// Headline returns the one line about an incident at an instant: where it stands, what broke, which
// promise that endangers, by when, and why it is that urgent. Instants are shown in a location;
// nil: each in its own.
func Headline(i incident.Incident, now time.Time, in *time.Location) string {
	text, due := Halves(i, now, in)
	if !due.IsZero() {
		text += At(due, now, in)
	}
	return text
}

// Halves returns the headline up to the due instant that ends it, and that instant, for a channel
// that shows each reader their own time. Where the instant is zero, the text is the whole headline.
func Halves(i incident.Incident, now time.Time, in *time.Location) (text string, due time.Time) {
	text, due = Standing(i, now)+" · "+what(i.Assessment)+stakes(i, now, in), i.Assessment.Due
	switch {
	case i.State() == incident.StateClosed && i.RootCause != "":
		return text + "; root cause: " + short(i.RootCause, longCause), time.Time{}
	case i.State() == incident.StateClosed || due.IsZero():
		return text, time.Time{}
	case due.Before(now):
		return text + "; it was due ", due
	}
	return text + "; due ", due
}

// Standing returns how urgent an incident is and where it stands at an instant: "P1 open".
//
// The cases stand in the order in which they matter to a reader: what is over first, then the end
// of the harm, and who owns it only while the harm goes on.
func Standing(i incident.Incident, now time.Time) string {
	p, owner := i.Assessment.Priority.String(), i.Owner(now)
	switch state := i.State(); {
	case i.MergedInto != "":
		return p + " merged into " + name(i.MergedInto)
	case state == incident.StateClosed && i.CloseReason != "":
		return p + " closed without a root cause"
	case state == incident.StateClosed:
		return p + " resolved"
	case state == incident.StateMitigated:
		return p + " mitigated"
	case owner != "":
		return p + " owned by " + name(owner)
	case state == incident.StateAcknowledged:
		return p + " without an owner"
	case !i.ReopenedAt.IsZero():
		return p + " reopened"
	}
	return p + " open"
}

// what returns what went wrong, in one line: "raw.orders: extract exited 1".
func what(r priority.AssessmentReport) string {
	if len(r.Reasons) > 0 {
		return short(r.Reasons[0], longSummary)
	}
	return name(r.Signal.Asset) + ": " + short(cmp.Or(r.Signal.Summary, r.Signal.Kind.String()), longSummary)
}

// stakes returns what the trouble does to which promise. Where no promise is known, it returns why
// the incident is as urgent as it is all the same.
func stakes(i incident.Incident, now time.Time, in *time.Location) string {
	r, over := i.Assessment, i.State() == incident.StateClosed
	if len(r.Impacts) == 0 {
		if why := Why(r); why != "" {
			return "; " + why
		}
		return ""
	}
	lead := r.Impacts[0]
	text, and := "; it "+verb(lead.Effect, over)+" "+Promise(lead), " and "

	// Where the promise has time until it is due, the end of the line names that instant already.
	hasTime := lead.Effect == priority.EffectExposed && !lead.Until.IsZero() && !lead.Until.Equal(r.Due)
	if hasTime && !over {
		text, and = text+", which has time until "+At(lead.Until, now, in), ", and "
	}
	if n := len(r.Impacts) - 1; n > 0 {
		text += and + plain.Count(n, "other SLA")
	}
	return text
}

// Why returns what makes trouble as urgent as it is, in half a sentence. It is empty where the
// assessment has no rule that explains it.
func Why(r priority.AssessmentReport) string {
	switch {
	case r.Rule == priority.RuleUnknownAsset:
		return "the catalog does not know it, so it may reach a primary SLA"
	case r.Rule == priority.RuleAlwaysP1 && len(r.Impacts) > 0 && len(r.Impacts[0].Path) > 1:
		return "it feeds a primary SLA (" + Path(r.Impacts[0].Path) + ")"
	case r.Rule == priority.RuleAlwaysP1:
		return "a primary SLA is about it"
	case r.Impact != "" || r.Urgency != "":
		return `impact "` + name(r.Impact) + `" and urgency "` + name(r.Urgency) + `"`
	}
	return ""
}

// verb returns what a signal does to a promise, or did, where it is over.
func verb(e priority.Effect, over bool) string {
	now, then := "endangers", "endangered"
	switch e {
	case priority.EffectExposed:
		now, then = "reaches", "reached"
	case priority.EffectBreached:
		now, then = "has broken", "broke"
	}
	if over {
		return then
	}
	return now
}
