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

// daysOf yields a hundred events at noon of each day, of which some days have bad ones.
func daysOf(from, to time.Time, bad map[string]int64) func(yield func(string, tracker.Bucket) bool) {
	return func(yield func(string, tracker.Bucket) bool) {
		for at := from; at.Before(to); at = at.AddDate(0, 0, 1) {
			n := bad[at.Format(time.DateOnly)]
			if !yield("o", tracker.Bucket{Start: at.Add(12 * time.Hour), Counts: sla.Counts{Good: 100 - n, Bad: n}}) {
				return
			}
		}
	}
}

// TestStrictestOfTheCalendar judges windows of the calendar as they end, those alone that the
// history holds as a whole: of March to May 2026, with 3, 5 and 4 of the events of a month bad, and
// more around them.
func TestStrictestOfTheCalendar(t *testing.T) {
	bad := map[string]int64{
		"2026-02-20": 90, "2026-03-10": 3, "2026-04-01": 2, "2026-04-30": 3, "2026-05-31": 4, "2026-06-10": 80,
	}
	date := func(month time.Month, day int) time.Time {
		return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)
	}
	march, april := sla.Counts{Good: 3097, Bad: 3}, sla.Counts{Good: 2995, Bad: 5}
	for _, row := range []struct {
		name     string
		window   sla.Window
		from, to time.Time
		want     sla.Counts
	}{
		{"the worst of three months", sla.CalendarMonth(1, nil), date(2, 15), date(6, 20), april},
		{"a month that ends with the history", sla.CalendarMonth(1, nil), date(3, 1), date(5, 1), april},
		{"a month that begins with the history", sla.CalendarMonth(1, nil), date(3, 1), date(4, 30), march},
		{"a month that begins an instant before it is left out",
			sla.CalendarMonth(1, nil), date(3, 1).Add(1), date(5, 1), april},
		{"a month that ends an instant after it is left out",
			sla.CalendarMonth(1, nil), date(3, 1), date(5, 1).Add(-1), march},
		{"no month as a whole: what there was of the last",
			sla.CalendarMonth(1, nil), date(3, 20), date(4, 20), sla.Counts{Good: 1898, Bad: 2}},
		{"weeks", sla.CalendarWeek(time.Monday, nil), date(4, 1), date(5, 15), sla.Counts{Good: 697, Bad: 3}},
		{"days", sla.CalendarDay(nil), date(4, 1), date(5, 1), sla.Counts{Good: 97, Bad: 3}},
		{"a rolling window of thirty days",
			sla.Rolling(30 * sla.Day), date(3, 5), date(5, 15), sla.Counts{Good: 2995, Bad: 5}},
		{"a rolling window longer than the history: what there was",
			sla.Rolling(90 * sla.Day), date(4, 1), date(5, 1), april},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := sla.SLA{ID: "s", Objectives: []sla.Objective{events("99%", row.window)}}
			day := time.Date(2026, row.from.Month(), row.from.Day(), 0, 0, 0, 0, time.UTC)
			result, err := tracker.Backtest(s, row.from, row.to, nil, daysOf(day, row.to, bad))
			require.NoError(t, err)
			got := result.Strictest["o"]
			assert.Equal(t, row.want, got.Counts)
			share := row.want.Good * 1_000_000_000 / (row.want.Good + row.want.Bad)
			assert.Equal(t, share, got.Target.Billionths())
			assert.NotEqual(t, sla.StateBreached, got.State())
		})
	}
}

// TestStrictestOfWhatWasAllGood is zero tolerance, and of what was all bad there is none.
func TestStrictestOfWhatWasAllGood(t *testing.T) {
	s := sla.SLA{ID: "s", Objectives: []sla.Objective{events("99%", sla.CalendarDay(nil))}}
	from := zero.Truncate(sla.Day)
	to := from.Add(2 * sla.Day)
	for bad, want := range map[int64]string{
		0:   "map[o:met: 100 good, 0 bad of 100, zero tolerance, 0 more may be bad]",
		100: "map[]",
	} {
		history := daysOf(from, to, map[string]int64{"2026-04-01": bad, "2026-04-02": bad})
		result, err := tracker.Backtest(s, from, to, nil, history)
		require.NoError(t, err)
		assert.Equal(t, want, fmt.Sprint(result.Strictest))
	}
}

// TestBacktestText reads what a backtest of two nights prints: a deadline that was missed on the second,
// and events beside it.
func TestBacktestText(t *testing.T) {
	from := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	to := from.Add(2 * sla.Day)
	ready := events("90%", sla.Rolling(10*sla.Day))
	ready.Name, ready.Asset = "ready", "mart.orders"
	ready.Freshness = freshness.Deadline{Due: schedule.Daily(7, 0, nil)}
	ready.Burn = []sla.BurnRule{
		{Name: "fast", Page: true, BurnRate: sla.MustBurnRate("5/2"), Long: 6 * time.Hour, Short: time.Hour},
	}
	s := sla.SLA{ID: "s", Objectives: []sla.Objective{ready, events("99%", sla.CalendarDay(nil))}}
	landed := map[string]freshness.Landings{
		"mart.orders": freshness.LandedAt(from.Add(6*time.Hour), from.Add(33*time.Hour)),
	}
	result, err := tracker.Backtest(s, from, to, landed, daysOf(from, to, map[string]int64{"2026-03-03": 2}))
	require.NoError(t, err)
	assert.Equal(t, `2026-03-02 00:00:00 UTC to 2026-03-04 00:00:00 UTC
2026-03-02 00:00:00 UTC  s: no-data: ready: no data, target 90%
2026-03-02 07:02:00 UTC  s: no-data: o: no data, target 99%
2026-03-02 12:02:00 UTC  s: met: ready: 100% of 1 good, target 90%, 0 more may be bad, 100% of the budget left
2026-03-03 00:00:00 UTC  s: no-data: o: no data, target 99%
2026-03-03 07:00:00.000000001 UTC  s: breached: ready: 50% of 2 good, target 90%, 1 bad too many
2026-03-03 12:02:00 UTC  s: breached: ready: 50% of 2 good, target 90%, 1 bad too many
2026-03-03 07:00:00.000000001 UTC  s/ready (mart.orders): page: fast fires: burns 10 times the budget over 6h and 10 times the budget over 1h, above 2.5
2026-03-03 08:02:00 UTC  s/ready (mart.orders): recovered after 1h 2m: fast is quiet: burns 10 times the budget over 6h and nothing over 1h, not both above 2.5
ready would have kept 50%: at its tightest 1 good, 1 bad of 2; of target 90%, 1 bad too many
o would have kept 98%: at its tightest 98 good, 2 bad of 100; of target 99%, 1 bad too many
`, result.String())
}
