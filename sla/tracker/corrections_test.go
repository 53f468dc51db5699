package tracker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

func correction(id string, from, to time.Duration, good bool) sla.Correction {
	return sla.Correction{ID: id, SLA: "s", Start: zero.Add(from), End: zero.Add(to), CountAsGood: good, Author: "ada", Reason: "a probe was wrong", EnteredAt: zero.Add(10 * time.Hour)}
}

func TestCorrectRefuses(t *testing.T) {
	tr := newTracker(t, events("99%", sla.Rolling(sla.Day)))
	good := correction("c", 0, time.Hour, true)
	require.NoError(t, tr.Correct(good))
	require.NoError(t, tr.Correct(good), "the same again")
	again := good
	again.Start, again.End = again.Start.In(time.FixedZone("x", 3600)), again.End.Round(0)
	require.NoError(t, tr.Correct(again), "the same instants")
	for want, change := range map[string]func(*sla.Correction){
		"id: is missing": func(c *sla.Correction) { c.ID = "" },
		`id: "c" is already that of another correction`: func(c *sla.Correction) { c.CountAsGood = false },
		`sla: the catalog has no SLA "t"`:               func(c *sla.Correction) { c.SLA = "t" },
		`objective: "s" has no objective "p"`:           func(c *sla.Correction) { c.Objective = "p" },
		`revokes: "s" has no correction "d"`: func(c *sla.Correction) {
			*c = sla.Correction{ID: "e", SLA: "s", Revokes: "d", Author: "ada", Reason: "x", EnteredAt: zero}
		},
	} {
		c := good
		change(&c)
		assert.EqualError(t, tr.Correct(c), want)
	}
	assert.Equal(t, []sla.Correction{good}, tr.Corrections())
}

// TestReportsListCorrectionsThatTouch the window, whose bounds are [start, end) as theirs are.
func TestReportsListCorrectionsThatTouch(t *testing.T) {
	const h = time.Hour
	tr := newTracker(t, events("99%", sla.Rolling(h)))
	for id, c := range map[string]sla.Correction{
		"ends where the window begins": correction("a", -2*h, -h, true), "one instant of it": correction("b", -2*h, -h+1, true),
		"its last instant": correction("c", -1, 2*h, true), "begins where it ends": correction("d", 0, h, true), "within": correction("e", -40*time.Minute, -30*time.Minute, true),
	} {
		require.NoError(t, tr.Correct(c), id)
	}
	report, _ := tr.Report("s", zero)
	ids := ""
	for _, c := range report.Corrections {
		ids += c.ID
	}
	assert.Equal(t, "bec", ids)
}

// TestCorrectionsApply has one bad event in each of ten minutes among 10.
func TestCorrectionsApply(t *testing.T) {
	const m = time.Minute
	for _, row := range []struct {
		name string
		list []sla.Correction
		want sla.Counts
	}{
		{"none", nil, sla.Counts{Good: 90, Bad: 10}},
		{"removed", []sla.Correction{correction("a", 2*m, 4*m, false)}, sla.Counts{Good: 72, Bad: 8}},
		{"counted as good", []sla.Correction{correction("a", 2*m, 4*m, true)}, sla.Counts{Good: 92, Bad: 8}},
		{"overlapping", []sla.Correction{correction("a", 2*m, 4*m, false), correction("b", 3*m, 5*m, false)}, sla.Counts{Good: 63, Bad: 7}},
		{"removed wins", []sla.Correction{correction("a", 2*m, 4*m, true), correction("b", 3*m, 5*m, false)}, sla.Counts{Good: 73, Bad: 7}},
		{"beyond the window", []sla.Correction{correction("a", -100*time.Hour, 100*time.Hour, false)}, sla.Counts{}},
		{"elsewhere", []sla.Correction{correction("a", 11*m, 12*m, false)}, sla.Counts{Good: 90, Bad: 10}},
		{"taken back", []sla.Correction{correction("a", 2*m, 4*m, false),
			{ID: "b", SLA: "s", Revokes: "a", Author: "bob", Reason: "it was right", EnteredAt: zero.Add(10 * time.Hour)}}, sla.Counts{Good: 90, Bad: 10}},
		{"in force again", []sla.Correction{correction("a", 2*m, 4*m, false),
			{ID: "b", SLA: "s", Revokes: "a", Author: "bob", Reason: "it was right", EnteredAt: zero.Add(10 * time.Hour)},
			{ID: "c", SLA: "s", Revokes: "b", Author: "ada", Reason: "it was not", EnteredAt: zero.Add(10 * time.Hour)}}, sla.Counts{Good: 72, Bad: 8}},
	} {
		t.Run(row.name, func(t *testing.T) {
			tr := newTracker(t, events("99%", sla.Rolling(sla.Day)))
			for i := range 10 {
				require.NoError(t, tr.Record("s/o", zero.Add(time.Duration(i)*m), 9, 1))
			}
			for _, c := range row.list {
				require.NoError(t, tr.Correct(c))
			}
			r, _ := tr.Report("s", zero.Add(time.Hour))
			assert.Equal(t, row.want, r.Objectives[0].Budget.Counts)
			assert.Equal(t, sla.Counts{Good: 90, Bad: 10}, r.Objectives[0].Raw.Counts)
			before, _ := tr.ReportAsOf("s", zero.Add(time.Hour), zero.Add(10*time.Hour-1))
			assert.Equal(t, sla.Counts{Good: 90, Bad: 10}, before.Objectives[0].Budget.Counts, "it had not been entered yet")
			assert.Empty(t, before.Corrections)
			assert.Equal(t, len(row.list), len(tr.Corrections()))
		})
	}
}

