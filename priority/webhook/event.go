package webhook

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alwaysp1/alwaysp1/internal/wording"
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
	// Text is the incident in one line: where it stands, what broke, whom that hurts, by when, and why it is that urgent.
	Text string `json:"text"`

	// State is where it stands, Owner who owns it at the instant of the event, and Needs what it wants from people.
	State string   `json:"state"`
	Owner string   `json:"owner,omitempty"`
	Needs []string `json:"needs,omitempty"`

	// Entry is the entry.
	Entry incident.Entry `json:"entry"`

	// Incident is the state after the entry, or after later ones, which then come in events of their own.
	Incident incident.Incident `json:"incident"`

	// Cut says that something is left out: promises, symptoms and questions beyond the first 50 each, or what made the event larger than 1 MiB.
	Cut bool `json:"cut,omitempty"`
}

// Limits of what is sent: an event in bytes, a text in the last resort in bytes, and the length of a list.
const (
	longEvent = 1 << 20
	longText  = 4 << 10
	longList  = 50
)

const defaultSource = "alwaysp1"

// event makes the event of an entry.
func (e *Endpoint) event(a incident.Announcement, entry incident.Entry) Event {
	event := Event{
		SpecVersion: "1.0", ID: eventID(a.Incident, entry.Seq), Source: cmp.Or(e.Source, defaultSource),
		Type: "alwaysp1.incident." + entry.Kind.String(), Subject: a.Incident.ID, Time: entry.At, DataContentType: "application/json",
	}
	now := a.New[len(a.New)-1].At
	event.Data = Data{
		Text: wording.Headline(a.Incident, now, nil), State: a.Incident.State().String(), Owner: a.Incident.Owner(now), Needs: a.Incident.Needs(now),
		Entry: entry, Incident: a.Incident,
	}
	event.Data.bound()
	return event
}

// bound cuts lists that are too long. What it cuts is a copy.
func (d *Data) bound() {
	d.Cut = cut(&d.Incident.Report.Impacts) || d.Cut
	d.Cut = cut(&d.Incident.Symptoms) || d.Cut
	d.Cut = cut(&d.Incident.Requests) || d.Cut
	d.Cut = cut(&d.Needs) || d.Cut
	if d.Entry.Report != nil {
		report := *d.Entry.Report
		d.Cut = cut(&report.Impacts) || d.Cut
		d.Entry.Report = &report
	}
}

func cut[T any](list *[]T) bool {
	if len(*list) <= longList {
		return false
	}
	*list = (*list)[:longList]
	return true
}

// eventID names an entry among all events of a source: by incident, when that was opened, for an ID alone may be used again by another
// process, and place. It holds no dot, which divides what is signed, and nothing that a header may not hold.
func eventID(i incident.Incident, seq int) string {
	opened := i.OpenedAt.UTC()
	name := strings.ReplaceAll(url.PathEscape(i.ID), ".", "%2E")
	return fmt.Sprintf("%s/%s%09dZ/%d", name, opened.Format("20060102T150405"), opened.Nanosecond(), seq)
}

// body writes the event. One that is too large, or that JSON has no form for, goes with the least: the text says what matters.
func (e Event) body() ([]byte, error) {
	text, err := json.Marshal(e)
	if err == nil && len(text) <= longEvent {
		return text, nil
	}
	d := &e.Data
	i := d.Incident
	d.Entry.Report, d.Entry.Targets, d.Needs, d.Cut = nil, nil, nil, true
	d.Incident = incident.Incident{ID: i.ID, Identity: i.Identity, Before: i.Before, Into: i.Into, RootCause: i.RootCause, Forced: i.Forced, Entries: i.Entries}
	d.Incident.OpenedAt, d.Incident.ResolvedAt = i.OpenedAt, i.ResolvedAt
	for _, s := range []*string{&d.Entry.Text, &d.Incident.Identity, &d.Incident.RootCause, &d.Incident.Forced} {
		*s, _ = wording.Cut(*s, longText, utf8.RuneLen)
	}
	return json.Marshal(e)
}
