package history

import (
	"fmt"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A silence is how long nothing has landed for a daily asset, in its days.
type silence struct {
	last  int64         // day of the newest landing, counted from 1970-01-01
	today int64         // day of the prediction
	since time.Duration // how long ago that began, on the wall clock
	due   int64         // day of the due instant
}

// silenceOf returns the silence at now after the newest landing.
func (b *Baseline) silenceOf(newest, now, due time.Time) (s silence) {
	s.last, _ = civilOf(newest, b.loc).split(b.cut)
	s.today, s.since = civilOf(now, b.loc).split(b.cut)
	s.due, _ = civilOf(due, b.loc).split(b.cut)
	return s
}

// missed returns how many whole days have ended since the newest landing without another.
func (s silence) missed() int64 { return s.today - s.last - 1 }

// predictSilence predicts from the silences of the past that lasted as long as the present one. It
// takes those that reached as far on the weekday of due, because a silence from Friday to Monday is
// a habit, and one from Tuesday to Friday is not. If these are too few to count it falls back to all
// on weekdays that are alike: where it never lands on Saturdays, one that follows a missed Friday is
// not like a Monday after a weekend.
func (b *Baseline) predictSilence(p *Prediction, s silence) {
	start := civilStart(s.due, b.cut)
	waited := max(0, time.Duration(civilOf(p.At, b.loc)-start))
	alike, on := b.silences(s)
	sample, days := distributionOf(on), weekdaySamples[weekdayOf(s.due)]
	if sample.Count()-sample.upTo(waited) < minWaiting {
		sample, days = distributionOf(alike), "days"
	}

	unit := "days"
	if s.missed() == 1 {
		unit = "day"
	}
	p.Sample = fmt.Sprintf("%s after %d missed %s", days, s.missed(), unit)
	if rest := p.judge(sample, waited, time.Duration(civilOf(p.Due, b.loc)-start)); rest != nil {
		p.expect(start, rest, b.loc)
	}
}

// silences looks at each landing that nothing followed for as long as s lasts, and returns how long
// after the start of the day of due, as many days later as it is after the newest landing, the first
// landing came: of those for which that day is on a weekday alike, and of those for which it is the
// same. Weekdays are alike if it usually lands on both or on neither. A silence that history does
// not follow that far does not count.
func (b *Baseline) silences(s silence) (alike, on []time.Duration) {
	usual := b.landingDays()
	lands := slices.Contains(usual, weekdayOf(s.due))
	for i := 1; i < len(b.landed); i++ {
		n, _ := civilOf(b.landed[i-1].At, b.loc).split(b.cut)
		now := civilStart(n+s.today-s.last, b.cut).add(s.since)
		if civilOf(b.landed[i].At, b.loc) <= now {
			continue
		}
		due := n + s.due - s.last
		wait, ok := b.waitOn(due, b.landed[i:])
		if !ok {
			continue
		}

		w := weekdayOf(due)
		if slices.Contains(usual, w) == lands {
			alike = append(alike, wait)
		}
		if w == weekdayOf(s.due) {
			on = append(on, wait)
		}
	}
	return alike, on
}

// waitOn returns how long after the start of the n-th day the first of these landings came, be it
// days later, and false if none did.
func (b *Baseline) waitOn(n int64, landed freshness.Landings) (wait time.Duration, ok bool) {
	start := civilStart(n, b.cut)
	i := landed.After(start.instant(b.loc, time.Time{}))
	if i == len(landed) {
		return 0, false
	}
	return time.Duration(civilOf(landed[i].At, b.loc) - start), true
}
