package source_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/source"
)

func serve(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

func answers(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
}

func TestAFieldOfADocumentIsALanding(t *testing.T) {
	for _, c := range []struct {
		name, document, field string
		format                source.Format
	}{
		{"a field", `{"at":"2026-03-04T07:00:00Z"}`, "at", source.Format{}},
		{"below others", `{"run":{"steps":[{},{"end":"2026-03-04T08:00:00+01:00"}]}}`, "run.steps[1].end", source.Format{}},
		{"a key with a dot and a quote", `{"a.b":{"c\"]":"2026-03-04 07:00:00"}}`, `["a.b"]["c\"]"]`, source.Format{DefaultLocation: time.UTC}},
		{"a list", `["2026-03-04T07:00:00Z"]`, "[0]", source.Format{}},
		{"a number", `{"at":1772607600000}`, "at", source.Format{EpochUnit: time.Millisecond}},
		{"a number with an exponent", `{"at":1.7726076e9}`, "at", source.Format{EpochUnit: time.Second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := serve(t, answers(c.document))
			landed, err := source.HTTP{URL: server.URL, Field: c.field, Format: c.format}.Landings(t.Context())
			require.NoError(t, err)
			assert.Equal(t, freshness.LandedAt(seven), landed)
		})
	}
	landed, err := source.HTTP{URL: serve(t, answers(`{"at":null}`)).URL, Field: "at"}.Landings(t.Context())
	require.NoError(t, err)
	assert.Empty(t, landed, "null is nothing landed")
}

func TestADocumentWithoutTheFieldIsAnErrorAndNotNever(t *testing.T) {
	for _, c := range []struct{ document, field, want string }{
		{`{"at":"2026-03-04 07:00:00"}`, "at", "without a zone"},
		{`{"at":5}`, "at", "set Format.Epoch"},
		{`{"at":true}`, "at", "not a timestamp"},
		{`{"at":{}}`, "at", "not a timestamp"},
		{`{"at":1e400}`, "at", "not a timestamp"},
		{`{}`, "at", "no field"},
		{`{"a":[]}`, "a[0]", "step 2"},
		{`{"a":[]}`, "a.b", "no field"},
		{`{"a":{}}`, "a[0]", "no field"},
		{`{`, "at", "not JSON"},
		{``, "at", "not JSON"},
		{`{"at":"2026-03-04T07:00:00Z"}{"at":null}`, "at", "more follows after it"},
		{`{"at":"2026-03-04T07:00:00Z"}]`, "at", "more follows after it"},
		{`{}`, "a..b", "an empty key"},
		{`{}`, "a[x]", "no index"},
		{`{}`, "a[-1]", "no index"},
		{`{}`, "a[1", "no index"},
		{`{}`, `["a]`, "no end of the key"},
		{`{}`, "[0]a", "want a dot"},
		{strings.Repeat("[", 20_000), "a", "not JSON"},
		{`"` + strings.Repeat("x", 1<<20) + `"`, "a", "larger than 1048576 bytes"},
	} {
		server := serve(t, answers(c.document))
		landed, err := source.HTTP{URL: server.URL, Field: c.field, Format: source.Format{}}.Landings(t.Context())
		require.ErrorContains(t, err, c.want, c.field)
		assert.Nil(t, landed)
	}
}

func TestLastModifiedIsALandingThatTheServerVouchesFor(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, http.MethodHead, r.Method)
		assert.Equal(t, "Bearer x", r.Header.Get("Authorization"))
		w.Header().Set("Last-Modified", seven.Format(http.TimeFormat))
	})
	header := http.Header{"Authorization": {"Bearer x"}}
	landed, err := source.HTTP{URL: server.URL, Header: header}.Landings(t.Context())
	require.NoError(t, err)
	assert.Equal(t, freshness.Landings{{At: seven, Metadata: true}}, landed)

	for name, handler := range map[string]http.HandlerFunc{
		"none":      func(http.ResponseWriter, *http.Request) {},
		"no time":   func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Last-Modified", "yesterday") },
		"not found": http.NotFound,
		"broken":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	} {
		landed, err := source.HTTP{URL: serve(t, handler).URL}.Landings(t.Context())
		require.Error(t, err, name)
		assert.Nil(t, landed)
	}
	_, err = source.HTTP{URL: serve(t, http.NotFound).URL}.Landings(t.Context())
	require.ErrorContains(t, err, "the server returned status ")
	assert.ErrorContains(t, err, "404")
}

