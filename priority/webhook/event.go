package webhook

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/internal/wording"
)

// An Event is a CloudEvent about one entry of an incident's record. It is plain data, and its JSON
// form is what is sent.
type Event struct {
	SpecVersion     string    `json:"specversion"`       // "1.0"
	ID              string    `json:"id"`                // the idempotency key: a repeat has the same
	Source          string    `json:"source"`            // who sent it
	Type            string    `json:"type"`              // "alwaysp1.incident." and the entry's kind
	Subject         string    `json:"subject,omitempty"` // the incident's ID
	Time            time.Time `json:"time,omitzero"`     // of the entry
	DataContentType string    `json:"datacontenttype"`   // "application/json"
	Data            Data      `json:"data"`              // the content
}

// A Data is the content of an [Event].
type Data struct {
	// Text is the incident in one line: its state, what broke, which promises that breaks and by
	// when, and why it is that urgent.
	Text string `json:"text"`

	// State is the state of the incident, Owner who owns it at the instant of the event, and Needs
	// what people still have to do.
	State string   `json:"state"`
	Owner string   `json:"owner,omitempty"`
	Needs []string `json:"needs,omitempty"`

	// Entry is the entry.
	Entry incident.Entry `json:"entry"`

	// Incident is the state after the entry, or after later ones, which have events of their own.
	Incident incident.Incident `json:"incident"`

	// Truncated reports whether something is left out: promises, symptoms and questions beyond the
	// first 50 each, or what made the event larger than 1 MiB.
	Truncated bool `json:"truncated,omitempty"`
}

// Limits of what is sent: an event in bytes, a text of an event that is too large in bytes, and the
// length of a list.
const (
	longEvent = 1 << 20
	longText  = 4 << 10
	longList  = 50
)

const defaultSource = "alwaysp1"

// event returns the event of an entry.
func (e *Endpoint) event(a incident.Announcement, entry incident.Entry) Event {
	i, now := a.Incident, a.New[len(a.New)-1].At
	event := Event{
		SpecVersion: "1.0", ID: eventID(i, entry.Seq), Source: cmp.Or(e.Source, defaultSource),
		Type: "alwaysp1.incident." + entry.Kind.String(), Subject: i.ID, Time: entry.At,
		DataContentType: "application/json",
	}
	event.Data = Data{
		Text: wording.Headline(i, now, nil), State: i.State().String(),
		Owner: i.Owner(now), Needs: i.Needs(now),
		Entry: entry, Incident: i,
	}
	event.Data.bound()
	return event
}

// bound cuts lists that are too long. It changes no list of the incident itself.
func (d *Data) bound() {
	d.Truncated = cut(&d.Incident.Assessment.Impacts) || d.Truncated
	d.Truncated = cut(&d.Incident.Symptoms) || d.Truncated
	d.Truncated = cut(&d.Incident.Questions) || d.Truncated
	d.Truncated = cut(&d.Needs) || d.Truncated
	if d.Entry.Assessment != nil {
		report := *d.Entry.Assessment
		d.Truncated = cut(&report.Impacts) || d.Truncated
		d.Entry.Assessment = &report
	}
}

// cut cuts a list to the longest that is sent, and reports whether it was longer.
func cut[T any](list *[]T) bool {
	if len(*list) <= longList {
		return false
	}
	*list = (*list)[:longList]
	return true
}

// eventID names an entry among all events of a source: by the incident, when that was opened, since
// another process may use the ID again, and the entry's place. It holds no dot, which divides what
// is signed, and no character that a header may not hold.
func eventID(i incident.Incident, seq int) string {
	opened := i.OpenedAt.UTC()
	name := strings.ReplaceAll(url.PathEscape(i.ID), ".", "%2E")
	return fmt.Sprintf("%s/%s%09dZ/%d", name, opened.Format("20060102T150405"), opened.Nanosecond(), seq)
}

// body returns the JSON form. An event that is too large, or that has no JSON form, is cut to the
// text and the fields that identify it.
func (e Event) body() ([]byte, error) {
	text, err := json.Marshal(e)
	if err == nil && len(text) <= longEvent {
		return text, nil
	}

	d := &e.Data
	d.Entry.Assessment, d.Entry.Targets, d.Needs, d.Truncated = nil, nil, nil, true
	i := d.Incident
	d.Incident = incident.Incident{
		ID: i.ID, Identity: i.Identity, Previous: i.Previous, MergedInto: i.MergedInto,
		RootCause: i.RootCause, CloseReason: i.CloseReason, EntryCount: i.EntryCount,
		OpenedAt: i.OpenedAt, ResolvedAt: i.ResolvedAt,
	}
	long := []*string{&d.Entry.Text, &d.Incident.Identity, &d.Incident.RootCause, &d.Incident.CloseReason}
	for _, s := range long {
		*s, _ = plain.Fit(*s, longText, utf8.RuneLen)
	}
	return json.Marshal(e)
}
