package incident_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// Where nothing may be due for long, an outbox is asked as often as another desk may go
// unnoticed; where something may be, at that instant.
func TestAnOutboxIsAskedWhenSomethingMayBeDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &ledger{Memory: new(incident.Memory)}
		slack := &channel{name: "slack",
			answer: func(_ context.Context, a incident.Announcement) (string, error) {
				if a.Attempt == 1 {
					return "", &incident.RetryError{After: 90 * time.Second}
				}
				return "", nil
			}}
		d := incident.NewDesk(classifier(t), slack)
		d.Store, d.Every = store, time.Minute
		end := running(d)
		time.Sleep(10*time.Minute + 30*time.Second)
		synctest.Wait()
		assert.Equal(t, 11, store.asked)
		signal(t, d, firing("raw.orders", at))
		begin := time.Now()
		time.Sleep(2 * time.Minute)
		require.Len(t, slack.tries(), 2)
		assert.Equal(t, 90*time.Second, slack.tries()[1].Sub(begin))
		require.Error(t, end())
	})
}

// The defaults of a desk's times, and that each can be set.
func TestATimeLimitIsTheDesks(t *testing.T) {
	for set, want := range map[time.Duration]time.Duration{0: 30 * time.Second, -1: 30 * time.Second,
		5 * time.Second: 5 * time.Second, 1: 1} {
		synctest.Test(t, func(t *testing.T) {
			var ended time.Duration
			slack := &channel{name: "slack", answer: func(ctx context.Context,
				a incident.Announcement) (string, error) {
				if a.Incident.ID != "inc-1" || a.Attempt > 1 {
					return "", nil
				}
				begin := time.Now()
				<-ctx.Done()
				ended = time.Since(begin)
				return "", ctx.Err()
			}}
			d := incident.NewDesk(classifier(t), slack)
			d.Timeout = set
			signal(t, d, firing("raw.orders", at))
			end := running(d)
			time.Sleep(time.Minute)
			synctest.Wait()
			assert.Equal(t, want, ended)
			require.Error(t, end())
		})
	}
}

// An announcer that comes back within a second of its time limit is not said to hang.
func TestASecondOfGrace(t *testing.T) {
	for late, hangs := range map[time.Duration]bool{999 * time.Millisecond: false,
		1500 * time.Millisecond: true} {
		synctest.Test(t, func(t *testing.T) {
			slack := &channel{name: "slack",
				answer: func(_ context.Context, a incident.Announcement) (string, error) {
					if a.Attempt == 1 && a.Incident.ID == "inc-1" {
						time.Sleep(5*time.Second + late)
					}
					return "", nil
				}}
			d := incident.NewDesk(classifier(t), slack)
			d.Timeout = 5 * time.Second
			signal(t, d, firing("raw.orders", at))
			end := running(d)
			time.Sleep(5*time.Second + late - time.Millisecond)
			synctest.Wait()
			assert.Equal(t, hangs, d.Err() != nil, late)
			time.Sleep(time.Minute)
			_, known := d.Incident("inc-2")
			assert.Equal(t, hangs, known, "a signal about the announcer")
			require.NoError(t, d.Err())
			require.Error(t, end())
		})
	}
}

// An announcer that ends its goroutine has failed, like one that panics.
func TestAnAnnouncerThatEndsItsGoroutineHasFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &channel{name: "slack",
			answer: func(_ context.Context, a incident.Announcement) (string, error) {
				if a.Attempt == 1 {
					exit()
				}
				return "", nil
			}}
		d := incident.NewDesk(classifier(t), slack)
		signal(t, d, firing("raw.orders", at))
		end := running(d)
		require.ErrorContains(t, d.Err(), "attempt 1 at inc-1: the announcer ended its goroutine")
		time.Sleep(time.Minute)
		assert.Len(t, slack.got(), 1)
		require.NoError(t, d.Err())
		require.Error(t, end())
	})
}

// Announcers of one name are numbered, in their order, and so are those of a package.
func TestAnnouncersOfOneName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := make(chan string, 9)
		list := []incident.Announcer{&channel{name: "slack"}, &channel{name: "slack"},
			&channel{name: "slack"}, nameless{keys}}
		d := incident.NewDesk(nil, list...)
		signal(t, d, firing("raw.orders", at))
		require.Error(t, running(d)())
		for n, want := range []string{"inc-1/1@slack opened", "inc-1/1@slack-2 opened",
			"inc-1/1@slack-3 opened"} {
			assert.Equal(t, []string{want}, list[n].(*channel).got())
		}
		assert.Equal(t, "inc-1/1@incident_test", <-keys)
	})
}

// A desk goes by its clock where it has one: the bubble's time is another.
func TestADeskGoesByItsClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mock := clock.NewMock()
		mock.Set(at)
		d := incident.NewDesk(classifier(t))
		d.Clock = mock
		signal(t, d, firing("raw.orders", at))
		require.NoError(t, d.Acknowledge(ctx, "inc-1", "ada", at.Add(-ackLease-time.Second)))
		end := running(d)
		list := entries(t, d)
		require.Len(t, list, 3)
		assert.Equal(t, at, list[2].At, "the lease has lapsed by the desk's clock")
		require.Error(t, end())
	})
}

// What is observed while the first of what is kept is being recorded: of each condition the
// newest is recorded, and once.
func TestWhatIsObservedWhileSomethingIsRecorded(t *testing.T) {
	result := func(asset string, status freshness.Status, n int) freshness.Result {
		return freshness.Result{Asset: asset, Check: "c", Status: status, Reason: freshness.ReasonPastLimit,
			At: minute(n)}
	}
	d := incident.NewDesk(classifier(t))
	d.Store = &meddler{new(incident.Memory), func() {
		d.Observe(result("raw.orders", freshness.Fresh, 1))
		d.Observe(result("raw.customers", freshness.Stale, 2))
		d.Observe(result("raw.customers", freshness.Stale, 3))
		require.ErrorContains(t, d.Err(), "2 signals wait to be recorded")
	}}
	d.Observe(result("raw.orders", freshness.Stale, 0))
	require.NoError(t, d.Err())
	var got []string
	for _, e := range entries(t, d) {
		got = append(got, fmt.Sprint(e.Incident, " ", e.Kind, " ", e.At.Sub(at)))
	}
	assert.Equal(t, []string{"inc-1 opened 0s", "inc-1 cleared 1m0s", "inc-2 opened 3m0s"}, got)
}
