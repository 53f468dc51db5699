package status_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
)

func page(t *testing.T, h http.Handler, path string) (p status.Page) {
	t.Helper()
	a := get(h, path)
	require.Equal(t, http.StatusOK, a.Code, a.Body.String())
	require.NoError(t, json.Unmarshal(a.Body.Bytes(), &p))
	return p
}

func one(t *testing.T, h http.Handler, id string) (s status.SLAView) {
	t.Helper()
	a := get(h, "sla.json?id="+id)
	require.Equal(t, http.StatusOK, a.Code, a.Body.String())
	require.NoError(t, json.Unmarshal(a.Body.Bytes(), &s))
	return s
}

func ids(p status.Page) (ids []string) {
	for _, s := range p.SLAs {
		ids = append(ids, s.ID)
	}
	return ids
}

func TestThePageListsTheWorstFirst(t *testing.T) {
	p := page(t, newWorld(t).handler(), "status.json")
	assert.Equal(t, []string{"orders-by-7", "api", "prices-by-6", "clicks", "stock-by-6", "refunds-by-9"}, ids(p))
	assert.Equal(t, status.LevelBroken, p.Level)
	assert.Equal(t, status.LevelCounts{Broken: 1, AtRisk: 1, Unknown: 1, Kept: 3}, p.Levels)
	assert.Equal(t, 6, p.Total)
	require.Len(t, p.Incidents, 1)
	assert.Equal(t, "grace", p.Incidents[0].Owner)
}

func TestAPromiseThatIsBrokenSaysHow(t *testing.T) {
	o := page(t, newWorld(t).handler(), "status.json").SLAs[0].Objectives[0]
	assert.Equal(t, "ready by 07:00 Europe/Dublin on working days", o.Promise)
	assert.Equal(t, "overdue, nothing has landed", o.Why)
	assert.Equal(t, freshness.Stale, o.Status)
	assert.Equal(t, "2026-11-23T07:00:00Z", o.Due.Format(time.RFC3339))
	require.NotNil(t, o.Landed)
	assert.Equal(t, "Europe/Dublin", o.Zone)
	assert.Less(t, o.Bad, o.Good)
}

func TestWhatIsNotKnownIsNeverWell(t *testing.T) {
	w := newWorld(t)
	s := one(t, w.handler(), "prices-by-6")
	assert.Equal(t, status.LevelUnknown, s.Level)
	assert.Equal(t, sla.StateNoData, s.State)
	assert.Nil(t, s.Objectives[0].Compliance)
	assert.Contains(t, s.Objectives[0].Error, "password")

	w.now = w.now.AddDate(0, 0, 1) // and no check has run since
	for _, s := range page(t, w.handler(), "status.json").SLAs {
		if s.ID != "api" && s.ID != "orders-by-7" { // events; and overdue, which only a landing can change
			assert.NotEqual(t, status.LevelKept, s.Level, s.ID)
		}
	}
}

func TestOneSLAHasItsHistoryItsUpstreamAndItsIncidents(t *testing.T) {
	s := one(t, newWorld(t).handler(), "orders-by-7")
	require.NotNil(t, s.Details)
	require.Len(t, s.Objectives[0].Windows, 90)
	last := s.Objectives[0].Windows[89]
	assert.Equal(t, status.OutcomeMissed, last.Outcome)
	assert.Equal(t, "Mon 23 Nov 2026, 07:00 GMT: missed", last.Words)
	var names, stuck []string
	for _, a := range s.Details.Assets {
		names = append(names, a.ID)
		if a.Stuck {
			stuck = append(stuck, a.ID)
		}
	}
	assert.Equal(t, []string{"raw.fx", "raw.orders", "stg.orders", "mart.orders"}, names)
	assert.Equal(t, []string{"raw.orders"}, stuck)
	require.Len(t, s.Details.Incidents, 2)
	assert.Equal(t, "the disk was full", s.Details.Incidents[1].RootCause)
	assert.Len(t, s.Details.Incidents[0].Timeline, 3)
	assert.Equal(t, "the warehouse moved", one(t, newWorld(t).handler(), "stock-by-6").Details.Corrections[0].Reason)
}

func TestHistoryForetellsTheLanding(t *testing.T) {
	s := one(t, newWorld(t).handler(), "stock-by-6")
	require.NotNil(t, s.Objectives[0].Expected)
	assert.Equal(t, "Tue 05", s.Objectives[0].Expected.By.Format("Mon 15"))
	assert.False(t, s.Objectives[0].Expected.Miss)
}

func TestFiltersChooseAndCombine(t *testing.T) {
	h := newWorld(t).handler()
	for query, want := range map[string][]string{
		"consumer=finance":                    {"orders-by-7", "api", "refunds-by-9"},
		"consumer=finance&tier=primary":       {"orders-by-7", "api"},
		"consumer=finance&consumer=logistics": {"orders-by-7", "api", "stock-by-6", "refunds-by-9"},
		"label=team:core":                     {"orders-by-7"},
		"label=team":                          {"orders-by-7"},
		"label=team:other":                    nil,
		"level=unknown&level=kept&tier=":      {"prices-by-6", "clicks", "stock-by-6", "refunds-by-9"},
		"limit=2&offset=1":                    {"api", "prices-by-6"},
		"offset=100":                          nil,
	} {
		assert.Equal(t, want, ids(page(t, h, "status.json?"+query)), query)
	}
	for _, query := range []string{"tier=gold", "level=fine", "offset=-1", "limit=1001", "limit=x", "%zz", "consumer=" + strings.Repeat("a&consumer=", 33)} {
		assert.Equal(t, http.StatusBadRequest, get(h, "status.json?"+query).Code, query)
	}
	assert.Equal(t, http.StatusRequestURITooLong, get(h, "status.json?consumer="+strings.Repeat("a", 5000)).Code)
}

