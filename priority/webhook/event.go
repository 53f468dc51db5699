package webhook

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/wording"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// An Event is a CloudEvent about one entry of an incident's record. It is plain data, and its JSON form is what is sent.
type Event struct {
	SpecVersion     string    `json:"specversion"`       // "1.0"
	ID              string    `json:"id"`                // the idempotency key: a repeat has the same
	Source          string    `json:"source"`            // who sent it
	Type            string    `json:"type"`              // "alwaysp1.incident." and the entry's kind
	Subject         string    `json:"subject,omitempty"` // the incident's ID
	Time            time.Time `json:"time,omitzero"`     // of the entry
	DataContentType string    `json:"datacontenttype"`   // "application/json"
	Data            Data      `json:"data"`              // what there is to say
}

// A Data is what an [Event] says.
type Data struct {
	// Entry is the entry. Its text is cut at 64 KiB.
	Entry incident.Entry `json:"entry"`

	// Incident is the state after the entry, or after later ones, which then come in events of their own.
	Incident Incident `json:"incident"`

	// Cut says that something is left out: SLAs beyond the first 50, or what made the event larger than 1 MiB.
	Cut bool `json:"cut,omitempty"`
}

// An Incident is the state of an incident, to be shown. What has not happened is left out.
type Incident struct {
	ID       string            `json:"id"`                 // names it
	Text     string            `json:"text"`               // in one line: where it stands, what broke, whom that hurts, by when, and why
	State    string            `json:"state"`              // "open", "taken", "harmless" or "closed"
	Priority priority.Priority `json:"priority"`           // "P1"
	Identity string            `json:"identity,omitempty"` // of the signals that are about it
	Before   string            `json:"before,omitempty"`   // the ID of an earlier incident about the same condition

	// Owner is who owns it at the instant of the event, Responders who works or worked on it, and Needs what it wants from people.
	Owner      string   `json:"owner,omitempty"`
	Responders []string `json:"responders,omitempty"`
	Needs      []string `json:"needs,omitempty"`

	// OpenedAt, ReopenedAt, MitigatedAt and ClosedAt are when that happened; a reopening takes back what it makes untrue.
	OpenedAt    time.Time `json:"opened_at,omitzero"`
	ReopenedAt  time.Time `json:"reopened_at,omitzero"`
	MitigatedAt time.Time `json:"mitigated_at,omitzero"`
	ClosedAt    time.Time `json:"closed_at,omitzero"`

	// RootCause is what was written, by RootCauseBy; and Forced why it was closed without, by ForcedBy.
	RootCause   string `json:"root_cause,omitempty"`
	RootCauseBy string `json:"root_cause_by,omitempty"`
	Forced      string `json:"forced,omitempty"`
	ForcedBy    string `json:"forced_by,omitempty"`

	// Report is the assessment of the signal behind it.
	Report *priority.Report `json:"report,omitempty"`
}

// Limits of what is sent: the event in bytes, a text in bytes, and the SLAs in a report.
const (
	longEvent = 1 << 20
	longText  = 64 << 10
	mostSLAs  = 50
)

const defaultSource = "alwaysp1"

// event makes the event of an entry.
func (e *Endpoint) event(a incident.Announcement, entry incident.Entry) Event {
	event := Event{
		SpecVersion: "1.0", ID: eventID(a.Incident, entry.Seq), Source: cmp.Or(e.Source, defaultSource),
		Type: "alwaysp1.incident." + entry.Kind.String(), Subject: a.Incident.ID, Time: entry.At, DataContentType: "application/json",
	}
	d := &event.Data
	d.Entry, d.Incident = entry, state(a.Incident, a.New[len(a.New)-1].At)
	d.Entry.Report, d.Cut = fewer(entry.Report, d.Cut)
	d.Incident.Report, d.Cut = fewer(d.Incident.Report, d.Cut)
	for _, text := range []*string{&d.Entry.Text, &d.Incident.RootCause, &d.Incident.Forced} {
		d.Cut = shorten(text) || d.Cut
	}
	return event
}

// eventID names an entry among all events of a source: by incident, when that was opened, for an ID alone may be used again by another
// process, and place. It holds no dot, which divides what is signed, and nothing that a header may not hold.
func eventID(i incident.Incident, seq int) string {
	opened := i.OpenedAt.UTC()
	name := strings.ReplaceAll(url.PathEscape(i.ID), ".", "%2E")
	return fmt.Sprintf("%s/%s%09dZ/%d", name, opened.Format("20060102T150405"), opened.Nanosecond(), seq)
}

// state is an incident as of an instant.
func state(i incident.Incident, now time.Time) Incident {
	return Incident{
		ID: i.ID, Text: wording.Headline(i, now, nil), State: i.State().String(), Priority: i.Report.Priority, Identity: i.Identity, Before: i.Before,
		Owner: i.Owner(now), Responders: i.Responders, Needs: i.Needs(now),
		OpenedAt: i.OpenedAt, ReopenedAt: i.ReopenedAt, MitigatedAt: i.MitigatedAt, ClosedAt: i.ResolvedAt,
		RootCause: i.RootCause, RootCauseBy: i.RootCauseBy, Forced: i.Forced, ForcedBy: i.ForcedBy, Report: &i.Report,
	}
}

// fewer returns a report with no more SLAs than may be sent, and whether something is cut.
func fewer(r *priority.Report, cut bool) (*priority.Report, bool) {
	if r == nil || len(r.Impacts) <= mostSLAs {
		return r, cut
	}
	short := *r
	short.Impacts = r.Impacts[:mostSLAs]
	return &short, true
}

// shorten cuts a text where it is too long.
func shorten(text *string) (cut bool) {
	*text, cut = wording.Cut(*text, longText, func(r rune) int { return len(string(r)) })
	return cut
}

// body writes the event. One that is too large, or that JSON has no form for, goes without its reports: the text says what matters.
func (e Event) body() ([]byte, error) {
	text, err := json.Marshal(e)
	if err == nil && len(text) <= longEvent {
		return text, nil
	}
	e.Data.Entry.Report, e.Data.Incident.Report, e.Data.Cut = nil, nil, true
	return json.Marshal(e)
}
