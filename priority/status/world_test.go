package status_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A world is a team's data on one morning: Monday, 23 November 2026, 07:42 in Dublin.
type world struct {
	now      time.Time
	catalog  *sla.Catalog
	tracker  *tracker.Tracker
	desk     *incident.Desk
	landings map[string]freshness.Landings
	results  []freshness.Result
}

// Now makes a world a clock.
func (w *world) Now() time.Time { return w.now }

func dublin(t testing.TB) *time.Location {
	zone, err := time.LoadLocation("Europe/Dublin")
	require.NoError(t, err)
	return zone
}

func promises(zone *time.Location) []sla.SLA {
	daily := func(id, name, asset string, hour int, tier sla.Tier, consumers ...string) sla.SLA {
		return sla.SLA{
			ID: id, Name: name, Tier: tier, Owners: []string{"data-infra", "analytics"}, Consumers: consumers,
			Objectives: []sla.Objective{{
				Name: "ready", Asset: asset, Target: sla.MustTarget("95%"), Window: sla.Rolling(90 * sla.Day),
				Freshness: freshness.Deadline{Due: schedule.MustCron("0 "+string(rune('0'+hour))+" * * 1-5", zone), Warn: time.Hour},
			}},
		}
	}
	orders := daily("orders-by-7", "Orders ready by 07:00", "mart.orders", 7, sla.Primary, "finance", "sales")
	orders.Description = "Finance closes the books on it."
	return []sla.SLA{
		orders,
		daily("stock-by-6", "Stock levels ready by 06:00", "mart.stock", 6, sla.Secondary, "logistics"),
		{
			ID: "clicks", Name: "Clicks of the last hours", Tier: sla.Secondary, Owners: []string{"web"}, Consumers: []string{"marketing"},
			Objectives: []sla.Objective{{Name: "young", Asset: "stream.clicks", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day), Freshness: freshness.MaxAge{Warn: time.Hour, Fail: 2 * time.Hour}, Timeslices: sla.Timeslices{Length: 4 * time.Hour}}},
		},
		{
			ID: "api", Name: "Orders API", Tier: sla.Primary, Owners: []string{"web"}, Consumers: []string{"finance"},
			Objectives: []sla.Objective{{Name: "available", Asset: "orders-api", Target: sla.MustTarget("99.9%"), Window: sla.Rolling(30 * sla.Day)}},
		},
		daily("refunds-by-9", "Refunds ready by 09:00", "mart.refunds", 9, sla.Tertiary, "finance"),
		daily("prices-by-6", "Prices ready by 06:00", "mart.prices", 6, sla.Primary, "sales"),
	}
}

func newWorld(t testing.TB) *world {
	zone := dublin(t)
	w := &world{now: time.Date(2026, 11, 23, 7, 42, 0, 0, zone), landings: map[string]freshness.Landings{}}
	var err error
	w.catalog, err = sla.NewCatalog(promises(zone), sla.Feeds("raw.orders", "stg.orders", "mart.orders"), sla.Feeds("raw.fx", "stg.orders"), sla.Feeds("raw.stock", "mart.stock"))
	require.NoError(t, err)
	w.tracker = tracker.New(w.catalog)
	w.nightly(zone, "mart.orders", 6, 10, 2)
	w.nightly(zone, "mart.stock", 5, 20, 1)
	w.nightly(zone, "mart.refunds", 7, 30, 0)
	w.observe(t)
	w.events(t)
	w.desk = incident.NewDesk(priority.NewClassifier(w.catalog))
	w.trouble(t)
	return w
}

// nightly makes landings at about a time of day, some of which are late; on the last day, none when missing is 2.
func (w *world) nightly(zone *time.Location, asset string, hour, minute, trouble int) {
	var at []time.Time
	for day := -130; day <= 0; day++ {
		landing := time.Date(2026, 11, 23+day, hour, minute+(day*day*7)%23, 0, 0, zone)
		switch {
		case trouble == 2 && day == 0, landing.After(w.now), landing.Weekday() == time.Saturday, landing.Weekday() == time.Sunday:
			continue
		case trouble > 0 && day%29 == 0 && day != 0:
			landing = landing.Add(95 * time.Minute)
		}
		at = append(at, landing)
	}
	w.landings[asset] = freshness.LandedAt(at...)
}

