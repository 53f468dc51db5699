package status_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
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

// shared is a handler about two SLAs that rest on the same table, as it is at 07:42: the orders by 09:00, and a secret one, which
// looks at that table itself, wants it earlier, is overdue, is due for another look in a moment, and has maintenance planned before that.
// Without the secret there is no such SLA, and no check has ever run for it.
func shared(t testing.TB, secret bool) *status.Handler {
	w := &world{now: time.Date(2026, 11, 23, 7, 42, 0, 0, time.UTC)}
	ready := func(id, asset string, due time.Duration) sla.SLA {
		return sla.SLA{
			ID: id, Owners: []string{id + "-team", "b"}, Consumers: []string{id + "-readers"},
			Objectives: []sla.Objective{{
				Name: "ready", Asset: asset, Target: sla.MustTarget("95%"), Window: sla.Rolling(90 * sla.Day),
				Freshness: freshness.Deadline{Due: schedule.Daily(int(due/time.Hour), int(due%time.Hour/time.Minute), time.UTC)},
			}},
		}
	}
	promises := []sla.SLA{ready("orders", "mart.orders", 9*time.Hour)}
	if secret {
		promises = append(promises, ready("secret", "raw.shared", 7*time.Hour), ready("secret-soon", "mart.secret", 7*time.Hour+43*time.Minute))
	}
	var err error
	w.catalog, err = sla.NewCatalog(promises, sla.Feeds("raw.shared", "mart.orders"), sla.Feeds("raw.shared", "mart.secret"), sla.Feeds("raw.alone", "mart.secret"))
	require.NoError(t, err)
	w.tracker = tracker.New(w.catalog)
	landed := freshness.LandedAt(w.now.AddDate(0, 0, -3), w.now.AddDate(0, 0, -2), w.now.AddDate(0, 0, -1))
	for _, c := range w.catalog.Checks(func(string) freshness.Source { return nil }) {
		r := c.Policy.Check(landed, w.now)
		r.Asset, r.Check = c.Asset, c.Name
		w.tracker.Observe(r)
		w.results = append(w.results, r)
	}
	if secret {
		require.NoError(t, w.tracker.Correct(sla.Correction{
			ID: "m", SLA: "secret", Start: w.now.Add(30 * time.Second), End: w.now.Add(time.Hour), Author: "eve", Reason: "hush", EnteredAt: w.now.Add(-time.Hour),
		}))
	}
	w.desk = incident.NewDesk(priority.NewClassifier(w.catalog))
	for n, asset := range []string{"raw.shared", "mart.secret", "raw.alone"} {
		i, _, err := w.desk.Signal(t.Context(), priority.Signal{Asset: asset, Kind: priority.KindFailure, Summary: "it failed", At: w.now.Add(time.Duration(n-9) * time.Minute)})
		require.NoError(t, err)
		if n == 0 { // the next is a symptom of this, and the last another
			require.NoError(t, w.desk.Acknowledge(t.Context(), i.ID, "ada", w.now.Add(time.Duration(n-5)*time.Minute)))
		}
	}
	h := w.handler()
	h.CacheFor = time.Hour
	h.Labels = func(id string) map[string]string { return map[string]string{"of": id} }
	h.Authorize = func(r *http.Request, id string) bool {
		return id != "" && (id == "orders" || r.Header.Get("X-Team") == "secret")
	}
	return h
}

// The text of a symptom names assets and SLAs. It is hidden where these are not published, and from
// readers who may not see all SLAs.
func TestASymptomTellsNoMoreThanItMay(t *testing.T) {
	h := shared(t, true)
	story := func(team string) string { return get(h, "sla.json?id=orders", "X-Team", team).Body.String() }
	assert.Contains(t, story("secret"), `"words":"Symptom attached","text":"mart.secret: it failed`)
	assert.NotContains(t, story(""), "Symptom attached")
	h = shared(t, true)
	h.Publish.Assets = false
	assert.Contains(t, story("secret"), "Symptom attached")
	assert.NotContains(t, story("secret"), "mart.")
}

// everything is what there is to ask.
var everything = []string{
	"", "?limit=1", "?limit=1&offset=1", "?consumer=secret-readers", "?label=of:secret", "?level=broken", "sla?id=orders", "sla?id=secret",
	"status.json", "status.json?level=broken", "status.json?offset=1", "sla.json?id=orders", "sla.json?id=secret", "summary.json", "summary.json?label=of",
	"feed.atom", "feed.atom?id=orders", "feed.atom?id=secret", "calendar.ics", "calendar.ics?id=orders", "calendar.ics?id=secret",
	"metrics", "metrics?level=broken", "health", "health?level=broken", "badge.svg", "badge.svg?id=orders", "badge.svg?id=secret", "badge.json", "badge.json?id=secret",
}

