// Package keep keeps what a tracker recorded beyond the life of its process,
// and shares it among replicas.
//
// A [Keeper] stands between an [sla.Tracker] and a [Store]: it loads what is
// kept, writes down what was recorded, and reads what other replicas wrote. For
// most uses, [Open] and [Keeper.Run] are enough. Package sla/sqlstore is a store
// in your own database; [Memory] is one that lasts as long as the process.
//
//	keeper, err := keep.Open(ctx, tracker, store)
//	// …
//	g.Go(func() error { return keeper.Run(ctx) })
//
// # What can a crash lose?
//
// What was recorded since the last flush, which is at most [Keeper].Every ago
// while the store answers; while it does not, what was recorded since it did.
// Nothing that [Keeper.Record] has acknowledged: it returns when the store has it.
//
// # What is counted twice?
//
// Nothing. Each delta has a replica and a number, and is applied once, however
// often it is written, sent or read; so a commit whose outcome is unknown is
// simply made again. Each process must have a replica name of its own; one that
// starts under the name of another takes it over, and the other is told so by
// [ErrConflict]. So a process that was killed may be started again at once, though
// a commit of its predecessor is still under way.
//
// # When do replicas see each other's counts?
//
// Within two times Every, plus what the store takes: one until the one has
// flushed, one until the other has read.
//
// # What becomes of old deltas?
//
// [Keeper.Compact] puts a snapshot in their place, and Run calls it now and then.
// They are kept for [Grace] all the same, for replicas that were asleep.
//
// # What while replicas have different catalogs?
//
// A replica counts what its catalog has. A delta with something that it does not
// have waits for a new catalog for some sixty flushes, and what is known of it
// counts then, or at once where the process starts. The rest is left to replicas
// that know it: one that does not writes no snapshot until it has met nothing of
// the kind for [Grace]. So bring a new objective to all replicas within an hour,
// and drop one whenever you like.
//
// # Compatibility
//
// The module is v0: names may still change. What will not: nothing acknowledged
// is lost, and nothing is counted twice.
package keep
