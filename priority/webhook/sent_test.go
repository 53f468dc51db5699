package webhook_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/webhook"
)

// A wire keeps what is sent, and accepts it.
type wire struct {
	header []http.Header
	bodies [][]byte
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	w.header, w.bodies = append(w.header, r.Header), append(w.bodies, body)
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, err
}

// wired is an endpoint whose requests are kept, at an instant.
func wired(now time.Time, secrets ...string) (*wire, *webhook.Endpoint) {
	w, e, mock := &wire{}, webhook.New("https://hooks.example.com", secrets...), clock.NewMock()
	mock.Set(now)
	e.Client, e.Clock = &http.Client{Transport: w}, mock
	return w, e
}

// send announces the last entries of a record, and returns the events as they came.
func send(t *testing.T, a incident.Announcement) []webhook.Event {
	w, e := wired(start, secret)
	_, err := e.Announce(t.Context(), a)
	require.NoError(t, err)
	list := make([]webhook.Event, len(w.bodies))
	for n, body := range w.bodies {
		require.NoError(t, json.Unmarshal(body, &list[n]))
	}
	return list
}

// busy is a record with so many promises, symptoms and open questions.
func busy(promises, symptoms, questions int) []incident.Entry {
	record := story()[:1]
	report := *record[0].Assessment
	for n := range promises {
		report.Impacts = append(report.Impacts,
			priority.ImpactReport{SLA: fmt.Sprint("sla-", n), Path: []string{"raw.orders"}})
	}
	record[0].Assessment = &report
	add := func(e incident.Entry) {
		e.Incident, e.Seq, e.At = "inc-1", len(record)+1, start
		record = append(record, e)
	}
	for n := range symptoms {
		add(incident.Entry{Kind: incident.EntryAttached, Identity: fmt.Sprint("symptom ", n), Asset: "mart.orders",
			Text: "late"})
	}
	for n := range questions {
		add(incident.Entry{Kind: incident.EntryAsked, Author: "ada", To: fmt.Sprint("bob ", n), Text: "why?"})
	}
	return record
}

func TestLongListsAreCutAndTheEventSaysSo(t *testing.T) {
	for _, c := range []struct {
		name                          string
		promises, symptoms, questions int
		cut                           bool
	}{
		{"nothing but the incident", 0, 0, 0, false},
		{"as many as are sent", 50, 50, 46, false},
		{"one promise more", 51, 50, 46, true},
		{"one symptom more", 50, 51, 46, true},
		{"one need more", 50, 50, 47, true},
		{"one question more", 50, 50, 51, true},
		{"all in abundance", 200, 200, 200, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			record := busy(c.promises, c.symptoms, c.questions)
			for _, from := range []int{1, len(record)} {
				a := announcement(t, record, from, len(record), "")
				d := send(t, a)[0].Data
				assert.Equal(t, c.cut, d.Truncated)
				assert.Len(t, d.Incident.Assessment.Impacts, min(50, c.promises))
				assert.Len(t, d.Incident.Symptoms, min(50, c.symptoms))
				assert.Len(t, d.Incident.Questions, min(50, c.questions))
				assert.Len(t, d.Needs, min(50, 4+c.questions))
				if from == 1 {
					assert.Len(t, d.Entry.Assessment.Impacts, min(50, c.promises))
				}
				assert.Len(t, a.Incident.Assessment.Impacts, c.promises, "what is cut is a copy")
				assert.Len(t, record[0].Assessment.Impacts, c.promises)
			}
		})
	}
}

// A long list of the entry alone is cut too: the incident has gone on to another report since.
func TestALongListOfTheEntryAloneIsCut(t *testing.T) {
	record := busy(51, 0, 0)
	lowered := *record[0].Assessment
	lowered.Impacts, lowered.Priority = nil, priority.P2
	record = append(record, incident.Entry{Incident: "inc-1", Seq: 2, At: start, Kind: incident.EntryLowered,
		Assessment: &lowered})
	events := send(t, announcement(t, record, 1, 2, ""))
	assert.True(t, events[0].Data.Truncated)
	assert.Len(t, events[0].Data.Entry.Assessment.Impacts, 50)
	assert.False(t, events[1].Data.Truncated)
}

