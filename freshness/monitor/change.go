package monitor

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// A Change reports that a check has entered a state, has recovered, or, as a reminder, is still in
// the state that it entered.
//
// A state is a status; Unknown is one state for each reason. A check enters every state except
// Fresh and Unknown, not due. Back in one of these two it has recovered. Results that leave the
// state as it is make no Change, however many there are.
type Change struct {
	// Result is the result that made the change.
	Result freshness.Result

	// Was is the status before, Unknown if there was none.
	Was freshness.Status

	// Since is when the state began: the instant of the first result in it. For a recovery it is
	// the beginning of the state that has ended.
	Since time.Time

	// Reminder reports that nothing has changed, and that the state lasts.
	Reminder bool
}

// Recovered reports whether the state that the check had entered is over.
func (c Change) Recovered() bool { return calm(c.Result) }

// String returns the change on one line: "entered", "still" or "recovered" in front of the result.
func (c Change) String() string {
	switch {
	case c.Reminder:
		return "still " + c.Result.String()
	case c.Recovered():
		return "recovered " + c.Result.String()
	}
	return "entered " + c.Result.String()
}

// calm reports whether a result calls for no attention.
func calm(r freshness.Result) bool {
	return r.Status == freshness.Fresh || r.Status == freshness.Unknown && r.Reason == freshness.ReasonNotDue
}

// changes derives the changes of one check from its results.
type changes struct {
	status freshness.Status // of the last result
	state  freshness.Status // that the check has entered; meaningless unless entered is set
	reason freshness.Reason // of an Unknown state

	entered bool
	since   time.Time // when the state began
	at      time.Time // of the last change or reminder
}

// next returns the change that a result makes, and whether it makes one.
func (s *changes) next(r freshness.Result, remind time.Duration) (Change, bool) {
	was := s.status
	s.status = r.Status
	s.follow(r.At)

	change := Change{Result: r, Was: was, Since: r.At}
	if calm(r) {
		recovered := s.entered
		change.Since = s.since
		*s = changes{status: r.Status}
		return change, recovered
	}

	reason := freshness.ReasonNone
	if r.Status == freshness.Unknown {
		reason = r.Reason
	}
	if !s.entered || s.state != r.Status || s.reason != reason {
		*s = changes{status: r.Status, state: r.Status, reason: reason, entered: true, since: r.At, at: r.At}
		return change, true
	}

	change.Since, change.Reminder = s.since, true
	if !s.reminds(remind) || r.At.Before(s.reminder(remind)) {
		return change, false
	}
	s.at = r.At
	return change, true
}

// follow moves what lies after now back to it. Only a clock that was set back makes that necessary:
// a state would otherwise have begun in the future, and its reminders would wait for the old time.
func (s *changes) follow(now time.Time) {
	if now.Before(s.at) {
		s.at = now
	}
	if now.Before(s.since) {
		s.since = now
	}
}

// reminds reports whether reminders are due for the state: one that was entered, and not by plan.
func (s *changes) reminds(remind time.Duration) bool {
	planned := s.reason == freshness.ReasonPaused || s.reason == freshness.ReasonOutsideHours
	return remind > 0 && s.entered && !planned
}

// reminder returns the instant of the next reminder.
func (s *changes) reminder(remind time.Duration) time.Time { return exact.AddTime(s.at, remind) }
