package slack_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/slack"
	"github.com/alwaysp1/alwaysp1/priority/slack/slacktest"
)

// direct is a workspace without a network, and an announcer for it.
func direct() (*slacktest.Workspace, *slack.Channel) {
	w := slacktest.New(token, "#engineering")
	w.Now = func() time.Time { return start }
	c := slack.New(token, "#engineering")
	c.BaseURL, c.Client = "https://slack.example.com/api/", w.Client()
	return w, c
}

// tell announces entries one to another, in one announcement.
func tell(t *testing.T, c incident.Announcer, record []incident.Entry, from, to int, receipt string) string {
	t.Helper()
	a := announcement(t, record, from, to)
	a.Receipt = receipt
	receipt, err := c.Announce(t.Context(), a)
	require.NoError(t, err)
	return receipt
}

// A process that dies behind a call has written nothing down: the same announcement comes again,
// with the receipt of before.
func TestAProcessThatDiesBehindAnyCallPostsNothingTwice(t *testing.T) {
	record := story(t)
	for at := 1; at <= 12; at++ {
		w, c := direct()
		w.Fault = func(n int, _ string) slacktest.Fault {
			return slacktest.Fault{Break: n == at, After: true}
		}
		receipt := ""
		for _, step := range [][2]int{{1, 1}, {2, 3}, {4, 8}, {9, 9}} {
			a := announcement(t, record, step[0], step[1])
			for a.Attempt, a.Receipt = 1, receipt; ; a.Attempt++ {
				next, err := c.Announce(t.Context(), a)
				if err == nil {
					receipt = next
					break
				}
				require.Less(t, a.Attempt, 5)
			}
		}
		head := w.Messages("#engineering", "")
		require.Equal(t, 1, len(head), "call %d\n%s", at, w.Show("#engineering"))
		thread := w.Messages("#engineering", head[0].TS)
		assert.Equal(t, 4, len(thread), "call %d\n%s", at, w.Show("#engineering"))
		assert.Equal(t, receipt, "C0000001/"+head[0].TS+"/9/9")
	}
}

// An announcement that was given up is followed by another, whose first attempt knows of the doubt
// by the receipt alone.
func TestDoubtOutlivesAnAnnouncementThatWasGivenUp(t *testing.T) {
	for _, at := range []int{1, 2} {
		w, c := direct()
		w.Fault = func(n int, _ string) slacktest.Fault { return slacktest.Fault{Break: n == at, After: true} }
		record := story(t)
		receipt, err := c.Announce(t.Context(), announcement(t, record, 1, 1))
		require.Error(t, err)
		tell(t, c, record, 1, 2, receipt)
		head := w.Messages("#engineering", "")
		require.Len(t, head, 1)
		var all string
		for _, m := range w.Messages("#engineering", head[0].TS) {
			all += m.Reads() + "\n"
		}
		assert.Equal(t, 1, strings.Count(all, "Opened"), all)
		assert.Equal(t, 1, strings.Count(all, "Owned by ada"), all)
	}
}

// Somebody deletes the message, the process posts another, and dies before it has written that
// down.
func TestAProcessThatDiesBehindAPostAnewPostsNothingTwice(t *testing.T) {
	w, c := direct()
	record := story(t)
	receipt := tell(t, c, record, 1, 1, "")
	w.Delete("#engineering", w.Messages("#engineering", "")[0].TS)
	tell(t, c, record, 2, 2, receipt) // and its receipt is lost
	a := announcement(t, record, 2, 2)
	a.Receipt, a.Attempt = receipt, 2
	_, err := c.Announce(t.Context(), a)
	require.NoError(t, err)
	head := w.Messages("#engineering", "")
	require.Equal(t, 1, len(head), w.Show("#engineering"))
	assert.Len(t, w.Messages("#engineering", head[0].TS), 1)
}

