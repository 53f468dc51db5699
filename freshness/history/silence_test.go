package history

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// The load was good for 60 nights, the last of which is 30 April.
func TestALongSilenceHasNoChanceOfAHundred(t *testing.T) {
	landed := nightly(time.Date(2021, 3, 2, 0, 0, 0, 0, time.UTC), 60, 6, 15)
	b := learned(t, landed, time.UTC)
	last := time.Date(2021, 4, 30, 0, 0, 0, 0, time.UTC)
	never := func(days string) string { // such a silence was never seen
		return "no prediction: history: too little history: 0 days after " + days +
			" without a landing by then, at least 5 are needed"
	}
	for _, tt := range []struct {
		name      string
		now       time.Time
		dueInDays int
		want      string
	}{
		{"the next morning is an ordinary one", last.Add(29 * time.Hour), 1, "100% by 2021-05-01 07:00 UTC"},
		{"so is the day after it, seen from then", last.Add(29 * time.Hour), 2, "100% by 2021-05-02 07:00 UTC"},
		{"one night was missed", last.Add(53 * time.Hour), 2, never("1 missed day")},
		{"30 nights were missed", last.AddDate(0, 0, 31).Add(5 * time.Hour), 31, never("30 missed days")},
		{"and tomorrow is no better", last.AddDate(0, 0, 31).Add(5 * time.Hour), 32, never("30 missed days")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := b.Predict(landed, tt.now, last.AddDate(0, 0, tt.dueInDays).Add(7*time.Hour))
			assert.Contains(t, p.String(), tt.want)
		})
	}
	for days := 2; days < 60; days++ {
		for _, hour := range []time.Duration{0, 5, 6, 7} {
			due := last.AddDate(0, 0, days).Add(7 * time.Hour)
			p := b.Predict(landed, due.Add((hour-7)*time.Hour), due)
			require.False(t, p.Err == nil && p.Chance >= missBelow, "%d days, %d:00: %v", days, hour, p)
		}
	}
}

// Of 300 nights, 5 silences lasted 3 days, 3 lasted 6 and 2 lasted 10: by the days missed so far the
// chance of the next morning falls, and then there is none.
func TestAChanceInASilenceIsThatOfTheSilencesAsLong(t *testing.T) {
	var landed freshness.Landings
	at := time.Date(2021, 1, 1, 6, 0, 0, 0, time.UTC)
	for i := range 301 {
		landed = append(landed, freshness.Landing{At: at})
		gap := day
		if i%30 == 29 {
			gap = []time.Duration{3, 3, 3, 3, 3, 6, 6, 6, 10, 10}[i/30] * day
		}
		at = at.Add(gap)
	}
	newest, _ := landed.Newest()
	b := learned(t, landed, time.UTC)
	for _, tt := range []struct {
		name            string
		days, ahead     int // after the newest landing; and from then to the day of due
		waiting, inTime int
		expected        string // days after the newest landing; empty if there is no prediction
	}{
		{"the second day is missed too", 2, 0, 10, 0, "108h0m0s"},
		{"on the third day half of them ended", 3, 0, 10, 5, "108h0m0s"},
		{"on the fourth day the longer ones are left", 4, 0, 5, 0, "144h0m0s"},
		{"on the sixth day most of those end", 6, 0, 5, 3, "144h0m0s"},
		{"on the seventh day two are left, too few", 7, 0, 2, 0, ""},
		{"from the second day, half are over on the fourth, and land", 2, 2, 10, 5, "120h0m0s"},
		{"from the second day, the seventh is as good as any but for the longest", 2, 5, 10, 8, "168h0m0s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now := newest.At.AddDate(0, 0, tt.days).Add(-time.Hour)
			p := b.Predict(landed, now, newest.At.AddDate(0, 0, tt.days+tt.ahead).Add(time.Hour))
			if tt.expected == "" {
				var few *SampleError
				require.ErrorAs(t, p.Err, &few)
				assert.Equal(t, SampleError{"days after 6 missed days without a landing by then", 2, minWaiting}, *few)
				return
			}
			require.NoError(t, p.Err)
			assert.Equal(t, [2]int{tt.waiting, tt.inTime}, [2]int{p.Waiting, p.InTime}, "%v", p)
			assert.Equal(t, tt.inTime*2 < tt.waiting, p.Miss)
			assert.Equal(t, tt.expected, p.Expected.Sub(newest.At).String())
		})
	}
}

