package freshness

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// A step is a line of a timeline: what the policy says at an instant of March
// 2021 of what has landed until then.
type step struct {
	now    string
	status Status
	reason Reason
	until  string // FreshUntil; empty: not looked at
}

// follow runs a policy through a timeline. Landings come into sight when they
// have landed.
func follow(t *testing.T, p Policy, landed Landings, steps []step) {
	t.Helper()
	require.NoError(t, p.Validate())
	for i, s := range steps {
		now := at(t, s.now)
		r := p.Check(landed[:landed.After(now)], now)
		assert.Equal(t, [2]string{s.status.String(), s.reason.String()}, [2]string{r.Status.String(), r.Reason.String()}, "step %d, %s: %v", i, s.now, r)
		if s.until != "" {
			assert.True(t, r.FreshUntil.Equal(at(t, s.until)), "step %d: fresh until %v, want %s", i, r.FreshUntil, s.until)
		}
	}
}

func TestCadenceIsADeadMansSwitch(t *testing.T) {
	landed := LandedAt(at(t, "04 10:00"), at(t, "04 11:00"), at(t, "04 12:05"), at(t, "04 13:30"))
	follow(t, Cadence{Every: time.Hour, Grace: 10 * time.Minute}, landed, []step{
		{"04 09:00", Unknown, ReasonNotDue, ""},
		{"04 10:00", Fresh, ReasonOnTime, "04 11:10"},
		{"04 11:00", Fresh, ReasonOnTime, "04 12:10"},
		{"04 12:00", Fresh, ReasonOnTime, "04 12:10"},
		{"04 12:00:00.000000001", AtRisk, ReasonInGrace, "04 12:10"},
		{"04 12:05", Fresh, ReasonInGrace, "04 13:15"},
		{"04 13:15", AtRisk, ReasonInGrace, "04 13:15"},
		{"04 13:15:00.000000001", Stale, ReasonPastLimit, ""},
		{"04 13:30", Fresh, ReasonLate, "04 14:40"},
		{"04 15:00", Stale, ReasonPastLimit, ""},
	})
	r := Cadence{Every: time.Hour}.Check(landed, at(t, "04 13:30"))
	assert.Equal(t, 25*time.Minute, r.Late)
	assert.True(t, r.LastDue.Equal(at(t, "04 13:05")))

	armed := Cadence{Every: time.Hour, Since: at(t, "04 09:00")}
	follow(t, armed, landed, []step{
		{"04 08:00", Unknown, ReasonNotDue, "04 10:00"},
		{"04 09:59", Unknown, ReasonNotDue, "04 10:00"},
		{"04 10:00", Fresh, ReasonOnTime, "04 11:00"},
	})
	follow(t, armed, landed[1:], []step{
		{"04 10:00:00.000000001", Stale, ReasonNeverLanded, ""},
		{"04 11:00", Fresh, ReasonLate, "04 12:00"},
	})
}

// A table that is fed every hour counts for the deadline of the day by what
// lands first in its window, and each landing counts as the newest.
func TestAnHourlyTableWithADailyDeadline(t *testing.T) {
	var landed Landings
	for hour := range 60 {
		if hour < 19 || hour > 33 { // nothing between 19:00 and 09:00
			landed = append(landed, Landing{At: at(t, "03 00:05").Add(time.Duration(hour) * time.Hour)})
		}
	}
	follow(t, Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour}, landed, []step{
		{"03 07:00", Fresh, ReasonOnTime, "04 07:00"},
		{"03 20:00", Fresh, ReasonNotDue, "04 07:00"},
		{"04 06:30", AtRisk, ReasonPastWarning, "04 07:00"},
		{"04 08:00", Stale, ReasonPastLimit, ""},
		{"04 10:05", Fresh, ReasonLate, "05 07:00"},
		{"04 19:04", Fresh, ReasonNotDue, "05 07:00"},
		{"04 19:05", Fresh, ReasonOnTime, "06 07:00"},
		{"05 08:00", Fresh, ReasonOnTime, "06 07:00"},
	})
	r := Deadline{Due: schedule.Daily(7, 0, time.UTC)}.Check(landed[:20], at(t, "04 10:30"))
	assert.Equal(t, 3*time.Hour+5*time.Minute, r.Late)
}

