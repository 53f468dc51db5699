package slack_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/slack"
	"github.com/alwaysp1/alwaysp1/priority/slack/slacktest"
)

// A script implements the methods of the API by functions, and keeps what it was asked. A method
// without one is refused.
type script struct {
	answers map[string]func(url.Values) string
	asked   []string
	forms   []url.Values // of the methods that take one
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	method := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form := url.Values{}
	if r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
		if form, err = url.ParseQuery(string(body)); err != nil {
			return nil, err
		}
		s.forms = append(s.forms, form)
	}
	s.asked = append(s.asked, method)
	text := `{"ok":false,"error":"access_denied"}`
	if answer := s.answers[method]; answer != nil {
		text = answer(form)
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(text)),
	}, nil
}

// scripted is an announcer whose API is a script; posts succeed by default.
func scripted(channel string, answers map[string]func(url.Values) string) (*script, *slack.Channel) {
	s := &script{answers: map[string]func(url.Values) string{
		"chat.postMessage": func(url.Values) string { return `{"ok":true,"channel":"C0000001","ts":"9.9"}` },
		"chat.update":      func(url.Values) string { return `{"ok":true,"channel":"C0000001","ts":"1.1"}` },
	}}
	for method, answer := range answers {
		s.answers[method] = answer
	}
	c := slack.New(token, channel)
	c.BaseURL, c.Client = "https://slack.example.com/api", &http.Client{Transport: s}
	return s, c
}

// listed is a response with one message of ours about inc-1, as the channel or a thread lists it;
// part is "message" or "thread".
func listed(ts, part string, seq int, cursor string) string {
	payload := map[string]any{"incident": "inc-1", "opened": "2026-03-04T06:18:00Z", "part": part, "seq": seq}
	text, _ := json.Marshal(map[string]any{
		"ok": true, "messages": []any{
			map[string]any{"ts": "5.5"},
			map[string]any{"ts": ts, "metadata": map[string]any{"event_type": "alwaysp1_incident",
				"event_payload": payload}},
		},
		"response_metadata": map[string]any{"next_cursor": cursor},
	})
	return string(text)
}

func nothing(cursor string) string {
	return `{"ok":true,"messages":[],"channels":[],"response_metadata":{"next_cursor":"` + cursor + `"}}`
}

// doubtful is the second attempt at the first announcement.
func doubtful(t *testing.T, c *slack.Channel) (receipt string, err error) {
	a := announcement(t, story(t), 1, 1)
	a.Attempt = 2
	return c.Announce(t.Context(), a)
}

func always(text string) func(url.Values) string { return func(url.Values) string { return text } }

// What an attempt in doubt finds, and what it does then.
func TestWhatIsFoundIsNotPostedAgain(t *testing.T) {
	const history, replies = "conversations.history", "conversations.replies"
	for _, c := range []struct {
		name             string
		history, replies string
		asked            string
		receipt          string
	}{
		{"the message and its thread", listed("1.1", "message", 1, ""), listed("2.2", "thread", 1, ""),
			history + " " + replies, "C0000001/1.1/1/1"},
		{"the message, of an earlier state", listed("1.1", "message", 0, ""), listed("2.2", "thread", 1, ""),
			history + " " + replies + " chat.update", "C0000001/1.1/1/1"},
		{"the message alone", listed("1.1", "message", 1, ""), nothing(""),
			history + " " + replies + " chat.postMessage", "C0000001/1.1/1/1"},
		{"nothing", nothing(""), "", history + " chat.postMessage chat.postMessage", "C0000001/9.9/1/1"},
		{"only a reply in the channel", listed("1.1", "thread", 1, ""), "",
			history + " chat.postMessage chat.postMessage", "C0000001/9.9/1/1"},
		{"a message that has no timestamp", listed("", "message", 1, ""), "",
			history + " chat.postMessage chat.postMessage", "C0000001/9.9/1/1"},
		{"a message whose timestamp is none", listed("x/1.1", "message", 1, ""), "",
			history + " chat.postMessage chat.postMessage", "C0000001/9.9/1/1"},
		{"nothing may be read", `{"ok":false,"error":"missing_scope"}`, "",
			history + " chat.postMessage chat.postMessage", "C0000001/9.9/1/1"},
		{"no replies may be read", listed("1.1", "message", 1, ""), `{"ok":false,"error":"missing_scope"}`,
			history + " " + replies + " chat.postMessage", "C0000001/1.1/1/1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, channel := scripted("C0000001",
				map[string]func(url.Values) string{history: always(c.history), replies: always(c.replies)})
			receipt, err := doubtful(t, channel)
			require.NoError(t, err)
			assert.Equal(t, c.asked, strings.Join(s.asked, " "))
			assert.Equal(t, c.receipt, receipt)
		})
	}
}

