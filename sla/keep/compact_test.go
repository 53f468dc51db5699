package keep_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla/internal/storerule"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// marks are empty deltas of a replica, as many as are wanted.
func marks(replica string, n int) (list []tracker.Delta) {
	for seq := range n {
		list = append(list, tracker.Delta{Replica: replica, Seq: uint64(seq) + 1})
	}
	return list
}

func version(t *testing.T, store keep.Store) int64 {
	t.Helper()
	s, err := store.Load(ctx)
	require.NoError(t, err)
	return s.Version
}

// Run compacts at the delta that makes CompactAfterDeltas since the last time, whichever replica
// wrote them: the one that marks where a process begins, those that it flushed, and those that it
// read when it was opened or later.
func TestRunCompactsAtTheLastDeltaOfCompactAfter(t *testing.T) {
	for _, row := range []struct {
		name  string
		after int // CompactAfter
		were  int // deltas of another replica before Open
		early int // and some more before Run
		rows  []int64
	}{
		{"each delta", 1, 0, 0, []int64{1, 2, 3, 4}},
		{"its own", 4, 0, 0, []int64{0, 0, 0, 1, 1, 1, 1, 2}},
		{"those that were there", 4, 3, 0, []int64{1, 1, 1, 1, 2}},
		{"too few that were there", 4, 2, 0, []int64{0, 1, 1, 1, 1, 2}},
		{"those that came", 4, 1, 2, []int64{1, 1, 1, 1, 2}},
		{"by default, just enough", 0, 4095, 0, []int64{1, 1}},
		{"by default, one too few", 0, 4094, 0, []int64{0, 1}},
		{"below zero is the default", -1, 4094, 0, []int64{0, 1}},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := new(keep.Memory)
				others := marks("other", row.were+row.early)
				require.NoError(t, store.Append(ctx, others[:row.were]...))
				k, tr := open(t, "a", store)
				k.CompactAfterDeltas = row.after
				require.NoError(t, store.Append(ctx, others[row.were:]...))
				end := runs(k)
				for n, want := range row.rows { // the first before anything was recorded, then one delta each second
					require.Equal(t, want, version(t, store), "round %d", n+1)
					book(t, tr)
					time.Sleep(time.Second)
					synctest.Wait()
				}
				require.NoError(t, k.Err())
				require.ErrorIs(t, end(), context.Canceled)
			})
		})
	}
}

// Where another replica wrote the snapshot first, there is one, which is all that was wanted.
func TestAnotherReplicaCompactsFirst(t *testing.T) {
	store := &refusing{Store: new(keep.Memory), because: fmt.Errorf("version 1: %w", keep.ErrConflict)}
	k, tr := open(t, "a", store)
	book(t, tr)
	require.NoError(t, k.Flush(ctx))
	require.NoError(t, k.Compact(ctx))
	store.because = errCut
	require.ErrorIs(t, k.Compact(ctx), errCut)
}

// A counting store counts what Read has returned.
type counting struct {
	keep.Store
	read int
}

func (s *counting) Read(ctx context.Context, known keep.Position, most int) ([]tracker.Delta, error) {
	list, err := s.Store.Read(ctx, known, most)
	s.read += len(list)
	return list, err
}

// What a process wrote it does not read again, nor what it read or has in a snapshot.
func TestNothingIsReadTwice(t *testing.T) {
	store := &counting{Store: new(keep.Memory)}
	a, first := open(t, "a", store)
	require.NoError(t, a.Sync(ctx))
	for range 3 {
		book(t, first)
		require.NoError(t, a.Sync(ctx))
	}
	require.Zero(t, store.read, "its own")
	_, second := open(t, "b", store)
	require.Equal(t, 4, store.read, "a mark and three records")
	require.EqualValues(t, 3, good(t, second))
	require.NoError(t, a.Sync(ctx))
	require.Equal(t, 4, store.read)

	require.NoError(t, a.Compact(ctx))
	store.read = 0
	_, third := open(t, "c", store)
	require.Zero(t, store.read, "they are in the snapshot")
	require.EqualValues(t, 3, good(t, third))
}

// A name that others keep taking is given up, so that a flush ends.
func TestANameThatIsAlwaysTaken(t *testing.T) {
	store := &taken{Store: new(keep.Memory)}
	k, tr := open(t, "a", store)
	book(t, tr)
	require.ErrorIs(t, k.Flush(ctx), keep.ErrConflict)
	require.Equal(t, 8, store.tries)
	store.free = true
	require.NoError(t, k.Flush(ctx), "and taken when it is free")
	kept, _ := started(t, store)
	require.EqualValues(t, 1, kept)
}

// A taken store has another process take each place first.
type taken struct {
	keep.Store
	tries int
	free  bool
}

func (s *taken) Append(ctx context.Context, deltas ...tracker.Delta) error {
	if s.free {
		return s.Store.Append(ctx, deltas...)
	}
	if s.tries++; s.tries > 100 {
		return errors.New("it is tried for ever")
	}
	return errors.Join(s.Store.Append(ctx, deltas...), storerule.Taken(deltas[0]))
}

// A delta with something that the catalog does not have is tried for sixty flushes, and what is
// known of it counts with the next. The error is about the first of those that wait.
func TestForHowLongDeltasWait(t *testing.T) {
	store := new(keep.Memory)
	first, newer := open(t, "a", store)
	old := newTracker(t, "b", older())
	k, err := keep.Open(ctx, old, store)
	require.NoError(t, err)
	require.NoError(t, k.Sync(ctx))
	both(t, first, newer)
	require.ErrorContains(t, k.Sync(ctx), `delta 2 of replica "a" is not counted here`)
	both(t, first, newer)
	for n := 2; n <= 61; n++ {
		require.Zero(t, good(t, old), "before flush %d", n)
		require.ErrorContains(t, k.Sync(ctx), `delta 2 of replica "a" is not counted here`, "flush %d", n)
	}
	require.EqualValues(t, 1, good(t, old), "the first counts")
	require.ErrorContains(t, k.Sync(ctx), `delta 3 of replica "a" is not counted here`)
	require.EqualValues(t, 2, good(t, old), "and the second after as many")
	require.NoError(t, k.Sync(ctx))
	require.EqualValues(t, 2, good(t, old))
}

// All records of a delta that the catalog knows of count, wherever the unknown ones stand among
// them.
func TestWhatIsKnownOfADeltaCounts(t *testing.T) {
	store := new(keep.Memory)
	delta := func(seq uint64, checks ...string) tracker.Delta {
		d := tracker.Delta{Replica: "a", Seq: seq}
		for hour, check := range checks {
			at := noon.Add(time.Duration(hour) * time.Hour)
			d.Records = append(d.Records, tracker.Record{Check: check, At: at, Span: 5 * time.Second, Good: 1})
		}
		return d
	}
	require.NoError(t, store.Append(ctx,
		delta(1, "shop/fast"),
		delta(2, "shop/available", "shop/fast", "shop/available", "post/fast", "shop/available"),
		delta(3, "shop/available"),
	))
	tr := newTracker(t, "b", older())
	k, err := keep.Open(ctx, tr, store)
	require.NoError(t, err)
	assert.EqualValues(t, 4, good(t, tr))
	assert.ErrorContains(t, k.Err(), `delta 1 of replica "a"`, "the first is named")
}
