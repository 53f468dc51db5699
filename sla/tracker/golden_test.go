package tracker_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

var update = flag.Bool("update", false, "write the golden files of the world anew")

// golden compares with a file of testdata/world.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "world", name)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run the test with -update")
	assert.Equal(t, string(want), got, "run the test with -update, and review the diff")
}

// A world is five days of three SLAs, over the night in which the clocks of Dublin go forward,
// looked at every ten minutes.
type world struct {
	t          *testing.T
	tracker    *tracker.Tracker
	catalog    *sla.Catalog
	began, now time.Time
	landed     map[string]freshness.Landings
	alerts     []sla.Alert
	deltas     []tracker.Delta
	reports    strings.Builder // for people, as they were asked for on the way
}

const tenMinutes = 10 * time.Minute

func worldCatalog(t *testing.T) *sla.Catalog {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "world", "slas.json"))
	require.NoError(t, err)
	slas, err := sla.DecodeSLAs(text)
	require.NoError(t, err)
	c, err := sla.NewCatalog(slas, sla.Feeds("raw.orders", "mart.orders"))
	require.NoError(t, err)
	return c
}

func newWorld(t *testing.T) *world {
	t.Helper()
	c := worldCatalog(t)
	w := &world{
		t: t, catalog: c, tracker: tracker.New(c), landed: map[string]freshness.Landings{},
		began: time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC),
	}
	w.tracker.Replica = "a"
	w.now = w.began
	return w
}

// hour is an instant, in hours from the beginning.
func (w *world) hour(n float64) time.Time { return w.began.Add(time.Duration(n * float64(time.Hour))) }

func (w *world) during(from, until float64) bool {
	return !w.now.Before(w.hour(from)) && w.now.Before(w.hour(until))
}

// play goes on until an hour.
func (w *world) play(until float64) {
	for ; w.now.Before(w.hour(until)); w.now = w.now.Add(tenMinutes) {
		w.record()
		w.lands()
		w.look()
		w.alerts = append(w.alerts, w.tracker.Alerts(w.now)...)
		if w.now.Equal(w.now.Truncate(6 * time.Hour)) {
			w.deltas = append(w.deltas, w.tracker.Deltas()...)
		}
	}
}

// record counts ten minutes of events. Some are late by hours.
func (w *world) record() {
	add := func(check string, at time.Time, good, bad int64) {
		require.NoError(w.t, w.tracker.Record(check, at, good, bad))
	}
	for i := range int64(20) {
		at := w.now.Add(-tenMinutes + time.Duration(i)*30*time.Second)
		bad := int64(0)
		switch {
		case w.during(30, 31):
			bad = 5 + i%3
		case w.during(80, 80.5):
			bad = 60
		case i == 7 && w.now.Hour()%5 == 0:
			bad = 1
		}
		add("shop/available", at, 100+i*7%13-bad, bad)
		if w.during(60, 62) { // nothing was measured
			continue
		}
		add("shop/fast", at, 20-min(bad, 2), min(bad, 2))
		if i%10 == 0 {
			add("ledger/none-lost", at, 3, bad/60)
		}
	}
	if w.now.Hour() == 9 && w.now.Minute() == 0 {
		add("shop/available", w.now.Add(-3*time.Hour), 7, 2)
		add("shop/available", w.now.Add(-40*sla.Day), 1, 1) // too old
		add("shop/fast", w.now.Add(-3*time.Hour), 0, 4)
	}
}

// lands lets data land: raw orders at ten past each hour but in the fourth night, and orders on
// each morning but one, once late.
func (w *world) lands() {
	land := func(asset string, at time.Time) {
		rows := 100 + int64(len(w.landed[asset]))
		w.landed[asset] = append(w.landed[asset], freshness.Landing{At: at, Rows: rows})
	}
	if w.now.Minute() == 10 && !w.during(74, 79) {
		land("raw.orders", w.now.Add(-time.Minute))
	}
	day := int(w.now.Sub(w.began) / sla.Day)
	hour := []float64{5.5, 6.75, 8, 0, 6.5, 6}[day]
	if hour > 0 && w.now.Equal(w.hour(float64(24*day)+hour)) {
		land("mart.orders", w.now.Add(-time.Second))
	}
}

