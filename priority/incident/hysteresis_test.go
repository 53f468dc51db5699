package incident_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A switchboard is a classifier before which orders reach a primary SLA, or another tier.
type switchboard struct{ *priority.Classifier }

func newSwitchboard(t testing.TB) switchboard {
	s := switchboard{priority.NewClassifier(nil)}
	s.set(t, sla.Primary)
	return s
}

func (s switchboard) set(t testing.TB, tier sla.Tier) {
	c, err := sla.NewCatalog([]sla.SLA{{ID: "orders", Tier: tier, Assets: []string{"mart.orders"}}},
		sla.Feeds("raw.orders", "mart.orders"))
	require.NoError(t, err)
	s.SetCatalog(c)
}

func level(t testing.TB, d *incident.Desk, id string) priority.Priority {
	i, known := d.Incident(id)
	require.True(t, known)
	return i.Assessment.Priority
}

// The timeline of a condition that becomes less urgent: at each minute a signal, and where the
// incident stands then.
func TestAnIncidentIsRaisedAtOnceAndLoweredLate(t *testing.T) {
	board := newSwitchboard(t)
	d := incident.NewDesk(board.Classifier)
	d.Hysteresis = &priority.Hysteresis{FlapStartPercent: 101}
	signal(t, d, firing("raw.orders", at))
	for n, step := range []struct {
		minute int
		tier   sla.Tier
		want   priority.Priority
	}{
		{1, sla.Tertiary, priority.P1}, // clean from here on
		{9, sla.Tertiary, priority.P1},
		{15, sla.Tertiary, priority.P1}, // three of them, and not for long enough
		{16, sla.Tertiary, priority.P3}, // the limit is included
		{17, sla.Primary, priority.P1},  // at once
		{18, sla.Secondary, priority.P1},
		{60, sla.Tertiary, priority.P1}, // long enough, and only two of them
		{61, sla.Tertiary, priority.P1},
		// lowered to the highest of them, which is recorded with the next signal of that priority
		{62, sla.Secondary, priority.P2},
		{64, sla.Tertiary, priority.P2},
		{20, sla.Tertiary, priority.P2}, // the clock jumps back: counted anew
		{21, sla.Tertiary, priority.P2},
		{22, sla.Tertiary, priority.P2},
		{35, sla.Tertiary, priority.P3},
		{36, sla.Secondary, priority.P2},
		{37, sla.Primary, priority.P1},
	} {
		board.set(t, step.tier)
		signal(t, d, firing("raw.orders", at.Add(time.Duration(step.minute)*time.Minute)))
		require.Equal(t, step.want, level(t, d, "inc-1"), "step %d", n)
		require.Equal(t, step.want == priority.P1, d.Focus(at).Stop, "step %d", n)
	}
	assert.Equal(t, []incident.EntryKind{incident.EntryOpened, incident.EntryLowered, incident.EntryRaised,
		incident.EntryLowered, incident.EntryLowered, incident.EntryRaised, incident.EntryRaised},
		kinds(entries(t, d)))
	again, err := incident.RestoreDesk(board.Classifier, slices.Values(entries(t, d)))
	require.NoError(t, err)
	assert.Equal(t, d.Incidents(), again.Incidents())
}

// lower makes the incident of an asset as low as it gets.
func lower(t testing.TB, d *incident.Desk, asset string, from time.Time) {
	for n := range 6 {
		signal(t, d, firing(asset, from.Add(time.Duration(n)*10*time.Minute)))
	}
}

