package sla_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// Two replicas of one service tell each other what they recorded. What arrives twice counts once.
func ExampleTracker_Deltas() {
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "orders-api", Objectives: []sla.Objective{{
		Name: "available", Asset: "svc.orders", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
	}}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	one, other := sla.NewTracker(catalog), sla.NewTracker(catalog)
	one.Replica, other.Replica = "orders-1", "orders-2"
	for _, tracker := range []*sla.Tracker{one, other} {
		if err := tracker.Record("orders-api/available", now, 500, 2); err != nil {
			fmt.Println(err)
		}
	}
	told := append(one.Deltas(), other.Deltas()...)
	for _, tracker := range []*sla.Tracker{one, other} {
		if err := tracker.Apply(append(told, told...)...); err != nil {
			fmt.Println(err)
		}
		report, _ := tracker.Report("orders-api", now.Add(time.Minute))
		fmt.Println(report.Objectives[0].Budget.Counts)
	}
	// Output:
	// 1000 good, 4 bad of 1004
	// 1000 good, 4 bad of 1004
}
