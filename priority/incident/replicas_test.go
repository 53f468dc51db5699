package incident_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// Three replicas run before one store, two of them die, each at some step: one incident for each
// cause, every word is heard, and at most one announcement of each announcer comes twice for each
// death.
func TestReplicasThatDie(t *testing.T) {
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			luck := rand.New(rand.NewPCG(seed, 11))
			w := &town{store: new(incident.Memory), read: map[string][]incident.Announcement{}}
			var desks []*incident.Desk
			var ends []func() error
			var stores []*scissors
			for n := range 3 {
				s := &scissors{Memory: w.store, after: luck.IntN(2) == 0, forever: true}
				if n < 2 {
					s.at = 1 + luck.IntN(120)
				} else {
					s.at = -1
					s.forever = false
				}
				d := incident.NewDesk(classifier(t), w.announcers(s.dead)...)
				d.Store = s
				desks, stores, ends = append(desks, d), append(stores, s), append(ends, running(d))
			}
			stories := [][]func() error{script(desks[0]), script(desks[1]), script(desks[2])}
			for step := range stories[0] {
				for try := luck.IntN(3); stories[try%3][step]() != nil; try++ { // a caller asks the next replica
					require.Less(t, try, 9)
				}
				time.Sleep(time.Duration(luck.IntN(3)) * time.Second)
			}
			desks[2].Observe(staleCustomers())
			time.Sleep(10 * time.Minute)
			w.whole(t, desks[2])
			record(t, desks[2])
			deaths := 0
			for _, s := range stores[:2] {
				if s.dead() {
					deaths++
				}
			}
			for name, list := range w.read {
				seen := map[string]bool{}
				twice := 0
				for _, a := range list {
					if seen[a.Key] {
						twice++
					}
					seen[a.Key] = true
				}
				require.LessOrEqual(t, twice, deaths, name)
			}
			for _, end := range ends {
				require.ErrorIs(t, end(), context.Canceled)
			}
		})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// A replica falls asleep in the middle of a delivery, and wakes up when another has long made it:
// what it writes down then counts for nothing.
func TestASleeperThatWakesUpIsFencedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(incident.Memory)
		asleep, awake := &channel{name: "slack"}, &channel{name: "slack"}
		asleep.answer = func(_ context.Context, a incident.Announcement) (string, error) {
			time.Sleep(10 * time.Minute)
			return "old", fmt.Errorf("%w: it was a dream", incident.ErrPermanent)
		}
		awake.answer = func(context.Context, incident.Announcement) (string, error) { return "new", nil }
		one, two := incident.NewDesk(classifier(t), asleep), incident.NewDesk(classifier(t), awake)
		one.Store, two.Store = store, store
		signal(t, one, firing("raw.orders", at))
		endOne := running(one)
		endTwo := running(two)
		time.Sleep(5 * time.Minute)
		assert.Equal(t, 1, len(slices.DeleteFunc(awake.got(),
			func(key string) bool { return key != "inc-1/1@slack opened" })))
		time.Sleep(10 * time.Minute)
		dead, err := two.DeadLetters(ctx)
		require.NoError(t, err)
		assert.Empty(t, slices.DeleteFunc(dead,
			func(d incident.Delivery) bool { return d.Incident != "inc-1" }))
		require.NoError(t, two.Note(ctx, "inc-1", "ada", "x", time.Now()))
		time.Sleep(15 * time.Minute)
		said := awake.heard()
		last := said[slices.IndexFunc(said,
			func(a incident.Announcement) bool { return a.Key == "inc-1/2@slack" })]
		assert.Equal(t, "new", last.Receipt)
		_ = endOne()
		time.Sleep(15 * time.Minute) // its goroutine may be asleep yet
		require.ErrorIs(t, endTwo(), context.Canceled)
	})
}

// An incident that was merged before anything was announced of it is announced by the cause alone;
// one with an entry by a person is announced by itself too.
func TestWhatIsMergedBeforeAnybodyHeardOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &channel{name: "slack"}
		d := incident.NewDesk(chain(t, 2), slack)
		signal(t, d, firing("mart.0", at))
		signal(t, d, firing("mart.1", at))
		require.NoError(t, d.Note(ctx, "inc-2", "ada", "x", at))
		signal(t, d, firing("stg", at))
		end := running(d)
		time.Sleep(time.Second)
		assert.Equal(t, []string{"inc-2/3@slack opened noted merged",
			"inc-3/3@slack opened attached attached"}, slack.got())
		require.NoError(t, d.Note(ctx, "inc-1", "ada", "x", at))
		synctest.Wait()
		assert.Equal(t, "inc-1/3@slack noted", slack.got()[2])
		require.ErrorIs(t, end(), context.Canceled)
	})
}

// An announcer may answer anything: what no store keeps is replaced, and the announcement is
// written down.
func TestAnnouncersThatAnswerGarbage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := &channel{name: "slack"}
		slack.answer = func(context.Context, incident.Announcement) (string, error) {
			if len(slack.tries()) == 1 {
				return "half\x00", errors.New("502 \xff\x00")
			}
			return "ts\xff", nil
		}
		d := incident.NewDesk(classifier(t), slack)
		signal(t, d, firing("raw.\xffrders", at))
		end := running(d)
		require.ErrorContains(t, d.Err(), "502 \ufffd\ufffd")
		time.Sleep(time.Minute)
		require.NoError(t, d.Note(ctx, "inc-1", "ada", "x", time.Now()))
		synctest.Wait()
		require.Len(t, slack.heard(), 2)
		assert.Equal(t, "half\ufffd", slack.heard()[0].Receipt)
		assert.Equal(t, "ts\ufffd", slack.heard()[1].Receipt)
		assert.Len(t, slack.tries(), 3)
		require.ErrorIs(t, end(), context.Canceled)
	})
}
