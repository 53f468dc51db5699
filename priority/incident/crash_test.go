package incident_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

var errCut = errors.New("cut")

// A scissors fails one call of a store, or that and every later one, as if the process had died
// there: before the call has done anything, or after.
type scissors struct {
	*incident.Memory
	at      int  // the call that fails, from 1
	after   bool // it is done all the same
	forever bool

	mu    sync.Mutex
	calls int
}

// cut reports what a call is to do.
func (s *scissors) cut() (do, fail bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	switch {
	case s.calls == s.at:
		return s.after, true
	case s.forever && s.calls > s.at:
		return false, true
	}
	return true, false
}

// dead reports whether the process is.
func (s *scissors) dead() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.forever && s.calls >= s.at
}

func cutting[T any](s *scissors, call func() (T, error)) (T, error) {
	var zero, out T
	var err error
	do, fail := s.cut()
	if do {
		out, err = call()
	}
	if fail {
		return zero, errCut
	}
	return out, err
}

func (s *scissors) Append(ctx context.Context, after int64, list ...incident.Entry) error {
	_, err := cutting(s, func() (any, error) { return nil, s.Memory.Append(ctx, after, list...) })
	return err
}

func (s *scissors) Read(ctx context.Context, after int64, most int) ([]incident.Entry, error) {
	return cutting(s, func() ([]incident.Entry, error) { return s.Memory.Read(ctx, after, most) })
}

func (s *scissors) Timeline(ctx context.Context, id string) ([]incident.Entry, error) {
	return cutting(s, func() ([]incident.Entry, error) { return s.Memory.Timeline(ctx, id) })
}

func (s *scissors) Claim(ctx context.Context, announcer string, lease time.Duration) (incident.Delivery,
	time.Duration, error) {
	var wait time.Duration
	d, err := cutting(s, func() (d incident.Delivery, err error) {
		d, wait, err = s.Memory.Claim(ctx, announcer, lease)
		return d, err
	})
	return d, wait, err
}

func (s *scissors) Settle(ctx context.Context, d incident.Delivery, after time.Duration) error {
	_, err := cutting(s, func() (any, error) { return nil, s.Memory.Settle(ctx, d, after) })
	return err
}

func (s *scissors) DeadLetters(ctx context.Context) ([]incident.Delivery, error) {
	return cutting(s, func() ([]incident.Delivery, error) { return s.Memory.DeadLetters(ctx) })
}

// A town is what lies outside of the processes, and outlives them: the store, and what people in
// two channels have read.
type town struct {
	store *incident.Memory
	mu    sync.Mutex
	read  map[string][]incident.Announcement // by channel
	luck  *rand.Rand                         // nil: nothing goes wrong
}

// announcers returns those of one process. A dead one announces nothing.
func (w *town) announcers(dead func() bool) (list []incident.Announcer) {
	for _, name := range []string{"slack", "pager"} {
		list = append(list, &channel{name: name, answer: func(_ context.Context,
			a incident.Announcement) (string, error) {
			if dead() {
				return "", errCut
			}
			return w.announce(name, a)
		}})
	}
	return list
}

func (w *town) announce(name string, a incident.Announcement) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fate := 0
	if w.luck != nil {
		fate = w.luck.IntN(10)
	}
	switch fate {
	case 1, 2:
		return "", errors.New("503")
	case 3:
		return "", &incident.RetryError{After: time.Duration(w.luck.IntN(600)) * time.Second}
	case 4:
		return "", fmt.Errorf("%w: archived", incident.ErrPermanent)
	case 5:
		panic("wild")
	}
	w.read[name] = append(w.read[name], a)
	if fate == 6 {
		return "", errors.New("the answer was lost")
	}
	return "receipt", nil
}

func staleCustomers() freshness.Result {
	return freshness.Result{Asset: "raw.customers", Check: "c", Status: freshness.Stale, At: time.Now()}
}

// script is what happens to a desk: and what must be in the record when all of it has
// succeeded.
func script(d *incident.Desk) []func() error {
	start := time.Now()
	put := func(s priority.Signal) func() error {
		return func() error { _, _, err := d.Signal(ctx, s); return err }
	}
	return []func() error{
		put(firing("mart.orders", start)),
		put(firing("raw.orders", start)), // takes the first in
		func() error { return d.Acknowledge(ctx, "inc-2", "ada", start) },
		func() error { return d.Note(ctx, "inc-2", "ada", "looking", start) },
		put(firing("nobody.knows", start)),
		func() error {
			d.Observe(staleCustomers())
			return nil
		},
		put(resolved("raw.orders", start.Add(time.Second))),
		func() error { return d.Mitigate(ctx, "inc-2", "ada", "by hand", start) },
		func() error { return d.RecordRootCause(ctx, "inc-2", "bob", "full disk", start) },
		func() error { return d.Resolve(ctx, "inc-2", "ada", start) },
	}
}

// live plays the script against a desk that runs. What fails is said again, a few times, and then
// by the next process.
func live(d *incident.Desk, todo []func() error) (left []func() error) {
	end := running(d)
	defer func() { _ = end() }()
	for n, step := range todo {
		for try := 0; step() != nil; try++ {
			if try == 3 {
				return todo[n:]
			}
		}
		synctest.Wait()
	}
	time.Sleep(5 * time.Second)
	return nil
}

