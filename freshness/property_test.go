package freshness

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// A gen draws policies, landings and instants around one week of 2021 in which
// New York changed its clocks.
type gen struct {
	*rand.Rand
	schedules []schedule.Schedule
	calendars []schedule.Calendar
}

func newGen(seed uint64) *gen {
	return &gen{Rand: rand.New(rand.NewPCG(seed, 1)), schedules: someSchedules(), calendars: someCalendars()}
}

var someSchedules = sync.OnceValue(func() (list []schedule.Schedule) {
	for _, text := range []string{
		"@daily", "@hourly", "*/15 * * * *", "CRON_TZ=America/New_York 30 2 * * *", "CRON_TZ=America/New_York 30 1 * * 1-5",
		"CRON_TZ=Australia/Lord_Howe 0 7 * * *", "CRON_TZ=Europe/Berlin 0 7,19 * * *", "0 9 L * *", "0 6 29 2 *", "@every 7h",
	} {
		list = append(list, schedule.MustParse(text))
	}
	return list
})

var someCalendars = sync.OnceValue(func() (list []schedule.Calendar) {
	for _, text := range []string{
		"mon-fri 09:00-17:00", "TZ=America/New_York mon-thu 09:00-12:00,13:00-17:30; sun 01:00-04:00; 2021-03-15 closed",
		"TZ=Asia/Dubai sun-thu 22:00-06:00", "mon-sun 00:00-24:00",
	} {
		calendar, err := schedule.ParseCalendar(text)
		if err != nil {
			panic(err)
		}
		list = append(list, calendar)
	}
	return list
})

var base = time.Date(2021, 3, 12, 0, 0, 0, 0, time.UTC)

// instant draws an instant, often on a round quarter of an hour or one
// nanosecond beside it, for that is where limits lie.
func (g *gen) instant() time.Time {
	t := base.Add(time.Duration(g.IntN(7*96)) * 15 * time.Minute)
	switch g.IntN(4) {
	case 0:
		t = t.Add(time.Duration(g.IntN(3)-1) * time.Nanosecond)
	case 1:
		t = t.Add(time.Duration(g.Int64N(int64(15 * time.Minute))))
	}
	return t
}

// duration draws zero half the time if it may, and seldom the longest.
func (g *gen) duration(zero bool, most time.Duration) time.Duration {
	switch {
	case zero && g.IntN(2) == 0:
		return 0
	case g.IntN(50) == 0:
		return math.MaxInt64
	}
	return time.Duration(1+g.Int64N(int64(most/(15*time.Minute)))) * 15 * time.Minute
}

func (g *gen) since() time.Time {
	if g.IntN(3) > 0 {
		return time.Time{}
	}
	return g.instant()
}

func (g *gen) landings() Landings {
	var landed Landings
	for range g.IntN(6) {
		l := Landing{At: g.instant(), Rows: g.Int64N(5) * 100}
		if g.IntN(3) > 0 {
			l.Partition = l.At.Add(time.Duration(g.IntN(3)-1) * 24 * time.Hour).Format("2006-01-02")
		}
		if g.IntN(30) == 0 {
			l.At = time.Time{}
		}
		landed = append(landed, l)
	}
	landed.Sort()
	return landed
}

func (g *gen) schedule() schedule.Schedule { return g.schedules[g.IntN(len(g.schedules))] }

func (g *gen) deadline() Deadline {
	p := Deadline{
		Due: g.schedule(), Lookback: g.duration(true, 48*time.Hour), Warn: g.duration(true, 6*time.Hour),
		Grace: g.duration(true, 3*time.Hour), Since: g.since(),
	}
	if p.Lookback == math.MaxInt64 || p.Grace == math.MaxInt64 {
		p.Due = schedule.MustParse("@daily")
	}
	if g.IntN(4) == 0 {
		p.Skew = 20 * time.Minute
	}
	if g.IntN(4) == 0 && p.Grace < math.MaxInt64 {
		p.Partition, p.DaysBack = "2006-01-02", g.IntN(2)
	}
	if g.IntN(4) == 0 {
		p.MinRows, p.MinPercent = g.Int64N(300), g.IntN(120)
	}
	return p
}

func (g *gen) calendar() schedule.Calendar { return g.calendars[g.IntN(len(g.calendars))] }

// hours draws no calendar most of the time.
func (g *gen) hours() schedule.Calendar {
	if g.IntN(3) > 0 {
		return schedule.Calendar{}
	}
	return g.calendar()
}

