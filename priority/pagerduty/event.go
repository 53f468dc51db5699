package pagerduty

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/wording"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// The limits of the Events API v2, and ours where it states none.
const (
	longSummary = 1024       // characters
	longKey     = 255        // of a dedup_key
	longBody    = 512 * 1024 // bytes of an event
	longName    = 255        // characters of any other field
	mostDetails = 25         // reasons, and SLAs, in the details
)

// An event is one as the Events API v2 takes it.
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

// event makes the event of an action. Only a trigger says what is wrong; the others find it by the key.
func (s *Service) event(a incident.Announcement, action string) event {
	i := a.Incident
	e := event{Action: action, Dedup: dedup(i)}
	if action != trigger {
		return e
	}
	now, asset := a.New[len(a.New)-1].At, line(i.Report.Signal.Asset)
	e.Client, e.ClientURL = "alwaysp1", s.page(i)
	if e.ClientURL != "" {
		e.Links = []link{{e.ClientURL, "Status page"}}
	}
	summary, _ := wording.Cut(wording.Headline(i, now, nil), longSummary, wording.Rune)
	e.Payload = &payload{
		Summary: summary, Source: asset, Component: asset, Class: i.Report.Signal.Kind.String(),
		Severity: severity(i.Report.Priority), Timestamp: i.OpenedAt.Format(time.RFC3339Nano), Details: about(i, now),
	}
	if len(i.Report.Impacts) > 0 {
		e.Payload.Group = line(i.Report.Impacts[0].SLA)
	}
	return e
}

// about lists what the engineer called asks next.
func about(i incident.Incident, now time.Time) *details {
	d := &details{Incident: line(i.ID), Needs: i.Needs(now)}
	if !i.Report.Due.IsZero() {
		d.Due = i.Report.Due.Format(time.RFC3339)
	}
	for _, reason := range i.Report.Reasons[:min(mostDetails, len(i.Report.Reasons))] {
		text, _ := wording.Cut(wording.Line(reason), longSummary, wording.Rune)
		d.Reasons = append(d.Reasons, text)
	}
	for _, impact := range i.Report.Impacts[:min(mostDetails, len(i.Report.Impacts))] {
		d.Reaches = append(d.Reaches, wording.Promise(impact)+": "+wording.Path(impact.Path))
	}
	return d
}

// body writes the event. One that is too large goes without its details: what people are called for stands in the summary.
func (e event) body() ([]byte, error) {
	text, err := json.Marshal(e)
	if err == nil && len(text) > longBody && e.Payload != nil {
		small := *e.Payload
		small.Details, e.Payload = nil, &small
		return json.Marshal(e)
	}
	return text, err
}

// dedup is the key of an incident: its ID and when it was opened, for an ID alone may be used again by another process.
func dedup(i incident.Incident) string {
	key := i.ID + "@" + i.OpenedAt.UTC().Format(time.RFC3339Nano)
	if len(key) <= longKey && wording.Line(key) == key {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// severity says in PagerDuty's words how urgent an incident is.
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

// line is a name, never empty.
func line(s string) string {
	s, _ = wording.Cut(wording.Line(s), longName, wording.Rune)
	if s == "" {
		return `""`
	}
	return s
}

// page is the address of the incident's page, or empty.
func (s *Service) page(i incident.Incident) (address string) {
	if s.Page == nil {
		return ""
	}
	defer func() {
		if recover() != nil {
			address = "" // a call without a link is better than none
		}
	}()
	u, err := url.Parse(s.Page(i))
	if err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http") {
		return ""
	}
	return u.String()
}