// look checks what is about freshness. For an hour the source cannot be asked, and for two somebody
// has paused it.
func (w *world) look() {
	for _, c := range w.catalog.Checks(func(string) freshness.Source { return nil }) {
		r := c.Policy.Check(w.landed[c.Asset], w.now)
		switch {
		case w.during(40, 41):
			r = freshness.NotMeasured(errors.New("no route to host"), w.now)
		case w.during(100, 102):
			r = freshness.Result{Reason: freshness.ReasonPaused, At: w.now, Until: w.hour(102)}
		case w.during(105, 110): // the monitor is down
			continue
		}
		r.Check, r.Asset = c.Name, c.Asset
		w.tracker.Observe(r)
	}
}

// correct enters a correction now, of a stretch that is given in hours.
func (w *world) correct(id, of string, from, until float64, author, reason string) {
	w.t.Helper()
	c := sla.Correction{ID: id, Author: author, Reason: reason, EnteredAt: w.now}
	c.SLA, c.Objective, _ = strings.Cut(of, "/")
	c.Start, c.End = w.hour(from), w.hour(until)
	c.CountAsGood = c.Objective == "available"
	require.NoError(w.t, w.tracker.Correct(c))
}

// playedWorld is the world after nearly five days, an hour before the month ends, with what people
// entered on the way.
func playedWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	dublin, err := time.LoadLocation("Europe/Dublin")
	require.NoError(t, err)
	w.play(29)
	w.tell(dublin)
	w.correct("upgrade", "shop", 50, 51, "bob", "an upgrade")
	w.play(31)
	w.tell(dublin)
	w.play(33)
	w.correct("probe", "shop/available", 30, 30.5, "ada", "a probe\nwas wrong")
	w.correct("hasty", "shop", 30.5, 32, "eve", "bad luck")
	w.tell(time.UTC)
	w.play(34)
	require.NoError(t, w.tracker.Correct(sla.Correction{
		ID: "no-luck", SLA: "shop", Revokes: "hasty", Author: "ada", Reason: "it was us", EnteredAt: w.now.In(dublin),
	}))
	w.play(50.5)
	w.tell(dublin)
	w.play(80.5)
	w.tell(time.UTC)
	w.play(82)
	w.correct("provider", "orders-by-7/ready", 54, 56, "cy", "the provider was down")
	w.correct("next", "ledger", 117.5, 121, "bob", "a move")
	w.play(101)
	w.tell(time.UTC)
	w.play(117.5)
	w.deltas = append(w.deltas, w.tracker.Deltas()...)
	w.play(118)
	w.tell(time.UTC)
	return w
}

// tell notes what the reports of all SLAs are.
func (w *world) tell(in *time.Location) {
	fmt.Fprintf(&w.reports, "# %v hours\n\n", w.now.Sub(w.began).Hours())
	for r := range w.tracker.Reports(w.now.In(in)) {
		fmt.Fprintf(&w.reports, "%v\n\n%s\n", r, r.Text())
	}
}

// known is what was known on the second day, asked for at the end.
func (w *world) known(tr *tracker.Tracker) string {
	var b strings.Builder
	for _, id := range []string{"shop", "orders-by-7"} {
		for _, known := range []float64{33, 33.5, 34} {
			r, _ := tr.ReportAsOf(id, w.hour(33), w.hour(known))
			fmt.Fprintf(&b, "# as of %v hours\n\n%v\n\n%s\n", known, r, r.Text())
		}
	}
	return b.String()
}

func indented(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", "\t")
	require.NoError(t, err)
	return string(text) + "\n"
}

