package slack_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/slack"
	"github.com/alwaysp1/alwaysp1/priority/slack/slacktest"
)

// The message in the channel wherever an incident stands, as it is read.
func TestTheMessageWhereverAnIncidentStands(t *testing.T) {
	base := announcement(t, story(t), 1, 1)
	tokyo := time.FixedZone("JST", 9*60*60)
	long := strings.Repeat("é", 200)
	var b strings.Builder
	for _, c := range []struct {
		name   string
		change func(i *incident.Incident, c *slack.Channel)
	}{
		{"it follows another", func(i *incident.Incident, _ *slack.Channel) { i.Previous = "inc-0" }},
		{"without a page", func(_ *incident.Incident, c *slack.Channel) { c.IncidentURL = nil }},
		{"with a page that panics", func(_ *incident.Incident,
			c *slack.Channel) {
			c.IncidentURL = func(incident.Incident) string { panic("!") }
		}},
		{"with a page that is none", func(_ *incident.Incident,
			c *slack.Channel) {
			c.IncidentURL = incident.URLUnder("ftp://x.example/")
		}},
		{"in another zone", func(_ *incident.Incident, c *slack.Channel) { c.Location = tokyo }},
		{"owned by one alone", func(i *incident.Incident, _ *slack.Channel) {
			i.LeaseHolder, i.LeaseUntil, i.Responders = "ada", minutes(240), []string{"ada"}
		}},
		{"owned by one, with four others", func(i *incident.Incident, _ *slack.Channel) {
			i.LeaseHolder, i.LeaseUntil, i.Responders = "ada", minutes(240),
				[]string{"bob", "ada", "eve", "gus", "ida"}
		}},
		{"worked on, and owned by nobody", func(i *incident.Incident,
			_ *slack.Channel) {
			i.Responders = []string{"bob", "eve"}
		}},
		{"the lease has ended", func(i *incident.Incident, _ *slack.Channel) {
			i.LeaseHolder, i.LeaseUntil, i.Responders = "ada", minutes(-1), []string{"ada"}
		}},
		{"mitigated", func(i *incident.Incident, _ *slack.Channel) { i.MitigatedAt = minutes(-1) }},
		{"closed by force", func(i *incident.Incident, _ *slack.Channel) {
			i.ResolvedAt, i.CloseReason, i.ClosedBy = minutes(10), "the machine\nis gone", "ada\n"
		}},
		{"resolved", func(i *incident.Incident, _ *slack.Channel) {
			i.ResolvedAt, i.RootCause, i.RootCauseBy = minutes(10), "the disk was full", "ada"
		}},
		{"it goes on in another", func(i *incident.Incident, _ *slack.Channel) { i.MergedInto = "inc-2" }},
		{"reopened", func(i *incident.Incident, _ *slack.Channel) { i.ReopenedAt = minutes(-2) }},
		{"by the table, which says no why", func(i *incident.Incident, _ *slack.Channel) {
			i.Assessment = priority.AssessmentReport{Rule: priority.RuleMatrix, Reasons: []string{"x is down"}}
		}},
		{"due never, and called for nobody", func(i *incident.Incident, c *slack.Channel) {
			i.Assessment.Due,
				c.Mentions = time.Time{}, nil
		}},
		{"a mention that is none", func(_ *incident.Incident,
			c *slack.Channel) {
			c.Mentions = []string{"<!here>" + long, "U0ADA"}
		}},
	} {
		w, channel := direct()
		channel.Mentions, channel.IncidentURL = []string{"here"}, incident.URLUnder("https://status.example.com/")
		a := base
		c.change(&a.Incident, channel)
		_, err := channel.Announce(t.Context(), a)
		require.NoError(t, err)
		head := w.Messages("#engineering", "")[0]
		fmt.Fprintf(&b, "%s\n  %s\n  as a notification: %s\n", c.name,
			strings.ReplaceAll(head.Reads(), "\n", "\n  "), head.Text)
	}
	golden(t, "heads.txt", b.String())
}

// An edit whose blocks are refused is text instead, and mentions nobody again.
func TestAnEditWhoseBlocksAreNotTakenIsText(t *testing.T) {
	w, c := direct()
	c.Mentions = []string{"here"}
	record := story(t)
	receipt := tell(t, c, record, 1, 1, "")
	edits := 0
	w.Fault = func(_ int, method string) slacktest.Fault {
		if method != "chat.update" {
			return slacktest.Fault{}
		}
		if edits++; edits > 1 {
			return slacktest.Fault{}
		}
		return slacktest.Fault{Code: "invalid_blocks"}
	}
	receipt = tell(t, c, record, 2, 2, receipt)
	head := w.Messages("#engineering", "")
	require.Len(t, head, 1)
	assert.Equal(t, 2, edits)
	assert.Empty(t, head[0].Blocks)
	assert.Contains(t, head[0].Text, "owned by ada")
	assert.NotContains(t, head[0].Text, "here")
	assert.Equal(t, "C0000001/"+head[0].TS+"/2/2", receipt)
}

