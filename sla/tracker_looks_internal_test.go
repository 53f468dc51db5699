package sla

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// randomPolicy answers a rule with due instants, or one about time.
func randomPolicy(t *testing.T, r *rand.Rand) freshness.Policy {
	zone, err := time.LoadLocation([]string{"UTC", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe"}[r.IntN(4)])
	require.NoError(t, err)
	grace := time.Duration(r.IntN(3)) * time.Hour
	switch r.IntN(4) {
	case 0:
		return freshness.Deadline{Due: schedule.Daily(r.IntN(24), r.IntN(60), zone), Grace: grace, Warn: time.Hour}
	case 1:
		return freshness.Deadline{Due: schedule.Every(time.Duration(2+r.IntN(6)) * time.Hour), Grace: grace / 4, Window: time.Duration(r.IntN(3)) * time.Hour}
	case 2:
		return freshness.MaxAge{Fail: time.Duration(1+r.IntN(30)) * time.Hour}
	}
	return freshness.Cadence{Every: time.Duration(1+r.IntN(30)) * time.Hour, Grace: grace}
}

// TestLooksProve plays landings to a monitor that is down now and then, looks twice, and whose clock jumps back. Whatever it
// missed, each due instant has at most one outcome, and none is other than going through the whole history at once finds;
// those without one are silent; and no slice is good in which the promise was ever broken.
func TestLooksProve(t *testing.T) {
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 0, 40)
	outcomes, silent, good := 0, 0, 0
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 9))
		policy := randomPolicy(t, r)
		o := Objective{Name: "o", Asset: "a", Target: MustTarget("90%"), Window: Rolling(to.Sub(from)), Freshness: policy, Burn: []BurnRule{}}
		c, err := NewCatalog([]SLA{{ID: "s", Objectives: []Objective{o}}})
		require.NoError(t, err)
		tr := NewTracker(c)
		var landed freshness.Landings
		pace := time.Duration(1+r.IntN(30)) * time.Hour
		for at := from; at.Before(to); at = at.Add(pace/2 + time.Duration(r.Int64N(int64(pace)))) {
			landed = append(landed, freshness.Landing{At: at})
		}
		truth, err := freshness.Backtest(policy, landed, from, to)
		require.NoError(t, err)
		var last time.Time
		p := looker{check: "s/o", asset: "a", policy: policy, landed: landed, next: from}
		for down := from; !p.next.IsZero() && p.next.Before(to); {
			at := p.next
			switch {
			case r.IntN(15) == 0: // down for a while
				down = at.Add(time.Duration(r.Int64N(int64(4 * Day))))
			case r.IntN(15) == 0: // a look at what was, as after a jump of the clock
				again := looker{check: "s/o", asset: "a", policy: policy, landed: landed}
				again.look(tr, maxTime(from, at.Add(-time.Duration(r.Int64N(int64(2*Day))))))
			}
			if at.Before(down) {
				at = down
			}
			if !at.Before(to) {
				break
			}
			p.look(tr, at)
			last = at
		}
		report, _ := tr.Report("s", to)
		k := tr.roster.find("s/o")
		got := report.Objectives[0]
		if k.shape.kind != deadlineKind {
			for _, c := range k.ledger.cells(nil, nanos(from), nanos(to)) {
				stale := slices.ContainsFunc(truth.Breaches, func(s freshness.Span) bool { return nanos(s.From) < c.end && nanos(s.Until) > c.start })
				require.False(t, c.Good > 0 && stale, "seed %d, %v: slice at %v", seed, policy, instantOf(c.start))
				good += int(c.Good)
			}
			continue
		}
		for _, d := range k.ledger.dues(nil, nanos(from), nanos(to)) {
			i := slices.IndexFunc(truth.Outcomes, func(o freshness.Outcome) bool { return nanos(o.Due) == d.at })
			if i < 0 {
				require.Less(t, d.at, nanos(from)+int64(Day), "seed %d: no such due instant", seed)
				continue
			}
			require.Equal(t, truth.Outcomes[i].Kept(), d.kind == onTime, "seed %d, %v: %v, but %v", seed, policy, truth.Outcomes[i].Due, truth.Outcomes[i])
			outcomes++
		}
		all := int(got.Raw.Counts.Total()) + int(got.Silent+got.Excused) + int(k.countDues(nanos(from), nanos(to)).before)
		assert.InDelta(t, len(truth.Outcomes), all, 2, "seed %d, %v: looked last at %v", seed, policy, last)
		silent += int(got.Silent)
	}
	assert.Greater(t, outcomes, 1000)
	assert.Greater(t, silent, 100)
	assert.Greater(t, good, 10_000)
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