// whole checks what the readers of the channels know: all of it, in order.
func (w *town) whole(t *testing.T, d *incident.Desk) {
	dead, err := d.DeadLetters(ctx)
	require.NoError(t, err)
	for _, i := range d.Incidents() {
		for _, name := range []string{"slack", "pager"} {
			known, keys := 0, map[string]int{}
			for _, a := range w.read[name] {
				if a.Incident.ID != i.ID {
					continue
				}
				require.LessOrEqual(t, a.New[0].Seq, known+1, "%s: %s leaves something out", i.ID, a.Key)
				last := a.New[len(a.New)-1].Seq
				require.GreaterOrEqual(t, last, known, "%s: %s is out of order", i.ID, a.Key)
				require.Equal(t, fmt.Sprintf("%s/%d@%s", i.ID, last, name), a.Key)
				require.Equal(t, last, a.Incident.EntryCount)
				if earlier, again := keys[a.Key]; again {
					require.Equal(t, earlier, a.New[0].Seq, "the same key has the same entries")
					require.Greater(t, a.Attempt, 1, "a repeat has a higher attempt")
				}
				keys[a.Key], known = a.New[0].Seq, max(known, last)
			}
			if i.MergedInto != "" && known == 0 {
				told := func(e incident.Entry) bool {
					return e.Kind == incident.EntryAttached &&
						e.Other == i.ID
				}
				require.True(t, slices.ContainsFunc(timeline(t, d, i.MergedInto), told),
					"the other incident tells of it")
				continue
			}
			given := slices.ContainsFunc(dead, func(l incident.Delivery) bool {
				return l.Announcer == name && l.Incident == i.ID && l.UpTo == i.EntryCount
			})
			require.True(t, known == i.EntryCount || given,
				"%s knows %d of %d of %s, and no letter is dead", name, known, i.EntryCount, i.ID)
		}
	}
}

// record checks that everything that happened is in the record, once.
func record(t *testing.T, d *incident.Desk) {
	count := map[string]int{}
	for _, e := range entries(t, d) {
		if e.Asset != "" || e.Incident <= "inc-4" && e.Kind != incident.EntryAttached {
			count[fmt.Sprint(e.Incident, " ", e.Kind)]++
		}
	}
	for _, want := range []string{
		"inc-1 opened", "inc-1 merged", "inc-2 opened", "inc-2 attached", "inc-2 acknowledged",
		"inc-2 noted", "inc-2 cleared", "inc-2 mitigated", "inc-2 root-cause", "inc-2 resolved",
	} {
		require.Equal(t, 1, count[want], "%s: %v", want, count)
	}
	for _, i := range d.Incidents() {
		folded, err := incident.FromEntries(slices.Values(timeline(t, d, i.ID)))
		require.NoError(t, err)
		require.Equal(t, i, folded)
	}
	assets := map[string]int{}
	for _, i := range d.Incidents() {
		assets[i.Assessment.Signal.Asset]++
	}
	require.Equal(t, 1, assets["raw.orders"])
	require.Equal(t, 1, assets["raw.customers"])
	require.Equal(t, 1, assets["nobody.knows"])
}

// A process dies at each step of a story, or one call fails there; the next process finds
// everything, and no entry goes unannounced.
func TestNothingIsLostWhereverItIsCut(t *testing.T) {
	if testing.Short() {
		t.Skip("cuts a story at each of its steps")
	}
	for _, mode := range []struct {
		name           string
		after, forever bool
	}{{"dies before", false, true}, {"dies after", true, true}, {"fails before", false, false},
		{"fails after", true, false}} {
		t.Run(mode.name, func(t *testing.T) {
			for at, calls := 1, 1; at <= calls+1; at++ {
				synctest.Test(t, func(t *testing.T) {
					w := &town{store: new(incident.Memory), read: map[string][]incident.Announcement{}}
					s := &scissors{Memory: w.store, at: at, after: mode.after, forever: mode.forever}
					first := incident.NewDesk(classifier(t), w.announcers(s.dead)...)
					first.Store = s
					story := script(first)
					left := live(first, story)
					calls = max(calls, min(s.calls, 160))

					second := incident.NewDesk(classifier(t), w.announcers(func() bool { return false })...)
					second.Store = w.store
					rest := script(second)[len(story)-len(left):]
					require.Empty(t, live(second, rest))
					if s.forever { // what was only observed, the next process observes again
						second.Observe(staleCustomers())
					}
					end := running(second)
					time.Sleep(10 * time.Minute)
					require.ErrorIs(t, end(), context.Canceled)
					require.NoError(t, second.Err())
					w.whole(t, second)
					record(t, second)
				})
				if t.Failed() {
					t.Fatalf("cut at %d", at)
				}
			}
		})
	}
}

// Whatever announcers answer, each entry is delivered or among the dead letters.
func TestNothingIsLostWhateverAnnouncersAnswer(t *testing.T) {
	for seed := range uint64(100) {
		synctest.Test(t, func(t *testing.T) {
			luck := rand.New(rand.NewPCG(seed, 7))
			w := &town{store: new(incident.Memory), read: map[string][]incident.Announcement{}, luck: luck}
			for round := range 3 {
				s := &scissors{Memory: w.store, at: 1 + luck.IntN(150), after: luck.IntN(2) == 0,
					forever: round < 2}
				d := incident.NewDesk(classifier(t), w.announcers(s.dead)...)
				d.Store, d.MaxAttempts, d.Every = s, 4, 10*time.Second
				_ = live(d, script(d))
				if round == 2 {
					end := running(d)
					time.Sleep(3 * time.Hour)
					require.ErrorIs(t, end(), context.Canceled)
					w.whole(t, d)
				}
			}
		})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
