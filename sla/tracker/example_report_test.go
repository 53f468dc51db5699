package tracker_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// One report, line by line. Of 90 mornings one was missed, where 99 % allow for none.
func ExampleReport_Text() {
	seven := time.Date(2026, 4, 1, 7, 0, 0, 0, time.UTC)
	missed := time.Date(2026, 2, 3, 7, 0, 0, 0, time.UTC)
	budget := sla.Budget{Target: sla.MustTarget("99%"), Counts: sla.Counts{Good: 89, Bad: 1}}
	report := tracker.Report{
		SLA: "orders-by-7", Name: "Orders ready by 07:00", At: seven.Add(time.Hour), AsOf: seven.Add(time.Hour),
		State: budget.State(), DecidedBy: "ready",
		Objectives: []tracker.ObjectiveReport{{
			Name: "ready", Check: "orders-by-7/ready", Asset: "mart.orders", Window: sla.Rolling(90 * sla.Day),
			Start: seven.Add(time.Hour - 90*sla.Day), End: seven.Add(time.Hour),
			Budget: budget, Raw: budget, State: budget.State(), Coverage: 1,
			ExhaustsAt: seven.Add(time.Hour), WorstExhaustsAt: seven.Add(time.Hour),
			Worst: []tracker.Bucket{{Start: missed, End: missed, Counts: sla.Counts{Bad: 1}}},
		}},
	}
	fmt.Println(report)
	fmt.Print(report.Text())
	// Output:
	// orders-by-7: breached: ready: 98.88% of 90 good, target 99%, 1 bad too many
	// Orders ready by 07:00 (orders-by-7), primary: breached, by ready
	// at 2026-04-01 08:00:00 UTC
	// ready of mart.orders: breached
	//   window      rolling 90d: 2026-01-01 08:00:00 UTC to 2026-04-01 08:00:00 UTC
	//   outcomes    89 good, 1 bad of 90: 98.88%, target 99%
	//   budget      0 may be bad, 1 are: 111.11% consumed, -11.12% left
	//   forecast    exhausted at the present burn rate, exhausted at that of the worst burn rule
	//   coverage    100%
	//   worst       2026-02-03 07:00:00 UTC: 0 good, 1 bad of 1
}

func ExampleObjectiveReport_TimeLeft() {
	now := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	burning := tracker.ObjectiveReport{Name: "available", ExhaustsAt: now.Add(50 * time.Hour)}
	fmt.Println(burning.TimeLeft(now))
	fmt.Println(burning.TimeLeft(now.Add(51 * time.Hour)))
	fmt.Println(tracker.ObjectiveReport{Name: "ready"}.TimeLeft(now))
	// Output:
	// 50h0m0s true
	// 0s true
	// 0s false
}
