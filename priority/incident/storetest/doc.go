// Package storetest checks that an [incident.Store] keeps what its interface promises, for people
// who write their own.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) incident.Store { return newStore(t) }, nil)
//	}
//
// [Run] needs a new, empty store for each of its tests, and a way to advance the store's own clock,
// since leases go by that clock alone.
//
// # What does it check?
//
// That entries come back as they were, whatever their strings hold. That an append is all or
// nothing, and that one of those who race for a position gets it. That one desk at a time has a
// delivery, the one that has waited longest first. That a desk that was fenced off writes nothing.
// And that dead letters stay until they are delivered again.
//
// # Compatibility
//
// The module is v0: names may still change. Checks may be added at any time, since each holds what
// [incident.Store] already promises.
package storetest
