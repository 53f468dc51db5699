package tracker_test

import (
	"iter"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// realHistories are the landings of public data sets; freshness/history/testdata/landings/README.md names their sources.
var realHistories = []string{"covid-19-nightly", "finance-vix-daily", "ca-fires-hourly"}

func realHistory(t testing.TB, name string) freshness.Landings {
	t.Helper()
	f, err := os.Open("../../freshness/history/testdata/landings/" + name + ".csv")
	require.NoError(t, err)
	defer f.Close()
	landed, err := history.ReadLandings(f)
	require.NoError(t, err)
	return landed
}

// TestBacktestAgreesWithFreshness holds what the tracker counts of real histories against what package freshness found by
// going through them at once: by due instant exactly, by time to the slices that a breach begins and ends in.
func TestBacktestAgreesWithFreshness(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	for _, name := range realHistories {
		landed := realHistory(t, name)
		from, to := landed[0].At, landed[len(landed)-1].At
		w := sla.Rolling(to.Sub(from))
		for policyName, p := range map[string]freshness.Policy{
			"daily":     freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour},
			"grace":     freshness.Deadline{Due: schedule.Daily(2, 30, newYork), Grace: 3 * time.Hour, Lookback: 20 * time.Hour},
			"two a day": freshness.Deadline{Due: schedule.MustCron("0 1,13 * * *", time.UTC), Grace: time.Minute},
			"paused": freshness.Paused{Policy: freshness.Deadline{Due: schedule.Daily(7, 0, newYork)},
				Starts: schedule.MustCron("0 0 * * 6", time.UTC), Lasts: 60 * time.Hour},
			"25 hours": freshness.MaxAge{Fail: 25 * time.Hour},
			"switch":   freshness.Cadence{Every: 6 * time.Hour, Grace: time.Hour},
		} {
			t.Run(name+" "+policyName, func(t *testing.T) {
				want, err := history.Backtest(p, landed, from, to)
				require.NoError(t, err)
				o := sla.Objective{Name: "o", Asset: "a", Target: sla.MustTarget("90%"), Window: w, Freshness: p, Burn: []sla.BurnRule{}}
				if want.Outcomes == nil {
					o.Timeslices.Length = time.Hour
				}
				result, err := tracker.Backtest(sla.SLA{ID: "s", Objectives: []sla.Objective{o}}, from, to, map[string]freshness.Landings{"a": landed}, nil)
				require.NoError(t, err)
				got := result.Final.Objectives[0]
				if want.Outcomes != nil {
					assert.Equal(t, int64(want.Judged()-want.Kept()), got.Budget.Counts.Bad)
					pending := int64(want.Kept()+want.Excused) - got.Budget.Counts.Good - got.Excused
					assert.True(t, pending == 0 || pending == 1 && want.Excused > 0, pending) // the last one, if in a pause
					if want.Excused == 0 {                                                    // no result says in a pause what landed in it
						assert.Zero(t, got.Excused)
					}
					assert.Zero(t, got.NoData)
					return
				}
				stale := int64(want.Stale / time.Hour)
				assert.GreaterOrEqual(t, got.Budget.Counts.Bad, stale)
				assert.LessOrEqual(t, got.Budget.Counts.Bad, stale+2*int64(len(want.Breaches)))
				assert.InDelta(t, (want.Fresh + want.AtRisk + want.Stale).Hours(), got.Budget.Counts.Total(), 2)
			})
		}
	}
}

func sequence(of ...any) iter.Seq2[string, tracker.Bucket] {
	return func(yield func(string, tracker.Bucket) bool) {
		for i := 0; i < len(of); i += 4 {
			at := zero.Add(of[i+1].(time.Duration))
			if !yield(of[i].(string), tracker.Bucket{Start: at, End: at, Counts: sla.Counts{Good: int64(of[i+2].(int)), Bad: int64(of[i+3].(int))}}) {
				return
			}
		}
	}
}

// TestBacktestHasNoHindsight has 28 nights, the 25th of them late, and a grace: what was due before the first night is not counted,
// and no alert shows the miss before the grace is over, though a rule would fire by then if it were known.
func TestBacktestHasNoHindsight(t *testing.T) {
	from := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var landed freshness.Landings
	for night := range 28 {
		at := from.AddDate(0, 0, night).Add(6 * time.Hour)
		if night == 24 {
			at = at.Add(90 * time.Minute)
		}
		landed = append(landed, freshness.Landing{At: at})
	}
	for _, grace := range []time.Duration{0, 10 * time.Minute} {
		o := events("95%", sla.CalendarMonth(1, nil))
		o.Freshness, o.Burn = freshness.Deadline{Due: schedule.Daily(7, 0, nil), Grace: grace}, nil
		result, err := tracker.Backtest(sla.SLA{ID: "s", Objectives: []sla.Objective{o}}, from, from.AddDate(0, 0, 28), map[string]freshness.Landings{"a": landed}, nil)
		require.NoError(t, err)
		assert.Equal(t, sla.Counts{Good: 27, Bad: 1}, result.Final.Objectives[0].Budget.Counts)
		known := from.AddDate(0, 0, 24).Add(7*time.Hour + grace)
		fired := []string{}
		for _, a := range result.Alerts {
			assert.True(t, a.At.After(known), "%v", a)
			if a.Firing {
				fired = append(fired, a.Burn.Rule.Name)
			}
		}
		want := []string{"page-fast", "page-slow", "ticket-fast", "ticket-slow"}
		if grace > 0 {
			want = want[1:] // the short window of the fastest is over by then
		}
		assert.Equal(t, want, fired, grace)
	}
}

