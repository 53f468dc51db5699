package freshness

import (
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// dueInstants lists the due instants of a policy.
func dueInstants(dues iter.Seq[Due]) (list []time.Time) {
	for d := range dues {
		list = append(list, d.At)
	}
	return list
}

// firstOf returns the first due instant, and zero if there is none.
func firstOf(dues iter.Seq[Due]) time.Time {
	for d := range dues {
		return d.At
	}
	return time.Time{}
}

// walked lists the instants of a schedule in [from, to) that are not before since, one by one.
func walked(s schedule.Schedule, since, from, to time.Time) (list []time.Time) {
	for at, ok := s.Next(from.Add(-1)); ok && at.Before(to); at, ok = s.Next(at) {
		if !at.Before(since) {
			list = append(list, at)
		}
	}
	return list
}

// span draws a time of up to four days.
func (g *gen) span() (from, to time.Time) {
	from = g.instant()
	return from, from.Add(time.Duration(g.IntN(4*24)) * time.Hour)
}

// quarterly draws a deadline whose grace ends on a quarter of an hour, as all else in these tests does.
func (g *gen) quarterly() Deadline {
	p := g.deadline()
	p.Grace = time.Duration(g.IntN(12)) * 15 * time.Minute
	p.Skew = 0
	return p
}

func (g *gen) paused(p Policy) Paused {
	pause := Paused{Policy: p}
	for range g.IntN(4) {
		start := base.Add(time.Duration(g.IntN(7*96)) * 15 * time.Minute)
		end := start.Add(time.Duration(1+g.IntN(200)) * 15 * time.Minute)
		pause.Spans = append(pause.Spans, Span{Start: start, End: end})
	}
	if g.IntN(3) == 0 {
		pause.Starts, pause.Lasts = schedule.MustParse("0 */6 * * *"), 4*time.Hour
	}
	return pause
}

// quiet reports whether a policy judges nothing in (over, end), a quarter of an hour at a time.
func quiet(p Policy, over, end time.Time) bool {
	at := exact.JustAfter(over)
	for at.Before(end) {
		if r := p.Check(nil, at); r.Reason != ReasonPaused && r.Reason != ReasonOutsideHours {
			return false
		}
		at = at.Truncate(15 * time.Minute).Add(15 * time.Minute)
	}
	return true
}

func TestDuesAreThoseOfANaiveWalk(t *testing.T) {
	excused := 0
	for seed := range uint64(400) {
		g := newGen(seed)
		p := g.quarterly()
		from, to := g.span()
		want := walked(p.Due, p.Since, from, to)
		require.Equal(t, want, dueInstants(Dues(p, from, to)), "seed %d", seed)
		for d := range Dues(p, from, to) {
			require.Equal(t, ReasonNone, d.Excused)
			require.True(t, d.Over.Equal(d.At.Add(p.Grace)))
		}

		for _, around := range []Policy{g.paused(p), During{p, g.calendar()}, g.paused(During{p, g.calendar()})} {
			require.Equal(t, want, dueInstants(Dues(around, from, to)), "seed %d: %+v", seed, around)
			var before Due
			for next := range Dues(around, from, exact.EndOfTime()) {
				d := before
				if before = next; d.At.IsZero() {
					continue
				}
				if !d.At.Before(to) {
					break
				}
				silent := quiet(around, d.Over, exact.JustAfter(next.Over))
				require.Equal(t, silent, d.Excused != ReasonNone, "seed %d: %v: %+v", seed, d.At, around)
				if silent {
					excused++
					require.Equal(t, around.Check(nil, exact.JustAfter(d.Over)).Reason == ReasonPaused, d.Excused == ReasonPaused)
				}
			}
		}
	}
	assert.Greater(t, excused, 500, "too few were excused to tell")
}

func TestDuesOfCombinationsAreThoseOfTheirParts(t *testing.T) {
	for seed := range uint64(400) {
		g := newGen(seed)
		from, to := g.span()
		parts := []Policy{g.quarterly(), g.paused(g.quarterly()), During{g.quarterly(), g.calendar()}}[g.IntN(2):]

		var union []time.Time
		judged := map[int64]bool{}
		for _, part := range parts {
			for d := range Dues(part, from, to) {
				union = append(union, d.At)
				judged[d.At.UnixNano()] = judged[d.At.UnixNano()] || d.Excused == ReasonNone
			}
		}
		slices.SortFunc(union, time.Time.Compare)
		union = slices.CompactFunc(union, time.Time.Equal)
		got := slices.Collect(Dues(AllOf(parts), from, to))
		require.Len(t, got, len(union), "seed %d", seed)
		for i, d := range got {
			require.True(t, union[i].Equal(d.At), "seed %d: %v, not %v", seed, d.At, union[i])
			require.Equal(t, judged[d.At.UnixNano()], d.Excused == ReasonNone, "seed %d: %v", seed, d.At)
		}

		var last []time.Time
		for at := from; ; {
			var round time.Time
			for _, part := range parts {
				due := firstOf(Dues(part, at, exact.EndOfTime()))
				if due.IsZero() {
					round = to
					break
				}
				round = exact.Later(round, due)
			}
			if !round.Before(to) {
				break
			}
			last = append(last, round)
			at = round.Add(1)
		}
		got = slices.Collect(Dues(AnyOf(parts), from, to))
		require.Len(t, got, len(last), "seed %d", seed)
		for i, d := range got {
			require.True(t, last[i].Equal(d.At), "seed %d: %v, not %v", seed, d.At, last[i])
		}
		require.Empty(t, dueInstants(Dues(AnyOf(append(parts, MaxAge{Fail: 1})), from, to)))
		require.Len(t, dueInstants(Dues(AllOf(append(parts, MaxAge{Fail: 1})), from, to)), len(union))
	}
}

// What Dues says and what Check says of one landing after another is the same.
func TestADueInstantIsMissedWhereNothingCountsForIt(t *testing.T) {
	missed, landedFor := 0, 0
	for seed := range uint64(300) {
		g := newGen(seed)
		p, landed := g.quarterly(), g.landings()
		for d := range Dues(p, base, base.AddDate(0, 0, 7)) {
			now := exact.JustAfter(d.Over)
			known := landed[:landed.After(now)]
			r := p.Check(known, now)
			if r.Reason == ReasonNotMeasured || r.Due.After(d.At) && r.Status == Stale {
				continue // a later one was missed too: its grace is over at the same instant
			}
			_, counts := d.First(known)
			require.Equal(t, counts, r.Status != Stale || !r.Due.Equal(d.At), "seed %d at %v: %v", seed, now, r)
			some, any := d.Any(known)
			if !counts && any {
				require.Equal(t, ReasonPartial, r.Reason, "seed %d: %v", seed, some)
			}
			require.Equal(t, p.Partition != "", d.Partitioned())
			if counts {
				landedFor++
			} else {
				missed++
			}
		}
	}
	assert.Greater(t, missed, 1000)
	assert.Greater(t, landedFor, 500)
}

var weekdays = schedule.MustCalendar(schedule.Hours{
	Weekly: schedule.Weekdays(schedule.TimeRange{Open: 9 * time.Hour, Close: 17 * time.Hour}),
})

func TestADeadlineInWorkingTimeIsNotDueAtTheWeekend(t *testing.T) {
	p := During{Policy: Deadline{Due: schedule.Daily(8, 0, nil)}, Hours: weekdays}
	friday := time.Date(2021, 3, 12, 0, 0, 0, 0, time.UTC)
	var got []string
	for d := range Dues(p, friday, friday.AddDate(0, 0, 4)) {
		got = append(got, d.At.Format("Mon 15:04 ")+d.Excused.String())
	}
	assert.Equal(t, []string{"Fri 08:00 none", "Sat 08:00 outside-hours", "Sun 08:00 outside-hours", "Mon 08:00 none"}, got)

	due, ok := NextDue(p, friday.Add(9*time.Hour))
	assert.True(t, ok)
	assert.Equal(t, "Mon 08:00", due.Format("Mon 15:04"))
	due, ok = NextDue(Paused{Policy: p, Spans: []Span{{Start: friday.AddDate(0, 0, 3), End: friday.Add(108 * time.Hour)}}},
		friday.Add(9*time.Hour))
	assert.True(t, ok)
	assert.Equal(t, "Tue 08:00", due.Format("Mon 15:04"), "the pause ends on Tuesday at noon")
}

func TestTheNextDueInstantIsTheFirstThatIsJudged(t *testing.T) {
	daily := Deadline{Due: schedule.Daily(7, 0, nil)}
	minutely := Deadline{Due: schedule.MustParse("* * * * *")}
	seven := base.Add(7 * time.Hour)
	forever := []Span{{Start: base, End: exact.EndOfTime().Add(-1)}}
	ended := Deadline{Due: schedule.MustParse("0 7 * * * skip {2000-01-03 09:00-17:00}")}
	for _, tt := range []struct {
		name   string
		policy Policy
		want   time.Time
	}{
		{"a deadline, at its due instant", daily, seven},
		{"a deadline in an empty pause", Paused{Policy: daily}, seven},
		{"a deadline in working time", During{daily, weekdays}, seven},
		{"each minute of a weekend is excused", During{minutely, weekdays}, seven.AddDate(0, 0, 3).Add(119 * time.Minute)},
		{"paused for ever", Paused{Policy: minutely, Spans: forever}, time.Time{}},
		{"no due instant is left", ended, time.Time{}},
		{"not one in a combination", AnyOf{daily, ended}, time.Time{}},
		{"one of several", AllOf{ended, MaxAge{Fail: 1}, daily}, seven},
		{"a policy without due instants", MaxAge{Fail: time.Hour}, time.Time{}},
		{"no policy", nil, time.Time{}},
		{"a new asset", Deadline{Due: daily.Due, Since: seven.Add(1)}, seven.AddDate(0, 0, 1)},
	} {
		at := seven
		if tt.name == "each minute of a weekend is excused" {
			at = base.Add(17 * time.Hour)
		}
		due, ok := NextDue(tt.policy, at)
		assert.Equal(t, !tt.want.IsZero(), ok, tt.name)
		assert.True(t, tt.want.Equal(due), "%s: %v", tt.name, due)
	}
	boxed := Policy(daily)
	assert.Zero(t, testing.AllocsPerRun(100, func() { NextDue(boxed, seven) }))
}

func TestLastDuesAreTheEndOfAllDues(t *testing.T) {
	for seed := range uint64(100) {
		g := newGen(seed)
		var p Policy = g.quarterly()
		if g.IntN(2) == 0 {
			p = g.paused(p)
		}
		at, n := g.instant(), g.IntN(50)
		want := dueInstants(Dues(p, at.AddDate(0, 0, -100), at))
		want = want[max(0, len(want)-n):]
		if len(want) < n {
			continue // they go further back than a hundred days
		}
		var got []time.Time
		for _, d := range LastDues(p, at, n) {
			got = append(got, d.At)
		}
		require.Equal(t, len(want), len(got), "seed %d", seed)
		for i := range want {
			require.True(t, want[i].Equal(got[i]), "seed %d", seed)
		}
	}
	assert.Empty(t, LastDues(MaxAge{Fail: 1}, base, 5))
	assert.Len(t, LastDues(Deadline{Due: schedule.MustParse("0 6 29 2 *")}, base, 90), 25, "the leap days of a century")
}

func TestWhatIsCountedByItsDueInstants(t *testing.T) {
	p := Deadline{Due: schedule.Daily(7, 0, nil), Grace: time.Hour}
	for _, tt := range []struct {
		policy Policy
		counts bool
		grace  time.Duration
	}{
		{p, true, time.Hour},
		{Paused{Policy: p}, true, time.Hour},
		{During{p, weekdays}, true, time.Hour},
		{Paused{Policy: During{p, weekdays}}, true, time.Hour},
		{AllOf{p}, false, 0},
		{AnyOf{p}, false, 0},
		{Paused{Policy: AllOf{p}}, false, 0},
		{MaxAge{Fail: 1}, false, 0},
		{Paused{Policy: Cadence{Every: 1, Grace: time.Hour}}, false, 0},
		{hidden{p}, false, 0},
		{Paused{Policy: hidden{p}}, false, 0},
		{endless{}, false, 0},
		{nil, false, 0},
	} {
		assert.Equal(t, tt.counts, CountsDues(tt.policy), "%+v", tt.policy)
		assert.Equal(t, tt.grace, Grace(tt.policy), "%+v", tt.policy)
	}
}

// hidden is a policy of another package that says nothing of the one in it.
type hidden struct{ policy Policy }

func (p hidden) Check(l Landings, t time.Time) Result { return p.policy.Check(l, t) }
func (p hidden) Validate() error                      { return nil }

// endless unwraps to itself.
type endless struct{ hidden }

func (p endless) Unwrap() Policy { return p }

// A combination that excuses one of two due instants at the same time is judged by the other.
func TestOfTwoDueInstantsAtOneTimeTheOneThatIsJudgedCounts(t *testing.T) {
	p := Deadline{Due: schedule.Daily(7, 0, nil), Grace: time.Hour}
	short := Deadline{Due: p.Due, Grace: time.Minute}
	excused := Paused{Policy: Deadline{Due: p.Due}, Spans: []Span{{Start: base, End: base.AddDate(0, 0, 9)}}}
	for _, parts := range []AllOf{{p, excused, short}, {short, p, excused}, {excused, short, p}} {
		for d := range Dues(parts, base, base.AddDate(0, 0, 1)) {
			assert.Equal(t, ReasonNone, d.Excused)
			assert.Equal(t, d.At.Add(time.Minute), d.Over)
		}
		for d := range Dues(AnyOf(parts), base, base.AddDate(0, 0, 1)) {
			assert.Equal(t, ReasonPaused, d.Excused, "one of them is never missed")
			assert.Equal(t, d.At.Add(time.Hour), d.Over)
		}
	}
}

// A pause that ends when the next due instant can be missed excuses all of the time before.
func TestAPauseExcusesUpToTheNextDueInstant(t *testing.T) {
	p := Deadline{Due: schedule.Daily(7, 0, nil)}
	first, next := base.Add(7*time.Hour), base.Add(31*time.Hour)
	for end, want := range map[time.Time]Reason{next: ReasonNone, next.Add(1): ReasonPaused, next.Add(2): ReasonPaused} {
		around := Paused{Policy: p, Spans: []Span{{Start: first, End: end}}}
		for d := range Dues(around, first, next) {
			assert.Equal(t, want, d.Excused, "a pause until %v", end)
		}
	}
}