func TestAPartitionedDeadlineWantsItsPartition(t *testing.T) {
	p := Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour, Partition: time.DateOnly, DaysBack: 1}
	landed := Landings{
		{At: at(t, "03 06:00"), Partition: "2021-03-02"},
		{At: at(t, "04 06:00"), Partition: "2021-03-02"}, // again yesterday's: a repair, not today's data
		{At: at(t, "04 09:00"), Partition: "2021-03-03"},
		{At: at(t, "04 10:00"), Partition: "2021-03-04"}, // a day before it is due
		{At: at(t, "06 06:00"), Partition: "2021-03-05"},
	}
	follow(t, p, landed, []step{
		{"03 08:00", Fresh, ReasonOnTime, "04 07:00"},
		{"03 20:00", Fresh, ReasonNotDue, "04 07:00"},
		{"04 06:30", AtRisk, ReasonPastWarning, "04 07:00"},
		{"04 08:00", Stale, ReasonPastLimit, ""},
		{"04 09:00", Fresh, ReasonLate, "05 07:00"},
		{"04 10:00", Fresh, ReasonOnTime, "06 07:00"},
		{"05 08:00", Fresh, ReasonOnTime, "06 07:00"},
		{"06 06:30", Fresh, ReasonOnTime, "07 07:00"},
	})
	r := p.Check(landed[:3], at(t, "04 09:00"))
	assert.Equal(t, 2*time.Hour, r.Late, "late for 04 07:00")
}

func TestPartialLoadsDoNotPass(t *testing.T) {
	daily := schedule.Daily(7, 0, time.UTC)
	landed := Landings{{At: at(t, "03 06:00"), Rows: 1000}, {At: at(t, "04 06:00"), Rows: 400}, {At: at(t, "04 09:00"), Rows: 500}}
	follow(t, Deadline{Due: daily, Warn: time.Hour, MinRows: 500}, landed, []step{
		{"03 08:00", Fresh, ReasonOnTime, "04 07:00"},
		{"04 06:30", AtRisk, ReasonPartial, "04 07:00"},
		{"04 08:00", Stale, ReasonPartial, ""},
		{"04 09:00", Fresh, ReasonLate, "05 07:00"},
		{"05 08:00", Stale, ReasonPastLimit, ""},
	})

	uncounted := Deadline{Due: daily, MinRows: 1}.Check(LandedAt(at(t, "04 06:00")), at(t, "04 08:00"))
	assert.Equal(t, ReasonPartial, uncounted.Reason)
	assert.ErrorContains(t, uncounted.Err, "were not counted")
	empty := Deadline{Due: daily, MinRows: 1}.Check(Landings{{At: at(t, "04 06:00"), Counted: true}}, at(t, "04 08:00"))
	assert.Equal(t, ReasonPartial, empty.Reason, "an empty load is counted, and too little")
	assert.NoError(t, empty.Err)
}

func TestTheUsualNumberOfRowsIsAMedian(t *testing.T) {
	before := func(rows ...int64) (landed Landings) {
		for i, n := range rows {
			landed = append(landed, Landing{At: base.Add(time.Duration(i)), Rows: n, Counted: n >= 0})
		}
		return landed
	}
	tests := []struct {
		name    string
		before  Landings
		rows    int64
		percent int
		want    bool
	}{
		{"two are too few to say", before(100, 100), 0, 90, true},
		{"exactly the share", before(100, 300, 200), 160, 80, true},
		{"one row less", before(100, 300, 200), 159, 80, false},
		{"an even number: the mean of the middle two", before(100, 200, 301, 400), 251, 100, true},
		{"half a row below it", before(100, 200, 301, 400), 250, 100, false},
		{"only the last fifteen", append(before(1e9, 1e9, 1e9), before(slices.Repeat([]int64{100}, 15)...)...), 100, 100, true},
		{"landings that nobody counted are left out", before(100, 100, -1, -1), 0, 100, true},
		{"the largest numbers do not overflow", before(1<<62, 1<<62, 1<<62), 1<<62 - 1, 100, false},
		{"nor their share", before(1<<62, 1<<62, 1<<62), 1<<63 - 1, 199, true},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, shareKept(tt.before, tt.rows, tt.percent), tt.name)
	}
}

// fixed is a policy that always answers the same.
type fixed struct{ answer Result }

func (p fixed) Check(Landings, time.Time) Result { return p.answer }
func (p fixed) Validate() error                  { return nil }

