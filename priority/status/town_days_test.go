package status_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A town is a world with one of everything that a response can show. The golden files hold
// its responses.
type town struct {
	*world
	zone *time.Location
	more []incident.Incident         // incidents that no desk would open by itself
	told map[string][]incident.Entry // and their timelines
}

// newTown is the town on Monday, 23 November 2026, at 07:42:30 in Dublin.
func newTown(t testing.TB) *town {
	zone := dublin(t)
	w := &world{now: time.Date(2026, 11, 23, 7, 42, 30, 0, zone), landings: map[string]freshness.Landings{}}
	w.catalog = townCatalog(t, zone)
	w.tracker = tracker.New(w.catalog)
	w.desk = incident.NewDesk(priority.NewClassifier(w.catalog))
	town := &town{world: w, zone: zone, told: map[string][]incident.Entry{}}
	town.land()
	town.look()
	town.results = town.upstream()
	town.count(t)
	town.correct(t)
	town.trouble(t)
	town.byHand()
	return town
}

// on is an instant so many days from today, at a time of day.
func (w *town) on(day, hour, minute int) time.Time {
	return time.Date(2026, 11, 23+day, hour, minute, 0, 0, w.zone)
}

// A night says what is odd about a landing, by how many days ago it was.
type night struct {
	late int // minutes
	gone bool
	rows int64
}

// nights makes a landing of each day, but for weekends on which no one works.
func (w *town) nights(asset string, hour, minute int, weekends bool, odd map[int]night) {
	var landed freshness.Landings
	for day := -130; day <= 0; day++ {
		at, n := w.on(day, hour, minute+(day*day*7)%13), odd[-day]
		off := !weekends && (at.Weekday() == time.Saturday || at.Weekday() == time.Sunday)
		if at = at.Add(time.Duration(n.late) * time.Minute); n.gone || off || at.After(w.now) {
			continue
		}
		landed = append(landed, freshness.Landing{At: at, Rows: cmp.Or(n.rows, 1200)})
	}
	w.landings[asset] = landed
}

// land makes what landed of each asset.
func (w *town) land() {
	w.nights("mart.orders", 6, 5, false, map[int]night{
		0: {gone: true}, 5: {late: 95}, 6: {rows: 900}, 10: {gone: true}, 13: {late: 70}, 27: {late: 185},
		41: {gone: true}, 47: {late: 61},
	})
	w.nights("mart.stock", 6, 12, false, map[int]night{4: {late: 140}, 11: {gone: true}, 19: {late: -30}})
	w.nights("mart.refunds", 8, 20, false, map[int]night{3: {late: 45}})
	w.nights("mart.soon", 7, 46, true, map[int]night{2: {late: 55}})
	w.nights("mart.away", 7, 10, true, map[int]night{0: {gone: true}})
	w.nights("mart.lost", 7, 10, true, nil)
	var months, ends, clicks freshness.Landings
	rows := map[time.Month]int64{time.September: 3999}
	for month := time.January; month <= time.November; month++ {
		fifth := time.Date(2026, month, 5, 8, 0, 0, 0, w.zone)
		end := time.Date(2026, month, 0, 15, 0, 0, 0, w.zone)
		months = append(months, freshness.Landing{At: fifth, Rows: cmp.Or(rows[month], 5000)})
		ends = append(ends, freshness.Landing{At: end})
	}
	for n := 24 * 40; n >= 0; n-- {
		ago := 70*time.Minute + time.Duration(n)*50*time.Minute
		if hours := int(ago / time.Hour); hours/24 == 6 && hours%24 < 9 || hours == 300 {
			continue
		}
		clicks = append(clicks, freshness.Landing{At: w.now.Add(-ago)})
	}
	w.landings["mart.ledger"], w.landings["mart.wages"], w.landings["stream.clicks"] = months, ends, clicks
	w.landings["index"] = freshness.LandedAt(w.on(-2, 3, 0))
}

