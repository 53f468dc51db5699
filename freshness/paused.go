package freshness

import (
	"fmt"
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

	// Spans are single pauses, in any order. Nil means none; 1000 at most.
	Spans []Span

	// Starts holds the instants at which a recurring pause begins.
	// The zero Schedule means none.
	Starts schedule.Schedule

	// Lasts is how long a recurring pause lasts. It must be set if Starts is.
	// Where it is not shorter than the time between two of these, they are one
	// pause; more than 1000 of them in a row are not valid.
	Lasts time.Duration
}

// These bound a search: the single pauses, and the pauses without a gap
// between them.
const (
	maxSpans  = 1000
	maxPauses = 1000
)

var errEndless = fmt.Errorf("%w: more than %d pauses follow each other without a gap", ErrInvalid, maxPauses)

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

// Validate refuses a missing policy and its faults, too many spans, one that
// does not end after it begins or within the year 9999, a recurring pause
// without length or without start, and pauses that never end, as far as the
// first of a century tell.
func (p Paused) Validate() error {
	var f faults
	f.policy("policy", p.Policy)
	if len(p.Spans) > maxSpans {
		f.add("spans", "%d are too many: keep %d, and leave out those long past", len(p.Spans), maxSpans)
	}
	for i, s := range p.Spans[:min(len(p.Spans), maxSpans)] {
		if !s.From.Before(s.Until) {
			f.add(indexed("spans", i)+".until", "%v is not after from, %v", s.Until, s.From)
		} else if s.Until.Year() > 9999 {
			f.add(indexed("spans", i)+".until", "%v lies after the year 9999", s.Until)
		}
	}
	f.negative("lasts", p.Lasts)
	if err := p.Starts.Validate(); err != nil {
		f.under("starts", err)
	} else if p.Starts.IsZero() != (p.Lasts == 0) {
		f.add("lasts", "%v: starts and lasts need each other", p.Lasts)
	} else if p.endless() {
		f.add("lasts", "%v: more than %d pauses follow each other without a gap, so that nothing is ever judged: let each be shorter",
			p.Lasts, maxPauses)
	}
	return f.err()
}

// endless reports whether the first recurring pauses of a century follow each
// other without a gap.
func (p Paused) endless() bool {
	start, ok := p.Starts.Next(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC))
	for range maxPauses {
		var next time.Time
		if next, ok = p.Starts.Next(start); !ok || next.After(addSat(start, p.Lasts)) {
			return false
		}
		start = next
	}
	return ok
}

// Check judges with the policy, except during a pause. See [Policy].
func (p Paused) Check(landed Landings, now time.Time) Result {
	now = now.Round(0)
	if p.Lasts < 0 || len(p.Spans) > maxSpans {
		return NotMeasured(ErrInvalid, now)
	}
	until, ok := p.PausedUntil(now)
	switch {
	case ok && until.IsZero():
		return NotMeasured(errEndless, now)
	case ok:
		return notJudged(landed, now, ReasonPaused, until)
	}
	r := checkPart(p.Policy, landed, now)
	r.NextCheck = earlier(r.NextCheck, p.begins(now))
	return r
}

// PausedUntil returns the end of the pause that t lies in, and false when it
// lies in none. The end is zero when none is found, as in a policy that
// [Paused.Validate] refuses.
func (p Paused) PausedUntil(t time.Time) (time.Time, bool) {
	until := t.Round(0)
	for range maxPauses + len(p.Spans) {
		end := p.extend(until)
		if end.Equal(until) {
			return orNever(until, until.After(t)), until.After(t)
		}
		if until = end; until.Year() > 9999 {
			break
		}
	}
	return time.Time{}, true
}

// extend returns the end of a pause that t lies in, or of one that follows
// without a gap, and t itself if it lies in none. It goes through the spans
// in both directions, so that they are soon done in whatever order they are.
func (p Paused) extend(t time.Time) time.Time {
	for i := range p.Spans {
		t = p.Spans[i].extend(t)
	}
	for i := len(p.Spans) - 1; i >= 0; i-- {
		t = p.Spans[i].extend(t)
	}
	if start, found := p.Starts.Prev(justAfter(t)); found {
		t = later(t, addSat(start, p.Lasts))
	}
	return t
}

func (s *Span) extend(t time.Time) time.Time {
	if s.Contains(t) {
		return s.Until.Round(0)
	}
	return t
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
