package freshness

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// An oracle judges a Deadline by looking at every due instant and every
// landing, one after the other, in the words of its documentation.
type oracle struct {
	dues   []time.Time // every due instant for weeks before and after
	policy Deadline
	landed []time.Time
}

func (o oracle) opens(i int) time.Time {
	if o.policy.Lookback > 0 {
		return o.dues[i].Add(-o.policy.Lookback)
	}
	return o.dues[i].Add(-o.dues[i].Sub(o.dues[i-1]) / 2)
}

// first returns what landed first for a due instant.
func (o oracle) first(i int) (time.Time, bool) {
	for _, l := range o.landed {
		if l.After(o.opens(i)) {
			return l, true
		}
	}
	return time.Time{}, false
}

// judge says which status, reason, due instant and lateness now has.
func (o oracle) judge(now time.Time) (Status, Reason, time.Time, time.Duration) {
	p := o.policy
	if n := len(o.landed); n > 0 && o.landed[n-1].After(now) {
		return Unknown, ReasonInFuture, time.Time{}, 0
	}
	passed, next := -1, -1 // the last whose grace is over; the first not past
	for i, due := range o.dues {
		if due.Before(p.Since) || i == 0 {
			continue
		}
		if due.Add(p.Grace).Before(now) {
			passed = i
		}
		if next < 0 && !due.Before(now) {
			next = i
		}
	}
	if passed >= 0 {
		if _, ok := o.first(passed); !ok && len(o.landed) > 0 {
			return Stale, ReasonPastLimit, o.dues[passed], 0
		} else if !ok {
			return Stale, ReasonNeverLanded, o.dues[passed], 0
		}
	}
	for i, due := range o.dues {
		if i <= max(passed, 0) || due.Before(p.Since) || !due.Before(now) {
			continue
		}
		if _, ok := o.first(i); !ok {
			before, at := time.Time{}, time.Time{}
			if i > 1 && !o.dues[i-1].Before(p.Since) {
				before = o.dues[i-1]
				at, _ = o.first(i - 1)
			}
			return AtRisk, ReasonInGrace, due, max(0, at.Sub(before))
		}
	}
	var late time.Duration
	hasLast := next > 1 && !o.dues[next-1].Before(p.Since)
	var cleared time.Time
	if hasLast {
		cleared, _ = o.first(next - 1)
		late = max(0, cleared.Sub(o.dues[next-1]))
	}
	due := o.dues[next]
	if _, ok := o.first(next); ok {
		if late > 0 && cleared.After(o.opens(next)) {
			late = 0
		}
		return Fresh, ReasonOnTime, due, late
	}
	if p.Warn > 0 && now.After(due.Add(-p.Warn)) {
		return AtRisk, ReasonPastWarning, due, late
	}
	quiet := Fresh
	if len(o.landed) == 0 {
		quiet = Unknown
	}
	switch {
	case !hasLast || now.After(o.opens(next)):
		return quiet, ReasonNotDue, due, late
	case late == 0:
		return Fresh, ReasonOnTime, due, late
	case late <= p.Grace:
		return Fresh, ReasonInGrace, due, late
	}
	return Fresh, ReasonLate, due, late
}

// TestDeadlineAgreesWithAnOracle walks a week minute by minute, and a
// nanosecond before and after each full quarter of an hour.
func TestDeadlineAgreesWithAnOracle(t *testing.T) {
	for seed := range uint64(10) {
		g := newGen(seed)
		o := oracle{policy: g.deadline()}
		o.policy.Partition, o.policy.DaysBack, o.policy.MinRows, o.policy.MinPercent, o.policy.Skew = "", 0, 0, 0, 0
		o.policy.Grace = min(o.policy.Grace, 30*time.Hour)
		o.policy.Lookback = min(o.policy.Lookback, 60*time.Hour)
		o.policy.Warn = min(o.policy.Warn, 60*time.Hour)
		o.dues, o.policy.Due = g.dues()
		for range g.IntN(7) {
			o.landed = append(o.landed, g.instant())
		}
		slices.SortFunc(o.landed, time.Time.Compare)
		for minute := range 7 * 24 * 60 {
			now := base.Add(time.Duration(minute) * time.Minute)
			if minute%15 == 0 {
				now = now.Add(time.Duration(minute/15%3-1) * time.Nanosecond)
			}
			until, _ := slices.BinarySearchFunc(o.landed, now.Add(1), time.Time.Compare)
			seen := o
			if seed%5 > 0 {
				seen.landed = o.landed[:until]
			}
			status, reason, due, late := seen.judge(now)
			r := o.policy.Check(LandedAt(seen.landed...), now)
			if status != r.Status || reason != r.Reason || !due.Equal(r.Due) || late != r.Late {
				require.Failf(t, "they differ", "seed %d at %v: got %v late %v, want %v %v due %v late %v\n%+v\n%v",
					seed, now, r, r.Late, status, reason, due, late, o.policy, seen.landed)
			}
		}
	}
}

// dues returns a schedule, and its instants as plain arithmetic gives them.
func (g *gen) dues() ([]time.Time, schedule.Schedule) {
	step, text := time.Minute, "*/15 * * * *"
	keep := func(t time.Time) bool { return t.Minute()%15 == 0 }
	switch g.IntN(4) {
	case 0:
		step, text = time.Hour, "0 7 * * *"
		keep = func(t time.Time) bool { return t.Hour() == 7 }
	case 1:
		step, text = time.Hour, "0 7,19 * * 1-5"
		keep = func(t time.Time) bool {
			return t.Hour()%12 == 7 && t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
		}
	case 2:
		step, text = time.Hour, "0 * * * *"
		keep = func(time.Time) bool { return true }
	}
	var dues []time.Time
	for at := base.Add(-5 * 24 * time.Hour); at.Before(base.Add(9 * 24 * time.Hour)); at = at.Add(step) {
		if keep(at) {
			dues = append(dues, at)
		}
	}
	return dues, schedule.MustParse(text)
}
