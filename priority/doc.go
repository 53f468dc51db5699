// Package priority decides how urgent a health signal is, and shows why.
//
// A [Classifier] turns a [Signal], which says that an asset's health changed, into an [Assessment]: a [Priority] from [P1] down,
// the promises that the signal reaches, and the path to each. For most uses [NewClassifier] and [Classifier.Classify] are enough;
// [FromResult] makes the signal of a freshness check,
// [FromAlert] that of a burning budget, and [FromError], [FromHealthCheck] and [FromAlertmanager] those of other sources.
//
// # When is it P1?
//
// A firing signal whose asset feeds an asset of a primary SLA, through any number of others, is P1. Always: no severity,
// claim of the sender, order of arrival or option lowers it; [HoldExposed] can only put it off while the promise is proven to be safe.
// P1 too, unless [AssumeUnknown] says otherwise, is a signal about an asset that the catalog does not know,
// because what nobody has mapped may feed anything; its assessment says that this is why.
//
// # And otherwise?
//
// A [Table] of impact and urgency decides, by default ServiceNow's. Impact is the most important tier that the asset reaches;
// urgency comes from the signal's severity and from the time left until its own due instant. Put your own in its place with
// [WithTable]: any number of rows and columns, in Go or as JSON. A table with a hole, or one in which more impact or urgency
// gets a lower priority, is refused, and the error names the cell. A [Modifier] then moves what the table says by one step, where its
// conditions are met: at night, of tests, where many wait. None makes anything P1, and none touches what is.
//
// # What does the engineer on call see?
//
// [Assessment.String] is the line for a chat channel or a log, [Assessment.Explain] the longer one that says what is promised to whom,
// and by when. Names and summaries come from other systems and may hold anything: in both texts what does not print is escaped,
// so that one line stays one line. [Assessment.Report] is the same as data, and [Assessment.MarshalJSON] writes it.
//
// # What if nobody knows?
//
// Unknown is not fine. An unknown severity counts as the worst, an unknown asset as one that matters, a claim that the table
// does not have as its first row or column; and a check that could not be made is a firing signal. Each is named in the reasons.
//
// # Must everything that reaches a primary SLA be P1 at once?
//
// By default, yes. With [HoldExposed] a service that can prove that each of those promises has time left may wait for a margin;
// the assessment then carries the instant from which it is P1 by itself.
//
// # And while something is meant to be down?
//
// During planned maintenance an SLA does not run, and nothing can break it. [WithMaintenance] says which, the assessment says that it is so,
// and every other SLA counts as ever.
//
// # What would change it?
//
// [Assessment.Counterfactuals] lists each single change that would give another priority. [Replay] puts a recorded stream of signals
// before two classifiers and shows where they differ, before anyone adopts the new one. [Table.Lint] finds what is odd about a table,
// and [Classifier.Lint] also whether most of a catalog can be P1.
//
// # Which signals belong together?
//
// Those of one [Signal.Identity], which repeats of a signal and its end share; [Signal.Merge] makes one of them,
// whatever the order in which they came. One that was not repeated in time is unknown,
// and not resolved: [Signal.AsOf]. Of those that fire at one moment, [Classifier.Causes] says which explain which:
// what is broken upstream explains what is broken downstream of it, for as long as it fires.
//
// # And when it comes and goes?
//
// A [Hysteresis] raises at once and lowers late: after a hold, clean evaluations, and not while the condition flaps.
// An incident's desk (priority/incident) keeps its incidents steady by one.
//
// # What does a decision cost?
//
// One look-up of the asset, whatever the number of SLAs, and no allocation. Paths, due instants and words are worked out
// when they are asked for.
//
// # Concurrency
//
// A Classifier may be used by any number of goroutines, also while [Classifier.SetCatalog] replaces its catalog: each decision
// sees one catalog, whole. All else here is values. Nothing here reads a clock, starts a goroutine or does I/O.
//
// # Compatibility
//
// The module is v0: names may still change. What will not: the always-P1 rule, and that more evidence never lowers a priority.
package priority
