package webhook_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/webhook"
)

const (
	secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	old    = "an older secret, 24 bytes and more"
	path   = "/hooks/aVerySecretPath?key=aVerySecretKey"
)

var start = time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)

// A receiver keeps what it has verified.
type receiver struct {
	events []webhook.Event
	bodies [][]byte
	header []http.Header
	calls  int
	fault  func(n int) (status int, body string, header http.Header)
	secret string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.calls++
	if r.fault != nil {
		if status, body, header := r.fault(r.calls); status != 0 {
			for key, values := range header {
				w.Header()[key] = values
			}
			w.WriteHeader(status)
			fmt.Fprint(w, body)
			return
		}
	}
	body, _ := io.ReadAll(request.Body)
	if err := webhook.Verify(r.secret, request.Header, body, start, 0); err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var event webhook.Event
	if json.Unmarshal(body, &event) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.events, r.bodies, r.header = append(r.events, event), append(r.bodies, body), append(r.header, request.Header.Clone())
}

func serve(t testing.TB, r *receiver) *webhook.Endpoint {
	server := httptest.NewTLSServer(r)
	t.Cleanup(server.Close)
	if r.secret == "" {
		r.secret = secret
	}
	e := webhook.New(server.URL+path, secret)
	mock := clock.NewMock()
	mock.Set(start)
	e.Client, e.Clock = server.Client(), mock
	return e
}

func story() []incident.Entry {
	report := new(priority.Classifier).Classify(priority.FromError("raw.orders", errors.New("extract exited 1"), start)).Report()
	list := []incident.Entry{
		{Kind: incident.EntryOpened, Assessment: &report, Identity: `"" failure "raw.orders"`},
		{Kind: incident.EntryAcknowledged, Author: "ada", Until: start.Add(time.Hour)},
		{Kind: incident.EntryRootCause, Author: "ada", Text: "the disk was full"},
		{Kind: incident.EntryResolved, Author: "ada"},
	}
	for n := range list {
		list[n].Incident, list[n].Seq, list[n].At = "inc-1", n+1, start.Add(time.Duration(n)*time.Minute)
	}
	return list
}

func announcement(t testing.TB, record []incident.Entry, from, to int, receipt string) incident.Announcement {
	state, err := incident.FromEntries(slices.Values(record[:to]))
	require.NoError(t, err)
	return incident.Announcement{Incident: state, New: record[from-1 : to], Receipt: receipt, Attempt: 1}
}

