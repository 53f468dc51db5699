package incident_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A ledger is a store in memory that keeps what is claimed and settled, and can spoil a claim.
type ledger struct {
	*incident.Memory
	spoil func(*incident.Delivery)

	mu      sync.Mutex
	leases  []time.Duration
	claims  []incident.Delivery
	settled []incident.Delivery
	waits   []time.Duration
	asked   int
}

func (l *ledger) Claim(ctx context.Context, announcer string, lease time.Duration) (incident.Delivery,
	time.Duration, error) {
	d, wait, err := l.Memory.Claim(ctx, announcer, lease)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	if d.Incident != "" {
		l.leases, l.claims = append(l.leases, lease), append(l.claims, d)
		if l.spoil != nil {
			l.spoil(&d)
		}
	}
	return d, wait, err
}

func (l *ledger) Settle(ctx context.Context, d incident.Delivery, after time.Duration) error {
	l.mu.Lock()
	l.settled, l.waits = append(l.settled, d), append(l.waits, after)
	l.mu.Unlock()
	return l.Memory.Settle(ctx, d, after)
}

func (l *ledger) written() []incident.Delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]incident.Delivery(nil), l.settled...)
}

// What is written down of each attempt, and that a new announcement begins at its first, however
// many the one before it took.
func TestEveryAnnouncementBeginsAtItsFirstAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &channel{name: "slack"}
		var attempts []string
		slack.answer = func(_ context.Context, a incident.Announcement) (string, error) {
			attempts = append(attempts, fmt.Sprint(a.Key, " ", a.Attempt))
			if a.Attempt < 3 {
				return fmt.Sprint("half ", a.Attempt), errors.New("503")
			}
			return "whole", nil
		}
		store := &ledger{Memory: new(incident.Memory)}
		d := incident.NewDesk(classifier(t), slack)
		d.Store = store
		signal(t, d, firing("raw.orders", at))
		end := running(d)
		time.Sleep(time.Minute)
		require.NoError(t, d.Note(ctx, "inc-1", "ada", "x", time.Now()))
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, []string{
			"inc-1/1@slack 1", "inc-1/1@slack 2", "inc-1/1@slack 3", "inc-1/2@slack 1", "inc-1/2@slack 2",
			"inc-1/2@slack 3",
		}, attempts)
		base := incident.Delivery{Announcer: "slack", Incident: "inc-1"}
		want := []incident.Delivery{base, base, base, base, base, base}
		for n := range want {
			w := &want[n]
			w.Fence, w.UpTo, w.Sent = int64(n+1), 1+n/3, n/3
			w.Attempt, w.Receipt, w.Error = n%3+1, fmt.Sprint("half ", n%3+1), "503"
		}
		for _, n := range []int{2, 5} { // a delivery leaves no attempts and no error
			want[n].Sent, want[n].Attempt, want[n].Receipt, want[n].Error = want[n].UpTo, 0, "whole", ""
		}
		assert.Equal(t, want, store.written())
		assert.Equal(t, []time.Duration{0, 0}, []time.Duration{store.waits[2], store.waits[5]})
		assert.Equal(t, 90*time.Second, store.leases[0], "three times the time limit")
		require.Error(t, end())
	})
}

// So many attempts are made, and no more: at the last one the announcement is dead.
func TestAnAnnouncementIsGivenUpAfterItsAttempts(t *testing.T) {
	for _, c := range []struct{ set, want int }{{1, 1}, {2, 2}, {5, 5}, {0, 30}, {-1, 30}} {
		synctest.Test(t, func(t *testing.T) {
			slack := &channel{name: "slack",
				answer: func(_ context.Context, a incident.Announcement) (string, error) {
					if a.Incident.ID != "inc-1" {
						return "", nil
					}
					return "", errors.New("503")
				}}
			store := &ledger{Memory: new(incident.Memory)}
			d := incident.NewDesk(classifier(t), slack)
			d.MaxAttempts, d.Store = c.set, store
			signal(t, d, firing("raw.orders", at))
			end := running(d)
			time.Sleep(5 * time.Hour)
			dead, err := d.DeadLetters(ctx)
			require.NoError(t, err)
			require.Len(t, dead, 1)
			assert.Equal(t, c.want, dead[0].Attempt)
			assert.Equal(t, "503", dead[0].Error)
			last := 0
			for n, w := range store.written() {
				if w.Incident == "inc-1" {
					last = n
				}
			}
			assert.Zero(t, store.waits[last], "a dead letter waits for nothing")

			require.NoError(t, d.Redeliver(ctx, dead[0]))
			time.Sleep(5 * time.Hour)
			again, err := d.DeadLetters(ctx)
			require.NoError(t, err)
			require.Len(t, again, 1)
			assert.Equal(t, c.want, again[0].Attempt, "with all its attempts before it")
			require.Error(t, end())
		})
	}
}

