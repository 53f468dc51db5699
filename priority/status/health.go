package status

import (
	"encoding/json"
	"net/http"
	"time"
)

// A health is a response of draft-inadarei-api-health-check-06.
type health struct {
	Status      string                   `json:"status"`
	Version     string                   `json:"version"`
	Description string                   `json:"description"`
	Output      string                   `json:"output,omitempty"`
	Checks      map[string][]healthCheck `json:"checks,omitempty"`
}

// A healthCheck is the part of a health that is about one SLA.
type healthCheck struct {
	ID     string    `json:"componentId"`
	Type   string    `json:"componentType"`
	Value  Level     `json:"observedValue"`
	Status string    `json:"status"`
	Time   time.Time `json:"time,omitzero"`
	Output string    `json:"output,omitempty"`
}

// health makes health. Its code is 503 when promised data is missing, which is what a probe looks
// at.
func (q *request) health() (response, error) {
	counts, worst := q.counts()
	h := health{
		Status: healthStatus(worst), Version: "1", Description: q.h.title(), Output: counts.words(),
		Checks: map[string][]healthCheck{},
	}
	for _, r := range q.rows[:min(len(q.rows), mostListed)] {
		c := healthCheck{ID: r.ID, Type: "component", Value: r.Level, Status: healthStatus(r.Level)}
		if lead := r.lead(); lead != nil {
			c.Time = lead.Checked
			if r.Level != LevelKept {
				c.Output = r.why(lead)
			}
		}
		h.Checks[r.ID+":level"] = []healthCheck{c}
	}

	// The body is the same for a probe that fails, so that a person who follows it finds the
	// reason.
	made := response{contentType: "application/health+json; charset=utf-8"}
	if worst == LevelBroken {
		made.code = http.StatusServiceUnavailable
	}
	body, err := json.Marshal(h)
	made.body = append(body, '\n')
	return made, err
}

// healthStatus returns a level in the words of the draft. What is not known is no reason to fail,
// nor to pass.
func healthStatus(l Level) string {
	switch l {
	case LevelKept, LevelMaintenance:
		return "pass"
	case LevelBroken:
		return "fail"
	}
	return "warn"
}
