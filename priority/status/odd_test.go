package status_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// all asks for everything, and wants an answer in good form each time.
func all(t *testing.T, h http.Handler, id string) {
	t.Helper()
	for _, path := range everything {
		path = strings.ReplaceAll(path, "=orders", "="+id)
		if strings.Contains(path, "id=secret") {
			continue
		}
		a := get(h, path)
		want := []int{http.StatusOK}
		if strings.HasPrefix(path, "health") {
			want = append(want, http.StatusServiceUnavailable)
		}
		require.Contains(t, want, a.Code, "%s: %s", path, a.Body)
		switch body := a.Body.String(); {
		case strings.Contains(a.Header().Get("Content-Type"), "json"):
			assert.True(t, json.Valid([]byte(body)), path)
		case strings.HasPrefix(path, "calendar"):
			for _, m := range regexp.MustCompile(`(?m)^DT(?:START|END|STAMP):(.*)\r$`).FindAllStringSubmatch(body, -1) {
				assert.Regexp(t, `^[0-9]{8}T[0-9]{6}Z$`, m[1])
			}
		case strings.HasPrefix(path, "feed"):
			elements(t, body)
			for _, m := range regexp.MustCompile(`<(?:updated|published)>(.*?)<`).FindAllStringSubmatch(body, -1) {
				_, err := time.Parse(time.RFC3339, m[1])
				assert.NoError(t, err)
			}
		case strings.HasPrefix(path, "metrics"):
			for line := range strings.Lines(body) {
				assert.Regexp(t, metricLine, strings.TrimSuffix(line, "\n"))
			}
		}
		for _, m := range regexp.MustCompile(`datetime="([^"]*)"`).FindAllStringSubmatch(a.Body.String(), -1) {
			_, err := time.Parse(time.RFC3339, m[1])
			assert.NoError(t, err)
		}
	}
}

// An epoch in milliseconds that is read as seconds lies far behind the year 9999, which JSON cannot write: one such landing hides no promise.
func TestOneOddResultTakesNothingDown(t *testing.T) {
	for name, spoil := range map[string]func(r *freshness.Result){
		"far future": func(r *freshness.Result) {
			r.Status, r.Reason, r.Landed, r.Landing.At = freshness.Unknown, freshness.ReasonInFuture, true, time.Unix(1795419720000, 0)
		},
		"year 1":           func(r *freshness.Result) { r.Landed, r.Landing.At = true, time.Time{} },
		"long ago":         func(r *freshness.Result) { r.Landed, r.Landing.At = true, time.Unix(-1795419720000, 0) },
		"due far":          func(r *freshness.Result) { r.Due, r.NextCheck = time.Unix(1<<55, 0), time.Unix(1<<55, 0) },
		"no such status":   func(r *freshness.Result) { r.Status = 77 },
		"no such reason":   func(r *freshness.Result) { r.Reason = -3 },
		"judged far ahead": func(r *freshness.Result) { r.At = time.Unix(1795419720000, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			for _, check := range []string{"orders-by-7/ready", "clicks/young"} {
				r := freshness.Result{Asset: "mart.orders", Check: check, Status: freshness.Fresh, Reason: freshness.ReasonOnTime, At: w.now, NextCheck: w.now.Add(time.Hour)}
				spoil(&r)
				w.tracker.Observe(r)
				r.Asset = "raw.fx"
				w.results = append([]freshness.Result{r}, w.results...)
			}
			all(t, w.handler(), "orders-by-7")
			all(t, w.handler(), "clicks")
			p := page(t, w.handler(), "status.json")
			assert.Equal(t, 6, p.Total)
		})
	}
}

// The clock may stand anywhere, and may jump.
func TestClocksThatAreWrong(t *testing.T) {
	w := newWorld(t)
	h := w.handler()
	for _, at := range []time.Time{
		{}, time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(0, 6, 1, 0, 0, 0, 0, time.UTC), time.Unix(0, 0), w.now.AddDate(0, 0, -400), w.now, w.now.Add(-time.Nanosecond),
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(9998, 12, 25, 0, 0, 0, 0, time.UTC), time.Unix(1<<55, 0), w.now,
	} {
		w.now = at
		all(t, h, "orders-by-7")
		all(t, h, "clicks")
		if year := at.Year(); year > 0 && year < 9999 {
			p := page(t, h, "status.json")
			assert.False(t, p.At.After(at), "it speaks of what has not been yet")
			assert.True(t, at.Before(p.Until), "it is kept for too long")
		}
	}
}

// A history may hold anything.
func TestAnOddHistoryTakesNothingDown(t *testing.T) {
	w := newWorld(t)
	far, long := time.Unix(1795419720000, 0), time.Unix(-1795419720000, 0)
	usual := w.landings["mart.orders"]
	for name, landed := range map[string]freshness.Landings{
		"none": {}, "zero": {{}}, "far": append(usual[:len(usual):len(usual)], freshness.Landing{At: far}), "long ago": append(freshness.Landings{{At: long}}, usual...),
		"ends": {{At: long}, {At: far}}, "unsorted": {usual[9], usual[3], {At: far}, usual[5], {}, {At: long}}, "one": usual[:1], "same": {usual[0], usual[0], usual[0], usual[0], usual[0], usual[0]},
		"future": {{At: w.now.AddDate(0, 0, 1)}, {At: w.now.AddDate(0, 0, 2)}}, "rows": {{At: usual[0].At, Rows: -1 << 62}, {At: usual[1].At, Rows: 1 << 62}},
	} {
		t.Run(name, func(t *testing.T) {
			h := w.handler()
			h.Landings = func(string) freshness.Landings { return landed }
			all(t, h, "orders-by-7")
			all(t, h, "clicks")
		})
	}
}
