package wording

import (
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// Entry says what an entry of an incident's record tells: a few words, and what there is to say beyond them, which may have lines
// and be empty. The incident is as it stands after the entry, or later.
func Entry(i incident.Incident, e incident.Entry, in *time.Location) (lead, text string) {
	who := name(e.Author)
	switch e.Kind {
	case incident.Opened:
		return "Opened", reasons(e.Report)
	case incident.Recurred:
		return "Fires again", reasons(e.Report)
	case incident.Reopened:
		return "Reopened: it fires again after it was closed", reasons(e.Report)
	case incident.Cleared:
		return "The signal is resolved", "the incident is not before its root cause is written"
	case incident.Owned:
		return "Owned by " + who + " until " + At(e.Until, e.At, in), ""
	case incident.Joined:
		return who + " joined", ""
	case incident.Noted:
		return "Note by " + who, Prose(e.Text)
	case incident.Mitigated:
		return "Mitigated by " + who, Prose(e.Text)
	case incident.RootCaused:
		return "Root cause, written by " + who, Prose(e.Text)
	case incident.Resolved:
		return "Resolved by " + who, took(i.Times())
	case incident.Forced:
		return "Closed without a root cause by " + who, Prose(e.Text)
	}
	return more(who, e)
}

// more tells of what an incident has to do with other people and other trouble.
func more(who string, e incident.Entry) (lead, text string) {
	switch e.Kind {
	case incident.Triaged:
		return "Looked at by " + who, Prose(e.Text)
	case incident.Asked:
		return who + " asks " + name(e.To), Prose(e.Text)
	case incident.Answered:
		return who + " answers", Prose(e.Text)
	case incident.Lapsed:
		return "Nobody owns it any more", "it wants an owner"
	case incident.Attached:
		return "A symptom of it", Prose(e.Text)
	case incident.Merged:
		return "It is a symptom of " + name(e.Other), "it goes on there"
	case incident.Linked:
		return "Its cause may be " + name(e.Other), ""
	case incident.Lowered:
		return "Lowered" + to(e.Report), "it is not over before its root cause is written"
	case incident.Raised:
		return "Raised" + to(e.Report), reasons(e.Report)
	}
	return other(e)
}

func to(r *priority.Report) string {
	if r == nil {
		return ""
	}
	return " to " + r.Priority.String()
}

// other tells of a kind that has no words here.
func other(e incident.Entry) (lead, text string) {
	lead = e.Kind.String()
	if e.Author != "" {
		lead += " by " + name(e.Author)
	}
	return lead, Prose(e.Text)
}

const (
	longReason  = 1000 // runes of one reason
	mostReasons = 20   // reasons, and SLAs, in one list
)

// reasons lists why a signal is as urgent as it is, a line each, and the SLAs that it reaches beyond the first.
func reasons(r *priority.Report) string {
	if r == nil {
		return ""
	}
	var lines []string
	for _, reason := range r.Reasons[:min(len(r.Reasons), mostReasons)] {
		lines = append(lines, "• "+short(reason, longReason))
	}
	for n, impact := range r.Impacts[:min(len(r.Impacts), mostReasons)] {
		if n > 0 {
			lines = append(lines, "• it "+verb(impact.Effect, false)+" "+Promise(impact)+": "+Path(impact.Path))
		}
	}
	if more := len(r.Impacts) - mostReasons; more > 0 {
		lines = append(lines, "• and it reaches "+plural(more, "other SLA"))
	}
	return strings.Join(lines, "\n")
}

// took says how long an incident took.
func took(t incident.Times) string {
	var parts []string
	add := func(words string, d time.Duration) {
		if d != incident.NotYet {
			parts = append(parts, words+" after "+Lasting(d))
		}
	}
	add("acknowledged", t.Acknowledge)
	add("mitigated", t.Mitigate)
	add("resolved", t.Resolve)
	return strings.Join(parts, ", ")
}