func TestALoweredIncidentStopsNobodyAndIsNotOver(t *testing.T) {
	board := newSwitchboard(t)
	d := incident.NewDesk(board.Classifier)
	signal(t, d, firing("raw.orders", at))
	board.set(t, sla.Secondary)
	lower(t, d, "raw.orders", at)
	focus := d.Focus(at)
	assert.False(t, focus.Stop)
	assert.Zero(t, focus.Incident)
	assert.Equal(t, "no P1 is open; 1 less urgent", focus.String())
	require.Len(t, focus.Queue, 1)
	assert.Equal(t, []string{"an owner", "mitigation", "its root cause in writing"},
		focus.Queue[0].Needs(at), "only a P1 wants two")
	require.ErrorIs(t, d.Resolve(ctx, "inc-1", "ada", at), incident.ErrNoRootCause)
	signal(t, d, resolved("raw.orders", at.Add(2*time.Hour)))
	assert.Len(t, d.Focus(at).Queue, 1, "it does not close itself")

	board.set(t, sla.Primary)
	other := firing("mart.orders", at.Add(3*time.Hour))
	second, _ := signal(t, d, other)
	assert.Equal(t, "inc-2", second.ID, "what was lowered explains no P1")
	assert.True(t, d.Focus(at).Stop)
	assert.Equal(t, "inc-2", d.Focus(at).Incident.ID)
	assert.Equal(t, "inc-1", d.Focus(at).Queue[0].ID)
	signal(t, d, firing("raw.orders", at.Add(4*time.Hour)))
	assert.Equal(t, priority.P1, level(t, d, "inc-1"), "it fires again")
}

func TestAResolvedSignalLowersNothing(t *testing.T) {
	board := newSwitchboard(t)
	d := incident.NewDesk(board.Classifier)
	signal(t, d, firing("raw.orders", at))
	for n := range 100 {
		signal(t, d, resolved("raw.orders", at.Add(time.Duration(n)*time.Hour)))
	}
	assert.Equal(t, priority.P1, level(t, d, "inc-1"))
	assert.True(t, d.Focus(at).Stop)
}

func TestASignalWithoutAnInstantLowersNothing(t *testing.T) {
	board := newSwitchboard(t)
	d := incident.NewDesk(board.Classifier)
	signal(t, d, firing("raw.orders", at))
	board.set(t, sla.Secondary)
	for range 100 {
		signal(t, d, firing("raw.orders", time.Time{}))
	}
	assert.Equal(t, priority.P1, level(t, d, "inc-1"))
}

func TestAnIncidentWithSymptomsIsNotLowered(t *testing.T) {
	board := newSwitchboard(t)
	d := incident.NewDesk(board.Classifier)
	signal(t, d, firing("raw.orders", at))
	signal(t, d, firing("mart.orders", at))
	board.set(t, sla.Secondary)
	lower(t, d, "raw.orders", at)
	assert.Equal(t, priority.P1, level(t, d, "inc-1"))
}

func TestNothingIsLoweredWhileAPrimarySLAIsBroken(t *testing.T) {
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "orders", Assets: []string{"mart.orders"}}},
		sla.Feeds("raw.orders", "mart.orders"))
	require.NoError(t, err)
	var mu sync.Mutex
	broken, safe := true, false
	c := holding(catalog, 0, func(_ *sla.SLA, at time.Time) (time.Time, bool) {
		mu.Lock()
		defer mu.Unlock()
		return at.Add(24 * time.Hour), safe
	})
	d := incident.NewDesk(c)
	d.Hysteresis = &priority.Hysteresis{Hold: -1, CleanEvaluations: -1,
		Breached: func(id string, _ time.Time) bool {
			assert.Equal(t, "orders", id)
			assert.NoError(t, d.Sync(ctx), "asked with no turn held")
			return broken
		}}
	signal(t, d, firing("raw.orders", at))
	safe = true
	for n := range 20 {
		signal(t, d, firing("raw.orders", at.Add(time.Duration(n)*time.Hour)))
		require.Equal(t, priority.P1, level(t, d, "inc-1"))
	}
	broken = false
	signal(t, d, firing("raw.orders", at.Add(21*time.Hour)))
	assert.Less(t, level(t, d, "inc-1"), priority.P1)
}

