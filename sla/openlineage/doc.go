// Package openlineage reads OpenLineage events, and turns them into landings, failures, edges and
// open runs.
//
// Airflow, dbt, Spark, Flink, Trino, Hive and Dagster emit such events once their transport is
// configured. [Decode] reads the body of a request, and [Lineage.Observe] returns what each event
// means:
//
//	events, err := openlineage.Decode(body)
//	// …
//	for _, e := range events {
//		news, err := lineage.Observe(e, received) // err is about this event alone
//		// … record news.Landings, make signals of news.Failures
//	}
//
// # What lands?
//
// A run is the sum of its events. When it completes, every output that any of its events has named
// lands at the instant of COMPLETE, and so does an output that is named afterwards. Each RUNNING of
// a streaming job is a landing, since no COMPLETE comes. Rows, bytes and the partition come from the
// facets outputStatistics, subset and nominalTime. An output that is dropped, truncated, renamed or
// altered does not land.
//
// # What feeds what?
//
// An input feeds the job, and the job its outputs: [Lineage.Edges] has those pairs. The datasets
// that the columnLineage facet names feed the job as well. The names of the symlinks facet feed each
// other. A parent feeds the job of its run. A job that never has a dataset is no asset, unless it
// is the parent of one that has. A test has no edges.
//
// Nothing is forgotten by age: the edge of a job that runs once a year is as true as any.
//
// # What is a failure about?
//
// FAIL and ABORT are about the run's job if it has, or ever had, datasets; else about the nearest
// job above it that has; else about the topmost. A job without datasets adds nothing if a run below
// it has failed. So the three failures of one broken dbt model are one condition, about the model.
// The next COMPLETE of the job resolves it, whatever its run ID. The assertions of a test are
// failures of the dataset that was tested.
//
//	signal := priority.Signal{
//		Asset: f.Asset, Kind: priority.KindFailure, Source: "openlineage", Summary: f.Summary,
//		At: f.At, Resolved: f.Resolved, Dimensions: f.Dimensions,
//	}
//
// # Does the order of events matter?
//
// Not for edges and open runs. What was returned cannot be taken back, so that these depend on the
// order in which events arrive:
//
//	a parent's FAIL before its child's         one failure more, about the parent
//	a nominal start only after COMPLETE        one landing more, without the partition
//	a DROP only after COMPLETE                 one landing more
//	a jobType of TEST only in a later event    the edges of the earlier one
//
// # What does an event hold?
//
// A run and a job: an event of a run. A job alone: edges, even if its type is COMPLETE. A dataset
// alone: the asset is known. A missing eventType counts as OTHER. What is not read is skipped, null
// is absent, and a facet of the wrong shape is skipped. Neither a producer nor a schema is required,
// and a run ID need not be a UUID.
//
// # What do events not state?
//
//   - Spark's ALTER TABLE ADD COLUMNS has no lifecycleStateChange, and looks like a load.
//   - CREATE TABLE and CREATE TABLE AS SELECT both have CREATE. A minimum of rows in [Lineage.Lands]
//     distinguishes them.
//   - An input is assumed to reach every output of its job. That may be more than it does, and is
//     never less.
//   - Emitters name one dataset differently: Flink and Spark an Iceberg table, Snowflake its
//     account. [Lineage.Name] is where such names become one asset.
//   - Airflow 2.6 has sent FAIL under another run ID than START. The failure counts, and the run
//     stays open.
//
// # How large does it grow?
//
// [Lineage.MaxAssets] bounds the assets, and ten times as many the edges. Beyond it new ones are
// refused, what is known goes on, and a failure of a job that did not fit is returned nevertheless.
// At most 10,000 runs are open and 10,000 others are kept, within 64 MiB together; the ones that
// were not observed for longest go first. A run has at most 10,000 outputs, and 32 instants at which
// it ended or, while it streams, landed. [Lineage.Err] counts what did not fit.
//
// An event that comes again after its run was forgotten is taken for that of a new run: a START would
// open it once more.
//
// # Concurrency
//
// A [Lineage] is safe for concurrent use by multiple goroutines. Nothing here reads a clock or
// starts a goroutine.
//
// # Compatibility
//
// The events are those of the OpenLineage specification 2-0-2. A later version of this package
// reads the snapshots of an earlier one.
package openlineage