// look lets the tracker see what a monitor would have seen.
func (w *town) look() {
	for _, c := range w.catalog.Checks(func(string) freshness.Source { return nil }) {
		see := func(at time.Time) {
			landed := w.landings[c.Asset]
			after := slices.IndexFunc(landed, func(l freshness.Landing) bool { return l.At.After(at) })
			if after >= 0 {
				landed = landed[:after]
			}
			r := c.Policy.Check(landed, at)
			if c.Asset == "mart.prices" {
				r = freshness.NotMeasured(errors.New("dial tcp 10.0.0.7:5432: password\nrefused"), at)
			}
			r.Asset, r.Check = c.Asset, c.Name
			w.tracker.Observe(r)
		}
		step, until := 4*time.Hour, w.now.Add(-30*time.Second)
		switch c.Asset {
		case "mart.words":
			continue
		case "stream.clicks":
			step = 30 * time.Minute
		case "mart.lost":
			until = w.on(-2, 9, 30)
		}
		for at := w.on(-100, 3, 0); at.Before(until); at = at.Add(step) {
			see(at)
		}
		see(until)
	}
}

// upstream is what somebody else's checks say of what lies upstream.
func (w *town) upstream() []freshness.Result {
	type status = freshness.Status
	result := func(asset string, s status, why freshness.Reason, due time.Duration) freshness.Result {
		return freshness.Result{
			Asset: asset, Check: asset + " itself", Status: s, Reason: why, At: w.now.Add(-time.Minute),
			Due: w.now.Add(due), Landed: true, Landing: freshness.Landing{At: w.now.Add(due - time.Hour)},
		}
	}
	forgotten := result("raw.stock", freshness.Fresh, freshness.ReasonOnTime, time.Hour)
	forgotten.NextCheck = w.now.Add(-time.Hour)
	odd := result("index", freshness.Stale, freshness.ReasonPastLimit, 0)
	odd.Landing.At = time.Date(-4, 7, 8, 9, 0, 0, 0, time.UTC)
	odd.Due = time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)
	return []freshness.Result{
		result("raw.orders", freshness.Stale, freshness.ReasonPastLimit, -26*time.Hour),
		result("raw.fx", freshness.Fresh, freshness.ReasonOnTime, -5*time.Minute),
		result("raw.lines", freshness.Fresh, freshness.ReasonOnTime, 3*time.Hour),
		result("raw.lines", freshness.AtRisk, freshness.ReasonPastWarning, 10*time.Minute),
		{Asset: "stg.orders", Check: "stg", At: w.now, Reason: freshness.ReasonNotDue},
		forgotten, odd,
	}
}

// count records events, hour by hour.
func (w *town) count(t testing.TB) {
	record := func(check string, hours int, good int64, bad map[int]int64) {
		for ago := hours; ago > 0; ago-- {
			require.NoError(t, w.tracker.Record(check, w.now.Add(-time.Duration(ago)*time.Hour),
				good-min(good, bad[ago]), bad[ago]))
		}
	}
	record("api/available", 30*24, 1000, map[int]int64{1: 40, 2: 40, 3: 40, 200: 7, 400: 1, 401: 2})
	record("search/available", 12*24, 500, map[int]int64{5: 1, 70: 480, 71: 495, 100: 3, 250: 60})
	record("privacy/never", 40, 2, nil)
	record("shop/fast", 30*24, 100, map[int]int64{30: 90, 31: 90, 300: 25, 301: 1})
	record("shop/right", 20*24, 20, map[int]int64{100: 19, 101: 20, 103: 20, 250: 300, 251: 400})
	record("archive/kept", 4, 1, nil)
	require.NoError(t, w.tracker.Record("shop/right", w.on(-25, 12, 0), 0, 1)) // and nothing else on that day
	require.NoError(t, w.tracker.Record("quiet/available", w.now.AddDate(0, 0, -2), 5, 0))
}

