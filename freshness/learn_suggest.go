package freshness

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// suggestStep is what suggested limits are rounded to.
const suggestStep = 5 * time.Minute

// A Suggestion is a policy that a history would have kept, for a person to
// look at. Nothing activates it.
type Suggestion struct {
	// Policy is a Deadline for an asset that lands by a time of day, else a
	// MaxAge.
	Policy Policy

	// Why says how it came about.
	Why string

	// Report is the backtest of the policy, with its would-have-been misses,
	// over the very history that it was learned from. That flatters it:
	// the future keeps it less often.
	Report Report
}

var errShare = errors.New("freshness: a share to be kept must lie above 0 and not above 1")

// Suggest returns the tightest policy that the history would have kept for
// the given share, above 0 and at most 1, its limit rounded up to 5 minutes.
//
// For an asset that is [Usual.Daily] it is a [Deadline] at the smallest time of
// day by which that share of the days had landed. If there is enough history
// of each weekday, those on which it lands less than half of the time are left out.
// The window begins with the asset's day, and the warning halfway from the
// median landing to the due instant, to the minute.
//
// For any other asset, and where too many days have no landing for any time of
// day to do, it is a [MaxAge] that fails above the smallest gap that the share of the
// gaps does not exceed, and warns halfway between that and the median gap.
//
// A share out of range is an error. So is a Usual that has learned nothing, a
// [*HistoryError].
func (u *Usual) Suggest(share float64) (Suggestion, error) {
	u = u.known()
	switch {
	case !(share > 0 && share <= 1):
		return Suggestion{}, fmt.Errorf("%w: %v", errShare, share)
	case u.all.Len() == 0:
		return Suggestion{}, &HistoryError{"days with a landing", 0, MinLandings}
	}
	var s Suggestion
	if due, why := u.suggestDue(share); why == "" {
		s = due
	} else {
		s = u.suggestAge(share, why)
	}
	first, last := u.landed[0].At, u.landed[len(u.landed)-1].At
	var err error
	s.Report, err = Backtest(s.Policy, u.landed, first.In(u.loc), justAfter(last))
	return s, err
}

// suggestDue suggests a deadline, or says why there is none.
func (u *Usual) suggestDue(share float64) (s Suggestion, why string) {
	if !u.Daily() {
		return s, "it lands several times a day, or at any time"
	}
	on := u.landingDays()
	sample := u.allOn(on)
	needed := sample.least(share)
	wait := roundUp(u.cut+needed) - u.cut
	if needed > day || wait > day {
		return s, fmt.Sprintf("no time of day does: %d of %d days had no landing", sample.Len()-sample.upTo(day), sample.Len())
	}
	due, err := schedule.Cron(dueCron(u.cut+wait, on), u.loc)
	if err != nil {
		return s, "the due instant is not a schedule: " + err.Error()
	}
	usual := min(wait, quantile(sample.sorted, 0.5))
	s.Policy = Deadline{Due: due, Window: wait, Warn: ((wait - usual) / 2).Truncate(time.Minute)}
	s.Why = fmt.Sprintf("%s of %d days had landed by %s; the median is %s",
		percent(share), sample.Len(), clockText(u.cut+wait), clockText(u.cut+usual))
	return s, ""
}

// roundUp returns the first multiple of suggestStep that is not below d.
func roundUp(d time.Duration) time.Duration {
	if up := d.Truncate(suggestStep); up >= d {
		return up
	}
	return d.Truncate(suggestStep) + suggestStep
}

// landingDays returns the weekdays on which the asset lands at least half of
// the time; all if there is too little history of one, or no such weekday.
func (u *Usual) landingDays() []time.Weekday {
	all := []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	var on []time.Weekday
	for _, w := range all {
		n := u.on[w].all.Len()
		if n < MinWeekday {
			return all
		}
		if 2*u.on[w].times.Len() >= n {
			on = append(on, w)
		}
	}
	if on == nil {
		return all
	}
	return on
}

// allOn joins the samples of some weekdays.
func (u *Usual) allOn(on []time.Weekday) Spread {
	var sample []time.Duration
	for _, w := range on {
		sample = append(sample, u.on[w].all.sorted...)
	}
	return spreadOf(sample)
}

// dueCron writes the due instant as cron does. One that lies on the day before
// or after moves the weekdays too.
func dueCron(at time.Duration, on []time.Weekday) string {
	shift := int(math.Floor(at.Hours() / 24))
	at -= time.Duration(shift) * day
	return fmt.Sprintf("%d %d * * %s", at/time.Minute%60, at/time.Hour, cronDays(on, shift))
}

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

// suggestAge suggests a longest age, and says why no deadline.
func (u *Usual) suggestAge(share float64, why string) Suggestion {
	usual := quantile(u.gaps.sorted, 0.5)
	fail := max(roundUp(u.gaps.least(share)), suggestStep)
	warn := ((min(usual, fail) + fail) / 2).Truncate(suggestStep)
	return Suggestion{
		Policy: MaxAge{Warn: warn, Fail: fail},
		Why: fmt.Sprintf("%s; %s of %d gaps were at most %s, the median is %s",
			why, percent(share), u.gaps.Len(), fail, seconds(usual)),
	}
}
