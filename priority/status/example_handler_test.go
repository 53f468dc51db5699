package status_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// nightly is a handler about orders that land each night at about 06:00 and are due by 07:00, on Monday, 2 March 2026,
// at 06:40. Last night's have not landed yet.
func nightly() *status.Handler {
	deadline := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: 30 * time.Minute}
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders-by-7", Name: "Orders ready by 07:00", Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders", Target: sla.MustTarget("95%"), Window: sla.Rolling(90 * sla.Day),
			Freshness: deadline,
		}},
	}}, sla.Feeds("raw.orders", "mart.orders"))
	if err != nil {
		panic(err)
	}

	now := time.Date(2026, 3, 2, 6, 40, 0, 0, time.UTC)
	var landed freshness.Landings
	t := tracker.New(catalog)
	for day := -120; day <= 0; day++ {
		night := time.Date(2026, 3, 2+day, 6, (day*day)%53, 0, 0, time.UTC)
		if day < 0 {
			landed = landed.Add(freshness.Landing{At: night})
		}
		at := night.Truncate(time.Hour).Add(time.Hour) // checked at the due instant, and today now
		if day == 0 {
			at = now
		}
		result := deadline.Check(landed, at)
		result.Asset, result.Check = "mart.orders", "orders-by-7/ready"
		t.Observe(result)
	}

	h := status.New(t, nil)
	mock := clock.NewMock()
	mock.Set(now)
	h.Clock = mock
	h.Landings = func(asset string) freshness.Landings {
		if asset == "mart.orders" {
			return landed
		}
		return nil
	}
	h.Results = func() []freshness.Result { // a monitor's, for assets that no SLA is about
		return []freshness.Result{{
			Asset: "raw.orders", Check: "raw", Status: freshness.Stale, Reason: freshness.ReasonPastLimit, At: now,
		}}
	}
	return h
}

func ExampleHandler() {
	handler := nightly()
	handler.Title = "Data of the shop"
	handler.Publish = status.Publish{Assets: true, Texts: true, People: true} // the readers are colleagues
	handler.Labels = func(string) map[string]string { return map[string]string{"team": "data-infra"} }
	handler.FrameAncestors = []string{"https://portal.example"}
	handler.PageSize, handler.CacheFor = 20, 30*time.Second
	handler.Authorize = func(r *http.Request, sla string) bool { return r.Header.Get("X-Team") == "finance" }

	for _, team := range []string{"finance", "visitors"} {
		request := httptest.NewRequest(http.MethodGet, "/status/badge.json?label=team:data-infra", nil)
		request.Header.Set("X-Team", team)
		response := httptest.NewRecorder()
		handler.ServeHTTP(response, request)
		fmt.Println(response.Header().Get("Cache-Control"))
		fmt.Print(response.Body)
	}
	// Output:
	// private, no-cache, max-age=30, must-revalidate
	// {"schemaVersion":1,"label":"Data of the shop","message":"1 at risk","color":"orange"}
	// private, no-cache, max-age=30, must-revalidate
	// {"schemaVersion":1,"label":"Data of the shop","message":"no data","color":"lightgrey"}
}

// A program reads where one SLA stands, what became of its last deadlines, and where its data is stuck.
func ExampleSLAView() {
	handler := nightly()
	handler.Publish.Assets = true
	response := httptest.NewRecorder()
	handler.ServeHTTP(response, httptest.NewRequest(http.MethodGet, "/status/sla.json?id=orders-by-7", nil))

	var shown status.SLAView
	if err := json.Unmarshal(response.Body.Bytes(), &shown); err != nil {
		fmt.Println(err)
		return
	}
	if shown.Details.Format != status.FormatVersion {
		fmt.Println("another version:", shown.Details.Format)
		return
	}

	ready := shown.Objectives[0]
	fmt.Println(shown.Level == status.LevelAtRisk, ready.Why)
	fmt.Println("expected by", ready.Expected.By.Format("15:04"), "judging by", ready.Expected.Cases, "nights like this")
	outcomes := map[status.Outcome]int{}
	for _, window := range ready.Windows {
		outcomes[window.Outcome]++
	}
	fmt.Println(outcomes[status.OutcomeKept], "kept,", outcomes[status.OutcomeMissed], "missed of", len(ready.Windows))
	for _, asset := range shown.Details.Assets {
		fmt.Println(asset.ID, asset.Status, asset.Stuck)
	}
	// Output:
	// true past its warning, nothing has landed
	// expected by 06:46 judging by 30 nights like this
	// 90 kept, 0 missed of 90
	// raw.orders stale true
	// mart.orders at-risk false
}
