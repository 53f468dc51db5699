package tracker_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// What was counted survives a restart, and bytes that were damaged on the way are not taken for it.
func ExampleTracker_Restore() {
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "orders-api", Objectives: []sla.Objective{{
		Name: "available", Asset: "svc.orders", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
	}}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	before := tracker.New(catalog)
	if err := before.Record("orders-api/available", now, 995, 5); err != nil {
		fmt.Println(err)
	}
	snapshot := before.Snapshot()

	after := tracker.New(catalog)
	fmt.Println(errors.Is(after.Restore(snapshot[:len(snapshot)-1]), tracker.ErrSnapshot))
	fmt.Println(after.Restore(snapshot))
	report, _ := after.Report("orders-api", now.Add(time.Minute))
	fmt.Println(report)
	// Output:
	// true
	// <nil>
	// orders-api: met: available: 99.5% of 1000 good, target 99%, 5 more may be bad, 50% of the budget left
}
