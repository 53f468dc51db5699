// Package storetest checks that a [keep.Store] keeps what its interface promises, for people who
// write their own.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) keep.Store { return newStore(t) })
//	}
//
// # What does it check?
//
// That deltas come back as they were, once, in order, whatever their strings hold. That an append
// is all or nothing, and may be repeated. That a place belongs to one process. That reading goes on
// from a position. And that one of those who race to write a snapshot or definitions is first.
//
// # Compatibility
//
// The module is v0: names may still change. Checks may be added at any time, since each holds what
// [keep.Store] already promises.
package storetest
