package pagerduty

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/internal/wording"
)

// The limits of the Events API v2, and ours where it states none.
const (
	longSummary = 1024       // characters
	longKey     = 255        // of a dedup_key
	longBody    = 512 * 1024 // bytes of an event
	longName    = 255        // characters of any other field
	mostDetails = 25         // reasons, and SLAs, in the details
)

// An event has the JSON form of the Events API v2.
type event struct {
	Key       string   `json:"routing_key"`
	Action    string   `json:"event_action"`
	Dedup     string   `json:"dedup_key"`
	Client    string   `json:"client,omitempty"`
	ClientURL string   `json:"client_url,omitempty"`
	Links     []link   `json:"links,omitempty"`
	Payload   *payload `json:"payload,omitempty"`
}

type link struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

type payload struct {
	Summary   string   `json:"summary"`
	Source    string   `json:"source"`
	Severity  string   `json:"severity"`
	Timestamp string   `json:"timestamp,omitempty"`
	Component string   `json:"component,omitempty"`
	Group     string   `json:"group,omitempty"`
	Class     string   `json:"class,omitempty"`
	Details   *details `json:"custom_details,omitempty"`
}

type details struct {
	Incident string   `json:"incident"`
	Due      string   `json:"due,omitempty"`
	Needs    []string `json:"needs,omitempty"`
	Reasons  []string `json:"reasons,omitempty"`
	Reaches  []string `json:"reaches,omitempty"`
}

// event returns the event of an action. Only a trigger has a payload; PagerDuty finds the alert of
// the others by the key.
func (s *Service) event(a incident.Announcement, action string) event {
	i := a.Incident
	e := event{Action: action, Dedup: dedup(i)}
	if action != trigger {
		return e
	}

	now, asset := a.New[len(a.New)-1].At, line(i.Assessment.Signal.Asset)
	e.Client, e.ClientURL = "alwaysp1", s.incidentURL(i)
	if e.ClientURL != "" {
		e.Links = []link{{e.ClientURL, "Status page"}}
	}
	e.Payload = &payload{
		Summary: plain.FitRunes(wording.Headline(i, now, nil), longSummary),
		Source:  asset, Component: asset, Class: i.Assessment.Signal.Kind.String(),
		Severity: severity(i.Assessment.Priority), Timestamp: i.OpenedAt.Format(time.RFC3339Nano),
		Details: about(i, now),
	}
	if len(i.Assessment.Impacts) > 0 {
		e.Payload.Group = line(i.Assessment.Impacts[0].SLA)
	}
	return e
}

// about returns the details, which answer the next questions of the engineer who was called.
func about(i incident.Incident, now time.Time) *details {
	d := &details{Incident: line(i.ID), Needs: i.Needs(now)}
	if !i.Assessment.Due.IsZero() {
		d.Due = i.Assessment.Due.Format(time.RFC3339)
	}
	for _, reason := range i.Assessment.Reasons[:min(mostDetails, len(i.Assessment.Reasons))] {
		d.Reasons = append(d.Reasons, plain.FitRunes(plain.Line(reason), longSummary))
	}
	for _, impact := range i.Assessment.Impacts[:min(mostDetails, len(i.Assessment.Impacts))] {
		d.Reaches = append(d.Reaches, wording.Promise(impact)+": "+wording.Path(impact.Path))
	}
	return d
}

// body returns the JSON form. An event that is too large is sent without its details: the summary
// has the reason for the call.
func (e event) body() ([]byte, error) {
	text, err := json.Marshal(e)
	if err == nil && len(text) > longBody && e.Payload != nil {
		small := *e.Payload
		small.Details, e.Payload = nil, &small
		return json.Marshal(e)
	}
	return text, err
}

// dedup returns the key of an incident: its ID and when it was opened, since another process may
// use the ID again.
func dedup(i incident.Incident) string {
	key := i.ID + "@" + i.OpenedAt.UTC().Format(time.RFC3339Nano)
	if len(key) <= longKey && plain.Line(key) == key {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// severity returns how urgent an incident is, as PagerDuty names it.
func severity(p priority.Priority) string {
	switch {
	case p >= priority.P1:
		return "critical"
	case p >= priority.P2:
		return "error"
	case p >= priority.P3:
		return "warning"
	}
	return "info"
}

// line returns a name on one line. It is never empty, since PagerDuty refuses an empty source.
func line(s string) string {
	if s = plain.FitRunes(plain.Line(s), longName); s != "" {
		return s
	}
	return `""`
}

// incidentURL returns the address of the incident's page, or "". An event without a link is better
// than none, so a function that panics or returns no web address is as good as nil.
func (s *Service) incidentURL(i incident.Incident) (address string) {
	if s.IncidentURL == nil {
		return ""
	}
	if fault.Contain("IncidentURL", func() error { address = s.IncidentURL(i); return nil }) != nil {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http") {
		return ""
	}
	return u.String()
}
