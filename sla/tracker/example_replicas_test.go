package tracker_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// Two replicas of one service send each other what they recorded. What arrives twice counts once.
func ExampleTracker_Deltas() {
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "orders-api", Objectives: []sla.Objective{{
		Name: "available", Asset: "svc.orders", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
	}}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	one, other := tracker.New(catalog), tracker.New(catalog)
	one.Replica, other.Replica = "orders-1", "orders-2"
	for _, t := range []*tracker.Tracker{one, other} {
		if err := t.Record("orders-api/available", now, 500, 2); err != nil {
			fmt.Println(err)
		}
	}
	sent := append(one.Deltas(), other.Deltas()...)
	for _, t := range []*tracker.Tracker{one, other} {
		if err := t.Apply(append(sent, sent...)...); err != nil {
			fmt.Println(err)
		}
		report, _ := t.Report("orders-api", now.Add(time.Minute))
		fmt.Println(report.Objectives[0].Budget.Counts)
	}
	// Output:
	// 1000 good, 4 bad of 1004
	// 1000 good, 4 bad of 1004
}
