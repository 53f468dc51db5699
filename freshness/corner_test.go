package freshness

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

const longest = time.Duration(math.MaxInt64)

// TestCornersHaveAnAnswer holds what real systems report: year-1 dates for
// empty tables, landings in the future, negative ages, limits without end.
func TestCornersHaveAnAnswer(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	yearOne := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	daily := Deadline{Due: schedule.Daily(7, 0, time.UTC)}
	tests := []struct {
		name   string
		policy Policy
		landed Landings
		status Status
		reason Reason
		age    time.Duration
	}{
		{"a zero landing is two thousand years old", MaxAge{Fail: time.Hour}, Landings{{}}, Stale, ReasonPastLimit, longest},
		{"a year-1 landing is older than the longest limit", MaxAge{Fail: longest}, LandedAt(yearOne), Stale, ReasonPastLimit, longest},
		{"with only a warning it is at risk", MaxAge{Warn: longest}, LandedAt(yearOne), AtRisk, ReasonPastWarning, longest},
		{"a landing now is not older than the longest limit", MaxAge{Fail: longest}, LandedAt(now), Fresh, ReasonOnTime, 0},
		{"never landed is its own reason", MaxAge{Fail: longest}, nil, Stale, ReasonNeverLanded, 0},
		{"never landed, only a warning", MaxAge{Warn: time.Hour}, nil, AtRisk, ReasonNeverLanded, 0},
		{"no limit at all measures nothing", MaxAge{}, LandedAt(now), Unknown, ReasonNotMeasured, 0},
		{"a negative limit measures nothing", MaxAge{Fail: -1}, LandedAt(now), Unknown, ReasonNotMeasured, 0},
		{"a landing in the future", MaxAge{Fail: time.Hour}, LandedAt(now.Add(1)), Unknown, ReasonInFuture, -1},
		{"it hides no landing behind it", MaxAge{Fail: time.Hour}, LandedAt(now, now.Add(time.Hour)), Unknown, ReasonInFuture, -time.Hour},
		{"far in the future the age saturates", MaxAge{Fail: time.Hour}, LandedAt(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)), Unknown, ReasonInFuture, math.MinInt64},
		{"within the skew it landed now", MaxAge{Fail: time.Hour, Skew: time.Minute}, LandedAt(now.Add(time.Minute)), Fresh, ReasonOnTime, 0},
		{"beyond the skew it did not", MaxAge{Fail: time.Hour, Skew: time.Minute}, LandedAt(now.Add(time.Minute + 1)), Unknown, ReasonInFuture, -time.Minute - 1},
		{"the longest skew", MaxAge{Fail: time.Hour, Skew: longest}, LandedAt(now.AddDate(200, 0, 0)), Fresh, ReasonOnTime, 0},
		{"exactly the limit is kept", MaxAge{Warn: time.Hour, Fail: time.Hour}, LandedAt(now.Add(-time.Hour)), Fresh, ReasonOnTime, time.Hour},
		{"a nanosecond more is not", MaxAge{Warn: time.Hour, Fail: time.Hour}, LandedAt(now.Add(-time.Hour - 1)), Stale, ReasonPastLimit, time.Hour + 1},
		{"exactly the warning is fresh", MaxAge{Warn: time.Hour, Fail: 2 * time.Hour}, LandedAt(now.Add(-time.Hour)), Fresh, ReasonOnTime, time.Hour},
		{"a nanosecond past the warning", MaxAge{Warn: time.Hour, Fail: 2 * time.Hour}, LandedAt(now.Add(-time.Hour - 1)), AtRisk, ReasonPastWarning, time.Hour + 1},
		{"a zero landing misses every deadline", daily, Landings{{}}, Stale, ReasonPastLimit, longest},
		{"a deadline with the longest window", Deadline{Due: daily.Due, Lookback: longest}, LandedAt(now.AddDate(-100, 0, 0)), Fresh, ReasonOnTime, 0},
		{"a deadline with the longest warning", Deadline{Due: daily.Due, Warn: longest}, LandedAt(now.Add(-5 * time.Hour)), AtRisk, ReasonPastWarning, 5 * time.Hour},
		{"a deadline with the longest grace", Deadline{Due: daily.Due, Grace: longest}, LandedAt(now.Add(-100 * time.Hour)), AtRisk, ReasonInGrace, 100 * time.Hour},
		{"a schedule without instants measures nothing", Deadline{}, LandedAt(now), Unknown, ReasonNotMeasured, 0},
		{"nor does an impossible one", Deadline{Due: schedule.Daily(25, 0, nil)}, LandedAt(now), Unknown, ReasonNotMeasured, 0},
		{"an asset created in the future", Deadline{Due: daily.Due, Since: now.AddDate(1, 0, 0)}, nil, Unknown, ReasonNotDue, 0},
		{"a new asset before its first deadline", Deadline{Due: daily.Due, Since: now}, nil, Unknown, ReasonNotDue, 0},
		{"a new asset after its first deadline", Deadline{Due: daily.Due, Since: now.Add(-5 * time.Hour)}, nil, Stale, ReasonNeverLanded, 0},
		{"a new asset within its age", MaxAge{Fail: time.Hour, Since: now.Add(-time.Hour)}, nil, Unknown, ReasonNotDue, 0},
		{"a new asset past its age", MaxAge{Fail: time.Hour, Since: now.Add(-time.Hour - 1)}, nil, Stale, ReasonNeverLanded, 0},
		{"a new asset past its only warning", MaxAge{Warn: time.Hour, Since: now.Add(-time.Hour - 1)}, nil, AtRisk, ReasonNeverLanded, 0},
		{"a new asset past its first warning", MaxAge{Warn: time.Hour, Fail: 2 * time.Hour, Since: now.Add(-time.Hour - 1)}, nil, AtRisk, ReasonPastWarning, 0},
		{"a switch that nothing has armed", Cadence{Every: time.Hour}, nil, Unknown, ReasonNotDue, 0},
		{"a switch armed long ago", Cadence{Every: time.Hour, Since: yearOne.Add(1)}, nil, Stale, ReasonNeverLanded, 0},
		{"the longest cadence and grace", Cadence{Every: longest, Grace: longest}, LandedAt(yearOne), Stale, ReasonPastLimit, longest},
		{"no cadence measures nothing", Cadence{}, LandedAt(now), Unknown, ReasonNotMeasured, 0},
		{"nothing combined measures nothing", AllOf{}, LandedAt(now), Unknown, ReasonNotMeasured, 0},
		{"nor any of nothing", AnyOf{}, LandedAt(now), Unknown, ReasonNotMeasured, 0},
		{"nor a list of nil", AllOf{nil}, LandedAt(now), Unknown, ReasonNotMeasured, 0},
		{"nor a pause of nothing", Paused{}, LandedAt(now), Unknown, ReasonNotMeasured, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := tt.policy.Check(tt.landed, now)
			assert.Equal(t, tt.status, r.Status, "status of %v", r)
			assert.Equal(t, tt.reason, r.Reason, "reason of %v", r)
			if tt.age != 0 {
				assert.Equal(t, tt.age, r.Age, "age of %v", r)
			}
			if r.Reason == ReasonNotMeasured {
				assert.ErrorIs(t, r.Err, ErrInvalid)
				assert.Error(t, tt.policy.Validate())
			} else {
				assert.NoError(t, tt.policy.Validate())
			}
		})
	}
}

