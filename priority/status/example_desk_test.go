package status_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/status"
)

// elsewhere is a desk for a team that keeps its incidents elsewhere.
type elsewhere struct{ list []incident.Incident }

func (e elsewhere) Incidents() []incident.Incident { return e.list }

func (e elsewhere) Timeline(context.Context, string) ([]incident.Entry, error) { return nil, nil }

func ExampleIncidentReader() {
	desk := elsewhere{[]incident.Incident{{
		ID: "inc-7", OpenedAt: time.Date(2026, 3, 2, 6, 12, 0, 0, time.UTC), LeaseHolder: "ada",
		Assessment: priority.AssessmentReport{Priority: priority.P1, Signal: priority.Signal{Asset: "raw.orders", Summary: "extract exited 1"}},
	}}}
	handler := status.New(nil, desk)
	handler.Publish.Texts = true // nothing that people or systems wrote is shown without
	response := httptest.NewRecorder()
	handler.ServeHTTP(response, httptest.NewRequest(http.MethodGet, "/status/status.json", nil))

	var page status.Page
	if err := json.Unmarshal(response.Body.Bytes(), &page); err != nil {
		fmt.Println(err)
		return
	}
	for _, i := range page.Incidents {
		fmt.Println(i.ID, i.Priority, i.State, i.Summary)
	}
	// Output: inc-7 P1 acknowledged extract exited 1
}
