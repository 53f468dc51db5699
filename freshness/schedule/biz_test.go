package schedule_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// The cases in testdata/business_hours.json are facts from the public test suite of zendesk/biz (Apache-2.0)
// at commit dddeea68b31f2ed68a76fc514030285fa8c5d8b7.
// The file says that it counts 100 cases; it holds 34 of them.
//
// What biz calls a shift is an Opening here. Its breaks are cut out of the spans of their date below;
// an Opening takes the place of weekly hours and holidays alike, so a shift on a holiday is left out,
// since with biz the holiday wins.
//
// Two operations are not offered:
//
//   - periods_before lists periods backwards. Nothing in a promise asks for them; Add goes backwards.
//   - intersect_periods_after intersects two calendars. One calendar is one set of Hours;
//     two teams' hours are intersected by whoever knows what they mean together.
//
// One case differs on purpose. In bz-067 a span from 02:30 to 03:15 meets a gap from 02:00 to 03:00.
// biz moves its start by the length of the gap, past its end, and drops it.
// Here a local time that does not exist is the first instant after the gap, so it is open from 03:00 to 03:15.
type bizCase struct {
	ID, Op, Name string
	Schedule     *bizSchedule
	In           struct {
		At, From, To bizTime
		Amount, Take int
		Unit         string
		Zone, Date   string
		Clock        string
		Seconds      int64
	}
	Expect json.RawMessage
}

// A bizTime is written in RFC 3339, or as local time with a zone.
type bizTime struct{ time.Time }

func (b *bizTime) UnmarshalJSON(data []byte) error {
	local, zone, ok := strings.Cut(strings.Trim(string(data), `"`), " ")
	if !ok {
		return b.Time.UnmarshalJSON(data)
	}
	loc, err := time.LoadLocation(zone)
	if err == nil {
		b.Time, err = time.ParseInLocation("2006-01-02T15:04", local, loc)
	}
	return err
}

type bizSchedule struct {
	Hours          map[string][]string
	Shifts, Breaks map[string][]string
	Holidays       []string
	Zone           string
}

func TestBizCases(t *testing.T) {
	data, err := os.ReadFile("testdata/business_hours.json")
	require.NoError(t, err)
	var file struct {
		Default bizSchedule `json:"default_schedule"`
		Cases   []bizCase
	}
	require.NoError(t, json.Unmarshal(data, &file))
	require.Len(t, file.Cases, 34)
	for _, c := range file.Cases {
		t.Run(c.ID+" "+c.Op+" "+c.Name, func(t *testing.T) {
			if c.Schedule == nil {
				c.Schedule = &file.Default
			}
			c.run(t)
		})
	}
}

func (c *bizCase) run(t *testing.T) {
	switch c.Op {
	case "periods_before", "intersect_periods_after":
		t.Skip("not offered: see the comment above")
	case "validate":
		_, err := schedule.NewCalendar(schedule.Hours{})
		assert.ErrorContains(t, err, "never open")
		return
	case "parse_clock":
		_, err := schedule.ParseCalendar("mon " + c.In.Clock + "-24:00")
		assert.Error(t, err)
		return
	case "day_second_range":
		_, err := schedule.NewCalendar(schedule.Hours{Weekly: schedule.Weekdays(
			schedule.TimeRange{Open: time.Hour, Close: time.Duration(c.In.Seconds) * time.Second})})
		assert.Error(t, err)
		return
	case "wall_to_utc":
		cal, err := schedule.ParseCalendar("TZ=" + c.In.Zone + " " + c.In.Date + " 12:00-" + c.In.Clock)
		require.NoError(t, err)
		got, ok := cal.NextClosing(time.Time{})
		require.True(t, ok)
		c.expect(t, got.UTC())
		return
	}
	c.ask(t, c.Schedule.calendar(t))
}

// ask covers the operations on a calendar.
func (c *bizCase) ask(t *testing.T, cal schedule.Calendar) {
	switch c.Op {
	case "in_hours":
		c.expect(t, cal.IsOpen(c.In.At.Time))
	case "on_break":
		// A break shows as an hour of a weekday's span in which the calendar is not open.
		c.expect(t, !cal.IsOpen(c.In.At.Time))
	case "on_holiday":
		y, m, d := c.In.At.Date()
		noon := time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
		c.expect(t, !cal.IsOpen(noon))
	case "within":
		// An interval that ends before it begins is 0 in biz, and negative here.
		c.expect(t, max(0, int64(cal.Elapsed(c.In.From.Time, c.In.To.Time)/time.Second)))
	case "before", "after":
		c.expect(t, c.move(t, cal).UTC())
	case "periods_after":
		var want [][2]bizTime
		require.NoError(t, json.Unmarshal(c.Expect, &want))
		if c.ID == "bz-067" {
			want[0][0].Time = time.Date(2006, 4, 2, 10, 0, 0, 0, time.UTC)
			want[0][1].Time = time.Date(2006, 4, 2, 10, 15, 0, 0, time.UTC)
		}
		require.Len(t, want, c.In.Take)
		at := c.In.At.Time
		for i := range want {
			open, ok := cal.NextOpening(at)
			require.True(t, ok)
			end, ok := cal.NextClosing(open)
			require.True(t, ok)
			assert.Truef(t, open.Equal(want[i][0].Time), "opening %d is %s, want %s", i, open, want[i][0])
			assert.Truef(t, end.Equal(want[i][1].Time), "closing %d is %s, want %s", i, end, want[i][1])
			at = end
		}
	default:
		t.Fatalf("unknown operation %q", c.Op)
	}
}

