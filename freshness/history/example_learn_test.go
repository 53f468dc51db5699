package history_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
)

// On three days of four the load lands at 06:15, and on the fourth at 07:20.
func ExampleLearn() {
	var landed freshness.Landings
	for d := range 61 {
		at := time.Date(2026, time.March, 1+d, 6, 15, 0, 0, time.UTC)
		if d%4 == 0 {
			at = at.Add(65 * time.Minute)
		}
		landed = append(landed, freshness.Landing{At: at})
	}
	usual, err := history.Learn(landed, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("usual time:", usual.Times())
	fmt.Println("usual gap: ", usual.Gaps())

	_, err = history.Learn(landed[:10], time.UTC)
	var few *history.SampleError
	if errors.As(err, &few) {
		fmt.Println(few.Have, "of", few.Need, few.Sample)
	}
	fmt.Println(err)
	// Output:
	// usual time: 6h 15m (90% from 6h 15m to 7h 20m; n = 60)
	// usual gap:  1d (90% from 22h 55m to 1d 1h; n = 60)
	// 10 of 14 days with a landing
	// history: too little history: 10 days with a landing, at least 14 are needed
}

// It is 06:40 and nothing has landed. The usual 06:15 has passed, so that this is one of the days
// on which it lands at 07:20: the deadline will be missed.
func ExampleBaseline_Predict() {
	var landed freshness.Landings
	for d := range 61 {
		at := time.Date(2026, time.March, 1+d, 6, 15, 0, 0, time.UTC)
		if d%4 == 0 {
			at = at.Add(65 * time.Minute)
		}
		landed = append(landed, freshness.Landing{At: at})
	}
	usual, err := history.Learn(landed, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	due := time.Date(2026, time.May, 1, 7, 0, 0, 0, time.UTC)
	for _, minutes := range []int{-80, -20} {
		p := usual.Predict(landed, due.Add(time.Duration(minutes)*time.Minute), due)
		fmt.Printf("%s: %.0f%% (%d of %d %s), expected %s, miss: %t\n",
			p.At.Format("15:04"), 100*p.Chance, p.InTime, p.Waiting, p.Sample, p.Expected.Format("15:04"), p.Miss)
	}
	// Output:
	// 05:40: 75% (6 of 8 Fridays), expected 06:15, miss: false
	// 06:40: 0% (0 of 15 days), expected 07:20, miss: true
}

// After 07:20 there is no day in history to learn from, and no number is made up.
func ExamplePrediction_String() {
	var landed freshness.Landings
	for d := range 30 {
		landed = append(landed, freshness.Landing{At: time.Date(2026, time.March, 1+d, 6, 15, 0, 0, time.UTC)})
	}
	usual, err := history.Learn(landed, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	due := time.Date(2026, time.March, 31, 7, 0, 0, 0, time.UTC)
	fmt.Println(usual.Predict(landed, due.Add(-80*time.Minute), due))
	fmt.Println(usual.Predict(landed, due.Add(-20*time.Minute), due))
	// Output:
	// 100% by 2026-03-31 07:00 UTC (88% to 100%: of 29 days without a landing by then, 29 landed in time); expected 2026-03-31 06:15 UTC (from 2026-03-31 06:15 UTC to 2026-03-31 06:15 UTC); it will be kept: not below 50%
	// no prediction: history: too little history: 0 days without a landing by then, at least 5 are needed
}

// Mondays have a habit of their own: the load of the weekend takes until nine.
func ExampleBaseline_On() {
	var landed freshness.Landings
	for d := range 71 {
		at := time.Date(2026, time.March, 1+d, 6, 15, 0, 0, time.UTC)
		if at.Weekday() == time.Monday {
			at = at.Add(165 * time.Minute)
		}
		landed = append(landed, freshness.Landing{At: at})
	}
	usual, err := history.Learn(landed, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, w := range []time.Weekday{time.Sunday, time.Monday} {
		times, err := usual.On(w)
		fmt.Println(w, times, err)
	}
	// Output:
	// Sunday 6h 15m (90% from 6h 15m to 6h 15m; n = 10) <nil>
	// Monday 9h (90% from 9h to 9h; n = 10) <nil>
}

// A suggestion is for a person to look at, with the misses it would have had.
func ExampleBaseline_Suggest() {
	dublin, err := time.LoadLocation("Europe/Dublin")
	if err != nil {
		fmt.Println(err)
		return
	}
	var landed freshness.Landings
	for d := range 101 { // clocks change meanwhile
		at := time.Date(2026, time.March, 1+d, 6, 13, 0, 0, dublin)
		if d == 50 {
			at = at.Add(5 * time.Hour)
		}
		landed = append(landed, freshness.Landing{At: at})
	}
	usual, err := history.Learn(landed, dublin)
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := usual.Suggest(0.99)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := freshness.EncodePolicy(s.Policy)
	fmt.Println(string(text), err)
	fmt.Println(s)
	fmt.Println(s.Compliance())
	for _, o := range s.Backtest.Outcomes {
		if !o.Kept() {
			fmt.Println(o.Due, o)
		}
	}
	// Output:
	// {"deadline":{"due":"CRON_TZ=Europe/Dublin 15 6 * * *","lookback":"12h2m0s","warn":"1m0s"}} <nil>
	// 99% of 100 days had landed by 06:15:00; the median is 06:13:00. Over this history it keeps 99 of 100 due instants (99%)
	// 0.99 true
	// 2026-04-20 06:15:00 +0100 IST late 4h 58m
}

// Quantiles are R-7, as most statistics programs compute them.
func ExampleDistribution_Quantile() {
	var landed freshness.Landings
	at := time.Date(2026, time.March, 1, 6, 0, 0, 0, time.UTC)
	for d := range 20 {
		at = at.Add(24*time.Hour + time.Duration(d)*time.Minute)
		landed = append(landed, freshness.Landing{At: at})
	}
	usual, err := history.Learn(landed, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(usual.Gaps().Count(), "gaps")
	for _, q := range []float64{0, 0.5, 0.95, 1} {
		fmt.Println(usual.Gaps().Quantile(q))
	}
	// Output:
	// 19 gaps
	// 24h1m0s true
	// 24h10m0s true
	// 24h18m6s true
	// 24h19m0s true
}

// All faults come at once, each with its line.
func ExampleReadLandings() {
	landed, err := history.ReadLandings(strings.NewReader("landed_at\n2026-03-05T06:15:00Z\n2026-03-04T07:20:00+01:00\n"))
	for _, l := range landed {
		fmt.Println(l.At)
	}
	fmt.Println(err)

	_, err = history.ReadLandings(strings.NewReader("landed_at\nyesterday\n2026-03-04T06:20:00Z\n2026-02-30T06:20:00Z\n"))
	fmt.Println(err)
	// Output:
	// 2026-03-04 06:20:00 +0000 UTC
	// 2026-03-05 06:15:00 +0000 UTC
	// <nil>
	// landed_at: "yesterday" is not an instant such as "2006-01-02T15:04:05Z" (line 2, offset 10)
	// landed_at: "2026-02-30T06:20:00Z" is not an instant such as "2006-01-02T15:04:05Z" (line 4, offset 41)
}
