package history

import (
	"encoding/json"
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// mornings is a history of UTC days, the i-th of which lands minutes[i % n] after 06:00, or not at
// all where that is negative.
func mornings(days int, minutes ...int) freshness.Landings {
	first := time.Date(2021, 3, 1, 6, 0, 0, 0, time.UTC)
	var landed freshness.Landings
	for i := range days {
		if m := minutes[i%len(minutes)]; m >= 0 {
			landed = append(landed, freshness.Landing{At: first.AddDate(0, 0, i).Add(time.Duration(m) * time.Minute)})
		}
	}
	return landed
}

// withYesterday adds a landing at 06:00 on the day before today, so that no day was missed by then.
func withYesterday(landed freshness.Landings, today time.Time) freshness.Landings {
	return landed.Add(freshness.Landing{At: today.AddDate(0, 0, -1).Add(6 * time.Hour)})
}

func learned(t testing.TB, landed freshness.Landings, loc *time.Location) *Baseline {
	t.Helper()
	u, err := Learn(landed, loc)
	require.NoError(t, err)
	return u
}

func TestPredictCountsWhatHistoryDid(t *testing.T) {
	// Of ten days, six land at 06:00, two at 06:30, one at 07:30, one not.
	landed := mornings(200, 0, 0, 30, 0, 0, 90, 0, 0, 30, -1)
	u := learned(t, landed, time.UTC)
	today := time.Date(2021, 9, 17, 0, 0, 0, 0, time.UTC)
	due := today.Add(7 * time.Hour)
	landed = withYesterday(landed, today)
	tests := []struct {
		name            string
		now             string
		waiting, inTime int
		miss            bool
		expected        string
	}{
		{"the evening before", "00:00", 28, 22, false, "06:00"},
		{"at 05:40", "05:40", 28, 22, false, "06:00"},
		{"exactly when most have landed", "06:00", 12, 6, false, "07:00"},
		{"when nearly all have", "06:31", 6, 0, true, "18:45"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clock, err := time.Parse("15:04", tt.now)
			require.NoError(t, err)
			now := today.Add(clock.Sub(clock.Truncate(day)))
			p := u.Predict(landed, now, due)
			require.NoError(t, p.Err)
			assert.False(t, p.Landed)
			assert.Equal(t, tt.miss, p.Miss)
			assert.Equal(t, tt.expected, p.Expected.Format("15:04"))
			assert.Equal(t, tt.waiting, p.Waiting)
			assert.Equal(t, tt.inTime, p.InTime)
			assert.Equal(t, float64(tt.inTime)/float64(tt.waiting), p.Chance)
		})
	}
}

func TestPredictWhatIsCertain(t *testing.T) {
	landed := mornings(100, 0, 0, 30)
	u := learned(t, landed, time.UTC)
	today := time.Date(2021, 9, 17, 0, 0, 0, 0, time.UTC)
	landed = withYesterday(landed, today)
	due, at := today.Add(7*time.Hour), today.Add(6*time.Hour)

	p := u.Predict(landed.Add(freshness.Landing{At: at}), at, due)
	assert.Equal(t, Prediction{At: at, Due: due, Landed: true, Chance: 1, Low: 1, High: 1, Earliest: at, Expected: at, Latest: at}, p)

	late := due.Add(time.Minute)
	p = u.Predict(landed.Add(freshness.Landing{At: late}), late, due)
	assert.Equal(t, Prediction{At: late, Due: due, Landed: true, Miss: true, Earliest: late, Expected: late, Latest: late}, p)

	p = u.Predict(landed.Add(freshness.Landing{At: late}), at, due)
	assert.False(t, p.Landed, "what lands later is not known yet")

	p = u.Predict(landed.Add(freshness.Landing{At: due}), due, due)
	assert.True(t, p.Landed && !p.Miss, "the due instant belongs to the promise")

	p = u.Predict(landed, late, due)
	require.NoError(t, p.Err)
	assert.True(t, p.Miss)
	assert.Zero(t, p.Chance)
	assert.True(t, p.Expected.IsZero(), "no day had landed so late, so that it is unknown when it lands after all")
	assert.Equal(t, "missed: due 2021-09-17 07:00 UTC", p.String())
}

