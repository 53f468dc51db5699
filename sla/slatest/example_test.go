package slatest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/slatest"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A loud stands in for the *testing.T that your test has, and prints what would end it.
type loud struct{}

func (loud) Helper()                           {}
func (loud) Fatalf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// Four weeks of nights, one of them late, in milliseconds.
func ExampleSim() {
	var t loud // the *testing.T of your test
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	sim := slatest.New(t, monday, slatest.Nightly("orders", "mart.orders", "95%", schedule.Daily(7, 0, nil)))
	sim.Land("mart.orders", slatest.Nights(monday, 28, 6*time.Hour, slatest.Late(3, 2*time.Hour))...)
	sim.Run(28 * sla.Day)

	fmt.Println(sim.Report("orders"))
	slatest.RequirePaged(t, sim, "orders/ready", monday.AddDate(0, 0, 2).Add(8*time.Hour))
	slatest.RequireMet(t, sim.Report("orders"))
	slatest.RequireNoAlerts(t, sim, "orders/ready") // there were some, and that ends the test:

	// Output:
	// orders: met: ready: 96.42% of 28 good, target 95%, 0 more may be bad, 28.57% of the budget left
	// orders/ready should be quiet. Its alerts until 2026-03-30T00:00:00Z:
	//   2026-03-04T07:00:00Z orders/ready (mart.orders): page: page-slow fires: burns 20 times the budget over 6h and 20 times the budget over 30m, above 18
	//   2026-03-04T07:00:00Z orders/ready (mart.orders): ticket: ticket-fast fires: burns 20 times the budget over 1d and 20 times the budget over 2h, above 9
	//   2026-03-04T07:00:00Z orders/ready (mart.orders): ticket: ticket-slow fires: burns 6.67 times the budget over 3d and 20 times the budget over 6h, above 3
	//   2026-03-04T07:30:00Z orders/ready (mart.orders): recovered after 30m: page-slow is quiet: burns 20 times the budget over 6h and nothing over 30m, not both above 18
	//   2026-03-04T09:03:00Z orders/ready (mart.orders): recovered after 2h 3m: ticket-fast is quiet: burns 20 times the budget over 1d and nothing over 2h, not both above 9
	//   2026-03-04T13:03:00Z orders/ready (mart.orders): recovered after 6h 3m: ticket-slow is quiet: burns 6.67 times the budget over 3d and nothing over 6h, not both above 3
}

// A quarter of an hour of errors, of a service that keeps three nines.
func ExampleRequirePaged() {
	var t loud // the *testing.T of your test
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	sim := slatest.New(t, noon, slatest.Service("shop", "svc.shop", "99.9%"))
	sim.Traffic("shop/available", 6*time.Hour, time.Second, 10, 0)
	sim.Run(time.Hour)
	slatest.RequireNoAlerts(t, sim, "shop/available")

	sim.Traffic("shop/available", 15*time.Minute, time.Second, 0, 10)
	sim.Run(3 * time.Hour)
	slatest.RequirePaged(t, sim, "shop/available", noon.Add(time.Hour+15*time.Minute))
	for _, alert := range sim.Alerts[:2] {
		fmt.Println(alert.At.Format("15:04:05"), alert.Burn.Rule.Name)
	}
	slatest.RequirePaged(t, sim, "shop/available", noon)

	// Output:
	// 13:00:03 ticket-slow
	// 13:00:11 ticket-fast
	// no page about shop/available was sent by 2026-03-02T12:00:00Z. Its alerts until 2026-03-02T16:00:00Z:
	//   2026-03-02T13:00:03Z shop/available (svc.shop): ticket: ticket-slow fires: burns 1.11 times the budget over 3d and 1.11 times the budget over 6h, above 1
	//   2026-03-02T13:00:11Z shop/available (svc.shop): ticket: ticket-fast fires: burns 3.04 times the budget over 1d and 3.04 times the budget over 2h, above 3
	//   2026-03-02T13:00:21Z shop/available (svc.shop): page: page-slow fires: burns 6.04 times the budget over 6h and 12.06 times the budget over 30m, above 6
	//   2026-03-02T13:00:53Z shop/available (svc.shop): page: page-fast fires: burns 14.56 times the budget over 1h and 150.84 times the budget over 5m, above 14.4
	//   2026-03-02T13:20:00Z shop/available (svc.shop): recovered after 19m: page-fast is quiet: burns 200 times the budget over 1h and 0 times the budget over 5m, not both above 14.4
	//   2026-03-02T13:45:00Z shop/available (svc.shop): recovered after 45m: page-slow is quiet: burns 125 times the budget over 6h and 0 times the budget over 30m, not both above 6
	//   2026-03-02T15:16:00Z shop/available (svc.shop): recovered after 2h 16m: ticket-fast is quiet: burns 71.09 times the budget over 1d and 0 times the budget over 2h, not both above 3
}

