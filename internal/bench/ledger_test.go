package bench

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// pairs are the four default pairs for 30 days: a long window, a short one, and the factor.
var pairs = []struct {
	long, short string
	factor      string
}{{"1h", "5m", "14.4"}, {"6h", "30m", "6"}, {"1d", "2h", "3"}, {"3d", "6h", "1"}}

// recordedPairs asks for recorded ratios, rawPairs for counters: what rule generators write, and
// what people write by hand. The selector picks one objective, as the generated rules of each do,
// or is empty for all at once.
func recordedPairs(selector string) string {
	var terms []string
	for _, p := range pairs {
		terms = append(terms, fmt.Sprintf("(ratio_rate%s%s > (%s * 0.001) and ratio_rate%s%s > (%s * 0.001))",
			p.long, selector, p.factor, p.short, selector, p.factor))
	}
	return strings.Join(terms, " or ")
}

func rawPairs(selector string) string {
	ratio := func(window string) string {
		return fmt.Sprintf("(rate(bad_total%s[%s]) / rate(all_total%s[%s]))", selector, window, selector, window)
	}
	var terms []string
	for _, p := range pairs {
		terms = append(terms, fmt.Sprintf("(%s > (%s * 0.001) and %s > (%s * 0.001))", ratio(p.long), p.factor, ratio(p.short), p.factor))
	}
	return strings.Join(terms, " or ")
}

func selects(objective int) string { return fmt.Sprintf("{check=\"objective-%d\"}", objective) }

// prometheusOf holds three days, the longest window, of counters scraped every minute, and the
// newest value of each recorded ratio.
func prometheusOf(b *testing.B, objectives int) *tsdb.DB {
	b.Helper()
	options := tsdb.DefaultOptions()
	options.RetentionDuration = int64(60 * 24 * time.Hour / time.Millisecond)
	db, err := tsdb.Open(b.TempDir(), nil, nil, options, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	db.DisableCompactions()
	names := []string{"all_total", "bad_total"}
	refs := make([]storage.SeriesRef, objectives*len(names))
	const last = 3 * 24 * 60
	for minute := range last + 1 {
		app := db.Appender(context.Background())
		at := start.Add(27*sla.Day + time.Duration(minute)*time.Minute).UnixMilli()
		for n := range refs {
			name, value := names[n%2], float64(minute)*float64(6000-n%2*5994)
			refs[n] = put(b, app, refs[n], name, n/2, at, value)
		}
		for n := range objectives {
			for _, p := range pairs {
				if minute == last {
					put(b, app, 0, "ratio_rate"+p.long, n, at, 0.001)
					put(b, app, 0, "ratio_rate"+p.short, n, at, 0.001)
				}
			}
		}
		if err := app.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	return db
}

func put(b *testing.B, app storage.Appender, ref storage.SeriesRef, name string, objective int, at int64, value float64) storage.SeriesRef {
	var series labels.Labels
	if ref == 0 {
		series = labels.FromStrings("__name__", name, "check", fmt.Sprintf("objective-%d", objective))
	}
	ref, err := app.Append(ref, series, at, value)
	if err != nil {
		b.Fatal(err)
	}
	return ref
}

// BenchmarkFourPairs evaluates the eight windows of the four default pairs for all objectives.
// Metrics are nanoseconds for one objective, at best, in one run. The engine is asked objective by
// objective, as generated rules ask it, and for all at once; it is spared 10,000 objectives, for
// which its figures at 100 stand.
func BenchmarkFourPairs(b *testing.B) {
	for _, objectives := range []int{1, 100, 10_000} {
		catalog, checks := promised(b, objectives, nil, sla.Rolling(30*sla.Day))
		t := tracker.New(catalog)
		busy(b, t, checks)
		now := start.Add(30 * sla.Day)
		t.Alerts(now)
		each(b, "ours, Alerts", objectives, func() { t.Alerts(now) })
		each(b, "ours, Reports", objectives, func() {
			for r := range t.Reports(now) {
				sinkBool = r.State == sla.StateMet
			}
		})
		if objectives <= 100 {
			fromPrometheus(b, objectives, now)
		}
	}
}

func each(b *testing.B, name string, objectives int, all func()) {
	b.Run(fmt.Sprintf("%s/%d", name, objectives), func(b *testing.B) {
		best := perRound(all)
		for b.Loop() {
			all()
		}
		b.ReportMetric(best/float64(objectives), "best-ns/objective")
	})
}

func fromPrometheus(b *testing.B, objectives int, now time.Time) {
	db := prometheusOf(b, objectives)
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1 << 30, Timeout: time.Minute, Parser: parser.NewParser(parser.Options{})})
	for _, expression := range []struct {
		name string
		text func(selector string) string
	}{{"recorded", recordedPairs}, {"raw", rawPairs}} {
		each(b, "Prometheus, "+expression.name+", one by one", objectives, func() {
			for n := range objectives {
				ask(b, engine, db, expression.text(selects(n)), now)
			}
		})
		each(b, "Prometheus, "+expression.name+", all at once", objectives, func() { ask(b, engine, db, expression.text(""), now) })
	}
}

