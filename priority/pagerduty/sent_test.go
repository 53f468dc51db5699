package pagerduty_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/pagerduty"
	"github.com/alwaysp1/alwaysp1/sla"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// A wire keeps what is sent, and accepts it unless the status of that call is another.
type wire struct {
	urls   []string
	header http.Header
	bodies [][]byte
	status map[int]int // by the number of the call, from 1
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	w.urls, w.header, w.bodies = append(w.urls, r.URL.String()), r.Header, append(w.bodies, body)
	status, known := w.status[len(w.bodies)]
	if !known {
		status = http.StatusAccepted
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(`{"status":"success"}`)),
	}, err
}

// sent lists the actions that were sent.
func (w *wire) sent(t *testing.T) (list []string) {
	for _, body := range w.bodies {
		var e event
		require.NoError(t, json.Unmarshal(body, &e))
		list = append(list, e.Action)
	}
	return list
}

func wired() (*wire, *pagerduty.Service) {
	w, s := &wire{}, pagerduty.New(key)
	s.Client = &http.Client{Transport: w}
	return w, s
}

// promised is the report of a failure that reaches two SLAs and is due.
func promised(t testing.TB) *priority.AssessmentReport {
	catalog, err := sla.NewCatalog([]sla.SLA{
		{ID: "orders", Name: "Orders ready by 07:00", Assets: []string{"mart.orders"},
			Consumers: []string{"finance"}},
		{ID: "revenue", Tier: sla.Secondary, Assets: []string{"mart.revenue"}},
	}, sla.Feeds("raw.orders", "mart.orders", "mart.revenue"))
	require.NoError(t, err)
	s := priority.FromError("raw.orders", errors.New("extract exited 1"), start)
	s.Due = start.Add(42 * time.Minute)
	r := priority.NewClassifier(catalog).Classify(s).Report()
	return &r
}

// The event that calls people, field by field, and the one that acknowledges it.
func TestTheEventsAsTheyAreSent(t *testing.T) {
	w, s := wired()
	s.IncidentURL = func(i incident.Incident) string { return "https://status.example.com/" + i.ID }
	record := story(incident.EntryOpened, incident.EntryAcknowledged)
	record[0].Assessment = promised(t)
	_, err := s.Announce(t.Context(), announcement(t, record, 1, 1, ""))
	require.NoError(t, err)
	_, err = s.Announce(t.Context(), announcement(t, record, 2, 2, "1 open"))
	require.NoError(t, err)
	assert.Equal(t, []string{"https://events.pagerduty.com/v2/enqueue",
		"https://events.pagerduty.com/v2/enqueue"}, w.urls)
	assert.Equal(t, "application/json", w.header.Get("Content-Type"))
	var all bytes.Buffer
	for _, body := range w.bodies {
		require.NoError(t, json.Indent(&all, body, "", "  "))
		all.WriteByte('\n')
	}
	golden(t, "events.json", all.String())
}

func TestOnlyAPageThatCanBeOpenedIsLinked(t *testing.T) {
	for _, c := range []struct {
		name string
		page func(incident.Incident) string
		want string
	}{
		{"none", nil, ""},
		{"https", func(incident.Incident) string { return "https://x.example/1" }, "https://x.example/1"},
		{"http", func(incident.Incident) string { return "http://x.example" }, "http://x.example"},
		{"empty", func(incident.Incident) string { return "" }, ""},
		{"of another scheme", func(incident.Incident) string { return "ftp://x.example" }, ""},
		{"without a host", func(incident.Incident) string { return "https:///1" }, ""},
		{"that is no URL", func(incident.Incident) string { return "https://x.example/%zz" }, ""},
		{"that panics", func(incident.Incident) string { panic("no page") }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, s := wired()
			s.IncidentURL = c.page
			_, err := s.Announce(t.Context(), announcement(t, story(incident.EntryOpened), 1, 1, ""))
			require.NoError(t, err)
			var e event
			require.NoError(t, json.Unmarshal(w.bodies[0], &e))
			assert.Equal(t, c.want, e.URL)
			assert.Equal(t, c.want != "", bytes.Contains(w.bodies[0], []byte(`"links"`)))
		})
	}
}

func TestThePriorityIsSaidAsASeverity(t *testing.T) {
	for p, want := range map[priority.Priority]string{
		priority.P1 + 4: "critical", priority.P1: "critical", priority.P1 - 1: "error", priority.P2: "error",
		priority.P2 - 1: "warning",
		priority.P3:     "warning", priority.P3 - 1: "info", priority.P5: "info",
	} {
		w, s := wired()
		record := story(incident.EntryOpened)
		record[0].Assessment.Priority = p
		_, err := s.Announce(t.Context(), announcement(t, record, 1, 1, ""))
		require.NoError(t, err)
		var e event
		require.NoError(t, json.Unmarshal(w.bodies[0], &e))
		assert.Equal(t, want, e.Payload.Severity, p)
	}
}