func TestNothingIsShownThatTheCallerDidNotChoose(t *testing.T) {
	w := newWorld(t)
	h := status.New(w.tracker, w.desk)
	h.Clock = w
	h.Results = func() []freshness.Result { return w.results }
	for _, path := range []string{"status.json", "sla.json?id=orders-by-7", "sla.json?id=prices-by-6", "sla.json?id=stock-by-6"} {
		body := get(h, path).Body.String()
		for _, secret := range []string{"mart.", "raw.", "SELECT", "password", "10.0.0.7", "grace", "ada", "disk", "warehouse", "upgraded"} {
			assert.NotContains(t, body, secret, path)
		}
	}
}

func TestAuthorizeDecidesAboutEachSLA(t *testing.T) {
	w := newWorld(t)
	h := w.handler()
	h.Authorize = func(r *http.Request, id string) bool {
		if id == "clicks" {
			panic("no idea")
		}
		return r.Header.Get("X-Team") == "stock" && id == "stock-by-6"
	}
	a := get(h, "status.json", "X-Team", "stock")
	var p status.Page
	require.NoError(t, json.Unmarshal(a.Body.Bytes(), &p))
	assert.Equal(t, []string{"stock-by-6"}, ids(p))
	assert.Empty(t, p.Incidents)
	assert.Contains(t, a.Header().Get("Cache-Control"), "private")
	assert.Empty(t, page(t, h, "status.json").SLAs)
	assert.Equal(t, http.StatusNotFound, get(h, "sla.json?id=orders-by-7", "X-Team", "stock").Code)
	assert.Equal(t, http.StatusOK, get(h, "sla.json?id=stock-by-6", "X-Team", "stock").Code)
	assert.Equal(t, http.StatusNotFound, get(h, "sla.json?id=nothing", "X-Team", "stock").Code)
}

func TestItIsForReading(t *testing.T) {
	h := newWorld(t).handler()
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, "BREW"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/status/status.json", nil))
		assert.Equal(t, http.StatusMethodNotAllowed, w.Code)
		assert.Equal(t, "GET, HEAD", w.Header().Get("Allow"))
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodHead, "/status/status.json", nil))
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Zero(t, w.Body.Len())
	assert.NotEqual(t, "0", w.Header().Get("Content-Length"))
	assert.Equal(t, http.StatusNotFound, get(h, "nothing").Code)
}

func TestATagStaysAsLongAsNothingChanges(t *testing.T) {
	w := newWorld(t)
	h := w.handler()
	first := get(h, "status.json?level=kept")
	tag := first.Header().Get("ETag")
	assert.Equal(t, http.StatusNotModified, get(h, "status.json?level=kept", "If-None-Match", `"x", `+tag).Code)
	assert.Equal(t, "public, max-age=60, must-revalidate", first.Header().Get("Cache-Control"))

	w.now = w.now.Add(3 * time.Minute) // it is looked at anew, and nothing has changed
	again := get(h, "status.json?level=kept", "If-None-Match", tag)
	assert.Equal(t, http.StatusNotModified, again.Code)
	assert.Zero(t, again.Body.Len())

	require.NoError(t, w.tracker.Correct(sla.Correction{ID: "c-2", SLA: "stock-by-6", Start: w.now.AddDate(0, 0, -60), End: w.now.AddDate(0, 0, -50), Author: "ada", Reason: "a strike", EnteredAt: w.now}))
	w.now = w.now.Add(2 * time.Second)
	assert.Equal(t, http.StatusOK, get(h, "status.json?level=kept", "If-None-Match", tag).Code)
}

func TestCompressedWhereAsked(t *testing.T) {
	h := newWorld(t).handler()
	for accept, want := range map[string]string{"gzip": "gzip", "br, gzip;q=0.5": "gzip", "gzip;q=0": "", "": "", "deflate": "", "gzip;q=x": ""} {
		a := get(h, "status.json", "Accept-Encoding", accept)
		assert.Equal(t, want, a.Header().Get("Content-Encoding"), accept)
		assert.Contains(t, a.Header().Values("Vary"), "Accept-Encoding")
	}
}

func TestTheZeroHandlerKnowsNothing(t *testing.T) {
	h := &status.Handler{}
	assert.Empty(t, page(t, h, "status.json").SLAs)
	assert.Equal(t, http.StatusNotFound, get(h, "sla.json?id=x").Code)
}

// What took a correction back may have been taken back itself: then the correction is in force again.
func TestACorrectionThatIsInForceAgainIsShownSo(t *testing.T) {
	w := newWorld(t)
	correct := func(c sla.Correction) {
		c.SLA, c.Author, c.Reason = "clicks", "ada", "so it was"
		require.NoError(t, w.tracker.Correct(c))
	}
	correct(sla.Correction{ID: "m", Start: w.now.Add(-time.Hour), End: w.now.Add(time.Hour), EnteredAt: w.now.Add(-2 * time.Hour)})
	correct(sla.Correction{ID: "not", Revokes: "m", EnteredAt: w.now.Add(-90 * time.Minute)})
	assert.Equal(t, status.LevelKept, one(t, w.handler(), "clicks").Level)
	correct(sla.Correction{ID: "but", Revokes: "not", EnteredAt: w.now.Add(-80 * time.Minute)})
	s := one(t, w.handler(), "clicks")
	assert.Equal(t, status.LevelMaintenance, s.Level)
	assert.False(t, s.Details.Corrections[0].Revoked)
	assert.Contains(t, text(t, w.handler(), "calendar.ics"), "SUMMARY:Maintenance: Clicks")
}
