package slack_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/slack"
	"github.com/alwaysp1/alwaysp1/priority/slack/slacktest"
)

// faults are what can go wrong with one call: before it is carried out, or after, so that it is and
// nobody hears of it.
var faults = map[string]slacktest.Fault{
	"429":                      {Code: "ratelimited", Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"30"}}},
	"429 without a time":       {Code: "ratelimited", Status: http.StatusTooManyRequests},
	"500":                      {Status: http.StatusInternalServerError, Body: "oops"},
	"503, carried out":         {Status: http.StatusServiceUnavailable, Body: "oops", After: true},
	"broken off":               {Break: true},
	"broken off, carried out":  {Break: true, After: true},
	"a page of HTML":           {Status: http.StatusOK, Body: "<html>please log in</html>"},
	"half JSON, carried out":   {Status: http.StatusOK, Body: `{"ok":tr`, Header: http.Header{"Content-Type": {"application/json"}}, After: true},
	"ok, and no ts":            {Status: http.StatusOK, Body: `{"ok":true}`, Header: http.Header{"Content-Type": {"application/json"}}, After: true},
	"internal_error":           {Code: "internal_error"},
	"fatal_error, carried out": {Code: "fatal_error", After: true},
	"an unknown code":          {Code: "something_new_2031"},
	"too large, carried out":   {Status: http.StatusOK, Body: strings.Repeat("x", 9<<20), Header: http.Header{"Content-Type": {"application/json"}}, After: true},
}

// live runs a whole incident at a desk, in time that does not pass, and returns the workspace and
// the record.
func live(t *testing.T, channel string, prepare func(*slacktest.Workspace)) (w *slacktest.Workspace, record []incident.Entry, dead []incident.Delivery) {
	synctest.Test(t, func(t *testing.T) {
		w = slacktest.New(token, "#random", "#engineering")
		prepare(w)
		c := slack.New(token, channel)
		c.BaseURL, c.Client, c.Mentions = "https://slack.example.com/api/", w.Client(), []string{"here"}
		d := incident.NewDesk(new(priority.Classifier), c)
		d.Every = time.Hour
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		step := func(err error) {
			require.NoError(t, err)
			time.Sleep(5 * time.Minute)
		}
		_, _, err := d.Signal(ctx, priority.FromError("raw.orders", errors.New("extract exited 1"), time.Now()))
		step(err)
		step(d.Acknowledge(ctx, "inc-1", "ada", time.Now()))
		step(d.Note(ctx, "inc-1", "ada", "the disk is full", time.Now()))
		step(d.Join(ctx, "inc-1", "bob", time.Now()))
		step(d.Mitigate(ctx, "inc-1", "bob", "loaded by hand", time.Now()))
		step(d.RecordRootCause(ctx, "inc-1", "ada", "logs were never rotated", time.Now()))
		step(d.Resolve(ctx, "inc-1", "ada", time.Now()))
		time.Sleep(time.Hour)
		record, err = d.Timeline(ctx, "inc-1")
		require.NoError(t, err)
		dead, err = d.DeadLetters(ctx)
		require.NoError(t, err)
		cancel()
		require.ErrorIs(t, <-ended, context.Canceled)
	})
	return w, record, dead
}

// whole checks that the channel holds one message and its whole thread, each entry once and in
// order.
func whole(t *testing.T, w *slacktest.Workspace, record []incident.Entry) {
	t.Helper()
	head := w.Messages("#engineering", "")
	if len(head) != 1 {
		t.Fatalf("%d messages:\n%s", len(head), w.Show("#engineering"))
	}
	assert.Contains(t, head[0].Reads(), "P1 resolved")
	assert.Equal(t, []string{"here"}, head[0].Called)
	var got, want []string
	for _, m := range w.Messages("#engineering", head[0].TS) {
		for _, words := range told() {
			if strings.Contains(m.Text, words) {
				got = append(got, words)
			}
		}
	}
	for n := range record {
		want = append(want, told()[n])
	}
	assert.Equal(t, want, got, w.Show("#engineering"))
}

// told returns what distinguishes the entries of the live incident.
func told() []string {
	return []string{"Opened", "Owned by ada", "the disk is full", "bob joined", "loaded by hand", "logs were never rotated", "Resolved by ada"}
}

func TestAWholeIncidentIsOneMessageAndItsThread(t *testing.T) {
	w, record, dead := live(t, "#engineering", func(*slacktest.Workspace) {})
	require.Empty(t, dead)
	whole(t, w, record)
	assert.Equal(t, 2*len(record), w.Calls(), "a message, its edits, and a reply for each entry: no call is wasted")
	assert.Empty(t, w.Messages("#random", ""))
}

// Every fault at every call, one at a time, and from that call on for a while.
func TestNothingIsLostOrPostedTwiceWhateverCallFails(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			for at := 1; at <= 15; at++ {
				lasts := 1 + at%3
				w, record, dead := live(t, "#engineering", func(w *slacktest.Workspace) {
					w.Fault = func(n int, method string) slacktest.Fault {
						if n < at || n >= at+lasts {
							return slacktest.Fault{}
						}
						return fault
					}
				})
				require.Empty(t, dead, "call %d", at)
				whole(t, w, record)
				if t.Failed() {
					t.Fatalf("call %d, %d in a row", at, lasts)
				}
			}
		})
	}
}

func TestARateLimitDelaysAndLosesNothing(t *testing.T) {
	w, record, dead := live(t, "C0000002", func(w *slacktest.Workspace) { w.Burst = 1 })
	require.Empty(t, dead)
	whole(t, w, record)
}

// Without the right to read, a response that was lost costs a repeat, and nothing else.
func TestAnAppThatMayNotReadPostsAgain(t *testing.T) {
	w, record, dead := live(t, "#engineering", func(w *slacktest.Workspace) {
		w.Scopes = nil
		w.Fault = func(n int, _ string) slacktest.Fault {
			if n == 1 {
				return faults["broken off, carried out"]
			}
			return slacktest.Fault{}
		}
	})
	require.Empty(t, dead)
	head := w.Messages("#engineering", "")
	require.Len(t, head, 2)
	assert.Empty(t, w.Messages("#engineering", head[0].TS))
	assert.Len(t, w.Messages("#engineering", head[1].TS), len(record))
	assert.Contains(t, head[1].Reads(), "P1 resolved")
}

func TestARefusalIsADeadLetterAtOnce(t *testing.T) {
	for _, code := range []string{"invalid_auth", "channel_not_found", "not_in_channel", "is_archived", "missing_scope", "msg_too_long"} {
		calls := 0
		w, _, dead := live(t, "#engineering", func(w *slacktest.Workspace) {
			w.Fault = func(n int, _ string) slacktest.Fault { calls = n; return slacktest.Fault{Code: code} }
		})
		assert.Empty(t, w.Messages("#engineering", ""))
		letters := fmt.Sprint(dead)
		assert.Contains(t, letters, "inc-1", code)
		assert.Contains(t, letters, code)
		assert.NotContains(t, letters, token)
		assert.Less(t, calls, 40, "%s is not tried again and again", code)
	}
}