func TestCombinationsHideNothing(t *testing.T) {
	part := func(s Status, until, next time.Duration) Policy {
		r := Result{Status: s, At: base}
		if until > 0 {
			r.FreshUntil, r.Due = base.Add(until), base.Add(until)
		}
		if next > 0 {
			r.NextCheck = base.Add(next)
		}
		return fixed{r}
	}
	fresh, soon := part(Fresh, 9, 5), part(Fresh, 7, 6)
	risk, stale, unknown, endless := part(AtRisk, 3, 4), part(Stale, 0, 8), part(Unknown, 0, 2), part(Fresh, 0, 0)
	tests := []struct {
		name     string
		parts    []Policy
		all, any Status
		allUntil time.Duration
		anyUntil time.Duration
		next     time.Duration
	}{
		{"one", []Policy{fresh}, Fresh, Fresh, 9, 9, 5},
		{"two fresh", []Policy{fresh, soon}, Fresh, Fresh, 7, 9, 5},
		{"fresh without end", []Policy{fresh, endless}, Fresh, Fresh, 9, 0, 5},
		{"at risk", []Policy{fresh, risk}, AtRisk, Fresh, 3, 9, 4},
		{"unknown is worse than at risk", []Policy{risk, unknown, fresh}, Unknown, Fresh, 0, 9, 2},
		{"at risk is better than unknown", []Policy{unknown, risk, stale}, Stale, AtRisk, 0, 3, 2},
		{"stale hides behind nothing", []Policy{stale, unknown, fresh, risk}, Stale, Fresh, 0, 9, 2},
		{"unknown could be fresh", []Policy{stale, unknown}, Stale, Unknown, 0, 0, 2},
		{"all stale", []Policy{stale, stale}, Stale, Stale, 0, 0, 8},
		{"never anything", []Policy{endless, endless}, Fresh, Fresh, 0, 0, 0},
	}
	instant := func(d time.Duration) time.Time {
		if d == 0 {
			return time.Time{}
		}
		return base.Add(d)
	}
	for _, tt := range tests {
		backwards := slices.Clone(tt.parts)
		slices.Reverse(backwards)
		for _, parts := range [][]Policy{tt.parts, backwards} {
			all, some := AllOf(parts).Check(nil, base), AnyOf(parts).Check(nil, base)
			assert.Equal(t, tt.all, all.Status, "all of %s", tt.name)
			assert.Equal(t, tt.any, some.Status, "any of %s", tt.name)
			assert.Equal(t, instant(tt.allUntil), all.FreshUntil, "all of %s", tt.name)
			assert.Equal(t, instant(tt.anyUntil), some.FreshUntil, "any of %s", tt.name)
			assert.Equal(t, instant(tt.next), all.NextCheck, "all of %s", tt.name)
			assert.Equal(t, instant(tt.next), some.NextCheck, "any of %s", tt.name)
		}
		assert.Len(t, slices.Collect(AllOf(tt.parts).Results(nil, base)), len(tt.parts))
		assert.Len(t, slices.Collect(AnyOf(tt.parts).Results(nil, base)), len(tt.parts))
	}
	two := AllOf{fresh, soon}
	assert.True(t, two.Check(nil, base).Due.Equal(base.Add(7)), "the earliest due instant")
	assert.True(t, AnyOf{fresh, soon}.Check(nil, base).Due.Equal(base.Add(9)), "the latest due instant")
	for range two.Results(nil, base) {
		break
	}
	assert.Equal(t, Status(7), AllOf{fixed{Result{Status: 7}}}.Check(nil, base).Status, "what it does not know it hands on")
}

func TestAPauseNeverPassesAsFresh(t *testing.T) {
	p := Paused{
		Policy: Deadline{Due: schedule.Daily(7, 0, time.UTC)},
		Spans:  []Span{{at(t, "04 06:00"), at(t, "04 07:30"), "upgrade"}, {at(t, "04 07:30"), at(t, "04 08:00"), ""}, {at(t, "09 00:00"), at(t, "09 01:00"), ""}},
		Starts: schedule.MustParse("0 2 * * sun"), Lasts: time.Hour,
	}
	landed := LandedAt(at(t, "03 06:00"), at(t, "04 09:00"), at(t, "05 06:00"))
	follow(t, p, landed, []step{
		{"04 05:59:59.999999999", Fresh, ReasonNotDue, "04 07:00"},
		{"04 06:00", Unknown, ReasonPaused, ""},
		{"04 07:59:59.999999999", Unknown, ReasonPaused, ""},
		{"04 08:00", Stale, ReasonPastLimit, ""},
		{"04 09:00", Fresh, ReasonLate, "05 07:00"},
		{"07 01:59", Stale, ReasonPastLimit, ""},
		{"07 02:00", Unknown, ReasonPaused, ""},
		{"07 03:00", Stale, ReasonPastLimit, ""},
	})
	r := p.Check(landed, at(t, "05 12:00"))
	assert.True(t, r.NextCheck.Equal(at(t, "05 19:00").Add(1)), "%v", r.NextCheck)
	r = p.Check(landed[:1], at(t, "04 06:30"))
	assert.True(t, r.Until.Equal(at(t, "04 08:00")), "pauses that touch are one: %v", r)
	assert.True(t, r.NextCheck.Equal(r.Until))
	assert.True(t, r.Landed)
	_, paused := p.pausedUntil(at(t, "04 08:00"))
	assert.False(t, paused)
	assert.Equal(t, []string{"policy", "lasts", "lasts"}, paths(t, Paused{Lasts: -1}.Validate()))
	assert.Equal(t, []string{"starts"}, paths(t, Paused{Policy: p.Policy, Starts: schedule.Every(-1)}.Validate()))
}

