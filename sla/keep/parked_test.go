package keep_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// both records something of an objective that all catalogs have, and of one that only the newer
// has, in one delta.
func both(t *testing.T, k *keep.Keeper, tr *tracker.Tracker) {
	t.Helper()
	require.NoError(t, tr.Record("shop/available", noon, 1, 0))
	require.NoError(t, tr.Record("shop/fast", noon, 1, 0))
	require.NoError(t, k.Flush(ctx))
}

func older() sla.SLA {
	s := promises()[0]
	s.Objectives = s.Objectives[:1]
	return s
}

// A replica that gets a new catalog later than another counts what that has recorded meanwhile,
// when it has it.
func TestReplicasGetANewCatalogOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(keep.Memory)
		first, newer := open(t, "a", store)
		slow := newTracker(t, "b", older())
		k, err := keep.Open(ctx, slow, store)
		require.NoError(t, err)
		end := runs(k)
		both(t, first, newer)
		time.Sleep(30 * time.Second)
		require.ErrorContains(t, k.Err(), `delta 2 of replica "a" is not counted here: deltas[0].records[1].check: the catalog has no objective "shop/fast"`)
		slow.SetCatalog(newer.Catalog())
		time.Sleep(time.Second)
		synctest.Wait()
		require.NoError(t, k.Err())
		r, _ := slow.Report("shop", noon.Add(time.Hour))
		require.EqualValues(t, 1, r.Objectives[0].Raw.Counts.Good)
		require.EqualValues(t, 1, r.Objectives[1].Raw.Counts.Good)
		require.Error(t, end())
	})
}

// One that never gets it counts what it knows, after a minute; and leaves it to the others to write
// snapshots.
func TestAReplicaWithAnOldCatalogForgetsNothingOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(keep.Memory)
		first, newer := open(t, "a", store)
		old := newTracker(t, "b", older())
		k, err := keep.Open(ctx, old, store)
		require.NoError(t, err)
		end := runs(k)
		for range 3 * 60 {
			both(t, first, newer)
			time.Sleep(time.Minute)
			require.ErrorContains(t, k.Compact(ctx), "keep: nothing is compacted for 1h, since it would be forgotten: ")
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		require.NoError(t, k.Err())
		require.EqualValues(t, 180, good(t, old))
		require.NoError(t, first.Compact(ctx))
		require.Error(t, end())
		_, restarted := started(t, store)
		r, _ := restarted.Report("shop", noon.Add(time.Hour))
		require.EqualValues(t, 180, r.Objectives[1].Raw.Counts.Good)
	})
}

// What was recorded before an objective was dropped keeps no process from starting, and is
// forgotten by the next snapshot but for an hour.
func TestAnObjectiveIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(keep.Memory)
		before, tr := open(t, "a", store)
		for range 3 {
			both(t, before, tr)
		}
		now := newTracker(t, "a", older())
		k, err := keep.Open(ctx, now, store)
		require.NoError(t, err)
		require.EqualValues(t, 3, good(t, now), "what is known counts at once")
		require.ErrorContains(t, k.Err(), `the catalog has no objective "shop/fast"`)
		require.NoError(t, k.Sync(ctx))
		require.NoError(t, k.Err())
		require.Error(t, k.Compact(ctx))
		time.Sleep(keep.Retention)
		require.NoError(t, k.Compact(ctx))
		snapshot, err := store.Load(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, snapshot.Version)
		again := newTracker(t, "c", older())
		_, err = keep.Open(ctx, again, store)
		require.NoError(t, err)
		require.EqualValues(t, 3, good(t, again))
	})
}
