package status_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"regexp"
	"strings"
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

// named is a handler whose every name is the given one, and every text the other. It is nil where a catalog refuses the name.
func named(t testing.TB, name, text string) *status.Handler {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	deadline := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)}
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: name, Name: name, Description: "d", Owners: []string{name, "b"}, Consumers: []string{name},
		Objectives: []sla.Objective{{Name: strings.ReplaceAll(name, "/", ""), Asset: name, Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day), Freshness: deadline}},
	}}, sla.Feeds("up "+name, name))
	if err != nil {
		return nil
	}
	tr := tracker.New(catalog)
	for check := range strings.SplitSeq(name+"/"+strings.ReplaceAll(name, "/", ""), "\x00") {
		r := deadline.Check(freshness.LandedAt(now.AddDate(0, 0, -1).Add(-2*time.Hour)), now)
		r.Asset, r.Check = name, check
		tr.Observe(r)
	}
	correction := sla.Correction{ID: name, SLA: name, Start: now.Add(time.Hour), End: now.Add(2 * time.Hour), Author: name, Reason: text, EnteredAt: now}
	if correction.Validate() != nil {
		correction.Reason = "text"
	}
	require.NoError(t, tr.Correct(correction))
	desk := incident.NewDesk(priority.NewClassifier(catalog))
	i, _, err := desk.Signal(t.Context(), priority.Signal{Asset: "up " + name, Kind: priority.KindFailure, Summary: text, At: now})
	require.NoError(t, err)
	require.NoError(t, desk.Acknowledge(t.Context(), i.ID, name, now))
	if desk.Note(t.Context(), i.ID, name, text, now) != nil {
		require.NoError(t, desk.Note(t.Context(), i.ID, name, "text", now))
	}
	h := status.New(tr, desk)
	h.Clock = &world{now: now}
	h.Title = text
	h.Publish = status.Publish{Assets: true, Texts: true, People: true}
	h.Labels = func(string) map[string]string { return map[string]string{"a" + text: "b" + text} }
	h.Landings = func(string) freshness.Landings {
		return freshness.LandedAt(now.AddDate(0, 0, -2).Add(-2*time.Hour), now.AddDate(0, 0, -1).Add(-2*time.Hour))
	}
	return h
}

var (
	tag        = regexp.MustCompile(`<[^>]*>`)
	value      = regexp.MustCompile(`="[^"]*"`)
	metricLine = regexp.MustCompile(`^(# (HELP|TYPE|UNIT) [a-z_]+ .*|# EOF|[a-z_]+\{sla="([^"\\]|\\["\\n])*",(tier|objective)="([^"\\]|\\["\\n])*"\} -?[0-9.e+]+)$`)
)

// shape is what is left of a text of HTML when its words are left out: its tags, with the names of their attributes.
func shape(body string) (tags []string) {
	for _, t := range tag.FindAllString(body, -1) {
		tags = append(tags, value.ReplaceAllString(t, "="))
	}
	return tags
}

// elements counts the elements of XML, which must be well formed.
func elements(t testing.TB, body string) (n int) {
	d := xml.NewDecoder(strings.NewReader(body))
	for {
		token, err := d.Token()
		if token == nil {
			require.Equal(t, "EOF", err.Error(), body)
			return n
		}
		require.NoError(t, err)
		if _, ok := token.(xml.StartElement); ok {
			n++
		}
	}
}

// Whatever names and texts hold, they change the words of an answer and never its form.
func FuzzNamesStayNames(f *testing.F) {
	for _, hostile := range []string{
		`</title><script>alert(1)</script>`, `" onmouseover="alert(1)`, `'><img src=x onerror=alert(1)>`, "x\r\nSet-Cookie: a=b", "a\"} 1\nforged{x=\"", `\`, `\"`,
		"]]><entry/>", "&#60;script&#62;", "{{.}}${x}", "a\x00b", "\xff\xfe", "\u202eabc", "END:VEVENT\r\nBEGIN:VEVENT", strings.Repeat("é;,\\", 60), "javascript:alert(1)", "a b/c?d=e&f#g%20", "\ufffe",
	} {
		f.Add(hostile, hostile)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		if len(name) > 200 || len(text) > 2000 {
			return
		}
		hostile, tame := named(t, name, text), named(t, "name", "text")
		if hostile == nil {
			hostile, name = named(t, "name", text), "name"
		}
		id := "?id=" + urlQuery(name)
		for _, path := range []string{"", "sla"} {
			assert.Equal(t, shape(say(t, tame, path+query(path, "?id=name"))), shape(say(t, hostile, path+query(path, id))), path)
		}
		for _, path := range []string{"feed.atom", "badge.svg"} {
			assert.Equal(t, elements(t, say(t, tame, path+"?id=name")), elements(t, say(t, hostile, path+id)), path)
		}
		for _, line := range strings.Split(strings.TrimSuffix(say(t, hostile, "metrics"), "\n"), "\n") {
			assert.Regexp(t, metricLine, line)
		}
		assert.Equal(t, strings.Count(say(t, tame, "metrics"), "\n"), strings.Count(say(t, hostile, "metrics"), "\n"))
		calendar := say(t, hostile, "calendar.ics")
		assert.Equal(t, strings.Count(say(t, tame, "calendar.ics"), "\r\nBEGIN:VEVENT\r\n"), strings.Count(calendar, "\r\nBEGIN:VEVENT\r\n"))
		assert.NotContains(t, strings.ReplaceAll(calendar, "\r\n", ""), "\n")
		assert.NotContains(t, strings.ReplaceAll(calendar, "\r\n", ""), "\r")
		for _, path := range []string{"status.json", "sla.json" + id, "summary.json", "health", "badge.json" + id} {
			assert.True(t, json.Valid([]byte(say(t, hostile, path))), path)
		}
	})
}

// query is a query where a path takes one.
func query(path, id string) string {
	if path == "" {
		return ""
	}
	return id
}

func urlQuery(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.WriteString("%" + string("0123456789ABCDEF"[c>>4]) + string("0123456789ABCDEF"[c&15]))
	}
	return b.String()
}

// say returns a body, and fails if a name has split the header.
func say(t testing.TB, h http.Handler, path string) string {
	a := get(h, path)
	require.Contains(t, []int{http.StatusOK, http.StatusServiceUnavailable}, a.Code, path)
	for key, values := range a.Header() {
		assert.NotContains(t, key+strings.Join(values, ""), "\n")
		assert.NotContains(t, strings.Join(values, ""), "\r")
	}
	return a.Body.String()
}
