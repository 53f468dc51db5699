package status

import (
	"encoding/json"
	"slices"
)

// A summary is what Statuspage answers as summary.json, as far as readers of it look.
type summary struct {
	Page         summaryPage          `json:"page"`
	Status       summaryStatus        `json:"status"`
	Components   []summaryComponent   `json:"components"`
	Incidents    []summaryIncident    `json:"incidents"`
	Maintenances []summaryMaintenance `json:"scheduled_maintenances"`
}

type summaryPage struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	URL       string `json:"url"`
	TimeZone  string `json:"time_zone"`
	UpdatedAt string `json:"updated_at"`
}

type summaryStatus struct {
	Indicator   string `json:"indicator"`
	Description string `json:"description"`
}

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

type summaryMaintenance struct {
	summaryIncident
	From  string `json:"scheduled_for"`
	Until string `json:"scheduled_until"`
}

// summary answers summary.json. Statuspage has no word for what is not known: that is degraded.
func (a *asked) summary() (answer, error) {
	at, id := rfcText(a.s.at.UTC()), urn("page", a.h.title())
	var levels Levels
	level, s := Unknown, summary{Incidents: []summaryIncident{}, Components: []summaryComponent{}, Maintenances: []summaryMaintenance{}}
	components := map[string]summaryComponent{}
	for i, r := range a.rows {
		if i == 0 {
			level = r.Level
		}
		levels.count(r.Level)
		if i < mostListed {
			c := summaryComponent{ID: r.ID, Name: r.Name, Status: componentStatus(r.Level), Description: r.Description, Position: i + 1, UpdatedAt: at, PageID: id}
			s.Components = append(s.Components, c)
			components[r.ID] = c
		}
	}
	s.Page = summaryPage{ID: id, Name: a.h.title(), URL: "./", TimeZone: "Etc/UTC", UpdatedAt: at}
	s.Status = summaryStatus{indicator(level), levels.words()}
	for _, i := range a.incidents(a.s.open, mostIncidents) {
		s.Incidents = append(s.Incidents, summaryOf(i, id, components))
	}
	s.Maintenances = append(s.Maintenances, a.planned(id, components)...)
	body, err := json.Marshal(s)
	again := len(s.Components)
	for _, i := range s.Incidents {
		again += len(i.Components)
	}
	for _, m := range s.Maintenances {
		again += len(m.Components)
	}
	volatile := append([]string{`"updated_at":"` + at + `"},"status"`}, slices.Repeat([]string{`"updated_at":"` + at + `"`}, again)...)
	return answer{kind: jsonKind, body: append(body, '\n'), volatile: volatile}, err
}

func indicator(l Level) string {
	return map[Level]string{Kept: "none", Maintenance: "maintenance", AtRisk: "minor", Unknown: "minor", Broken: "major"}[l]
}

func componentStatus(l Level) string {
	return map[Level]string{
		Kept: "operational", Maintenance: "under_maintenance", AtRisk: "degraded_performance", Unknown: "degraded_performance", Broken: "major_outage",
	}[l]
}

func summaryOf(i Incident, page string, components map[string]summaryComponent) summaryIncident {
	s := summaryIncident{
		ID: i.ID, Name: i.Summary, Impact: "major", Status: "investigating", PageID: page, Shortlink: "./",
		CreatedAt: rfcText(i.Opened.UTC()), StartedAt: rfcText(i.Opened.UTC()), UpdatedAt: rfcText(i.Updated.UTC()),
		Updates: []struct{}{}, Components: []summaryComponent{},
	}
	switch i.State {
	case "taken":
		s.Status = "identified"
	case "harmless":
		at := rfcText(i.Mitigated.UTC())
		s.Status, s.MonitoringAt = "monitoring", &at
	}
	for _, id := range i.SLAs {
		if c, known := components[id]; known {
			s.Components = append(s.Components, c)
		}
	}
	return s
}

// planned lists maintenance that is not over.
func (a *asked) planned(page string, components map[string]summaryComponent) (list []summaryMaintenance) {
	gone := revoked(a.s.facts.corrections)
	for _, m := range a.s.facts.corrections {
		c, seen := components[m.SLA]
		if !m.Planned() || gone[[2]string{m.SLA, m.ID}] || !seen || !m.End.After(a.s.at) || len(list) == mostIncidents {
			continue
		}
		s := summaryMaintenance{From: rfcText(m.Start.UTC()), Until: rfcText(m.End.UTC())}
		s.summaryIncident = summaryOf(Incident{ID: m.ID, Summary: "Maintenance: " + c.Name, Opened: m.At, Updated: m.At, SLAs: []string{m.SLA}}, page, components)
		s.Impact, s.Status = "maintenance", "scheduled"
		if !a.s.at.Before(m.Start) {
			s.Status = "in_progress"
		}
		s.StartedAt = rfcText(m.Start.UTC())
		list = append(list, s)
	}
	return list
}
