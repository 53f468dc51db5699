package status_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

func ExampleNew() {
	deadline := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)}
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders-by-7", Name: "Orders ready by 07:00", Owners: []string{"data-infra", "analytics"}, Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders", Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day), Freshness: deadline,
		}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	tr := tracker.New(catalog)
	desk := incident.NewDesk(priority.NewClassifier(catalog))

	// At 07:30 nothing has landed since yesterday; a monitor.Monitor would have noticed.
	now := time.Date(2026, 3, 2, 7, 30, 0, 0, time.UTC)
	result := deadline.Check(freshness.LandedAt(now.AddDate(0, 0, -1).Add(-time.Hour)), now)
	result.Asset, result.Check = "mart.orders", "orders-by-7/ready"
	tr.Observe(result)

	handler := status.New(tr, desk)
	mock := clock.NewMock()
	mock.Set(now)
	handler.Clock = mock
	mux := http.NewServeMux()
	mux.Handle("/status/", handler)

	response := httptest.NewRecorder()
	mux.ServeHTTP(response, httptest.NewRequest(http.MethodGet, "/status/badge.json?id=orders-by-7", nil))
	fmt.Print(response.Body)
	// Output: {"schemaVersion":1,"label":"Orders ready by 07:00","message":"overdue 30m","color":"red","isError":true}
}
