// Package keep stores what a tracker recorded, so that it survives the process, and shares it among
// replicas.
//
// A [Keeper] stands between a [tracker.Tracker] and a [Store]: it loads what is kept, writes what
// was recorded, and reads what other replicas wrote. For most uses, [Open] and [Keeper.Run] are
// enough. Package sla/sqlstore is a store in your own database; [Memory] is one that lasts as long
// as the process.
//
//	keeper, err := keep.Open(ctx, t, store)
//	// …
//	g.Go(func() error { return keeper.Run(ctx) })
//
// # What can a crash lose?
//
// What was recorded since the last flush, which is at most [Keeper].Every ago while the store is
// available, and longer while it is not. What [Keeper.Record] has returned for is never lost.
//
// # What is counted twice?
//
// Nothing. Each delta has a replica and a number, and is applied once, however often it is written,
// sent or read. So a commit whose outcome is unknown is made again. Each process must have a
// replica name of its own. A process that starts under the name of another takes it over, and the
// other gets [ErrConflict]. So a process that was killed may be started again at once, even if a
// commit of its predecessor is still under way.
//
// # When do replicas see each other's counts?
//
// Within two times Every, plus the time the store takes: one until the first replica has flushed,
// one until the other has read.
//
// # What becomes of old deltas?
//
// [Keeper.Compact] puts a snapshot in their place, and Run calls it when enough have come. They are
// kept for [Retention] after that, for replicas that were paused.
//
// # What if replicas have different catalogs?
//
// A replica counts what its catalog has. A delta with something that the catalog does not have
// waits for a new catalog for about sixty flushes. Then what is known of it counts; when a process
// starts, it counts at once. The rest is left to replicas that know it: a replica that does not
// writes no snapshot until it has met nothing of the kind for [Retention]. So deploy a new
// objective to all replicas within an hour. An objective may be dropped at any time.
//
// # Compatibility
//
// The module is v0: names may still change. What will not: nothing acknowledged is lost, and
// nothing is counted twice.
package keep