// A reply whose blocks are not taken is text: one that is shown in the channel too calls people,
// and others do not.
func TestAReplyWhoseBlocksAreNotTakenIsText(t *testing.T) {
	for kind, called := range map[incident.EntryKind]bool{incident.EntryLeaseEnded: true, incident.EntryCleared: false} {
		w, c := direct()
		c.Mentions = []string{"here"}
		record := story(t)[:2]
		record = append(record, incident.Entry{Incident: "inc-1", Seq: 3, At: minutes(300), Kind: kind})
		receipt := tell(t, c, record, 1, 2, "")
		replies := 0
		w.Fault = func(_ int, method string) slacktest.Fault {
			if method == "chat.postMessage" {
				replies++
			}
			if replies == 1 && method == "chat.postMessage" {
				return slacktest.Fault{Code: "invalid_blocks"}
			}
			return slacktest.Fault{}
		}
		tell(t, c, record, 3, 3, receipt)
		thread := w.Messages("#engineering", w.Messages("#engineering", "")[0].TS)
		last := thread[len(thread)-1]
		assert.Empty(t, last.Blocks)
		assert.Equal(t, called, last.Broadcast)
		assert.Equal(t, called, slices.Equal(last.Called, []string{"here"}), "%v calls %v", kind, last.Called)
		assert.Equal(t, called, strings.HasPrefix(last.Text, "<!here> "))
	}
}

func TestAnAnnouncementOfNothingChangesNoReceipt(t *testing.T) {
	w, c := direct()
	_, h := hook()
	a := announcement(t, story(t), 1, 1)
	a.New, a.Receipt = nil, "C0000001/1.1/1/1"
	receipt, err := c.Announce(t.Context(), a)
	require.NoError(t, err)
	assert.Equal(t, "C0000001/1.1/1/1", receipt)
	receipt, err = h.Announce(t.Context(), a)
	require.NoError(t, err)
	assert.Empty(t, receipt)
	assert.Zero(t, w.Calls())
}

// An entry that is in the thread already is not posted again, whatever the announcement begins
// with.
func TestWhatIsThereIsLeftAlone(t *testing.T) {
	w, c := direct()
	record := story(t)
	receipt := tell(t, c, record, 1, 3, "")
	calls := w.Calls()
	assert.Equal(t, receipt, tell(t, c, record, 1, 3, receipt))
	assert.Equal(t, calls, w.Calls())
	tell(t, c, record, 2, 4, receipt)
	assert.Equal(t, calls+2, w.Calls(), "an edit, and a reply with the one that is new")
}

func TestAMessageThatIsGoneTwiceIsNotPostedForEver(t *testing.T) {
	w, c := direct()
	w.Fault = func(_ int, method string) slacktest.Fault { return slacktest.Fault{Code: "thread_not_found"} }
	_, err := c.Announce(t.Context(), announcement(t, story(t), 1, 1))
	require.ErrorContains(t, err, "thread_not_found")
	assert.Equal(t, 2, w.Calls())
}

func TestTwentyAreMentionedAndNoMore(t *testing.T) {
	var users []string
	for n := range 21 {
		users = append(users, "U"+strconv.Itoa(100+n))
	}
	for n, fine := range map[int]bool{0: true, 19: true, 20: true, 21: false} {
		w, c := direct()
		_, h := hook()
		c.Mentions, h.Mentions = users[:n], users[:n]
		assert.Equal(t, fine, c.Validate() == nil, n)
		assert.Equal(t, fine, h.Validate() == nil, n)
		tell(t, c, story(t), 1, 1, "")
		assert.Len(t, w.Messages("#engineering", "")[0].Called, min(n, 20))
	}
}

func TestWhoMayBeMentioned(t *testing.T) {
	long := strings.Repeat("A", 31)
	for who, fine := range map[string]bool{
		"here": true, "channel": true, "everyone": true, "S1": true, "U1": true, "W1": true, "S" + long: true,
		"U" + long: true,
		"":         false, "S": false, "U": false, "C1": false, "S" + long + "A": false,
		"W" + long + "A": false,
		"u1":             false, "U1 ": false, "Here": false,
	} {
		c := slack.New(token, "#engineering")
		c.Mentions = []string{"here", who}
		assert.Equal(t, fine, c.Validate() == nil, "%q", who)
	}
	c := slack.New("", "")
	c.Mentions, c.BaseURL = []string{"x", "y"}, "http://slack.com/api/"
	assert.Len(t, strings.Split(c.Validate().Error(), "\n"), 5, "all faults at once")
}

