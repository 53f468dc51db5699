package schedule_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

func TestAParseErrorWrapsItsCause(t *testing.T) {
	for text, caused := range map[string]bool{
		"CRON_TZ=Europe/Atlantis 0 7 * * *":       true,
		"@every soon":                             true,
		"@every 5m from 7":                        true,
		"@every 0s":                               true,
		"@every 5m skip {mon 09:00-17:00}":        true,
		"0 7 * * * skip {2021-02-29 closed}":      true,
		"0 7 * * * skip {2021-02-28 closed}":      true, // never open
		"60 7 * * *":                              false,
		"0 7 * * * skip {mon 09:00-09:00}":        false,
		"0 7 * * * skip {mon 09:00-17:00; mon x}": false,
	} {
		_, err := schedule.Parse(text)
		var bad *schedule.ParseError
		require.ErrorAs(t, err, &bad, text)
		assert.Equal(t, bad.Err, errors.Unwrap(err), text)
		assert.Equal(t, caused, errors.Unwrap(err) != nil, "%s: %v", text, errors.Unwrap(err))
	}
	_, err := schedule.ParseCalendar("2021-13-01 closed")
	var cause *time.ParseError
	require.ErrorAs(t, err, &cause)
	_, err = schedule.Cron("0 7 * * *", time.FixedZone("nowhere", 27*3600))
	require.EqualError(t, errors.Unwrap(err), "offset 27h0m0s is not between -26h and 26h")
}

// A message repeats 64 bytes of the input and 400 of the reason, and shows where it was cut.
func TestALongMessageIsCut(t *testing.T) {
	for n, more := range map[int]string{64: `"`, 65: `"…`, 150: `"…`} {
		text := strings.Repeat("x", n)
		_, err := schedule.Parse(text)
		want := fmt.Sprintf(`schedule: minute: unexpected 'x' in "%s%s (at offset 0 of "%[1]s%s)`, text[:64], more, more)
		assert.EqualError(t, err, want)
	}
	for n, want := range map[int]string{
		400: strings.Repeat("é", 200),
		401: strings.Repeat("é", 100) + "…" + strings.Repeat("é", 99) + "!",
		402: strings.Repeat("é", 100) + "…" + strings.Repeat("é", 100),
	} {
		reason := strings.Repeat("é", n/2) + "!"[:n%2]
		err := &schedule.ParseError{Field: "zone", Offset: 3, Input: "x", Reason: reason}
		assert.EqualError(t, err, "schedule: zone: "+want+` (at offset 3 of "x")`, "%d bytes", n)
	}
}

func TestOffsetsOfAZoneAreChecked(t *testing.T) {
	for text, want := range map[string]string{
		"+05:59":    "+05:59",
		"+05:60":    "",
		"+05:99":    "",
		"+25:59":    "+25:59",
		"-25:59":    "-25:59",
		"+26:00":    "",
		"+00:00:59": "+00:00:59",
		"+00:00:60": "",
		"-00:00:01": "-00:00:01",
		"+00:53:28": "+00:53:28",
		"+5:300":    "",
		"+05-30":    "",
		"+05:30-00": "",
		"+05:3":     "",
		"+05:3x":    "",
		"+0x:30":    "",
		"+x5:30":    "",
		"+05:/0":    "",
		"+05::0":    "",
		"05:30":     "",
		" 05:30":    "",
		"+05:30:0":  "",
		"+00:00":    "UTC",
	} {
		s, err := schedule.Parse("CRON_TZ=" + text + " 0 7 * * *")
		if want == "" {
			assert.Error(t, err, text)
			continue
		}
		if want == "UTC" {
			want = "0 7 * * *"
		} else {
			want = "CRON_TZ=" + want + " 0 7 * * *"
		}
		assert.NoError(t, err, text)
		assert.Equal(t, want, s.String())
	}
	for _, loc := range []*time.Location{time.FixedZone("", 26*3600), time.FixedZone("", -26*3600)} {
		assert.ErrorContains(t, schedule.Daily(7, 0, loc).Validate(), "is not between -26h and 26h")
		assert.ErrorContains(t, schedule.EveryFrom(time.Unix(0, 0).In(loc), time.Hour).Validate(),
			"schedule: zone: offset ")
	}
	for _, loc := range []*time.Location{time.FixedZone("", 26*3600-1), time.FixedZone("", -26*3600+1)} {
		assert.NoError(t, schedule.Daily(7, 0, loc).Validate())
	}
}

