package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// BenchmarkStatus serves 1,000 SLAs, each with a nightly deadline and 90 nights: made anew because
// time went on, and again while nothing changed. Beside it, in the same run: encoding/json of the
// data that the JSON holds, and the handler of client_golang for the series that the metrics hold.
func BenchmarkStatus(b *testing.B) {
	clock := &instant{time.Date(2026, 3, 31, 8, 0, 0, 0, time.UTC)}
	h := manyPromises(b, clock)
	var page status.Page
	if err := json.Unmarshal(body(b, h, "/status.json?limit=1000"), &page); err != nil || len(page.SLAs) != 1000 {
		b.Fatal(len(page.SLAs), err)
	}
	peer := exporter(b, body(b, h, "/metrics"))
	if ours, theirs := body(b, h, "/metrics"), body(b, peer, "/"); bytes.Count(ours, []byte("{")) != bytes.Count(theirs, []byte("{")) {
		b.Fatal("other series")
	}
	marshal := func() {
		if _, err := json.Marshal(page); err != nil {
			b.Fatal(err)
		}
	}
	gather := func() { body(b, peer, "/") }
	for _, c := range []struct {
		name, path, than string
		peer             func()
	}{
		{"page", "/?limit=1000", "x/encoding-json", marshal},
		{"JSON", "/status.json?limit=1000", "x/encoding-json", marshal},
		{"metrics", "/metrics", "x/client_golang", gather},
	} {
		b.Run(c.name+"/anew", func(b *testing.B) {
			beside(b, c.than, c.peer, func() { clock.now = clock.now.Add(2 * time.Minute); body(b, h, c.path) })
		})
		b.Run(c.name+"/again", func(b *testing.B) {
			beside(b, c.than, c.peer, func() { body(b, h, c.path) })
		})
	}
	b.Run("encoding-json", func(b *testing.B) { beside(b, "", nil, marshal) })
	b.Run("client_golang", func(b *testing.B) { beside(b, "", nil, gather) })
}

// beside measures f, and reports how many times a call of the peer it takes, both at their best of
// several rounds in turns.
func beside(b *testing.B, unit string, peer, f func()) {
	b.ReportAllocs()
	for b.Loop() {
		f()
	}
	if peer == nil {
		return
	}
	b.StopTimer()
	ours, theirs := time.Hour, time.Hour
	for range 5 {
		ours, theirs = min(ours, took(f)), min(theirs, took(peer))
	}
	b.ReportMetric(float64(ours)/float64(theirs), unit)
}

func took(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}

type instant struct{ now time.Time }

func (i *instant) Now() time.Time { return i.now }

func body(b *testing.B, h http.Handler, path string) []byte {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		b.Fatal(path, w.Code, w.Body)
	}
	text, _ := io.ReadAll(w.Body) // of a buffer
	return text
}

func manyPromises(b *testing.B, clock *instant) *status.Handler {
	b.Helper()
	deadline := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour}
	slas := make([]sla.SLA, 1000)
	for i := range slas {
		slas[i] = sla.SLA{
			ID: fmt.Sprintf("sla-%04d", i), Name: "Table ready by 07:00", Owners: []string{"data-infra", "analytics"}, Consumers: []string{"finance"},
			Objectives: []sla.Objective{{Name: "ready", Asset: fmt.Sprintf("mart.t%04d", i), Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day), Freshness: deadline}},
		}
	}
	catalog, err := sla.NewCatalog(slas)
	if err != nil {
		b.Fatal(err)
	}
	tr := tracker.New(catalog)
	var landed freshness.Landings
	checks := catalog.Checks(func(string) freshness.Source { return nil })
	for night := 89; night >= 0; night-- {
		landed = landed.Add(freshness.Landing{At: clock.now.AddDate(0, 0, -night).Add(-2 * time.Hour)})
		r := deadline.Check(landed, clock.now.AddDate(0, 0, -night))
		for _, c := range checks {
			r.Asset, r.Check = c.Asset, c.Name
			tr.Observe(r)
		}
	}
	h := status.New(tr, nil)
	h.Clock = clock
	h.Landings = func(string) freshness.Landings { return landed }
	return h
}

// exporter serves the series of a text with client_golang.
func exporter(b *testing.B, text []byte) http.Handler {
	b.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		b.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	for name, family := range families {
		var vec *prometheus.GaugeVec
		for _, m := range family.Metric {
			labels := prometheus.Labels{}
			for _, l := range m.Label {
				labels[l.GetName()] = l.GetValue()
			}
			if vec == nil {
				vec = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: family.GetHelp()}, names(m))
				registry.MustRegister(vec)
			}
			vec.With(labels).Set(m.GetGauge().GetValue() + m.GetCounter().GetValue() + m.GetUntyped().GetValue())
		}
	}
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

func names(m *dto.Metric) (list []string) {
	for _, l := range m.Label {
		list = append(list, l.GetName())
	}
	return list
}
