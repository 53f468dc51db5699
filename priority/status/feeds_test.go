package status_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMetricsHaveInstantsAndNoSeriesForNever(t *testing.T) {
	h := newWorld(t).handler()
	body := text(t, h, "metrics")
	for _, want := range []string{
		`sla_level{sla="orders-by-7",tier="primary"} 4`, `sla_level{sla="prices-by-6",tier="primary"} 2`, `sla_level{sla="clicks",tier="secondary"} 0`,
		`sla_due_timestamp_seconds{sla="orders-by-7",objective="ready"} 1.7954172e+09`,
		`sla_open_incidents{sla="orders-by-7",tier="primary"} 1`, "# TYPE sla_good gauge",
	} {
		assert.Contains(t, body, want+"\n")
	}
	assert.NotContains(t, body, `sla_landed_timestamp_seconds{sla="prices-by-6"`)
	assert.NotContains(t, body, `sla_compliance_ratio{sla="prices-by-6"`)
	assert.NotContains(t, body, "# EOF")
	assert.Equal(t, strings.Count(body, "# TYPE"), strings.Count(body, "# HELP"))
}

func TestMetricsComeInTheFormThatIsAccepted(t *testing.T) {
	h := newWorld(t).handler()
	for accept, want := range map[string]string{
		"": "text/plain; version=0.0.4; charset=utf-8", "*/*": "text/plain; version=0.0.4; charset=utf-8",
		"application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1": "application/openmetrics-text; version=1.0.0; charset=utf-8",
		"text/plain;q=0.9,application/openmetrics-text;q=0.1":                                       "text/plain; version=0.0.4; charset=utf-8",
		"application/openmetrics-text;q=0":                                                          "text/plain; version=0.0.4; charset=utf-8",
	} {
		a := get(h, "metrics", "Accept", accept)
		assert.Equal(t, want, a.Header().Get("Content-Type"), accept)
		assert.Contains(t, a.Header().Values("Vary"), "Accept")
		assert.Equal(t, strings.HasPrefix(want, "application/"), strings.HasSuffix(a.Body.String(), "# EOF\n"))
	}
}

func TestBadges(t *testing.T) {
	h := newWorld(t).handler()
	assert.JSONEq(t, `{"schemaVersion":1,"label":"Orders ready by 07:00","message":"overdue 42m","color":"red","isError":true}`, text(t, h, "badge.json?id=orders-by-7"))
	assert.JSONEq(t, `{"schemaVersion":1,"label":"Prices ready by 06:00","message":"unknown","color":"lightgrey"}`, text(t, h, "badge.json?id=prices-by-6"))
	assert.JSONEq(t, `{"schemaVersion":1,"label":"How is my data?","message":"1 broken, 1 at risk","color":"red","isError":true}`, text(t, h, "badge.json?consumer=finance"))
	assert.JSONEq(t, `{"schemaVersion":1,"label":"How is my data?","message":"no data","color":"lightgrey"}`, text(t, h, "badge.json?consumer=nobody"))
	svg := text(t, h, "badge.svg?id=orders-by-7")
	assert.Contains(t, svg, "<title>Orders ready by 07:00: overdue 42m</title>")
	wellFormed(t, svg)
	assert.Equal(t, http.StatusNotFound, get(h, "badge.svg?id=nothing").Code)
}

func wellFormed(t *testing.T, text string) {
	t.Helper()
	require.NoError(t, xml.Unmarshal([]byte(text), new(struct{})))
}

func TestHealthFailsWhenDataIsMissing(t *testing.T) {
	h := newWorld(t).handler()
	a := get(h, "health")
	assert.Equal(t, http.StatusServiceUnavailable, a.Code)
	assert.Equal(t, "application/health+json; charset=utf-8", a.Header().Get("Content-Type"))
	assert.Equal(t, "no-store", a.Header().Get("Cache-Control"))
	var body struct {
		Status string
		Checks map[string][]struct{ Status, Output string }
	}
	require.NoError(t, json.Unmarshal(a.Body.Bytes(), &body))
	assert.Equal(t, "fail", body.Status)
	assert.Equal(t, "warn", body.Checks["prices-by-6:level"][0].Status)
	assert.Equal(t, "overdue, nothing has landed", body.Checks["orders-by-7:level"][0].Output)
	assert.Equal(t, http.StatusOK, get(h, "health?consumer=logistics").Code)
	assert.Contains(t, text(t, h, "health?consumer=logistics"), `"status":"pass"`)
	assert.Contains(t, text(t, h, "health?consumer=nobody"), `"status":"warn"`, "no data is no failure")
}

func TestStatuspageReadersFindWhatTheyKnow(t *testing.T) {
	var s struct {
		Status     struct{ Indicator, Description string }
		Components []struct{ ID, Name, Status string }
		Incidents  []struct {
			ID, Status string
			Components []struct{ ID string }
		}
		Maintenances []struct {
			Name, Status string
			From         string `json:"scheduled_for"`
		} `json:"scheduled_maintenances"`
	}
	require.NoError(t, json.Unmarshal([]byte(text(t, newWorld(t).handler(), "summary.json")), &s))
	assert.Equal(t, "major", s.Status.Indicator)
	assert.Equal(t, "major_outage", s.Components[0].Status)
	assert.Equal(t, "degraded_performance", s.Components[2].Status, "what is not known is not operational")
	require.Len(t, s.Incidents, 1)
	assert.Equal(t, "identified", s.Incidents[0].Status)
	assert.Equal(t, "orders-by-7", s.Incidents[0].Components[0].ID)
	require.Len(t, s.Maintenances, 1)
	assert.Equal(t, "2026-11-25T07:42:00Z", s.Maintenances[0].From)
}

func TestTheFeedTellsOfIncidentsAndChanges(t *testing.T) {
	w := newWorld(t)
	h := w.handler()
	body := text(t, h, "feed.atom")
	wellFormed(t, body)
	for _, want := range []string{
		"P1 inc-2, being worked on: extract exited 1: SELECT * FROM orders", "Root cause: the disk was full",
		"Stock levels ready by 06:00: does not count", "Refunds ready by 09:00: maintenance", "Orders ready by 07:00: due Mon 23 Nov 2026, 07:00 GMT",
		"<updated>2026-11-23T07:00:00Z</updated>",
	} {
		assert.Contains(t, body, want)
	}
	assert.NotContains(t, text(t, h, "feed.atom?id=stock-by-6"), "inc-2")
	assert.Equal(t, http.StatusNotFound, get(h, "feed.atom?id=nothing").Code)
}

func TestTheCalendarHoldsMaintenanceAndDeadlines(t *testing.T) {
	h := newWorld(t).handler()
	body := text(t, h, "calendar.ics")
	for _, line := range strings.SplitAfter(body, "\r\n") {
		assert.LessOrEqual(t, len(line), 77, line)
		assert.NotContains(t, strings.TrimSuffix(line, "\r\n"), "\n")
	}
	assert.Contains(t, body, "SUMMARY:Maintenance: Refunds ready by 09:00\r\n")
	assert.Contains(t, body, "DTSTART:20261125T074200Z\r\nDTEND:20261126T074200Z\r\n")
	assert.Contains(t, body, "DTSTART:20261124T070000Z\r\nSUMMARY:Due: Orders ready by 07:00\r\n")
	assert.Equal(t, strings.Count(body, "BEGIN:VEVENT"), strings.Count(body, "END:VEVENT"))
	assert.Equal(t, 10, strings.Count(text(t, h, "calendar.ics?id=orders-by-7"), "BEGIN:VEVENT"))
}