func TestWhatFlapsStaysOneIncidentAtItsHighest(t *testing.T) {
	board := newSwitchboard(t)
	d := incident.NewDesk(board.Classifier)
	d.Hysteresis = &priority.Hysteresis{Hold: -1, CleanEvaluations: 2}
	for n := range 1000 {
		board.set(t, []sla.Tier{sla.Primary, sla.Secondary, sla.Secondary}[n%3])
		signal(t, d, firing("raw.orders", at.Add(time.Duration(n)*time.Minute)))
		if n > 20 {
			require.Equal(t, priority.P1, level(t, d, "inc-1"), "signal %d", n)
		}
	}
	assert.Len(t, d.Incidents(), 1)
	assert.Less(t, len(entries(t, d)), 15)
}

// A desk that has just begun knows only the record: it lowers as late as one that saw the signal
// open the incident.
func TestARestartLowersNothingEarly(t *testing.T) {
	board, store := newSwitchboard(t), new(incident.Memory)
	first := incident.NewDesk(board.Classifier)
	first.Store = store
	signal(t, first, firing("raw.orders", at))
	board.set(t, sla.Secondary)
	for n := range 60 {
		d := incident.NewDesk(board.Classifier)
		d.Store = store
		signal(t, d, firing("raw.orders", at.Add(time.Duration(n)*time.Hour)))
		require.Equal(t, priority.P1, level(t, d, "inc-1"))
	}
	second := incident.NewDesk(board.Classifier)
	second.Store = store
	lower(t, second, "raw.orders", at)
	assert.Equal(t, priority.P2, level(t, second, "inc-1"))
	board.set(t, sla.Primary)
	signal(t, first, firing("raw.orders", at.Add(100*time.Hour)))
	assert.Equal(t, priority.P1, level(t, first, "inc-1"), "another desk raises what this one lowered")
	board.set(t, sla.Secondary)
	signal(t, second, firing("raw.orders", at.Add(101*time.Hour)))
	assert.Equal(t, priority.P1, level(t, second, "inc-1"), "and this one begins anew")
}

// A signal whose append fails, or meets another desk's, counts once.
func TestASignalThatIsPlannedTwiceCountsOnce(t *testing.T) {
	board := newSwitchboard(t)
	store := &moving{Memory: new(incident.Memory)}
	d := incident.NewDesk(board.Classifier)
	d.Store, d.Hysteresis = store, &priority.Hysteresis{Hold: -1, CleanEvaluations: 3}
	signal(t, d, firing("raw.orders", at))
	board.set(t, sla.Secondary)
	for range 2 {
		signal(t, d, firing("raw.orders", at))
		require.Equal(t, priority.P1, level(t, d, "inc-1"))
	}
	store.conflicts, store.fails = 5, 1
	_, _, err := d.Signal(ctx, firing("raw.orders", at))
	require.ErrorIs(t, err, errCut)
	require.Equal(t, priority.P1, level(t, d, "inc-1"))
	signal(t, d, firing("raw.orders", at))
	assert.Equal(t, priority.P2, level(t, d, "inc-1"), "what could not be recorded is with the next")
}

// A moving store refuses a few appends as if it had moved on, or fails them.
type moving struct {
	*incident.Memory
	conflicts, fails int
}

func (m *moving) Append(ctx context.Context, after int64, list ...incident.Entry) error {
	switch {
	case m.conflicts > 0:
		m.conflicts--
		return incident.ErrConflict
	case m.fails > 0:
		m.fails--
		return errCut
	}
	return m.Memory.Append(ctx, after, list...)
}