// TestAlertsHaveNoHindsight asks once after a day in which a miss was observed: it returns what calls all the time would have.
func TestAlertsHaveNoHindsight(t *testing.T) {
	o := events("95%", sla.Rolling(30*sla.Day))
	o.Freshness, o.Burn = freshness.Deadline{Due: schedule.Daily(13, 0, nil), Grace: 10 * time.Minute}, nil
	play := func(each time.Duration) (texts []string) {
		tr := newTracker(t, o)
		tr.Alerts(zero)
		for at := zero; at.Before(zero.Add(12 * time.Hour)); at = at.Add(30 * time.Second) {
			result := o.Freshness.Check(freshness.LandedAt(zero.Add(-sla.Day), zero.Add(2*time.Hour)), at)
			if at.Before(zero.Add(2 * time.Hour)) {
				result = o.Freshness.Check(freshness.LandedAt(zero.Add(-sla.Day)), at)
			}
			result.Check = "s/o"
			tr.Observe(result)
			if at.Sub(zero)%each == 0 {
				texts = append(texts, alertTexts(tr.Alerts(at))...)
			}
		}
		return append(texts, alertTexts(tr.Alerts(zero.Add(12*time.Hour)))...)
	}
	assert.Equal(t, play(30*time.Second), play(12*time.Hour))
	assert.NotEmpty(t, play(12*time.Hour))
}

func TestBacktestErrors(t *testing.T) {
	s := sla.SLA{ID: "s", Objectives: []sla.Objective{events("99%", sla.Rolling(sla.Day))}}
	_, err := tracker.Backtest(sla.SLA{}, zero, zero.Add(1), nil, nil)
	assert.ErrorContains(t, err, "id: is missing")
	_, err = tracker.Backtest(s, zero, zero, nil, nil)
	assert.ErrorContains(t, err, "tracker: there is no time from ")
	_, err = tracker.Backtest(s, zero, zero.Add(time.Hour), nil, sequence("other", time.Minute, 1, 1))
	assert.EqualError(t, err, `tracker: the catalog has no objective "s/other"`)
	result, err := tracker.Backtest(s, zero, zero.Add(time.Hour), nil, sequence("o", 2*time.Hour, 1, 1))
	require.NoError(t, err)
	assert.Equal(t, sla.StateNoData, result.Final.State)
	assert.Empty(t, result.Strictest)
}

// TestBacktestOfEvents: an hour in which one in ten was bad, of three days that were good.
func TestBacktestOfEvents(t *testing.T) {
	o := events("99%", sla.Rolling(sla.Day))
	o.Burn = []sla.BurnRule{{Name: "fast", Page: true, BurnRate: sla.MustBurnRate("5"), Long: time.Hour, Short: 5 * time.Minute}}
	result, err := tracker.Backtest(sla.SLA{ID: "s", Objectives: []sla.Objective{o}}, zero, zero.AddDate(0, 0, 3), nil, func(yield func(string, tracker.Bucket) bool) {
		for at := time.Duration(0); at < 3*sla.Day; at += 10 * time.Second {
			c := sla.Counts{Good: 10}
			if at >= 30*time.Hour && at < 31*time.Hour {
				c = sla.Counts{Good: 9, Bad: 1}
			}
			if !yield("o", tracker.Bucket{Start: zero.Add(at), Counts: c}) {
				return
			}
		}
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"30h30m30s fast true since 30h30m30s", "31h2m30s fast false since 30h30m30s"}, alertTexts(result.Alerts))
	var states []sla.State
	for _, r := range result.Changes {
		states = append(states, r.State)
	}
	assert.Equal(t, []sla.State{sla.StateNoData, sla.StateMet, sla.StateAtRisk, sla.StateMet}, states)
	best := result.Strictest["o"]
	assert.Equal(t, int64(360), best.Counts.Bad)
	share, _ := best.Counts.Compliance()
	assert.InDelta(t, share*1e9, best.Target.Billionths(), 1)
	assert.NotEqual(t, sla.StateBreached, best.State())
	assert.Contains(t, result.String(), "o would have kept 99.58")
}
