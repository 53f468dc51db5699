package status_test

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// Lines of a calendar are folded at 75 bytes and never within a rune, wherever that falls; unfolded, they hold the text that was written.
func TestACalendarFoldsBetweenRunes(t *testing.T) {
	for ahead := range 5 {
		name := strings.Repeat("a", ahead) + strings.Repeat("é€😀;", 15)
		calendar := say(t, named(t, name, name), "calendar.ics")
		for line := range strings.SplitSeq(calendar, "\r\n") {
			assert.LessOrEqual(t, len(line), 75)
			assert.True(t, utf8.ValidString(line), "%q", line)
		}
		unfolded := strings.ReplaceAll(calendar, "\r\n ", "")
		said := strings.ReplaceAll(name, ";", `\;`)
		for _, want := range []string{"SUMMARY:Maintenance: ", "SUMMARY:Due: ", "DESCRIPTION:", "X-WR-CALNAME:"} {
			assert.Contains(t, unfolded, "\r\n"+want+said+"\r\n")
		}
	}
}

// Things whose names run into one another when they are written down in a row are still different things.
func TestWhatIsNotTheSameIsNotCalledSo(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	var promises []sla.SLA
	for _, id := range []string{"a", "a b", "a b c", "correction a"} {
		s := sla.SLA{ID: id, Owners: []string{"a", "b"}}
		for _, name := range []string{"o", "b o", "c o", "b c o"} {
			s.Objectives = append(s.Objectives, sla.Objective{
				Name: name, Asset: "x " + name, Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
				Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)},
			})
		}
		promises = append(promises, s)
	}
	catalog, err := sla.NewCatalog(promises)
	require.NoError(t, err)
	tr := tracker.New(catalog)
	for _, c := range []struct{ sla, id string }{{"a", "b c"}, {"a b", "c"}, {"a", "b"}, {"a b c", "b"}, {"correction a", "b"}} {
		require.NoError(t, tr.Correct(sla.Correction{
			ID: c.id, SLA: c.sla, Start: now.Add(time.Hour), End: now.Add(2 * time.Hour), Author: "ada", Reason: "so it is", EnteredAt: now,
		}))
	}
	h := status.New(tr, nil)
	h.Clock = &world{now: now}
	var feed struct {
		Entries []struct {
			ID string `xml:"id"`
		} `xml:"entry"`
	}
	require.NoError(t, xml.Unmarshal([]byte(say(t, h, "feed.atom")), &feed))
	require.Len(t, feed.Entries, 5)
	known := map[string]bool{}
	for _, e := range feed.Entries {
		assert.False(t, known[e.ID], "twice in the feed")
		known[e.ID] = true
	}
	events := 0
	for line := range strings.Lines(say(t, h, "calendar.ics")) {
		if id, found := strings.CutPrefix(line, "UID:"); found {
			assert.False(t, known[id], "twice in the calendar")
			known[id] = true
			events++
		}
	}
	assert.Equal(t, 5+4*4*14, events)
	var health struct{ Checks map[string]any }
	require.NoError(t, json.Unmarshal([]byte(say(t, h, "health")), &health))
	assert.Len(t, health.Checks, 4)
}