func TestEachEntryIsAnEventThatIsSigned(t *testing.T) {
	r := &receiver{}
	e, record := serve(t, r), story()
	receipt, err := e.Announce(t.Context(), announcement(t, record, 1, 1, ""))
	require.NoError(t, err)
	receipt, err = e.Announce(t.Context(), announcement(t, record, 2, 4, receipt))
	require.NoError(t, err)
	assert.Equal(t, "4", receipt)
	var got []string
	for n, event := range r.events {
		got = append(got, event.Type+" "+event.ID)
		assert.Equal(t, event.ID, r.header[n].Get("Webhook-Id"))
		assert.Equal(t, "application/cloudevents+json; charset=utf-8", r.header[n].Get("Content-Type"))
		assert.Equal(t, []string{"1.0", "alwaysp1", "inc-1", "application/json"}, []string{event.SpecVersion, event.Source, event.Subject, event.DataContentType})
		assert.True(t, event.Time.Equal(record[n].At))
		assert.Equal(t, record[n], event.Data.Entry, "an entry reads back as it was")
	}
	assert.Equal(t, []string{
		"alwaysp1.incident.opened inc-1/20260304T061800000000000Z/1",
		"alwaysp1.incident.acknowledged inc-1/20260304T061800000000000Z/2",
		"alwaysp1.incident.root-cause inc-1/20260304T061800000000000Z/3",
		"alwaysp1.incident.resolved inc-1/20260304T061800000000000Z/4",
	}, got)
	last := r.events[3].Data
	assert.Equal(t, "closed", last.State)
	assert.Equal(t, "the disk was full", last.Incident.RootCause)
	var text bytes.Buffer
	require.NoError(t, json.Indent(&text, r.bodies[0], "", "  "))
	golden(t, "testdata/opened.json", text.String()+"\n")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(name, []byte(got), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestADeliveryGoesOnWhereItStoppedWithTheSameIDs(t *testing.T) {
	r := &receiver{fault: func(n int) (int, string, http.Header) {
		if n == 3 {
			return 503, "", nil
		}
		return 0, "", nil
	}}
	e, record := serve(t, r), story()
	receipt, err := e.Announce(t.Context(), announcement(t, record, 1, 4, ""))
	require.Error(t, err)
	require.Equal(t, "2", receipt)
	receipt, err = e.Announce(t.Context(), announcement(t, record, 1, 4, receipt))
	require.NoError(t, err)
	assert.Equal(t, "4", receipt)
	assert.Len(t, r.events, 4)
	_, err = e.Announce(t.Context(), announcement(t, record, 1, 4, "nonsense"))
	require.NoError(t, err)
	assert.Equal(t, r.events[0].ID, r.events[4].ID, "a repeat has the same ID, by which a receiver can tell")
}

func TestWhileASecretIsReplacedBothFit(t *testing.T) {
	for _, known := range []string{secret, old} {
		r := &receiver{secret: known}
		e := serve(t, r)
		server := httptest.NewTLSServer(r)
		t.Cleanup(server.Close)
		both := webhook.New(server.URL, secret, old)
		both.Client, both.Clock = server.Client(), e.Clock
		_, err := both.Announce(t.Context(), announcement(t, story(), 1, 1, ""))
		require.NoError(t, err)
	}
}

func TestEveryAnswerMeansSomething(t *testing.T) {
	for _, c := range []struct {
		status  int
		header  http.Header
		refused bool
		after   time.Duration
	}{
		{408, nil, false, 0},
		{425, nil, false, 0},
		{429, nil, false, time.Minute},
		{429, http.Header{"Retry-After": {"5"}}, false, 5 * time.Second},
		{500, nil, false, 0},
		{503, http.Header{"Retry-After": {"120"}}, false, 2 * time.Minute},
		{400, nil, true, 0},
		{401, nil, true, 0},
		{410, nil, true, 0},
		{308, http.Header{"Location": {"https://evil.example" + path}}, true, 0},
	} {
		r := &receiver{fault: func(int) (int, string, http.Header) { return c.status, path + secret, c.header }}
		e := serve(t, r)
		_, err := e.Announce(t.Context(), announcement(t, story(), 1, 1, ""))
		require.Error(t, err)
		assert.Equal(t, c.refused, errors.Is(err, incident.ErrPermanent), c.status)
		var retry *incident.RetryError
		if errors.As(err, &retry) {
			assert.Equal(t, c.after, retry.After, c.status)
		}
		secretless(t, err, e, *e)
	}
}

func secretless(t *testing.T, values ...any) {
	t.Helper()
	var all bytes.Buffer
	for _, v := range values {
		fmt.Fprintf(&all, "%v %+v %#v %q\n", v, v, v, v)
		text, _ := json.Marshal(v) // what cannot be written shows nothing
		all.Write(text)
	}
	for _, hidden := range []string{"aVerySecret", "MfKQ9r8", old} {
		assert.NotContains(t, all.String(), hidden)
	}
}

func TestNoFailureOfTheNetworkShowsASecret(t *testing.T) {
	closed := httptest.NewTLSServer(http.NotFoundHandler())
	closed.Close()
	for _, url := range []string{closed.URL + path, "https://no.such.host.invalid" + path, "https://aVerySecretUser@host" + path, "https://%zz" + path} {
		e := webhook.New(url, secret, old)
		_, err := e.Announce(t.Context(), announcement(t, story(), 1, 1, ""))
		require.Error(t, err)
		secretless(t, err, e)
	}
}

// Whatever an incident holds, an event is of a size that can be sent.
func TestWhatIsTooLargeIsCut(t *testing.T) {
	for _, filler := range []string{"é", "<\\"} {
		r := &receiver{}
		e, record, long := serve(t, r), story(), strings.Repeat(filler, 60_000/len(filler))
		report := *record[0].Assessment
		report.Impacts = slices.Repeat([]priority.ImpactReport{{SLA: long[:9000], Path: []string{long[:9000]}}}, 200)
		record[0].Assessment, record[0].Text, record[2].Text = &report, long, long
		for n := range 2 {
			record = append(record, incident.Entry{Incident: "inc-1", Seq: 5 + n, At: start, Kind: incident.EntryNoted, Author: "ada", Text: long})
		}
		_, err := e.Announce(t.Context(), announcement(t, record, 1, len(record), ""))
		require.NoError(t, err)
		require.Len(t, r.events, len(record))
		for n, event := range r.events {
			assert.Less(t, len(r.bodies[n]), 1<<20)
			assert.True(t, event.Data.Truncated)
			assert.True(t, utf8.ValidString(event.Data.Entry.Text))
			assert.Contains(t, event.Data.Text, "P1")
		}
	}
}

// An instant out of JSON's range costs the event its details, and nothing else.
func TestAnInstantThatJSONCannotWriteLosesNoEvent(t *testing.T) {
	r := &receiver{}
	e, record := serve(t, r), story()
	report := *record[0].Assessment
	report.Due = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)
	record[0].Assessment = &report
	_, err := e.Announce(t.Context(), announcement(t, record, 1, 1, ""))
	require.NoError(t, err)
	assert.True(t, r.events[0].Data.Truncated)
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	a := announcement(t, story(), 1, 1, "")
	for text, e := range map[string]*webhook.Endpoint{
		"the URL is empty":                 new(webhook.Endpoint),
		"there is no secret":               webhook.New("https://x.example"),
		"must begin with https://":         webhook.New("http://x.example", secret),
		"secrets[1]: it has 5 bytes":       webhook.New("https://x.example", secret, "short"),
		"what follows whsec_ is not Base6": webhook.New("https://x.example", "whsec_%%%"),
	} {
		_, err := e.Announce(t.Context(), a)
		require.ErrorContains(t, err, text)
		require.ErrorIs(t, err, incident.ErrPermanent)
	}
	assert.Equal(t, "webhook:jira", (&webhook.Endpoint{Label: "jira"}).Name())
}

func TestVerifyRefusesWhatWasChangedOrIsOld(t *testing.T) {
	body := []byte(`{"test": 2432232314}`)
	const right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	sent := time.Unix(1614265330, 0)
	signed := func(id, at, signature string) http.Header {
		h := http.Header{}
		h.Set("webhook-id", id)
		h.Set("webhook-timestamp", at)
		h.Set("webhook-signature", signature)
		return h
	}
	const id, at = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330"
	for _, c := range []struct {
		name   string
		header http.Header
		body   []byte
		now    time.Time
		want   error
	}{
		{"right", signed(id, at, right), body, sent, nil},
		{"one of several", signed(id, at, "v1,AAAA v1a,x "+right), body, sent, nil},
		{"just in time", signed(id, at, right), body, sent.Add(webhook.DefaultTolerance), nil},
		{"just in time, from a clock ahead", signed(id, at, right), body, sent.Add(-webhook.DefaultTolerance), nil},
		{"too old", signed(id, at, right), body, sent.Add(webhook.DefaultTolerance + 1), webhook.ErrTimestamp},
		{"from the future", signed(id, at, right), body, sent.Add(-webhook.DefaultTolerance - 1), webhook.ErrTimestamp},
		{"centuries off", signed(id, at, right), body, sent.AddDate(900, 0, 0), webhook.ErrTimestamp},
		{"another body", signed(id, at, right), []byte(`{}`), sent, webhook.ErrSignature},
		{"another id", signed("x", at, right), body, sent, webhook.ErrSignature},
		{"another time", signed(id, "1614265331", right), body, sent, webhook.ErrSignature},
		{"no signature", signed(id, at, ""), body, sent, webhook.ErrSignature},
		{"another version", signed(id, at, "v2"+right[2:]), body, sent, webhook.ErrSignature},
		{"cut", signed(id, at, right[:len(right)-1]), body, sent, webhook.ErrSignature},
		{"no id", signed("", at, right), body, sent, webhook.ErrSignature},
		{"no time", signed(id, "", right), body, sent, webhook.ErrSignature},
		{"a time in words", signed(id, "soon", right), body, sent, webhook.ErrSignature},
		{"a negative time", signed(id, "-1614265330", right), body, sent, webhook.ErrSignature},
		{"an endless time", signed(id, strings.Repeat("9", 100), right), body, sent, webhook.ErrSignature},
		{"no headers", nil, body, sent, webhook.ErrSignature},
		{"many signatures", signed(id, at, strings.Repeat("v1,x ", 1000)+right), body, sent, webhook.ErrSignature},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.ErrorIs(t, webhook.Verify(secret, c.header, c.body, c.now, 0), c.want)
		})
	}
	require.ErrorContains(t, webhook.Verify("", signed(id, at, right), body, sent, 0), "0 bytes: want 16")
}

// Whatever comes in, it is refused without a panic, unless it was signed.
func FuzzVerify(f *testing.F) {
	f.Add("id", "1614265330", "v1,AAAA", []byte("{}"))
	f.Add("", "", "", []byte(nil))
	f.Add("a.1", "99999999999999999999", "v1, v1,", []byte("\xff"))
	f.Fuzz(func(t *testing.T, id, at, signature string, body []byte) {
		header := http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {at}, "Webhook-Signature": {signature}}
		require.Error(t, webhook.Verify(secret, header, body, time.Unix(1614265330, 0), 0))
	})
}
