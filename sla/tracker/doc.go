// Package tracker counts what was good and bad of the objectives of SLAs, and reports where they
// stand: their SLIs, what is left of their error budgets, how fast those burn, and which burn rate
// alerts fire.
//
// A [Tracker] is made by [New] from an [sla.Catalog]. It is passed what happens and returns what
// that comes to. It reads no clock, starts nothing and does no I/O: the instant of each call is an
// argument.
//
//	t := tracker.New(catalog)
//	m := monitor.New(catalog.Checks(source), t.Observe)
//	report, ok := t.Report("orders-by-7", now)
//
// # How do I record events?
//
// [Tracker.Record] counts good and bad events of an objective, named by its check as
// "orders-api/available". [Tracker.Recorder] looks the name up once, so that counting costs a few
// nanoseconds and allocates nothing. [Recorder.RecordOnce] counts an event that may be delivered
// twice. [Tracker.Unmatched] returns how much came for objectives that the catalog does not have.
//
// # How do I track freshness?
//
// [Tracker.Observe] takes the results of a monitor. An objective about deadlines counts each due
// instant once, and any other objective about freshness counts slices of time.
//
// # What if nothing was recorded?
//
// The [sla.NoData] of an objective decides: a due instant or slice without an outcome counts as
// nothing, as good, or as bad. Coverage in a report is the share of the window that was measured. A
// result that could not be measured counts as no data, never as good.
//
// # Where does an SLA stand?
//
// [Tracker.Report] returns a [Report] of one SLA, and [Tracker.Reports] those of all. A Report is
// plain data: it prints as one line or many, is logged as a group, and travels as JSON.
// [Tracker.Buckets] lists what was counted, and [Tracker.Version] changes whenever a report may.
//
// # How exact are reports?
//
// Deadlines are counted one by one, and slices of time as a whole. Events are kept in ever longer
// stretches of time the older they are, at most a thirtieth of their age and no less than 5
// seconds. A report states the bounds of what it counted; within these its counts and verdicts are
// exact. A burn window is counted at most a thirtieth too long.
//
// # Which burn rate alerts fire?
//
// [Tracker.Alerts] returns the burn rules that began to fire, and those that stopped, since the
// last call. Nothing is missed between two calls, however far apart; the first call looks only at
// its instant.
//
// # Was something counted that should not have been?
//
// [Tracker.Correct] enters an [sla.Correction]: an outage to excuse, a wrong probe, maintenance.
// Nothing recorded changes; reports show the figures with corrections and as recorded.
// [Tracker.ReportAsOf] reports by what was known at an earlier instant, and [Tracker.Maintenance]
// returns until when an SLA does not run.
//
// # What may I promise?
//
// [Backtest] plays a history to an SLA. It returns what would have been reported and alerted, and
// the strictest target that the history would have kept.
//
// # How do several replicas count together?
//
// Each sends what [Tracker.Deltas] returns to the others, which pass it to [Tracker.Apply]: in any
// order, as often as delivery takes. Each [Delta] counts once, and so does a due instant that
// several replicas observed. [MergeDeltas] joins sets of deltas. Package keep stores them.
//
// # What survives a restart?
//
// What [Tracker.Snapshot] returned, once [Tracker.Restore] is passed it. A snapshot that is
// truncated or corrupt is an [ErrSnapshot], and restores nothing.
//
// # How do I change the catalog while my program runs?
//
// [Tracker.SetCatalog] replaces it, and keeps the counts of objectives that still measure the same.
//
// # How much memory does it take?
//
// A bounded amount: some hundred bytes for an objective with one outcome a night, and about 8 KB
// for one about events over 30 days, however many there are.
package tracker
