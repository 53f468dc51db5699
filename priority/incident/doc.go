// Package incident keeps the record of incidents, from the P1 that opened each to the root cause
// that closed it, and announces it without losing anything.
//
// An [Incident] is the state computed from its entries. A [Desk] makes the entries: [Desk.Signal]
// opens incidents, its other methods record what people do, and [Desk.Run] announces all of it. For
// most uses a Desk is all that is needed.
//
// # What opens an incident, and what closes it?
//
// A firing signal that package priority assesses P1 opens one. Its repeats, which have the same
// identity, belong to that incident. Only people close it: [Desk.Resolve] requires a root cause in
// writing, and [Desk.CloseWithoutRootCause] requires a reason instead, which stays visible. That a
// signal is resolved is recorded and closes nothing.
//
// # What if a hundred things fail at once?
//
// There is one incident for each cause. What fires downstream of an open incident is attached to it
// as a symptom. When the cause fires after its symptoms, their incidents are merged into its own.
// An incident that somebody already works on is not merged, and is linked to the cause.
//
// # Who works on it?
//
// Whoever acknowledges an incident owns it for the time of a lease, AckLease of the Desk, so that
// an owner who fell asleep is noticed. A P1 needs two engineers. Whoever lacks context asks for it
// by name: [Desk.Ask]. [Incident.Needs] lists what is missing, and what of that is past the
// [ResponseTargets] of its priority. [Incident.ResponseTimes] returns time to acknowledge, time to
// mitigate and time to resolve.
//
// # What should everybody else do?
//
// [Desk.Focus] returns that: while an incident is open at P1, proactive work stops, for one
// incident at a time, and the others wait in order.
//
// # What if it comes back?
//
// An incident is reopened if its signal fires again within ReopenWithin of its close, and needs an
// owner and a root cause again. Later, a new incident is opened that names the old one. A signal
// that comes and goes stays one incident, and its record stays short.
//
// # What if it gets less urgent?
//
// An incident stands at the highest priority of its condition. It is raised at once. It is lowered
// only when its signal, still firing, has been less urgent for long enough and in enough
// evaluations, as [Desk.Hysteresis] decides, which also checks whether a primary SLA is broken. The
// incident of a signal that flaps is not lowered. One that was lowered below P1 stops no other
// work, and stays open until its root cause is written.
//
// # What if a signal is not repeated?
//
// A signal that is below P1 only until an instant, because its promises are proven to be safe or
// under maintenance until then, becomes P1 without a repeat, and the state of one that expires is
// unknown from then on: [Desk.Run] assesses both again.
//
// # Who hears of it?
//
// Every [Announcer] of the desk: of each entry, at least once, in order. An announcement that
// cannot be delivered is tried again for about two hours, and then becomes a dead letter: it is
// listed, and it is a signal of its own, which the other announcers deliver.
//
// # Can I trust the state?
//
// There is no state beside the record: [FromEntries] and [RestoreDesk] compute the same state from
// the same entries. Entries are only added, and one that may not be added is refused with an error
// that has the reason.
//
// # What survives a crash?
//
// What the [Store] keeps. Each method that records something returns when it is recorded. If it
// returns an error, the entry may or may not be recorded; repeating the call records it at most
// once. An entry is its own announcement, so that no entry can be recorded and its announcement
// lost. The default store is a [Memory]. A durable one keeps incidents across restarts, and lets
// replicas share them: two that see the same failure open one incident, and one of them announces
// it.
//
// # Concurrency
//
//   - Entries are recorded one after the other, each decided on after all those before it.
//   - An announcer is called by one goroutine of a desk, and delays no other; of several desks by
//     one each.
//   - No goroutine runs before Run is called or after it returns, but for that of an announcer that
//     does not obey its context.
//   - No lock is held while a store, an announcer or a caller's function is called. A method that
//     records something waits for its turn at the store, for as long as its context lets it.
//
// # Compatibility
//
// The module is v0: names may still change. What will not: only a root cause ends an incident, or a
// person who writes why there is none; and an incident that was merged into another ends no earlier
// than that one.
package incident