// observe lets the tracker see what a monitor would have seen.
func (w *world) observe(t testing.TB) {
	look := func(c freshness.Check, at time.Time) freshness.Result {
		landed := w.landings[c.Asset]
		for len(landed) > 0 && landed[len(landed)-1].At.After(at) {
			landed = landed[:len(landed)-1]
		}
		r := c.Policy.Check(landed, at)
		r.Asset, r.Check = c.Asset, c.Name
		return r
	}
	for _, c := range w.catalog.Checks(func(string) freshness.Source { return nil }) {
		if c.Asset == "mart.prices" {
			r := freshness.NotMeasured(errors.New("dial tcp 10.0.0.7:5432: password authentication failed"), w.now)
			r.Asset, r.Check = c.Asset, c.Name
			w.tracker.Observe(r)
			continue
		}
		if c.Asset == "stream.clicks" {
			var at []time.Time
			for ago := 20 * time.Minute; ago < 40*sla.Day; ago += 50 * time.Minute {
				at = append(at, w.now.Add(-ago))
			}
			w.landings[c.Asset] = freshness.LandedAt(at...)
		}
		step := 4 * time.Hour
		if c.Asset == "stream.clicks" {
			step = 30 * time.Minute
		}
		for at := w.now.AddDate(0, 0, -90); at.Before(w.now); at = at.Add(step) {
			w.tracker.Observe(look(c, at))
		}
		w.tracker.Observe(look(c, w.now.Add(-time.Second)))
	}
	w.results = []freshness.Result{
		{Asset: "raw.orders", Check: "raw", Status: freshness.Stale, Reason: freshness.ReasonPastLimit, At: w.now, Due: w.now.Add(-3 * time.Hour), Landed: true, Landing: freshness.Landing{At: w.now.Add(-26 * time.Hour)}},
		{Asset: "raw.fx", Check: "fx", Status: freshness.Fresh, Reason: freshness.ReasonOnTime, At: w.now, Landed: true, Landing: freshness.Landing{At: w.now.Add(-5 * time.Hour)}},
	}
}

func (w *world) events(t testing.TB) {
	for hour := 30 * 24; hour > 0; hour-- {
		bad := int64(0)
		if hour < 3 {
			bad = 40
		}
		require.NoError(t, w.tracker.Record("api/available", w.now.Add(-time.Duration(hour)*time.Hour), 1000-bad, bad))
	}
	require.NoError(t, w.tracker.Correct(sla.Correction{
		ID: "c-1", SLA: "stock-by-6", Start: w.now.AddDate(0, 0, -30), End: w.now.AddDate(0, 0, -29), Author: "ada", Reason: "the warehouse moved", EnteredAt: w.now.AddDate(0, 0, -20),
	}))
	require.NoError(t, w.tracker.Correct(sla.Correction{
		ID: "m-1", SLA: "refunds-by-9", Start: w.now.AddDate(0, 0, 2), End: w.now.AddDate(0, 0, 3), Author: "ada", Reason: "a new ledger", EnteredAt: w.now.AddDate(0, 0, -1),
	}))
}

func (w *world) trouble(t testing.TB) {
	ctx := context.Background()
	old, _, err := w.desk.Signal(ctx, priority.Signal{Asset: "raw.fx", Kind: priority.KindFailure, Summary: "disk full", At: w.now.AddDate(0, 0, -9)})
	require.NoError(t, err)
	require.NoError(t, w.desk.Acknowledge(ctx, old.ID, "ada", w.now.AddDate(0, 0, -9).Add(time.Minute)))
	require.NoError(t, w.desk.RecordRootCause(ctx, old.ID, "ada", "the disk was full", w.now.AddDate(0, 0, -9).Add(time.Hour)))
	require.NoError(t, w.desk.Resolve(ctx, old.ID, "ada", w.now.AddDate(0, 0, -9).Add(2*time.Hour)))
	i, _, err := w.desk.Signal(ctx, priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, Summary: "extract exited 1: SELECT * FROM orders", At: w.now.Add(-2 * time.Hour)})
	require.NoError(t, err)
	require.NoError(t, w.desk.Acknowledge(ctx, i.ID, "grace", w.now.Add(-110*time.Minute)))
	require.NoError(t, w.desk.Note(ctx, i.ID, "grace", "the upstream database was upgraded", w.now.Add(-100*time.Minute)))
}

// handler shows all that the world knows.
func (w *world) handler() *status.Handler {
	h := status.New(w.tracker, w.desk)
	h.Clock = w
	h.Publish = status.Publish{Assets: true, Texts: true, People: true}
	h.Landings = func(asset string) freshness.Landings { return w.landings[asset] }
	h.Results = func() []freshness.Result { return w.results }
	h.Labels = func(id string) map[string]string {
		if id == "orders-by-7" {
			return map[string]string{"team": "core"}
		}
		return nil
	}
	return h
}

// get asks a handler, as below /status/.
func get(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/status/"+path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
