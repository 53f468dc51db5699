package alwaysp1_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// Whether promises are kept, in process: what is left of the budget, how fast it burns, and what that makes of the next signal.
func Example_tracker() {
	night := time.Date(2026, 1, 1, 6, 0, 0, 0, time.UTC)
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders-by-7", Name: "Orders ready by 07:00", Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders", Target: sla.MustTarget("95%"), Window: sla.Rolling(30 * sla.Day),
			Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, nil)},
		}},
	}})
	if err != nil {
		panic(err)
	}
	tracker := sla.NewTracker(catalog)
	var landed freshness.Landings
	for day := range 30 {
		at := night.AddDate(0, 0, day)
		if day != 29 { // last night nothing came
			landed = landed.Add(freshness.Landing{At: at})
		}
		for _, check := range catalog.Checks(func(string) freshness.Source { return nil }) {
			result := check.Policy.Check(landed, at.Add(2*time.Hour)) // in a service, a freshness.Monitor does this
			result.Asset, result.Check = check.Asset, check.Name
			tracker.Observe(result)
		}
	}
	now := night.AddDate(0, 0, 29).Add(2 * time.Hour)
	report, _ := tracker.Report("orders-by-7", now)
	fmt.Println(report)
	for _, alert := range tracker.Alerts(now) {
		verdict := priority.NewClassifier(catalog).Classify(priority.FromAlert(alert))
		fmt.Println(verdict.Priority, verdict)
	}
	// Output:
	// orders-by-7: at-risk: ready: 96.66% of 30 good, target 95%, 0 more may be bad, 33.33% of the budget left
	// P1 mart.orders is using up the budget of orders-by-7/ready too fast: ticket-fast fires: burns 20 times the budget over 1d and 20 times the budget over 2h, above 3 → "Orders ready by 07:00" (finance), due in 23h
	// P1 mart.orders is using up the budget of orders-by-7/ready too fast: ticket-slow fires: burns 6.67 times the budget over 3d and 20 times the budget over 6h, above 1 → "Orders ready by 07:00" (finance), due in 23h
}
