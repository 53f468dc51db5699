package status_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/status"
)

func text(t *testing.T, h http.Handler, path string, header ...string) string {
	t.Helper()
	a := get(h, path, header...)
	require.Equal(t, http.StatusOK, a.Code, a.Body.String())
	return a.Body.String()
}

func TestThePageSaysWhatAReaderWantsToKnow(t *testing.T) {
	body := text(t, newWorld(t).handler(), "")
	for _, want := range []string{
		"How is my data?", "1 broken, 1 at risk, 1 unknown",
		"ready by 07:00 Europe/Dublin on working days", "overdue 42m", "overdue, nothing has landed",
		`<time datetime="2026-11-23T07:00:00Z" title="2026-11-23 07:00:00 UTC">Mon 23 Nov, 07:00 GMT</time>`,
		"expected by", "96.87%", "target 95%", "of the error budget left", "last 90 deadlines: 87 kept, 2 late, 1 missed",
		`title="Mon 23 Nov 2026, 07:00 GMT: missed"`, "extract exited 1", "could not be measured", "As of ",
		`<option value="finance">finance</option>`, `href="?level=broken"`,
	} {
		assert.Contains(t, body, want)
	}
}

func TestThePageOfOneSLAShowsItsHistory(t *testing.T) {
	body := text(t, newWorld(t).handler(), "sla?id=orders-by-7")
	for _, want := range []string{
		"<h1>Orders ready by 07:00</h1>", "Finance closes the books on it.", "Error budget left, in percent", "date, Europe/Dublin",
		`<desc id="o0-burn-d">What was left of the error budget`, "Stuck here", "raw.orders → stg.orders → mart.orders",
		"Context added, grace: the upstream database was upgraded", "<strong>Root cause:</strong> the disk was full",
		`<tr id="w20261123T070000">`,
	} {
		assert.Contains(t, body, want)
	}
	assert.Contains(t, text(t, newWorld(t).handler(), "sla?id=stock-by-6"), "the warehouse moved")
	assert.Equal(t, http.StatusNotFound, get(newWorld(t).handler(), "sla?id=nothing").Code)
}

func TestAChartSaysThatItIsCut(t *testing.T) {
	w := newWorld(t)
	assert.False(t, strings.Contains(text(t, w.handler(), "sla?id=api"), "≤"))
	require.NoError(t, w.tracker.Record("api/available", w.now.Add(-time.Hour), 0, 1_000_000))
	assert.True(t, strings.Contains(text(t, w.handler(), "sla?id=api"), ">≤ −200%<"))
}

// Every link leads somewhere below the mount, and works under any path.
func TestLinksAreRelative(t *testing.T) {
	h := newWorld(t).handler()
	for _, path := range []string{"", "sla?id=orders-by-7", "?consumer=finance&level=broken"} {
		body := text(t, h, path)
		for _, m := range regexp.MustCompile(`(?:href|action|src)="([^"]*)"`).FindAllStringSubmatch(body, -1) {
			assert.NotRegexp(t, `^(/|[a-z]+:)`, m[1])
			target, _, _ := strings.Cut(strings.ReplaceAll(m[1], "&amp;", "&"), "#")
			if code := get(h, strings.TrimPrefix(target, "./")).Code; code != http.StatusOK {
				assert.Equal(t, http.StatusServiceUnavailable, code, m[1])
				assert.Contains(t, m[1], "health")
			}
		}
		assert.NotContains(t, body, "<script")
		assert.NotContains(t, body, " style=")
		assert.NotContains(t, body, "http-equiv")
	}
}

func TestNothingMayRunOnThePage(t *testing.T) {
	w := newWorld(t)
	h := w.handler()
	a := get(h, "")
	assert.Equal(t, "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", a.Header().Get("Content-Security-Policy"))
	assert.Equal(t, "nosniff", a.Header().Get("X-Content-Type-Options"))
	h.FrameAncestors = []string{"'self'", "https://portal.example", "https://evil.example; script-src *", "a\r\nSet-Cookie: x"}
	assert.Contains(t, get(h, "").Header().Get("Content-Security-Policy"), "frame-ancestors 'self' https://portal.example")
	assert.NotContains(t, get(h, "").Header().Get("Content-Security-Policy"), "evil")
}