// TestTheWorldAsItIsReported holds all that people and programs read of a world.
func TestTheWorldAsItIsReported(t *testing.T) {
	w := playedWorld(t)
	golden(t, "reports.txt", w.reports.String())
	golden(t, "known.txt", w.known(w.tracker))

	var reports []tracker.Report
	for r := range w.tracker.Reports(w.now) {
		reports = append(reports, r)
	}
	text := indented(t, reports)
	golden(t, "reports.json", text)
	var back []tracker.Report
	require.NoError(t, json.Unmarshal([]byte(text), &back))
	assert.Equal(t, text, indented(t, back))

	var alerts strings.Builder
	for _, a := range w.alerts {
		at, since := a.At.Format(time.RFC3339Nano), a.Since.Format(time.RFC3339Nano)
		fmt.Fprintf(&alerts, "%s since %s: %v\n", at, since, a)
	}
	golden(t, "alerts.txt", alerts.String())
	golden(t, "alert.json", indented(t, w.alerts[len(w.alerts)-1]))
	var again []sla.Alert
	require.NoError(t, json.Unmarshal([]byte(indented(t, w.alerts)), &again))
	assert.Equal(t, w.alerts, again)

	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: timeless}))
	for _, r := range reports {
		logger.Info("stands", "report", r)
	}
	for _, a := range w.alerts {
		logger.Warn("burns", "alert", a)
	}
	golden(t, "log.txt", log.String())
}

// timeless leaves out when a line was logged.
func timeless(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// TestTheWorldAsItIsKept holds the bytes of a snapshot, what a tracker makes of them, and what
// other replicas are sent.
func TestTheWorldAsItIsKept(t *testing.T) {
	w := playedWorld(t)
	kept := w.tracker.Snapshot()
	golden(t, "snapshot.txt", hex.Dump(kept))
	restored := &world{t: t, catalog: w.catalog, began: w.began, now: w.now, landed: maps.Clone(w.landed)}
	restored.tracker = tracker.New(worldCatalog(t))
	restored.tracker.Replica = "a"
	require.NoError(t, restored.tracker.Restore(kept))
	assert.True(t, bytes.Equal(kept, restored.tracker.Snapshot()), "what is restored is kept as the same bytes")
	assert.Equal(t, w.known(w.tracker), w.known(restored.tracker))

	w.alerts = nil
	next := w.tracker.Deltas()
	require.Len(t, next, 1)
	var sent strings.Builder
	for _, b := range next[0].Records {
		line, err := json.Marshal(b)
		require.NoError(t, err)
		fmt.Fprintf(&sent, "%s\n", line)
	}
	golden(t, "records.jsonl", sent.String())
	assert.Equal(t, next, restored.tracker.Deltas())
	for _, each := range []*world{w, restored} { // what happens then is counted alike
		each.reports.Reset()
		each.play(125)
		each.tell(time.UTC)
	}
	assert.Equal(t, w.reports.String(), restored.reports.String())
	assert.Equal(t, w.alerts, restored.alerts)
}

// TestTheWorldAsAReplicaCountsIt has been sent by deltas alone.
func TestTheWorldAsAReplicaCountsIt(t *testing.T) {
	w := playedWorld(t)
	replica := tracker.New(worldCatalog(t))
	for _, c := range w.tracker.Corrections() {
		require.NoError(t, replica.Correct(c))
	}
	require.NoError(t, replica.Apply(append(w.deltas, w.tracker.Deltas()...)...))
	var counts strings.Builder
	for r := range replica.Reports(w.now) {
		for _, o := range r.Objectives {
			start := o.Start.Format(time.RFC3339)
			fmt.Fprintf(&counts, "%s from %s: %v, recorded %v\n", o.Check, start, o.Budget, o.Raw.Counts)
		}
	}
	golden(t, "replica.txt", counts.String())
}
