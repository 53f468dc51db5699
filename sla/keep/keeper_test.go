package keep_test

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A tap is a store whose appends fail while it is closed, and hang while it is stuck.
type tap struct {
	keep.Store
	closed, stuck atomic.Bool
}

func (s *tap) Append(ctx context.Context, deltas ...tracker.Delta) error {
	if s.stuck.Load() {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	if s.closed.Load() {
		return errCut
	}
	return s.Store.Append(ctx, deltas...)
}

// runs runs a keeper in a bubble, and returns how to end it and hear what Run returned.
func runs(k *keep.Keeper) (end func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() { result <- k.Run(ctx) }()
	synctest.Wait()
	return func() error {
		cancel()
		return <-result
	}
}

func good(t *testing.T, tr *tracker.Tracker) int64 {
	t.Helper()
	r, ok := tr.Report("shop", noon.Add(sla.Day))
	require.True(t, ok)
	return r.Objectives[0].Raw.Counts.Good
}

func book(t *testing.T, tr *tracker.Tracker) {
	t.Helper()
	require.NoError(t, tr.Record("shop/available", noon, 1, 0))
}

// What was recorded is kept within Every, and others count it within another Every.
func TestRunKeepsAndReadsWithinTheStatedDelay(t *testing.T) {
	for _, every := range []time.Duration{0, 20 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			store := new(keep.Memory)
			a, recorder := open(t, "a", store)
			b, reader := open(t, "b", store)
			a.Every, b.Every = every, every
			if every == 0 {
				every = time.Second
			}
			endA := runs(a)
			time.Sleep(every * 2 / 3)
			endB := runs(b)
			for n := range int64(20) {
				book(t, recorder)
				time.Sleep(every)
				synctest.Wait()
				kept, _ := started(t, store)
				require.Equal(t, n+1, kept, "kept within Every")
				time.Sleep(every)
				synctest.Wait()
				require.Equal(t, n+1, good(t, reader), "read within two times Every")
			}
			require.NoError(t, errors.Join(a.Err(), b.Err()))
			require.ErrorIs(t, endA(), context.Canceled)
			require.ErrorIs(t, endB(), context.Canceled)
		})
	}
}

// started is what a process that starts now sees of the first objective.
func started(t *testing.T, store keep.Store) (int64, *tracker.Tracker) {
	t.Helper()
	_, tr := open(t, "reader", store)
	return good(t, tr), tr
}

// While the store fails, nothing is lost, and Err returns why; what was recorded meanwhile is kept
// when it is back.
func TestAnOutageOfTheStoreLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(keep.Memory)
		cut := &tap{Store: store}
		k, tr := open(t, "a", cut)
		end := runs(k)
		for hour := range 3 {
			cut.closed.Store(hour == 1)
			for range 60 {
				book(t, tr)
				time.Sleep(time.Minute)
			}
			synctest.Wait()
			kept, _ := started(t, store)
			if hour == 1 {
				require.EqualValues(t, 60, kept)
				require.ErrorIs(t, k.Err(), errCut)
				continue
			}
			require.EqualValues(t, 60*(hour+1), kept)
			require.NoError(t, k.Err())
		}
		require.ErrorIs(t, end(), context.Canceled)
	})
}

// When the context ends, Run flushes a last time, for no longer than ShutdownTimeout.
func TestTheLastFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(keep.Memory)
		cut := &tap{Store: store}
		k, tr := open(t, "a", cut)
		end := runs(k)
		book(t, tr)
		require.ErrorIs(t, end(), context.Canceled)
		kept, _ := started(t, store)
		require.EqualValues(t, 1, kept)

		for _, timeout := range []time.Duration{0, time.Minute} {
			k.ShutdownTimeout = timeout
			cut.stuck.Store(false)
			end = runs(k)
			book(t, tr)
			cut.stuck.Store(true)
			before := time.Now()
			err := end()
			require.ErrorIs(t, err, context.Canceled)
			require.ErrorIs(t, err, context.DeadlineExceeded, "what could not be kept is reported")
			if timeout == 0 {
				timeout = 5 * time.Second
			}
			require.Equal(t, timeout, time.Since(before))
			require.ErrorIs(t, k.Err(), context.DeadlineExceeded)
		}
		cut.stuck.Store(false)
		require.NoError(t, k.Flush(ctx))
		kept, _ = started(t, store)
		require.EqualValues(t, 3, kept)
	})
}

