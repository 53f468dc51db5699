package status

import (
	"encoding/json"
	"slices"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A summary is the summary.json of Statuspage, as far as readers of it look.
type summary struct {
	Page         summaryPage          `json:"page"`
	Status       summaryStatus        `json:"status"`
	Components   []summaryComponent   `json:"components"`
	Incidents    []summaryIncident    `json:"incidents"`
	Maintenances []summaryMaintenance `json:"scheduled_maintenances"`
}

// A summaryPage names the page. Its address is relative, since the handler knows of no host.
type summaryPage struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	URL       string `json:"url"`
	TimeZone  string `json:"time_zone"`
	UpdatedAt string `json:"updated_at"`
}

// A summaryStatus is the worst level, and the counts of levels in words.
type summaryStatus struct {
	Indicator   string `json:"indicator"`
	Description string `json:"description"`
}

// A summaryComponent is an SLA. Readers expect the fields that are always empty here, and some fail
// without them.
type summaryComponent struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Status      string  `json:"status"`
	Description string  `json:"description"`
	Position    int     `json:"position"`
	UpdatedAt   string  `json:"updated_at"`
	GroupID     *string `json:"group_id"`
	Group       bool    `json:"group"`
	PageID      string  `json:"page_id"`
	Showcase    bool    `json:"showcase"`
	OnlyTrouble bool    `json:"only_show_if_degraded"`
}

// A summaryIncident is an open incident, and the part of maintenance that is like one.
type summaryIncident struct {
	ID           string             `json:"id"`
	Name         string             `json:"name"`
	Status       string             `json:"status"`
	Impact       string             `json:"impact"`
	CreatedAt    string             `json:"created_at"`
	StartedAt    string             `json:"started_at"`
	UpdatedAt    string             `json:"updated_at"`
	MonitoringAt *string            `json:"monitoring_at"`
	ResolvedAt   *string            `json:"resolved_at"`
	Shortlink    string             `json:"shortlink"`
	PageID       string             `json:"page_id"`
	Updates      []struct{}         `json:"incident_updates"`
	Components   []summaryComponent `json:"components"`
}

// A summaryMaintenance is planned maintenance that is not over.
type summaryMaintenance struct {
	summaryIncident
	From  string `json:"scheduled_for"`
	Until string `json:"scheduled_until"`
}

// summary makes summary.json. Statuspage has no word for what is not known: it is shown as
// degraded, never as operational.
func (q *request) summary() (response, error) {
	at, id := rfcText(q.s.at.UTC()), urn("page", q.h.title())
	counts, worst := q.counts()
	s := summary{
		Page:       summaryPage{ID: id, Name: q.h.title(), URL: "./", TimeZone: "Etc/UTC", UpdatedAt: at},
		Status:     summaryStatus{indicator(worst), counts.words()},
		Components: []summaryComponent{}, Incidents: []summaryIncident{}, Maintenances: []summaryMaintenance{},
	}

	// The lists of components are bounded, but the status is about all.
	components := map[string]summaryComponent{}
	for i, r := range q.rows[:min(len(q.rows), mostListed)] {
		c := summaryComponent{
			ID: r.ID, Name: r.Name, Status: componentStatus(r.Level), Description: r.Description,
			Position: i + 1, UpdatedAt: at, PageID: id,
		}
		s.Components = append(s.Components, c)
		components[r.ID] = c
	}
	for _, i := range q.listed(q.s.open) {
		s.Incidents = append(s.Incidents, summaryOf(i, id, components))
	}
	s.Maintenances = append(s.Maintenances, q.scheduled(id, components)...)

	body, err := json.Marshal(s)
	return response{contentType: jsonType, body: append(body, '\n'), volatile: s.volatile()}, err
}

// volatile returns what of the text changes though nothing else does: when the page and each
// component were updated.
func (s *summary) volatile() []string {
	components := len(s.Components)
	for _, i := range s.Incidents {
		components += len(i.Components)
	}
	for _, m := range s.Maintenances {
		components += len(m.Components)
	}
	// The first is the page's own, which is told from the rest by what follows it. An incident has
	// such a field too, but its instant is a fact.
	updated := `"updated_at":"` + s.Page.UpdatedAt + `"`
	return append([]string{updated + `},"status"`}, slices.Repeat([]string{updated}, components)...)
}

// indicator returns the worst level in the words of Statuspage.
func indicator(l Level) string {
	return map[Level]string{
		LevelKept: "none", LevelMaintenance: "maintenance", LevelAtRisk: "minor", LevelUnknown: "minor",
		LevelBroken: "major",
	}[l]
}

// componentStatus returns the level of an SLA in the words of Statuspage.
func componentStatus(l Level) string {
	return map[Level]string{
		LevelKept: "operational", LevelMaintenance: "under_maintenance", LevelAtRisk: "degraded_performance",
		LevelUnknown: "degraded_performance", LevelBroken: "major_outage",
	}[l]
}

// summaryOf returns an incident in the form of Statuspage. It lists the components among those
// given.
func summaryOf(i IncidentView, page string, components map[string]summaryComponent) summaryIncident {
	s := summaryIncident{
		ID: i.ID, Name: i.Summary, Impact: "major", Status: "investigating", PageID: page, Shortlink: "./",
		CreatedAt: rfcText(i.Opened.UTC()), StartedAt: rfcText(i.Opened.UTC()), UpdatedAt: rfcText(i.Updated.UTC()),
		Updates: []struct{}{}, Components: []summaryComponent{},
	}
	// Statuspage knows the steps of an incident, but not who works on it.
	switch i.State {
	case incident.StateAcknowledged.String():
		s.Status = "identified"
	case incident.StateMitigated.String():
		at := rfcText(i.Mitigated.UTC())
		s.Status, s.MonitoringAt = "monitoring", &at
	}
	for _, id := range i.SLAs {
		if c, found := components[id]; found {
			s.Components = append(s.Components, c)
		}
	}
	return s
}

// scheduled returns the maintenance that is not over.
func (q *request) scheduled(page string, components map[string]summaryComponent) (list []summaryMaintenance) {
	gone := revoked(q.s.facts.corrections)
	for _, m := range q.s.facts.corrections {
		c, found := components[m.SLA]
		over := !m.End.After(q.s.at)
		if !found || !m.Planned() || gone[correctionKey{m.SLA, m.ID}] || over || len(list) == mostIncidents {
			continue
		}
		s := summaryMaintenance{From: rfcText(m.Start.UTC()), Until: rfcText(m.End.UTC())}
		s.summaryIncident = summaryOf(IncidentView{
			ID: m.ID, Summary: "Maintenance: " + c.Name, SLAs: []string{m.SLA},
			Opened: m.EnteredAt, Updated: m.EnteredAt,
		}, page, components)
		// Maintenance is announced when it is entered and starts when it is planned to.
		s.Impact, s.Status, s.StartedAt = "maintenance", "scheduled", s.From
		if !q.s.at.Before(m.Start) {
			s.Status = "in_progress"
		}
		list = append(list, s)
	}
	return list
}