// After any signals, in any order and at any instants, before any catalog, each condition whose
// newest signal fires at P1 belongs to an open incident at P1.
func TestWhatFiresAtP1IsInAnIncidentAtP1(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 5))
		board := newSwitchboard(t)
		steady := &priority.Hysteresis{Hold: time.Duration(r.IntN(3)-1) * time.Minute,
			CleanEvaluations: r.IntN(3) - 1, FlapStartPercent: 101}
		d, other := incident.NewDesk(board.Classifier), incident.NewDesk(board.Classifier)
		d.Hysteresis, d.Store = steady, new(incident.Memory)
		other.Hysteresis, other.Store = steady, d.Store
		newest := map[string]string{} // incident by asset, where its newest signal fires at P1
		for n := range 60 {
			board.set(t, sla.Tier(r.IntN(3)))
			s := firing([]string{"raw.orders", "mart.orders", "nobody.knows"}[r.IntN(3)],
				at.Add(time.Duration(r.IntN(600))*time.Second))
			s.Resolved = r.IntN(5) == 0
			if r.IntN(3) == 0 {
				d, other = other, d
			}
			i, known := signal(t, d, s)
			delete(newest, s.Asset)
			if board.Classify(s).Priority == priority.P1 && !s.Resolved {
				require.True(t, known, "seed %d, signal %d", seed, n)
				newest[s.Asset] = i.ID
			}
			if r.IntN(20) == 0 && known && i.State() != incident.StateClosed {
				require.NoError(t, d.CloseWithoutRootCause(ctx, i.ID, "ada", "over", s.At))
			}
			for asset, id := range newest {
				i, _ := d.Incident(id)
				if i.MergedInto != "" {
					i, _ = d.Incident(i.MergedInto)
				}
				if i.State() == incident.StateClosed {
					delete(newest, asset) // somebody closed it
					continue
				}
				require.Equal(t, priority.P1, i.Assessment.Priority, "seed %d, signal %d: %s in %s", seed,
					n, asset, id)
				require.True(t, d.Focus(at).Stop)
			}
		}
		again, err := incident.RestoreDesk(nil, slices.Values(entries(t, d)))
		require.NoError(t, err)
		require.Equal(t, d.Incidents(), again.Incidents())
	}
}

func TestAnEntryThatLowersOrRaisesToWhereItStandsIsRefused(t *testing.T) {
	d := incident.NewDesk(nil)
	signal(t, d, firing("x", at))
	i, _ := d.Incident("inc-1")
	for _, kind := range []incident.EntryKind{incident.EntryLowered, incident.EntryRaised} {
		report := i.Assessment
		_, err := i.Add(incident.Entry{Incident: "inc-1", Seq: 2, At: at, Kind: kind, Assessment: &report})
		require.ErrorIs(t, err, incident.ErrInvalidEntry)
		_, err = i.Add(incident.Entry{Incident: "inc-1", Seq: 2, At: at, Kind: kind})
		require.True(t, errors.Is(err, incident.ErrInvalidEntry))
	}
}

func TestARepeatedPlanForgetsNoFlapping(t *testing.T) {
	board, store := newSwitchboard(t), &moving{Memory: new(incident.Memory)}
	d := incident.NewDesk(board.Classifier)
	d.Store, d.Hysteresis = store, &priority.Hysteresis{Hold: -1, CleanEvaluations: -1}
	for n := range 100 {
		board.set(t, sla.Tier(n%2))
		store.conflicts = 25
		signal(t, d, firing("raw.orders", at.Add(time.Duration(n)*time.Minute)))
	}
	assert.Less(t, len(entries(t, d)), 15)
}

// What comes and goes is not recorded as resolved for a while. It counts for no clean evaluation
// all the same.
func TestWhatWasResolvedInBetweenIsNotClean(t *testing.T) {
	board := newSwitchboard(t)
	d := incident.NewDesk(board.Classifier)
	d.Hysteresis = &priority.Hysteresis{Hold: 5 * time.Minute, FlapStartPercent: 101}
	minute := 0
	next := func(s priority.Signal) { minute++; s.At = at.Add(time.Duration(minute) * time.Minute); signal(t, d, s) }
	for range 4 {
		next(firing("raw.orders", at))
		next(resolved("raw.orders", at))
	}
	next(firing("raw.orders", at))
	for range 10 {
		next(resolved("raw.orders", at))
	}
	board.set(t, sla.Secondary)
	next(firing("raw.orders", at))
	assert.Equal(t, priority.P1, level(t, d, "inc-1"))
	i, _ := d.Incident("inc-1")
	assert.True(t, i.Firing)
}