// Where it cannot be read what stands there, nothing is posted, and the doubt stays.
func TestWhatCannotBeReadNowIsReadLater(t *testing.T) {
	for says, text := range map[string]string{
		"has no list, not even an empty one": `{"ok":true}`,
		"internal_error":                     `{"ok":false,"error":"internal_error"}`,
		"not whole JSON":                     `{"ok":tr`,
	} {
		s, c := scripted("C0000001", map[string]func(url.Values) string{"conversations.history": always(text)})
		receipt, err := doubtful(t, c)
		require.ErrorContains(t, err, says)
		assert.Equal(t, "?", receipt)
		assert.Equal(t, []string{"conversations.history"}, s.asked)
	}
}

func TestTenPagesAreReadAndNoMore(t *testing.T) {
	for page, found := range map[int]bool{1: true, 2: true, 10: true, 11: false} {
		n := 0
		s, c := scripted("C0000001", map[string]func(url.Values) string{
			"conversations.history": func(form url.Values) string {
				n++
				assert.Equal(t, map[bool]string{false: fmt.Sprint("page ", n), true: ""}[n == 1],
					form.Get("cursor"))
				if n == page {
					return listed("1.1", "message", 1, "")
				}
				return nothing(fmt.Sprint("page ", n+1))
			},
			"conversations.replies": always(listed("2.2", "thread", 1, "")),
		})
		receipt, err := doubtful(t, c)
		require.NoError(t, err)
		assert.Equal(t, found, receipt == "C0000001/1.1/1/1", "page %d: %s", page, receipt)
		assert.Equal(t, min(page, 10), n)
		assert.Equal(t, []string{"200"}, s.forms[0]["limit"])
		assert.Equal(t, []string{"true"}, s.forms[0]["include_all_metadata"])
		assert.Equal(t, []string{"C0000001"}, s.forms[0]["channel"])
	}
}

// The thread is read to its end: the last of its entries counts, on whichever page.
func TestTheLastEntryOfAThreadCounts(t *testing.T) {
	record := story(t)
	n := 0
	s, c := scripted("C0000001", map[string]func(url.Values) string{
		"conversations.replies": func(url.Values) string {
			n++
			return listed("2.2", "thread", []int{0, 2, 4, 3}[n], []string{"", "next", "next", ""}[n])
		},
	})
	a := announcement(t, record, 2, 4)
	a.Receipt, a.Attempt = "C0000001/1.1/4/1", 2
	receipt, err := c.Announce(t.Context(), a)
	require.NoError(t, err)
	assert.Equal(t, "C0000001/1.1/4/4", receipt)
	assert.Equal(t, []string{"conversations.replies", "conversations.replies", "conversations.replies"},
		s.asked)
	assert.Equal(t, []string{"C0000001", "1.1"}, []string{s.forms[0].Get("channel"), s.forms[0].Get("ts")})
}