// A pause that recurs before it ends never lets the policy be judged: it is
// refused, and answers as a policy that is not valid.
func TestAPauseThatNeverEndsIsRefused(t *testing.T) {
	policy := MaxAge{Fail: time.Hour}
	for _, tt := range []struct {
		starts string
		lasts  time.Duration
		valid  bool
	}{
		{"@hourly", time.Hour, false},
		{"@hourly", time.Hour - 1, true},
		{"@hourly", 100 * time.Hour, false},
		{"@daily", longest, false},
		{"0 22,23 * * *", 2 * time.Hour, true},
		{"0 22,23 * * *", 23 * time.Hour, false},
		{"* * 1 3 *", time.Minute, false}, // 1440 in a row
		{"* 0-11 1 3 *", time.Minute, true},
		{"0 0 29 2 *", 24 * time.Hour, true},
	} {
		p := Paused{Policy: policy, Starts: schedule.MustParse(tt.starts), Lasts: tt.lasts}
		start, _ := p.Starts.Next(base)
		until, paused := p.pausedUntil(start)
		require.True(t, paused)
		r := p.Check(nil, start)
		if tt.valid {
			require.NoError(t, p.Validate(), "%s for %v", tt.starts, tt.lasts)
			_, paused = p.pausedUntil(until)
			require.False(t, paused, "%s for %v: %v", tt.starts, tt.lasts, until)
			require.Equal(t, ReasonPaused, r.Reason)
			require.True(t, r.NextCheck.Equal(until))
			continue
		}
		require.EqualError(t, p.Validate(), "lasts: "+tt.lasts.String()+
			": more than 1000 pauses follow each other without a gap, so that nothing is ever judged: let each be shorter")
		require.Zero(t, until, "%s for %v: no end is told", tt.starts, tt.lasts)
		require.Equal(t, ReasonNotMeasured, r.Reason, "%v", r)
		require.ErrorIs(t, r.Err, ErrInvalid)
	}
}

func TestAPauseEndsWithinTheYear9999(t *testing.T) {
	p := Paused{Policy: MaxAge{Fail: time.Hour}, Spans: []Span{{Start: base, End: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}}}
	require.EqualError(t, p.Validate(), "spans[0].end: 10000-01-01 00:00:00 +0000 UTC lies after the year 9999")
	require.ErrorIs(t, p.Check(nil, base).Err, ErrInvalid)
	p.Spans[0].End = p.Spans[0].End.Add(-1)
	require.NoError(t, p.Validate())
	require.Equal(t, p.Spans[0].End, p.Check(nil, base).Until)
}

// However many spans touch, in whatever order, they are one pause, found soon.
func TestSpansThatTouchAreOnePauseInAnyOrder(t *testing.T) {
	spans := make([]Span, 1000)
	for i := range spans {
		from := base.Add(time.Duration(i) * time.Minute)
		spans[i] = Span{Start: from, End: from.Add(time.Minute)}
	}
	end := base.Add(1000 * time.Minute)
	g := newGen(1)
	shuffle := func() { g.Shuffle(len(spans), func(i, j int) { spans[i], spans[j] = spans[j], spans[i] }) }
	for i, order := range []func(){func() {}, func() { slices.Reverse(spans) }, shuffle} {
		order()
		p := Paused{Policy: MaxAge{Fail: time.Hour}, Spans: spans}
		require.NoError(t, p.Validate())
		until, ok := p.pausedUntil(base)
		require.True(t, ok && until.Equal(end), "order %d: %v", i, until)
		began := time.Now()
		p.Check(nil, base)
		require.Less(t, time.Since(began), time.Second, i)
	}
	many := Paused{Policy: MaxAge{Fail: time.Hour}, Spans: append(spans, Span{Start: end, End: end.Add(1)})}
	require.EqualError(t, many.Validate(), "spans: 1001 are too many: keep 1000, and leave out those long past")
	require.ErrorIs(t, many.Check(nil, base).Err, ErrInvalid)
}