// Who may not see an SLA is answered as if there were none, to the byte and to the header, whatever others asked before.
func TestAHiddenSLALeavesNoTrace(t *testing.T) {
	with, without := shared(t, true), shared(t, false)
	for _, path := range everything {
		assert.NotEqual(t, http.StatusNotFound, get(with, path, "X-Team", "secret").Code, path)
		for _, header := range [][]string{nil, {"Accept-Encoding", "gzip"}, {"Accept", "application/openmetrics-text"}} {
			want, have := get(without, path, header...), get(with, path, header...)
			assert.Equal(t, want.Code, have.Code, path)
			assert.Equal(t, want.Header(), have.Header(), path)
			assert.Equal(t, want.Body.String(), have.Body.String(), path)
		}
		assert.NotContains(t, get(with, strings.ReplaceAll(path, "secret", "orders")).Body.String(), "secret", path)
		tag := get(with, path, "X-Team", "secret").Header().Get("ETag")
		if body := get(with, path).Body.String(); body != get(with, path, "X-Team", "secret").Body.String() {
			assert.NotEqual(t, http.StatusNotModified, get(with, path, "If-None-Match", tag).Code, path)
		}
	}
}

// The response of one reader is never sent to another, nor by a cache of their own without asking:
// rights may be those of another reader by then.
func TestReadersOfManyRightsAreAnsweredEachTheirOwn(t *testing.T) {
	h, _ := many(t, 12)
	h.Authorize = func(r *http.Request, id string) bool {
		var number int
		_, err := fmt.Sscanf(id, "sla-%d", &number)
		return err == nil && strings.Contains(r.Header.Get("X-May"), fmt.Sprintf("<%d>", number))
	}
	var all sync.WaitGroup
	for reader := range 4 {
		all.Go(func() {
			for set := reader; set < 1<<12; set += 4 * 13 {
				may, want := "", []string(nil)
				for n := range 12 {
					if set>>n&1 == 1 {
						may += fmt.Sprintf("<%d>", n)
						want = append(want, fmt.Sprintf("sla-%05d", n))
					}
				}
				a := get(h, "metrics", "X-May", may)
				var have []string
				for line := range strings.Lines(a.Body.String()) {
					if id, found := strings.CutPrefix(line, `sla_level{sla="`); found {
						have = append(have, id[:len("sla-00000")])
					}
				}
				slices.Sort(have)
				assert.Equal(t, want, have)
				assert.Contains(t, a.Header().Get("Cache-Control"), "private, no-cache")
			}
		})
	}
	all.Wait()
}

// While all is recorded, broken, corrected and replaced, each reader sees what they may, and no one sees half of anything.
func TestReadersSeeTheirOwnWhileAllChanges(t *testing.T) {
	w := newWorld(t)
	other, err := sla.NewCatalog(promises(dublin(t))[:3], sla.Feeds("raw.orders", "mart.orders"))
	require.NoError(t, err)
	h := w.handler()
	h.Clock = nil
	h.Publish.Texts = false
	mine := map[string]string{"stock": "stock-by-6", "orders": "orders-by-7"}
	h.Authorize = func(r *http.Request, id string) bool { return id == mine[r.Header.Get("X-Team")] && id != "" }
	var changes, readers sync.WaitGroup
	done := make(chan struct{})
	change := func(what func(n int)) {
		changes.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
					what(n)
				}
			}
		})
	}
	change(func(n int) {
		w.tracker.SetCatalog([]*sla.Catalog{w.catalog, other}[n%2])
		_ = w.tracker.Record("api/available", time.Now(), 1, 0) // the other catalog has none
	})
	change(func(n int) {
		w.tracker.Observe(freshness.Result{Check: "orders-by-7/ready", Status: freshness.Status(n % 4), At: time.Now(), NextCheck: time.Now().Add(time.Millisecond)})
		if n < 200 {
			_ = w.tracker.Correct(sla.Correction{ID: fmt.Sprint(n), SLA: "stock-by-6", Start: time.Now(), End: time.Now().Add(time.Millisecond), Author: "ada", Reason: "so", EnteredAt: time.Now()})
			_, _, err := w.desk.Signal(t.Context(), priority.Signal{Asset: fmt.Sprintf("mart.%s", []string{"orders", "stock"}[n%2]), Kind: priority.KindFailure, Summary: "it failed", At: time.Now()})
			assert.NoError(t, err)
		}
	})
	for team, id := range mine {
		for n := range 3 {
			readers.Go(func() {
				for i := range 15 {
					path := strings.ReplaceAll(everything[(i+n*7)%len(everything)], "=orders", "="+id)
					a := get(h, path, "X-Team", team)
					assert.True(t, a.Code == http.StatusOK || a.Code == http.StatusNotFound || strings.HasPrefix(path, "health"), "%s: %s", path, a.Body)
					for other, hidden := range mine {
						assert.False(t, other != team && strings.Contains(a.Body.String(), hidden), path)
					}
				}
			})
		}
	}
	readers.Wait()
	close(done)
	changes.Wait()
}
