package tracker_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// What would 95 % have come to, and what may be promised? Ask the history before the consumers.
func ExampleBacktest() {
	orders := sla.SLA{
		ID: "orders-by-7",
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders", Target: sla.MustTarget("95%"), Window: sla.CalendarMonth(1, time.UTC),
			Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)}, Burn: []sla.BurnRule{},
		}},
	}
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var landed freshness.Landings
	for day := range 31 {
		at := from.AddDate(0, 0, day).Add(6 * time.Hour)
		if day == 9 || day == 25 {
			at = at.Add(3 * time.Hour)
		}
		landed = append(landed, freshness.Landing{At: at})
	}
	history := map[string]freshness.Landings{"mart.orders": landed}
	result, err := tracker.Backtest(orders, from, from.AddDate(0, 1, 0), history, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(result)

	tightest := result.Strictest["ready"]
	fmt.Println(len(result.Changes), "changes, at the end", result.Final.State)
	fmt.Println(tightest.Target, "leaves", tightest.AllowedLeft())
	// Output:
	// 2026-03-01 00:00:00 UTC to 2026-04-01 00:00:00 UTC
	// 2026-03-01 00:00:00 UTC  orders-by-7: no-data: ready: no data, target 95%
	// 2026-03-01 08:00:00 UTC  orders-by-7: met: ready: 100% of 1 good, target 95%, 0 more may be bad, 100% of the budget left
	// 2026-03-10 07:00:00.000000001 UTC  orders-by-7: breached: ready: 90% of 10 good, target 95%, 1 bad too many
	// 2026-03-20 08:00:00 UTC  orders-by-7: exhausted: ready: 95% of 20 good, target 95%, 0 more may be bad
	// 2026-03-21 08:00:00 UTC  orders-by-7: met: ready: 95.23% of 21 good, target 95%, 0 more may be bad, 4.76% of the budget left
	// 2026-03-26 07:00:00.000000001 UTC  orders-by-7: breached: ready: 92.3% of 26 good, target 95%, 1 bad too many
	// ready would have kept 93.548387%: at its tightest 29 good, 2 bad of 31; of target 95%, 1 bad too many
	// 6 changes, at the end breached
	// 93.548387% leaves 0
}
