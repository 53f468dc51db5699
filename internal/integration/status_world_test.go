package integration

import (
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

// A morning is what a team's status page shows on Monday, 23 November 2026, at 07:42 in Dublin.
type morning struct {
	now      time.Time
	zone     *time.Location
	catalog  *sla.Catalog
	tracker  *tracker.Tracker
	desk     *incident.Desk
	landings map[string]freshness.Landings
	results  []freshness.Result
}

func (m *morning) Now() time.Time { return m.now }

// hostile is a name that would like to be more than a name.
const hostile = `</title><script>alert(1)</script>"><img src=x onerror=alert(1)> ${x} {{.}} ]]> \" & ünïcödé`

func nightly(id, name, asset, cron string, zone *time.Location, tier sla.Tier, consumers ...string) sla.SLA {
	return sla.SLA{
		ID: id, Name: name, Tier: tier, Owners: []string{"data-infra", "analytics"}, Consumers: consumers,
		Objectives: []sla.Objective{{
			Name: "ready", Asset: asset, Target: sla.MustTarget("95%"), Window: sla.Rolling(90 * sla.Day),
			Freshness: freshness.Deadline{Due: schedule.MustCron(cron, zone), Warn: time.Hour},
		}},
	}
}

func newMorning(t testing.TB) *morning {
	zone, err := time.LoadLocation("Europe/Dublin")
	require.NoError(t, err)
	m := &morning{zone: zone, now: time.Date(2026, 11, 23, 7, 42, 0, 0, zone), landings: map[string]freshness.Landings{}}
	orders := nightly("orders-by-7", "Orders ready by 07:00", "mart.orders", "0 7 * * 1-5", zone, sla.Primary, "finance", "sales")
	orders.Description = "Finance closes the books on it, and sales plans the day."
	promises := []sla.SLA{
		orders,
		nightly("stock-by-6", "Stock levels ready by 06:00", "mart.stock", "0 6 * * *", zone, sla.Secondary, "logistics"),
		nightly("refunds-by-9", "Refunds ready by 09:00", "mart.refunds", "0 9 * * 1-5", zone, sla.Tertiary, "finance"),
		nightly("prices-by-6", "Prices ready by 06:00", "mart.prices", "0 6 * * 1-5", zone, sla.Primary, "sales"),
		nightly("hostile", hostile, "mart.hostile", "30 6 * * *", zone, sla.Tertiary, hostile),
		{
			ID: "clicks", Name: "Clicks of the last hours", Tier: sla.Secondary, Owners: []string{"web"}, Consumers: []string{"marketing"},
			Objectives: []sla.Objective{{Name: "young", Asset: "stream.clicks", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day), Freshness: freshness.MaxAge{Warn: time.Hour, Fail: 2 * time.Hour}, Timeslices: sla.Timeslices{Length: 4 * time.Hour}}},
		},
		{
			ID: "api", Name: "Orders API answers", Tier: sla.Primary, Owners: []string{"web"}, Consumers: []string{"finance", "shops"},
			Objectives: []sla.Objective{{Name: "available", Asset: "orders-api", Target: sla.MustTarget("99.9%"), Window: sla.Rolling(30 * sla.Day)}},
		},
	}
	m.catalog, err = sla.NewCatalog(promises, sla.Feeds("shop.orders", "raw.orders", "stg.orders", "mart.orders"), sla.Feeds("raw.fx", "stg.orders"), sla.Feeds("raw.stock", "mart.stock"))
	require.NoError(t, err)
	m.tracker = tracker.New(m.catalog)
	m.land("mart.orders", 6, 10, true, true)
	m.land("mart.stock", 5, 20, false, true)
	m.land("mart.refunds", 7, 20, false, false)
	m.land("mart.hostile", 6, 5, false, false)
	m.watch(t)
	m.work(t)
	return m
}

// land makes a history of landings at about a time of day.
func (m *morning) land(asset string, hour, minute int, missing, late bool) {
	var at []time.Time
	for day := -130; day <= 0; day++ {
		landing := time.Date(2026, 11, 23+day, hour, minute+(day*day*7)%23, 0, 0, m.zone)
		if late && (day == -16 || day == -52) {
			landing = landing.Add(80 * time.Minute)
		}
		weekend := landing.Weekday() == time.Saturday || landing.Weekday() == time.Sunday
		if !landing.After(m.now) && !(missing && (day == 0 || weekend)) {
			at = append(at, landing)
		}
	}
	m.landings[asset] = freshness.LandedAt(at...)
}