// An event that is too large keeps what matters: who, what, where it stands, and the beginning
// of what was written.
func TestWhatIsLeftOfAnEventThatIsTooLarge(t *testing.T) {
	record, long := story(), strings.Repeat("<", 60_000)
	report := *record[0].Assessment
	report.Signal.Summary = strings.Repeat("\u0001", 200_000)
	targets := incident.ResponseTargets{Acknowledge: time.Hour}
	record[0].Assessment, record[0].Identity, record[0].Previous, record[0].Targets = &report, long, "inc-0",
		&targets
	record[2].Text = long
	record = append(record, incident.Entry{Incident: "inc-1", Seq: 5, At: start, Kind: incident.EntryNoted,
		Author: "ada", Text: long})
	a := announcement(t, record, 1, 5, "")
	events := send(t, a)
	require.Len(t, events, 5)
	for n, event := range events {
		d := event.Data
		require.True(t, d.Truncated)
		assert.Nil(t, d.Entry.Assessment)
		assert.Nil(t, d.Entry.Targets)
		assert.Nil(t, d.Needs)
		assert.Equal(t, "closed", d.State)
		assert.Contains(t, d.Text, "P1 resolved")
		assert.Equal(t, record[n].Kind, d.Entry.Kind)
		if record[n].Text != "" && len(record[n].Text) > 4096 {
			assert.Equal(t, strings.Repeat("<", 4093)+"…", d.Entry.Text)
		}
		assert.Equal(t, incident.Incident{
			ID: "inc-1", Identity: strings.Repeat("<", 4093) + "…", Previous: "inc-0",
			RootCause: strings.Repeat("<", 4093) + "…",
			OpenedAt:  a.Incident.OpenedAt, ResolvedAt: a.Incident.ResolvedAt, EntryCount: 5,
		}, d.Incident)
	}
	closed := slices.Clone(record[:1])
	closed = append(closed, incident.Entry{Incident: "inc-1", Seq: 2, At: start, Kind: incident.EntryClosedWithoutRootCause,
		Author: "ada", Text: long})
	assert.Equal(t, strings.Repeat("<", 4093)+"…",
		send(t, announcement(t, closed, 2, 2, ""))[0].Data.Incident.CloseReason)
	merged := slices.Clone(record[:1])
	merged = append(merged, incident.Entry{Incident: "inc-1", Seq: 2, At: start, Kind: incident.EntryMerged,
		Other: "inc-2"})
	assert.Equal(t, "inc-2", send(t, announcement(t, merged, 2, 2, ""))[0].Data.Incident.MergedInto)
}

// An event is sent whole up to a mebibyte.
func TestAnEventIsSentWholeUpToItsLimit(t *testing.T) {
	record := story()[:1]
	size := func(summary int) (int, bool) {
		report := *record[0].Assessment
		report.Signal.Summary = strings.Repeat("x", summary)
		record[0].Assessment = &report
		a := announcement(t, record, 1, 1, "")
		a.Incident.Assessment = priority.AssessmentReport{Text: "x"}
		w, e := wired(start, secret)
		_, err := e.Announce(t.Context(), a)
		require.NoError(t, err)
		var event webhook.Event
		require.NoError(t, json.Unmarshal(w.bodies[0], &event))
		return len(w.bodies[0]), event.Data.Truncated
	}
	small, _ := size(1000)
	fits := 1000 + 1<<20 - small
	got, cut := size(fits)
	assert.Equal(t, 1<<20, got)
	assert.False(t, cut)
	got, cut = size(fits + 1)
	assert.Less(t, got, 2000)
	assert.True(t, cut)
}

func TestAnEventIsNamedAfterItsIncidentAndItsSource(t *testing.T) {
	opened := time.Date(2026, 3, 4, 8, 18, 0, 7, time.FixedZone("CEST", 2*60*60))
	a := announcement(t, story(), 1, 1, "")
	a.Incident.ID, a.Incident.OpenedAt = "inc.1 /é", opened
	w, e := wired(start, secret)
	e.Source = "/data-infra"
	_, err := e.Announce(t.Context(), a)
	require.NoError(t, err)
	var event webhook.Event
	require.NoError(t, json.Unmarshal(w.bodies[0], &event))
	assert.Equal(t, "inc%2E1%20%2F%C3%A9/20260304T061800000000007Z/1", event.ID)
	assert.Equal(t, "/data-infra", event.Source)
	assert.Equal(t, "webhook", e.Name())
	assert.Equal(t, "webhook", e.String())
}

// The state of an event is that at the last of the entries that are announced with it.
func TestTheOwnerOfAnEventIsThatOfItsInstant(t *testing.T) {
	record := story()[:2]
	acknowledged := send(t, announcement(t, record, 2, 2, ""))[0].Data
	assert.Equal(t, "ada", acknowledged.Owner)
	assert.Equal(t, []string{"a second engineer", "mitigation", "its root cause in writing"}, acknowledged.Needs)
	late := incident.Entry{Incident: "inc-1", Seq: 3, At: start.Add(2 * time.Hour), Kind: incident.EntryNoted,
		Author: "bob", Text: "and now?"}
	both := send(t, announcement(t, append(record, late), 2, 3, ""))
	assert.Empty(t, both[0].Data.Owner, "the lease has ended by the last of them")
	assert.Equal(t, "an owner", both[1].Data.Needs[0])
}

