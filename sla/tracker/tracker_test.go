package tracker_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// zero is where timelines begin: noon of an ordinary Wednesday.
var zero = time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)

func newTracker(t testing.TB, objectives ...sla.Objective) *tracker.Tracker {
	t.Helper()
	c, err := sla.NewCatalog([]sla.SLA{{ID: "s", Objectives: objectives}})
	require.NoError(t, err)
	return tracker.New(c)
}

func events(target string, w sla.Window) sla.Objective {
	return sla.Objective{Name: "o", Asset: "a", Target: sla.MustTarget(target), Window: w, Burn: []sla.BurnRule{}}
}

// A step of a timeline: something happens at an instant, and then the report reads so.
type step struct {
	at   time.Duration // from zero
	do   func(t *tracker.Tracker, at time.Time)
	want string
}

// timeline runs the steps one after the other.
func timeline(t *testing.T, tracker *tracker.Tracker, steps []step) {
	t.Helper()
	for i, s := range steps {
		at := zero.Add(s.at)
		if s.do != nil {
			s.do(tracker, at)
		}
		r, ok := tracker.Report("s", at)
		require.True(t, ok)
		o := r.Objectives[0]
		got := fmt.Sprintf("%v %d+%d", o.State, o.Budget.Counts.Good, o.Budget.Counts.Bad)
		if o.NoData > 0 || o.Excused > 0 {
			got += fmt.Sprintf(" no data %d excused %d", o.NoData, o.Excused)
		}
		assert.Equal(t, s.want, got, "step %d, at %v", i, s.at)
	}
}

func record(good, bad int64) func(*tracker.Tracker, time.Time) {
	return func(t *tracker.Tracker, at time.Time) {
		if err := t.Record("s/o", at, good, bad); err != nil {
			panic(err)
		}
	}
}

func recordAt(d time.Duration, good, bad int64) func(*tracker.Tracker, time.Time) {
	return func(t *tracker.Tracker, _ time.Time) { record(good, bad)(t, zero.Add(d)) }
}

func TestTrackerCountsEvents(t *testing.T) {
	const s = time.Second
	timeline(t, newTracker(t, events("90%", sla.Rolling(10*time.Minute))), []step{
		{0, nil, "no-data 0+0"},
		{0, record(5, 0), "no-data 0+0"}, // what happens at this instant is not before it
		{5 * s, nil, "met 5+0"},
		{60 * s, recordAt(55*s, 94, 6), "met 99+6"},
		{65 * s, recordAt(60*s, 0, 4), "met 99+10"},
		{70 * s, recordAt(30*s, 0, 1), "exhausted 99+11"}, // out of order, into its own past
		{75 * s, recordAt(70*s, 0, 1), "breached 99+12"},
		{70 * s, nil, "exhausted 99+11"}, // the clock is set back
		{75 * s, nil, "breached 99+12"},
		{76 * s, recordAt(70*s, -3, -4), "breached 99+12"},
		{10*60*s + 30*s, nil, "breached 94+12"},
		{10*60*s + 65*s, nil, "breached 0+1"},
		{24 * 60 * 60 * s, nil, "no-data 0+0"},
	})
}

func TestTrackerCountsCalendarWindows(t *testing.T) {
	dublin, err := time.LoadLocation("Europe/Dublin")
	require.NoError(t, err)
	timeline(t, newTracker(t, events("50%", sla.CalendarDay(dublin))), []step{ // midnight there is 23:00 UTC
		{11*time.Hour - time.Minute, record(3, 1), "no-data 0+0"},
		{11*time.Hour - 1, nil, "met 3+1"},
		{11 * time.Hour, nil, "no-data 0+0"},
		{11*time.Hour + time.Minute, recordAt(11*time.Hour, 0, 1), "breached 0+1"},
		{11*time.Hour - 1, nil, "met 3+1"},
	})
}

func TestTrackerCountsSlices(t *testing.T) {
	const m = time.Minute
	o := events("60%", sla.Rolling(5*m))
	o.Timeslices = sla.Timeslices{Length: m, Target: sla.MustTarget("90%")}
	slices := []step{
		{0, nil, "no-data 0+0"},
		{10 * time.Second, recordAt(0, 9, 0), "met 1+0"},
		{20 * time.Second, recordAt(10*time.Second, 0, 1), "met 1+0"}, // exactly the share is good
		{m, recordAt(20*time.Second, 0, 1), "breached 0+1"},
		{2 * m, recordAt(m, 1, 0), "breached 1+1"},
		{2*m + 1, recordAt(m, 99, 12), "breached 0+2"},
		{2*m + 2, recordAt(m, 20, 0), "breached 1+1"}, // late, and the slice is judged anew
		{4 * m, recordAt(3*m, 1, 0), "met 2+1 no data 1 excused 0"},
	}
	timeline(t, newTracker(t, o), slices)
	for noData, want := range map[sla.NoData]string{sla.NoDataGood: "met 3+1 no data 1 excused 0", sla.NoDataBad: "breached 2+2 no data 1 excused 0"} {
		o.NoData = noData
		slices[len(slices)-1].want = want
		timeline(t, newTracker(t, o), slices)
	}
}

// observed makes a step of a policy's result.
func observed(p freshness.Policy, landed ...time.Duration) func(*tracker.Tracker, time.Time) {
	return func(t *tracker.Tracker, at time.Time) {
		var all []time.Time
		for _, d := range landed {
			all = append(all, zero.Add(d))
		}
		r := p.Check(freshness.LandedAt(all...), at)
		r.Check, r.Asset = "s/o", "a"
		for range 3 { // several results about one fact change nothing
			t.Observe(r)
		}
	}
}

