package status_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A walk is a team's life: data lands or does not, people look or do not, things break, are corrected and planned, and promises come and go.
type walk struct {
	*world
	random *rand.Rand
	number int
}

func (w *walk) change(t *testing.T) {
	w.number++
	switch w.random.IntN(8) {
	case 0, 1:
		asset := w.asset()
		landed := w.landings[asset]
		if n := len(landed); n == 0 || landed[n-1].At.Before(w.now) {
			w.landings[asset] = append(landed[:n:n], freshness.Landing{At: w.now})
		}
		w.look(asset)
	case 2, 3:
		w.look(w.asset())
	case 4:
		start := w.now.Add(time.Duration(w.random.IntN(90)-30) * time.Minute)
		c := sla.Correction{ID: fmt.Sprint(w.number), SLA: "sla-0", Start: start, End: start.Add(time.Hour), Author: "ada", Reason: "so it is", EnteredAt: w.now}
		if w.random.IntN(3) == 0 && len(w.tracker.Corrections()) > 0 {
			all := w.tracker.Corrections()
			c.Start, c.End, c.Revokes = time.Time{}, time.Time{}, all[w.random.IntN(len(all))].ID
		}
		require.NoError(t, w.tracker.Correct(c))
	case 5:
		_, _, err := w.desk.Signal(t.Context(), priority.Signal{Asset: w.asset(), Kind: priority.KindFailure, Summary: "it broke", At: w.now})
		require.NoError(t, err)
	case 6:
		if all := w.desk.Incidents(); len(all) > 0 {
			i := all[len(all)-1]
			if i.State() == incident.StateOpen {
				require.NoError(t, w.desk.Acknowledge(t.Context(), i.ID, "ada", w.now))
			} else if i.State() == incident.StateAcknowledged {
				require.NoError(t, w.desk.Mitigate(t.Context(), i.ID, "ada", "it was put back", w.now))
			}
		}
	case 7:
		w.promise(t, 2+w.random.IntN(2))
	}
}

func (w *walk) promise(t *testing.T, n int) {
	var promises []sla.SLA
	for i := range n {
		promises = append(promises, sla.SLA{ID: fmt.Sprintf("sla-%d", i), Name: fmt.Sprint("made ", w.number), Owners: []string{"a", "b"}, Objectives: []sla.Objective{{
			Name: "ready", Asset: fmt.Sprintf("mart.%d", i), Target: sla.MustTarget("50%"), Window: sla.CalendarMonth(1, time.UTC),
			Freshness: freshness.Deadline{Due: schedule.MustCron(fmt.Sprintf("%d */%d * * *", 7*i, i+2), time.UTC), Warn: 20 * time.Minute, Grace: time.Duration(i) * time.Minute},
		}}})
	}
	var err error
	w.catalog, err = sla.NewCatalog(promises)
	require.NoError(t, err)
	if w.tracker == nil {
		w.tracker = tracker.New(w.catalog)
	}
	w.tracker.SetCatalog(w.catalog)
}

func (w *walk) asset() string { return fmt.Sprintf("mart.%d", w.random.IntN(3)) }

func (w *walk) look(asset string) {
	for _, c := range w.catalog.Checks(func(string) freshness.Source { return nil }) {
		if c.Asset == asset {
			r := c.Policy.Check(w.landings[asset], w.now)
			r.Asset, r.Check = c.Asset, c.Name
			w.tracker.Observe(r)
		}
	}
}

// told returns the part of a response that does not depend on its instant, unless something happens.
func (w *walk) told(t *testing.T, h *status.Handler) string {
	var b strings.Builder
	p := page(t, h, "status.json")
	for _, s := range p.SLAs {
		s = one(t, h, s.ID)
		fmt.Fprintln(&b, s.ID, s.Name, s.Level, s.State, s.Maintenance, s.Incidents, s.Details.Corrections)
		for _, o := range s.Objectives {
			fmt.Fprintln(&b, "  ", o.Level, o.Why, o.Status, o.Reason, o.Due, o.Landed, o.Good, o.Bad)
			for _, x := range o.Windows {
				if o.Level != status.LevelUnknown { // without checks windows come from the history, which is read again later
					fmt.Fprintln(&b, "    ", x.Words)
				}
			}
		}
		for _, i := range s.Details.Incidents {
			fmt.Fprintln(&b, "  ", i.ID, i.State, i.SLAs, i.Updated, len(i.Timeline))
		}
	}
	return b.String()
}

// However long responses are kept, they equal one that is made now. Only a second may pass before.
func TestAnAnswerThatIsKeptIsTheOneThatWouldBeMade(t *testing.T) {
	for seed := range uint64(6) {
		w := &walk{world: &world{now: time.Date(2026, 3, 28, 22, 0, 0, 0, time.UTC), landings: map[string]freshness.Landings{}}, random: rand.New(rand.NewPCG(seed, 7))}
		w.promise(t, 3)
		w.desk = incident.NewDesk(priority.NewClassifier(w.catalog))
		kept := w.handler()
		kept.CacheFor = 10_000 * time.Hour
		for range 30 {
			if w.random.IntN(2) == 0 {
				w.change(t)
			}
			step := time.Second << w.random.IntN(14)
			if until := page(t, kept, "status.json").Until; w.random.IntN(3) == 0 && until.Before(w.now.Add(4*time.Hour)) && until.Sub(w.now) > time.Second {
				step = until.Sub(w.now) // at the very instant
			}
			w.now = w.now.Add(step)
			require.Equal(t, w.told(t, w.handler()), w.told(t, kept), "seed %d at %s", seed, w.now)
			var seconds int64
			_, err := fmt.Sscanf(get(kept, "status.json").Header().Get("Cache-Control"), "public, max-age=%d,", &seconds)
			require.NoError(t, err)
			for _, s := range page(t, kept, "status.json").SLAs {
				if next := s.Objectives[0].Next; next.After(w.now) {
					assert.LessOrEqual(t, seconds, int64(next.Sub(w.now)/time.Second))
				}
			}
		}
	}
}

// Of a new day, nothing is known until something is recorded, however long yesterday's answer might be kept.
func TestAWindowOfTheCalendarEndsInTime(t *testing.T) {
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "a", Owners: []string{"b", "c"}, Objectives: []sla.Objective{{
		Name: "o", Asset: "x", Target: sla.MustTarget("90%"), Window: sla.CalendarDay(time.UTC),
	}}}})
	require.NoError(t, err)
	midnight := time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC)
	w := &world{now: midnight.Add(-time.Hour), tracker: tracker.New(catalog)}
	require.NoError(t, w.tracker.Record("a/o", w.now.Add(-time.Hour), 9, 0))
	h := status.New(w.tracker, nil)
	h.Clock, h.CacheFor = w, 1000*time.Hour
	assert.Equal(t, status.LevelKept, one(t, h, "a").Level)
	assert.Contains(t, get(h, "status.json").Header().Get("Cache-Control"), "max-age=3600,")
	w.now = midnight
	assert.Equal(t, status.LevelUnknown, one(t, h, "a").Level)
}

// A landing at the very instant that a page speaks of is on it.
func TestWhatLandsNowIsShownNow(t *testing.T) {
	w := newWorld(t)
	w.landings["mart.orders"] = append(w.landings["mart.orders"], freshness.Landing{At: w.now})
	windows := one(t, w.handler(), "orders-by-7").Objectives[0].Windows
	assert.Equal(t, status.OutcomeLate, windows[len(windows)-1].Outcome)
}
