package wording

import (
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// Entry returns what an entry of an incident's record tells: a few words that lead, and the text
// below them, which may have several lines and may be empty. The incident is as it stands after the
// entry, or later. Instants are shown in a location; nil: each in its own.
func Entry(i incident.Incident, e incident.Entry, in *time.Location) (lead, text string) {
	who := name(e.Author)
	// Flat on purpose: the words of a kind are found by its name.
	switch e.Kind {
	case incident.EntryAcknowledged:
		return "Owned by " + who + " until " + At(e.Until, e.At, in), ""
	case incident.EntryJoined:
		return who + " joined", ""
	case incident.EntryTriaged:
		return "Triaged by " + who, plain.Prose(e.Text)
	case incident.EntryNoted:
		return "Note by " + who, plain.Prose(e.Text)
	case incident.EntryAsked:
		return who + " asks " + name(e.To), plain.Prose(e.Text)
	case incident.EntryAnswered:
		return who + " answers", plain.Prose(e.Text)
	case incident.EntryMitigated:
		return "Mitigated by " + who, plain.Prose(e.Text)
	case incident.EntryRootCause:
		return "Root cause, written by " + who, plain.Prose(e.Text)
	case incident.EntryResolved:
		return "Resolved by " + who, took(i.ResponseTimes())
	case incident.EntryClosedWithoutRootCause:
		return "Closed without a root cause by " + who, plain.Prose(e.Text)
	}
	return change(e)
}

// change returns what an entry tells that a signal or the desk made, without a person.
func change(e incident.Entry) (lead, text string) {
	// A kind of a later version is shown too: see unnamed.
	switch e.Kind {
	case incident.EntryOpened:
		return "Opened", reasons(e.Assessment)
	case incident.EntryRecurred:
		return "Fires again", reasons(e.Assessment)
	case incident.EntryReopened:
		return "Reopened: the signal fired again after the incident was closed", reasons(e.Assessment)
	case incident.EntryLowered:
		return "Lowered" + to(e.Assessment), "the incident stays open until its root cause is recorded"
	case incident.EntryRaised:
		return "Raised" + to(e.Assessment), reasons(e.Assessment)
	case incident.EntryCleared:
		return "Signal resolved. The incident stays open until its root cause is recorded.", ""
	case incident.EntryLeaseEnded:
		return "The owner's lease ended", "the incident needs an owner"
	case incident.EntryAttached:
		return "New symptom", plain.Prose(e.Text)
	case incident.EntryMerged:
		return "A symptom of " + name(e.Other), "the incident continues there"
	case incident.EntryLinked:
		return "The cause may be " + name(e.Other), ""
	}
	return unnamed(e)
}

// unnamed returns what is known of an entry whose kind has no words here, so that a newer kind is
// shown too.
func unnamed(e incident.Entry) (lead, text string) {
	lead = e.Kind.String()
	if e.Author != "" {
		lead += " by " + name(e.Author)
	}
	return lead, plain.Prose(e.Text)
}

// to returns the priority that an entry sets, " to P2", and nothing where the entry has no
// assessment.
func to(r *priority.AssessmentReport) string {
	if r == nil {
		return ""
	}
	return " to " + r.Priority.String()
}

const (
	longReason  = 1000 // runes of one reason
	mostReasons = 20   // reasons, and SLAs, in one list
)

// reasons returns why a signal is as urgent as it is, a line each, and then the SLAs that it
// reaches beyond the first, which the first reason names already.
func reasons(r *priority.AssessmentReport) string {
	if r == nil {
		return ""
	}
	var lines []string
	for _, reason := range r.Reasons[:min(len(r.Reasons), mostReasons)] {
		lines = append(lines, "• "+short(reason, longReason))
	}

	for n, impact := range r.Impacts[:min(len(r.Impacts), mostReasons)] {
		if n > 0 {
			lines = append(lines, "• it "+verb(impact.Effect,
				false)+" "+Promise(impact)+": "+Path(impact.Path))
		}
	}
	if more := len(r.Impacts) - mostReasons; more > 0 {
		lines = append(lines, "• and it reaches "+plain.Count(more, "other SLA"))
	}
	return strings.Join(lines, "\n")
}

// took returns the response times of an incident, without those of what has not happened.
func took(t incident.ResponseTimes) string {
	var parts []string
	add := func(words string, d time.Duration) {
		if d != incident.NotYet {
			parts = append(parts, words+" after "+plain.Duration(d))
		}
	}
	add("acknowledged", t.Acknowledge)
	add("mitigated", t.Mitigate)
	add("resolved", t.Resolve)
	return strings.Join(parts, ", ")
}
