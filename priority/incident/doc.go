// Package incident keeps the record of incidents, from the P1 that opened each to the root cause that closed it, and announces it with nothing lost.
//
// An [Incident] is the fold of its entries. A [Desk] makes the entries: [Desk.Signal] opens incidents,
// its other methods record what people do, and [Desk.Run] announces all of it. For most uses a Desk is all that is needed.
//
// # What opens an incident, and what closes it?
//
// A firing signal that package priority assesses P1 opens one; repeats of it, which have the same identity, belong to it.
// Only people close it: [Desk.Resolve] asks for a root cause in writing, and [Desk.Force], which does not, for an author and a reason
// that stay visible. That a signal is resolved is recorded and closes nothing.
//
// # What if a hundred things fail at once?
//
// There is one incident for each cause. What fires downstream of an open incident is attached to it as a symptom. A cause that arrives after its
// symptoms takes their incidents in, which go on in its own; only one that somebody works on already stays as it is, with a link.
//
// # Who works on it?
//
// Whoever acknowledges an incident owns it for the time of a lease, [Lease], so that an owner who fell asleep is noticed.
// A P1 wants two engineers. Whoever lacks context asks for it by name: [Desk.Ask]. [Incident.Needs] says what is missing,
// and what of that is overdue by the [Targets] of its priority.
//
// # What should everybody else do?
//
// [Desk.Focus] answers that: while an incident is open at P1, proactive work stops, for one incident at a time, and the others wait in order.
//
// # What if it comes back?
//
// Within [Window] of its close the incident is reopened, and wants an owner and a root cause again. Later, a new one is opened that
// names the old one. A signal that comes and goes stays one incident, and the record of that stays short.
//
// # What if it gets less urgent?
//
// An incident stands at the highest priority of its condition: it is raised at once, and lowered only when its signal, still firing, has been less urgent
// for a while and several times over, as [Desk.Hysteresis] says, which also asks whether a primary SLA is broken. One that flaps is not lowered. What was lowered below P1 stops nobody,
// and stays open until its root cause is written.
//
// # What if nobody says it again?
//
// A signal that is less than P1 only until an instant, because its promises are proven to be safe or under maintenance until then, becomes P1 by itself, and one
// that expires is unknown from then on: [Desk.Run] puts both again.
//
// # Who hears of it?
//
// Every [Announcer] that the desk was made with: of each entry, at least once, in order. An announcement that cannot be delivered
// is tried again for about two hours, and is then a dead letter: listed, and a signal of its own, so that somebody hears that somebody does not.
//
// # Can I trust the state?
//
// There is none beside the record: [Fold] and [Restore] make the same state of the same entries. Entries are only added,
// and one that may not be added is refused with an error that says why.
//
// # What survives a crash?
//
// What the [Store] does. Each method that records something returns when it is recorded, with an error where it was not or nobody knows;
// said again it is recorded once. An entry is its own announcement, so that nothing lies between the two to be lost.
// The default store is a [Memory]. A durable one keeps incidents across restarts, and lets replicas share them:
// two that see the same failure open one incident, and one of them announces it.
//
// # Concurrency
//
//   - Entries are recorded one after the other, each decided on after all those before it.
//   - An announcer is called by one goroutine of the desk, and delays no other; of several desks by one each.
//   - No goroutine runs before Run is called or after it returns, but for that of an announcer that does not obey its context.
//   - No lock is held while a store, an announcer or a caller's function is called. What records waits its turn at the store, for as long as its context lets it.
//
// # Compatibility
//
// The module is v0: names may still change. What will not: nothing ends an incident but its root cause, or a person who says why not;
// and one that goes on in another is not over before that is.
package incident