// A caller that waits for a store that hangs may give up; what was recorded is kept later all the
// same.
func TestGivingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(keep.Memory)
		cut := &tap{Store: store}
		cut.stuck.Store(true)
		k, _ := open(t, "a", cut)
		hangs := make(chan error, 1)
		first, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		go func() { hangs <- k.Record(first, "shop/available", noon, 1, 0) }()
		synctest.Wait()
		for name, call := range map[string]func(context.Context) error{
			"Record":  func(ctx context.Context) error { return k.Record(ctx, "shop/available", noon, 1, 0) },
			"Flush":   k.Flush,
			"Sync":    k.Sync,
			"Correct": func(ctx context.Context) error { return k.Correct(ctx, excuse("c-1")) },
		} {
			impatient, cancel := context.WithTimeout(ctx, time.Second)
			require.ErrorIs(t, call(impatient), context.DeadlineExceeded, name)
			cancel()
		}
		require.ErrorIs(t, <-hangs, context.DeadlineExceeded)
		cut.stuck.Store(false)
		require.NoError(t, k.Sync(ctx))
		kept, _ := started(t, store)
		require.EqualValues(t, 2, kept)
	})
}

// A slow store takes a second for each append.
type slow struct{ *scissors }

func (s slow) Append(ctx context.Context, deltas ...tracker.Delta) error {
	time.Sleep(time.Second)
	return s.scissors.Append(ctx, deltas...)
}

// Those who record at once share flushes.
func TestRecordersShareAFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scissors{Memory: new(keep.Memory)}
		k, _ := open(t, "a", slow{s})
		require.NoError(t, k.Flush(ctx))
		s.calls = 0
		const all = 100
		results := make(chan error, all)
		for range all {
			go func() { results <- k.Record(ctx, "shop/available", noon, 1, 0) }()
		}
		for range all {
			require.NoError(t, <-results)
		}
		require.LessOrEqual(t, s.calls, 2)
		kept, _ := started(t, s.Memory)
		require.EqualValues(t, all, kept)
	})
}

// Run puts a snapshot in place of old deltas, which are deleted after Retention; a process that
// starts sees the same, and one that slept begins anew.
func TestRunCompacts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(keep.Memory)
		var keepers []*keep.Keeper
		var trackers []*tracker.Tracker
		var ends []func() error
		for n := range 3 {
			k, tr := open(t, "replica-"+strconv.Itoa(n), store)
			k.CompactAfterDeltas = 100
			keepers, trackers, ends = append(keepers, k), append(trackers, tr), append(ends, runs(k))
		}
		sleeper, _ := open(t, "sleeper", store)
		for range 2 * 60 {
			for _, tr := range trackers {
				book(t, tr)
			}
			time.Sleep(time.Minute)
		}
		synctest.Wait()
		snapshot, err := store.Load(ctx)
		require.NoError(t, err)
		require.GreaterOrEqual(t, snapshot.Version, int64(3), "every 34 minutes")
		_, err = store.Read(ctx, nil, 9)
		require.ErrorIs(t, err, keep.ErrBehind)
		left, err := store.Read(ctx, snapshot.UpTo, 1<<20)
		require.NoError(t, err)
		require.Less(t, len(left), 120)
		for n, tr := range trackers {
			require.NoError(t, keepers[n].Err())
			require.EqualValues(t, 360, good(t, tr))
			require.ErrorIs(t, ends[n](), context.Canceled)
		}
		seen, _ := started(t, store)
		require.EqualValues(t, 360, seen)
		require.ErrorIs(t, sleeper.Sync(ctx), keep.ErrBehind)
		require.ErrorIs(t, sleeper.Run(ctx), keep.ErrBehind)
	})
}