// TestCorrectionsExcuseNoData: a deadline without a result is not bad where the time does not count.
func TestCorrectionsExcuseNoData(t *testing.T) {
	daily := freshness.Deadline{Due: schedule.Daily(12, 0, time.UTC), Since: zero}
	o := events("50%", sla.Rolling(10*sla.Day))
	o.Freshness, o.NoData = daily, sla.NoDataBad
	tr := newTracker(t, o)
	observed(daily, 0)(tr, zero.Add(1))
	for days, want := range map[int]sla.Counts{1: {Good: 1}, 2: {Good: 1, Bad: 1}, 3: {Good: 1, Bad: 2}} {
		r, _ := tr.Report("s", zero.AddDate(0, 0, days).Add(time.Hour))
		assert.Equal(t, want, r.Objectives[0].Budget.Counts, days)
		assert.Equal(t, want.Bad, r.Objectives[0].NoData)
	}
	require.NoError(t, tr.Correct(correction("a", 24*time.Hour, 25*time.Hour, false)))
	r, _ := tr.Report("s", zero.AddDate(0, 0, 3).Add(time.Hour))
	assert.Equal(t, sla.Counts{Good: 1, Bad: 1}, r.Objectives[0].Budget.Counts)
	assert.Equal(t, sla.Counts{Good: 1, Bad: 2}, r.Objectives[0].Raw.Counts)
}

// TestCorrectionsOfLongAgo: what is known beforehand is exact, however long ago it is by now. What is entered afterwards is as fine as
// the record still is, and two corrections of one stretch remove it once.
func TestCorrectionsOfLongAgo(t *testing.T) {
	planned := correction("p", 10*time.Hour, 10*time.Hour+10*time.Minute, false)
	planned.EnteredAt = zero
	removed := func(list ...sla.Correction) int64 {
		tr := newTracker(t, events("99%", sla.Rolling(30*sla.Day)))
		enter := func(when bool) {
			for _, c := range list {
				if c.Planned() == when {
					require.NoError(t, tr.Correct(c))
				}
			}
		}
		enter(true)
		for i := range 29 * 24 * 60 {
			require.NoError(t, tr.Record("s/o", zero.Add(time.Duration(i)*time.Minute), 1, 0))
		}
		enter(false)
		r, _ := tr.Report("s", zero.AddDate(0, 0, 29))
		o := r.Objectives[0]
		return o.Raw.Counts.Good - o.Budget.Counts.Good
	}
	assert.Equal(t, int64(10), removed(planned))
	one, two := correction("a", 10*time.Hour, 10*time.Hour+10*time.Minute, false), correction("b", 10*time.Hour+20*time.Minute, 10*time.Hour+30*time.Minute, false)
	one.EnteredAt, two.EnteredAt = zero.AddDate(0, 0, 29), zero.AddDate(0, 0, 29)
	once := removed(one)
	assert.Greater(t, once, int64(10))
	assert.LessOrEqual(t, once, int64(24*60))
	assert.Equal(t, once, removed(one, two))
}