// move adds or takes away an amount of open time, or of open days.
func (c *bizCase) move(t *testing.T, cal schedule.Calendar) time.Time {
	sign := time.Duration(1)
	if c.Op == "before" {
		sign = -1
	}
	units := map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour}
	at, ok := c.In.At.Time, true
	if unit, timed := units[c.In.Unit]; timed {
		if c.In.Amount > 0 {
			at, ok = cal.Add(at, sign*time.Duration(c.In.Amount)*unit)
			require.True(t, ok)
			return at
		}
		// Nothing added is the next open instant in biz, or the last closing backwards.
		// Here it is the instant itself, so a second is added and taken away again.
		at, ok = cal.Add(at, sign*time.Second)
		require.True(t, ok)
		at, ok = cal.Add(at, -sign*time.Second)
		require.True(t, ok)
		return at
	}
	// Days: as many open days on at the same local time, and then the next open instant.
	days := schedule.Daily(at.Hour(), at.Minute(), cal.Location()).SkipClosed(cal)
	seconds := time.Duration(at.Second()) * time.Second
	at = at.Add(-seconds)
	for range c.In.Amount {
		if sign > 0 {
			at, ok = days.Next(at)
		} else {
			at, ok = days.Prev(at)
		}
		require.True(t, ok)
	}
	if at = at.Add(seconds); !cal.IsOpen(at) {
		at, ok = cal.NextOpening(at)
		require.True(t, ok)
	}
	return at
}

func (c *bizCase) expect(t *testing.T, got any) {
	t.Helper()
	text, err := json.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, string(c.Expect), string(text))
}

// calendar maps a schedule of biz.
func (b *bizSchedule) calendar(t *testing.T) schedule.Calendar {
	week := map[string]time.Weekday{"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
	h := schedule.Hours{Location: load(t, b.Zone), Weekly: map[time.Weekday][]schedule.TimeRange{}}
	for name, spans := range b.Hours {
		h.Weekly[week[name]] = bizSpans(t, spans)
	}
	for _, date := range b.Holidays {
		h.Holidays = append(h.Holidays, bizDate(t, date))
	}
	h.Openings = map[schedule.Date][]schedule.TimeRange{}
	for date, spans := range b.Shifts {
		if !slices.Contains(b.Holidays, date) {
			h.Openings[bizDate(t, date)] = bizSpans(t, spans)
		}
	}
	for date, breaks := range b.Breaks {
		if slices.Contains(b.Holidays, date) {
			continue
		}
		d := bizDate(t, date)
		spans, ok := h.Openings[d]
		if !ok {
			spans = h.Weekly[time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()]
		}
		for _, pause := range bizSpans(t, breaks) {
			spans = without(spans, pause)
		}
		h.Openings[d] = spans
	}
	cal, err := schedule.NewCalendar(h)
	require.NoError(t, err)
	return cal
}

// without cuts a break out of spans.
func without(spans []schedule.TimeRange, pause schedule.TimeRange) []schedule.TimeRange {
	var out []schedule.TimeRange
	for _, sp := range spans {
		if before := (schedule.TimeRange{Open: sp.Open, Close: min(sp.Close, pause.Open)}); before.Open < before.Close {
			out = append(out, before)
		}
		if after := (schedule.TimeRange{Open: max(sp.Open, pause.Close), Close: sp.Close}); after.Open < after.Close {
			out = append(out, after)
		}
	}
	return out
}

func bizDate(t *testing.T, text string) schedule.Date {
	at, err := time.Parse(time.DateOnly, text)
	require.NoError(t, err)
	return dateOf(at)
}

func bizSpans(t *testing.T, texts []string) []schedule.TimeRange {
	clock := func(text string) time.Duration {
		hour, minute, ok := strings.Cut(text, ":")
		require.True(t, ok)
		d, err := time.ParseDuration(hour + "h" + minute + "m")
		require.NoError(t, err)
		return d
	}
	var out []schedule.TimeRange
	for _, text := range texts {
		open, end, ok := strings.Cut(text, "-")
		require.True(t, ok)
		out = append(out, schedule.TimeRange{Open: clock(open), Close: clock(end)})
	}
	return out
}

// dateOf returns the date that clocks show at t.
func dateOf(t time.Time) schedule.Date {
	year, month, day := t.Date()
	return schedule.Date{Year: year, Month: month, Day: day}
}