// A clock that jumps back asks about an earlier instant. The answer is that
// of the instant, for nothing is kept from one question to the next.
func TestAClockThatJumpsBackIsAnsweredForItsInstant(t *testing.T) {
	p := Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour}
	landed := LandedAt(at(t, "03 06:30"), at(t, "04 08:00"))
	for _, step := range []struct {
		now    string
		status Status
		reason Reason
	}{
		{"04 08:00", Fresh, ReasonLate},
		{"04 07:59:59.999999999", Unknown, ReasonInFuture},
		{"04 08:00", Fresh, ReasonLate},
		{"05 06:59", AtRisk, ReasonPastWarning},
		{"04 08:01", Fresh, ReasonLate},
	} {
		r := p.Check(landed, at(t, step.now))
		assert.Equal(t, step.status, r.Status, "%s: %v", step.now, r)
		assert.Equal(t, step.reason, r.Reason, "%s: %v", step.now, r)
	}
}

func TestScheduleThatBeginsOrEnds(t *testing.T) {
	leap := Deadline{Due: schedule.MustParse("0 7 29 2 *")}
	first := time.Date(4, 2, 29, 7, 0, 0, 0, time.UTC)
	last := time.Date(9996, 2, 29, 7, 0, 0, 0, time.UTC)

	r := leap.Check(nil, first.Add(-time.Hour))
	assert.Equal(t, ReasonNotDue, r.Reason, "not begun: %v", r)
	assert.Equal(t, Unknown, r.Status)
	r = leap.Check(LandedAt(first.Add(-2*time.Hour)), first.Add(-time.Hour))
	assert.Equal(t, ReasonOnTime, r.Reason, "nothing is too early for the first: %v", r)

	r = leap.Check(LandedAt(last), last.Add(time.Hour))
	assert.Equal(t, Fresh, r.Status, "ended, and landed: %v", r)
	assert.Zero(t, r.Due)
	assert.Zero(t, r.NextCheck)
	assert.Zero(t, r.FreshUntil)
	assert.True(t, r.LastDue.Equal(last))
	r = leap.Check(nil, last.Add(time.Hour))
	assert.Equal(t, Stale, r.Status, "ended, and missed: %v", r)
	assert.Zero(t, r.NextCheck)
	r = Deadline{Due: leap.Due, Since: last.Add(1)}.Check(nil, last.Add(time.Hour))
	assert.Equal(t, ReasonNotDue, r.Reason, "ended before it was created: %v", r)
}