// correct enters corrections of two SLAs that rest on the same table, some of which have the same
// name, and maintenance.
func (w *town) correct(t testing.TB) {
	enter := func(id, name string, from, to, at time.Time, c sla.Correction) {
		c.ID, c.SLA, c.Start, c.End, c.EnteredAt, c.Author = name, id, from, to, at, "ada"
		c.Reason = "agreed with " + strings.TrimSuffix(id, "-by-7")
		require.NoError(t, w.tracker.Correct(c))
	}
	night := func(id, name string, ago int, c sla.Correction) {
		enter(id, name, w.on(-ago, 7, 0), w.on(-ago, 8, 0), w.on(-ago+2, 12, 0), c)
	}
	revoke := func(id, name, what string, at time.Time) {
		enter(id, name, time.Time{}, time.Time{}, at, sla.Correction{Revokes: what})
	}
	night("orders-by-7", "night", 13, sla.Correction{})
	night("orders-by-7", "agreed", 5, sla.Correction{Objective: "ready", CountAsGood: true})
	night("orders-by-7", "wrong", 27, sla.Correction{})
	revoke("orders-by-7", "not wrong", "wrong", w.on(-24, 9, 0))
	night("orders-copy", "night", 47, sla.Correction{})
	night("orders-copy", "wrong", 10, sla.Correction{})

	part := sla.Correction{Objective: "whole"}
	enter("orders-by-7", "move", w.on(-40, 0, 0), w.on(-39, 0, 0), w.on(-50, 9, 0), sla.Correction{})
	enter("orders-by-7", "other", w.on(-20, 18, 0), w.on(-20, 22, 0), w.on(-22, 9, 0), part)
	ago := func(hours int) time.Time { return w.now.Add(-time.Duration(hours) * time.Hour) }
	good := sla.Correction{Objective: "fast", CountAsGood: true}
	enter("search", "hour", ago(71), ago(70), w.on(-1, 9, 0), sla.Correction{})
	enter("shop", "hours", ago(31), ago(29), w.on(-1, 9, 0), good)
	enter("shop", "days", w.on(-15, 0, 0), w.on(-13, 0, 0), w.on(-1, 9, 0),
		sla.Correction{Objective: "right"})
	enter("shop", "some hours", ago(102), ago(100), w.on(-1, 9, 0), sla.Correction{Objective: "right"})

	enter("refunds-by-9", "short", w.on(0, 6, 0), w.on(0, 9, 0), w.on(-1, 9, 0), sla.Correction{})
	enter("refunds-by-9", "long", w.on(0, 7, 0), w.on(0, 11, 0), w.on(-1, 10, 0), sla.Correction{})
	enter("refunds-by-9", "over", w.on(0, 2, 0), w.on(0, 3, 0), w.on(-1, 11, 0), sla.Correction{})
	enter("stock-by-6", "next", w.on(2, 5, 0), w.on(2, 9, 0), w.on(-1, 12, 0), sla.Correction{})
	enter("stock-by-6", "never", w.on(3, 5, 0), w.on(3, 9, 0), w.on(-1, 13, 0), sla.Correction{})
	revoke("stock-by-6", "not never", "never", w.on(-1, 14, 0))
}

// trouble opens incidents, and lets people work on them.
func (w *town) trouble(t testing.TB) {
	ctx := t.Context()
	signal := func(asset, summary string, kind priority.Kind, at time.Time) string {
		i, _, err := w.desk.Signal(ctx, priority.Signal{Asset: asset, Kind: kind, Summary: summary, At: at})
		require.NoError(t, err)
		return i.ID
	}
	do := func(err error) { require.NoError(t, err) }
	at := w.on(-20, 9, 0)
	forced := signal("raw.lines", "a file was empty", priority.KindFailure, at)
	do(w.desk.CloseWithoutRootCause(ctx, forced, "ada", "it was a test", at.Add(time.Hour)))

	at = w.on(-9, 3, 0)
	closed := signal("raw.fx", "disk full", priority.KindFailure, at)
	do(w.desk.Acknowledge(ctx, closed, "ada", at.Add(time.Minute)))
	do(w.desk.RecordRootCause(ctx, closed, "ada", "the disk was full", at.Add(time.Hour)))
	do(w.desk.Resolve(ctx, closed, "ada", at.Add(2*time.Hour)))

	at = w.now.Add(-3 * time.Hour)
	harmless := signal("orders-api", "HTTP 500", priority.KindFailure, at)
	do(w.desk.Acknowledge(ctx, harmless, "grace", at.Add(5*time.Minute)))
	do(w.desk.Mitigate(ctx, harmless, "grace", "rolled back", at.Add(90*time.Minute)))

	at = w.now.Add(-2 * time.Hour)
	taken := signal("raw.orders", "extract exited 1: SELECT * FROM orders", priority.KindFailure, at)
	do(w.desk.Acknowledge(ctx, taken, "grace", at.Add(10*time.Minute)))
	do(w.desk.Join(ctx, taken, "linus", at.Add(15*time.Minute)))
	do(w.desk.Note(ctx, taken, "grace", "the upstream database was upgraded", at.Add(20*time.Minute)))
	do(w.desk.Ask(ctx, taken, "grace", "ada", "who upgraded it?", at.Add(30*time.Minute)))
	symptom := signal("mart.orders", "not there", priority.KindStale, w.now.Add(-42*time.Minute))
	require.Equal(t, taken, symptom)

	signal("privacy", "", priority.KindFailure, w.now.Add(-20*time.Minute))
	signal("raw.alone", "of no promise", priority.KindFailure, w.now.Add(-10*time.Minute))
}