func TestWhatIsReopenedBeginsAnew(t *testing.T) {
	board := newSwitchboard(t)
	d := incident.NewDesk(board.Classifier)
	d.Hysteresis = &priority.Hysteresis{Hold: -1, CleanEvaluations: 2}
	for n := range 20 {
		board.set(t, sla.Tier(n%2))
		signal(t, d, firing("raw.orders", at))
	}
	require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-1", "ada", "a test", at))
	board.set(t, sla.Primary)
	signal(t, d, firing("raw.orders", at))
	board.set(t, sla.Secondary)
	for range 2 {
		require.Equal(t, priority.P1, level(t, d, "inc-1"))
		signal(t, d, firing("raw.orders", at))
	}
	assert.Equal(t, priority.P2, level(t, d, "inc-1"))
}

// Beyond the bound of open incidents what fires at P1 is a symptom of the newest that stands there
// itself.
func TestNoP1HangsOnWhatWasLowered(t *testing.T) {
	board := newSwitchboard(t)
	d := incident.NewDesk(board.Classifier)
	d.Hysteresis = &priority.Hysteresis{Hold: -1, CleanEvaluations: -1}
	for n := range 999 {
		signal(t, d, firing(fmt.Sprint("unknown-", n), at))
	}
	signal(t, d, firing("raw.orders", at))
	board.set(t, sla.Secondary)
	signal(t, d, firing("raw.orders", at))
	require.Equal(t, priority.P2, level(t, d, "inc-1000"))
	i, known := signal(t, d, firing("one-more", at))
	require.True(t, known)
	assert.Equal(t, "inc-999", i.ID)
}

// In whatever order a condition's signals arrive: while the latest of them fires, so does its
// incident.
func TestAResolvedSignalThatIsDelayedClearsNothing(t *testing.T) {
	signals := []priority.Signal{
		firing("raw.orders", at), resolved("raw.orders", at.Add(time.Minute)),
		firing("raw.orders", at.Add(2*time.Minute)),
	}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		d := incident.NewDesk(classifier(t))
		for _, n := range order {
			signal(t, d, signals[n])
		}
		i, _ := d.Incident("inc-1")
		assert.True(t, i.Firing, order)
		signal(t, d, resolved("raw.orders", at.Add(2*time.Minute)))
		i, _ = d.Incident("inc-1")
		assert.False(t, i.Firing, "of one instant, the one that arrives last")
		signal(t, d, firing("raw.orders", at))
		i, _ = d.Incident("inc-1")
		assert.True(t, i.Firing, "what fires counts however old it is")
		signal(t, d, resolved("raw.orders", time.Time{}))
		i, _ = d.Incident("inc-1")
		assert.False(t, i.Firing, "without an instant: now")
	}
}

// Desks that share a store and a condition, all at once: the record stays one that can be read, and
// a P1 at the end stands.
func TestDesksThatLowerAndRaiseAtOnce(t *testing.T) {
	board, store := newSwitchboard(t), new(incident.Memory)
	secondary := newSwitchboard(t)
	secondary.set(t, sla.Secondary)
	steady := &priority.Hysteresis{Hold: -1, CleanEvaluations: 2, FlapStartPercent: 101,
		Breached: func(string, time.Time) bool { return false }}
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			d := incident.NewDesk([]switchboard{board, secondary}[n%2].Classifier)
			d.Store, d.Hysteresis = store, steady
			for m := range 50 {
				s := firing("raw.orders", at.Add(time.Duration(m)*time.Minute))
				s.Resolved = (n+m)%7 == 0
				_, _, err := d.Signal(ctx, s)
				assert.NoError(t, err)
			}
		})
	}
	all.Wait()
	d := incident.NewDesk(board.Classifier)
	d.Store = store
	i, known := signal(t, d, firing("raw.orders", at.Add(time.Hour)))
	require.True(t, known)
	assert.Equal(t, priority.P1, i.Assessment.Priority)
	assert.Len(t, d.Incidents(), 1)
	again, err := incident.RestoreDesk(nil, slices.Values(entries(t, d)))
	require.NoError(t, err)
	assert.Equal(t, d.Incidents(), again.Incidents())
}
