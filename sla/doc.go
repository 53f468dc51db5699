// Package sla holds promises about data, tracks whether they are kept, and knows which of them trouble with an asset reaches.
//
// An [SLA] is a promise to named consumers, with objectives that can be measured: each has a [Target], the share that must
// be good, and a [Window], the span over which it must be. A [Catalog] joins SLAs with the assets that feed each other.
// A [Tracker] counts what becomes of its objectives, and reports where they stand.
// For most uses, write SLAs as values or read them with [DecodeSLAs], hand them to [NewCatalog], and that to [NewTracker].
//
// # How do I write a promise down?
//
// As a Go value, in code that is reviewed and tested:
//
//	sla.SLA{
//		ID: "orders-by-7", Name: "Orders ready by 07:00",
//		Owners: []string{"data-infra", "analytics"}, Consumers: []string{"finance"},
//		Objectives: []sla.Objective{{
//			Name: "ready", Asset: "mart.orders",
//			Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day),
//			Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, dublin), Warn: time.Hour},
//		}},
//	}
//
// Or as JSON, one or a list, for [DecodeSLAs] and [SLA.MarshalJSON]: what one writes, the other reads back as the same.
// A promise is [Primary] unless it says otherwise.
//
// # How do I write what I have elsewhere?
//
// The words of OpenSLO, Sloth, Pyrra, slo-generator, Nobl9 and Kibana, and what to write for them:
//
//	Occurrences; ratios of good, bad, total   no Slices; Tracker.Record of good and bad, and CountsOf where a total is told
//	thresholds, latency, distribution cut     Tracker.Record as good what is below the threshold
//	raw ratios, RatioTimeslices               Tracker.Record of each slice's ratio as parts of a million: 999_300 good, 700 bad
//	Timeslices, their target and window       Slices{Length: 5 * time.Minute, Target: MustTarget("95%")}
//	up or down, synthetic checks              Tracker.Record of 1 good or 1 bad for each sample
//	a rolling window                          Rolling(28 * Day), or "rolling 28d"
//	a calendar-aligned window                 Monthly(1, dublin), or "month Europe/Dublin"; Daily, Weekly, Quarterly, Yearly
//	a target of 100 %                         Objective.ZeroTolerance
//	no data: ignore, as good, as bad; absent  Objective.Silence, of slices and deadlines; State is NoData where there is none at all
//	burn rate alerts; page and ticket         Objective.Burn; nil: DefaultBurnRules. BurnRule.Page tells a page from a ticket
//	x % of the budget within a window         a BurnRule with the Factor x / 100 × period / BurnRule.Long
//	an alert over one window                  a BurnRule whose Short is a nanosecond less than its Long
//	what is left; gone in                     Budget.Remaining; ObjectiveReport.TimeLeft
//	composites, weights                       SLA.Target and Objective.Weight; without a Target all objectives must hold
//	budget adjustments, exclusions            Tracker.Correct; entered beforehand it is maintenance
//
// What a duration beside an alert ("for") waits for elsewhere, the short window of a [BurnRule] asks here.
//
// # What is wrong with my promise?
//
// [SLA.Validate], [DecodeSLAs] and [NewCatalog] say everything at once: they join their faults, each a [FieldError] with
// the path of the field ("objectives[1].target: 1.2 is not between 0 and 1"), and with its line when it was read from text.
//
// # What does trouble with this asset reach?
//
// [Catalog.Reach] answers the SLA that matters most, in one look-up that allocates nothing, however many SLAs and assets
// there are. [Catalog.Impacts] walks to all of them. Both prove it with the shortest path, and among paths of one
// length with the first by the IDs of its assets: the answer depends neither on the order of the input nor on chance.
//
// # What if the catalog does not know an asset?
//
// Then nobody knows what it reaches, which is not the same as nothing: [Catalog.Reach] answers false,
// while a known asset that reaches no SLA has a nil [Reach.SLA].
//
// # May lineage have cycles?
//
// Yes: answers are as exact with them as without. [Catalog.Cycles] reports them.
//
// # How exact are targets?
//
// A [Target] is a whole number of billionths, read from decimal text. Verdicts compare integers; no float is involved.
//
// # Was the promise kept, and what is left of its budget?
//
// A [Budget] holds [Counts] of good and bad outcomes against a target, and answers a [State]. A promise includes its limit:
// with exactly as many bad outcomes as the target allows it is kept, and its budget is exhausted; one more breaches it.
// No data is a state of its own: then there is no compliance, and nothing was consumed.
//
// # Does a budget burn too fast?
//
// A [BurnRule] compares the burn rate over a long and a short window with a [Factor]; [DefaultBurnRules] are those of the
// Google SRE workbook for the period of your objective. [BurnRule.Validate] refuses a rule that could never fire.
// A [Burn] holds a rule against counts, and says in words why it fires or does not.
//
// # How do I track it?
//
// [Tracker.Observe] counts what a monitor finds about freshness, and [Tracker.Record] counts events. [Tracker.Report] then
// answers where an SLA stands, and [Tracker.Alerts] what began to burn and what stopped. The instant of each call is an
// argument; nothing reads the clock:
//
//	tracker := sla.NewTracker(catalog)
//	monitor := freshness.NewMonitor(catalog.Checks(source), tracker.Observe)
//	report, ok := tracker.Report("orders-by-7", now)
//
// # What if nothing was recorded?
//
// The [Silence] of an objective says what that means: it counts for nothing, as good, or as bad. Coverage in a report says how
// much of the window was measured. A result that could not be measured counts as silence, never as good.
//
// # How exact are reports?
//
// Deadlines are counted one by one, and slices of time as a whole. Events are kept by ever longer stretches of time the older
// they are, at most a thirtieth of their age and no less than 5 seconds: a report says from when until when it counted, and of
// that its counts, and its verdicts, are exact. A burn window is so counted at most a thirtieth too long.
//
// # Something counted that should not have?
//
// [Tracker.Correct] enters a [Correction]: an outage excused, a probe found wrong, maintenance. Reports show the figures with it
// and as recorded, and [Tracker.ReportAsOf] what was known earlier.
//
// # What may I promise?
//
// [SLA.Backtest] plays a history to a promise: what would have been reported and alerted, and the strictest target
// that the history would have kept.
//
// # What survives a restart?
//
// What [Tracker.Snapshot] answered, when [Tracker.Restore] is given it. A snapshot that is cut short or damaged is an error,
// and restores nothing.
//
// # How do several replicas count together?
//
// Each tells the others what it recorded by [Tracker.Deltas], and hears of theirs by [Tracker.Apply]: in any order,
// as often as it takes, and each delta counts once. A due instant that all of them observed counts once too.
//
// # How do I change a catalog while my program runs?
//
// Build another, and replace the one that you share: catalogs never change. [Tracker.SetCatalog] keeps the counts of what
// measures the same.
//
// # What must be checked for these promises?
//
// [Catalog.Checks] makes a [freshness.Check] of each objective, for [freshness.Check.Run] or a monitor.
// Each is named after its SLA and objective, and [Catalog.Objective] finds both by that name.
//
// # Compatibility
//
// Until version 1, names may still change, and the golden files of the exported API show how. These stay: the text forms of [Tier], [Target], [Window],
// [State] and [Factor], the JSON forms of an [SLA], a [Report] and an [Alert], and the order in which ties are broken.
package sla
