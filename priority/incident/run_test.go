package incident_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A channel is an announcer that keeps what was delivered, and does first what a test wants.
type channel struct {
	name   string
	answer func(ctx context.Context, a incident.Announcement) (string, error)

	mu        sync.Mutex
	delivered []incident.Announcement
	attempts  []time.Time
}

func (c *channel) Name() string { return c.name }

func (c *channel) Announce(ctx context.Context, a incident.Announcement) (receipt string, err error) {
	c.mu.Lock()
	c.attempts = append(c.attempts, time.Now())
	c.mu.Unlock()
	if c.answer != nil {
		receipt, err = c.answer(ctx, a)
	}
	if err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.delivered = append(c.delivered, a)
	}
	return receipt, err
}

func (c *channel) got() (list []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.delivered {
		line := a.Key
		for _, e := range a.New {
			line += fmt.Sprintf(" %v", e.Kind)
		}
		list = append(list, line)
	}
	return list
}

// tries returns when it was called.
func (c *channel) tries() []time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.attempts)
}

// heard returns what was delivered.
func (c *channel) heard() []incident.Announcement {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.delivered)
}

// running runs a desk in a bubble, and returns how to end it and hear what Run returned.
func running(d *incident.Desk) (end func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() { result <- d.Run(ctx) }()
	synctest.Wait()
	return func() error {
		cancel()
		return <-result
	}
}

func TestEachEntryIsAnnouncedOnceAndInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack, pager := &channel{name: "slack"}, &channel{name: "pager"}
		d := incident.NewDesk(classifier(t), slack, nil, pager)
		signal(t, d, firing("raw.orders", at))
		require.Empty(t, slack.got(), "nothing happens before Run")
		end := running(d)
		require.NoError(t, d.Acknowledge(ctx, "inc-1", "ada", time.Now()))
		synctest.Wait()
		require.NoError(t, d.Join(ctx, "inc-1", "bob", time.Now()))
		synctest.Wait()
		assert.Equal(t, []string{"inc-1/1@slack opened", "inc-1/2@slack acknowledged",
			"inc-1/3@slack joined"}, slack.got())
		assert.Equal(t, []string{"inc-1/1@pager opened", "inc-1/2@pager acknowledged",
			"inc-1/3@pager joined"}, pager.got())
		assert.Equal(t, []string{"ada"}, slack.heard()[1].Incident.Responders,
			"the state is that of the last of the new")
		require.ErrorContains(t, d.Run(ctx), "already running")
		require.ErrorIs(t, end(), context.Canceled)
		require.NoError(t, d.Err())

		require.NoError(t, d.Note(ctx, "inc-1", "eve", "hello", time.Now()))
		time.Sleep(time.Hour)
		assert.Len(t, slack.got(), 3, "nothing happens after Run")
		end = running(d)
		assert.Equal(t, "inc-1/4@slack noted", slack.got()[3], "it goes on where it was")
		require.ErrorIs(t, end(), context.Canceled)
	})
}

func TestWhatFailsComesAgainLaterAndThenTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up atomic.Bool
		slack := &channel{name: "slack"}
		slack.answer = func(_ context.Context, a incident.Announcement) (string, error) {
			if !up.Load() {
				return fmt.Sprintf("half %d", a.Attempt), errors.New("503")
			}
			return "ts-1", nil
		}
		d := incident.NewDesk(classifier(t), slack)
		signal(t, d, firing("raw.orders", at))
		end := running(d)
		for n := range 5 {
			require.NoError(t, d.Note(ctx, "inc-1", "ada", fmt.Sprint("note ", n), time.Now()))
		}
		time.Sleep(20 * time.Minute)
		assert.ErrorContains(t, d.Err(), `incident: slack: attempt `)
		for n, wait := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300} {
			got := slack.tries()[n+1].Sub(slack.tries()[n])
			assert.LessOrEqual(t, got, wait*time.Second, "attempt %d", n+2)
			assert.Greater(t, got, wait*time.Second/2-time.Millisecond, "attempt %d", n+2)
		}
		up.Store(true)
		time.Sleep(5 * time.Minute)
		assert.Equal(t, []string{"inc-1/1@slack opened", "inc-1/6@slack noted noted noted noted noted"},
			slack.got(), "what was begun stays as it was")
		first := slack.heard()[0]
		assert.Equal(t, fmt.Sprintf("half %d", first.Attempt-1), first.Receipt,
			"a receipt beside an error is kept")
		assert.Equal(t, "ts-1", slack.heard()[1].Receipt)
		assert.Equal(t, 1, slack.heard()[1].Attempt)
		require.NoError(t, d.Err())
		require.ErrorIs(t, end(), context.Canceled)
	})
}