// A channel that is known by name alone is looked up where something has to be looked for.
func TestAChannelIsFoundByItsName(t *testing.T) {
	list := func(name, id string) string {
		return `{"ok":true,"channels":[{"id":"C7777777","name":"random"},{"id":"` + id + `","name":"` + name +
			`"}]}`
	}
	const all, public = "public_channel,private_channel", "public_channel"
	for _, c := range []struct {
		name, channel string
		answers       map[string]string // by the types that were asked for
		history       string            // where it was looked
		kinds         []string
	}{
		{"by its ID, nothing is asked", "C0123456789", nil, "C0123456789", nil},
		{"by its name", "#engineering", map[string]string{all: list("engineering", "C0000005")}, "C0000005",
			[]string{all}},
		{"by its name without a hash", "engineering", map[string]string{all: list("engineering", "C0000005")},
			"C0000005", []string{all}},
		{"where private ones may not be read", "#engineering", map[string]string{
			all: `{"ok":false,"error":"missing_scope"}`, public: list("engineering", "C0000005"),
		}, "C0000005", []string{all, public}},
		{"where none may be read", "#engineering", map[string]string{
			all: `{"ok":false,"error":"missing_scope"}`, public: `{"ok":false,"error":"missing_scope"}`,
		}, "", []string{all, public}},
		{"where there is none", "#engineering", map[string]string{all: list("other", "C0000005")}, "",
			[]string{all}},
		{"where its ID is none", "#engineering", map[string]string{all: list("engineering", "c/1")}, "",
			[]string{all}},
	} {
		t.Run(c.name, func(t *testing.T) {
			looked := ""
			s, channel := scripted(c.channel, map[string]func(url.Values) string{
				"conversations.list": func(form url.Values) string { return c.answers[form.Get("types")] },
				"conversations.history": func(form url.Values) string {
					looked = form.Get("channel")
					return nothing("")
				},
			})
			receipt, err := doubtful(t, channel)
			require.NoError(t, err)
			assert.Equal(t, "C0000001/9.9/1/1", receipt)
			assert.Equal(t, c.history, looked)
			var kinds []string
			for _, form := range s.forms {
				if form.Has("types") {
					kinds = append(kinds, form.Get("types"))
					assert.Equal(t, "true", form.Get("exclude_archived"))
				}
			}
			assert.Equal(t, c.kinds, kinds)
		})
	}
}

// A response that is ok and does not locate the message leaves doubt, because there may be one.
func TestAnAnswerWithoutAPlaceLeavesDoubt(t *testing.T) {
	for _, text := range []string{
		`{"ok":true}`, `{"ok":true,"channel":"C0000001"}`, `{"ok":true,"ts":"1.1"}`,
		`{"ok":true,"channel":"C0000001","ts":"x"}`,
		`{"ok":true,"channel":"c/1","ts":"1.1"}`,
	} {
		s, c := scripted("C0000001", map[string]func(url.Values) string{"chat.postMessage": always(text)})
		receipt, err := c.Announce(t.Context(), announcement(t, story(t), 1, 1))
		require.ErrorContains(t, err, "does not locate the message")
		assert.Equal(t, "?", receipt)
		assert.Equal(t, outcome{}, outcomeOf(err))
		assert.Len(t, s.asked, 1)
	}
}

// A clear no leaves no doubt, for nothing was posted; anything else does.
func TestOnlyWhatMayHaveBeenDoneLeavesDoubt(t *testing.T) {
	for _, c := range []struct {
		fault slacktest.Fault
		doubt bool
	}{
		{slacktest.Fault{Code: "channel_not_found"}, false},
		{slacktest.Fault{Code: "invalid_auth"}, false},
		{slacktest.Fault{Status: http.StatusNotFound}, false},
		{slacktest.Fault{Status: http.StatusFound, Header: http.Header{"Location": {"https://x.example"}}},
			false},
		{slacktest.Fault{Code: "ratelimited"}, false},
		{slacktest.Fault{Code: "rate_limited"}, false},
		{slacktest.Fault{Code: "message_limit_exceeded"}, false},
		{slacktest.Fault{Code: "ratelimited", Status: http.StatusTooManyRequests}, false},
		{slacktest.Fault{Code: "internal_error"}, true},
		{slacktest.Fault{Code: "something_new"}, true},
		{slacktest.Fault{Status: http.StatusInternalServerError}, true},
		{slacktest.Fault{Break: true}, true},
	} {
		for at, place := range map[int]string{1: "",
			2: "C0000001/1772605080.000001/1/0"} { // the message, and its first reply
			w, channel := direct()
			w.Fault = func(n int, _ string) slacktest.Fault {
				if n == at {
					return c.fault
				}
				return slacktest.Fault{}
			}
			receipt, err := channel.Announce(t.Context(), announcement(t, story(t), 1, 1))
			require.Error(t, err)
			assert.Equal(t, place+map[bool]string{true: "?"}[c.doubt], receipt, c.fault)
		}
	}
}
