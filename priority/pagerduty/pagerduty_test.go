package pagerduty_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/pagerduty"
)

const key = "0123456789abcdef0123456789ABCDEF"

var start = time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)

// An event is one as the pager receives it.
type event struct {
	Key     string `json:"routing_key"`
	Action  string `json:"event_action"`
	Dedup   string `json:"dedup_key"`
	URL     string `json:"client_url"`
	Payload *struct {
		Summary   string         `json:"summary"`
		Source    string         `json:"source"`
		Severity  string         `json:"severity"`
		Timestamp time.Time      `json:"timestamp"`
		Details   map[string]any `json:"custom_details"`
	} `json:"payload"`
}

// A pager takes PagerDuty's place: it holds events to the limits, and keeps alerts by their key as
// PagerDuty does.
type pager struct {
	events []event
	alerts map[string]string // by dedup_key: triggered, acknowledged or resolved
	pages  int               // how often somebody was called
	fault  func(n int) func(http.ResponseWriter)
	calls  int
}

func (p *pager) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.calls++
	if p.fault != nil {
		if answer := p.fault(p.calls); answer != nil {
			answer(w)
			return
		}
	}
	body, err := io.ReadAll(r.Body)
	var e event
	if refusal := p.check(body, json.Unmarshal(body, &e), e); err != nil || refusal != "" {
		answer(400, `{"status": "invalid event", "message": "Event object is invalid", "errors": ["`+refusal+`"]}`)(w)
		return
	}
	p.take(e)
	answer(202, `{"status": "success", "message": "Event processed", "dedup_key": "`+e.Dedup+`"}`)(w)
}

func (p *pager) check(body []byte, err error, e event) string {
	switch {
	case err != nil:
		return "JSON parse error"
	case len(body) > 512*1024:
		return "too large"
	case len(e.Key) != 32:
		return "Length of 'routing_key' is incorrect (should be 32 characters)"
	case e.Dedup == "" || len(e.Dedup) > 255:
		return "'dedup_key' is missing or too long"
	case e.Action == "trigger" && (e.Payload == nil || e.Payload.Summary == "" || e.Payload.Source == "" || e.Payload.Severity == ""):
		return "'payload' is incomplete"
	case e.Payload != nil && utf8.RuneCountInString(e.Payload.Summary) > 1024:
		return "'payload.summary' is too long"
	}
	return ""
}

func (p *pager) take(e event) {
	if p.alerts == nil {
		p.alerts = map[string]string{}
	}
	p.events = append(p.events, e)
	switch state := p.alerts[e.Dedup]; {
	case e.Action == "trigger" && (state == "" || state == "resolved"):
		p.alerts[e.Dedup] = "triggered"
		p.pages++
	case e.Action == "acknowledge" && state == "triggered":
		p.alerts[e.Dedup] = "acknowledged"
	case e.Action == "resolve" && state != "":
		p.alerts[e.Dedup] = "resolved"
	}
}

func (p *pager) actions() (list []string) {
	for _, e := range p.events {
		list = append(list, e.Action)
	}
	return list
}

