package freshness

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// Paused is a policy that is not judged during planned maintenance. Then the
// answer is Unknown, paused, and Until says until when: a pause never passes
// as fresh, nor as stale. Outside the pauses the policy in it answers, and
// its NextCheck is no later than the next pause.
//
// A pause begins at From and ends just before Until. What was due meanwhile
// is judged when the pause is over: a pause excuses nobody from landing the
// data afterwards. Let it last long enough for that.
//
// Pauses are single spans, or recur: each instant of Starts begins one.
// Spans that touch or overlap are one pause. The zero Paused holds no policy
// and is not valid.
type Paused struct {
	// Policy is judged outside the pauses. It must be set.
	Policy Policy

	// Spans are single pauses, in any order. Nil means none.
	Spans []Span

	// Starts holds the instants at which a recurring pause begins.
	// The zero Schedule means none.
	Starts schedule.Schedule

	// Lasts is how long a recurring pause lasts. It must be set if Starts is,
	// and should be shorter than the time between two of these.
	Lasts time.Duration
}

// A Span is a time between two instants. The zero Span is empty.
type Span struct {
	// From is the first instant in the span.
	From time.Time `json:"from"`

	// Until is the first instant after it. It must lie after From.
	Until time.Time `json:"until"`

	// Why says what the span is for. It may be empty.
	Why string `json:"why,omitempty"`
}

// Contains reports whether t lies in the span. From does, Until does not.
func (s Span) Contains(t time.Time) bool { return !t.Before(s.From) && t.Before(s.Until) }

// Validate refuses a missing policy and its faults, a span that does not end
// after it begins, and a recurring pause without length or without start.
func (p Paused) Validate() error {
	var f faults
	f.policy("policy", p.Policy)
	for i, s := range p.Spans {
		if !s.From.Before(s.Until) {
			f.add(indexed("spans", i)+".until", "%v is not after from, %v", s.Until, s.From)
		}
	}
	f.negative("lasts", p.Lasts)
	if err := p.Starts.Validate(); err != nil {
		f.under("starts", err)
	} else if p.Starts.IsZero() != (p.Lasts == 0) {
		f.add("lasts", "%v: starts and lasts need each other", p.Lasts)
	}
	return f.err()
}

// Check judges with the policy, except during a pause. See [Policy].
func (p Paused) Check(landed Landings, now time.Time) Result {
	now = now.Round(0)
	if p.Lasts < 0 {
		return NotMeasured(ErrInvalid, now)
	}
	if until, ok := p.PausedUntil(now); ok {
		return notJudged(landed, now, ReasonPaused, until)
	}
	r := checkPart(p.Policy, landed, now)
	r.NextCheck = earlier(r.NextCheck, p.begins(now))
	return r
}

// PausedUntil returns the end of the pause that t lies in, and false when it
// lies in none.
func (p Paused) PausedUntil(t time.Time) (time.Time, bool) {
	until, ok := p.covers(t)
	if !ok {
		return time.Time{}, false
	}
	// Each turn reaches the end of one more pause. Recurring pauses that
	// overlap without end stop it too, each time a little further on.
	for range len(p.Spans) + 8 {
		next, ok := p.covers(until)
		if !ok {
			break
		}
		until = next
	}
	return until, true
}

// covers returns the latest end of a pause that t lies in.
func (p Paused) covers(t time.Time) (until time.Time, ok bool) {
	for _, s := range p.Spans {
		if s.Contains(t) {
			until, ok = later(until, s.Until), true
		}
	}
	if start, found := p.Starts.Prev(justAfter(t)); found {
		if end := addSat(start, p.Lasts); t.Before(end) {
			until, ok = later(until, end), true
		}
	}
	return until, ok
}

// begins returns the first instant after t at which a pause begins.
func (p Paused) begins(t time.Time) time.Time {
	next := orNever(p.Starts.Next(t))
	for _, s := range p.Spans {
		if s.From.After(t) && s.From.Before(s.Until) {
			next = earlier(next, s.From)
		}
	}
	return next
}