func TestMonotonicReadingsAreDropped(t *testing.T) {
	now := time.Now()
	r := MaxAge{Fail: time.Hour}.Check(Landings{{At: now}}, now.Add(time.Minute))
	assert.Equal(t, r.At, r.At.Round(0))
	assert.Equal(t, r.Landing.At, r.Landing.At.Round(0))
	assert.Equal(t, now.Round(0).Add(time.Hour), r.FreshUntil)
}

func TestNotMeasuredAlwaysHasACause(t *testing.T) {
	cause := errors.New("no route to host")
	r := NotMeasured(cause, base)
	assert.Equal(t, Result{At: base, Reason: ReasonNotMeasured, Err: cause}, r)
	assert.Error(t, NotMeasured(nil, base).Err)
}

func TestJudgingAllocatesNothing(t *testing.T) {
	landed := LandedAt(base.Add(-50*time.Hour), base.Add(-26*time.Hour), base.Add(-2*time.Hour))
	for i := range landed {
		landed[i].Rows, landed[i].Partition = 100, landed[i].At.Format(time.DateOnly)
	}
	for name, p := range benchPolicies(t) {
		for hour := range 24 {
			now := base.Add(time.Duration(hour) * time.Hour)
			require.Zero(t, testing.AllocsPerRun(10, func() { p.Check(landed, now) }), "%s at %v", name, now)
		}
	}
}

func benchPolicies(t testing.TB) map[string]Policy {
	newYork, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	deadline := Deadline{Due: schedule.Daily(7, 0, newYork), Warn: time.Hour, Grace: 10 * time.Minute}
	partitioned := deadline
	partitioned.Partition, partitioned.MinRows, partitioned.MinPercent = time.DateOnly, 10, 80
	maxAge := MaxAge{Warn: time.Hour, Fail: 3 * time.Hour}
	return map[string]Policy{
		"MaxAge":              maxAge,
		"Cadence":             Cadence{Every: time.Hour, Grace: time.Minute},
		"Deadline":            deadline,
		"DeadlinePartitioned": partitioned,
		"AllOf":               AllOf{maxAge, deadline},
		"AnyOf":               AnyOf{maxAge, deadline},
		"Paused":              Paused{Policy: maxAge, Starts: deadline.Due, Lasts: time.Hour, Spans: []Span{{base, base.Add(time.Hour), ""}}},
		"Invalid":             Deadline{},
	}
}

func BenchmarkCheck(b *testing.B) {
	landed := LandedAt(base.Add(-50*time.Hour), base.Add(-26*time.Hour), base.Add(-2*time.Hour))
	for name, p := range benchPolicies(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.Check(landed, base)
			}
		})
	}
}
