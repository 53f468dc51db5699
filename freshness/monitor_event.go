package freshness

import "time"

// An Event says that the state of a check has changed, or that a bad one
// lasts. A state is a status; Unknown is one state for each reason. The check
// enters any state but Fresh and Unknown, not due; back in one of these it has
// recovered. As long as neither happens there is no event, however often the
// check is looked at.
type Event struct {
	// Result is the result that made the event.
	Result Result

	// Was is the status before, Unknown if there was none.
	Was Status

	// Since is when the state began: the instant of the first result in it,
	// and for a recovery of the first in the state that has ended.
	Since time.Time

	// Reminder says that nothing has changed: the state still lasts.
	Reminder bool
}

// Recovered reports whether the state that has been entered earlier is over.
func (e Event) Recovered() bool { return calm(e.Result) }

// String returns the event in one line: "entered", "still" or "recovered" in
// front of the result.
func (e Event) String() string {
	switch {
	case e.Reminder:
		return "still " + e.Result.String()
	case e.Recovered():
		return "recovered " + e.Result.String()
	}
	return "entered " + e.Result.String()
}

// calm reports whether there is nothing to tell.
func calm(r Result) bool {
	return r.Status == Fresh || r.Status == Unknown && r.Reason == ReasonNotDue
}

// told is what Changed knows about a check.
type told struct {
	status Status
	state  Status
	reason Reason // of an Unknown state
	bad    bool   // whether the state is one that has been entered
	since  time.Time
	at     time.Time // of the last event
}

// next returns the event that a result makes, if any.
func (t *told) next(r Result, remind time.Duration) (Event, bool) {
	was := t.status
	t.status = r.Status
	if r.At.Before(t.at) { // the clock has been set back
		t.at = r.At
	}
	if r.At.Before(t.since) {
		t.since = r.At
	}
	event := Event{Result: r, Was: was, Since: r.At}
	if calm(r) {
		recovered := t.bad
		event.Since = t.since
		*t = told{status: r.Status}
		return event, recovered
	}
	why := ReasonNone
	if r.Status == Unknown {
		why = r.Reason
	}
	if !t.bad || t.state != r.Status || t.reason != why {
		*t = told{status: r.Status, state: r.Status, reason: why, bad: true, since: r.At, at: r.At}
		return event, true
	}
	event.Since, event.Reminder = t.since, true
	if !t.reminds(remind) || r.At.Before(t.reminder(remind)) {
		return event, false
	}
	t.at = r.At
	return event, true
}

// reminds reports whether the state is one to be reminded of: a bad one that
// nobody planned.
func (t *told) reminds(remind time.Duration) bool {
	return remind > 0 && t.bad && t.reason != ReasonPaused && t.reason != ReasonOutsideHours
}

// reminder returns the instant of the next reminder.
func (t *told) reminder(remind time.Duration) time.Time { return addSat(t.at, remind) }