func TestRetryAfterIsObeyed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &channel{name: "slack"}
		slack.answer = func(_ context.Context, a incident.Announcement) (string, error) {
			if a.Attempt < 3 {
				return "", fmt.Errorf("slack: %w", &incident.RetryError{Err: errors.New("429"),
					After: time.Hour})
			}
			return "", nil
		}
		d := incident.NewDesk(classifier(t), slack)
		signal(t, d, firing("raw.orders", at))
		end := running(d)
		time.Sleep(2*time.Hour - 1)
		assert.Empty(t, slack.got())
		time.Sleep(2 * time.Second)
		assert.Len(t, slack.got(), 1)
		assert.GreaterOrEqual(t, slack.tries()[1].Sub(slack.tries()[0]), time.Hour)
		require.ErrorIs(t, end(), context.Canceled)
	})
}

func TestADeadLetterIsASignal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var welcomes atomic.Bool
		slack, pager := &channel{name: "slack"}, &channel{name: "pager"}
		slack.answer = func(context.Context, incident.Announcement) (string, error) {
			if !welcomes.Load() {
				return "", fmt.Errorf("channel_not_found: %w", incident.ErrPermanent)
			}
			return "", nil
		}
		d := incident.NewDesk(classifier(t), slack, pager)
		signal(t, d, firing("raw.orders", at))
		d.Every = time.Minute
		end := running(d)
		time.Sleep(time.Minute)

		dead, err := d.DeadLetters(ctx)
		require.NoError(t, err)
		require.Len(t, dead, 2, "the incident's, and that of the incident about the announcer")
		assert.Equal(t, []string{"inc-1", "inc-2"}, []string{dead[0].Incident, dead[1].Incident})
		assert.Contains(t, dead[0].Error, "channel_not_found")
		assert.Equal(t, 1, len(slack.tries())-len(dead)+1, "each was tried once")
		about, _ := d.Incident("inc-2")
		assert.Equal(t, "announcer:slack", about.Assessment.Signal.Asset)
		assert.Contains(t, pager.got(), "inc-2/1@pager opened", "another announcer tells of it")
		assert.ErrorContains(t, d.Err(), "incident: slack: cannot announce inc-")

		time.Sleep(24 * time.Hour)
		assert.Len(t, slack.tries(), 2, "what is dead is left alone")
		welcomes.Store(true)
		require.NoError(t, d.Redeliver(ctx, dead[1]))
		require.ErrorIs(t, d.Redeliver(ctx, incident.Delivery{Announcer: "slack", Incident: "inc-1",
			Fence: 9}), incident.ErrFenced)
		time.Sleep(time.Second)
		about, _ = d.Incident("inc-2")
		assert.True(t, about.Firing, "there is a dead letter yet")
		require.NoError(t, d.Note(ctx, "inc-1", "ada", "now?", time.Now()))
		time.Sleep(time.Minute)
		assert.Contains(t, slack.got(), "inc-1/2@slack opened noted", "what is new takes what was dead along")
		about, _ = d.Incident("inc-2")
		assert.False(t, about.Firing)
		require.NoError(t, d.Err())
		require.ErrorIs(t, end(), context.Canceled)
	})
}

func TestASlowOrPanickingAnnouncerDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := make(chan struct{})
		hung, wild, well := &channel{name: "hung"}, &channel{name: "wild"}, &channel{name: "well"}
		hung.answer = func(context.Context, incident.Announcement) (string, error) { <-hangs; return "", nil }
		wild.answer = func(context.Context, incident.Announcement) (string, error) { panic("!") }
		d := incident.NewDesk(classifier(t), hung, wild, well)
		d.MaxAttempts = 3
		signal(t, d, firing("raw.orders", at))
		end := running(d)
		require.NoError(t, d.Note(ctx, "inc-1", "ada", "x", time.Now()))
		synctest.Wait()
		assert.Equal(t, []string{"inc-1/1@well opened", "inc-1/2@well noted"}, well.got())
		time.Sleep(time.Hour)
		assert.ErrorContains(t, d.Err(), "incident: hung: the announcer does not return")
		assert.Contains(t, d.Focus(time.Now()).String(), "2 more wait", "both announcers are incidents too")
		dead, err := d.DeadLetters(ctx)
		require.NoError(t, err)
		assert.Contains(t, dead[0].Error, "the announcer panicked: !")
		err = end()
		require.ErrorIs(t, err, context.Canceled)
		assert.ErrorContains(t, err, "announcer hung: the announcer does not return")
		close(hangs)
	})
}

func TestTheEndOfRunLetsAnAttemptFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &channel{name: "slack"}
		slack.answer = func(ctx context.Context, _ incident.Announcement) (string, error) {
			select {
			case <-ctx.Done():
				return "", context.Cause(ctx)
			case <-time.After(10 * time.Second):
				return "sent", nil
			}
		}
		d := incident.NewDesk(classifier(t), slack)
		signal(t, d, firing("raw.orders", at))
		end := running(d)
		began := time.Now()
		require.ErrorIs(t, end(), context.Canceled)
		assert.Equal(t, 10*time.Second, time.Since(began))
		assert.Equal(t, []string{"inc-1/1@slack opened"}, slack.got())

		d.Timeout = 5 * time.Second
		require.NoError(t, d.Note(ctx, "inc-1", "ada", "x", time.Now()))
		end = running(d)
		began = time.Now()
		require.ErrorIs(t, end(), context.Canceled)
		assert.Equal(t, 5*time.Second, time.Since(began), "its time limit ends it")
		assert.Len(t, slack.got(), 1)
	})
}

func TestTwoDesksAnnounceOnceAndOneTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(incident.Memory)
		hangs := make(chan struct{})
		first, second := &channel{name: "slack"}, &channel{name: "slack"}
		one, two := incident.NewDesk(classifier(t), first), incident.NewDesk(classifier(t), second)
		one.Store, two.Store = store, store
		signal(t, one, firing("raw.orders", at))
		signal(t, two, firing("raw.orders", at))
		require.Len(t, entries(t, two), 1, "one incident")

		endOne, endTwo := running(one), running(two)
		assert.Equal(t, 1, len(first.got())+len(second.got()))
		require.NoError(t, two.Note(ctx, "inc-1", "ada", "from two", time.Now()))
		time.Sleep(2 * time.Second)
		i, _ := one.Incident("inc-1")
		assert.Equal(t, 2, i.EntryCount, "a desk learns what another recorded")
		assert.Equal(t, 2, len(first.got())+len(second.got()))

		require.Error(t, endTwo())
		first.answer = func(context.Context, incident.Announcement) (string, error) {
			<-hangs
			return "",
				nil
		}
		require.NoError(t, two.Note(ctx, "inc-1", "ada", "who sends this?", time.Now()))
		time.Sleep(2 * time.Second) // the first desk has claimed it, and hangs
		require.ErrorContains(t, endOne(), "does not return")
		endTwo = running(two)
		before := len(second.got())
		time.Sleep(80 * time.Second)
		require.Len(t, second.got(), before+1, "the lease has ended")
		assert.Equal(t, 2, second.heard()[before].Attempt, "the repeat has a higher attempt")
		require.ErrorIs(t, endTwo(), context.Canceled)
		close(hangs)
	})
}

func TestALeaseThatEndsIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &channel{name: "slack"}
		d := incident.NewDesk(classifier(t), slack)
		signal(t, d, firing("raw.orders", time.Now()))
		require.NoError(t, d.Acknowledge(ctx, "inc-1", "ada", time.Now()))
		end := running(d)
		time.Sleep(3 * ackLease)
		assert.Equal(t, []incident.EntryKind{incident.EntryOpened, incident.EntryAcknowledged,
			incident.EntryLeaseEnded}, kinds(entries(t, d)), "once")
		assert.Equal(t, "inc-1/3@slack lease-ended", slack.got()[1])
		require.ErrorIs(t, end(), context.Canceled)
	})
}

