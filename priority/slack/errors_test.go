package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/slack"
	"github.com/alwaysp1/alwaysp1/priority/slack/slacktest"
)

// An outcome is what the desk has to know of an error.
type outcome struct {
	refused bool
	after   time.Duration
}

// outcomeOf reads an error as the desk does.
func outcomeOf(err error) (o outcome) {
	var retry *incident.RetryError
	o.refused = errors.Is(err, incident.ErrPermanent)
	if errors.As(err, &retry) {
		o.after = retry.After
	}
	return o
}

func TestEveryAnswerOfTheAPIMeansSomething(t *testing.T) {
	limited := func(after string) slacktest.Fault {
		return slacktest.Fault{Code: "ratelimited", Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {after}}}
	}
	for _, c := range []struct {
		name  string
		fault slacktest.Fault
		want  outcome
		says  string
	}{
		{"429", limited("30"), outcome{after: 30 * time.Second}, "status 429"},
		{"429, in no time", limited("0"), outcome{after: time.Second}, "status 429"},
		{"429, in some years", limited("999999999999999999999"), outcome{after: 24 * time.Hour}, "status 429"},
		{"429, in words", limited("soon"), outcome{after: time.Minute}, "status 429"},
		{"429, negative", limited("-5"), outcome{after: time.Minute}, "status 429"},
		{"429, of the workspace", slacktest.Fault{Code: "message_limit_exceeded", Status: http.StatusTooManyRequests}, outcome{after: time.Minute}, "message_limit_exceeded"},
		{"a limit in a 200", slacktest.Fault{Code: "rate_limited", Header: http.Header{"Retry-After": {"7"}}}, outcome{after: 7 * time.Second}, "rate_limited"},
		{"500", slacktest.Fault{Status: 500, Body: "x"}, outcome{}, "status 500"},
		{"503 with a time", slacktest.Fault{Status: 503, Header: http.Header{"Retry-After": {"9"}}}, outcome{after: 9 * time.Second}, "status 503"},
		{"502 of a proxy", slacktest.Fault{Status: 502, Body: "<html>"}, outcome{}, "status 502"},
		{"408", slacktest.Fault{Status: 408}, outcome{}, "status 408"},
		{"403 of a proxy", slacktest.Fault{Status: 403, Body: "<html>"}, outcome{refused: true}, "status 403"},
		{"401 with a code", slacktest.Fault{Status: 401, Code: "invalid_auth"}, outcome{refused: true}, "the token does not, or no longer, belong to an installed app"},
		{"204", slacktest.Fault{Status: 204}, outcome{}, "no JSON"},
		{"302", slacktest.Fault{Status: 302}, outcome{refused: true}, "redirects are not followed"},
		{"invalid_auth", slacktest.Fault{Code: "invalid_auth"}, outcome{refused: true}, "invalid_auth: the token does not, or no longer"},
		{"channel_not_found", slacktest.Fault{Code: "channel_not_found"}, outcome{refused: true}, "it does not exist, or it is private and the app was not invited"},
		{"not_in_channel", slacktest.Fault{Code: "not_in_channel"}, outcome{refused: true}, "invite the app to the channel"},
		{"is_archived", slacktest.Fault{Code: "is_archived"}, outcome{refused: true}, "the channel is archived"},
		{"internal_error", slacktest.Fault{Code: "internal_error"}, outcome{}, "internal_error"},
		{"a new code", slacktest.Fault{Code: "brand_new"}, outcome{}, "brand_new"},
		{"no code", slacktest.Fault{Code: "<b>&#33;" + token}, outcome{}, "neither ok nor a readable error"},
		{"HTML", slacktest.Fault{Status: 200, Body: "<html>"}, outcome{}, `no JSON but "text/html"`},
		{"broken off", slacktest.Fault{Break: true}, outcome{}, "the answer broke off"},
		{"huge", slacktest.Fault{Status: 200, Body: strings.Repeat(" ", 9<<20)}, outcome{}, "larger than 8388608 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, channel := direct()
			w.Fault = func(int, string) slacktest.Fault { return c.fault }
			receipt, err := channel.Announce(t.Context(), announcement(t, story(t), 1, 1))
			require.ErrorContains(t, err, c.says)
			assert.Equal(t, c.want, outcomeOf(err), err)
			secretless(t, err, channel)
			assert.NotContains(t, receipt, token)
			assert.True(t, strings.HasPrefix(err.Error(), "slack: chat.postMessage: "), err)
		})
	}
}