func TestPredictMakesNoNumberUp(t *testing.T) {
	landed := mornings(100, 0, 0, 30)
	u := learned(t, landed, time.UTC)
	today := time.Date(2021, 9, 17, 0, 0, 0, 0, time.UTC)
	landed = withYesterday(landed, today)
	p := u.Predict(landed, today.Add(6*time.Hour+31*time.Minute), today.Add(7*time.Hour))
	var little *SampleError
	require.ErrorAs(t, p.Err, &little)
	assert.Equal(t, SampleError{"days without a landing by then", 0, minWaiting}, *little)
	assert.Zero(t, p.Chance+p.Low+p.High)
	assert.False(t, p.Miss)
	assert.True(t, p.Expected.IsZero())
	assert.Equal(t, "no prediction: history: too little history: 0 days without a landing by then, at least 5 are needed", p.String())

	for _, odd := range []time.Time{{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)} {
		assert.ErrorIs(t, u.Predict(landed, odd, today).Err, errOutside)
		assert.ErrorIs(t, u.Predict(landed, today, odd).Err, errOutside)
	}
	assert.Equal(t, "no prediction", Prediction{}.String())
}

func TestPredictByGaps(t *testing.T) {
	// Gaps of an hour, but every tenth of three.
	var landed freshness.Landings
	at := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range 600 {
		at = at.Add(time.Hour + time.Duration(i%10/9)*2*time.Hour)
		landed = append(landed, freshness.Landing{At: at})
	}
	u := learned(t, landed, time.UTC)
	require.False(t, u.daily())

	p := u.Predict(landed, at.Add(30*time.Minute), at.Add(75*time.Minute))
	require.NoError(t, p.Err)
	assert.Equal(t, "gaps", p.Sample)
	assert.Equal(t, [2]int{599, 539}, [2]int{p.Waiting, p.InTime})
	assert.True(t, p.Expected.Equal(at.Add(time.Hour)))

	p = u.Predict(landed, at.Add(time.Hour), at.Add(2*time.Hour))
	assert.True(t, p.Miss)
	assert.True(t, p.Expected.Equal(at.Add(3*time.Hour)))
	assert.Equal(t, [2]int{60, 0}, [2]int{p.Waiting, p.InTime})

	var little *SampleError
	assert.ErrorAs(t, u.Predict(landed, at.Add(3*time.Hour), at.Add(4*time.Hour)).Err, &little)
	assert.ErrorIs(t, u.Predict(nil, at, at.Add(time.Hour)).Err, errNeverLanded)
	assert.ErrorIs(t, u.Predict(landed, at, at).Err, errPassed)
}

// On every Sunday, the wall clock decides how long there is to wait: when clocks spring forward the
// expected landing is an hour of elapsed time nearer.
func TestPredictFollowsTheWallClock(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	landed := nightly(time.Date(2021, 1, 1, 0, 0, 0, 0, berlin), 86, 6, 15) // to 27 March
	u := learned(t, landed, berlin)
	now := time.Date(2021, 3, 28, 1, 0, 0, 0, berlin)
	p := u.Predict(landed, now, time.Date(2021, 3, 28, 7, 0, 0, 0, berlin))
	require.NoError(t, p.Err)
	assert.Equal(t, "Sundays", p.Sample)
	assert.Equal(t, "2021-03-28T06:15:00+02:00", p.Expected.Format(time.RFC3339))
	assert.Equal(t, 4*time.Hour+15*time.Minute, p.Expected.Sub(now))

	// At 05:00 those who landed at 04:45 wait no more, though that day is an hour shorter.
	landed = nil
	for i, l := range nightly(time.Date(2021, 1, 1, 0, 0, 0, 0, berlin), 86, 6, 15) {
		landed = append(landed, freshness.Landing{At: l.At.Add(-time.Duration(i%2) * 90 * time.Minute)})
	}
	p = learned(t, landed, berlin).Predict(landed, time.Date(2021, 3, 28, 5, 0, 0, 0, berlin), time.Date(2021, 3, 28, 6, 0, 0, 0, berlin))
	require.NoError(t, p.Err)
	assert.Zero(t, p.InTime)
	assert.Equal(t, "06:15", p.Earliest.Format("15:04"))
}

func TestPredictNeedsWaitingDays(t *testing.T) {
	today := time.Date(2021, 9, 17, 0, 0, 0, 0, time.UTC)
	for late, enough := range map[int]bool{minWaiting - 1: false, minWaiting: true} {
		minutes := make([]int, 100)
		for i := range late {
			minutes[1+10*i] = 90
		}
		landed := mornings(100, minutes...)
		p := learned(t, landed, time.UTC).Predict(withYesterday(landed, today), today.Add(6*time.Hour+30*time.Minute), today.Add(7*time.Hour))
		assert.Equal(t, enough, p.Err == nil, "%d days", late)
		assert.Equal(t, late, p.Waiting)
		assert.Equal(t, enough, p.Miss)
	}
}

