// Package ledger keeps what was good and bad of one objective, by time, in bounded memory.
//
// A [Ledger] is made by [New] from a [Spec], and is of one of three kinds: it counts events, slices
// of time that are each good or bad by the events in them, or due instants with an [Outcome] each.
// Package tracker keeps one for each objective. It is safe for concurrent use by multiple
// goroutines. Instants are nanoseconds since 1970, UTC, and saturate.
//
// # How fine is what it remembers?
//
// A cell of events is 5 s wide, or at most 1/30 of its distance from where the clock stood when it
// was merged, and never wider than 1/30 of the window. The clock stands at the newest instant that
// was recorded or passed to [Ledger.Advance]. Two kinds of instants do not move it: one more than a
// 64th of the window later, unless eight adds in a row are about there; and one more than a day
// after what Advance was passed.
//
// The bounds of the window's own calendar, where they are multiples of 5 s from 1970, and instants
// passed to [Ledger.Pin] are edges of cells. So a window that ends at the newest instant is counted
// in at least 30 cells, from 150 s on, and is less than one cell too long: with t outcomes in it
// and n in the cell in which it begins, its burn rate is off by at most n / t / (1 − target). An
// objective with so few cells that they fit into a kilobyte keeps all of them at 5 s. Slices and
// due instants are kept one by one.
//
// # What if an instant is wrong?
//
// Instants in the far future and jumps of the clock cost resolution at most, not counts. Counts are
// forgotten when they are a window older than where the clock stands, than what [Ledger.Advance]
// was passed, and than nine distinct 64ths of the window that hold outcomes. What is that old on
// arrival is dropped, and the [Account] says how much. Each add is counted in its own cell, in
// whatever order adds come.
//
// # How much memory does it take?
//
// A ledger takes 96 bytes, and one or two for each outcome of a nightly or hourly job. Due instants
// that are as far apart and have the same outcome take a few bytes together, others three or four
// each. From a kilobyte on it takes 13 bytes for each of at most 576 cells of a window of 30 days,
// and 30 cells more for each doubling of the window. Slices take 24 bytes for each 64 of them, and
// late bookings 32 for each of the last 64.
//
// # How do replicas share what they counted?
//
// [Ledger.Drain] returns what was recorded since its last call as [Booking] values, and
// [Ledger.Apply] counts the bookings of another replica, which are not drained again.
//
// # How is it kept over a restart?
//
// [Ledger.AppendTo] writes all of it in one form, so that equal ledgers write equal bytes, and
// [Decode] reads that back. An [Unpacker] refuses what is malformed.
package ledger