func TestAMessageThatWasDeletedIsPostedAnew(t *testing.T) {
	w, c := direct()
	record := story(t)
	receipt := tell(t, c, record, 1, 1, "")
	first := w.Messages("#engineering", "")[0].TS
	w.Delete("#engineering", first)
	receipt = tell(t, c, record, 2, 3, receipt)
	head := w.Messages("#engineering", "")
	require.Len(t, head, 1)
	assert.Contains(t, head[0].Reads(), "owned by ada")
	assert.Len(t, w.Messages("#engineering", head[0].TS), 1, "what is new is told anew, in one reply")
	tell(t, c, record, 4, 4, receipt)
	assert.Len(t, w.Messages("#engineering", head[0].TS), 2)
}

func TestAMessageOfAnotherAppIsLeftAlone(t *testing.T) {
	w, c := direct()
	record := story(t)
	receipt := tell(t, c, record, 1, 1, "")
	w.Fault = func(_ int, method string) slacktest.Fault {
		if method == "chat.update" {
			return slacktest.Fault{Code: "cant_update_message"}
		}
		return slacktest.Fault{}
	}
	a := announcement(t, record, 2, 2)
	a.Receipt, a.Attempt = receipt, 2
	_, err := c.Announce(t.Context(), a)
	require.NoError(t, err)
	assert.Len(t, w.Messages("#engineering", ""), 2)
}

func TestWhereNothingMayBeEditedRepliesShowInTheChannel(t *testing.T) {
	w, c := direct()
	record := story(t)
	receipt := tell(t, c, record, 1, 1, "")
	w.Fault = func(_ int, method string) slacktest.Fault {
		if method == "chat.update" {
			return slacktest.Fault{Code: "edit_window_closed"}
		}
		return slacktest.Fault{}
	}
	tell(t, c, record, 2, 2, receipt)
	head := w.Messages("#engineering", "")
	require.Len(t, head, 1)
	thread := w.Messages("#engineering", head[0].TS)
	assert.False(t, thread[0].Broadcast)
	assert.True(t, thread[1].Broadcast)
}

func TestBlocksThatSlackDoesNotTakeAreTextInstead(t *testing.T) {
	w, c := direct()
	c.Mentions = []string{"here"}
	refuse := true
	w.Fault = func(_ int, method string) slacktest.Fault {
		if refuse = !refuse; !refuse {
			return slacktest.Fault{Code: "invalid_blocks"}
		}
		return slacktest.Fault{}
	}
	tell(t, c, story(t), 1, 1, "")
	head := w.Messages("#engineering", "")
	require.Len(t, head, 1)
	assert.Empty(t, head[0].Blocks)
	assert.Contains(t, head[0].Reads(), "@here 🔴 P1 open · raw.orders: extract exited 1")
	assert.Equal(t, []string{"here"}, head[0].Called)
	assert.Contains(t, w.Messages("#engineering", head[0].TS)[0].Reads(), "Opened")
}

func TestWhoIsCalledAndWhen(t *testing.T) {
	w, c := direct()
	c.Mentions = []string{"here", "S0PLATFORM", "U0ADA", "@heer"}
	record, receipt := story(t), ""
	for n := range record {
		receipt = tell(t, c, record, n+1, n+1, receipt)
	}
	head := w.Messages("#engineering", "")
	assert.Equal(t, []string{"here", "S0PLATFORM", "U0ADA"}, head[0].Called)
	assert.Contains(t, head[0].Reads(), "(@heer in Mentions cannot be mentioned)", "a slip in the configuration costs no message")
	for n, m := range w.Messages("#engineering", head[0].TS) {
		if record[n].Kind == incident.EntryReopened {
			assert.Equal(t, head[0].Called, m.Called)
			assert.True(t, m.Broadcast)
		} else {
			assert.Empty(t, m.Called, record[n].Kind)
		}
	}
	quiet := announcement(t, record, 1, 1)
	quiet.Incident.ID, quiet.Incident.Assessment.Priority = "inc-2", 0
	_, err := c.Announce(t.Context(), quiet)
	require.NoError(t, err)
	assert.Empty(t, w.Messages("#engineering", "")[1].Called, "less than P1 calls nobody")

	late, again := direct()
	again.Mentions = c.Mentions
	tell(t, again, record, 1, 8, "")
	assert.Empty(t, late.Messages("#engineering", "")[0].Called, "what is over calls nobody")
}

