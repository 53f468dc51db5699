package schedule_test

import (
	"testing"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// Further seeds are kept in testdata/fuzz.

func FuzzParse(f *testing.F) {
	for _, row := range dstRows {
		f.Add("CRON_TZ="+row.zone+" "+row.expr, int64(1774746000))
	}
	for _, text := range []string{"@daily", "@every 1h30m from 2021-03-04T07:00:00Z", "@never", "TZ=+05:30 */15,7 2 */2,L jan-mar 1-5 earlier",
		"0 7 * * * skip {mon-fri 09:00-17:00}", "CRON_TZ=Local 0 7 1 * * before {TZ=Asia/Tokyo mon 22:00-06:00; 2021-12-27 closed}"} {
		f.Add(text, int64(0))
	}
	f.Fuzz(func(t *testing.T, text string, sec int64) {
		s, err := schedule.Parse(text)
		if err != nil {
			if err.Error() == "" || !s.IsZero() {
				t.Fatalf("Parse(%q) is %s, %v", text, s, err)
			}
			return
		}
		if err := s.Validate(); err != nil {
			t.Fatalf("Parse(%q) is not valid: %v", text, err)
		}
		again, err := schedule.Parse(s.String())
		if err != nil || !again.Equal(s) || again.String() != s.String() {
			t.Fatalf("Parse(%q) prints as %q, which is read back as %q, %v", text, s, again, err)
		}
		checkInverse(t, s, time.Unix(sec, 0))
	})
}

func FuzzCron(f *testing.F) {
	for i, row := range dstRows {
		f.Add(row.expr, uint8(i), int64(1774746000+int64(i)*86400))
	}
	f.Fuzz(func(t *testing.T, expr string, zone uint8, sec int64) {
		s, err := schedule.Cron(expr, load(t, zoneNames[int(zone)%len(zoneNames)]))
		if err == nil {
			checkInverse(t, s, time.Unix(sec, sec%1e9))
			checkInverse(t, s.EarlierAtOverlap(), time.Unix(sec, 0))
		}
	})
}

func FuzzParseCalendar(f *testing.F) {
	for _, text := range []string{"mon-fri 09:00-17:00", "TZ=America/Santiago sun-sat 00:00-24:00; 2022-09-11 closed",
		"TZ=+01:00 fri 22:00-06:00,00:30-00:31:30", "2026-10-25 02:30-02:45", "TZ=Europe/Berlin wed-sun 23:59-23:58"} {
		f.Add(text, int64(1774746000), int64(9e9))
	}
	f.Fuzz(func(t *testing.T, text string, sec, nanos int64) {
		c, err := schedule.ParseCalendar(text)
		if err != nil {
			return
		}
		again, err := schedule.ParseCalendar(c.String())
		if err != nil || !again.Equal(c) || again.String() != c.String() {
			t.Fatalf("ParseCalendar(%q) prints as %q, which is read back as %q, %v", text, c, again, err)
		}
		at := time.Unix(sec%4e10, 0)
		if to, ok := c.Add(at, time.Duration(nanos)); ok && c.Elapsed(at, to) != time.Duration(nanos) {
			t.Fatalf("%s: %s and %s of open time are %s, which is %s", c, at, time.Duration(nanos), to, c.Elapsed(at, to))
		}
		open, ok := c.NextOpening(at)
		if ok && (!c.IsOpen(open) || !open.After(at) || c.IsOpen(open.Add(-1))) {
			t.Fatalf("%s: no opening at %s", c, open)
		}
		if end, ok := c.NextClosing(at); ok && (c.IsOpen(end) || !end.After(at) || !c.IsOpen(end.Add(-1))) {
			t.Fatalf("%s: no closing at %s", c, end)
		}
	})
}

// checkInverse holds Next and Prev against each other around an instant.
func checkInverse(t *testing.T, s schedule.Schedule, at time.Time) {
	t.Helper()
	next, ok := s.Next(at)
	if ok {
		if !next.After(at) {
			t.Fatalf("Next(%s) of %s is %s", at, s, next)
		}
		if back, ok := s.Prev(next); ok && back.After(at) {
			t.Fatalf("%s: %s lies between %s and %s", s, back, at, next)
		}
		if again, ok := s.Prev(next.Add(1)); !ok || !again.Equal(next) {
			t.Fatalf("%s: Prev just after %s is %s", s, next, again)
		}
	}
	prev, ok := s.Prev(at)
	if ok {
		if !prev.Before(at) {
			t.Fatalf("Prev(%s) of %s is %s", at, s, prev)
		}
		if forth, ok := s.Next(prev); ok && forth.Before(at) {
			t.Fatalf("%s: %s lies between %s and %s", s, forth, prev, at)
		}
		if again, ok := s.Next(prev.Add(-1)); !ok || !again.Equal(prev) {
			t.Fatalf("%s: Next just before %s is %s", s, prev, again)
		}
	}
}
