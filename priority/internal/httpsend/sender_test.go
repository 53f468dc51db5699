package httpsend_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/internal/httpsend"
)

// A trip is a transport that needs no network.
type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// client sends to a function.
func client(f trip) *http.Client { return &http.Client{Transport: f} }

// answer returns the response of a server.
func answer(body io.Reader) *http.Response {
	return &http.Response{StatusCode: http.StatusAccepted, Header: http.Header{"X-Two": {"2"}},
		Body: io.NopCloser(body)}
}

const hook = "https://hooks.example.com/services/aVerySecretHook"

// How a failure is to be taken: never again, or again after a while.
func verdict(err error) string {
	var retry *incident.RetryError
	switch {
	case err == nil:
		return "fine"
	case errors.Is(err, incident.ErrPermanent):
		return "never"
	case errors.As(err, &retry) && retry.After > 0:
		return fmt.Sprint("after ", retry.After)
	case errors.As(err, &retry):
		return "again"
	}
	return "ended"
}

func TestEveryStatusMeansSomething(t *testing.T) {
	header := http.Header{"Retry-After": {"7"}}
	for status, want := range map[int][2]string{ // without a Retry-After, and with one of seven seconds
		199: {"again", "after 7s"}, 200: {"fine", "fine"}, 202: {"fine", "fine"}, 299: {"fine", "fine"},
		300: {"never", "never"}, 308: {"never", "never"}, 399: {"never", "never"},
		400: {"never", "never"}, 401: {"never", "never"}, 404: {"never", "never"}, 410: {"never", "never"},
		499: {"never", "never"},
		408: {"again", "after 7s"}, 425: {"again", "after 7s"}, 429: {"after 1m0s", "after 7s"},
		500: {"again", "after 7s"}, 502: {"again", "after 7s"}, 503: {"again", "after 7s"},
		599: {"again", "after 7s"},
	} {
		s := httpsend.Sender{Name: "x"}
		assert.Equal(t, want[0], verdict(s.Judge(httpsend.Answer{Status: status}, "")), status)
		assert.Equal(t, want[1], verdict(s.Judge(httpsend.Answer{Status: status, Header: header}, "")),
			status)
	}
}

func TestAReasonIsToldWithTheStatus(t *testing.T) {
	s := httpsend.Sender{Name: "x", Secrets: []string{"aVerySecretToken"}}
	for _, status := range []int{400, 429, 500} {
		bare := s.Judge(httpsend.Answer{Status: status}, "")
		assert.ErrorContains(t, bare, fmt.Sprint("x: status ", status))
		assert.NotContains(t, bare.Error(), `"`)
		judged := s.Judge(httpsend.Answer{Status: status}, "no aVerySecretToken here")
		assert.ErrorContains(t, judged, fmt.Sprintf(`x: status %d, "no [secret] here"`, status))
	}
}

func TestOnlyJSONIsReadAsJSON(t *testing.T) {
	s := httpsend.Sender{Name: "x"}
	for _, c := range []struct{ name, kind, body, want string }{
		{"JSON", "application/json", `{"a":1}`, "fine"},
		{"JSON of a charset", "application/json; charset=utf-8", `{"a":1}`, "fine"},
		{"JSON of a vendor", "application/vnd.x+json", `{"a":1}`, "fine"},
		{"half of it", "application/json", `{"a":`, "again"},
		{"nothing", "application/json", "", "again"},
		{"a page", "text/html", `{"a":1}`, "again"},
		{"of no kind", "", `{"a":1}`, "again"},
		{"of a kind that cannot be read", "application/json; =", `{"a":1}`, "again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var into struct{ A int }
			a := httpsend.Answer{Status: 200, Header: http.Header{"Content-Type": {c.kind}},
				Body: []byte(c.body)}
			assert.Equal(t, c.want, verdict(s.JSON(a, &into)))
			assert.Equal(t, map[bool]int{true: 1}[c.want == "fine"], into.A)
		})
	}
}

func TestTheWaitIsBoundedAtBothEnds(t *testing.T) {
	const date = "Wed, 04 Mar 2026 06:18:00 GMT"
	for _, c := range []struct {
		name, after, date string
		want              time.Duration
	}{
		{"the least", "1", date, time.Second},
		{"a little more", "2", date, 2 * time.Second},
		{"a little less than a day", "86399", date, 24*time.Hour - time.Second},
		{"a day", "86400", date, 24 * time.Hour},
		{"of a date a second ahead", "Wed, 04 Mar 2026 06:18:01 GMT", date, time.Second},
		{"of a date two seconds ahead", "Wed, 04 Mar 2026 06:18:02 GMT", date, 2 * time.Second},
		{"of a date a day ahead", "Thu, 05 Mar 2026 06:18:00 GMT", date, 24 * time.Hour},
		{"of a date that cannot be read", "tomorrow", date, time.Minute},
		{"of a date before a Date that cannot be read", "Thu, 05 Mar 2026 06:18:00 GMT", "yesterday",
			time.Minute},
	} {
		a := httpsend.Answer{Header: http.Header{"Retry-After": {c.after}, "Date": {c.date}}}
		assert.Equal(t, c.want, a.Wait(), c.name)
	}
}

