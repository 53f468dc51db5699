package slack

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/internal/httpsend"
)

// The rules of testdata/slack_rules.json, which names its sources; what they require is tried
// on ours.
type rules struct {
	Limits map[string]any `json:"block_limits"`
	Retry  struct {
		Missing int `json:"retry_after_missing_s"`
		Least   int `json:"min_wait_429_s"`
	} `json:"retry_defaults_slack_go"`
	Cases []struct {
		ID, Src       string
		Given, Expect json.RawMessage
	} `json:"cases"`
}

func readRules(t *testing.T) (r rules) {
	data, err := os.ReadFile("testdata/slack_rules.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &r))
	return r
}

func TestEachRuleOfSlack(t *testing.T) {
	r := readRules(t)
	tried := map[string]int{}
	for _, c := range r.Cases {
		kind := c.ID[:strings.LastIndex(c.ID, "-")]
		tried[kind]++
		t.Run(c.ID+" of "+c.Src, func(t *testing.T) {
			switch kind {
			case "esc":
				var given, want string
				require.NoError(t, json.Unmarshal(c.Given, &given))
				require.NoError(t, json.Unmarshal(c.Expect, &want))
				assert.Equal(t, want, escape(given))
			case "webhook-json":
				keepsToTheForm(t, c.Expect)
			default:
				waits(t, r, c.Given)
			}
		})
	}
	assert.Equal(t, map[string]int{"esc": 4, "webhook-json": 2, "retry-429-no": 1, "retry-429": 1}, tried, "each is known here")
}

// keepsToTheForm checks that a message has no field that the form of a webhook's message does not
// have.
func keepsToTheForm(t *testing.T, form json.RawMessage) {
	var text string
	require.NoError(t, json.Unmarshal(form, &text))
	allowed := map[string]any{"text": nil, "blocks": nil}
	var known map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &known))
	for name := range known {
		allowed[name] = nil
	}
	entry := incident.Entry{Incident: "inc-1", Seq: 1, At: time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)}
	sent, err := json.Marshal(MessageStyle{}.writer(incident.Announcement{New: []incident.Entry{entry}}).change([]incident.Entry{entry}))
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(sent, &got))
	for name := range got {
		assert.Contains(t, allowed, name)
	}
	assert.NotEmpty(t, got["text"], "what a notification shows")
}

// waits checks that a 429 is waited for at least as long as slack-go does.
func waits(t *testing.T, r rules, given json.RawMessage) {
	var answer struct {
		Status     int
		RetryAfter *string `json:"retry_after"`
	}
	require.NoError(t, json.Unmarshal(given, &answer))
	header, least := http.Header{}, r.Retry.Missing
	if answer.RetryAfter != nil {
		header.Set("Retry-After", *answer.RetryAfter)
		least = r.Retry.Least
	}
	err := httpsend.Sender{Name: "slack"}.Judge(httpsend.Answer{Status: answer.Status, Header: header}, "")
	var retry *incident.RetryError
	require.ErrorAs(t, err, &retry)
	assert.GreaterOrEqual(t, retry.After, time.Duration(least)*time.Second)
}

func TestOurLimitsAreWithinSlacks(t *testing.T) {
	limits := readRules(t).Limits
	number := func(name string) int {
		v, ok := limits[name].(float64)
		require.True(t, ok, name)
		return int(v)
	}
	assert.LessOrEqual(t, blockLimit, number("section.text"))
	assert.LessOrEqual(t, messageLimit, 13_200, limits["undocumented_total"])
	assert.Contains(t, limits["undocumented_total"], "13,200")
	blocks := number("blocks_per_message")
	start := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	var storm []incident.Entry
	for n := range 200 {
		storm = append(storm, incident.Entry{Incident: "inc-1", Seq: n + 1, At: start, Kind: incident.EntryLeaseEnded, Text: "<!channel>"})
	}
	w := MessageStyle{Mentions: slices.Repeat([]string{"here"}, 100)}.writer(incident.Announcement{New: storm})
	assert.LessOrEqual(t, len(w.change(storm).Blocks), blocks)
	assert.LessOrEqual(t, len(w.head().Blocks), blocks)
	for _, r := range w.replies(storm) {
		assert.LessOrEqual(t, len(r.Blocks), blocks)
	}
}
