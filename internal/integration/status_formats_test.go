package integration

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"
	"github.com/mmcdole/gofeed/atom"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/status"
)

// Prometheus reads both forms, and the same series from each.
func TestPrometheusReadsTheMetrics(t *testing.T) {
	base := newMorning(t).serve(t)
	var read []map[string]float64
	for _, accept := range []string{"application/openmetrics-text; version=1.0.0", "text/plain; version=0.0.4"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"metrics", nil)
		require.NoError(t, err)
		r.Header.Set("Accept", accept)
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		response.Body.Close()
		parser, err := textparse.New(body, response.Header.Get("Content-Type"), "", false, false, false, labels.NewSymbolTable())
		require.NoError(t, err)
		series := map[string]float64{}
		for {
			kind, err := parser.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if kind == textparse.EntrySeries {
				var l labels.Labels
				parser.Labels(&l)
				_, _, v := parser.Series()
				assert.NotContains(t, series, l.String(), "twice")
				series[l.String()] = v
			}
		}
		read = append(read, series)
	}
	assert.Equal(t, read[0], read[1])
	assert.Equal(t, 4.0, read[0][labels.FromStrings("__name__", "sla_level", "sla", "orders-by-7", "tier", "primary").String()])
	assert.Greater(t, len(read[0]), 50)
}

func TestAFeedReaderReadsTheFeed(t *testing.T) {
	base := newMorning(t).serve(t)
	feed, err := (&atom.Parser{}).Parse(bytes.NewReader(fetch(t, base+"feed.atom")))
	require.NoError(t, err)
	assert.Equal(t, "How is my data?", feed.Title)
	require.NotNil(t, feed.UpdatedParsed)
	ids := map[string]bool{}
	for _, e := range feed.Entries {
		assert.NotEmpty(t, e.Title)
		assert.NotNil(t, e.UpdatedParsed)
		assert.NotNil(t, e.PublishedParsed)
		assert.False(t, ids[e.ID], "%s twice", e.ID)
		ids[e.ID] = true
		require.Len(t, e.Links, 1)
	}
	assert.Equal(t, "Orders ready by 07:00: due Mon 23 Nov 2026, 07:00 GMT", feed.Entries[0].Title)
	assert.Equal(t, feed.UpdatedParsed, feed.Entries[0].UpdatedParsed)
	assert.Len(t, feed.Entries, 5)
}

func TestACalendarReadsTheCalendar(t *testing.T) {
	base := newMorning(t).serve(t)
	calendar, err := ical.ParseCalendar(bytes.NewReader(fetch(t, base+"calendar.ics")))
	require.NoError(t, err)
	due, maintenance := 0, 0
	for _, e := range calendar.Events() {
		summary := e.GetProperty(ical.ComponentPropertySummary).Value
		start, err := e.GetStartAt()
		require.NoError(t, err)
		assert.NotEmpty(t, e.Id())
		switch {
		case strings.HasPrefix(summary, "Due: "):
			due++
		case strings.HasPrefix(summary, "Maintenance: "):
			maintenance++
			assert.Equal(t, "2026-11-25T07:42:00Z", start.UTC().Format(time.RFC3339))
			assert.Contains(t, e.GetProperty(ical.ComponentPropertyDescription).Value, hostile[:20])
		}
	}
	assert.Equal(t, 1, maintenance)
	assert.Greater(t, due, 40)
}

func TestTheJSONIsAsItsSchemaSays(t *testing.T) {
	base := newMorning(t).serve(t)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(fetch(t, base+"schema.json")))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	require.NoError(t, compiler.AddResource("schema.json", document))
	schema, err := compiler.Compile("schema.json")
	require.NoError(t, err)
	for kind, paths := range map[string][]string{
		"Page":    {"status.json", "status.json?consumer=nobody", "status.json?limit=1&offset=2"},
		"SLAView": {"sla.json?id=orders-by-7", "sla.json?id=hostile", "sla.json?id=prices-by-6", "sla.json?id=api"},
	} {
		part, err := compiler.Compile("schema.json#/$defs/" + kind)
		require.NoError(t, err)
		for _, path := range paths {
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(fetch(t, base+path)))
			require.NoError(t, err)
			assert.NoError(t, schema.Validate(value), path)
			assert.NoError(t, part.Validate(value), path)
		}
	}
	var p status.Page
	require.NoError(t, json.Unmarshal(fetch(t, base+"status.json"), &p))
	assert.Equal(t, status.FormatVersion, p.Format)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"format": 1, "slas": "none"}`))
	require.NoError(t, err)
	assert.Error(t, schema.Validate(value), "the schema refuses what is wrong")
}
