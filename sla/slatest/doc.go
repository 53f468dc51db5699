// Package slatest has what your own unit tests need: promises and histories in one line, weeks that
// pass in milliseconds, and assertions that report what differs.
//
// A Sim is a tracker in simulated time. Tell it what lands and what happens, run it, and compare
// its report with what you expect:
//
//	func TestOneLateNightIsNoBreach(t *testing.T) {
//		monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
//		orders := slatest.Nightly("orders", "mart.orders", "95%", schedule.Daily(7, 0, nil))
//		sim := slatest.New(t, monday, orders)
//		nights := slatest.Nights(monday, 28, 6*time.Hour, slatest.Late(3, 2*time.Hour))
//		sim.Land("mart.orders", nights...)
//		sim.Run(28 * sla.Day)
//		slatest.RequireMet(t, sim.Report("orders"))
//		slatest.RequirePaged(t, sim, "orders/ready", monday.AddDate(0, 0, 2).Add(8*time.Hour))
//	}
//
// # Which assertions are there?
//
//   - [RequireMet], [RequireBreached] and [RequireState] check the state of an SLA
//   - [RequirePaged] and [RequireNoAlerts] check its burn-rate alerts, and by when they fired
//   - [RequireGolden] compares the whole report with a file that was reviewed
//
// One that fails ends the test, and prints the report, or the alerts with their instants.
//
// # Does it use the real time?
//
// No. Instants are arguments, and it neither sleeps nor starts a goroutine. A check is evaluated
// when its last result allows the next to differ, and when something lands.
//
// # Compatibility
//
// The module is v0: names may still change, and so may the texts of failures.
package slatest
