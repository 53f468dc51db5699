// Package storetest checks that an [incident.Store] keeps what its interface
// promises, for people who write their own.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) incident.Store { return newStore(t) }, nil)
//	}
//
// [Run] needs a new, empty store for each of its tests, and a way to let the
// store's own clock go on: leases are counted by that clock alone.
//
// # What does it check?
//
// That entries come back as they were, whatever their strings hold; that an
// append is all or nothing, and goes to one of those who race for a position;
// that a delivery is lent to one desk at a time, the one that has waited longest
// first; that who was fenced off writes nothing; and that dead letters stay
// until they are brought back.
//
// # Compatibility
//
// The module is v0: names may still change. Checks may be added at any time,
// for each holds what [incident.Store] already promises.
package storetest