// busy gives each objective 30 days of history, 100 events a second, in every cell in which it is
// kept: the older, the more at once. The tracker holds the same as if they had come one by one.
func busy(b *testing.B, t *tracker.Tracker, checks []string) {
	b.Helper()
	for _, check := range checks {
		r, err := t.Recorder(check)
		if err != nil {
			b.Fatal(err)
		}
		for age := 30 * sla.Day; age > 0; age -= max(age/60, 5*time.Second) {
			seconds := int64(max(age/60, 5*time.Second) / time.Second)
			r.Record(start.Add(30*sla.Day-age), 100*seconds-seconds/10, seconds/10)
		}
	}
}

// perRound returns the nanoseconds that one call takes, at best of up to 20 and about a fifth of a
// second.
func perRound(f func()) float64 {
	best, all := time.Duration(1<<62), time.Duration(0)
	for n := 0; n < 20 && all < time.Second/5; n++ {
		began := time.Now()
		f()
		took := time.Since(began)
		best, all = min(best, took), all+took
	}
	return float64(best)
}

func ask(b *testing.B, engine *promql.Engine, db *tsdb.DB, text string, now time.Time) {
	query, err := engine.NewInstantQuery(context.Background(), db, nil, text, now)
	if err != nil {
		b.Fatal(err)
	}
	defer query.Close()
	if result := query.Exec(context.Background()); result.Err != nil {
		b.Fatal(result.Err)
	}
}

// BenchmarkBytes reports what an objective takes in a tracker, with all maps and headers but not
// the catalog, after as long as its window. A million objectives take a minute and more: they are
// counted where the environment has MILLION.
func BenchmarkBytes(b *testing.B) {
	million := 20_000
	if os.Getenv("MILLION") != "" {
		million = 1_000_000
	}
	for _, c := range []struct {
		name       string
		objectives int
		window     time.Duration
		every      time.Duration
		good       int64
	}{
		{"nightly events, 90 days", million, 90 * sla.Day, sla.Day, 1},
		{"hourly events, 30 days", 500, 30 * sla.Day, time.Hour, 1},
	} {
		b.Run(c.name, func(b *testing.B) {
			catalog, checks := promised(b, c.objectives, nil, sla.Rolling(c.window))
			bytesEach(b, catalog, c.objectives, func(t *tracker.Tracker) {
				for at := time.Duration(0); at < c.window; at += c.every {
					for n, check := range checks {
						jitter := time.Duration(n*7919+int(at/sla.Day)*104729) * time.Second % (10 * time.Minute)
						if err := t.Record(check, start.Add(at+jitter%c.every), c.good, 0); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		})
	}
	b.Run("100 events a second, 30 days", func(b *testing.B) {
		catalog, checks := promised(b, 200, nil, sla.Rolling(30*sla.Day))
		bytesEach(b, catalog, len(checks), func(t *tracker.Tracker) { busy(b, t, checks) })
	})
	b.Run("nightly deadlines, 90 days", func(b *testing.B) {
		by7 := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)}
		catalog, checks := promised(b, million/4, by7, sla.Rolling(90*sla.Day))
		bytesEach(b, catalog, len(checks), func(t *tracker.Tracker) {
			for night := range 90 {
				at := start.AddDate(0, 0, night).Add(7 * time.Hour)
				result := by7.Check(freshness.LandedAt(at.Add(-20*time.Minute)), at.Add(time.Minute))
				for _, result.Check = range checks {
					t.Observe(result)
				}
			}
		})
	})
}

func bytesEach(b *testing.B, catalog *sla.Catalog, objectives int, fill func(*tracker.Tracker)) {
	for b.Loop() {
		before := heapBytes()
		t := tracker.New(catalog)
		fill(t)
		took := float64(heapBytes() - before)
		b.ReportMetric(took/float64(objectives), "B/objective")
		b.ReportMetric(took/(1<<20), "MiB")
		runtime.KeepAlive(t)
	}
}

func heapBytes() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
