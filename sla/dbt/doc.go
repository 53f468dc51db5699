// Package dbt reads the files that dbt leaves behind in its target directory, and turns them into
// landings, policies, assets, edges and consumers.
//
// For most uses, [ReadManifest] and [ReadSources] are enough: the manifest has the assets, what
// feeds what, and how fresh each source must be; sources.json has how fresh it was.
// [ReadRunResults] adds what failed.
//
// # How do I get a catalog out of my project?
//
// [Manifest.Edges] has the whole graph, and each [Exposure] has a consumer to promise something to.
// The names of assets are dbt's unique IDs, such as "model.shop.orders".
//
//	manifest, err := dbt.ReadManifest(file)
//	// …
//	catalog, err := sla.NewCatalog(promises, manifest.Edges())
//
// [Exposure.SLA] begins such a promise, and [Manifest.DraftSLAs] drafts one with objectives for
// each exposure. Both are drafts for you to read.
//
// # How do I check freshness as dbt does?
//
// [Manifest.Checks] has a check for each source with criteria, to be fed from wherever you like:
// from the warehouse, whose table and column [Source] has, or from a sources.json:
//
//	checks := manifest.Checks(file.Source)
//
// [SourceResult.Result] judges what is in a sources.json at the instant at which dbt did, and
// [Sources.Check] returns how its sources stand now, if nothing has landed since.
//
// # Is the verdict the same as dbt's?
//
// Yes: pass is Fresh, warn is AtRisk, error is Stale. In dbt as here an age of exactly the limit is
// kept. A table without rows is never-landed, and has the status that dbt gives it. A source that
// dbt could not measure is Unknown. [SourceResult.Agrees] compares the two. These differ, on
// purpose:
//
//	a newest row dated ahead by more than a minute    dbt passes it; here it is Unknown, in the future
//	a source without criteria                         the newer engine passes it; here nothing was promised
//	a count below zero, at an age of zero             dbt fails it; here it is Fresh
//	a limit of more than 292 years                    it saturates here
//
// dbt Core compares ages in microseconds. The newer engine drops the fraction of the second first;
// [SourceResult.JudgedAt] takes that into account, so that such files agree as well. A check of
// yours that asks between two seconds is exact, and up to a second earlier than that engine.
//
// # How do I make signals of what failed?
//
// [RunResults.Failed] returns the results, and [Manifest.AssetsOf] the assets that a failed test is
// about:
//
//	for _, r := range run.Failed() {
//		for _, asset := range manifest.AssetsOf(r.ID) {
//			classify(priority.Signal{Asset: asset, Summary: r.Summary(), At: run.GeneratedAt})
//		}
//	}
//
// # What counts as landed?
//
// What the commands run, build, seed and snapshot built. dbt writes success for what it only compiled
// or showed as well: see [RunResult.Landed]. A command that is missing or not known is among the
// warnings.
//
// # Which files can be read?
//
//	sources.json       schema v1 to v3
//	manifest.json      schema v1 to v12, v20
//	run_results.json   schema v1 to v6
//
// They may come from dbt Core since 0.19 or from the newer engine ("Fusion", dbt 2.0). A schema
// version that is not listed is read as far as it is understood, and is among the warnings as
// [ErrUnsupported]; v0 is refused.
//
// # What if a file is broken?
//
// The error is a [*sla.FieldError] with the path, line and offset, and wraps [ErrMalformed] or
// [ErrUnsupported]. Nothing is returned then, because half a graph would look like a whole one. One
// value that cannot be understood spoils its row only: the row has it in its Err, its status is
// Unknown, and the warnings of the file have it too.
//
// Tolerated without a warning: null in place of any value, thresholds without a count, runtime
// errors that have three keys, children that are listed twice, no results at all, disabled nodes as
// a map or a list, 0 to 9 digits of a second, timestamps without a zone (they are in UTC), a byte
// order mark, and keys in any order. A text longer than 1 MiB is cut.
//
// # How large may a file be?
//
// A file is read in one pass through 64 KiB, whatever its size. What is kept grows with the number
// of assets and edges.
//
// # Concurrency
//
// The functions may be called by several goroutines at once. What they return may be shared as long
// as none of them changes it. Nothing here reads a clock or starts a goroutine.
//
// # Compatibility
//
// What is agreed with dbt about the meaning of a file will be kept when dbt changes the form of it.
package dbt