func TestAConditionThatComesAndGoesStaysWithinBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &channel{name: "slack"}
		d := incident.NewDesk(classifier(t), slack)
		d.Every = time.Minute
		end := running(d)
		for range 24 * 60 { // a day of it
			signal(t, d, firing("raw.orders", time.Now()))
			time.Sleep(30 * time.Second)
			signal(t, d, resolved("raw.orders", time.Now()))
			time.Sleep(30 * time.Second)
		}
		list := entries(t, d)
		assert.Len(t, d.Incidents(), 1)
		assert.Equal(t, []incident.EntryKind{incident.EntryOpened, incident.EntryCleared,
			incident.EntryRecurred, incident.EntryCleared, incident.EntryRecurred, incident.EntryCleared,
			incident.EntryRecurred}, kinds(list))
		i, _ := d.Incident("inc-1")
		assert.True(t, i.Firing)
		time.Sleep(16 * time.Minute)
		i, _ = d.Incident("inc-1")
		assert.False(t, i.Firing, "Run records that it has stayed resolved")
		assert.Equal(t, priority.P1, i.Assessment.Priority)
		require.ErrorIs(t, end(), context.Canceled)
	})
}

// A nameless is an announcer without a name of its own.
type nameless struct{ keys chan string }

func (n nameless) Announce(_ context.Context, a incident.Announcement) (string, error) {
	n.keys <- a.Key
	return "", nil
}

func TestAnnouncersAreToldApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := make(chan string, 9)
		d := incident.NewDesk(nil, nameless{keys}, &nameless{keys}, &channel{name: ""},
			incident.AnnouncerFunc(nameless{keys}.Announce))
		signal(t, d, firing("raw.orders", at))
		end := running(d)
		var got []string
		for range 3 {
			got = append(got, <-keys)
		}
		slices.Sort(got)
		assert.Equal(t, []string{"inc-1/1@incident", "inc-1/1@incident_test", "inc-1/1@incident_test-2"}, got)
		require.ErrorIs(t, end(), context.Canceled)
	})
}

func TestAnAnnouncerThatComesBackLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &channel{name: "slack"}
		slack.answer = func(_ context.Context, a incident.Announcement) (string, error) {
			if a.Attempt == 1 && a.Incident.ID == "inc-1" {
				time.Sleep(time.Minute) // twice its time
			}
			return "", nil
		}
		d := incident.NewDesk(classifier(t), slack)
		signal(t, d, firing("raw.orders", at))
		end := running(d)
		time.Sleep(40 * time.Second)
		assert.ErrorContains(t, d.Err(), "the announcer does not return")
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"inc-1/1@slack opened", "inc-2/1@slack opened", "inc-2/2@slack cleared"},
			slack.got())
		require.NoError(t, d.Err())
		require.ErrorIs(t, end(), context.Canceled)
	})
}

func TestWhoWaitsForTheStoreMayGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := make(chan struct{})
		d := incident.NewDesk(classifier(t))
		d.Store = &meddler{new(incident.Memory), func() { <-slow }}
		go func() { _, _, _ = d.Signal(ctx, firing("raw.orders", at)) }()
		synctest.Wait()
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_, _, err := d.Signal(short, firing("raw.orders", at))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, d.Sync(short), context.DeadlineExceeded)
		assert.False(t, d.Focus(at).Stop, "who only reads does not wait")
		close(slow)
		synctest.Wait()
		assert.True(t, d.Focus(at).Stop)
	})
}

func TestAStoreThatFailsIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &channel{name: "slack"}
		store := &scissors{Memory: new(incident.Memory)}
		d := incident.NewDesk(classifier(t), slack)
		d.Store = store
		slack.answer = func(context.Context, incident.Announcement) (string, error) {
			store.mu.Lock()
			defer store.mu.Unlock()
			store.at, store.forever = 1, true // down from the moment of delivery
			return "", nil
		}
		signal(t, d, firing("raw.orders", at))
		end := running(d)
		time.Sleep(10 * time.Second)
		assert.ErrorContains(t, d.Err(), "incident: outbox of slack: cut")
		store.mu.Lock()
		store.forever = false
		store.mu.Unlock()
		time.Sleep(time.Hour)
		require.NoError(t, d.Err())
		assert.Len(t, slack.tries(), 1, "what was delivered is written down when the store is back")
		require.ErrorIs(t, end(), context.Canceled)
	})
}

func TestAnnouncementsReadBack(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	i, _ := signal(t, d, firing("raw.orders", at))
	a := incident.Announcement{Key: "inc-1/1@slack", Incident: i, New: entries(t, d), Receipt: "ts",
		Attempt: 2}
	text, err := json.Marshal(a)
	require.NoError(t, err)
	var again incident.Announcement
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, a, again)
	assert.EqualError(t, &incident.RetryError{After: time.Minute}, "incident: try again after 1m")
	assert.EqualError(t, &incident.RetryError{Err: errors.New("429"), After: time.Minute},
		"429 (try again after 1m)")
}
