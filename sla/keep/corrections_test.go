package keep_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
)

func revoke(id, of string) sla.Correction {
	return sla.Correction{ID: id, SLA: "shop", Revokes: of, Author: "bob", Reason: "it was not", EnteredAt: noon.Add(time.Hour)}
}

// What the tracker refuses is not kept, or every replica would refuse it for ever.
func TestCorrectKeepsNothingThatTrackersRefuse(t *testing.T) {
	store := new(keep.Memory)
	a, _ := open(t, "a", store)
	b, other := open(t, "b", store)
	unknown, missing := excuse("c-1"), excuse("c-2")
	unknown.SLA, missing.Objective = "shops", "reachable"
	require.ErrorContains(t, a.Correct(ctx, unknown), `sla: the catalog has no SLA "shops"`)
	require.ErrorContains(t, a.Correct(ctx, missing), `objective: "shop" has no objective "reachable"`)
	require.ErrorContains(t, a.Correct(ctx, revoke("c-3", "c-4")), `revokes: "shop" has no correction "c-4"`)
	require.ErrorContains(t, a.Correct(ctx, sla.Correction{}), "id: is missing")
	list, err := store.Corrections(ctx)
	require.NoError(t, err)
	require.Empty(t, list)

	require.NoError(t, a.Correct(ctx, excuse("c-1")))
	require.NoError(t, a.Correct(ctx, excuse("c-1")))
	changed := excuse("c-1")
	changed.CountAsGood = true
	require.ErrorContains(t, a.Correct(ctx, changed), "another correction")
	require.ErrorContains(t, b.Correct(ctx, changed), "another correction")
	require.NoError(t, b.Correct(ctx, revoke("c-2", "c-1")), "one that another replica has entered")
	require.NoError(t, b.Sync(ctx))
	require.Equal(t, []sla.Correction{excuse("c-1"), revoke("c-2", "c-1")}, other.Corrections())
}

// Corrections of what a catalog does not have are for others, and an ID names one of its SLA.
func TestCorrectionsOfOthers(t *testing.T) {
	store := new(keep.Memory)
	gone, elsewhere, same := excuse("c-1"), excuse("c-1"), excuse("c-3")
	gone.ID, gone.Objective = "c-2", "reachable"
	elsewhere.SLA, same.SLA = "post", "orders"
	for _, c := range []sla.Correction{
		revoke("c-4", "c-2"), revoke("c-5", "c-1"), revoke("c-6", "c-3"),
		gone, elsewhere, same, excuse("c-1"), excuse("c-3"),
	} {
		require.NoError(t, store.Correct(ctx, c)) // those that take others back first, as after a step of the store's clock
	}
	orders := promises()[0]
	orders.ID = "orders"
	tr := newTracker(t, "a", promises()[0], orders)
	k, err := keep.Open(ctx, tr, store)
	require.NoError(t, err)
	want := []sla.Correction{same, excuse("c-1"), excuse("c-3"), revoke("c-5", "c-1"), revoke("c-6", "c-3")}
	require.Equal(t, want, tr.Corrections())
	require.NoError(t, k.Sync(ctx))
	require.NoError(t, k.Compact(ctx))
	again := newTracker(t, "b", promises()[0], orders)
	_, err = keep.Open(ctx, again, store)
	require.NoError(t, err)
	require.Equal(t, want, again.Corrections())
}

// A snapshot holds what a correction touches as finely as the deltas did.
func TestSnapshotsKeepTheEdgesOfCorrections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(keep.Memory)
		k, tr := open(t, "a", store)
		require.NoError(t, k.Correct(ctx, excuse("c-1")))
		for n := range 40 * 24 {
			require.NoError(t, tr.Record("shop/available", noon.Add(-sla.Day).Add(time.Duration(n)*2*time.Minute), 1, 1))
			require.NoError(t, tr.Record("shop/available", noon.Add(time.Duration(n)*time.Hour), 1, 1))
			require.NoError(t, k.Flush(ctx))
		}
		at := noon.Add(20 * sla.Day)
		want, _ := tr.Report("shop", at)
		_, restarted := started(t, store)
		got, _ := restarted.Report("shop", at)
		require.Equal(t, want.Objectives[0].Budget, got.Objectives[0].Budget)

		require.NoError(t, k.Compact(ctx))
		_, compacted := started(t, store)
		got, _ = compacted.Report("shop", at)
		require.Equal(t, want.Objectives[0].Raw, got.Objectives[0].Raw)
		require.Equal(t, want.Objectives[0].Budget, got.Objectives[0].Budget)
	})
}
