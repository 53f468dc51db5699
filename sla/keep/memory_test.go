package keep_test

import (
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A delta is forgotten when a snapshot holds it and it has been kept for longer than Retention, and
// not before.
func TestMemoryForgets(t *testing.T) {
	now := clock.NewMock()
	store := &keep.Memory{Clock: now}
	list := append(marks("a", 4), marks("b", 1)...)
	list[0].Records = []tracker.Record{{Check: "shop/available", At: noon, Span: 5 * time.Second, Good: 1}}
	require.NoError(t, store.Append(ctx, list[0], list[1], list[4]))
	now.Add(time.Minute)
	require.NoError(t, store.Append(ctx, list[2], list[3]))

	upto, next := keep.Position{"a": 3, "b": 1, "c": 7}, int64(0)
	compact := func() {
		next++
		require.NoError(t, store.Compact(ctx, keep.Snapshot{Version: next, UpTo: upto}))
	}
	beyond := func(known keep.Position, want ...tracker.Delta) {
		t.Helper()
		got, err := store.Read(ctx, known, 9)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	now.Add(keep.Retention - time.Minute)
	compact()
	beyond(nil, list...)
	now.Add(time.Nanosecond)
	compact()
	_, err := store.Read(ctx, keep.Position{"b": 1}, 9)
	require.ErrorIs(t, err, keep.ErrBehind)
	require.ErrorContains(t, err, `of replica "a", 0 is known and all up to 2 are in a snapshot`)
	_, err = store.Read(ctx, keep.Position{"a": 1, "b": 1}, 9)
	require.ErrorIs(t, err, keep.ErrBehind)
	_, err = store.Read(ctx, keep.Position{"a": 2}, 9)
	require.ErrorIs(t, err, keep.ErrBehind, "all of b is forgotten")
	beyond(keep.Position{"a": 2, "b": 1}, list[2], list[3])

	now.Add(2 * keep.Retention)
	compact()
	beyond(keep.Position{"a": 3, "b": 1}, list[3])
	changed := list[1]
	changed.Records = list[0].Records
	require.NoError(t, store.Append(ctx, list[0], changed, list[2], list[3]), "what is forgotten is left alone")
	beyond(keep.Position{"a": 3, "b": 1}, list[3])
	changed.Seq = 4
	require.ErrorIs(t, store.Append(ctx, changed), keep.ErrConflict)
	require.NoError(t, store.Append(ctx, tracker.Delta{Replica: "b", Seq: 2}))
	beyond(keep.Position{"a": 4, "b": 1}, tracker.Delta{Replica: "b", Seq: 2})
}