func TestTrackerCountsDeadlines(t *testing.T) {
	const h = time.Hour
	daily := freshness.Deadline{Due: schedule.Daily(12, 0, time.UTC), Grace: h, Since: zero.Add(-h)}
	o := events("50%", sla.Rolling(10*sla.Day))
	o.Freshness = daily
	steps := []step{
		{-12 * h, observed(daily), "no-data 0+0"},
		{1, nil, "no-data 0+0"},
		{h + 1, observed(daily), "breached 0+1"},
		{9 * h, observed(daily, 8*h), "breached 0+1"},               // a late arrival stays late
		{24 * h, observed(daily, 8*h, 24*h), "breached 0+1"},        // exactly then is on time, and its outcome known just after
		{24*h + 1, observed(daily, 8*h, 24*h), "exhausted 1+1"},     //
		{50 * h, observed(daily, 8*h, 24*h, 49*h), "met 2+1"},       // within the grace
		{70 * h, observed(daily, 8*h, 24*h, 49*h, 70*h), "met 2+1"}, // landed for the one ahead
		{90 * h, nil, "met 3+1"},                                    // which counts though no result follows
		{9 * h, nil, "breached 0+1"},
		{7 * 24 * h, observed(daily, 8*h, 24*h, 49*h, 70*h, 167*h), "met 3+1 no data 2 excused 0"}, // the monitor was down
		{7*24*h + 1, nil, "met 4+1 no data 2 excused 0"},
		{240*h + 2, nil, "met 4+0 no data 4 excused 0"}, // two more without a result, and the miss has left the window
	}
	timeline(t, newTracker(t, o), steps)
	r := newTracker(t, o)
	for _, s := range steps {
		if s.do != nil {
			s.do(r, zero.Add(s.at))
		}
	}
	report, _ := r.Report("s", zero.Add(80*h))
	last := report.Objectives[0].LastResult
	require.NotNil(t, last)
	assert.Equal(t, freshness.Fresh, last.Status)
	assert.True(t, zero.Add(7*24*h).Equal(last.Due))
}

// TestTrackerCountsTime follows an age limit of 10 minutes in slices of one.
func TestTrackerCountsTime(t *testing.T) {
	const m = time.Minute
	age := freshness.MaxAge{Fail: 10 * m}
	pausing := freshness.Paused{Policy: age, Spans: []freshness.Span{{Start: zero.Add(30 * m), End: zero.Add(40 * m)}}}
	o := events("50%", sla.Rolling(60*m))
	o.Freshness = pausing
	broken := func(tr *tracker.Tracker, at time.Time) {
		r := freshness.NotMeasured(nil, at)
		r.Check = "s/o"
		tr.Observe(r)
	}
	steps := []step{
		{0, observed(pausing, 0), "no-data 0+0"},
		{4 * m, nil, "met 4+0"},                               // proven by the first look
		{4 * m, observed(pausing, 0, 4*m), "met 4+0"},         //
		{20 * m, nil, "met 14+0 no data 6 excused 0"},         // no result since
		{17 * m, observed(pausing, 0, 4*m), "met 14+3"},       // proven bad from FreshUntil on
		{20 * m, nil, "met 14+3 no data 3 excused 0"},         //
		{20 * m, observed(pausing, 0, 4*m, 19*m), "met 15+5"}, // … until the landing that ended it
		{18 * m, observed(pausing, 0, 4*m), "met 14+4"},       // the clock is set back, and nothing counts twice
		{20 * m, observed(pausing, 0, 4*m, 19*m), "met 15+5"},
		{22 * m, broken, "met 17+5"}, // proven before
		{32 * m, observed(pausing, 19*m), "met 24+5 no data 3 excused 0"},
		{41 * m, observed(pausing, 19*m, 39*m), "met 25+5 no data 3 excused 8"},
		{50 * m, nil, "met 33+5 no data 4 excused 8"},
	}
	timeline(t, newTracker(t, o), steps)
}

// TestTrackerFollowsAClockThatIsSetBack: the newest result is then the one of the earlier instant; and a broken promise is proven no longer.
func TestTrackerFollowsAClockThatIsSetBack(t *testing.T) {
	const m = time.Minute
	o := events("50%", sla.Rolling(60*m))
	o.Freshness = freshness.MaxAge{Fail: 10 * m}
	tr := newTracker(t, o)
	look := func(at time.Duration, s freshness.Status, until time.Duration) {
		r := freshness.Result{Check: "s/o", Status: s, Reason: freshness.ReasonOnTime, At: zero.Add(at), Landed: true, Landing: freshness.Landing{At: zero}}
		if until > 0 {
			r.FreshUntil = zero.Add(until)
		}
		tr.Observe(r)
	}
	last := func() time.Duration {
		r, _ := tr.Report("s", zero.Add(time.Hour))
		return r.Objectives[0].LastResult.At.Sub(zero)
	}
	look(0, freshness.Fresh, 10*m)
	look(5*m, freshness.Stale, 0) // what had landed was taken back
	r, _ := tr.Report("s", zero.Add(9*m))
	assert.Equal(t, sla.Counts{Good: 5}, r.Objectives[0].Budget.Counts)
	look(5*m-time.Second, freshness.Fresh, 10*m)
	assert.Equal(t, 5*m, last(), "out of order")
	look(2*m, freshness.Fresh, 10*m)
	assert.Equal(t, 2*m, last(), "set back")
}