func TestAServerWithoutHeadIsAskedToGet(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Last-Modified", seven.Format(http.TimeFormat))
	})
	landed, err := source.HTTP{URL: server.URL}.Landings(t.Context())
	require.NoError(t, err)
	assert.Len(t, landed, 1)
}

func TestARedirectStaysWithTheHostUnlessAllowed(t *testing.T) {
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Empty(t, r.Header.Get("X-Api-Key"), "the header left its host")
		assert.Empty(t, r.Header.Get("Referer"), "the query left its host")
		fmt.Fprint(w, `{"at":"2026-03-04T07:00:00Z"}`)
	})
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/here":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/bad":
			w.Header().Set("Location", "http://[secret")
			w.WriteHeader(http.StatusFound)
		default:
			assert.Equal(t, "k", r.Header.Get("X-Api-Key"))
			fmt.Fprint(w, `{"at":"2026-03-04T07:00:00Z"}`)
		}
	})
	ask := func(path string, hosts ...string) error {
		_, err := source.HTTP{
			URL: server.URL + path + "?token=secret", Field: "at", RedirectHosts: hosts, Header: http.Header{"X-Api-Key": {"k"}},
		}.Landings(t.Context())
		if err != nil {
			assert.NotContains(t, err.Error(), "secret")
		}
		return err
	}
	require.NoError(t, ask("/here"))
	require.ErrorContains(t, ask("/away"), "a redirect that is not allowed")
	require.ErrorContains(t, ask("/loop"), "a redirect that is not allowed")
	require.ErrorContains(t, ask("/file"), "a redirect that is not allowed")
	require.Error(t, ask("/bad"))
	away, err := url.Parse(other.URL)
	require.NoError(t, err)
	require.NoError(t, ask("/away", away.Host))
}

// A transport that answers without a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestARedirectDoesNotLeaveHTTPS(t *testing.T) {
	hops := 0
	_, err := source.HTTP{URL: "https://data.example/x", Transport: transport(func(*http.Request) (*http.Response, error) {
		hops++
		return &http.Response{StatusCode: 302, Body: http.NoBody, Header: http.Header{"Location": {"http://data.example/y"}}}, nil
	})}.Landings(t.Context())
	require.ErrorContains(t, err, "a redirect that is not allowed")
	assert.Equal(t, 1, hops)
}

func TestErrorsHoldNoSecret(t *testing.T) {
	secret := "hunter2"
	for _, address := range []string{
		"http://user:hunter2@127.0.0.1:1/hunter2?token=hunter2", "http://hunter2 .example/", "hunter2", "ftp://hunter2/x", "",
		"http://127.0.0.1:1/%zz?hunter2",
	} {
		for _, s := range []freshness.Source{
			source.HTTP{URL: address, Header: http.Header{"Authorization": {secret}}},
			source.HTTP{URL: address, Field: "at"},
			&source.ETag{HTTP: source.HTTP{URL: address}},
		} {
			_, err := s.Landings(t.Context())
			require.Error(t, err, address)
			assert.NotContains(t, err.Error(), secret)
		}
	}
}

func TestASlowServerIsNotWaitedFor(t *testing.T) {
	done := make(chan struct{})
	defer close(done)
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"at":`)
		w.(http.Flusher).Flush()
		select {
		case <-done:
		case <-r.Context().Done():
		}
	})
	_, err := source.HTTP{URL: server.URL, Field: "at", Timeout: 50 * time.Millisecond}.Landings(t.Context())
	require.ErrorIs(t, err, context.DeadlineExceeded)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = source.HTTP{URL: server.URL, Field: "at"}.Landings(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func FuzzHTTPField(f *testing.F) {
	for _, path := range []string{"a.b[0]", `["x"].y`, "[", "]", "a[99999999999999999999]", `["\u12"]`, "a.", ".a"} {
		f.Add(path, `{"a":{"b":["2026-03-04T07:00:00Z"]}}`)
	}
	f.Fuzz(func(t *testing.T, path, document string) {
		s := source.HTTP{URL: "http://data.example", Field: path, Transport: transport(func(*http.Request) (*http.Response, error) {
			recorder := httptest.NewRecorder()
			fmt.Fprint(recorder, document)
			return recorder.Result(), nil
		})}
		landed, err := s.Landings(context.Background())
		require.True(t, err == nil || landed == nil)
		require.LessOrEqual(t, len(landed), 1)
	})
}