func TestWhatIsLoweredCallsNobodyAndWhatIsRaisedDoes(t *testing.T) {
	w, c := direct()
	c.Mentions = []string{"here"}
	record := story(t)[:1]
	for n, kind := range []incident.EntryKind{incident.EntryLowered, incident.EntryRaised} {
		report := *record[0].Assessment
		if kind == incident.EntryLowered {
			report.Priority = priority.P3
		}
		record = append(record, incident.Entry{Incident: "inc-1", Seq: n + 2, At: minutes(30 * (n + 1)), Kind: kind, Assessment: &report})
	}
	receipt := tell(t, c, record, 1, 1, "")
	receipt = tell(t, c, record, 2, 2, receipt)
	head := w.Messages("#engineering", "")[0]
	assert.Contains(t, head.Reads(), "P3 open")
	tell(t, c, record, 3, 3, receipt)
	head = w.Messages("#engineering", "")[0]
	assert.Contains(t, head.Reads(), "P1 open")
	replies := w.Messages("#engineering", head.TS)
	require.Len(t, replies, 3)
	assert.Empty(t, replies[1].Called)
	assert.Contains(t, replies[1].Reads(), "Lowered to P3")
	assert.Equal(t, []string{"here"}, replies[2].Called)
	assert.True(t, replies[2].Broadcast)
	assert.Contains(t, replies[2].Reads(), "Raised to P1")
}

// What comes from other systems and from people may hold anything.
func TestHostileTextStaysText(t *testing.T) {
	const evil = "<!channel> <@U1> <!subteam^S1> *bold* _it_ ~no~ `code` & <https://evil.example|click> :fire:"
	w, c := direct()
	c.IncidentURL = incident.URLUnder("https://status.example.com/<!here>|x>/")
	record := story(t)
	for n := range record {
		e := &record[n]
		e.Incident = "inc-1 " + evil
		if e.Author != "" {
			e.Author = evil
		}
		if e.Text != "" {
			e.Text = evil + "\n> quote\n" + evil
		}
		if e.Assessment != nil {
			r := *e.Assessment
			r.Reasons, r.Signal.Asset, r.Text = []string{evil + ": " + evil}, evil, evil
			r.Impacts = slices.Clone(r.Impacts)
			r.Impacts[0].Name, r.Impacts[0].Consumers, r.Impacts[0].Path = evil, []string{evil}, []string{evil, evil}
			e.Assessment = &r
		}
	}
	receipt := ""
	for n := range record {
		receipt = tell(t, c, record, n+1, n+1, receipt)
	}
	head := w.Messages("#engineering", "")
	require.Len(t, head, 1)
	for n, m := range append(head, w.Messages("#engineering", head[0].TS)...) {
		assert.Empty(t, m.Called)
		assert.NotContains(t, m.Text, "<")
		assert.NotContains(t, string(m.Blocks), "mrkdwn", "nothing of it is in a text that has markup")
		if n > 0 && record[n-1].Kind != incident.EntryCleared {
			assert.Contains(t, m.Reads(), "<!channel> <@U1>", "message %d says what was written", n)
		}
	}
	assert.Contains(t, w.Show("#engineering"), "https://status.example.com/%3C%21here%3E%7Cx%3E/inc-1%20%3C%21channel%3E")
}

