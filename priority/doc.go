// Package priority decides how urgent a health signal is, and shows why.
//
// A [Classifier] turns a [Signal], the news that an asset's health changed, into an [Assessment]: a
// [Priority] from [P1] down, the SLAs that the signal reaches, and the path to each. For most uses
// [NewClassifier] and [Classifier.Classify] are enough. [FromResult] makes the signal of a
// freshness check, [FromAlert] that of a burn rate alert, and [FromError], [FromHealthCheck] and
// [FromAlertmanager] those of other sources.
//
// # When is it P1?
//
// A firing signal whose asset feeds an asset of a primary SLA, through any number of others, is
// always P1. No severity, claim of the sender, order of arrival or setting lowers it; KeptUntil of
// the [Classifier] can only delay it while the promise is proven to be safe. A signal about an
// asset that the catalog does not know is P1 too, unless UnknownTier is set, because an unmapped
// asset may feed anything. Its assessment gives this as the reason.
//
// # And otherwise?
//
// A [Matrix] of impact and urgency decides, by default ServiceNow's. Impact is the most important
// tier that the asset reaches. Urgency comes from the signal's severity and from the time left
// until its own due instant. Set another matrix in the Classifier, with any number of impacts and
// urgencies, written in Go or as JSON. A matrix with a missing cell, or one in which more impact or
// urgency gets a lower priority, is refused, and the error names the cell. A [Modifier] then moves
// the result by one step if its conditions are met: at night, for tests, or where many consumers
// wait. None makes anything P1, and none changes what is.
//
// # What does the engineer on call see?
//
// [Assessment.String] is the line for a chat channel or a log. [Assessment.Explain] is the longer
// one, with the promise, its consumers and when it is due. Names and summaries come from other
// systems and may hold anything: both texts escape what does not print, so that one line stays one
// line. [Assessment.Report] is the same as data, and [Assessment.MarshalJSON] writes it.
//
// # What if something is unknown?
//
// Unknown is not healthy. An unknown severity counts as the worst, an unknown asset as one that
// matters, and a claim that the matrix does not have as its first impact or urgency. A check that
// could not be made is a firing signal. Each of these is named in the reasons.
//
// # Must everything that reaches a primary SLA be P1 at once?
//
// By default, yes. A service that can prove that each of those promises has time left may wait for
// a margin: set KeptUntil and HoldMargin of the [Classifier]. The assessment then has the instant
// from which it is P1 by itself.
//
// # What about planned maintenance?
//
// During planned maintenance an SLA does not run, and nothing can break it. Maintenance of the
// [Classifier] returns when that is. The assessment names the maintenance, and every other SLA
// counts as always.
//
// # What would change the priority?
//
// [Assessment.Counterfactuals] lists each single change that would give another priority. [Replay]
// classifies a recorded stream of signals with two classifiers and shows where they differ, before
// the new one is adopted. [Matrix.Lint] finds what is odd about a matrix, and [Classifier.Lint]
// also whether most of a catalog can be P1.
//
// # Which signals belong together?
//
// Those of one [Signal.Identity], which the repeats of a signal and its end share. [Signal.Merge]
// combines them, whatever the order in which they came. A signal that was not repeated in time is
// unknown and not resolved: [Signal.Expire]. For signals that fire at the same moment,
// [Classifier.Causes] returns which explain which: what is broken upstream explains what is broken
// downstream of it, for as long as it fires.
//
// # And when it comes and goes?
//
// A [Hysteresis] raises at once and lowers late: after a hold, after clean evaluations, and not
// while the condition flaps. The desk of package incident keeps its incidents steady with one.
//
// # What does a decision cost?
//
// One look-up of the asset, whatever the number of SLAs, and no allocation. Paths, due instants and
// words are computed on request.
//
// # Concurrency
//
// A Classifier may be used by any number of goroutines, also while [Classifier.SetCatalog] replaces
// its catalog: each decision sees one catalog as a whole. A [Hysteresis] may be shared too. All
// other types are values. Nothing in this package reads a clock, starts a goroutine or does I/O.
//
// # Compatibility
//
// The module is v0: names may still change. Two things will not: the always-P1 rule, and that more
// evidence never lowers a priority.
package priority
