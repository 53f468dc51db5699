package history

import (
	"fmt"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// The smallest samples from which something is learned. Below them there is a [SampleError], and
// never a number.
const (
	minLandings = 14 // days with a landing, before anything is learned
	minWeekday  = 8  // days of one weekday, before it is judged by itself
	minWaiting  = 5  // days, or gaps, without a landing by then either, before a chance is given
)

// A SampleError reports that there is too little history to learn from:
//
//	var few *history.SampleError
//	if errors.As(err, &few) { fmt.Println(few.Have, few.Need) }
type SampleError struct {
	// Sample is what was counted: "days with a landing".
	Sample string

	// Have is how many there are, and Need how many are needed.
	Have, Need int
}

// Error returns what there is and what is needed.
func (e *SampleError) Error() string {
	return fmt.Sprintf("history: too little history: %d %s, at least %d are needed", e.Have, e.Sample, e.Need)
}

// A Baseline is what is usual for an asset: when in the day it lands ([Baseline.Times],
// [Baseline.On]), and how long after the landing before ([Baseline.Gaps]). From that it predicts
// ([Baseline.Predict]) and suggests a policy ([Baseline.Suggest]). [Learn] makes one.
//
// # Days
//
// Time of day is what a clock on the wall shows in the asset's location, so that a change of the
// clocks moves nothing.
//
// An asset's day is not the calendar's, by which data that usually lands near midnight would be
// early or late by a day. It begins in a quiet time opposite to the usual landing: in the middle of
// the longest stretch of minutes without any landing, among those within 6 hours of the antipode of
// the circular median of all landings. It has the weekday on which its middle falls.
//
// The first landing in a day is the day's landing. The day of the history's first landing does not
// count in any sample, because what landed earlier in it is unknown. It is a day with a landing all
// the same, and counts where so many days are needed: 14 daily landings are enough.
//
// # Which assets are daily?
//
// An asset is judged by time of day if it lands at most twice, on average, on a day on which it
// lands. Otherwise it lands many times a day, no time of day is special, and it is judged by its
// gaps.
//
// The zero Baseline has learned nothing, and neither has a nil one, which [Learn] returns with its
// error: the samples are empty, and it predicts and suggests nothing. A Baseline never changes, and
// may be shared by several goroutines.
type Baseline struct {
	loc    *time.Location
	landed freshness.Landings

	cut     time.Duration // when days begin, from 12 hours before midnight until 12 hours after
	first   int64         // day of the first landing, counted from 1970-01-01
	counted int           // landings in the days looked at
	times   Distribution  // time of day of the days that landed
	all     Distribution  // how long after the start of each day something landed, be it days later
	on      [7]weekdaySample
	gaps    Distribution
}

// A weekdaySample is the sample of one weekday.
type weekdaySample struct {
	times Distribution // as in Baseline
	all   Distribution
}

// Learn returns what is usual, learned from a history of landings in any order, in the asset's
// location; nil means UTC. All of the history counts alike: pass what came after the last change of
// habit. Landings before 1970 and from 2262 on are placeholders of some system, and are left out.
//
// Fewer than 14 days with a landing are a [*SampleError]. Learn costs a sort of the history.
func Learn(landed freshness.Landings, loc *time.Location) (*Baseline, error) {
	if loc == nil {
		loc = time.UTC
	}
	b := &Baseline{loc: loc, landed: historyOf(landed)}
	b.cut = quietTime(b.landed, loc)
	b.learnDays()
	b.learnGaps()
	if n := b.landedDays(); n < minLandings {
		return nil, &SampleError{"days with a landing", n, minLandings}
	}
	return b, nil
}

// historyOf returns a copy of the landings that are no placeholders, in order.
func historyOf(landed freshness.Landings) freshness.Landings {
	placeholder := func(l freshness.Landing) bool { return !inHistory(l.At) }
	kept := slices.DeleteFunc(slices.Clone(landed), placeholder)
	kept.Sort()
	return kept
}

// learnDays measures how long after the start of each whole day something landed. For a day without
// a landing that is the first landing of a later day.
func (b *Baseline) learnDays() {
	if len(b.landed) == 0 {
		return
	}

	var times, all []time.Duration
	var timesOn, allOn [7][]time.Duration
	b.first, _ = civilOf(b.landed[0].At, b.loc).split(b.cut)
	last := b.first // the last day that was measured

	for _, l := range b.landed[1:] {
		n, since := civilOf(l.At, b.loc).split(b.cut)
		if n > b.first {
			b.counted++
		}

		// The first landing of day n is also what each day since the last one waited for.
		for ; last < n; last++ {
			w := weekdayOf(last + 1)
			wait := since + time.Duration(n-last-1)*day
			all, allOn[w] = append(all, wait), append(allOn[w], wait)
			if wait <= day {
				times, timesOn[w] = append(times, b.cut+wait), append(timesOn[w], b.cut+wait)
			}
		}
	}

	b.times, b.all = distributionOf(times), distributionOf(all)
	for w := range b.on {
		b.on[w] = weekdaySample{distributionOf(timesOn[w]), distributionOf(allOn[w])}
	}
}

// learnGaps measures the time from each landing to the next.
func (b *Baseline) learnGaps() {
	var gaps []time.Duration
	for i := 1; i < len(b.landed); i++ {
		gaps = append(gaps, b.landed[i].At.Sub(b.landed[i-1].At))
	}
	b.gaps = distributionOf(gaps)
}

const dayMinutes = 24 * 60

// quietTime returns when the asset's day begins, as the comment of [Baseline] defines it.
func quietTime(landed freshness.Landings, loc *time.Location) time.Duration {
	var at [dayMinutes]int
	for _, l := range landed {
		at[civilOf(l.At, loc).sinceMidnight()/time.Minute]++
	}

	opposite := circularMedian(&at, len(landed)) + dayMinutes/2
	cut := longestQuiet(&at, opposite-dayMinutes/4, opposite+dayMinutes/4, opposite)
	if cut %= dayMinutes; cut >= dayMinutes/2 {
		cut -= dayMinutes
	}
	return time.Duration(cut) * time.Minute
}

// circularMedian returns the first minute that holds a landing and from which the sum of the
// distances to all n landings, the short way round the clock, is smallest.
//
// It goes round the clock once: a step on brings the landings of the half day ahead nearer by one
// minute, and moves all others away by one. So the sums are known up to a constant, which does not
// matter to where the smallest is.
func circularMedian(at *[dayMinutes]int, n int) int {
	const half = dayMinutes / 2
	cost, ahead := 0, 0 // the sum, less its value at minute 0; the landings in the half day after m
	for m := 1; m <= half; m++ {
		ahead += at[m]
	}

	best, least := 0, 0
	found := false
	for m := range dayMinutes {
		if at[m] > 0 && (!found || cost < least) {
			best, least, found = m, cost, true
		}
		cost += n - 2*ahead
		ahead += at[(m+half+1)%dayMinutes] - at[(m+1)%dayMinutes]
	}
	return best
}

// longestQuiet returns the middle of the longest stretch of minutes without a landing from low
// until high, and of the first if several are equally long. It returns otherwise if there is none.
func longestQuiet(at *[dayMinutes]int, low, high, otherwise int) int {
	longest, middle := 0, otherwise
	for m := low; m < high; m++ {
		start := m
		for m < high && at[m%dayMinutes] == 0 {
			m++
		}
		if m-start > longest {
			longest, middle = m-start, (start+m)/2
		}
	}
	return middle
}

// known returns b, and for nil a Baseline that has learned nothing.
func (b *Baseline) known() *Baseline {
	if b == nil {
		return &Baseline{}
	}
	return b
}

// location returns the location whose clocks the times of day are read from.
func (b *Baseline) location() *time.Location {
	if b == nil || b.loc == nil {
		return time.UTC
	}
	return b.loc
}

// landedDays returns how many days have a landing, that of the first landing included.
func (b *Baseline) landedDays() int {
	if len(b.landed) == 0 {
		return 0
	}
	return 1 + b.times.Count()
}

// seen returns how many days of a weekday the history has, with a landing or without, that of the
// first landing included.
func (b *Baseline) seen(w time.Weekday) int { return b.on[w].all.Count() + b.firstOn(w) }

// firstOn returns 1 if the first landing is on weekday w, and 0 otherwise.
func (b *Baseline) firstOn(w time.Weekday) int {
	if len(b.landed) > 0 && weekdayOf(b.first) == w {
		return 1
	}
	return 0
}

// days returns how many days were looked at, those without a landing included.
func (b *Baseline) days() int { return b.known().all.Count() }

// Times returns the times of day of the first landings, of the days that have one, as time on the
// wall clock since midnight. A negative time is in the evening before the day that the landing
// counts for, and one of 24h or more in the night after it.
func (b *Baseline) Times() Distribution { return b.known().times }

// On returns what [Baseline.Times] does, for one weekday. Fewer than 8 such days with a landing are
// a [*SampleError]; the day of the first landing is one of them, and its time is not in the sample.
func (b *Baseline) On(w time.Weekday) (Distribution, error) {
	if w < 0 || int(w) > 6 {
		return Distribution{}, fmt.Errorf("history: there is no weekday number %d", int(w))
	}
	b = b.known()
	times := b.on[w].times
	if n := times.Count() + b.firstOn(w); n < minWeekday {
		return Distribution{}, &SampleError{w.String() + "s with a landing", n, minWeekday}
	}
	return times, nil
}

// Gaps returns the elapsed times from each landing to the next.
func (b *Baseline) Gaps() Distribution { return b.known().gaps }

// daily reports whether the asset is judged by time of day, as the comment of [Baseline] defines
// it.
func (b *Baseline) daily() bool {
	b = b.known()
	return b.times.Count() > 0 && b.counted <= 2*b.times.Count()
}