func TestTheDetailsListSoMuchAndNoMore(t *testing.T) {
	for n, want := range map[int]int{1: 1, 24: 24, 25: 25, 26: 25, 60: 25} {
		w, s := wired()
		record := story(incident.EntryOpened)
		r := record[0].Assessment
		r.Reasons, r.Impacts = nil, nil
		for m := range n {
			r.Reasons = append(r.Reasons, fmt.Sprint("reason ", m))
			r.Impacts = append(r.Impacts, priority.ImpactReport{SLA: fmt.Sprint("sla-", m),
				Path: []string{"raw.orders"}})
		}
		_, err := s.Announce(t.Context(), announcement(t, record, 1, 1, ""))
		require.NoError(t, err)
		var e event
		require.NoError(t, json.Unmarshal(w.bodies[0], &e))
		assert.Len(t, e.Payload.Details["reasons"], want)
		assert.Len(t, e.Payload.Details["reaches"], want)
	}
}

// An event that PagerDuty would refuse for its size keeps the summary, and loses the details.
func TestAnEventThatIsTooLargeLosesItsDetails(t *testing.T) {
	for questions, detailed := range map[int]bool{1000: true, 3000: false} {
		w, s := wired()
		record := story(incident.EntryOpened)
		for n := range questions {
			record = append(record, incident.Entry{
				Incident: "inc-1", Seq: n + 2, At: start, Kind: incident.EntryAsked, Author: "ada",
				To: strings.Repeat("x", 240), Text: "why?",
			})
		}
		a := announcement(t, record, 1, len(record), "")
		_, err := s.Announce(t.Context(), a)
		require.NoError(t, err)
		var e event
		require.NoError(t, json.Unmarshal(w.bodies[0], &e))
		assert.Equal(t, detailed, e.Payload.Details != nil)
		assert.Less(t, len(w.bodies[0]), 512*1024)
		assert.Contains(t, e.Payload.Summary, "raw.orders")
	}
}

func TestAKeyOfAnIncidentIsItsNameWhereThatCanBeOne(t *testing.T) {
	suffix := len("@2026-03-04T06:18:00Z")
	for _, c := range []struct {
		name, id string
		plain    bool
	}{
		{"short", "inc-1", true},
		{"as long as it may be", strings.Repeat("x", 255-suffix), true},
		{"one longer", strings.Repeat("x", 256-suffix), false},
		{"with a line break", "inc\n1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, s := wired()
			record := story(incident.EntryOpened)
			record[0].Incident = c.id
			_, err := s.Announce(t.Context(), announcement(t, record, 1, 1, ""))
			require.NoError(t, err)
			var e event
			require.NoError(t, json.Unmarshal(w.bodies[0], &e))
			assert.Equal(t, c.plain, e.Dedup == c.id+"@2026-03-04T06:18:00Z", e.Dedup)
			assert.True(t, c.plain || len(e.Dedup) == 64, e.Dedup)
		})
	}
}

func TestANameIsShownUpToItsLimit(t *testing.T) {
	for name, want := range map[string]string{
		"": `""`, strings.Repeat("é", 255): strings.Repeat("é", 255),
		strings.Repeat("é", 256): strings.Repeat("é", 254) + "…",
		"a\nb":                   `a\nb`,
	} {
		w, s := wired()
		record := story(incident.EntryOpened)
		record[0].Assessment.Signal.Asset = name
		_, err := s.Announce(t.Context(), announcement(t, record, 1, 1, ""))
		require.NoError(t, err)
		var e event
		require.NoError(t, json.Unmarshal(w.bodies[0], &e))
		assert.Equal(t, want, e.Payload.Source)
	}
}

func TestARoutingKeyIsLettersAndDigits(t *testing.T) {
	for _, r := range "09azAZ" {
		assert.NoError(t, pagerduty.New(strings.Repeat(string(r), 32)).Validate(), string(r))
	}
	for _, r := range "/:@[`{ \n" {
		assert.Error(t, pagerduty.New(strings.Repeat("a", 31)+string(r)).Validate(), string(r))
	}
	assert.Error(t, pagerduty.New(strings.Repeat("a", 33)).Validate())
	both := pagerduty.New("abc")
	both.URL = "http://x"
	assert.Len(t, strings.Split(both.Validate().Error(), "\n"), 2, "all faults at once")
	both.URL = "https://events.eu.pagerduty.com/v2/enqueue"
	assert.Len(t, strings.Split(both.Validate().Error(), "\n"), 1)
}