// A silence that comes each week is a habit: it is compared with those that reached this weekday, at
// the time of day at which it lands then, however late it was on Friday.
func TestASilenceOfEachWeekIsAHabit(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	var landed freshness.Landings
	for _, l := range nightly(time.Date(2021, 2, 1, 0, 0, 0, 0, berlin), 7*16-2, 6, 0) { // to a Friday, 21 May
		switch l.At.Weekday() {
		case time.Monday, time.Wednesday, time.Friday:
			landed = append(landed, l)
		}
	}
	landed[len(landed)-1].At = landed[len(landed)-1].At.Add(4 * time.Hour)
	b := learned(t, landed, berlin)
	for _, tt := range []struct {
		name             string
		nowDay, nowHour  int
		due              int
		sample, expected string
		waiting, inTime  int
	}{
		{"on Sunday it does not land", 23, 5, 23, "Sundays after 1 missed day", "05-24T06:00", 15, 0},
		{"on Sunday, Monday is known", 23, 5, 24, "Mondays after 1 missed day", "05-24T06:00", 15, 15},
		{"on Monday it does", 24, 5, 24, "Mondays after 2 missed days", "05-24T06:00", 15, 15},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now := time.Date(2021, 5, tt.nowDay, tt.nowHour, 0, 0, 0, berlin)
			p := b.Predict(landed, now, time.Date(2021, 5, tt.due, 7, 0, 0, 0, berlin))
			require.NoError(t, p.Err)
			assert.Equal(t, tt.sample, p.Sample)
			assert.Equal(t, [2]int{tt.waiting, tt.inTime}, [2]int{p.Waiting, p.InTime})
			assert.Equal(t, tt.expected, p.Expected.Format("01-02T15:04"))
		})
	}
	p := b.Predict(landed, time.Date(2021, 5, 24, 6, 0, 0, 0, berlin), time.Date(2021, 5, 24, 7, 0, 0, 0, berlin))
	assert.EqualError(t, p.Err, "history: too little history: 0 days after 2 missed days without a landing by then, at least 5 are needed")
}

// It lands from Monday to Friday, but for every other Tuesday and a Friday in February, March, April
// and June. A Saturday after such a Friday is like a Sunday, on which it never lands, and not like a
// Wednesday after such a Tuesday, though one day was missed before each.
func TestASilenceIsComparedWithWeekdaysThatAreAlike(t *testing.T) {
	var landed freshness.Landings
	for _, l := range nightly(time.Date(2021, 2, 1, 0, 0, 0, 0, time.UTC), 7*17+4, 6, 0) { // to Thursday, 3 June
		switch w := l.At.Weekday(); {
		case w == time.Saturday, w == time.Sunday, w == time.Tuesday && l.At.Day()%2 == 0, w == time.Friday && l.At.Day() < 7:
		default:
			landed = append(landed, l)
		}
	}
	b := learned(t, landed, time.UTC)
	saturday := time.Date(2021, 6, 5, 0, 0, 0, 0, time.UTC)
	p := b.Predict(landed, saturday.Add(5*time.Hour), saturday.Add(7*time.Hour))
	require.NoError(t, p.Err)
	assert.Equal(t, "days after 1 missed day", p.Sample)
	assert.Equal(t, [2]int{17, 0}, [2]int{p.Waiting, p.InTime}, "3 Saturdays and 14 Sundays")
	wednesday := time.Date(2021, 5, 19, 0, 0, 0, 0, time.UTC)
	p = b.Predict(landed[:landed.After(wednesday)], wednesday.Add(5*time.Hour), wednesday.Add(7*time.Hour))
	assert.Equal(t, "Wednesdays after 1 missed day", p.Sample)
	assert.Equal(t, p.Waiting, p.InTime)
}