// A dead letter that is brought back is tried at once, with no attempt behind it.
func TestADeadLetterIsTriedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		well := false
		slack := &channel{name: "slack",
			answer: func(context.Context, incident.Announcement) (string, error) {
				if well {
					return "", nil
				}
				return "", incident.ErrPermanent
			}}
		d := incident.NewDesk(classifier(t), slack)
		d.Every = time.Hour
		signal(t, d, firing("raw.orders", at))
		end := running(d)
		time.Sleep(3 * time.Hour)
		dead, err := d.DeadLetters(ctx)
		require.NoError(t, err)
		require.Len(t, dead, 2)
		well = true
		require.NoError(t, d.Redeliver(ctx, dead[0]))
		synctest.Wait()
		require.Len(t, slack.heard(), 1)
		assert.Equal(t, 1, slack.heard()[0].Attempt)
		require.Error(t, end())
	})
}

// The waits after failed attempts, to the millisecond: each about twice as long as the one
// before, up to five minutes, and other for another key.
func TestTheBackOffAsItIs(t *testing.T) {
	var b strings.Builder
	for _, name := range []string{"slack", "pager"} {
		synctest.Test(t, func(t *testing.T) {
			store := &ledger{Memory: new(incident.Memory)}
			d := incident.NewDesk(classifier(t),
				&channel{name: name, answer: func(context.Context, incident.Announcement) (string, error) {
					return "", errors.New("503")
				}})
			d.Store = store
			signal(t, d, firing("raw.orders", at))
			end := running(d)
			time.Sleep(80 * time.Minute)
			require.Error(t, end())
			full := time.Second
			for n, wait := range store.waits[:20] {
				fmt.Fprintln(&b, name, n+1, wait.Round(time.Millisecond))
				require.LessOrEqual(t, wait, full)
				require.Greater(t, wait, full/2)
				full = min(2*full, 5*time.Minute)
			}
		})
	}
	golden(t, "backoff.txt", b.String())
}

// An announcer's own time counts where it is longer than the back-off, and only then.
func TestTheLongerOfTwoWaitsCounts(t *testing.T) {
	for _, after := range []time.Duration{-time.Hour, 0, time.Millisecond, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			store := &ledger{Memory: new(incident.Memory)}
			d := incident.NewDesk(classifier(t),
				&channel{name: "slack", answer: func(context.Context, incident.Announcement) (string, error) {
					return "", &incident.RetryError{After: after}
				}})
			d.Store = store
			signal(t, d, firing("raw.orders", at))
			require.Error(t, running(d)())
			assert.Equal(t, after == time.Minute, store.waits[0] == after)
			assert.Greater(t, store.waits[0], 500*time.Millisecond)
		})
	}
	assert.EqualError(t, &incident.RetryError{Err: errors.New("429")}, "429")
	assert.EqualError(t, &incident.RetryError{Err: errors.New("429"), After: -1}, "429")
	assert.EqualError(t, &incident.RetryError{Err: errors.New("429"), After: 1},
		"429 (try again after 1ns)")
	assert.ErrorIs(t, &incident.RetryError{Err: errCut}, errCut)
}