func TestASecretHasEnoughBytes(t *testing.T) {
	coded := func(n int) string {
		return "whsec_" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7},
			n))
	}
	for text, fine := range map[string]bool{
		strings.Repeat("x", 16): true, strings.Repeat("x", 15): false, "": false,
		coded(16): true, coded(15): false, "whsec_": false,
	} {
		assert.Equal(t, fine, webhook.New("https://x.example", text).Validate() == nil, text)
	}
	assert.Error(t, webhook.New("https://x.example").Validate())
	both := webhook.New("http://x.example", "short", "shorter")
	assert.Len(t, strings.Split(both.Validate().Error(), "\n"), 3, "all faults at once")
	assert.Len(t, strings.Split(webhook.New("", "short").Validate().Error(), "\n"), 2)
}

// A signature is good so long, and no longer, from both ends; and one whose time is out of all
// bounds is none.
func TestASignatureIsGoodForItsTime(t *testing.T) {
	w, e := wired(start, secret, old)
	_, err := e.Announce(t.Context(), announcement(t, story(), 1, 1, ""))
	require.NoError(t, err)
	header, body := w.header[0], w.bodies[0]
	assert.Equal(t, fmt.Sprint(start.Unix()), header.Get("Webhook-Timestamp"))
	assert.Len(t, strings.Split(header.Get("Webhook-Signature"), " "), 2, "one for each secret")
	for _, c := range []struct {
		off, tolerance time.Duration
		want           error
	}{
		{webhook.DefaultTolerance, 0, nil}, {-webhook.DefaultTolerance, 0, nil},
		{webhook.DefaultTolerance + 1, 0, webhook.ErrTimestamp},
		{webhook.DefaultTolerance, -1, nil}, {webhook.DefaultTolerance + 1, -1, webhook.ErrTimestamp},
		{time.Minute, time.Minute, nil}, {time.Minute + 1, time.Minute, webhook.ErrTimestamp},
		{-time.Minute, time.Minute, nil}, {-time.Minute - 1, time.Minute, webhook.ErrTimestamp},
		{1, 1, nil}, {2, 1, webhook.ErrTimestamp}, {-2, 1, webhook.ErrTimestamp},
	} {
		for _, s := range []string{secret, old} {
			require.ErrorIs(t, webhook.Verify(s, header, body, start.Add(c.off), c.tolerance), c.want, c)
		}
	}
	for seconds, want := range map[int64]error{1<<40 - 1: webhook.ErrTimestamp,
		1 << 40: webhook.ErrSignature} {
		w, e := wired(time.Unix(seconds, 0), secret)
		_, err := e.Announce(t.Context(), announcement(t, story(), 1, 1, ""))
		require.NoError(t, err)
		require.ErrorIs(t, webhook.Verify(secret, w.header[0], w.bodies[0], start, 0), want)
	}
}

func TestOfManySignaturesTheFirstTenAreRead(t *testing.T) {
	w, e := wired(start, secret)
	_, err := e.Announce(t.Context(), announcement(t, story(), 1, 1, ""))
	require.NoError(t, err)
	right := w.header[0].Get("Webhook-Signature")
	for others, want := range map[int]error{0: nil, 1: nil, 9: nil, 10: webhook.ErrSignature,
		11: webhook.ErrSignature} {
		header := w.header[0].Clone()
		header.Set("Webhook-Signature", strings.Repeat("v1,AAAA ", others)+right)
		require.ErrorIs(t, webhook.Verify(secret, header, w.bodies[0], start, 0), want, others)
		header.Set("Webhook-Signature", right+strings.Repeat(" v1,AAAA", others))
		require.NoError(t, webhook.Verify(secret, header, w.bodies[0], start, 0), others)
	}
}

// Without a clock of its own, an endpoint signs with the machine's.
func TestASignatureIsOfThisTime(t *testing.T) {
	w, e := wired(start, secret)
	e.Clock = nil
	_, err := e.Announce(t.Context(), announcement(t, story(), 1, 1, ""))
	require.NoError(t, err)
	require.NoError(t, webhook.Verify(secret, w.header[0], w.bodies[0], time.Now(), time.Hour))
}