// The workspace holds every message to Slack's limits, so that one too long would not arrive.
func TestWhatIsTooLongIsCutWithALinkToTheRest(t *testing.T) {
	for _, filler := range []string{"x", "&", "é", "👩‍💻x", "\xff", "\u202e", "a\n"} {
		w, c := direct()
		c.IncidentURL = incident.URLUnder("https://status.example.com/")
		record := story(t)
		long := strings.Repeat(filler, 70_000/len(filler))
		for n := range record {
			if e := &record[n]; e.Text != "" {
				e.Text = strings.ReplaceAll(long[:60_000], "\xff", "?") // a record holds UTF-8
			}
		}
		report := *record[0].Assessment
		report.Reasons, report.Signal.Asset = []string{long}, long
		for range 300 {
			report.Reasons = append(report.Reasons, long)
			report.Impacts = append(report.Impacts, report.Impacts[0])
		}
		record[0].Assessment = &report
		receipt := tell(t, c, record, 1, 1, "")
		tell(t, c, record, 2, 8, receipt)
		head := w.Messages("#engineering", "")
		require.Len(t, head, 1)
		for _, m := range append(head, w.Messages("#engineering", head[0].TS)...) {
			assert.True(t, utf8.ValidString(m.Reads()))
			assert.NotEmpty(t, m.Blocks, "the blocks were taken")
			assert.Contains(t, m.Reads(), "… the rest <https://status.example.com/inc-1>")
		}
	}
}

func TestAStormOfEntriesIsFewReplies(t *testing.T) {
	w, c := direct()
	record := story(t)[:1]
	for n := 2; n <= 200; n++ {
		record = append(record, incident.Entry{Incident: "inc-1", Seq: n, Kind: incident.EntryNoted, Author: "ada", Text: "note " + strconv.Itoa(n), At: minutes(n)})
	}
	receipt := tell(t, c, record, 1, 200, "")
	head := w.Messages("#engineering", "")
	thread := w.Messages("#engineering", head[0].TS)
	assert.Len(t, thread, 20)
	assert.Contains(t, thread[19].Reads(), "note 200")
	assert.True(t, strings.HasSuffix(receipt, "/200/200"), receipt)
}

func TestLongEntriesThatComeTogetherAreTakenAsBlocks(t *testing.T) {
	w, c := direct()
	record := story(t)[:1]
	for n := 2; n <= 20; n++ {
		record = append(record, incident.Entry{Incident: "inc-1", Seq: n, Kind: incident.EntryNoted, Author: "ada", Text: strings.Repeat("x", 2800), At: minutes(n)})
	}
	tell(t, c, record, 1, 20, "")
	thread := w.Messages("#engineering", w.Messages("#engineering", "")[0].TS)
	assert.Len(t, thread, 5)
	for _, m := range thread {
		assert.NotEmpty(t, m.Blocks)
	}
}

// Real data holds instants of the year 1, which Slack has no form for.
func TestAnInstantThatSlackCannotShowIsText(t *testing.T) {
	w, c := direct()
	record := story(t)[:1]
	report := *record[0].Assessment
	report.Due = time.Time{}.Add(time.Hour)
	record[0].Assessment, record[0].At = &report, time.Time{}.Add(1)
	tell(t, c, record, 1, 1, "")
	head := w.Messages("#engineering", "")[0]
	assert.NotEmpty(t, head.Blocks)
	assert.Contains(t, head.Reads(), "due 01:00 UTC")
}

func TestTheContextEndsAnAttempt(t *testing.T) {
	_, c := direct()
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("shutting down")
	cancel(reason)
	_, err := c.Announce(ctx, announcement(t, story(t), 1, 1))
	require.ErrorIs(t, err, reason)
	require.NotErrorIs(t, err, incident.ErrPermanent)
}

func TestARedirectIsNotFollowed(t *testing.T) {
	w, c := direct()
	asked := false
	c.Client.CheckRedirect = func(*http.Request, []*http.Request) error { asked = true; return nil }
	w.Fault = func(int, string) slacktest.Fault {
		return slacktest.Fault{Status: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"https://evil.example/" + token}}}
	}
	_, err := c.Announce(t.Context(), announcement(t, story(t), 1, 1))
	require.ErrorIs(t, err, incident.ErrPermanent)
	assert.ErrorContains(t, err, "redirects are not followed")
	assert.Equal(t, 1, w.Calls())
	assert.False(t, asked)
	assert.NotNil(t, c.Client.CheckRedirect, "the caller's client stays as it is")
}