// A location that changes its clocks is written by its name, which must be one
// word.
func TestALocationWithoutAWordForANameIsRefused(t *testing.T) {
	block := func() []byte { // one offset, of an hour
		b := append([]byte("TZif2"), make([]byte, 15)...)
		for _, count := range []uint32{0, 0, 0, 0, 1, 4} {
			b = binary.BigEndian.AppendUint32(b, count)
		}
		return append(b, "\x00\x00\x0e\x10\x00\x00CET\x00"...)
	}
	data := append(append(block(), block()...), "\nCET-1CEST,M3.5.0,M10.5.0/3\n"...)
	for name, valid := range map[string]bool{"": false, "My Zone": false, "My\tZone": false, "My/Zone": true} {
		loc, err := time.LoadLocationFromTZData(name, data)
		require.NoError(t, err)
		s := schedule.Daily(7, 0, loc)
		if valid {
			assert.NoError(t, s.Validate())
			continue
		}
		assert.EqualError(t, s.Validate(), fmt.Sprintf("schedule: zone: location name %q cannot be written as text", name))
	}
}

func TestEveryReadsNoMoreThanItsAnchor(t *testing.T) {
	_, err := schedule.Parse("@every 5m from 2021-03-04T07:00:00Z x")
	var bad *schedule.ParseError
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, [3]any{"expression", 36, `unexpected "x"`}, [3]any{bad.Field, bad.Offset, bad.Reason})
	s, err := schedule.Cron("@every 5m", nil)
	require.NoError(t, err)
	assert.Equal(t, time.UTC, s.Location())
}

// all walks over every instant of a schedule, forwards and then backwards.
func all(t *testing.T, s schedule.Schedule) (forwards, backwards []string) {
	t.Helper()
	at, ok := s.Next(time.Time{})
	for ok {
		forwards = append(forwards, at.Format("2006-01-02"))
		require.Less(t, len(forwards), 100)
		at, ok = s.Next(at)
	}
	at, ok = s.Prev(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))
	for ok {
		backwards = append(backwards, at.Format("2006-01-02"))
		require.Less(t, len(backwards), 100)
		at, ok = s.Prev(at)
	}
	return forwards, backwards
}

// A calendar of single dates ends what it is laid over.
func TestAScheduleEndsWithTheDatesOfItsCalendar(t *testing.T) {
	const two = "{2026-01-05 09:00-17:00; 2026-03-02 09:00-17:00}"
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"0 7 * * * skip " + two, []string{"2026-01-05", "2026-03-02"}},
		{"0 7 1 * * skip " + two, nil},
		{"0 7 2 * * skip " + two, []string{"2026-03-02"}},
		{"0 7 1 * * before " + two, []string{"2026-01-05", "2026-03-02"}},
		{"0 7 1 * * after " + two, []string{"2026-01-05", "2026-03-02"}},
		{"0 7 1 4 * before " + two, []string{"2026-03-02"}},
		{"0 7 1 4 * after " + two, []string{"2026-01-05"}},
		{"0 7 1 2 * before " + two, []string{"2026-01-05", "2026-03-02"}},
		{"0 7 1 2 * after " + two, []string{"2026-01-05", "2026-03-02"}},
		{"0 7 29 2 * before {9999-12-31 09:00-17:00}", nil},
		{"0 7 29 2 * after {9999-12-31 09:00-17:00}", []string{"9999-12-31"}},
		{"0 7 29 2 * before {0001-01-02 09:00-17:00}", []string{"0001-01-02"}},
		{"0 7 29 2 * after {0001-01-02 09:00-17:00}", nil},
		{
			"0 7 5 1 * skip {0001-01-05 09:00-17:00; 9999-01-05 09:00-17:00; 9999-01-06 closed}",
			[]string{"0001-01-05", "9999-01-05"},
		},
	} {
		t.Run(tt.text, func(t *testing.T) {
			forwards, backwards := all(t, schedule.MustParse(tt.text))
			assert.Equal(t, tt.want, forwards)
			for i, j := 0, len(backwards)-1; i < j; i, j = i+1, j-1 {
				backwards[i], backwards[j] = backwards[j], backwards[i]
			}
			assert.Equal(t, tt.want, backwards)
		})
	}
}

