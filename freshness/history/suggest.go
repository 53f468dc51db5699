package history

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// suggestStep is what suggested limits are rounded to.
const suggestStep = 5 * time.Minute

// A Suggestion is a policy that a history would have kept, for a person to look at. Nothing
// activates it.
type Suggestion struct {
	// Policy is a Deadline for an asset that lands by a time of day, and otherwise a MaxAge.
	Policy freshness.Policy

	// Why is how the policy was found, for people to read.
	Why string

	// Backtest is what the policy would have come to over the history that it was learned from,
	// with its misses. That flatters it: the future keeps it less often.
	Backtest BacktestResult
}

// Compliance returns the compliance that the history lets expect, by the measure that an SLO counts:
// the share of due instants that were kept, and of a policy without any the share of time. If
// nothing was judged ok is false.
func (s Suggestion) Compliance() (share float64, ok bool) {
	if s.Backtest.Outcomes != nil {
		return s.Backtest.KeptShare()
	}
	return s.Backtest.TimeShare()
}

// String returns how the policy was found and its expected compliance: "95% of 752 days had landed
// by 07:45:00; the median is 06:11:56. Over this history it keeps 716 of 752 due instants (95.21%)".
func (s Suggestion) String() string {
	return s.Why + ". Over this history it keeps " + s.Backtest.keptText()
}

var errShare = errors.New("history: a share to be kept must lie above 0 and not above 1")

// Suggest returns the tightest policy that the history would have kept for the given share, above 0
// and at most 1, with its limit rounded up to 5 minutes.
//
// For a daily asset, as defined at [Baseline], it is a [freshness.Deadline] at the smallest time of
// day by which that share of the days had landed. If there is enough history of each weekday, those
// on which it lands less than half of the time are left out. The window begins with the asset's
// day. The warning is halfway from the median landing to the due instant, to the minute.
//
// For any other asset it is a [freshness.MaxAge], which an SLO counts by time and not by gaps: one
// gap of a hundred hours is as long as a hundred of one hour. It fails above the smallest age F that
// was not exceeded for the share of the time from the first landing to the last:
//
//	Σ min(g[i], F) ≥ share · Σ g[i]
//
// where g are the gaps. It is never below the median gap, for what breaks in the usual course is no
// promise. It warns halfway between F and the median gap. So it is for a daily asset that lands on
// too few days for any time of day to keep the share.
//
// A share out of range is an error, and so is a Baseline that has learned nothing: a
// [*SampleError].
func (b *Baseline) Suggest(share float64) (Suggestion, error) {
	b = b.known()
	switch {
	case !(share > 0 && share <= 1):
		return Suggestion{}, fmt.Errorf("%w: %v", errShare, share)
	case b.all.Count() == 0:
		return Suggestion{}, &SampleError{"days with a landing", 0, minLandings}
	}

	var s Suggestion
	if due, why := b.suggestDue(share); why == "" {
		s = due
	} else {
		s = b.suggestAge(share, why)
	}

	first, last := b.landed[0].At, b.landed[len(b.landed)-1].At
	var err error
	s.Backtest, err = Backtest(s.Policy, b.landed, first.In(b.loc), exact.JustAfter(last))
	return s, err
}

// suggestDue returns a deadline, or why there is none.
func (b *Baseline) suggestDue(share float64) (s Suggestion, why string) {
	if !b.daily() {
		return s, "it lands several times a day, or at any time"
	}

	on := b.landingDays()
	sample := b.allOn(on)
	needed := sample.least(share)
	wait := roundUp(b.cut+needed) - b.cut
	if needed > day || wait > day {
		without := sample.Count() - sample.upTo(day)
		return s, fmt.Sprintf("no time of day does: %d of %d days had no landing", without, sample.Count())
	}

	due, err := schedule.Cron(dueCron(b.cut+wait, on), b.loc)
	if err != nil {
		return s, "the due instant is not a schedule: " + err.Error()
	}
	usual := min(wait, quantile(sample.sorted, 0.5))
	s.Policy = freshness.Deadline{Due: due, Lookback: wait, Warn: ((wait - usual) / 2).Truncate(time.Minute)}
	s.Why = fmt.Sprintf("%s of %d days had landed by %s; the median is %s",
		plain.Chance(share), sample.Count(), clockText(b.cut+wait), clockText(b.cut+usual))
	return s, ""
}

// roundUp returns the first multiple of suggestStep that is not below d.
func roundUp(d time.Duration) time.Duration {
	n, rest := exact.FloorDiv(int64(d), int64(suggestStep))
	if rest > 0 {
		n++
	}
	return time.Duration(n) * suggestStep
}

// landingDays returns the weekdays on which the asset lands at least half of the time, and all
// seven if there is too little history of one, or no such weekday.
func (b *Baseline) landingDays() []time.Weekday {
	all := []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	var on []time.Weekday
	for _, w := range all {
		if b.seen(w) < minWeekday {
			return all
		}
		if n := b.on[w].all.Count(); 2*b.on[w].times.Count() >= n {
			on = append(on, w)
		}
	}
	if on == nil {
		return all
	}
	return on
}

// allOn returns the joined samples of some weekdays.
func (b *Baseline) allOn(on []time.Weekday) Distribution {
	var sample []time.Duration
	for _, w := range on {
		sample = append(sample, b.on[w].all.sorted...)
	}
	return distributionOf(sample)
}

// dueCron returns the due instant as cron writes it. One that lies on the day before or after moves
// the weekdays as well.
func dueCron(at time.Duration, on []time.Weekday) string {
	shift, past := exact.FloorDiv(int64(at), int64(day))
	at = time.Duration(past)
	return fmt.Sprintf("%d %d * * %s", at/time.Minute%60, at/time.Hour, cronDays(on, int(shift)))
}

// cronDays returns the weekdays, moved by shift days, as cron writes them.
func cronDays(on []time.Weekday, shift int) string {
	if len(on) == 7 {
		return "*"
	}
	var days []int
	for _, w := range on {
		days = append(days, (int(w)+shift+7)%7)
	}
	slices.Sort(days)

	text := make([]string, len(days))
	for i, d := range days {
		text[i] = strconv.Itoa(d)
	}
	return strings.Join(text, ",")
}

// suggestAge returns a longest age, with why it is no deadline.
func (b *Baseline) suggestAge(share float64, why string) Suggestion {
	usual := quantile(b.gaps.sorted, 0.5)
	fail := max(roundUp(max(b.gaps.ageFor(share), usual)), suggestStep)
	warn := ((usual + fail) / 2).Truncate(suggestStep)
	return Suggestion{
		Policy: freshness.MaxAge{Warn: warn, Fail: fail},
		Why: fmt.Sprintf("%s; the newest landing was at most %s old for at least %s of the time, "+
			"the median gap is %s",
			why, plain.Notation(fail), plain.Chance(share), plain.Duration(usual)),
	}
}