func answer(status int, body string, header ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		for n := 0; n+1 < len(header); n += 2 {
			w.Header().Set(header[n], header[n+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func serve(t testing.TB, p *pager) *pagerduty.Service {
	server := httptest.NewTLSServer(p)
	t.Cleanup(server.Close)
	s := pagerduty.New(key)
	s.URL, s.Client = server.URL+"/v2/enqueue", server.Client()
	s.IncidentURL = func(i incident.Incident) string { return "https://status.example.com/" + i.ID }
	return s
}

func story(at ...incident.EntryKind) (list []incident.Entry) {
	for n, kind := range at {
		e := incident.Entry{Incident: "inc-1", Seq: n + 1, Kind: kind, At: start.Add(time.Duration(n) * time.Minute)}
		switch kind {
		case incident.EntryOpened, incident.EntryRecurred, incident.EntryReopened, incident.EntryLowered, incident.EntryRaised:
			report := new(priority.Classifier).Classify(priority.FromError("raw.orders", errors.New("extract exited 1"), e.At)).Report()
			if kind == incident.EntryLowered {
				report.Priority = priority.P2
			}
			e.Assessment = &report
		case incident.EntryMerged:
			e.Other = "inc-0"
		case incident.EntryCleared:
		default:
			e.Author, e.Text, e.Until = "ada", "text", e.At.Add(time.Hour)
		}
		list = append(list, e)
	}
	return list
}

func announcement(t testing.TB, record []incident.Entry, from, to int, receipt string) incident.Announcement {
	state, err := incident.FromEntries(slices.Values(record[:to]))
	require.NoError(t, err)
	return incident.Announcement{Incident: state, New: record[from-1 : to], Receipt: receipt, Attempt: 1}
}

var whole = []incident.EntryKind{
	incident.EntryOpened, incident.EntryAcknowledged, incident.EntryNoted, incident.EntryJoined, incident.EntryMitigated, incident.EntryRootCause, incident.EntryResolved, incident.EntryReopened,
}

func TestAnIncidentIsOneAlertThatIsTriggeredAcknowledgedAndResolved(t *testing.T) {
	p := &pager{}
	s, record, receipt := serve(t, p), story(whole...), ""
	for n := range record {
		var err error
		receipt, err = s.Announce(t.Context(), announcement(t, record, n+1, n+1, receipt))
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"trigger", "acknowledge", "resolve", "trigger"}, p.actions())
	assert.Equal(t, map[string]string{"inc-1@2026-03-04T06:18:00Z": "triggered"}, p.alerts, "one key, always the same")
	assert.Equal(t, 2, p.pages, "people are called when it opens, and again when it reopens")
	assert.Equal(t, "8 open", receipt)
	first := p.events[0]
	assert.Equal(t, key, first.Key)
	assert.Equal(t, "https://status.example.com/inc-1", first.URL)
	assert.Equal(t, "critical", first.Payload.Severity)
	assert.Equal(t, "raw.orders", first.Payload.Source)
	assert.True(t, start.Equal(first.Payload.Timestamp))
	assert.Equal(t, []any{"an owner", "a second engineer", "mitigation", "its root cause in writing"}, first.Payload.Details["needs"])
	assert.Nil(t, p.events[1].Payload, "only a trigger has a payload")
}

func TestWhatHappenedAtOnceIsSentWithoutWhatIsPointless(t *testing.T) {
	for _, c := range []struct {
		kinds []incident.EntryKind
		want  string
	}{
		{[]incident.EntryKind{incident.EntryOpened}, "trigger"},
		{[]incident.EntryKind{incident.EntryOpened, incident.EntryAcknowledged, incident.EntryAcknowledged}, "trigger acknowledge"},
		{[]incident.EntryKind{incident.EntryOpened, incident.EntryAcknowledged, incident.EntryRootCause, incident.EntryResolved}, ""},
		{[]incident.EntryKind{incident.EntryOpened, incident.EntryClosedWithoutRootCause, incident.EntryReopened, incident.EntryAcknowledged}, "trigger acknowledge"},
		{[]incident.EntryKind{incident.EntryOpened, incident.EntryAcknowledged, incident.EntryCleared, incident.EntryRecurred}, "trigger acknowledge trigger"},
		{[]incident.EntryKind{incident.EntryOpened, incident.EntryNoted, incident.EntryMerged}, ""},
		{[]incident.EntryKind{incident.EntryOpened, incident.EntryAcknowledged, incident.EntryLowered}, "trigger acknowledge"},
		{[]incident.EntryKind{incident.EntryOpened, incident.EntryAcknowledged, incident.EntryLowered, incident.EntryRaised}, "trigger acknowledge trigger"},
		{[]incident.EntryKind{incident.EntryOpened, incident.EntryRecurred, incident.EntryRecurred}, "trigger"},
	} {
		p := &pager{}
		_, err := serve(t, p).Announce(t.Context(), announcement(t, story(c.kinds...), 1, len(c.kinds), ""))
		require.NoError(t, err)
		assert.Equal(t, c.want, strings.Join(p.actions(), " "))
	}
	p := &pager{}
	ended := story(incident.EntryOpened, incident.EntryAcknowledged, incident.EntryNoted, incident.EntryClosedWithoutRootCause, incident.EntryReopened, incident.EntryClosedWithoutRootCause)
	receipt, err := serve(t, p).Announce(t.Context(), announcement(t, ended, 2, 6, "1 open"))
	require.NoError(t, err)
	assert.Equal(t, "6", receipt)
	assert.Equal(t, []string{"resolve"}, p.actions(), "the alert that was there is resolved, and the one that came and went was none")

	p = &pager{}
	receipt, err = serve(t, p).Announce(t.Context(), announcement(t, story(incident.EntryOpened, incident.EntryNoted), 2, 2, "1 open"))
	require.NoError(t, err)
	assert.Equal(t, "2 open", receipt)
	assert.Zero(t, p.calls, "a note sends nothing")
}

func TestADeliveryGoesOnWhereItStopped(t *testing.T) {
	p := &pager{fault: func(n int) func(http.ResponseWriter) {
		if n == 2 {
			return answer(503, "")
		}
		return nil
	}}
	s, record := serve(t, p), story(incident.EntryOpened, incident.EntryAcknowledged)
	receipt, err := s.Announce(t.Context(), announcement(t, record, 1, 2, ""))
	require.Error(t, err)
	require.Equal(t, "1 open", receipt)
	receipt, err = s.Announce(t.Context(), announcement(t, record, 1, 2, receipt))
	require.NoError(t, err)
	assert.Equal(t, "2 open", receipt)
	assert.Equal(t, []string{"trigger", "acknowledge"}, p.actions())
}

// The cases of the shared file, and what a proxy may return.
func TestEachAnswerIsJudged(t *testing.T) {
	for _, c := range []struct {
		name    string
		answer  func(http.ResponseWriter)
		refused bool
		after   time.Duration
		text    string
	}{
		{"400", answer(400, `{"status":"Unrecognized object","message":"Event object format is unrecognized","errors":["JSON parse error"]}`), true, 0,
			`"Event object format is unrecognized: JSON parse error"`},
		{"400 with several", answer(400, `{"message":"Enhance","errors":["a","b","c"]}`), true, 0, `"Enhance: a (and 2 more)"`},
		{"400 that repeats the key", answer(400, `{"message":"bad key `+key+`"}`), true, 0, "[secret]"},
		{"400 in HTML", answer(400, `<html>`), true, 0, "status 400"},
		{"404", answer(404, ``), true, 0, "status 404"},
		{"429", answer(429, `{"status":"Calming","message":"Enhance Your Calm"}`), false, time.Minute, "Enhance Your Calm"},
		{"429 with a time", answer(429, ``, "Retry-After", "20"), false, 20 * time.Second, "status 429"},
		{"429 with a date", answer(429, ``, "Retry-After", "Wed, 04 Mar 2026 06:20:00 GMT", "Date", "Wed, 04 Mar 2026 06:18:00 GMT"), false, 2 * time.Minute, "status 429"},
		{"408", answer(408, ``), false, 0, "status 408"},
		{"500", answer(500, ``), false, 0, "status 500"},
		{"503", answer(503, `{"message":"x"}`), false, 0, "status 503"},
		{"301", answer(301, ``, "Location", "https://evil.example/"+key), true, 0, "redirects are not followed"},
		{"200 of something else", answer(200, `{"status":"ok"}`), false, 0, "not that the event was accepted"},
		{"202 in HTML", answer(202, `<html>`), false, 0, "not whole JSON"},
		{"half an answer", answer(202, `{"status":"suc`), false, 0, "not whole JSON"},
		{"a huge answer", answer(202, strings.Repeat(" ", 2<<20)), false, 0, "larger than 1048576 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &pager{fault: func(int) func(http.ResponseWriter) { return c.answer }}
			s := serve(t, p)
			receipt, err := s.Announce(t.Context(), announcement(t, story(incident.EntryOpened), 1, 1, ""))
			require.ErrorContains(t, err, c.text)
			assert.Equal(t, c.refused, errors.Is(err, incident.ErrPermanent), err)
			var retry *incident.RetryError
			if assert.Equal(t, !c.refused, errors.As(err, &retry)) && !c.refused {
				assert.Equal(t, c.after, retry.After)
			}
			assert.Equal(t, !c.refused, receipt == "0 open", "what may have come in must be resolved some day: %s", receipt)
			secretless(t, err, s)
		})
	}
}

func secretless(t *testing.T, values ...any) {
	t.Helper()
	var all bytes.Buffer
	for _, v := range values {
		fmt.Fprintf(&all, "%v %+v %#v %q %x\n", v, v, v, v, v)
		text, _ := json.Marshal(v) // what cannot be written shows nothing
		all.Write(text)
	}
	assert.False(t, strings.Contains(all.String(), key) || strings.Contains(all.String(), fmt.Sprintf("%x", key)), "a secret is shown")
}

// Whatever an incident holds, the pager takes it.
func TestWhatIsTooLongIsCut(t *testing.T) {
	for _, filler := range []string{"x", "é", "😀", "\"\\", "\xff", "<&>"} {
		p := &pager{}
		s, record, long := serve(t, p), story(incident.EntryOpened), strings.Repeat(filler, 5000)
		r := *record[0].Assessment
		r.Signal.Asset, r.Reasons = long, slices.Repeat([]string{long}, 200)
		r.Impacts = slices.Repeat([]priority.ImpactReport{{SLA: long, Consumers: []string{long}, Path: slices.Repeat([]string{long}, 50)}}, 200)
		record[0].Assessment, record[0].Incident = &r, long
		_, err := s.Announce(t.Context(), announcement(t, record, 1, 1, ""))
		require.NoError(t, err)
		require.Len(t, p.events, 1)
		assert.Len(t, p.events[0].Dedup, 64)
		assert.True(t, utf8.ValidString(p.events[0].Payload.Summary))
	}
}

func TestWhatIsMissingIsReported(t *testing.T) {
	a := announcement(t, story(incident.EntryOpened), 1, 1, "")
	for text, s := range map[string]*pagerduty.Service{
		"the routing key is empty":         new(pagerduty.Service),
		"has 3 characters":                 pagerduty.New("abc"),
		"URL: it must begin with https://": {URL: "http://events.pagerduty.com"},
	} {
		_, err := s.Announce(t.Context(), a)
		require.ErrorContains(t, err, text)
		require.ErrorIs(t, err, incident.ErrPermanent)
	}
	require.NoError(t, pagerduty.New(key).Validate())
	assert.Equal(t, "pagerduty", pagerduty.New(key).Name())
	assert.Equal(t, "pagerduty:data", (&pagerduty.Service{Label: "data"}).String())
}
