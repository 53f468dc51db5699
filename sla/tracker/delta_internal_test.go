package tracker

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

// replicaDeltas are what three replicas recorded of an objective about events, and of one about deadlines.
func replicaDeltas(t *testing.T, r *rand.Rand) (deltas []Delta) {
	t.Helper()
	c, err := sla.NewCatalog([]sla.SLA{{ID: "orders", Objectives: []sla.Objective{
		{Name: "good", Asset: "a", Target: sla.MustTarget("99%"), Window: sla.Rolling(sla.Day)},
		{Name: "ready", Asset: "b", Target: sla.MustTarget("99%"), Window: sla.Rolling(sla.Day), Freshness: freshness.Deadline{Due: schedule.MustParse("@hourly")}},
	}}})
	require.NoError(t, err)
	for replica := range 3 {
		tr := New(c)
		tr.Replica = fmt.Sprint("replica-", replica)
		now := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
		for range 300 {
			now = now.Add(time.Duration(r.IntN(600)) * time.Second)
			require.NoError(t, tr.Record("orders/good", now, r.Int64N(5), r.Int64N(3)))
			o := c.Checks(func(string) freshness.Source { return nil })[0]
			result := o.Policy.Check(freshness.LandedAt(now.Add(-time.Duration(r.IntN(7200))*time.Second)), now)
			result.Check = o.Name
			tr.Observe(result)
			if r.IntN(20) == 0 {
				deltas = append(deltas, tr.Deltas()...)
			}
		}
	}
	require.Greater(t, len(deltas), 20)
	return deltas
}

func TestMergingDeltasIsAUnion(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 10))
	all := replicaDeltas(t, r)
	all = append(all, Delta{"replica-0", 1, nil}) // a number that was used twice
	some := func() []Delta {
		var out []Delta
		for range r.IntN(20) {
			out = append(out, all[r.IntN(len(all))])
		}
		return out
	}
	for range 200 {
		a, b, c := some(), some(), some()
		assert.Equal(t, MergeDeltas(a, b), MergeDeltas(b, a))
		assert.Equal(t, MergeDeltas(MergeDeltas(a, b), c), MergeDeltas(a, MergeDeltas(b, c)))
		assert.Equal(t, MergeDeltas(a), MergeDeltas(MergeDeltas(a), a))
	}
	assert.Nil(t, MergeDeltas())
}

func TestDeltasKeepTheirMeaningInJSON(t *testing.T) {
	deltas := replicaDeltas(t, rand.New(rand.NewPCG(2, 10)))
	for _, d := range deltas {
		require.NoError(t, d.Validate())
	}
	text, err := json.Marshal(deltas)
	require.NoError(t, err)
	var back []Delta
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Zero(t, slices.CompareFunc(deltas, back, Delta.compare))
}
