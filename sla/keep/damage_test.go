package keep_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A damaged snapshot is refused, by a process that starts and by one that would write the next, and
// stays as it is.
func TestDamagedSnapshots(t *testing.T) {
	sound := new(keep.Memory)
	k, tr := open(t, "a", sound)
	for n := range 20 {
		require.NoError(t, tr.Record("shop/available", noon.Add(time.Duration(n)*time.Minute), int64(n), 1))
	}
	require.NoError(t, k.Correct(ctx, excuse("c-1")))
	require.NoError(t, k.Sync(ctx))
	require.NoError(t, k.Compact(ctx))
	whole, err := sound.Load(ctx)
	require.NoError(t, err)

	var damaged [][]byte
	for n := range whole.Data {
		flipped := bytes.Clone(whole.Data)
		flipped[n] ^= 1 << (n % 8)
		damaged = append(damaged, flipped, whole.Data[:n])
	}
	damaged = append(damaged, append(bytes.Clone(whole.Data), 0), whole.Data[1:])
	for n, data := range damaged {
		store := new(keep.Memory)
		refused, err := keep.Open(ctx, newTracker(t, "b"), store)
		require.NoError(t, err)
		require.NoError(t, store.Compact(ctx, keep.Snapshot{Version: 1, UpTo: whole.UpTo, Data: data}))
		_, err = keep.Open(ctx, newTracker(t, "c"), store)
		require.ErrorIs(t, err, tracker.ErrSnapshot, "%d", n)
		require.ErrorContains(t, err, "keep: snapshot 1: ")
		require.ErrorIs(t, refused.Compact(ctx), tracker.ErrSnapshot)
		after, err := store.Load(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, after.Version)
		require.True(t, bytes.Equal(data, after.Data))
	}
}