// The oracle counts the days of the history one by one, with package time.
func TestPredictAgreesWithCountingDays(t *testing.T) {
	loc := zone(t, "Europe/Dublin")
	rng := rand.New(rand.NewPCG(11, 12))
	for range 60 {
		var landed freshness.Landings
		first := time.Date(2021, 1, 1, 0, 0, 0, 0, loc)
		for i := range 100 {
			if rng.IntN(6) > 0 {
				landed = append(landed, freshness.Landing{At: time.Date(2021, 1, 1+i, 5, rng.IntN(240), 0, 0, loc)})
			}
		}
		u := learned(t, landed, loc)
		require.True(t, u.daily())
		midnightToCut := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC).Add(u.cut) // the wall clock at which days begin
		for range 30 {
			known := withYesterday(landed, time.Date(2021, 4, 15, 0, 0, 0, 0, loc))
			now := time.Date(2021, 4, 15, 4, rng.IntN(300), 0, 0, loc)
			due := time.Date(2021, 4, 15, 4, rng.IntN(300), 0, 0, loc)
			waiting, inTime := 0, 0
			day0 := landed[0].At
			if day0.Hour() < midnightToCut.Hour() || u.cut < 0 {
				day0 = day0.AddDate(0, 0, 1)
			}
			for d := first; ; d = d.AddDate(0, 0, 1) {
				wall := func(clock time.Time) time.Time {
					return time.Date(d.Year(), d.Month(), d.Day(), clock.Hour(), clock.Minute(), 0, 0, loc)
				}
				if d.Before(time.Date(day0.Year(), day0.Month(), day0.Day(), 0, 0, 0, 0, loc)) {
					continue
				}
				start := time.Date(d.Year(), d.Month(), d.Day(), 0, int(u.cut.Minutes()), 0, 0, loc)
				i := landed.After(start)
				if i == len(landed) {
					break
				}
				if landed[i].At.After(wall(now)) {
					waiting++
					if !landed[i].At.After(wall(due)) {
						inTime++
					}
				}
			}
			p := u.Predict(known, now, due)
			if p.Sample != "days" || p.Err != nil || now.After(due) {
				continue
			}
			require.Equal(t, [2]int{waiting, inTime}, [2]int{p.Waiting, p.InTime}, "now %v, due %v", now, due)
		}
	}
}

func TestPredictIsSoundForAnyInstant(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for _, landed := range []freshness.Landings{mornings(200, 0, 10, -1, 30), readTestLandings(t, "ca-fires-hourly"), readTestLandings(t, "covid-19-nightly")} {
		u := learned(t, landed, zone(t, "Australia/Lord_Howe"))
		newest, _ := landed.Newest()
		for range 3000 {
			now := newest.At.Add(time.Duration(rng.Int64N(int64(400*day))) - 200*day)
			due := now.Add(time.Duration(rng.Int64N(int64(3*day))) - day)
			p := u.Predict(landed, now, due)
			require.Equal(t, p, u.Predict(landed, now, due), "it is deterministic")
			require.False(t, math.IsNaN(p.Chance+p.Low+p.High))
			require.True(t, 0 <= p.Low && p.Low <= p.Chance && p.Chance <= p.High && p.High <= 1, "%+v", p)
			if p.Err == nil {
				require.Equal(t, p.Miss, p.Chance < missBelow)
			}
			if !p.Expected.IsZero() && !p.Landed {
				require.False(t, p.Earliest.Before(now) || p.Expected.Before(p.Earliest) || p.Latest.Before(p.Expected), "%+v", p)
			}
			farther := u.Predict(landed, now, due.Add(time.Minute))
			if p.Err == nil && farther.Err == nil && p.Sample == farther.Sample && p.Waiting == farther.Waiting && !p.Landed && now.Before(due) {
				require.GreaterOrEqual(t, farther.InTime, p.InTime, "more time never lowers the chance")
			}
		}
	}
}

func TestWilsonAgreesWithPublishedIntervals(t *testing.T) {
	// From R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics
	// in Medicine 17 (1998), table I, method 3.
	for _, tt := range []struct {
		k, n      int
		low, high float64
	}{
		{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718},
	} {
		low, high := wilson(tt.k, tt.n)
		assert.InDelta(t, tt.low, low, 0.00006)
		assert.InDelta(t, tt.high, high, 0.00006)
	}
}

