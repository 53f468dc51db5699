package freshness

import (
	"errors"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// A MaxAge is the rule "never older than": the newest landing may be so old
// before the promise is at risk, and so old before it is broken. A limit is
// part of the promise: an age of exactly Fail is still kept.
//
//	age of the newest landing   status    reason
//	at most Warn                Fresh     on-time
//	above Warn, at most Fail    AtRisk    past-warning
//	above Fail                  Stale     past-limit
//	nothing ever landed         Stale     never-landed
//	landed after now            Unknown   in-future
//
// With only Warn the last two of the first three are AtRisk at worst, and so
// is an asset that has never landed; with only Fail nothing is AtRisk.
// The zero MaxAge has no limit, is refused by [MaxAge.Validate] and measures
// nothing.
type MaxAge struct {
	// Warn is the age above which the promise is at risk.
	// Zero means no warning. At most Fail, if there is one.
	Warn time.Duration

	// Fail is the age above which the promise is broken.
	// Zero means that it never breaks. One of Warn and Fail must be set.
	Fail time.Duration

	// Skew is how far after the instant judged a landing may lie, because
	// clocks differ, and still count as landed now. Zero means not at all.
	Skew time.Duration

	// Since is when a new asset was created: as long as nothing has landed,
	// age counts from it, and the status is Unknown, not due, until the first
	// limit has passed. Zero means that the asset is not new.
	Since time.Time

	// Hours make the age count working time alone: "12 working hours".
	// A limit must be over within a century of them. The zero Calendar means
	// that all time counts.
	Hours schedule.Calendar
}

// Validate refuses a negative duration, no limit at all, a warning that comes
// after the failure, and a limit in working time that the hours do not have in
// a century.
func (p MaxAge) Validate() error {
	var f fault.List
	f.Negative("warn", p.Warn)
	f.Negative("fail", p.Fail)
	f.Negative("skew", p.Skew)
	switch {
	case p.Warn == 0 && p.Fail == 0:
		f.Add("", "%w", errNoLimit)
	case p.Fail > 0 && p.Warn > p.Fail:
		f.Add("warn", "%v is longer than fail, %v", p.Warn, p.Fail)
	}
	if !p.Hours.IsZero() {
		p.endless(&f)
	}
	return f.Err()
}

// endless refuses what is not over in a century: a judgement looks for the
// instant at which it is, through every change of the clocks.
func (p MaxAge) endless(f *fault.List) {
	year := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
	century := p.Hours.Elapsed(year(2000), year(2100))
	const rule = "%v is more working time than the hours have in a century, %v"
	if p.Warn > century {
		f.Add("warn", rule, p.Warn, century)
	}
	if p.Fail > century {
		f.Add("fail", rule, p.Fail, century)
	}
}

var errNoLimit = errors.New("warn and fail are both missing: set at least one")

func (p MaxAge) valid() bool {
	return min(p.Warn, p.Fail, p.Skew) >= 0 && p.Warn|p.Fail != 0 && (p.Fail == 0 || p.Warn <= p.Fail)
}

// Check judges the age of the newest landing. See [Policy].
func (p MaxAge) Check(landed Landings, now time.Time) Result {
	if !p.valid() {
		return NotMeasured(ErrInvalid, now)
	}
	r, ok := begin(landed, now, p.Skew)
	if !ok {
		return r
	}
	from := r.Landing.At
	if !r.Landed {
		if from = p.Since; from.IsZero() {
			return r.because(p.worst(), ReasonNeverLanded, time.Time{})
		}
	}
	return p.judge(r, from)
}

// worst is the status of an asset whose age has no end.
func (p MaxAge) worst() Status {
	if p.Fail > 0 {
		return Stale
	}
	return AtRisk
}

// judge compares the age, counted from an instant, with both limits. It adds
// the limits to that instant, and does not subtract instants: the difference
// of two instants may be longer than a time.Duration.
func (p MaxAge) judge(r Result, from time.Time) Result {
	if r.Landed && !p.Hours.IsZero() {
		r.Age = max(0, p.Hours.Elapsed(from, r.At))
	}
	broken, risky, calm, fresh := ReasonPastLimit, ReasonPastWarning, ReasonOnTime, Fresh
	if !r.Landed {
		broken, calm, fresh = ReasonNeverLanded, ReasonNotDue, Unknown
		if p.Fail == 0 {
			risky = ReasonNeverLanded
		}
	}

	fail, ends := p.end(from, p.Fail)
	if ends {
		if r.At.After(fail) {
			return r.because(Stale, broken, fail)
		}
		r.FreshUntil, r.NextCheck = fail, exact.JustAfter(fail)
	}

	if warn, ok := p.end(from, p.Warn); ok {
		if r.At.After(warn) {
			return r.because(AtRisk, risky, fail)
		}
		r.NextCheck = exact.JustAfter(warn)
	}
	return r.because(fresh, calm, fail)
}

// end returns the last instant at which the age, counted from an instant, is
// at most a limit, and false if there is no limit or the age never exceeds it.
// In working time that is when work begins again: an age that reaches its
// limit as work ends on Friday exceeds it on Monday.
func (p MaxAge) end(from time.Time, limit time.Duration) (time.Time, bool) {
	if limit == 0 {
		return time.Time{}, false
	}
	if p.Hours.IsZero() {
		return exact.AddTime(from, limit), true
	}
	end, ok := p.Hours.Add(from, limit)
	if ok && !p.Hours.IsOpen(end) {
		end, ok = p.Hours.NextOpening(end)
	}
	return orNever(end, ok), ok
}

func (p MaxAge) encode(*fault.List, string) (string, any) {
	return "max_age", struct {
		Warn  jsontree.Duration `json:"warn,omitzero"`
		Fail  jsontree.Duration `json:"fail,omitzero"`
		Skew  jsontree.Duration `json:"skew,omitzero"`
		Since time.Time         `json:"since,omitzero"`
		Hours schedule.Calendar `json:"hours,omitzero"`
	}{jsontree.Duration(p.Warn), jsontree.Duration(p.Fail), jsontree.Duration(p.Skew), p.Since, p.Hours}
}

func decodeMaxAge(d *decoder, path string, v jsontree.Value, _ int) Policy {
	var p MaxAge
	d.Object(path, v,
		jsontree.On("warn", d.Duration(&p.Warn)),
		jsontree.On("fail", d.Duration(&p.Fail)),
		jsontree.On("skew", d.Duration(&p.Skew)),
		jsontree.On("since", d.Instant(&p.Since)),
		jsontree.On("hours", d.Unmarshal(&p.Hours)),
	)
	d.valid(path, p)
	return p
}