// byHand makes an incident with a timeline of every kind of entry, longer than one that is shown,
// and one from long ago.
func (w *town) byHand() {
	about := func(p priority.Priority, summary string) priority.AssessmentReport {
		return priority.AssessmentReport{Priority: p, Signal: priority.Signal{Asset: "index", Summary: summary}}
	}
	long := incident.Incident{
		ID: "long", Assessment: about(priority.P2, "the index is old"), Firing: true, EntryCount: 205,
		OpenedAt: w.on(-6, 9, 0), ReopenedAt: w.on(-3, 9, 0), AcknowledgedAt: w.on(-3, 10, 0),
		LeaseHolder: "ada", LeaseUntil: w.on(1, 0, 0), Responders: []string{"ada", "linus", "grace"},
	}
	old := incident.Incident{
		ID: "old", Assessment: about(priority.P1, ""), RootCause: "forgotten", EntryCount: 1,
		OpenedAt: w.on(-200, 9, 0), ResolvedAt: w.on(-91, 9, 0),
	}
	var record []incident.Entry
	for n := range 205 {
		e := incident.Entry{Incident: "long", Seq: n + 1, At: w.on(-3, 9, n), Author: "ada"}
		switch {
		case n < 185:
			e.Kind, e.Text = incident.EntryNoted, "yes"
		case n == 199:
			report := about(priority.P2, "what the signal said")
			e.Kind, e.Assessment = incident.EntryKind(n-184), &report
		default:
			e.Kind, e.Text = incident.EntryKind(n-184), fmt.Sprintf("entry %d", n)
		}
		record = append(record, e)
	}
	gone := incident.Incident{
		ID: "gone", Assessment: about(priority.P1, "its SLA is no more"), EntryCount: 1, OpenedAt: w.on(-1, 9, 0),
	}
	gone.Assessment.Signal.Asset, gone.Assessment.Impacts = "raw.gone", []priority.ImpactReport{{SLA: "gone"}}
	w.more, w.told["long"] = []incident.Incident{old, long, gone}, record
}

// Incidents lists those of the desk, and those made by hand.
func (w *town) Incidents() []incident.Incident { return append(w.desk.Incidents(), w.more...) }

// Timeline returns the record of either.
func (w *town) Timeline(ctx context.Context, id string) ([]incident.Entry, error) {
	if record, found := w.told[id]; found {
		return record, nil
	}
	return w.desk.Timeline(ctx, id)
}

// handler shows all that the town knows.
func (w *town) handler() *status.Handler {
	h := status.New(w.tracker, w)
	h.Clock, h.Title, h.PageSize = w, "Data of the town", 8
	h.Publish = status.Publish{Assets: true, Texts: true, People: true}
	h.Landings = func(asset string) freshness.Landings { return w.landings[asset] }
	h.Results = func() []freshness.Result { return w.results }
	h.FrameAncestors = []string{"'self'", "https://portal.example"}
	labels := map[string]map[string]string{
		"orders-by-7": {"team": "core", "area": "books"}, "api": {"team": "web"},
	}
	h.Labels = func(id string) map[string]string { return labels[id] }
	return h
}
