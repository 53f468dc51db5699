package status_test

import (
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// counted is a tracker for a team that counts elsewhere.
type counted struct{ catalog *sla.Catalog }

func (c counted) Catalog() *sla.Catalog { return c.catalog }

func (c counted) Corrections() []sla.Correction { return nil }

// Buckets returns nil: this team counts totals alone.
func (c counted) Buckets(string, time.Time, time.Time) []tracker.Bucket { return nil }

// Version is always the same, because the counts below are.
func (c counted) Version() uint64 { return 1 }

func (c counted) Reports(at time.Time) iter.Seq[tracker.Report] {
	return func(yield func(tracker.Report) bool) {
		budget := sla.Budget{Target: sla.MustTarget("99.9%"), Counts: sla.Counts{Good: 99_950, Bad: 50}}
		yield(tracker.Report{SLA: "api", At: at, AsOf: at, State: budget.State(), Objectives: []tracker.ObjectiveReport{{
			Name: "available", Check: "api/available", Asset: "orders-api", Window: sla.Rolling(30 * sla.Day),
			Budget: budget, Raw: budget, State: budget.State(), Coverage: 1,
		}}})
	}
}

func ExampleReporter() {
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "api", Name: "Orders API", Objectives: []sla.Objective{{
			Name: "available", Asset: "orders-api", Target: sla.MustTarget("99.9%"), Window: sla.Rolling(30 * sla.Day),
		}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := status.New(counted{catalog}, nil)
	response := httptest.NewRecorder()
	handler.ServeHTTP(response, httptest.NewRequest(http.MethodGet, "/status/badge.json?id=api", nil))
	fmt.Print(response.Body)
	// Output: {"schemaVersion":1,"label":"Orders API","message":"kept","color":"brightgreen"}
}
