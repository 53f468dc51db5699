package slack_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/slack"
	"github.com/alwaysp1/alwaysp1/priority/slack/slacktest"
)

func hook() (*slacktest.Workspace, *slack.Webhook) {
	w := slacktest.New(token, "#engineering")
	w.Now = func() time.Time { return start }
	h := slack.NewWebhook("https://hooks.slack.example.com" + w.Webhook)
	h.Client, h.Mentions, h.IncidentURL = w.Client(), []string{"here"}, incident.URLUnder("https://status.example.com/")
	return w, h
}

func TestAWebhookPostsEachChangeOnce(t *testing.T) {
	w, h := hook()
	record := story(t)
	for _, step := range [][2]int{{1, 1}, {2, 4}, {5, 8}, {9, 9}} {
		assert.Empty(t, tell(t, h, record, step[0], step[1], ""))
	}
	list := w.Messages("#engineering", "")
	require.Len(t, list, 4)
	var called []string
	for _, m := range list {
		called = append(called, strings.Join(m.Called, " "))
	}
	assert.Equal(t, []string{"here", "", "", "here"}, called, "people are called when it opens and reopens")
	golden(t, "webhook.txt", w.Show("#engineering"))
}

func TestAWebhookSaysHowManyEntriesHaveNoRoom(t *testing.T) {
	w, h := hook()
	record := story(t)[:1]
	for n := 2; n <= 40; n++ {
		record = append(record, incident.Entry{Incident: "inc-1", Seq: n, Kind: incident.EntryNoted, Author: "ada", Text: strings.Repeat("<&>", 2000), At: minutes(n)})
	}
	tell(t, h, record, 1, 40, "")
	text := w.Messages("#engineering", "")[0].Reads()
	assert.Contains(t, text, "Entries that have no room here: 36. All of them <https://status.example.com/inc-1>")
}

func TestEveryAnswerToAWebhookMeansSomething(t *testing.T) {
	plain := http.Header{"Content-Type": {"text/plain"}}
	for _, c := range []struct {
		status int
		body   string
		header http.Header
		want   outcome
	}{
		{400, "invalid_payload", plain, outcome{refused: true}},
		{400, "user_not_found", plain, outcome{refused: true}},
		{403, "action_prohibited", plain, outcome{refused: true}},
		{403, "invalid_token", plain, outcome{refused: true}},
		{404, "channel_not_found", plain, outcome{refused: true}},
		{404, "no_service", plain, outcome{refused: true}},
		{410, "channel_is_archived", plain, outcome{refused: true}},
		{500, "rollup_error", plain, outcome{}},
		{500, "invalid_token", plain, outcome{refused: true}},
		{503, "<html>" + hookPath, plain, outcome{}},
		{200, "<html>please log in " + hookPath, plain, outcome{}},
		{200, "", plain, outcome{}},
		{204, "", plain, outcome{}},
		{302, "", http.Header{"Location": {"https://evil.example" + hookPath}}, outcome{refused: true}},
		{429, "message_limit_exceeded", plain, outcome{after: time.Minute}},
		{429, "rate_limited", http.Header{"Retry-After": {"30"}}, outcome{after: 30 * time.Second}},
	} {
		w, h := hook()
		w.Fault = func(int, string) slacktest.Fault {
			return slacktest.Fault{Status: c.status, Body: c.body, Header: c.header}
		}
		_, err := h.Announce(t.Context(), announcement(t, story(t), 1, 1))
		require.Error(t, err, c)
		assert.Equal(t, c.want, outcomeOf(err), err)
		secretless(t, err, h)
		assert.Empty(t, w.Messages("#engineering", ""))
	}
}

func TestBlocksThatAWebhookDoesNotTakeAreTextInstead(t *testing.T) {
	w, h := hook()
	w.Fault = func(n int, _ string) slacktest.Fault {
		if n > 1 {
			return slacktest.Fault{}
		}
		return slacktest.Fault{Status: 400, Body: "invalid_blocks"}
	}
	tell(t, h, story(t), 1, 1, "")
	list := w.Messages("#engineering", "")
	require.Len(t, list, 1)
	assert.Empty(t, list[0].Blocks)
	assert.Contains(t, list[0].Text, "P1 open")
}