func TestWhatIsDueInASilenceAndHasPassedIsMissed(t *testing.T) {
	landed := nightly(time.Date(2021, 3, 2, 0, 0, 0, 0, time.UTC), 60, 6, 15)
	b := learned(t, landed, time.UTC)
	due := time.Date(2021, 5, 9, 7, 0, 0, 0, time.UTC)
	p := b.Predict(landed, due.Add(time.Hour), due)
	require.NoError(t, p.Err)
	assert.Equal(t, "missed: due 2021-05-09 07:00 UTC", p.String())
	assert.ErrorIs(t, b.Predict(nil, due.Add(-time.Hour), due).Err, errNeverLanded)
}

// Where the newest landing is a placeholder nothing has landed.
func TestAPlaceholderIsNoLanding(t *testing.T) {
	landed := nightly(time.Date(2021, 3, 2, 0, 0, 0, 0, time.UTC), 60, 6, 15)
	due := time.Date(2021, 5, 1, 7, 0, 0, 0, time.UTC)
	p := learned(t, landed, time.UTC).Predict(freshness.Landings{{At: time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)}}, due.Add(-time.Hour), due)
	assert.ErrorIs(t, p.Err, errNeverLanded)
}

// The oracle goes through the calendar day by day, with package time. Days begin at midnight, since
// all of these loads land around noon.
func TestSilencesAgreeWithTheCalendar(t *testing.T) {
	loc := zone(t, "America/New_York")
	rng := rand.New(rand.NewPCG(21, 22))
	asked := 0
	for range 60 {
		landed := freshness.Landings{}
		on := map[int]time.Time{} // the landing of each day
		for i := range 120 {
			if i < 14 || rng.IntN(3) > 0 {
				on[i] = time.Date(2021, 2, 1+i, 11, rng.IntN(120), 0, 0, loc)
				landed = append(landed, freshness.Landing{At: on[i]})
			}
		}
		b := learned(t, landed, loc)
		if len(b.landingDays()) < 7 {
			continue // by chance some weekdays are not like the others
		}
		for range 40 {
			last := 119 - rng.IntN(40)
			if on[last].IsZero() {
				continue
			}
			today := last + 2 + rng.IntN(3)
			due := today + rng.IntN(3)
			clock := func(i, minute int) time.Time { return time.Date(2021, 2, 1+i, 10, minute, 0, 0, loc) }
			now, until := rng.IntN(240), rng.IntN(240)
			landsAfter := func(t time.Time) (int, time.Time) {
				for i := range 120 {
					if on[i].After(t) {
						return i, on[i]
					}
				}
				return 0, time.Time{}
			}

			waiting, inTime := 0, 0
			for i := range 120 {
				if on[i].IsZero() {
					continue
				}
				if _, next := landsAfter(on[i]); !next.After(clock(i+today-last, now)) {
					continue
				}
				if _, landing := landsAfter(clock(i+due-last, -600)); !landing.IsZero() {
					waiting++
					if !landing.After(clock(i+due-last, until)) {
						inTime++
					}
				}
			}
			known := landed[:landed.After(on[last])]
			p := b.Predict(known, clock(today, now), clock(due, until))
			if p.Err != nil || p.At.After(p.Due) || p.Sample[:4] != "days" {
				continue
			}
			asked++
			require.Equal(t, [2]int{waiting, inTime}, [2]int{p.Waiting, p.InTime}, "%v", p)
		}
	}
	assert.Greater(t, asked, 300)
}
