package status

import (
	"cmp"
	"encoding/json"
	"net/http"
	"time"
)

// A health is an answer of draft-inadarei-api-health-check-06.
type health struct {
	Status      string                   `json:"status"`
	Version     string                   `json:"version"`
	Description string                   `json:"description"`
	Output      string                   `json:"output,omitempty"`
	Checks      map[string][]healthCheck `json:"checks,omitempty"`
}

type healthCheck struct {
	ID     string    `json:"componentId"`
	Type   string    `json:"componentType"`
	Value  Level     `json:"observedValue"`
	Status string    `json:"status"`
	Time   time.Time `json:"time,omitzero"`
	Output string    `json:"output,omitempty"`
}

// health answers health: 503 when data is missing that was promised.
func (a *asked) health() (answer, error) {
	h := health{Status: "warn", Version: "1", Description: a.h.title(), Checks: map[string][]healthCheck{}}
	var levels Levels
	for i, r := range a.rows {
		levels.count(r.Level)
		if i == 0 {
			h.Status = healthStatus(r.Level)
		}
		if i >= mostListed {
			continue
		}
		c := healthCheck{ID: r.ID, Type: "component", Value: r.Level, Status: healthStatus(r.Level)}
		if lead := r.lead(); lead != nil {
			c.Time = lead.Checked
			if r.Level != Kept {
				c.Output = r.why(lead)
			}
		}
		h.Checks[r.ID+":level"] = []healthCheck{c}
	}
	h.Output = levels.words()
	made := answer{kind: "application/health+json; charset=utf-8"}
	if h.Status == "fail" {
		made.code = http.StatusServiceUnavailable
	}
	body, err := json.Marshal(h)
	made.body = append(body, '\n')
	return made, err
}

func healthStatus(l Level) string {
	return cmp.Or(map[Level]string{Kept: "pass", Maintenance: "pass", Broken: "fail"}[l], "warn")
}