// secretless greps for what must never be shown.
func secretless(t *testing.T, values ...any) {
	t.Helper()
	var all bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&all, nil))
	shaped := slog.New(slog.NewJSONHandler(&all, nil))
	for _, v := range values {
		fmt.Fprintf(&all, "%v %+v %#v %s %q %x %d\n", v, v, v, v, v, v, v)
		fmt.Fprintf(&all, "%v %+v %#v\n", struct{ v any }{v}, []any{v}, &v)
		text, _ := json.Marshal(v) // what cannot be written shows nothing
		all.Write(text)
		logger.Error("x", "v", v)
		shaped.Error("x", "v", v)
		if err, ok := v.(error); ok {
			var wrapped *url.Error
			assert.NotErrorAs(t, err, &wrapped, "a *url.Error holds the URL")
		}
	}
	for _, secret := range []string{token, "aVerySecret", fmt.Sprintf("%x", token), url.QueryEscape(hookPath)} {
		if at := strings.Index(all.String(), secret); at >= 0 {
			t.Errorf("shown: …%s", all.String()[max(0, at-100):min(all.Len(), at+len(secret)+20)])
		}
	}
}

const hookPath = "/services/T0000001/B0000001/aVerySecretHook"

// Failures below the API: the errors of net/http hold the URL.
func TestNoFailureOfTheNetworkShowsASecret(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // a client that does not trust it is one of the cases
	server.StartTLS()
	defer server.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	closed := httptest.NewTLSServer(http.NotFoundHandler())
	closed.Close()
	silent := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or the server does not notice that nobody waits any more
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // or it answers a client that is just about to go
	}))
	defer silent.Close()
	angry := &http.Client{Transport: panicking{}}
	echo := &http.Client{Transport: echoing{}}
	for _, c := range []struct {
		name, base string
		client     *http.Client
		says       string
		timeout    time.Duration
	}{
		{"a certificate that nobody knows", server.URL, nil, "certificate", 0},
		{"nobody there", closed.URL, closed.Client(), "refused", 0},
		{"no such host", "https://no.such.host.invalid", nil, "", 0},
		{"plain http behind https", strings.Replace(plain.URL, "http:", "https:", 1), nil, "HTTP response to HTTPS client", 0},
		{"no answer", silent.URL, silent.Client(), "no answer within 100ms", 100 * time.Millisecond},
		{"not found", server.URL, server.Client(), "status 404", 0},
		{"http", plain.URL, nil, "https://", 0},
		{"no URL", "https://%zz", nil, "https://", 0},
		{"a client that panics with the request", "https://slack.example.com", angry, "panicked", 0},
		{"a client that repeats what it was sent", "https://slack.example.com", echo, "[secret]", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			channel, hook := slack.New(token, "#engineering"), slack.NewWebhook(c.base+hookPath)
			channel.BaseURL, channel.Client, channel.Timeout = c.base+"/api/", c.client, c.timeout
			hook.Client, hook.Timeout = c.client, c.timeout
			for _, announcer := range []incident.Announcer{channel, hook} {
				_, err := announcer.Announce(t.Context(), announcement(t, story(t), 1, 1))
				require.ErrorContains(t, err, c.says)
				secretless(t, err, announcer, *channel, *hook)
				assert.NotContains(t, err.Error(), "Post \"", "not even what is left of the URL by net/http")
			}
		})
	}
}

type panicking struct{}

func (panicking) RoundTrip(r *http.Request) (*http.Response, error) { panic(r) }

// echoing fails with all that it was sent.
type echoing struct{}

func (echoing) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("cannot send to %s with %q", r.URL, r.Header["Authorization"])
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	a := announcement(t, story(t), 1, 1)
	for name, announcer := range map[string]incident.Announcer{
		"the token is empty":                 slack.New("", "#engineering"),
		"the channel is empty":               slack.New(token, " "),
		"the token holds a space":            slack.New("xoxb-a\nVerySecret: x", "#engineering"),
		"give New its ID":                    new(slack.Channel),
		"the webhook's URL is empty":         new(slack.Webhook),
		"must begin with https://":           slack.NewWebhook("http://hooks.slack.com" + hookPath),
		"BaseURL: it must begin with https:": &slack.Channel{BaseURL: "http://x"},
	} {
		_, err := announcer.Announce(context.Background(), a)
		require.ErrorContains(t, err, name)
		require.ErrorIs(t, err, incident.ErrPermanent)
		secretless(t, err, announcer)
	}
	require.NoError(t, slack.New(token, "C0123456789").Validate())
	require.NoError(t, slack.NewWebhook("https://hooks.slack.com"+hookPath).Validate())
}

func TestAnAnnouncerHasAName(t *testing.T) {
	assert.Equal(t, "slack:engineering", slack.New(token, "#engineering").Name())
	assert.Equal(t, "slack-webhook", slack.NewWebhook("x").Name())
	assert.Equal(t, "slack-webhook:ops", (&slack.Webhook{Label: "ops"}).Name())
}