func TestALongListComesInParts(t *testing.T) {
	h := newWorld(t).handler()
	h.PageSize = 2
	body := text(t, h, "?consumer=finance")
	assert.Contains(t, body, "1 to 2 of 3 that match")
	assert.Contains(t, body, `<a rel="next" href="?consumer=finance&amp;offset=2">`)
	assert.NotContains(t, body, `rel="prev"`)
	body = text(t, h, "?consumer=finance&offset=2")
	assert.Contains(t, body, "3 to 3 of 3 that match")
	assert.Contains(t, body, `<a rel="prev" href="?consumer=finance">`)
	assert.Contains(t, text(t, h, "?consumer=nobody"), "No promise matches")
}

func TestAPageIsMadeOnceUntilSomethingChanges(t *testing.T) {
	w := newWorld(t)
	h := w.handler()
	asked := 0
	labels := h.Labels
	h.Labels = func(id string) map[string]string { asked++; return labels(id) }
	first := text(t, h, "")
	was := asked
	w.now = w.now.Add(30 * time.Second)
	assert.Equal(t, first, text(t, h, ""))
	assert.Equal(t, was, asked, "nothing was made anew, for nothing was recorded")
	require.NoError(t, w.tracker.Record("api/available", w.now, 1, 0))
	assert.NotEqual(t, first, text(t, h, ""))
	assert.Greater(t, asked, was)

	was = asked
	require.NoError(t, w.tracker.Record("api/available", w.now, 1, 0))
	w.now = w.now.Add(time.Second / 2)
	text(t, h, "")
	assert.Equal(t, was, asked, "nothing is made twice in a second")
	w.now = w.now.Add(2 * time.Minute)
	text(t, h, "")
	assert.Greater(t, asked, was, "time goes on")
}

func TestLevelsAreText(t *testing.T) {
	for level, want := range map[status.Level]string{status.LevelUnknown: "unknown", status.LevelKept: "kept", status.LevelMaintenance: "maintenance", status.LevelAtRisk: "at-risk", status.LevelBroken: "broken"} {
		text, err := level.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		var back status.Level
		require.NoError(t, back.UnmarshalText([]byte(strings.ToUpper(want))))
		assert.Equal(t, level, back)
	}
	_, err := status.Level(9).MarshalText()
	assert.EqualError(t, err, "level: Level(9) is none of unknown, kept, maintenance, at-risk, broken")
	assert.Equal(t, "Level(9)", status.Level(9).String())
	var l status.Level
	assert.ErrorContains(t, l.UnmarshalText([]byte("fine")), `"fine" is none of unknown, kept`)
}

// Events do not land, and nothing of them is due.
func TestOnlyWhatIsAboutFreshnessLands(t *testing.T) {
	h := newWorld(t).handler()
	for id, lands := range map[string]bool{"orders-by-7": true, "clicks": true, "prices-by-6": true, "api": false} {
		page := text(t, h, "sla?id="+id)
		objective, _, _ := strings.Cut(page, "What it depends on")
		assert.Equal(t, lands, strings.Contains(objective, "<dt>Landed</dt>"), id)
		assert.Equal(t, lands, strings.Contains(objective, "<dt>Due</dt>"), id)
	}
}

// A class that no page has styles nothing: the style sheet follows when a level or a state is renamed.
func TestTheStyleSheetNamesClassesThatPagesHave(t *testing.T) {
	style := text(t, newWorld(t).handler(), "style.css")
	var pages strings.Builder
	for _, file := range []string{"list.html", "list-2.html", "list-filtered.html", "orders.html", "stock.html", "shop.html", "pages.html"} {
		body, err := os.ReadFile(filepath.Join("testdata", file))
		require.NoError(t, err)
		pages.Write(body)
	}
	has := map[string]bool{}
	for _, class := range regexp.MustCompile(`class="([^"]*)"`).FindAllStringSubmatch(pages.String(), -1) {
		for name := range strings.FieldsSeq(class[1]) {
			has[name] = true
		}
	}
	for _, rule := range regexp.MustCompile(`(?m)^[^{}]*\{`).FindAllString(style, -1) {
		for _, name := range regexp.MustCompile(`\.([a-z][a-z-]*)`).FindAllStringSubmatch(rule, -1) {
			assert.True(t, has[name[1]], "no page has the class %q of %s", name[1], rule)
		}
	}
}
