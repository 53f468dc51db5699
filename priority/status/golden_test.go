package status_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run go test -update, and review what it writes")
	if string(want) != got {
		t.Errorf("%s: %s", file, firstChange(string(want), got))
	}
}

// firstChange shows the first line in which two texts differ: files are long, and one change may
// be in many lines.
func firstChange(want, got string) string {
	wants, gots := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(wants), len(gots)) {
		w, g := "the end", "the end"
		if i < len(wants) {
			w = fmt.Sprintf("%q", wants[i])
		}
		if i < len(gots) {
			g = fmt.Sprintf("%q", gots[i])
		}
		if w != g {
			return fmt.Sprintf("line %d:\nwant %s\n got %s", i+1, w, g)
		}
	}
	return "the same"
}

// legible returns a response with short lines: JSON is indented, and each tag of HTML and SVG begins one.
func legible(t *testing.T, a *httptest.ResponseRecorder) string {
	t.Helper()
	switch kind := a.Header().Get("Content-Type"); {
	case strings.Contains(kind, "json"):
		var b bytes.Buffer
		require.NoError(t, json.Indent(&b, a.Body.Bytes(), "", " "))
		return b.String()
	case strings.Contains(kind, "html"), strings.Contains(kind, "svg"):
		return strings.ReplaceAll(a.Body.String(), "><", ">\n<")
	}
	return a.Body.String()
}

const openMetrics = "application/openmetrics-text"

// The responses about the town stand in testdata, to be read as a person and as a program would. A
// change of words, of keys or of what is drawn changes these files, and no other test.
func TestTheTownAsItIsTold(t *testing.T) {
	h := newTown(t).handler()
	for _, page := range []struct {
		file, path string
		header     []string
	}{
		{"list.html", "", nil},
		{"list-2.html", "?offset=8", nil},
		{"list-filtered.html", "?consumer=finance&label=team&limit=1&offset=1", nil},
		{"list-none.html", "?tier=primary&consumer=nobody", nil},
		{"orders.html", "sla?id=orders-by-7", nil},
		{"stock.html", "sla?id=stock-by-6", nil},
		{"shop.html", "sla?id=shop", nil},
		{"status.json", "status.json?limit=100", nil},
		{"status-filtered.json", "status.json?consumer=finance&tier=primary&offset=1", nil},
		{"orders.json", "sla.json?id=orders-by-7", nil},
		{"copy.json", "sla.json?id=orders-copy", nil},
		{"clicks.json", "sla.json?id=clicks", nil},
		{"wages.json", "sla.json?id=wages", nil},
		{"soon.json", "sla.json?id=soon", nil},
		{"lost.json", "sla.json?id=lost", nil},
		{"shop.json", "sla.json?id=shop", nil},
		{"metrics.txt", "metrics", nil},
		{"metrics-open.txt", "metrics?label=team:core", []string{"Accept", openMetrics}},
		{"summary.json", "summary.json", nil},
		{"health.json", "health", nil},
		{"health-kept.json", "health?level=kept", nil},
		{"feed.atom", "feed.atom", nil},
		{"feed-orders.atom", "feed.atom?id=orders-by-7", nil},
		{"calendar.ics", "calendar.ics", nil},
		{"calendar-stock.ics", "calendar.ics?id=stock-by-6", nil},
		{"badge.svg", "badge.svg", nil},
		{"badge.json", "badge.json", nil},
		{"badge-orders.svg", "badge.svg?id=orders-by-7", nil},
		{"badge-words.svg", "badge.svg?id=words", nil},
		{"badge-kept.svg", "badge.svg?level=kept", nil},
		{"badge-none.json", "badge.json?consumer=nobody", nil},
		{"schema.json", "schema.json", nil},
		{"icon.svg", "icon.svg", nil},
	} {
		golden(t, page.file, legible(t, get(h, page.path, page.header...)))
	}
}

var (
	barOf    = regexp.MustCompile(`(?m)^<a tabindex="-1".*\n`)
	windowOf = regexp.MustCompile(`(?s)<details class="windows">.*?</details>`)
)

// short is a page without its bars, which other files hold.
func short(page string) string {
	return windowOf.ReplaceAllString(barOf.ReplaceAllString(page, ""), "")
}

// Each SLA has a page. Those of three are compared in full above.
func TestTheTownPageByPage(t *testing.T) {
	w := newTown(t)
	h := w.handler()
	var b strings.Builder
	for s := range w.catalog.SLAs() {
		if slices.Contains([]string{"orders-by-7", "stock-by-6", "shop"}, s.ID) {
			continue
		}
		fmt.Fprintf(&b, "==== %s\n%s", s.ID, short(legible(t, get(h, "sla?id="+s.ID))))
	}
	golden(t, "pages.html", b.String())
}

