package status_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
)

// ask asks a real server, without following it anywhere.
func ask(t testing.TB, method, address string, header http.Header) (*http.Response, string) {
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	require.NoError(t, err)
	r.Header = header
	response, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(r)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	response.Header.Del("Date")
	return response, string(body)
}

// HEAD is answered as GET is, over a real connection, to the header.
func TestHEADSaysWhatGETSays(t *testing.T) {
	server := httptest.NewServer(newWorld(t).handler())
	defer server.Close()
	for _, path := range append(slices.Clone(everything), "nothing", "?level=fine", "style.css", "schema.json", "icon.svg", "?consumer="+strings.Repeat("x", 5000)) {
		for _, header := range []http.Header{{}, {"Accept-Encoding": {"gzip"}}, {"If-None-Match": {"*"}}, {"Range": {"bytes=0-9"}}} {
			get, body := ask(t, http.MethodGet, server.URL+"/"+path, header)
			head, nothing := ask(t, http.MethodHead, server.URL+"/"+path, header)
			assert.Equal(t, get.StatusCode, head.StatusCode, path)
			assert.Equal(t, get.Header, head.Header, path)
			assert.Empty(t, nothing)
			assert.NotEqual(t, http.StatusPartialContent, get.StatusCode)
			assert.Equal(t, get.StatusCode == http.StatusNotModified, body == "", path)
			if get.StatusCode >= 400 && !strings.HasPrefix(path, "health") {
				assert.Equal(t, []string{"text/plain; charset=utf-8"}, get.Header["Content-Type"])
				assert.Less(t, len(body), 300)
			}
		}
	}
}

// What a client has already and what it accepts may stand in several headers, and in tags that are not ours.
func TestHeadersAreReadWhole(t *testing.T) {
	h := newWorld(t).handler()
	tag := get(h, "status.json").Header().Get("ETag")
	for _, ask := range []struct {
		want  int
		lines []string
	}{
		{200, nil}, {200, []string{""}}, {200, []string{`"x"`}}, {304, []string{tag}}, {304, []string{strings.TrimPrefix(tag, "W/")}}, {304, []string{"*"}}, {304, []string{" * "}},
		{304, []string{`"x"`, tag}}, {304, []string{`"x", "y"`, ` "z",` + tag}}, {200, []string{`"a,*,b"`}}, {200, []string{`"x", *`}}, {200, []string{tag[:8]}}, {200, []string{`W/"*"`}},
	} {
		r := httptest.NewRequest(http.MethodGet, "/status.json", nil)
		r.Header["If-None-Match"] = ask.lines
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assert.Equal(t, ask.want, w.Code, ask.lines)
		assert.Equal(t, tag, w.Header().Get("ETag"))
	}
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header["Accept"] = []string{"text/html", "application/openmetrics-text"}
	r.Header["Accept-Encoding"] = []string{"br", "GZIP; Q=0.1"}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, "gzip", w.Header().Get("Content-Encoding"))
	assert.Contains(t, w.Header().Get("Content-Type"), "openmetrics")
}

// Below any path, prefix stripped or not, pages lead to one another.
func TestItServesBelowAnyPath(t *testing.T) {
	for _, mount := range []string{"/", "/status/", "/a/b/status/", "/st%C3%A4tus/", "/x.json/"} {
		h, bare := newWorld(t).handler(), strings.TrimSuffix(mount, "/")
		decoded, err := url.PathUnescape(mount)
		require.NoError(t, err)
		for _, mux := range []http.Handler{h, http.StripPrefix(strings.TrimSuffix(decoded, "/"), h), http.StripPrefix(decoded, h)} {
			routes := http.NewServeMux()
			routes.Handle(decoded, mux)
			server := httptest.NewServer(routes)
			for _, path := range []string{"/", "/?consumer=finance", "/sla?id=orders-by-7", "/style.css", "/status.json"} {
				got, _ := ask(t, http.MethodGet, server.URL+bare+path, http.Header{})
				assert.Equal(t, http.StatusOK, got.StatusCode, mount+path)
			}
			if bare != "" {
				got, _ := ask(t, http.MethodGet, server.URL+bare, http.Header{})
				assert.Contains(t, got.Header.Get("Location"), mount, "links would lead nowhere")
			}
			server.Close()
		}
	}
}