// What is sent of a record, from a receipt on, and what the next receipt is; where a call fails,
// that of the call.
func TestWhatIsSentFromAReceiptOn(t *testing.T) {
	const (
		opened, acked, noted, cleared     = incident.EntryOpened, incident.EntryAcknowledged, incident.EntryNoted, incident.EntryCleared
		recurred, closed, reopened, cause = incident.EntryRecurred, incident.EntryClosedWithoutRootCause, incident.EntryReopened,
			incident.EntryRootCause
		resolved = incident.EntryResolved
	)
	for _, c := range []struct {
		name    string
		kinds   []incident.EntryKind
		from    int
		receipt string
		status  map[int]int
		want    string
		next    string
	}{
		{"nothing was sent", []incident.EntryKind{opened, acked}, 1, "", nil, "trigger acknowledge", "2 open"},
		{"the receipt is none", []incident.EntryKind{opened, acked}, 1, "nonsense", nil, "trigger acknowledge",
			"2 open"},
		{"the first was sent", []incident.EntryKind{opened, acked}, 1, "1 open", nil, "acknowledge",
			"2 open"},
		{"all was sent", []incident.EntryKind{opened, acked}, 1, "2 open", nil, "", "2 open"},
		{"an alert that is over takes no acknowledgement", []incident.EntryKind{opened, acked}, 2, "1", nil, "",
			"2"},
		{"an alert that is over takes no end", []incident.EntryKind{opened, closed}, 2, "1", nil, "", "2"},
		{"an acknowledgement before the end", []incident.EntryKind{opened, acked, closed}, 2, "1 open", nil,
			"resolve", "3"},
		{"a trigger before the end, of an alert that is there",
			[]incident.EntryKind{opened, cleared, recurred, closed}, 2, "1 open", nil,
			"trigger resolve", "4"},
		{"the end, and a new begin", []incident.EntryKind{opened, closed, reopened}, 2, "1 open", nil,
			"resolve trigger", "3 open"},
		{"a new begin that is over too", []incident.EntryKind{opened, closed, reopened, acked, closed}, 2,
			"1 open", nil, "resolve", "5"},
		{"over at once, and then again, for good",
			[]incident.EntryKind{opened, closed, reopened, closed, reopened}, 1, "", nil, "trigger", "5 open"},
		{"only notes", []incident.EntryKind{opened, noted, noted}, 2, "1", nil, "", "3"},
		{"a trigger that did not come in is there all the same", []incident.EntryKind{opened, acked}, 1, "",
			map[int]int{1: 500}, "trigger", "0 open"},
		{"a trigger that was refused is not", []incident.EntryKind{opened, acked}, 1, "", map[int]int{1: 400},
			"trigger", "0"},
		{"a trigger that was refused, of an alert that is", []incident.EntryKind{opened, cleared, recurred}, 3,
			"2 open", map[int]int{1: 400}, "trigger", "2 open"},
		{"an acknowledgement that did not come in", []incident.EntryKind{opened, acked}, 1, "",
			map[int]int{2: 500}, "trigger acknowledge", "1 open"},
		{"a repeat is sent with the first", []incident.EntryKind{opened, cleared, recurred, acked}, 1, "",
			map[int]int{2: 500}, "trigger acknowledge", "3 open"},
		{"an end that did not come in", []incident.EntryKind{opened, cause, resolved}, 2, "1 open",
			map[int]int{1: 500}, "resolve", "1 open"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, s := wired()
			w.status = c.status
			next, err := s.Announce(t.Context(),
				announcement(t, story(c.kinds...), c.from, len(c.kinds), c.receipt))
			assert.Equal(t, c.status != nil, err != nil)
			assert.Equal(t, c.want, strings.Join(w.sent(t), " "))
			assert.Equal(t, c.next, next)
		})
	}
}

func TestAnAnnouncementOfNothingChangesNoReceipt(t *testing.T) {
	w, s := wired()
	a := announcement(t, story(incident.EntryOpened), 1, 1, "1 open")
	a.New = nil
	next, err := s.Announce(t.Context(), a)
	require.NoError(t, err)
	assert.Equal(t, "1 open", next)
	assert.Empty(t, w.bodies)
}

func TestOnlyAnEventThatWasAcceptedIsDelivered(t *testing.T) {
	for status, fine := range map[int]bool{200: false, 201: false, 202: true, 204: false} {
		w, s := wired()
		w.status = map[int]int{1: status}
		_, err := s.Announce(t.Context(), announcement(t, story(incident.EntryOpened), 1, 1, ""))
		assert.Equal(t, fine, err == nil, status)
	}
}