func TestARequestIsSentAsItIsGivenAndItsAnswerIsWhole(t *testing.T) {
	var got *http.Request
	var body []byte
	s := httpsend.Sender{Name: "x", Client: client(func(r *http.Request) (*http.Response, error) {
		got = r
		body, _ = io.ReadAll(r.Body)
		return answer(strings.NewReader("thanks")), nil
	})}
	given := http.Header{"X-One": {"1", "one"}, "User-Agent": {"me"}}
	a, err := s.Post(t.Context(), hook, given, []byte("hello"))
	require.NoError(t, err)
	assert.Equal(t, httpsend.Answer{Status: http.StatusAccepted, Header: http.Header{"X-Two": {"2"}},
		Body: []byte("thanks")}, a)
	assert.Equal(t, http.MethodPost, got.Method)
	assert.Equal(t, hook, got.URL.String())
	assert.Equal(t, "hello", string(body))
	assert.Equal(t, http.Header{"X-One": {"1", "one"}, "User-Agent": {"alwaysp1"}}, got.Header)
	assert.Equal(t, []string{"me"}, given["User-Agent"], "the caller's header stays as it is")
}

func TestAnAnswerIsBounded(t *testing.T) {
	for _, c := range []struct {
		name string
		most int64
		size int
		want string
	}{
		{"just as much", 1000, 1000, "fine"},
		{"one byte more", 1000, 1001, "again"},
		{"by default a mebibyte", 0, 1 << 20, "fine"},
		{"by default no more than a mebibyte", 0, 1<<20 + 1, "again"},
		{"a negative bound is the default", -1, 1 << 20, "fine"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httpsend.Sender{Name: "x", MaxBody: c.most,
				Client: client(func(*http.Request) (*http.Response, error) {
					return answer(strings.NewReader(strings.Repeat("a", c.size))), nil
				})}
			a, err := s.Post(t.Context(), hook, nil, nil)
			assert.Equal(t, c.want, verdict(err))
			if c.want == "fine" {
				assert.Len(t, a.Body, c.size)
			} else {
				assert.Zero(t, a)
			}
		})
	}
}

// A request to a server that does not respond ends with its timeout, or with its caller's context.
func TestARequestThatIsNotAnsweredEnds(t *testing.T) {
	for _, c := range []struct {
		name                   string
		timeout, caller, lasts time.Duration
		want                   string
	}{
		{"after its time limit", 3 * time.Second, time.Hour, 3 * time.Second, "again"},
		{"after ten seconds by default", 0, time.Hour, 10 * time.Second, "again"},
		{"a negative limit is the default", -1, time.Hour, 10 * time.Second, "again"},
		{"with its caller", time.Hour, 2 * time.Second, 2 * time.Second, "ended"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := httpsend.Sender{Name: "x", Timeout: c.timeout,
					Client: client(func(r *http.Request) (*http.Response, error) {
						<-r.Context().Done()
						return nil, r.Context().Err()
					})}
				reason := errors.New("shutting down")
				ctx, cancel := context.WithTimeoutCause(t.Context(), c.caller, reason)
				defer cancel()
				begin := time.Now()
				_, err := s.Post(ctx, hook, nil, nil)
				assert.Equal(t, c.want, verdict(err))
				assert.Equal(t, c.lasts, time.Since(begin))
				assert.Equal(t, c.want == "ended", errors.Is(err, reason))
				assert.True(t, strings.HasPrefix(err.Error(), "x: "), err)
			})
		})
	}
}

// A breaking reader ends in the middle.
type breaking struct{}

func (breaking) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func TestWhatGoesWrongBelowIsAskedAgainAndShowsNoURL(t *testing.T) {
	for text, do := range map[string]trip{
		"no route": func(*http.Request) (*http.Response, error) {
			return nil, errors.New("no route")
		},
		"the answer broke off: connection reset": func(*http.Request) (*http.Response, error) {
			return answer(breaking{}), nil
		},
		"the http.Client panicked": func(r *http.Request) (*http.Response, error) { panic(r) },
	} {
		s := httpsend.Sender{Name: "x", Client: client(do)}
		a, err := s.Post(t.Context(), hook, nil, nil)
		require.EqualError(t, err, "x: "+text)
		assert.Equal(t, "again", verdict(err))
		assert.Zero(t, a)
	}
}

// Without a client of its own, a sender uses the default one, which trusts no server of ours.
func TestTheDefaultClientIsUsed(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = nil
	server.StartTLS()
	server.Close()
	_, err := httpsend.Sender{Name: "x"}.Post(t.Context(), server.URL, nil, nil)
	assert.Equal(t, "again", verdict(err))
	assert.ErrorContains(t, err, "x: ")
}

func TestThePartsOfAURLThatAreSecret(t *testing.T) {
	for _, c := range []struct {
		name, target string
		want, not    []string
	}{
		{"a path", "https://x.example/services/T0/abcdef", []string{
			"https://x.example/services/T0/abcdef", "x.example/services/T0/abcdef", "/services/T0/abcdef",
			"abcdef", "services",
		}, []string{"T0", "x.example", ""}},
		{"a part that is just long enough, and one that is not", "https://x.example/sixsix/five5",
			[]string{"sixsix"}, []string{"five5"}},
		{"a query", "https://x.example/a?token=secret1&b=short", []string{"secret1", "token=secret1&b=short"},
			[]string{"short", "token"}},
		{"an escaped path", "https://x.example/a%20secret", []string{"/a%20secret", "/a secret", "a secret"},
			nil},
		{"a fragment", "https://x.example/a#fragment", []string{"fragment"}, nil},
		{"a user", "https://user:pw@x.example/a", []string{"user:pw"}, nil},
		{"no URL at all", "https://%zz/abcdefgh", []string{"https://%zz/abcdefgh"}, []string{"abcdefgh"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := httpsend.OfURL(c.target)
			assert.Subset(t, got, c.want)
			for _, part := range c.not {
				assert.NotContains(t, got, part)
			}
		})
	}
}