// watch lets the tracker see what a monitor would have.
func (m *morning) watch(t testing.TB) {
	var clicks []time.Time
	for ago := 20 * time.Minute; ago < 40*sla.Day; ago += 50 * time.Minute {
		clicks = append(clicks, m.now.Add(-ago))
	}
	m.landings["stream.clicks"] = freshness.LandedAt(clicks...)
	for _, c := range m.catalog.Checks(func(string) freshness.Source { return nil }) {
		for at := m.now.AddDate(0, 0, -90); !at.After(m.now) && c.Asset != "mart.prices"; at = at.Add(30 * time.Minute) {
			landed := m.landings[c.Asset]
			for len(landed) > 0 && landed[len(landed)-1].At.After(at) {
				landed = landed[:len(landed)-1]
			}
			r := c.Policy.Check(landed, at)
			r.Asset, r.Check = c.Asset, c.Name
			m.tracker.Observe(r)
		}
	}
	broken := freshness.NotMeasured(errors.New("the warehouse did not answer"), m.now)
	broken.Asset, broken.Check = "mart.prices", "prices-by-6/ready"
	m.tracker.Observe(broken)
	for hour := 30 * 24; hour > 0; hour-- {
		bad := int64(0)
		if hour%97 == 5 || hour < 3 {
			bad = 30
		}
		require.NoError(t, m.tracker.Record("api/available", m.now.Add(-time.Duration(hour)*time.Hour), 1000-bad, bad))
	}
	m.results = []freshness.Result{
		{Asset: "shop.orders", Status: freshness.Fresh, Reason: freshness.ReasonOnTime, At: m.now, Landed: true, Landing: freshness.Landing{At: m.now.Add(-4 * time.Minute)}},
		{Asset: "raw.orders", Status: freshness.Stale, Reason: freshness.ReasonPastLimit, At: m.now, Due: m.now.Add(-3 * time.Hour), Landed: true, Landing: freshness.Landing{At: m.now.Add(-26 * time.Hour)}},
		{Asset: "raw.fx", Status: freshness.Fresh, Reason: freshness.ReasonOnTime, At: m.now, Landed: true, Landing: freshness.Landing{At: m.now.Add(-5 * time.Hour)}},
	}
}

// work is what people did.
func (m *morning) work(t testing.TB) {
	for _, c := range []sla.Correction{
		{ID: "c-1", SLA: "orders-by-7", Start: m.now.AddDate(0, 0, -52).Add(-2 * time.Hour), End: m.now.AddDate(0, 0, -52), Author: "ada", Reason: "the exchange closed early; finance agreed", EnteredAt: m.now.AddDate(0, 0, -50)},
		{ID: "m-1", SLA: "refunds-by-9", Start: m.now.AddDate(0, 0, 2), End: m.now.AddDate(0, 0, 3), Author: "ada", Reason: "a new ledger; " + hostile, EnteredAt: m.now.AddDate(0, 0, -1)},
	} {
		require.NoError(t, m.tracker.Correct(c))
	}
	m.desk = incident.NewDesk(priority.NewClassifier(m.catalog))
	ctx := t.Context()
	then := m.now.AddDate(0, 0, -16)
	old, _, err := m.desk.Signal(ctx, priority.Signal{Asset: "raw.fx", Kind: priority.KindFailure, Summary: "disk full on loader-3", At: then})
	require.NoError(t, err)
	require.NoError(t, m.desk.Acknowledge(ctx, old.ID, "ada", then.Add(4*time.Minute)))
	require.NoError(t, m.desk.Join(ctx, old.ID, "grace", then.Add(9*time.Minute)))
	require.NoError(t, m.desk.RecordRootCause(ctx, old.ID, "ada", "Logs were never rotated; they filled the disk.", then.Add(70*time.Minute)))
	require.NoError(t, m.desk.Resolve(ctx, old.ID, "ada", then.Add(75*time.Minute)))
	i, _, err := m.desk.Signal(ctx, priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, Summary: "extract exited 1", At: m.now.Add(-2 * time.Hour)})
	require.NoError(t, err)
	require.NoError(t, m.desk.Acknowledge(ctx, i.ID, "grace", m.now.Add(-110*time.Minute)))
	require.NoError(t, m.desk.Join(ctx, i.ID, "linus", m.now.Add(-104*time.Minute)))
	require.NoError(t, m.desk.Note(ctx, i.ID, "grace", "The shop's database was upgraded at 05:30; our driver is too old.", m.now.Add(-90*time.Minute)))
}

// serve mounts the handler as a service would, below a path.
func (m *morning) serve(t testing.TB) (base string) {
	h := status.New(m.tracker, m.desk)
	h.Clock = m
	h.Publish = status.Publish{Assets: true, Texts: true, People: true}
	h.Landings = func(asset string) freshness.Landings { return m.landings[asset] }
	h.Results = func() []freshness.Result { return m.results }
	h.Labels = func(id string) map[string]string {
		return map[string]map[string]string{"orders-by-7": {"team": "core"}, "hostile": {hostile: hostile}}[id]
	}
	mux := http.NewServeMux()
	mux.Handle("/team/status/", h)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/team/status/"
}