func TestClosedHoursAreNotJudged(t *testing.T) {
	office := schedule.MustCalendar(schedule.Hours{Weekly: schedule.Weekdays(schedule.TimeRange{Open: 9 * time.Hour, Close: 17 * time.Hour})})
	landed := LandedAt(at(t, "05 15:00")) // a Friday
	follow(t, During{Policy: MaxAge{Fail: time.Hour}, Hours: office}, landed, []step{
		{"05 15:30", Fresh, ReasonOnTime, "05 16:00"},
		{"05 16:30", Stale, ReasonPastLimit, ""},
		{"05 17:00", Unknown, ReasonOutsideHours, ""},
		{"08 08:59:59.999999999", Unknown, ReasonOutsideHours, ""},
		{"08 09:00", Stale, ReasonPastLimit, ""},
	})
	r := During{Policy: MaxAge{Fail: time.Hour}, Hours: office}.Check(landed, at(t, "06 12:00"))
	assert.True(t, r.Until.Equal(at(t, "08 09:00")))
	assert.Equal(t, []string{"policy", "hours"}, paths(t, During{}.Validate()))
	assert.Equal(t, ReasonNotMeasured, During{Policy: MaxAge{Fail: 1}}.Check(nil, base).Reason)

	follow(t, MaxAge{Warn: time.Hour, Fail: 2 * time.Hour, Hours: office}, landed, []step{
		{"05 16:00", Fresh, ReasonOnTime, "08 09:00"},
		{"05 16:00:00.000000001", AtRisk, ReasonPastWarning, "08 09:00"},
		{"07 12:00", AtRisk, ReasonPastWarning, "08 09:00"},
		{"08 09:00", AtRisk, ReasonPastWarning, "08 09:00"},
		{"08 09:00:00.000000001", Stale, ReasonPastLimit, ""},
	})
	r = MaxAge{Fail: 2 * time.Hour, Hours: office}.Check(landed, at(t, "07 12:00"))
	assert.Equal(t, 2*time.Hour, r.Age, "working time")
	r = MaxAge{Fail: longest, Hours: office}.Check(Landings{{}}, at(t, "07 12:00"))
	assert.Equal(t, Stale, r.Status, "two thousand years have 481 of working time, more than the longest limit")
	assert.Equal(t, longest, r.Age)
}

// A limit in working time is searched for, which takes the longer the less
// working time there is: what takes centuries is refused.
func TestAnAgeInWorkingTimeIsAtMostACentury(t *testing.T) {
	sundays := schedule.MustCalendar(schedule.Hours{Weekly: map[time.Weekday][]schedule.TimeRange{time.Sunday: {{Open: time.Hour, Close: 2 * time.Hour}}}})
	p := MaxAge{Warn: 5218 * time.Hour, Fail: 5219 * time.Hour, Hours: sundays}
	require.EqualError(t, p.Validate(), "fail: 5219h0m0s is more working time than the hours have in a century, 5218h0m0s")
	p.Fail = 5218 * time.Hour
	require.NoError(t, p.Validate())
	r := p.Check(LandedAt(base), base.Add(1))
	require.Equal(t, 2121, r.FreshUntil.Year())
	p.Hours = schedule.Calendar{}
	p.Fail = longest
	require.NoError(t, p.Validate())
}

func TestLastIsTheDueInstantThatTheLandingWasFor(t *testing.T) {
	daily := schedule.Daily(7, 0, time.UTC)
	long := Deadline{Due: daily, Lookback: 48 * time.Hour}
	r := long.Check(LandedAt(at(t, "03 06:30")), at(t, "03 08:00"))
	assert.True(t, r.LastDue.Equal(at(t, "03 07:00")), "in time for the last, and early for the next: %v", r.LastDue)
	assert.Zero(t, r.Late)

	r = Deadline{Due: daily}.Check(LandedAt(at(t, "04 06:30")), at(t, "04 06:40"))
	assert.Zero(t, r.LastDue, "the only landing known is for today: nothing is said about yesterday")
	assert.Zero(t, r.Late)
	r = Deadline{Due: daily}.Check(LandedAt(at(t, "03 09:00"), at(t, "04 06:30")), at(t, "04 06:40"))
	assert.True(t, r.LastDue.Equal(at(t, "03 07:00")))
	assert.Equal(t, 2*time.Hour, r.Late)
}
