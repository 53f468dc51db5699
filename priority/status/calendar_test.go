package status_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// eventStart is the line of a calendar that says when an event starts.
var eventStart = regexp.MustCompile(`DTSTART:(\d{8}T\d{6}Z)`)

// A calendar lists the due instants that are judged: not those of a weekend or of a pause in which nothing is judged until the next one is due.
func TestTheCalendarListsDueInstantsThatAreJudged(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) // a Wednesday
	at := func(hour int) freshness.Deadline { return freshness.Deadline{Due: schedule.Daily(hour, 0, time.UTC)} }
	weekdays := schedule.MustCalendar(schedule.Hours{
		Location: time.UTC,
		Weekly:   schedule.Weekdays(schedule.TimeRange{Open: 8 * time.Hour, Close: 18 * time.Hour}),
	})
	pause := freshness.Span{Start: now, End: now.AddDate(0, 0, 7)}
	working := []int{5, 6, 9, 10, 11, 12, 13, 16, 17, 18}

	for _, test := range []struct {
		name string
		rule freshness.Policy
		hour int
		want []int // days of March
	}{
		{"a deadline is due on each day", at(7), 7, []int{5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18}},
		{"before working hours it is due on weekdays", freshness.During{Policy: at(7), Hours: weekdays}, 7, working},
		{"within working hours Sunday's is judged on Monday, until that day's is due",
			freshness.During{Policy: at(9), Hours: weekdays}, 9, []int{5, 6, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18}},
		{"in a pause it is due if it is judged after it",
			freshness.Paused{Policy: at(7), Spans: []freshness.Span{pause}}, 7, []int{11, 12, 13, 14, 15, 16, 17, 18}},
		{"an age is never due", freshness.MaxAge{Fail: time.Hour}, 0, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			catalog, err := sla.NewCatalog([]sla.SLA{{ID: "a", Objectives: []sla.Objective{{
				Name: "ready", Asset: "x", Target: sla.MustTarget("90%"), Window: sla.Rolling(30 * sla.Day),
				Freshness: test.rule,
			}}}})
			require.NoError(t, err)
			h := status.New(tracker.New(catalog), nil)
			h.Clock = &world{now: now}

			var got, want []string
			for _, m := range eventStart.FindAllStringSubmatch(text(t, h, "calendar.ics"), -1) {
				got = append(got, m[1])
			}
			for _, day := range test.want {
				want = append(want, fmt.Sprintf("202603%02dT%02d0000Z", day, test.hour))
			}
			assert.Equal(t, want, got)
		})
	}
}