func TestCalendarsThatDifferAreNotEqual(t *testing.T) {
	texts := []string{
		"mon 09:00-17:00",
		"tue 09:00-17:00",
		"mon 09:00-17:01",
		"mon 09:01-17:00",
		"mon-tue 09:00-17:00",
		"mon 09:00-17:00,18:00-19:00",
		"TZ=Europe/Dublin mon 09:00-17:00",
		"mon 09:00-17:00; 2021-12-27 closed",
		"mon 09:00-17:00; 2021-12-28 closed",
		"mon 09:00-17:00; 2021-12-27 09:00-12:00",
		"mon 09:00-17:00; 2021-12-27 closed; 2021-12-28 closed",
	}
	for i, a := range texts {
		for j, b := range texts {
			x, err := schedule.ParseCalendar(a)
			require.NoError(t, err)
			y, err := schedule.ParseCalendar(b)
			require.NoError(t, err)
			assert.Equal(t, i == j, x.Equal(y), "%s and %s", a, b)
			s := schedule.Daily(7, 0, nil)
			assert.Equal(t, i == j, s.SkipClosed(x).Equal(s.SkipClosed(y)), "skip %s and %s", a, b)
		}
		x, _ := schedule.ParseCalendar(a)
		assert.False(t, x.Equal(schedule.Calendar{}))
		assert.False(t, schedule.Calendar{}.Equal(x))
	}
}

// After the year 2100 changes of the clocks are worked out each time they are
// needed: those near the ends of a stretch are not lost, and dates with hours
// of their own that fall on one count once.
func TestSumsAfter2100AgreeWithOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	before := time.Date(2099, 12, 1, 0, 0, 0, 0, time.UTC)
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"} {
		loc := load(t, name)
		for range 6 {
			_, change := time.Date(2101+r.IntN(200), time.Month(1+r.IntN(12)), 1, 0, 0, 0, 0, loc).ZoneBounds()
			from := change.Truncate(time.Hour).AddDate(0, 0, -r.IntN(9))
			h := randomHours(r, loc, change)
			h.Openings[dateOf(change)] = []schedule.TimeRange{
				{Open: time.Hour, Close: 5 * time.Hour}, {Open: 23 * time.Hour, Close: 3 * time.Hour},
			}
			cal, err := schedule.NewCalendar(h)
			require.NoError(t, err)
			o := newCalendarOracle(h, from, from.AddDate(0, 0, 10), time.Minute)
			for k := range 30 {
				i, j := r.IntN(10*24*60), r.IntN(10*24*60)
				i, j = min(i, j), max(i, j)
				want := o.elapsed(i, j)
				require.Equal(t, want, cal.Elapsed(o.at(i), o.at(j)), "%s to %s of %s", o.at(i), o.at(j), cal)
				require.Equal(t, -want, cal.Elapsed(o.at(j), o.at(i)))
				if k < 2 {
					far := cal.Elapsed(before, o.at(j)) - cal.Elapsed(before, o.at(i))
					require.Equal(t, want, far, "%s to %s of %s", o.at(i), o.at(j), cal)
				}
			}
		}
	}
}
