package httpsend

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

func TestWaitIsWhatTheAnswerAsksForWithinReason(t *testing.T) {
	const date = "Wed, 04 Mar 2026 06:18:00 GMT"
	for _, c := range []struct {
		after, date string
		want        time.Duration
	}{
		{"", date, time.Minute},
		{"30", date, 30 * time.Second},
		{" 30 ", date, 30 * time.Second},
		{"0", date, time.Second},
		{"-1", date, time.Minute},
		{"1.5", date, time.Minute},
		{"86401", date, 24 * time.Hour},
		{"99999999999999999999999", date, 24 * time.Hour},
		{"Wed, 04 Mar 2026 06:20:30 GMT", date, 150 * time.Second},
		{"Wed, 04 Mar 2026 06:00:00 GMT", date, time.Second},
		{"Wed, 04 Mar 9999 06:00:00 GMT", date, 24 * time.Hour},
		{"Wed, 04 Mar 2026 06:20:30 GMT", "", time.Minute},
	} {
		a := Answer{Header: http.Header{"Retry-After": {c.after}, "Date": {c.date}}}
		assert.Equal(t, c.want, a.Wait(), c)
	}
}

func TestTheClientIsUsedAndLeftAsItIs(t *testing.T) {
	var got http.Header
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		http.Redirect(w, r, "https://evil.example/", http.StatusFound)
	}))
	defer server.Close()
	client := server.Client()
	s := Sender{Name: "x", Client: client}
	answer, err := s.Post(t.Context(), server.URL, http.Header{"X-One": {"1"}}, []byte("body"))
	require.NoError(t, err)
	assert.Equal(t, http.StatusFound, answer.Status)
	assert.Equal(t, "1", got.Get("X-One"))
	assert.Nil(t, client.CheckRedirect)
	require.ErrorIs(t, s.Judge(answer, ""), incident.ErrPermanent)
}

func TestOnlyHTTPSGoesOut(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it came in") }))
	defer server.Close()
	for _, target := range []string{server.URL, "", "https://", "https://user:password@x.example/", "ftp://x.example", "//x.example", "https:opaque", "\x00"} {
		_, err := Sender{Name: "x"}.Post(t.Context(), target, nil, nil)
		require.ErrorIs(t, err, incident.ErrPermanent, target)
		assert.NotContains(t, err.Error(), "password")
	}
}

func TestASecretIsTakenOutOfWhateverAnErrorQuotes(t *testing.T) {
	const hook = "https://hooks.example.com/services/T0/aVerySecretHook?token=aVerySecretToken"
	s := Sender{Name: "x", Secrets: append(OfURL(hook), `a"quoted secret`)}
	for _, text := range []string{
		hook, "POST " + hook + " failed", "/services/T0/aVerySecretHook", "…aVerySecretHook…", "token=aVerySecretToken", "hooks.example.com/services/T0/aVerySecretHook",
		`it is a"quoted secret`, `a\"quoted secret`, "a%22quoted+secret", "a%22quoted%20secret", strings.Repeat("x", 190) + "aVerySecretHook",
	} {
		for _, err := range []error{s.Refused("%s", text), s.Retry(0, "%s", text), s.Judge(Answer{Status: 500}, text), s.Judge(Answer{Status: 400}, text)} {
			assert.NotContains(t, err.Error(), "aVery", text)
			assert.NotContains(t, err.Error(), "quoted", text)
			assert.Contains(t, err.Error(), "[secret]", text)
		}
	}
	assert.Equal(t, "x: it is v2: incident: announcement cannot be delivered", Sender{Name: "x", Secrets: OfURL("https://x.example/v2/a")}.Refused("it is v2").Error())
}

func FuzzQuote(f *testing.F) {
	f.Add("aVerySecretHook", 3)
	f.Add(strings.Repeat("é", 150), 0)
	f.Fuzz(func(t *testing.T, text string, at int) {
		const secret = "aVerySecretHook"
		at = max(0, min(at, len(text)))
		got := Sender{Secrets: []string{secret}}.quote(text[:at] + secret + text[at:])
		require.NotContains(t, got, secret)
		require.True(t, utf8.ValidString(got))
		require.LessOrEqual(t, len(got), 4*excerpt+10)
	})
}

// An endless answer is not read to its end.
func TestAnEndlessAnswerEnds(t *testing.T) {
	client := &http.Client{Transport: endless{}}
	_, err := Sender{Name: "x", Client: client, MaxBody: 1000}.Post(t.Context(), "https://x.example", nil, nil)
	require.ErrorContains(t, err, "larger than 1000 bytes")
	var retry *incident.RetryError
	require.True(t, errors.As(err, &retry))
}

type endless struct{}

func (endless) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Body: io.NopCloser(zeros{}), Request: r}, nil
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

func TestWhatIsQuotedIsShortAndBetweenRunes(t *testing.T) {
	s := Sender{Secrets: []string{"", "token"}}
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", `""`},
		{"just as much as is shown", strings.Repeat("x", 200), `"` + strings.Repeat("x", 200) + `"`},
		{"one byte more", strings.Repeat("x", 201), `"` + strings.Repeat("x", 200) + `…"`},
		{"a rune across the end", strings.Repeat("x", 199) + "éx", `"` + strings.Repeat("x", 199) + `…"`},
		{"a rune up to the end", strings.Repeat("x", 198) + "éx", `"` + strings.Repeat("x", 198) + `é…"`},
		{"no rune begins anywhere", strings.Repeat("\x80", 201), `"` + strings.Repeat(`\x80`, 196) + `…"`},
		{"a secret, before it is cut", strings.Repeat("x", 190) + "token" + strings.Repeat("y", 9),
			`"` + strings.Repeat("x", 190) + `[secret]yy…"`},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, s.quote(c.text)) })
	}
}
