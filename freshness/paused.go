package freshness

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// Paused is a policy that is not judged during planned maintenance. The result is then Unknown,
// paused, with the end of the pause in Until: a pause is neither fresh nor stale. Outside the
// pauses the result is that of the policy in it, with a NextCheck no later than the next pause.
//
// A pause begins at Start and ends just before End. What was due in it is judged when it is over:
// the data must still land. A pause should last long enough for that.
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

// Validate refuses a missing policy and its faults, too many spans, one that
// does not end after it begins or within the year 9999, a recurring pause
// without length or without start, and pauses that never end. It looks for these at
// the first pauses of a century.
func (p Paused) Validate() error {
	var f fault.List
	f.Below("policy", ValidatePolicy(p.Policy))
	if len(p.Spans) > maxSpans {
		f.Add("spans", "%d are too many: keep %d, and leave out those long past", len(p.Spans), maxSpans)
	}

	for i, s := range p.Spans[:min(len(p.Spans), maxSpans)] {
		end := fault.Element("spans", i) + ".end"
		switch {
		case s.End.IsZero():
			f.Add(end, "is missing")
		case !s.Start.Before(s.End):
			f.Add(end, "%v is not after start, %v", s.End, s.Start)
		case s.End.Year() > 9999:
			f.Add(end, "%v lies after the year 9999", s.End)
		}
	}

	f.Negative("lasts", p.Lasts)
	if err := p.Starts.Validate(); err != nil {
		f.Below("starts", err)
	} else if p.Starts.IsZero() != (p.Lasts == 0) {
		f.Add("lasts", "%v: starts and lasts need each other", p.Lasts)
	} else if p.endless() {
		const rule = "%v: more than %d pauses follow each other without a gap, " +
			"so that nothing is ever judged: let each be shorter"
		f.Add("lasts", rule, p.Lasts, maxPauses)
	}
	return f.Err()
}

// endless reports whether the first recurring pauses of a century follow each
// other without a gap.
func (p Paused) endless() bool {
	start, ok := p.Starts.Next(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC))
	for range maxPauses {
		var next time.Time
		if next, ok = p.Starts.Next(start); !ok || next.After(exact.AddTime(start, p.Lasts)) {
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
	until, ok := p.pausedUntil(now)
	switch {
	case ok && until.IsZero():
		return NotMeasured(errEndless, now)
	case ok:
		return NotJudged(landed, now, ReasonPaused, until)
	}
	r := checkPart(p.Policy, landed, now)
	r.NextCheck = exact.Earlier(r.NextCheck, p.begins(now))
	return r
}

// pausedUntil returns the end of the pause that t lies in, and false if it
// lies in none. The end is zero when none is found, as in a policy that
// [Paused.Validate] refuses.
func (p Paused) pausedUntil(t time.Time) (time.Time, bool) {
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
	if start, found := p.Starts.Prev(exact.JustAfter(t)); found {
		t = exact.Later(t, exact.AddTime(start, p.Lasts))
	}
	return t
}

// begins returns the first instant after t at which a pause begins.
func (p Paused) begins(t time.Time) time.Time {
	next := orNever(p.Starts.Next(t))
	for _, s := range p.Spans {
		if s.Start.After(t) && s.Start.Before(s.End) {
			next = exact.Earlier(next, s.Start)
		}
	}
	return next
}

func (p Paused) encode(f *fault.List, path string) (string, any) {
	return "paused", struct {
		Policy map[string]any    `json:"policy"`
		Spans  []Span            `json:"spans,omitempty"`
		Starts schedule.Schedule `json:"starts,omitzero"`
		Lasts  jsontree.Duration `json:"lasts,omitzero"`
	}{encodeTree(f, fault.Join(path, "policy"), p.Policy), p.Spans, p.Starts, jsontree.Duration(p.Lasts)}
}

func decodePaused(d *decoder, path string, v jsontree.Value, depth int) Policy {
	var p Paused
	d.Object(path, v,
		jsontree.On("policy", d.inner(&p.Policy, depth)),
		jsontree.On("spans", func(path string, v jsontree.Value) {
			d.Each(path, v, func(path string, v jsontree.Value) {
				var s Span
				d.Object(path, v,
					jsontree.On("start", d.Instant(&s.Start)),
					jsontree.On("end", d.Instant(&s.End)),
					jsontree.On("why", d.Text(&s.Why)),
				)
				p.Spans = append(p.Spans, s)
			})
		}),
		jsontree.On("starts", d.Unmarshal(&p.Starts)),
		jsontree.On("lasts", d.Duration(&p.Lasts)),
	)
	d.valid(path, p)
	return p
}

// Unwrap returns the policy that is judged outside the pauses.
func (p Paused) Unwrap() Policy { return p.Policy }