// What the store gives back wrong is a failed attempt, and no panic.
func TestADeliveryThatTheRecordDoesNotHoldFails(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*incident.Delivery)
		fails bool
	}{
		"of more entries than there are":   {func(d *incident.Delivery) { d.UpTo++ }, true},
		"of fewer than none before it":     {func(d *incident.Delivery) { d.Sent = -1 }, true},
		"of all that was sent":             {func(d *incident.Delivery) { d.Sent = d.UpTo }, false},
		"of more that was sent than there": {func(d *incident.Delivery) { d.Sent = d.UpTo + 5 }, false},
		"of none that was sent":            {func(*incident.Delivery) {}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				slack := &channel{name: "slack"}
				store := &ledger{Memory: new(incident.Memory), spoil: c.spoil}
				d := incident.NewDesk(classifier(t), slack)
				d.Store, d.Every = store, time.Hour
				signal(t, d, firing("raw.orders", at))
				require.NoError(t, d.Note(ctx, "inc-1", "ada", "x", at))
				end := running(d)
				if c.fails {
					require.ErrorContains(t, d.Err(), `the record of "inc-1" ends at 2, before`)
					assert.Empty(t, slack.tries())
				} else {
					require.NoError(t, d.Err())
					assert.Len(t, slack.tries(), 1)
				}
				require.Error(t, end())
			})
		})
	}
}

// A merged incident is announced by its cause alone, where no person made an entry and no attempt
// was made before.
func TestWhoTellsOfAMergedIncident(t *testing.T) {
	for _, c := range []struct {
		name string
		note bool
		dies bool
		want []string
	}{
		{"without an entry by a person", false, false, []string{"inc-2/3@slack opened attached attached"}},
		{"somebody wrote", true, false, []string{"inc-1/3@slack opened noted merged",
			"inc-2/3@slack opened attached attached"}},
		{"after an attempt", false, true,
			[]string{"inc-2/3@slack opened attached attached", "inc-1/2@slack opened merged"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				slack, store := &channel{name: "slack"}, new(incident.Memory)
				d := incident.NewDesk(chain(t, 2), slack)
				d.Store = store
				signal(t, d, firing("mart.0", at))
				if c.note {
					require.NoError(t, d.Note(ctx, "inc-1", "ada", "x", at))
				}
				if c.dies { // a process has claimed it, and died
					signal(t, d, firing("stg", at))
					_, _, err := store.Claim(ctx, "slack", time.Second)
					require.NoError(t, err)
				} else {
					signal(t, d, firing("stg", at))
				}
				signal(t, d, firing("mart.1", at))
				end := running(d)
				time.Sleep(time.Minute)
				assert.ElementsMatch(t, c.want, slack.got())
				require.Error(t, end())
			})
		})
	}
}

// While a store does not take what became of a delivery, it is offered so long, and at growing
// distances.
func TestWhatBecameOfADeliveryIsOfferedForItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &deaf{ledger: ledger{Memory: new(incident.Memory)}}
		slack := &channel{name: "slack"}
		d := incident.NewDesk(classifier(t), slack)
		d.Store, d.Timeout, d.Every = store, 30*time.Second, time.Hour
		signal(t, d, firing("raw.orders", at))
		end := running(d)
		begin := time.Now()
		time.Sleep(20 * time.Second)
		require.ErrorContains(t, d.Err(), "incident: outbox of slack: cut")
		time.Sleep(60 * time.Second)
		synctest.Wait()
		times := store.offers()
		n := len(times)
		assert.Len(t, slack.tries(), 1)
		assert.Greater(t, times[n-1].Sub(begin), 30*time.Second)
		assert.Less(t, times[n-1].Sub(begin), 60*time.Second)
		assert.Greater(t, n, 4)
		assert.Less(t, n, 12)
		store.well.Store(true)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		assert.Len(t, slack.tries(), 2, "and then made again, for its result is not known")
		require.NoError(t, d.Err())
		store.well.Store(false)
		require.NoError(t, d.Note(ctx, "inc-1", "ada", "x", time.Now()))
		synctest.Wait()
		begin = time.Now()
		require.Error(t, end())
		assert.Less(t, time.Since(begin), 2*time.Second,
			"the end of Run waits for no more than the next offer")
	})
}

// A deaf store takes nothing back.
type deaf struct {
	ledger
	well  atomic.Bool
	lock  sync.Mutex
	times []time.Time
}

func (d *deaf) offers() []time.Time {
	d.lock.Lock()
	defer d.lock.Unlock()
	return slices.Clone(d.times)
}

func (d *deaf) Settle(ctx context.Context, letter incident.Delivery, after time.Duration) error {
	if d.well.Load() {
		return d.ledger.Settle(ctx, letter, after)
	}
	d.lock.Lock()
	defer d.lock.Unlock()
	d.times = append(d.times, time.Now())
	return errCut
}
