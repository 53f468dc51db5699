package slacktest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func workspace() *Workspace {
	w := New("xoxb-1", "#engineering", "random")
	w.Now = func() time.Time { return time.Unix(1772605080, 0) }
	return w
}

// post calls a method with JSON, and returns the response's fields.
func post(t *testing.T, w *Workspace, method, body string) (map[string]any, *http.Response) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "https://slack.example.com/api/"+method, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer xoxb-1")
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	if !strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.RequestURI = ""
	response, err := w.Client().Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(text, &fields))
	return fields, response
}

func TestMessagesThreadsAndEdits(t *testing.T) {
	w := workspace()
	head, _ := post(t, w, "chat.postMessage", `{"channel": "#engineering", "text": "hello <!here> &amp; <https://x.example|there>"}`)
	require.Equal(t, true, head["ok"])
	ts := head["ts"].(string)
	reply, _ := post(t, w, "chat.postMessage", `{"channel": "C0000001", "text": "below", "thread_ts": "`+ts+`"}`)
	require.Equal(t, true, reply["ok"])
	edit, _ := post(t, w, "chat.update", `{"channel": "C0000001", "ts": "`+ts+`", "text": "goodbye"}`)
	require.Equal(t, true, edit["ok"])
	assert.Equal(t, "#engineering\n\nalwaysp1  06:18  (edited)\n│ goodbye\n    alwaysp1  06:18\n    │ below\n", w.Show("engineering"))
	assert.Equal(t, []string{"here"}, w.Messages("engineering", "")[0].Called, "an edit calls nobody, and takes no call back")
	list, _ := post(t, w, "conversations.replies", "channel=C0000001&limit=1&ts="+ts)
	assert.Equal(t, true, list["has_more"])
}

func TestWhatSlackRefusesIsRefused(t *testing.T) {
	rich := func(text string) string {
		return `[{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "` + text + `"}]}]}]`
	}
	for _, c := range []struct{ method, body, want string }{
		{"chat.postMessage", `{"channel": "C9", "text": "x"}`, "channel_not_found"},
		{"chat.postMessage", `{"channel": "random"}`, "no_text"},
		{"chat.postMessage", `{"channel": "random", "text": "` + strings.Repeat("x", 40_001) + `"}`, "msg_too_long"},
		{"chat.postMessage", `{"channel": "random", "text": "x", "thread_ts": "1.1"}`, "thread_not_found"},
		{"chat.postMessage", `{"channel": "random", "txt": "x"}`, "invalid_arguments"},
		{"chat.postMessage", `{"channel": "random", "blocks": ` + rich(strings.Repeat("&", 601)) + `}`, "invalid_blocks"},
		{"chat.postMessage", `{"channel": "random", "blocks": ` + rich("") + `}`, "invalid_blocks"},
		{"chat.postMessage", `{"channel": "random", "blocks": [{"type": "unknown"}]}`, "invalid_blocks"},
		{"chat.postMessage", `{"channel": "random", "blocks": [{"type": "divider", "x": 1}]}`, "invalid_blocks_format"},
		{"chat.postMessage", `{"channel": "random", "blocks": [` + strings.Repeat(`{"type": "divider"},`, 50) + `{"type": "divider"}]}`, "invalid_blocks"},
		{"chat.postMessage", `{"channel": "random", "text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "` + strings.Repeat("x", 3001) + `"}}]}`, "invalid_blocks"},
		{"chat.postMessage", `{"channel": "random", "text": "x", "metadata": {"event_type": ""}}`, "invalid_metadata_format"},
		{"chat.update", `{"channel": "random", "ts": "1.1", "text": "x"}`, "channel_not_found"},
		{"chat.update", `{"channel": "C0000002", "ts": "1.1", "text": "x"}`, "message_not_found"},
		{"conversations.history", `{"channel": "C0000002"}`, "invalid_post_type"},
		{"conversations.replies", "channel=C0000002&ts=1.1", "thread_not_found"},
		{"api.test", "x=1", "unknown_method"},
	} {
		got, _ := post(t, workspace(), c.method, c.body)
		assert.Equal(t, c.want, got["error"], c.body[:min(len(c.body), 80)])
	}
	w := workspace()
	w.Token, w.Scopes = "xoxb-2", nil
	got, _ := post(t, w, "conversations.list", "limit=1")
	assert.Equal(t, "invalid_auth", got["error"])
	w.Token = "xoxb-1"
	got, _ = post(t, w, "conversations.list", "limit=1")
	assert.Equal(t, "missing_scope", got["error"])
}

func TestTheRateOfAChannelIsLimited(t *testing.T) {
	w := workspace()
	w.Burst = 2
	for range 2 {
		got, _ := post(t, w, "chat.postMessage", `{"channel": "random", "text": "x"}`)
		require.Equal(t, true, got["ok"])
	}
	got, response := post(t, w, "chat.postMessage", `{"channel": "random", "text": "x"}`)
	assert.Equal(t, "ratelimited", got["error"])
	assert.Equal(t, http.StatusTooManyRequests, response.StatusCode)
	assert.Equal(t, "1", response.Header.Get("Retry-After"))
	w.Now = func() time.Time { return time.Unix(1772605081, 0) }
	got, _ = post(t, w, "chat.postMessage", `{"channel": "random", "text": "x"}`)
	assert.Equal(t, true, got["ok"])
}
