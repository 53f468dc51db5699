// Package incident keeps the record of incidents, from the P1 that opened each to the root cause that closed it.
//
// An [Incident] is the fold of its entries. A [Desk] makes the entries: [Desk.Signal] opens incidents,
// and its other methods record what people do. For most uses a Desk is all that is needed.
//
// # What opens an incident, and what closes it?
//
// A firing signal that package priority assesses P1 opens one; repeats of it, which have the same identity, belong to it.
// Only people close it: [Desk.Resolve] asks for a root cause in writing, and [Desk.Force], which does not, for an author and a reason
// that stay visible. That a signal is resolved is recorded and closes nothing.
//
// # Who works on it?
//
// Whoever acknowledges an incident owns it for the time of a lease, [Lease], so that an owner who fell asleep is noticed.
// A P1 wants two engineers. [Incident.Needs] says what is missing.
//
// # What should everybody else do?
//
// [Desk.Focus] answers that: while an incident is open, proactive work stops, for one incident at a time, and the others wait in order.
//
// # What if it comes back?
//
// Within [Window] of its close the incident is reopened, and wants an owner and a root cause again. Later, a new one is opened that
// names the old one.
//
// # Can I trust the state?
//
// There is none beside the record: [Fold] and [Restore] make the same state of the same entries. Entries are only added,
// and one that may not be added is refused with an error that says why.
//
// # Compatibility
//
// The module is v0: names may still change. What will not: nothing closes an incident but its root cause, or a person who says why not.
package incident