func (g *gen) leaf() Policy {
	switch g.IntN(3) {
	case 0:
		p := MaxAge{Hours: g.hours(), Warn: g.duration(true, 24*time.Hour), Since: g.since(), Skew: g.duration(true, time.Hour)}
		if p.Fail = g.duration(true, 48*time.Hour); p.Fail < p.Warn {
			p.Fail = 0
		}
		if p.Warn == 0 && p.Fail == 0 {
			p.Fail = 1
		}
		if max(p.Warn, p.Fail) == math.MaxInt64 {
			p.Hours = schedule.Calendar{}
		}
		return p
	case 1:
		return Cadence{Every: g.duration(false, 24*time.Hour), Grace: g.duration(true, 3*time.Hour), Since: g.since()}
	}
	return g.deadline()
}

func (g *gen) policy(depth int) Policy {
	if depth == 0 {
		return g.leaf()
	}
	switch g.IntN(6) {
	case 3:
		return During{Policy: g.policy(depth - 1), Hours: g.calendar()}
	case 0:
		return AllOf{g.policy(depth - 1), g.policy(depth - 1)}
	case 1:
		return AnyOf{g.policy(depth - 1), g.policy(depth - 1), g.policy(depth - 1)}
	case 2:
		p := Paused{Policy: g.policy(depth - 1)}
		for range g.IntN(3) {
			from := g.instant()
			p.Spans = append(p.Spans, Span{Start: from, End: from.Add(g.duration(false, 12*time.Hour))})
		}
		if g.IntN(2) == 0 {
			p.Starts, p.Lasts = schedule.MustParse("CRON_TZ=America/New_York 30 1 * * *"), 3*time.Hour
		}
		return p
	}
	return g.leaf()
}

// settled returns what of a result must not change before NextCheck.
func settled(r Result) Result {
	r.At, r.Slack, r.Age = time.Time{}, 0, 0
	return r
}

// within returns instants from at up to end, or up to ten days on when there
// is no end, both ends among them.
func (g *gen) within(at, end time.Time) []time.Time {
	if end.IsZero() || end.Sub(at) > 240*time.Hour {
		end = at.Add(240 * time.Hour)
	}
	probes := []time.Time{at, end, end.Add(-1), at.Add(1)}
	for range 6 {
		probes = append(probes, at.Add(time.Duration(g.Int64N(int64(end.Sub(at))+1))))
	}
	return slices.DeleteFunc(probes, func(t time.Time) bool { return t.Before(at) || t.After(end) })
}

func TestNothingChangesBeforeNextCheck(t *testing.T) {
	for seed := range uint64(1500) {
		g := newGen(seed)
		p, landed, now := g.policy(2), g.landings(), g.instant()
		require.NoError(t, p.Validate())
		before := slices.Clone(landed)
		r := p.Check(landed, now)
		require.Equal(t, before, landed, "seed %d: the landings were changed", seed)
		require.Equal(t, r, p.Check(landed, now), "seed %d: not deterministic", seed)
		require.True(t, r.NextCheck.IsZero() || r.NextCheck.After(r.At), "seed %d: next check %v at %v", seed, r.NextCheck, r.At)
		for _, probe := range g.within(r.At, r.NextCheck) {
			if probe.Equal(r.NextCheck) {
				continue
			}
			require.Equal(t, settled(r), settled(p.Check(landed, probe)), "seed %d: %T at %v, then at %v\n%v\n%+v", seed, p, now, probe, landed, p)
		}
	}
}

func TestSomethingChangesAtNextCheck(t *testing.T) {
	for seed := range uint64(1500) {
		g := newGen(seed)
		p, landed, now := g.leaf(), g.landings(), g.instant()
		r := p.Check(landed, now)
		if r.NextCheck.IsZero() {
			continue
		}
		require.NotEqual(t, settled(r), settled(p.Check(landed, r.NextCheck)), "seed %d: a needless look at %v\n%+v\n%v\n%v", seed, r.NextCheck, p, landed, r)
	}
}

func TestThePromiseHoldsUntilFreshUntil(t *testing.T) {
	for seed := range uint64(1500) {
		g := newGen(seed)
		p, landed, now := g.policy(g.IntN(3)), g.landings(), g.instant()
		r := p.Check(landed, now)
		if r.Status == Stale {
			require.Zero(t, r.FreshUntil, "seed %d: stale, yet fresh until", seed)
		}
		if !r.Kept() {
			continue
		}
		for _, probe := range g.within(r.At, r.FreshUntil) {
			require.NotEqual(t, Stale, p.Check(landed, probe).Status, "seed %d: %v: stale at %v\n%+v\n%+v", seed, r, probe, p, r)
		}
		switch p.(type) {
		case MaxAge, Deadline, Cadence:
			if !r.FreshUntil.IsZero() {
				require.Equal(t, Stale, p.Check(landed, r.FreshUntil.Add(1)).Status, "seed %d: %v: not stale just after\n%+v", seed, r, p)
			}
		}
	}
}