// Err reports that no snapshot can be written until one is.
func TestErrReportsSnapshotsThatFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &refusing{Store: new(keep.Memory), because: errCut}
		k, tr := open(t, "a", store)
		k.CompactAfterDeltas = 10
		end := runs(k)
		for range 15 {
			book(t, tr)
			time.Sleep(time.Second)
		}
		require.ErrorIs(t, k.Err(), errCut)
		synctest.Wait()
		store.because = nil
		for range 15 {
			book(t, tr)
			time.Sleep(time.Second)
		}
		require.NoError(t, k.Err())
		require.ErrorIs(t, end(), context.Canceled)
	})
}

// A refusing store takes no snapshot, because of an error.
type refusing struct {
	keep.Store
	because error
}

func (s *refusing) Compact(ctx context.Context, snapshot keep.Snapshot) error {
	if s.because != nil {
		return s.because
	}
	return s.Store.Compact(ctx, snapshot)
}

// Two processes with one name: the one that was there before gets an error, and nothing counts
// twice.
func TestTwoProcessesWithOneName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(keep.Memory)
		one, first := open(t, "a", store)
		two, second := open(t, "a", store)
		book(t, first)
		require.NoError(t, one.Flush(ctx))
		require.NoError(t, second.Record("shop/available", noon.Add(time.Hour), 1, 0))
		require.NoError(t, two.Flush(ctx))
		require.EqualValues(t, 2, good(t, second), "what the first had under way when the second was opened counts")
		book(t, first)
		require.ErrorIs(t, one.Run(ctx), keep.ErrConflict)
		require.ErrorIs(t, one.Err(), keep.ErrConflict)
		kept, _ := started(t, store)
		require.EqualValues(t, 2, kept)
	})
}

// A commit that outlives the process that asked for it: whenever it comes, it is kept and counted,
// or refused.
func TestACommitOutlivesItsProcess(t *testing.T) {
	for _, late := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			store := new(keep.Memory)
			ghost := &scissors{Memory: store}
			one, first := open(t, "a", ghost)
			require.NoError(t, one.Record(ctx, "shop/available", noon, 1, 0))
			book(t, first)
			under := first.Deltas() // what it had under way when it was killed

			two, second := open(t, "a", store)
			want := int64(1)
			if late {
				require.NoError(t, two.Sync(ctx))
				require.ErrorIs(t, store.Append(ctx, under...), keep.ErrConflict)
			} else {
				require.NoError(t, store.Append(ctx, under...))
				want++
			}
			require.NoError(t, two.Record(ctx, "shop/available", noon, 1, 0))
			require.EqualValues(t, want+1, good(t, second))
			kept, _ := started(t, store)
			require.EqualValues(t, want+1, kept)
		})
	}
}

// What the tracker does not count is not kept, and its error is returned.
func TestWhatIsNotCountedIsNotKept(t *testing.T) {
	store := new(keep.Memory)
	k, _ := open(t, "a", store)
	require.ErrorContains(t, k.Record(ctx, "shop/reachable", noon, 1, 0), `"shop/reachable"`)
	list, err := store.Read(ctx, nil, 9)
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestOpenRefuses(t *testing.T) {
	_, err := keep.Open(ctx, nil, new(keep.Memory))
	assert.ErrorContains(t, err, "the tracker is nil")
	_, err = keep.Open(ctx, newTracker(t, ""), new(keep.Memory))
	assert.ErrorContains(t, err, "no Replica name")
	_, err = keep.Open(ctx, newTracker(t, "a"), nil)
	assert.ErrorContains(t, err, "the store is nil")
}
