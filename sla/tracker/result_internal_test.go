package tracker

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// randomPolicy returns a rule with due instants, or one about time.
func randomPolicy(t *testing.T, r *rand.Rand) freshness.Policy {
	zone, err := time.LoadLocation([]string{"UTC", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe"}[r.IntN(4)])
	require.NoError(t, err)
	grace := time.Duration(r.IntN(3)) * time.Hour
	switch r.IntN(4) {
	case 0:
		return freshness.Deadline{Due: schedule.Daily(r.IntN(24), r.IntN(60), zone), Grace: grace, Warn: time.Hour}
	case 1:
		return freshness.Deadline{Due: schedule.Every(time.Duration(2+r.IntN(6)) * time.Hour), Grace: grace / 4, Lookback: time.Duration(r.IntN(3)) * time.Hour}
	case 2:
		return freshness.MaxAge{Fail: time.Duration(1+r.IntN(30)) * time.Hour}
	}
	return freshness.Cadence{Every: time.Duration(1+r.IntN(30)) * time.Hour, Grace: grace}
}

// TestLooksProve plays landings to a monitor that is down now and then, looks twice, and whose clock jumps back. Whatever it
// missed, each due instant has at most one outcome, and none is other than going through the whole history at once finds;
// those without one have no data; and no slice is good in which the promise was ever broken.
func TestLooksProve(t *testing.T) {
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 0, 40)
	outcomes, noData, good := 0, 0, 0
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 9))
		policy := randomPolicy(t, r)
		o := sla.Objective{Name: "o", Asset: "a", Target: sla.MustTarget("90%"), Window: sla.Rolling(to.Sub(from)), Freshness: policy, Burn: []sla.BurnRule{}}
		c, err := sla.NewCatalog([]sla.SLA{{ID: "s", Objectives: []sla.Objective{o}}})
		require.NoError(t, err)
		tr := New(c)
		var landed freshness.Landings
		pace := time.Duration(1+r.IntN(30)) * time.Hour
		for at := from; at.Before(to); at = at.Add(pace/2 + time.Duration(r.Int64N(int64(pace)))) {
			landed = append(landed, freshness.Landing{At: at})
		}
		truth, err := history.Backtest(policy, landed, from, to)
		require.NoError(t, err)
		var last time.Time
		p := playedCheck{name: "s/o", asset: "a", policy: policy, landed: landed, next: from}
		for down := from; !p.next.IsZero() && p.next.Before(to); {
			at := p.next
			switch {
			case r.IntN(15) == 0: // down for a while
				down = at.Add(time.Duration(r.Int64N(int64(4 * sla.Day))))
			case r.IntN(15) == 0: // a result about what was, as after a jump of the clock
				again := playedCheck{name: "s/o", asset: "a", policy: policy, landed: landed}
				again.evaluate(tr, exact.Later(from, at.Add(-time.Duration(r.Int64N(int64(2*sla.Day))))))
			}
			if at.Before(down) {
				at = down
			}
			if !at.Before(to) {
				break
			}
			p.evaluate(tr, at)
			last = at
		}
		report, _ := tr.Report("s", to)
		k := tr.roster.find("s/o")
		got := report.Objectives[0]
		if k.shape.kind != deadlineKind {
			for _, c := range k.ledger.Cells(nil, exact.Nanos(from), exact.Nanos(to)) {
				stale := slices.ContainsFunc(truth.Breaches, func(s freshness.Span) bool { return exact.Nanos(s.Start) < c.End && exact.Nanos(s.End) > c.Start })
				require.False(t, c.Good > 0 && stale, "seed %d, %v: slice at %v", seed, policy, exact.Instant(c.Start))
				good += int(c.Good)
			}
			continue
		}
		for _, d := range k.ledger.Dues(nil, exact.Nanos(from), exact.Nanos(to)) {
			i := slices.IndexFunc(truth.Outcomes, func(o history.Outcome) bool { return exact.Nanos(o.Due) == d.At })
			if i < 0 {
				require.Less(t, d.At, exact.Nanos(from)+int64(sla.Day), "seed %d: no such due instant", seed)
				continue
			}
			require.Equal(t, truth.Outcomes[i].Kept(), d.Kind == ledger.OnTime, "seed %d, %v: %v, but %v", seed, policy, truth.Outcomes[i].Due, truth.Outcomes[i])
			outcomes++
		}
		all := int(got.Raw.Counts.Total()) + int(got.NoData+got.Excused) + int(k.countDues(exact.Nanos(from), exact.Nanos(to)).before)
		assert.InDelta(t, len(truth.Outcomes), all, 2, "seed %d, %v: looked last at %v", seed, policy, last)
		noData += int(got.NoData)
	}
	assert.Greater(t, outcomes, 1000)
	assert.Greater(t, noData, 100)
	assert.Greater(t, good, 10_000)
}