// Whatever is asked is answered shortly, in one of few ways, without what was not asked for.
func FuzzRequests(f *testing.F) {
	for _, seed := range [][5]string{
		{"GET", "/status/status.json", "limit=99999999999999999999&offset=-9223372036854775808", "If-None-Match", "*"},
		{"get", "/status/../../etc/passwd", "id=..%2f..%2fetc%2fpasswd", "Range", "bytes=0-0,-1"}, {"", "", "", "", ""},
		{"GET", "/status/sla%2Fstatus.json", strings.Repeat("a=b&", 1000), "Accept-Encoding", "gzip;q=0, *;q=NaN, identity;q=0"},
		{"HEAD", "/status//sla", "id=orders-by-7&id=secret&id", "Accept", "application/openmetrics-text;q=1e999"}, {"GET", "/status/badge.svg", "id=%00%ff;&%zz", "Cookie", "a=b"},
		{"OPTIONS", "*", "label=%E2%80%AE&label=a:b:c&label=:", "Origin", "null"}, {"GET", "metrics", "level=Broken&level=BROKEN&tier=primary&tier=", "Accept", ",;=,text/plain;q"},
		{"GET", "/status/feed.atom", "consumer=%ff%fe&consumer=]]>", "If-Modified-Since", "never"}, {"GET", "/.", "offset=1073741824&limit=1000", "Connection", "upgrade"},
		{"GET", "/calendar.ics", "offset=+1&limit=007", "", ""}, {"GET", "/", "consumer=%ff%fe&label=a%00b%ff", "", ""}, {"GET", "/health", "consumer=" + strings.Repeat("&consumer=x", 33), "", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4])
	}
	w := newWorld(f)
	h := w.handler()
	h.Publish = status.Publish{}
	f.Fuzz(func(t *testing.T, method, path, query, key, value string) {
		r := &http.Request{Method: method, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{key: {value}}}
		a := httptest.NewRecorder()
		h.ServeHTTP(a, r.WithContext(t.Context()))
		assert.Contains(t, []int{200, 304, 400, 404, 405, 414, 503}, a.Code)
		for _, values := range a.Header() {
			assert.False(t, strings.ContainsAny(strings.Join(values, ""), "\r\n\x00"), values)
		}
		assert.Equal(t, "nosniff", a.Header().Get("X-Content-Type-Options"))
		assert.Contains(t, a.Header().Get("Content-Security-Policy"), "default-src 'none'")
		if a.Header().Get("Content-Encoding") == "" {
			assert.True(t, utf8.Valid(a.Body.Bytes()), "bytes that are no text")
			for _, secret := range []string{"mart.", "raw.", "SELECT", "password", "10.0.0.7", "grace", "warehouse", "/root/", "/tmp/", ".go:"} {
				assert.False(t, strings.Contains(a.Body.String(), secret) && !strings.Contains(query, secret), secret)
			}
		}
		if a.Code >= 400 && a.Code != 503 {
			assert.Less(t, a.Body.Len(), 500)
		}
	})
}

// Each link into a page leads to something on it that says the same.
func TestLinksIntoAPageLeadSomewhere(t *testing.T) {
	w := newWorld(t)
	all := promises(dublin(t))
	all[0].Objectives = append(all[0].Objectives, all[1].Objectives[0], all[2].Objectives[0])
	all[0].Objectives[1].Name, all[0].Objectives[2].Name = "also", "too"
	catalog, err := sla.NewCatalog(all, sla.Feeds("raw.orders", "mart.orders"))
	require.NoError(t, err)
	w.tracker.SetCatalog(catalog)
	h := w.handler()
	pages := map[string]string{}
	links := regexp.MustCompile(`<a [^>]*href="([^"#]*)#([^"]*)"(?: title="([^"]*)")?`)
	found := 0
	for _, path := range []string{"", "?tier=secondary", "sla?id=orders-by-7", "sla?id=clicks"} {
		for _, m := range links.FindAllStringSubmatch(text(t, h, path), -1) {
			target := m[1]
			if target == "" {
				target = path
			}
			if _, known := pages[target]; !known {
				pages[target] = text(t, h, target)
			}
			_, rest, exists := strings.Cut(pages[target], `id="`+m[2]+`"`)
			require.True(t, exists, "%s: %s", path, m[0])
			if _, words, dated := strings.Cut(m[3], ": "); dated {
				row, _, _ := strings.Cut(rest, "</tr>")
				require.Contains(t, row, ">"+words+"<", "%s: %s", path, m[0])
				found++
			}
		}
	}
	assert.Greater(t, found, 90*4)
}
