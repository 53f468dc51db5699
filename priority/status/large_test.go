package status_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// many is a handler of so many SLAs, each with a nightly deadline and a history of 120 days.
func many(t testing.TB, n int) (*status.Handler, *world) {
	w := &world{now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	deadline := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour}
	var at []time.Time
	for day := 120; day >= 0; day-- {
		at = append(at, time.Date(2026, 3, 2-day, 6, (day*day)%50, 0, 0, time.UTC))
	}
	landed := freshness.LandedAt(at...)
	promises := make([]sla.SLA, n)
	for i := range promises {
		promises[i] = sla.SLA{ID: fmt.Sprintf("sla-%05d", i), Owners: []string{"a", "b"}, Consumers: []string{fmt.Sprintf("team-%02d", i%50)}, Objectives: []sla.Objective{{
			Name: "ready", Asset: fmt.Sprintf("mart.t%05d", i), Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day), Freshness: deadline,
		}}}
	}
	catalog, err := sla.NewCatalog(promises)
	require.NoError(t, err)
	tr := tracker.New(catalog)
	r := deadline.Check(landed, w.now)
	for _, c := range catalog.Checks(func(string) freshness.Source { return nil }) {
		r.Asset, r.Check = c.Asset, c.Name
		tr.Observe(r)
	}
	h := status.New(tr, nil)
	h.Clock = w
	h.Landings = func(string) freshness.Landings { return landed }
	return h, w
}

func TestTenThousandSLAsComeInParts(t *testing.T) {
	h, _ := many(t, 10_000)
	body := text(t, h, "")
	assert.Contains(t, body, "1 to 50 of 10000, the worst first")
	assert.Less(t, len(body), 2<<20)
	seen := map[string]bool{}
	for offset := 0; offset < 10_000; offset += 1000 {
		for _, id := range ids(page(t, h, fmt.Sprintf("status.json?limit=1000&offset=%d", offset))) {
			assert.False(t, seen[id])
			seen[id] = true
		}
	}
	assert.Len(t, seen, 10_000)
	assert.Less(t, len(text(t, h, "summary.json")), 2<<20)
	assert.Less(t, len(text(t, h, "health")), 2<<20)
	assert.Less(t, len(text(t, h, "calendar.ics")), 2<<20)
	assert.Equal(t, 10_000, strings.Count(text(t, h, "metrics"), "\nsla_level{"))
}

// Readers, and what is recorded meanwhile, may come at any time.
func TestManyReadAtOnce(t *testing.T) {
	w := newWorld(t)
	h := w.handler()
	h.Clock = nil
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 20 {
				path := []string{"", "sla?id=orders-by-7", "status.json", "metrics", "feed.atom", "health"}[(n+i)%6]
				assert.Contains(t, []int{http.StatusOK, http.StatusServiceUnavailable}, get(h, path).Code)
				assert.NoError(t, w.tracker.Record("api/available", w.now, 1, 0))
			}
		})
	}
	all.Wait()
}

func BenchmarkThousandSLAs(b *testing.B) {
	h, w := many(b, 1000)
	h.PageSize = 1000
	for name, path := range map[string]string{"page": "", "json": "status.json", "metrics": "metrics", "health": "health"} {
		b.Run(name+"/made", func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				w.now = w.now.Add(2 * time.Minute) // all is looked at anew
				size = get(h, path).Body.Len()
			}
			b.ReportMetric(float64(size), "B/body")
		})
		b.Run(name+"/kept", func(b *testing.B) {
			b.ReportAllocs()
			r := httptest.NewRequest(http.MethodGet, "/status/"+path, nil)
			for b.Loop() {
				h.ServeHTTP(discard{http.Header{}}, r)
			}
		})
	}
	b.Run("json/by encoding-json alone", func(b *testing.B) {
		p := pageOf(b, h)
		b.ReportAllocs()
		for b.Loop() {
			if err := json.NewEncoder(io.Discard).Encode(p); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func pageOf(b *testing.B, h http.Handler) (p status.Page) {
	if err := json.Unmarshal(get(h, "status.json").Body.Bytes(), &p); err != nil {
		b.Fatal(err)
	}
	return p
}

// discard drops a response.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) WriteHeader(int)             {}
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
