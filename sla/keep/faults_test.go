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

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

var (
	ctx    = context.Background()
	noon   = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	errCut = errors.New("cut")
)

// A scissors fails one call of a store, or that and every later one: before the call has done
// anything, or after.
type scissors struct {
	*keep.Memory
	at      int  // the call that fails, from 1
	after   bool // it is done all the same
	forever bool
	calls   int
}

func cutting[T any](s *scissors, call func() (T, error)) (out T, err error) {
	s.calls++
	fail := s.calls == s.at || s.forever && s.at > 0 && s.calls > s.at
	if !fail || s.after && s.calls == s.at {
		out, err = call()
	}
	if fail {
		var none T
		return none, errCut
	}
	return out, err
}

func (s *scissors) do(call func() error) error {
	_, err := cutting(s, func() (any, error) { return nil, call() })
	return err
}

func (s *scissors) Append(ctx context.Context, deltas ...tracker.Delta) error {
	return s.do(func() error { return s.Memory.Append(ctx, deltas...) })
}

func (s *scissors) Read(ctx context.Context, known keep.Position, most int) ([]tracker.Delta, error) {
	return cutting(s, func() ([]tracker.Delta, error) { return s.Memory.Read(ctx, known, most) })
}

func (s *scissors) Load(ctx context.Context) (keep.Snapshot, error) {
	return cutting(s, func() (keep.Snapshot, error) { return s.Memory.Load(ctx) })
}

func (s *scissors) Compact(ctx context.Context, snapshot keep.Snapshot) error {
	return s.do(func() error { return s.Memory.Compact(ctx, snapshot) })
}

func (s *scissors) Correct(ctx context.Context, c sla.Correction) error {
	return s.do(func() error { return s.Memory.Correct(ctx, c) })
}

func (s *scissors) Corrections(ctx context.Context) ([]sla.Correction, error) {
	return cutting(s, func() ([]sla.Correction, error) { return s.Memory.Corrections(ctx) })
}

func (s *scissors) Define(ctx context.Context, d keep.Definitions) error {
	return s.do(func() error { return s.Memory.Define(ctx, d) })
}

func (s *scissors) Definitions(ctx context.Context) (keep.Definitions, error) {
	return cutting(s, func() (keep.Definitions, error) { return s.Memory.Definitions(ctx) })
}

// promises are two objectives of one SLA. What a step records counts for both, in one flush.
func promises() []sla.SLA {
	objective := func(name string) sla.Objective {
		return sla.Objective{Name: name, Asset: "svc.shop", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day)}
	}
	return []sla.SLA{{ID: "shop", Objectives: []sla.Objective{objective("available"), objective("fast")}}}
}

func newTracker(t *testing.T, replica string, slas ...sla.SLA) *tracker.Tracker {
	t.Helper()
	if slas == nil {
		slas = promises()
	}
	catalog, err := sla.NewCatalog(slas)
	require.NoError(t, err)
	out := tracker.New(catalog)
	out.Replica = replica
	return out
}

func open(t *testing.T, replica string, store keep.Store) (*keep.Keeper, *tracker.Tracker) {
	t.Helper()
	tr := newTracker(t, replica)
	k, err := keep.Open(ctx, tr, store)
	require.NoError(t, err)
	return k, tr
}

// visible is how many steps a process that starts now sees, and what it reports.
func visible(t *testing.T, store keep.Store) (steps int64, report string) {
	t.Helper()
	_, tr := open(t, "reader", store)
	r, _ := tr.Report("shop", noon.Add(6*time.Hour))
	available, fast := r.Objectives[0].Raw.Counts, r.Objectives[1].Raw.Counts
	require.Equal(t, sla.Counts{Good: fast.Bad, Bad: fast.Good}, available, "half of a flush is visible")
	text, err := r.MarshalJSON()
	require.NoError(t, err)
	return available.Good, string(text)
}

// A process lives through a story of steps, on a store that fails.
type process struct {
	t       *testing.T
	keeper  *keep.Keeper
	tracker *tracker.Tracker
	store   *scissors
}

const events = 8 // steps that record, of all

// step makes one, and reports whether it was acknowledged. The caller tries again what may be tried
// again.
func (p *process) step(n int) bool {
	switch n {
	case events:
		return p.insist(func() error { return p.keeper.Correct(ctx, excuse("c-1")) })
	case events + 1:
		return p.insist(func() error { return p.store.Define(ctx, keep.Definitions{Version: 1, SLAs: promises()}) })
	case events + 2:
		time.Sleep(2 * keep.Retention)
		before := p.snapshot()
		done := p.insist(func() error { return p.keeper.Compact(ctx) })
		assert.True(p.t, !done || p.snapshot() > before, "a snapshot was written, by its own account")
		return done
	case events + 3:
		return p.insist(func() error { return p.keeper.Sync(ctx) })
	}
	at := noon.Add(time.Duration(n) * 7 * time.Minute)
	assert.NoError(p.t, p.tracker.Record("shop/available", at, 1, 0))
	assert.NoError(p.t, p.tracker.Record("shop/fast", at, 0, 1))
	return p.keeper.Flush(ctx) == nil
}

// snapshot is the version of the newest.
func (p *process) snapshot() int64 {
	s, err := p.store.Memory.Load(ctx)
	assert.NoError(p.t, err)
	return s.Version
}

