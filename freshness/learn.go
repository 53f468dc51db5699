package freshness

import (
	"fmt"
	"slices"
	"time"
)

// The smallest samples from which something is learned. Below them the
// answer is a [HistoryError], and never a number.
const (
	MinLandings = 14 // days with a landing, before anything is learned
	MinWeekday  = 8  // days of one weekday, before it is judged by itself
	MinWaiting  = 5  // days, or gaps, on which nothing had landed by then either, before a chance is given
)

// A HistoryError says that there is too little history to learn from:
//
//	var little *freshness.HistoryError
//	if errors.As(err, &little) { fmt.Println(little.Have, little.Need) }
type HistoryError struct {
	// Sample says what was counted: "days with a landing".
	Sample string

	// Have is how many there are, and Need how many are needed.
	Have, Need int
}

// Error says what there is and what is needed.
func (e *HistoryError) Error() string {
	return fmt.Sprintf("freshness: too little history: %d %s, at least %d are needed", e.Have, e.Sample, e.Need)
}

// Usual is what a history of landings says is usual for an asset: when in the
// day it lands ([Usual.Times], [Usual.On]), and how long after the landing
// before ([Usual.Gaps]). From that it predicts ([Usual.Predict]) and suggests
// a policy ([Usual.Suggest]). [Learn] makes one.
//
// # Days
//
// Time of day is what a clock on the wall shows in the asset's location, so
// that a change of the clocks moves nothing. An asset's day is not the
// calendar's: data that usually lands near midnight would be early and late by
// a day. It begins in a quiet time opposite to the usual landing: in the
// middle of the longest stretch without any landing, of those that lie within 6
// hours of the antipode of the circular median of all landings, counted in
// minutes. It is named by the date on which its middle falls. The first landing in a day
// is the day's landing. The day of the history's first landing does not count,
// for nobody knows what landed earlier in it.
//
// The zero Usual has learned nothing, and neither has a nil one, which [Learn]
// returns with its error: the samples are empty, and it predicts and suggests
// nothing. A Usual never changes, and may be shared by several
// goroutines.
type Usual struct {
	loc    *time.Location
	landed Landings

	cut     time.Duration // when days begin, from 12 hours before midnight until 12 hours after
	counted int           // landings in the days looked at
	times   Spread        // time of day of the days that landed
	all     Spread        // how long after the start of each day something landed, be it days later
	on      [7]weekdaySample
	gaps    Spread
}

// A weekdaySample is what one weekday says.
type weekdaySample struct {
	times Spread // as in Usual
	all   Spread
}

// Learn finds out what is usual from a history of landings, oldest first, in
// the asset's location; nil means UTC. All the history counts alike: pass what
// came after the last change of habit, and not more. Landings before 1970 and
// from 2262 on are placeholders of some system, and are left out.
//
// Fewer than [MinLandings] days with a landing are a [*HistoryError].
// It costs a sort of the history.
func Learn(landed Landings, loc *time.Location) (*Usual, error) {
	if loc == nil {
		loc = time.UTC
	}
	u := &Usual{loc: loc, landed: historyOf(landed)}
	u.cut = quietTime(u.landed, loc)
	u.learnDays()
	u.learnGaps()
	if n := u.times.Len(); n < MinLandings {
		return nil, &HistoryError{"days with a landing", n, MinLandings}
	}
	return u, nil
}

// historyOf copies the landings that are no placeholders, in order.
func historyOf(landed Landings) Landings {
	kept := slices.DeleteFunc(slices.Clone(landed), func(l Landing) bool { return !inHistory(l.At) })
	kept.Sort()
	return kept
}

// learnDays measures each whole day: how long after its start the first
// landing was. For a day without one that is the first landing of a later day.
func (u *Usual) learnDays() {
	if len(u.landed) == 0 {
		return
	}
	var times, all []time.Duration
	var timesOn, allOn [7][]time.Duration
	first, _ := civilOf(u.landed[0].At, u.loc).split(u.cut)
	last := first
	for _, l := range u.landed[1:] {
		n, since := civilOf(l.At, u.loc).split(u.cut)
		if n > first {
			u.counted++
		}
		for ; last < n; last++ {
			w := weekdayOf(last + 1)
			wait := since + time.Duration(n-last-1)*day
			all, allOn[w] = append(all, wait), append(allOn[w], wait)
			if wait <= day {
				times, timesOn[w] = append(times, u.cut+wait), append(timesOn[w], u.cut+wait)
			}
		}
	}
	u.times, u.all = spreadOf(times), spreadOf(all)
	for w := range u.on {
		u.on[w] = weekdaySample{spreadOf(timesOn[w]), spreadOf(allOn[w])}
	}
}

// learnGaps measures the time from each landing to the next.
func (u *Usual) learnGaps() {
	var gaps []time.Duration
	for i := 1; i < len(u.landed); i++ {
		gaps = append(gaps, u.landed[i].At.Sub(u.landed[i-1].At))
	}
	u.gaps = spreadOf(gaps)
}

const dayMinutes = 24 * 60

// quietTime returns when the asset's day begins, as [Usual] says.
func quietTime(landed Landings, loc *time.Location) time.Duration {
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

// circularMedian returns the first minute that holds a landing and from which
// the sum of the distances to all n landings, the short way round the clock,
// is smallest. A step on brings the landings of the half day ahead nearer by a
// minute, and takes all others away by one.
func circularMedian(at *[dayMinutes]int, n int) int {
	const half = dayMinutes / 2
	cost, ahead := 0, 0 // of minute 0: the sum, less what it is for all; landings in the half day after it
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

// longestQuiet returns the middle of the longest stretch of minutes without a
// landing from low until high, the first of several; otherwise where it is
// nowhere quiet.
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

// known returns u, or one that has learned nothing.
func (u *Usual) known() *Usual {
	if u == nil {
		return &Usual{}
	}
	return u
}

// Location returns the location whose clocks the times of day are read from.
func (u *Usual) Location() *time.Location {
	if u == nil || u.loc == nil {
		return time.UTC
	}
	return u.loc
}

// Days returns how many days were looked at, those without a landing included.
func (u *Usual) Days() int { return u.known().all.Len() }

// Times returns the times of day of the first landings, of the days that have
// one, as time on the wall clock since midnight. Negative is on the evening before the
// day that the landing counts for, and 24h or more on the night after.
func (u *Usual) Times() Spread { return u.known().times }

// On returns what [Usual.Times] does, for one weekday. Fewer than [MinWeekday]
// such days with a landing are a [*HistoryError].
func (u *Usual) On(w time.Weekday) (Spread, error) {
	if w < 0 || int(w) > 6 {
		return Spread{}, fmt.Errorf("freshness: there is no weekday number %d", int(w))
	}
	times := u.known().on[w].times
	if n := times.Len(); n < MinWeekday {
		return Spread{}, &HistoryError{w.String() + "s with a landing", n, MinWeekday}
	}
	return times, nil
}

// Gaps returns the elapsed times from each landing to the next.
func (u *Usual) Gaps() Spread { return u.known().gaps }

// Daily reports whether the asset is judged by time of day: whether it lands
// at most twice, on average, on a day on which it lands. Else it lands many
// times a day, no time of day is special, and it is judged by its gaps.
func (u *Usual) Daily() bool {
	u = u.known()
	return u.times.Len() > 0 && u.counted <= 2*u.times.Len()
}
