// Package slakit is what your own unit tests want: promises and histories in one
// line, weeks that pass in milliseconds, and assertions that say what differs.
//
// A Sim is a tracker that lives through a time of your making. Say what lands and
// what happens, let it run, and hold its report against what you expect:
//
//	func TestOneLateNightIsNoBreach(t *testing.T) {
//		monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
//		sim := slakit.New(t, monday, slakit.Nightly("orders", "mart.orders", "95%", schedule.Daily(7, 0, nil)))
//		sim.Land("mart.orders", slakit.Nights(monday, 28, 6*time.Hour, slakit.Late(3, 2*time.Hour))...)
//		sim.Run(28 * sla.Day)
//		slakit.RequireMet(t, sim.Report("orders"))
//		slakit.RequirePaged(t, sim, "orders/ready", monday.AddDate(0, 0, 2).Add(8*time.Hour))
//	}
//
// # Which assertions are there?
//
//   - [RequireMet], [RequireBreached] and [RequireState]: where an SLA stands
//   - [RequirePaged] and [RequireQuiet]: what its burn alerts did, and by when
//   - [RequireGolden]: the whole report, as it was reviewed
//
// One that fails ends the test, and prints the report, or the alerts that there
// were, and the moments that decided.
//
// # Does it use the real time?
//
// No. Instants are arguments, nothing sleeps, and no goroutine is started: a check
// is looked at when its last result says that the answer can change, and when
// something lands.
//
// # Compatibility
//
// The module is v0: names may still change, and so may the words of failures.
package slakit