func ExampleNights() {
	friday := time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC)
	for _, at := range slatest.Nights(friday, 4, 6*time.Hour, slatest.Late(2, time.Hour), slatest.Missing(3)) {
		fmt.Println(at.Format("Mon 15:04"))
	}

	// Output:
	// Fri 06:00
	// Sat 07:00
	// Mon 06:00
}

// A TB of your own records failures, to test an assertion that is built on these.
func ExampleTB() {
	var t slatest.TB = loud{}
	slatest.RequireMet(t, tracker.Report{SLA: "orders", State: sla.StateBreached, DecidedBy: "ready"})

	// Output:
	// orders is breached, and should be met: ready decides that
	// orders (orders), primary: breached, by ready
	// at 0001-01-01 00:00:00 UTC
}

func ExampleException() {
	worst := slatest.Exception{Night: 1, Late: 3 * time.Hour}
	fmt.Println(slatest.Nights(time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC), 1, 6*time.Hour, worst)[0].Format("15:04"))

	// Output:
	// 09:00
}

// week is a week of nights, of which some are missing.
func week(t slatest.TB, missing ...slatest.Exception) *slatest.Sim {
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	sim := slatest.New(t, monday, slatest.Nightly("orders", "mart.orders", "90%", schedule.Daily(7, 0, nil)))
	sim.Land("mart.orders", slatest.Nights(monday, 7, 6*time.Hour, missing...)...)
	sim.Run(7 * sla.Day)
	return sim
}

// Two missing nights break the promise. A correction excuses them, since the source was moved.
func ExampleRequireBreached() {
	var t loud // the *testing.T of your test
	sim := week(t, slatest.Missing(2), slatest.Missing(3))
	slatest.RequireBreached(t, sim.Report("orders"))

	err := sim.Tracker.Correct(sla.Correction{
		ID: "c-1", SLA: "orders", Author: "ada", Reason: "the source was moved", EnteredAt: sim.Now(),
		Start: sim.Now().AddDate(0, 0, -6), End: sim.Now().AddDate(0, 0, -4),
	})
	fmt.Println(err)
	slatest.RequireState(t, sim.Report("orders"), sla.StateMet)
	fmt.Println(sim.Report("orders"))

	// Output:
	// <nil>
	// orders: met: ready: 100% of 5 good, target 90%, 0 more may be bad, 100% of the budget left; 1 correction
}

// The report as it was reviewed is a file beside the test. A flag of the test writes it anew.
func ExampleRequireGolden() {
	var t loud // the *testing.T of your test
	dir, err := os.MkdirTemp("", "golden")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "testdata", "orders.golden")

	slatest.RequireGolden(t, week(t).Report("orders"), file, true) // as with -update
	slatest.RequireGolden(t, week(t).Report("orders"), file, false)
	text, err := os.ReadFile(file)
	first, _, _ := strings.Cut(string(text), "\n")
	fmt.Println(first, err)

	// Output:
	// orders (orders), primary: met <nil>
}