func TestAPageIsLinkedUpToItsLimit(t *testing.T) {
	const base = "https://x.example/"
	for n, linked := range map[int]bool{10: true, 3000 - len(base): true, 3001 - len(base): false} {
		w, c := direct()
		c.IncidentURL = func(incident.Incident) string { return base + strings.Repeat("a", n) }
		tell(t, c, story(t), 1, 1, "")
		assert.Equal(t, linked, strings.Contains(string(w.Messages("#engineering", "")[0].Blocks), base), n)
	}
	for page, want := range map[string]string{
		"https://x.example/a<b>c|d":  "https://x.example/a%3Cb%3Ec%7Cd",
		"https://x.example/?a=<|> b": "https://x.example/?a=%3C%7C%3E%20b",
		"http://x.example/":          "http://x.example/",
	} {
		w, c := direct()
		c.IncidentURL = func(incident.Incident) string { return page }
		tell(t, c, story(t), 1, 1, "")
		assert.Contains(t, w.Messages("#engineering", "")[0].Reads(), "<"+want+">")
	}
	for _, page := range []string{"/x", "//x.example/", "https:///x", "https://%zz", "javascript://x.example",
		"x"} {
		w, c := direct()
		c.IncidentURL = func(incident.Incident) string { return page }
		tell(t, c, story(t), 1, 1, "")
		assert.NotContains(t, w.Messages("#engineering", "")[0].Reads(), "status page")
	}
}

// notes are the first entry, and so many notes behind it, each so long.
func notes(t *testing.T, n, long int) []incident.Entry {
	record := story(t)[:1]
	for len(record) <= n {
		record = append(record, incident.Entry{
			Incident: "inc-1", Seq: len(record) + 1, Kind: incident.EntryNoted, Author: "ada",
			Text: strings.Repeat("x", long), At: minutes(len(record)),
		})
	}
	return record
}

// Entries that come together are as few replies as can be: ten in each, and no more text than a
// message may have.
func TestTenEntriesAreOneReply(t *testing.T) {
	for _, c := range []struct{ notes, long, replies int }{
		{9, 1, 1}, {10, 1, 1}, {11, 1, 2}, {20, 1, 2}, {21, 1, 3},
		{4, 2000, 1}, {5, 2000, 1}, {6, 2000, 2}, // five notes of about 2,026 and 1,750 of room: no sixth
		{4, 2974, 1}, {4, 2976, 1}, {5, 2974, 2},
	} {
		w, channel := direct()
		record := notes(t, c.notes, c.long)
		receipt := tell(t, channel, record, 1, 1, "")
		tell(t, channel, record, 2, len(record), receipt)
		thread := w.Messages("#engineering", w.Messages("#engineering", "")[0].TS)
		assert.Len(t, thread[1:], c.replies, c)
	}
}

// An entry that calls people begins a reply of its own.
func TestAnEntryThatCallsPeopleBeginsAReply(t *testing.T) {
	w, c := direct()
	c.Mentions = []string{"here"}
	record := notes(t, 2, 1)
	for _, kind := range []incident.EntryKind{incident.EntryAcknowledged, incident.EntryLeaseEnded, incident.EntryNoted} {
		record = append(record, incident.Entry{
			Incident: "inc-1", Seq: len(record) + 1, Kind: kind, At: minutes(10 * len(record)), Author: "ada",
			Text: "x", Until: minutes(10*len(record) + 5),
		})
	}
	tell(t, c, record, 1, len(record), "")
	thread := w.Messages("#engineering", w.Messages("#engineering", "")[0].TS)
	require.Len(t, thread, 2)
	assert.Equal(t, []bool{false, true}, []bool{thread[0].Broadcast, thread[1].Broadcast})
	assert.Equal(t, [][]string{nil, {"here"}}, [][]string{thread[0].Called, thread[1].Called})
	assert.Equal(t, 4, strings.Count(thread[0].Text, "\n")+1-strings.Count(thread[0].Text, "\n•"))
	assert.Contains(t, thread[1].Text, "Note by ada")
}

// A webhook's one message has ten entries, and the number of further ones.
func TestAWebhookTellsTenEntries(t *testing.T) {
	for n, left := range map[int]string{9: "", 10: "Entries that have no room here: 1.",
		30: "Entries that have no room here: 21."} {
		w, h := hook()
		record := notes(t, n, 1)
		tell(t, h, record, 1, len(record), "")
		text := w.Messages("#engineering", "")[0].Reads()
		assert.Equal(t, min(n, 9), strings.Count(text, "Note by ada"))
		assert.Equal(t, left != "", strings.Contains(text, "no room here"))
		assert.Contains(t, text, left)
	}
	for kinds, called := range map[[2]incident.EntryKind]bool{
		{incident.EntryOpened, incident.EntryNoted}: true, {incident.EntryOpened, incident.EntryClosedWithoutRootCause}: false,
		{incident.EntryNoted, incident.EntryCleared}: false,
		{incident.EntryNoted, incident.EntryRaised}:  true, {incident.EntryReopened, incident.EntryNoted}: true,
	} {
		w, h := hook()
		a := announcement(t, story(t), 1, 1)
		if kinds[1] == incident.EntryClosedWithoutRootCause {
			a.Incident.ResolvedAt = start
		}
		a.New = nil
		for n, kind := range kinds {
			a.New = append(a.New, incident.Entry{Incident: "inc-1", Seq: n + 1, Kind: kind, At: start,
				Author: "ada", Text: "x", Assessment: &a.Incident.Assessment})
		}
		_, err := h.Announce(t.Context(), a)
		require.NoError(t, err)
		assert.Equal(t, called, len(w.Messages("#engineering", "")[0].Called) == 1, kinds)
	}
}
