package status_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// daysOf is what the bar shows of an objective in a zone, for which every hour there was something good, and then some.
func daysOf(t *testing.T, zone string, now time.Time, then func(tr *tracker.Tracker)) (days map[string]status.WindowView, order []string) {
	loc, err := time.LoadLocation(zone)
	require.NoError(t, err)
	hours := schedule.MustParse("CRON_TZ=" + zone + " 0 * * * *")
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "a", Owners: []string{"b", "c"}, Objectives: []sla.Objective{{
		Name: "o", Asset: "x", Target: sla.MustTarget("90%"), Window: sla.CalendarMonth(1, loc),
	}}}})
	require.NoError(t, err)
	tr := tracker.New(catalog)
	for at, ok := hours.Next(now.AddDate(0, 0, -6)); ok && at.Before(now); at, ok = hours.Next(at) {
		require.NoError(t, tr.Record("a/o", at, 1, 0))
	}
	if then != nil {
		then(tr)
	}
	h := status.New(tr, nil)
	h.Clock = &world{now: now}
	days = map[string]status.WindowView{}
	for _, w := range one(t, h, "a").Objectives[0].Windows {
		day, _, _ := strings.Cut(w.Words, ":")
		order = append(order, day)
		days[day] = w
	}
	require.Len(t, days, 90, "each day has a bar of its own")
	return days, order
}

// A day has as many hours as clocks give it, and begins at midnight or where clocks leap over that.
func TestDaysAreAsLongAsTheyAre(t *testing.T) {
	for _, at := range []struct {
		zone, now, day string
		hours          int64
	}{
		{"Europe/Dublin", "2026-03-31T12:00:00Z", "Sun 29 Mar 2026", 23}, {"Europe/Dublin", "2026-10-27T12:00:00Z", "Sun 25 Oct 2026", 25},
		{"America/Santiago", "2026-09-08T12:00:00Z", "Sun 6 Sep 2026", 23}, {"America/Santiago", "2026-04-07T12:00:00Z", "Sat 4 Apr 2026", 25},
		{"Africa/Cairo", "2026-04-27T12:00:00Z", "Fri 24 Apr 2026", 23}, {"Asia/Beirut", "2026-03-31T12:00:00Z", "Sun 29 Mar 2026", 23},
		{"America/Havana", "2026-03-10T12:00:00Z", "Sun 8 Mar 2026", 23}, {"UTC", "2026-03-10T12:00:00Z", "Sun 8 Mar 2026", 24},
	} {
		now, err := time.Parse(time.RFC3339, at.now)
		require.NoError(t, err)
		days, _ := daysOf(t, at.zone, now, nil)
		w := days[at.day]
		assert.Equal(t, time.Duration(at.hours)*time.Hour, w.End.Sub(w.Start), at.zone)
		assert.Equal(t, at.hours, w.Good, at.zone)
	}
	now := time.Date(2012, 1, 2, 12, 0, 0, 0, time.UTC)
	_, order := daysOf(t, "Pacific/Apia", now, nil)
	assert.NotContains(t, order, "Fri 30 Dec 2011", "Apia had no such day")
}

// A correction takes out what it touches, and nothing else of the day.
func TestADayIsJudgedByWhatCorrectionsLeave(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	day := func(n, hour int) time.Time { return time.Date(2026, 3, n, hour, 30, 0, 0, time.UTC) }
	correct := func(tr *tracker.Tracker, id string, from, to time.Time, good bool) {
		require.NoError(t, tr.Correct(sla.Correction{ID: id, SLA: "a", Start: from, End: to, CountAsGood: good, Author: "ada", Reason: "so it was", EnteredAt: now}))
	}
	days, _ := daysOf(t, "UTC", now, func(tr *tracker.Tracker) {
		for _, n := range []int{5, 6, 7, 8, 9} {
			require.NoError(t, tr.Record("a/o", day(n, 12), 0, 10))
		}
		correct(tr, "midday", day(6, 11), day(6, 13), false)
		correct(tr, "midnight", day(6, 23), day(7, 1), false)
		correct(tr, "good", day(8, 11), day(8, 13), true)
		correct(tr, "all", time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC), false)
	})
	for day, want := range map[string]status.Outcome{
		"Thu 5 Mar 2026": status.OutcomeMissed, "Fri 6 Mar 2026": status.OutcomeKept, "Sat 7 Mar 2026": status.OutcomeMissed,
		"Sun 8 Mar 2026": status.OutcomeKept, "Mon 9 Mar 2026": status.OutcomeExcused, "Thu 1 Jan 2026": status.OutcomeUnknown,
	} {
		assert.Equal(t, want, days[day].Outcome, day)
	}
	assert.Equal(t, "Sun 8 Mar 2026: 100% of 34 good", days["Sun 8 Mar 2026"].Words)
	assert.Equal(t, "Mon 9 Mar 2026: excused", days["Mon 9 Mar 2026"].Words)
}