// The input: 600 hourly landings with 7 gaps of 10 hours, and 2 hours of silence.
func TestAChanceOfZeroHasALowerEndOfZero(t *testing.T) {
	var landed freshness.Landings
	at := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range 600 {
		landed = append(landed, freshness.Landing{At: at})
		at = at.Add(time.Hour)
		if i%80 == 79 {
			at = at.Add(9 * time.Hour)
		}
	}
	newest, _ := landed.Newest()
	p := learned(t, landed, time.UTC).Predict(landed, newest.At.Add(2*time.Hour), newest.At.Add(3*time.Hour))
	require.NoError(t, p.Err)
	assert.Equal(t, [2]int{7, 0}, [2]int{p.Waiting, p.InTime})
	assert.Equal(t, [2]float64{0, 0}, [2]float64{p.Chance, p.Low})
	assert.Contains(t, p.String(), "0% by 2021-03-28 17:00 UTC (0% to 35%:")
}

func TestWilsonIsExactAtItsEndsAndHoldsTheShare(t *testing.T) {
	check := func(k, n int) {
		low, high := wilson(k, n)
		share := float64(k) / float64(n)
		require.True(t, 0 <= low && low <= share && share <= high && high <= 1, "%d of %d: %v to %v", k, n, low, high)
		require.Equal(t, k == 0, low == 0, "%d of %d: from %v", k, n, low)
		require.Equal(t, k == n, high == 1, "%d of %d: to %v", k, n, high)
	}
	for n := 1; n <= 300; n++ {
		for k := range n + 1 {
			check(k, n)
		}
	}
	rng := rand.New(rand.NewPCG(15, 16))
	for range 20000 {
		n := 1 + rng.IntN(1<<(1+rng.IntN(min(40, bits.UintSize-2))))
		for _, k := range []int{0, 1, rng.IntN(n + 1), n - 1, n} {
			check(k, n)
		}
	}
}

func TestPredictionText(t *testing.T) {
	landed := mornings(200, 0, 0, 30, 0, 0, 90, 0, 0, 30, -1)
	u := learned(t, landed, time.UTC)
	today := time.Date(2021, 9, 17, 0, 0, 0, 0, time.UTC)
	p := u.Predict(withYesterday(landed, today), today.Add(6*time.Hour+31*time.Minute), today.Add(7*time.Hour))
	assert.Equal(t, "0% by 2021-09-17 07:00 UTC (0% to 39%: of 6 Fridays without a landing by then, 0 landed in time); "+
		"expected 2021-09-17 18:45 UTC (from 2021-09-17 07:30 UTC to 2021-09-18 06:00 UTC); it will be missed: below 50%", p.String())
	data, err := json.Marshal(p)
	require.NoError(t, err)
	assert.JSONEq(t, `{"at":"2021-09-17T06:31:00Z","due":"2021-09-17T07:00:00Z","miss":true,"chance":0,"low":0,"high":0.3903430336530645,
		"earliest":"2021-09-17T07:30:00Z","expected":"2021-09-17T18:45:00Z","latest":"2021-09-18T06:00:00Z","sample":"Fridays","waiting":6}`, string(data))
	data, err = json.Marshal(Prediction{Err: errPassed})
	require.NoError(t, err)
	assert.NotContains(t, string(data), `"chance"`)
}

func TestPredictAllocatesNothing(t *testing.T) {
	for _, name := range []string{"covid-19-nightly", "ca-fires-hourly"} {
		landed := readTestLandings(t, name)
		u := learned(t, landed, zone(t, "Europe/Dublin"))
		newest, _ := landed.Newest()
		now := newest.At.Add(10 * time.Hour)
		assert.Zero(t, testing.AllocsPerRun(100, func() {
			if p := u.Predict(landed, now, now.Add(time.Hour)); p.Err != nil {
				t.Error(p.Err)
			}
		}), name)
	}
}

func BenchmarkPredict(b *testing.B) {
	landed := readTestLandings(b, "covid-19-nightly")
	u := learned(b, landed, zone(b, "Europe/Dublin"))
	newest, _ := landed.Newest()
	now := newest.At.Add(23 * time.Hour)
	b.ReportAllocs()
	for b.Loop() {
		u.Predict(landed, now, now.Add(time.Hour))
	}
}

func BenchmarkLearn(b *testing.B) {
	landed := readTestLandings(b, "ca-fires-hourly")
	loc := zone(b, "America/Los_Angeles")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Learn(landed, loc); err != nil {
			b.Fatal(err)
		}
	}
}