func (p *process) insist(call func() error) bool {
	for range 3 {
		err := call()
		if err == nil {
			return true
		}
		assert.ErrorIs(p.t, err, errCut)
	}
	return false
}

func excuse(id string) sla.Correction {
	return sla.Correction{
		ID: id, SLA: "shop", Start: noon.Add(10 * time.Minute), End: noon.Add(17 * time.Minute), Author: "ada", Reason: "an outage of somebody else", EnteredAt: noon,
	}
}

// story is the order of the steps: two snapshots, and events before, between and after.
var story = []int{0, 1, events, 2, events + 1, 3, events + 2, 4, 5, events + 3, events + 2, 6, 7, events + 3}

// live goes through a story from a step on, and ends where the store fails for ever. It returns the
// step that was not acknowledged.
func (p *process) live(from int) int {
	recorded := int64(0)
	for _, n := range story[:from] {
		if n < events {
			recorded++
		}
	}
	acknowledged := recorded
	for i, n := range story[from:] {
		done := p.step(n)
		if n < events {
			recorded++
		}
		if done && (n < events || n == events+3) {
			acknowledged = recorded
		}
		seen, _ := visible(p.t, p.store.Memory)
		require.GreaterOrEqual(p.t, seen, acknowledged, "step %d: what was acknowledged is lost", from+i)
		require.LessOrEqual(p.t, seen, recorded, "step %d: something counts twice", from+i)
		if !done && p.store.forever {
			return from + i
		}
	}
	return len(story)
}

// Each call of the store fails, once or for ever, done or not: nothing acknowledged is lost, no
// half of a flush is visible, and in the end all is as if nothing had failed.
func TestWhicheverCallFails(t *testing.T) {
	var want string
	synctest.Test(t, func(t *testing.T) {
		p := &process{t: t, store: &scissors{Memory: new(keep.Memory)}}
		p.keeper, p.tracker = open(t, "a", p.store)
		require.Equal(t, len(story), p.live(0))
		var seen int64
		seen, want = visible(t, p.store.Memory)
		require.EqualValues(t, events, seen)
	})
	for _, mode := range []struct{ after, forever bool }{{false, false}, {true, false}, {false, true}, {true, true}} {
		for at, calls := 1, 1; at <= calls; at++ {
			t.Run(fmt.Sprintf("call %d, done %v, for ever %v", at, mode.after, mode.forever), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := &scissors{Memory: new(keep.Memory), at: at, after: mode.after, forever: mode.forever}
					fails(t, s)
					calls = max(calls, s.calls)
					_, got := visible(t, s.Memory)
					require.Equal(t, want, got)
					d, err := s.Memory.Definitions(ctx)
					require.NoError(t, err)
					require.EqualValues(t, 1, d.Version)
				})
			})
		}
	}
}

// fails lives through the story on a store that fails, and where that is for ever, lets the next
// process end it.
func fails(t *testing.T, s *scissors) {
	p := &process{t: t, store: s, tracker: newTracker(t, "a")}
	var err error
	for range 2 {
		before := s.calls
		if p.keeper, err = keep.Open(ctx, p.tracker, s); err == nil {
			require.False(t, s.at > before && s.at <= s.calls, "Open returns no error of call %d, which failed", s.at)
			break
		}
		require.ErrorIs(t, err, errCut)
	}
	from := 0
	if err == nil {
		from = p.live(0)
	}
	if !s.forever {
		require.NoError(t, p.keeper.Err())
		return
	}
	next := &process{t: t, store: &scissors{Memory: s.Memory}}
	next.keeper, next.tracker = open(t, "a", next.store)
	if from < len(story) && story[from] < events { // was it kept? The caller counts
		before := int64(0)
		for _, n := range story[:from] {
			if n < events {
				before++
			}
		}
		seen, _ := visible(t, s.Memory)
		from += int(seen - before)
	}
	require.Equal(t, len(story), next.live(from))
}

// Each method returns the error of whichever call of the store fails.
func TestEveryFailureIsReturned(t *testing.T) {
	for name, ask := range map[string]func(*keep.Keeper, *scissors) error{
		"Open": func(_ *keep.Keeper, s *scissors) error {
			_, err := keep.Open(ctx, newTracker(t, "c"), s)
			return err
		},
		"Sync":    func(k *keep.Keeper, _ *scissors) error { return k.Sync(ctx) },
		"Flush":   func(k *keep.Keeper, _ *scissors) error { return k.Flush(ctx) },
		"Record":  func(k *keep.Keeper, _ *scissors) error { return k.Record(ctx, "shop/fast", noon, 1, 0) },
		"Correct": func(k *keep.Keeper, _ *scissors) error { return k.Correct(ctx, excuse("c-2")) },
		"Compact": func(k *keep.Keeper, _ *scissors) error { return k.Compact(ctx) },
	} {
		for at := 1; ; at++ {
			s := &scissors{Memory: new(keep.Memory)}
			other, recorded := open(t, "other", s)
			require.NoError(t, other.Correct(ctx, excuse("c-1")))
			book(t, recorded)
			require.NoError(t, other.Flush(ctx))
			k, tr := open(t, "a", s)
			book(t, tr)
			s.calls, s.at = 0, at
			err := ask(k, s)
			if s.calls < at {
				require.NoError(t, err, "%s, and nothing fails", name)
				require.Greater(t, at, 1, "%s makes no call", name)
				break
			}
			require.ErrorIs(t, err, errCut, "%s, call %d", name, at)
		}
	}
}
