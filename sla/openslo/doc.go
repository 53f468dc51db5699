// Package openslo reads what a team has promised in OpenSLO or in Sloth as promises of package sla,
// and writes promises as OpenSLO.
//
// For most uses, [Read] is enough: it takes the documents of one file as JSON, and returns a [File]
// with the SLAs, where their numbers come from, and notes about what means something else here.
// [Write] goes the other way.
//
// # Which files can be read?
//
//	OpenSLO            apiVersion openslo/v1: SLO, SLI, AlertPolicy, AlertCondition; other kinds are noted
//	Sloth              version prometheus/v1
//	Sloth, Kubernetes  apiVersion sloth.slok.dev/v1, kind PrometheusServiceLevel
//
// They are mostly written as YAML; this package reads JSON, in which numbers stand as they were
// written. Other versions, such as openslo/v1alpha, are refused by name.
//
// # What becomes of OpenSLO?
//
//	metadata.name, displayName; description   SLA.ID, Name; Description
//	service                                   the asset of each objective, or what Options.Asset makes of it
//	objectives[].displayName                  its name; none, with a slash or shared: objective-1
//	target, targetPercent                     Objective.Target; 1 and 100 %: ZeroTolerance, noted
//	timeWindow, rolling                       sla.Rolling; M, Q and Y are 30, 90 and 365 days, noted
//	timeWindow with a calendar                a window that begins on the day of its start, at midnight
//	Occurrences; Timeslices                   no Timeslices; Timeslices, where a number is minutes
//	RatioTimeslices                           Query.RatioOfSlices: record each ratio in parts of a million
//	indicators of objectives (composite)      objectives of one SLA, all of which must hold
//	ratioMetric, thresholdMetric              Query
//	AlertPolicy of a burn rate                BurnRule; no alertAfter: Short is a nanosecond less than Long
//
// An objective about freshness is written by hand as a metric source of type alwaysp1:
//
//	ratioMetric: {total: {metricSource: {type: alwaysp1, spec: {asset: mart.orders,
//		freshness: {deadline: {due: "CRON_TZ=Europe/Dublin 0 7 * * *"}}}}}}
//
// # What becomes of Sloth?
//
// Each SLO is an SLA with one objective. Its ID is the service, a hyphen and the name; its window
// is rolling and as long as [Options] have it; the label "owner" is its owner. Alerts that are
// disabled leave out the default burn rules that page, or those that make tickets. An objective of
// 100 is zero tolerance, with a note: the rules of Sloth divide by zero there. Plugins are not run.
//
// # What does OpenSLO not hold?
//
// Tier, owners, consumers, further assets, burn rules, weights, the target of an SLA itself and
// what no data counts as. [Write] puts them into the annotation "alwaysp1/definition", as the JSON
// of the SLA, and [Read] completes the SLO by it. What people see wins: where the annotation
// differs from a visible field, it does not count, and that is noted.
//
// # What is that elsewhere?
//
// The words of OpenSLO, Sloth, Pyrra, slo-generator, Nobl9 and Kibana, and what to write for them
// in packages sla and tracker:
//
//	Occurrences; ratios of good, bad, total   no Timeslices; Tracker.Record of good and bad
//	thresholds, latency, distribution cut     Tracker.Record as good what is below the threshold
//	raw ratios, RatioTimeslices               Tracker.Record of each ratio in millionths: 999_300 good, 700 bad
//	Timeslices, their target and window       Timeslices{Length: 5 * time.Minute, Target: …}
//	up or down, synthetic checks              Tracker.Record of 1 good or 1 bad for each sample
//	a rolling window                          Rolling(28 * Day), or "rolling 28d"
//	a calendar-aligned window                 CalendarMonth(1, dublin), or "month Europe/Dublin"
//	a target of 100 %                         Objective.ZeroTolerance
//	no data: ignore, as good, as bad          Objective.NoData
//	no data at all                            StateNoData
//	burn rate alerts; page and ticket         Objective.Burn and BurnRule.Page; nil: DefaultBurnRules
//	x % of the budget within a window         BurnRule.BurnRate x / 100 × period / BurnRule.Long
//	an alert over one window                  a BurnRule whose Short is a nanosecond less than its Long
//	what is left; gone in                     Budget.Remaining; tracker.ObjectiveReport.TimeLeft
//	composites, weights                       SLA.Target and Objective.Weight; else all must hold
//	budget adjustments, exclusions            Tracker.Correct; entered beforehand it is maintenance
//
// Elsewhere an alert waits for a duration ("for"); here the short window of a [sla.BurnRule] does
// that.
//
// # What is wrong with my file?
//
// The error of [Read] joins all faults, each a [sla.FieldError] with the path in its document, the
// line and the offset. A note has the same form, and is no error. Null is absent, for files hold
// keys with nothing behind them. A field that is not understood is a note; one that comes twice is
// a fault.
//
// # Concurrency
//
// The functions may be called by several goroutines at once. Objectives of one SLO share their burn
// rules, and queries the specs of their sources: do not change these in place. Nothing here reads a
// clock or starts a goroutine.
package openslo
