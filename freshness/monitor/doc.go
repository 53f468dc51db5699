// Package monitor runs many freshness checks, each when its result can have changed.
//
// A [Monitor] asks the source of each [freshness.Check], applies its policy, and hands every
// [freshness.Result] to the functions it was made with. It needs no polling interval to be chosen:
// a result states in NextCheck when it can change by itself, and the monitor wakes then.
//
//	m := monitor.New(catalog.Checks(sources), t.Observe, desk.Observe)
//	err := m.Run(ctx) // until ctx is done
//
// # How is it used?
//
//   - [New] makes a Monitor; its exported fields configure it; [Monitor.Run] runs it.
//   - [Monitor.Add] and [Monitor.Remove] change what it checks.
//   - [Monitor.Pause] and [Monitor.Resume] stop and restart the judging, as a deploy needs.
//   - [Monitor.Results] lists what it knows, [Monitor.Waiting] what it does not know yet.
//   - A [Change] reports that the state of a check has changed, for those who want no result twice.
//
// # When is a check run?
//
// When Run begins, then at the NextCheck of its result, and at least once every [Monitor.Every].
// Every bounds how long a landing goes unnoticed; NextCheck alone is enough to notice that data is
// late. All checks wait for one timer, so that between two runs a check costs nothing but memory.
//
// # What happens when a source fails?
//
// A source or a policy that returns an error, panics or hangs gives a result that is Unknown, not
// measured, with the cause. It delays no other check: after [Monitor.Timeout] its place is free,
// and until it returns in time again it is asked in places that are kept for such sources. While a
// call has not returned, its source is not called again.
//
// A source may report its newest landing alone: what it reported before is remembered for as long
// as the policy needs it. A landing in the future is not remembered.
//
// # What if the clock is set?
//
// A clock that is set back, or forward by years, stops nothing: each check is run again within
// twice the longest time between two runs, as the machine's timers count it. A mock clock's timers
// wait for the instant they were made for: after setting one back, call [Monitor.ResumeAll].
//
// # Which goroutines does it start?
//
// None before Run is called, and none is left after it returns, with one exception: Go cannot stop
// a source that does not return when its context is done. Run waits for it until its timeout, and
// then names it in its error.
package monitor