// A plainTracker knows no buckets.
type plainTracker struct{ status.Reporter }

func (plainTracker) Buckets(string, time.Time, time.Time) []tracker.Bucket { return nil }

// Without buckets, windows are drawn from the history of landings.
func TestTheTownWithoutMoments(t *testing.T) {
	w := newTown(t)
	h := w.handler()
	plain := status.New(plainTracker{w.tracker}, nil)
	plain.Clock, plain.Landings = w, h.Landings
	golden(t, "plain/copy.json", legible(t, get(plain, "sla.json?id=orders-copy")))
	golden(t, "plain/copy.html", short(legible(t, get(plain, "sla?id=orders-copy"))))
	golden(t, "plain/shop.html", short(legible(t, get(plain, "sla?id=shop"))))
}

// A response holds until something that its reader may see is expected to change.
func TestTheTownUntilWhen(t *testing.T) {
	w := newTown(t)
	var b strings.Builder
	for s := range w.catalog.SLAs() {
		h := w.handler()
		h.CacheFor = 40 * sla.Day
		h.Authorize = func(_ *http.Request, id string) bool { return id == s.ID }
		a := get(h, "status.json")
		fmt.Fprintf(&b, "%s: %s: %s\n", s.ID, page(t, h, "status.json").Until,
			a.Header().Get("Cache-Control"))
	}
	golden(t, "until.txt", b.String())
}

// Readers who may see few SLAs, or to whom nothing but promises is published, see no more than that.
func TestTheTownAsLittleOfItIsTold(t *testing.T) {
	paths := []struct{ file, path string }{
		{"list.html", "?limit=3"},
		{"copy.html", "sla?id=orders-copy"},
		{"copy.json", "sla.json?id=orders-copy"},
		{"status.json", "status.json"},
		{"feed.atom", "feed.atom"},
		{"summary.json", "summary.json"},
	}
	h := newTown(t).handler()
	h.Publish = status.Publish{}
	for _, page := range paths {
		golden(t, "unpublished/"+page.file, legible(t, get(h, page.path)))
	}
	h = newTown(t).handler()
	h.Authorize = func(_ *http.Request, id string) bool { return id == "orders-copy" || id == "shelf" }
	for _, page := range paths {
		golden(t, "unauthorized/"+page.file, legible(t, get(h, page.path)))
	}
	h = newTown(t).handler()
	h.Authorize = func(_ *http.Request, id string) bool { return id == "shelf" || id == "" }
	golden(t, "unauthorized/rest.json", legible(t, get(h, "status.json")))
}

// always lists what stands in the header of every response.
var always = []string{"Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"}

// Every response has these headers, and every refusal a text.
func TestTheTownAsItIsServed(t *testing.T) {
	var b strings.Builder
	h := newTown(t).handler()
	write := func(header http.Header, keys ...string) {
		for _, key := range keys {
			if values := header.Values(key); len(values) > 0 {
				fmt.Fprintf(&b, "  %s: %s\n", key, strings.Join(values, ", "))
			}
		}
	}
	same := get(h, "").Header()
	b.WriteString("every answer\n")
	write(same, always...)
	for _, asked := range []struct{ method, path string }{
		{"GET", ""},
		{"GET", "sla?id=api"},
		{"GET", "status.json"},
		{"GET", "sla.json?id=api"},
		{"GET", "metrics"},
		{"GET", "summary.json"},
		{"GET", "health"},
		{"GET", "health?level=kept"},
		{"GET", "feed.atom"},
		{"GET", "calendar.ics"},
		{"GET", "badge.svg"},
		{"GET", "badge.json"},
		{"GET", "schema.json"},
		{"GET", "style.css"},
		{"GET", "icon.svg"},
		{"HEAD", "status.json"},
		{"POST", "status.json"},
		{"GET", "nothing"},
		{"GET", "sla?id=nothing"},
		{"GET", "status.json?%zz"},
		{"GET", "status.json?tier=gold&level=fine&offset=-1&limit=1001"},
		{"GET", "?limit=x&consumer=" + strings.Repeat("x", 4096)},
		{"GET", "?" + strings.Repeat("label=x&", 33)},
	} {
		a := httptest.NewRecorder()
		h.ServeHTTP(a, httptest.NewRequest(asked.method, "/status/"+asked.path, nil))
		fmt.Fprintf(&b, "%s %.80s: %d\n", asked.method, asked.path, a.Code)
		write(a.Header(), "Allow", "Cache-Control", "Content-Type", "Vary")
		for _, key := range always {
			require.Equal(t, same.Values(key), a.Header().Values(key), asked.path)
		}
		if a.Code >= 400 && a.Header().Get("Content-Type") == "text/plain; charset=utf-8" {
			fmt.Fprintf(&b, "  %s", a.Body.String())
		}
	}
	golden(t, "served.txt", b.String())
}
