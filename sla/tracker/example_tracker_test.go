package tracker_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

func ExampleTracker() {
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders-api", Owners: []string{"shop"},
		Objectives: []sla.Objective{{
			Name: "available", Asset: "svc.orders", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
		}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	t := tracker.New(catalog)
	now := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	if err := t.Record("orders-api/available", now, 995, 5); err != nil {
		fmt.Println(err)
	}
	report, _ := t.Report("orders-api", now.Add(time.Minute))
	fmt.Println(report)
	// Output: orders-api: met: available: 99.5% of 1000 good, target 99%, 5 more may be bad, 50% of the budget left
}

// Deadlines are not recorded: a monitor finds what became of them, and passes its results to the tracker.
func ExampleTracker_Observe() {
	by7 := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)}
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders-by-7",
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders", Target: sla.MustTarget("90%"), Window: sla.Rolling(30 * sla.Day), Freshness: by7,
		}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	t := tracker.New(catalog)

	// In a service a monitor does this: monitor.New(checks, t.Observe).
	for day := 2; day <= 31; day++ {
		landed := time.Date(2026, 3, day, 6, 10, 0, 0, time.UTC)
		if day == 17 {
			landed = landed.Add(2 * time.Hour) // late, and a miss stays one
		}
		for _, looked := range []time.Time{landed, landed.Add(time.Hour)} {
			result := by7.Check(freshness.LandedAt(landed), looked)
			result.Check = "orders-by-7/ready"
			t.Observe(result)
		}
	}
	report, _ := t.Report("orders-by-7", time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC))
	fmt.Println(report)
	// Output: orders-by-7: met: ready: 96.66% of 30 good, target 90%, 2 more may be bad, 66.66% of the budget left
}

// A burn rule fires while the error budget burns too fast. Alerts returns each change once.
func ExampleTracker_Alerts() {
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders-api",
		Objectives: []sla.Objective{{
			Name: "available", Asset: "svc.orders", Target: sla.MustTarget("99.9%"), Window: sla.Rolling(30 * sla.Day),
		}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	t := tracker.New(catalog)
	at := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	for minute := range 180 {
		good, bad := int64(100), int64(0)
		if minute >= 60 && minute < 75 {
			good, bad = 90, 10 // a quarter of an hour of trouble
		}
		if err := t.Record("orders-api/available", at.Add(time.Duration(minute)*time.Minute), good, bad); err != nil {
			fmt.Println(err)
		}
		if minute%30 == 0 { // twice an hour is enough: nothing is missed
			for _, alert := range t.Alerts(at.Add(time.Duration(minute) * time.Minute)) {
				fmt.Println(alert.At.Format("15:04:05"), alert.Check, alert.Burn.Rule.Name, alert.Firing)
			}
		}
	}
	// Output:
	// 09:00:30 orders-api/available ticket-slow true
	// 09:01:30 orders-api/available ticket-fast true
	// 09:03:30 orders-api/available page-slow true
	// 09:08:30 orders-api/available page-fast true
	// 09:19:30 orders-api/available page-fast false
	// 09:43:30 orders-api/available page-slow false
}

// A correction changes the figures of reports, and nothing that was recorded. Reports show both, with author and reason.
func ExampleTracker_Correct() {
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders-api",
		Objectives: []sla.Objective{{
			Name: "available", Asset: "svc.orders", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
		}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	t := tracker.New(catalog)
	at := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	for hour, bad := range []int64{0, 50, 2} {
		if err := t.Record("orders-api/available", at.Add(time.Duration(hour)*time.Hour), 1000-bad, bad); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(t.Correct(sla.Correction{
		ID: "c-1", SLA: "orders-api", Start: at.Add(30 * time.Minute), End: at.Add(90 * time.Minute),
		Author: "ada", Reason: "the load balancer of the provider", EnteredAt: at.Add(4 * time.Hour),
	}))
	report, _ := t.Report("orders-api", at.Add(5*time.Hour))
	available, _ := report.Objective("available")
	fmt.Println(report)
	fmt.Println("as recorded:", available.Raw)
	earlier, _ := t.ReportAsOf("orders-api", at.Add(5*time.Hour), at.Add(3*time.Hour))
	fmt.Println("as of 11:00:", earlier.State)
	// Output:
	// <nil>
	// orders-api: met: available: 99.9% of 2000 good, target 99%, 18 more may be bad, 90% of the budget left; 1 correction
	// as recorded: breached: 2948 good, 52 bad of 3000, target 99%, 22 bad too many
	// as of 11:00: breached
}

// Where events come by the thousand, look the name up once. Where they may come twice, give them keys.
func ExampleRecorder() {
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders-api",
		Objectives: []sla.Objective{{
			Name: "available", Asset: "svc.orders", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
		}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	t := tracker.New(catalog)
	available, err := t.Recorder("orders-api/available")
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	for range 100 {
		available.Record(at, 1, 0)
	}
	fmt.Println(available.RecordOnce("request-7", at, 0, 1), available.RecordOnce("request-7", at, 0, 1))
	report, _ := t.Report("orders-api", at.Add(time.Minute))
	fmt.Println(report.Objectives[0].Budget.Counts)
	_, err = t.Recorder("orders-api/avialable")
	fmt.Println(err)
	// Output:
	// true false
	// 100 good, 1 bad of 101
	// tracker: the catalog has no objective "orders-api/avialable"
}

// What comes for objectives that the catalog does not have is counted, so that a typo does not go unnoticed.
func ExampleTracker_Unmatched() {
	t := tracker.New(nil)
	t.Observe(freshness.Result{Check: "orders-by-7/raedy"})
	fmt.Println(t.Unmatched())
	// Output: 1 orders-by-7/raedy
}

// A page shows what was counted, bucket by bucket, and is made again only when the version has changed.
func ExampleTracker_Buckets() {
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders-api",
		Objectives: []sla.Objective{{
			Name: "available", Asset: "svc.orders", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
		}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	t := tracker.New(catalog)
	before := t.Version()

	at := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	for minute, bad := range []int64{0, 3, 0} {
		if err := t.Record("orders-api/available", at.Add(time.Duration(minute)*time.Minute), 100-bad, bad); err != nil {
			fmt.Println(err)
		}
	}
	for _, bucket := range t.Buckets("orders-api/available", at.Add(time.Minute), at.Add(time.Hour)) {
		fmt.Println(bucket)
	}
	fmt.Println("changed:", t.Version() != before)
	// Output:
	// 2026-04-01 08:01:00 UTC, 5s long: 97 good, 3 bad of 100
	// 2026-04-01 08:02:00 UTC, 5s long: 100 good, 0 bad of 100
	// changed: true
}

// Two announcements of maintenance overlap. The SLA does not run until the last of it ends.
func ExampleTracker_Maintenance() {
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "orders-api", Assets: []string{"svc.orders"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	t := tracker.New(catalog)
	at := time.Date(2026, 4, 1, 22, 0, 0, 0, time.UTC)
	for id, hours := range map[string]time.Duration{"upgrade": 0, "backup": 1} {
		err := t.Correct(sla.Correction{
			ID: id, SLA: "orders-api", Start: at.Add(hours * time.Hour), End: at.Add((hours + 2) * time.Hour),
			Author: "ada", Reason: "announced", EnteredAt: at.Add(-24 * time.Hour),
		})
		if err != nil {
			fmt.Println(err)
		}
	}
	now, ok := t.Maintenance("orders-api", at.Add(10*time.Minute))
	fmt.Println(now.ID, "until", now.End.Format("15:04"), ok)
	// Output: upgrade until 01:00 true
}
