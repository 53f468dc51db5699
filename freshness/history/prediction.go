package history

import (
	"errors"
	"math"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// missBelow is the chance below which a due instant is predicted to be missed.
const missBelow = 0.5

// A Prediction is the chance that data lands by a due instant, and when to expect it.
// [Baseline.Predict] makes one.
//
// If Err is set and neither Landed nor Miss is, there is no prediction, and Err is why.
type Prediction struct {
	// At is the instant of the prediction, and Due the due instant.
	At, Due time.Time

	// Landed reports that data for the due instant has landed already; Expected is then that
	// landing. It is always false for an asset that is judged by its gaps.
	Landed bool

	// Miss reports that the due instant will be missed: Chance is below one half. It is certain if
	// Landed is set or Due lies before At.
	Miss bool

	// Chance is the chance of landing by Due, from 0 to 1: InTime / Waiting. Low and High are the
	// ends of its 95% interval by Wilson's score, which is wide if Waiting is small.
	Chance, Low, High float64

	// Expected is the instant by which it lands with a chance of one half, and Earliest and Latest
	// those for one tenth and nine tenths: quantiles of how long those Waiting had still to
	// wait. They are zero if they are not known.
	Earliest, Expected, Latest time.Time

	// Sample names the sample that was counted: "days", "Mondays" or "gaps".
	Sample string

	// Waiting is how many of the sample had not landed by then either, and InTime how many of these
	// landed by Due.
	Waiting, InTime int

	// Err is why there is no chance: a SampleError if too few of the sample had waited as long. It
	// is nil if there is one.
	Err error
}

var (
	errNeverLanded = errors.New("history: nothing has ever landed, so there is no gap to judge")
	errPassed      = errors.New("history: the due instant has passed; a chance needs one ahead")
	errOutside     = errors.New("history: an instant outside 1970 to 2261 cannot be predicted for")
)

// Predict returns the chance at now that data lands by due. landed is all that landed until now,
// oldest first; landings after now are ignored. Predict allocates only if it returns an error.
//
// It counts what followed in history when the asset stood where it stands now. That is the
// empirical conditional distribution; nothing is assumed about its shape:
//
//	                    number of i with u < T[i] ≤ d
//	P(T ≤ d | T > u) = ──────────────────────────────── = 1 − S(d)/S(u)
//	                       number of i with T[i] > u
//
// where, for a daily asset, as defined at [Baseline]:
//
//   - T[i] is how long after the start of the i-th day something landed, on the wall clock, even if
//     that was days later
//   - u and d are how long after the start of the day of due now and due are; u is 0 while that day
//     has not begun
//   - S is the empirical survival function: the share of the T above its argument
//   - the days are those of the weekday of due, if there are 8 of them and 5 had not landed by then,
//     and otherwise all
//
// and for any other asset:
//
//   - T[i] is the i-th gap between landings
//   - u and d are the time from the newest landing until now and due
//
// If nothing lands for days, that one silence counts on each of them, although the interval takes
// days for independent.
//
// If fewer than 5 of the sample waited as long, Err is a [*SampleError], and no number is made up.
// If due has passed, a daily asset's chance is 0, Miss is certain, and Expected is when it lands
// after all. Any other asset is not tied to a due instant: Err is then that it has passed.
//
// The interval is that of E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
// Inference", JASA 22 (1927), with z = 1.96.
func (b *Baseline) Predict(landed freshness.Landings, now, due time.Time) Prediction {
	b = b.known()
	p := Prediction{At: now.Round(0), Due: due.Round(0)}
	landed = landed[:landed.After(p.At)]
	switch {
	case b.all.Count() == 0:
		p.Err = &SampleError{"days with a landing", 0, minLandings}
	case !inHistory(p.At) || !inHistory(p.Due):
		p.Err = errOutside
	case b.daily():
		b.predictDay(&p, landed)
	default:
		b.predictGap(&p, landed)
	}
	return p
}

// predictDay predicts from the times of day. It takes the days of the weekday of due, because many
// loads have a weekly habit, and falls back to all days if these are too few to count.
func (b *Baseline) predictDay(p *Prediction, landed freshness.Landings) {
	n, until := civilOf(p.Due, b.loc).split(b.cut)
	start := civilStart(n, b.cut)
	if i := landed.After(start.instant(b.loc, time.Time{})); i < len(landed) {
		p.landedAt(landed[i].At)
		return
	}

	waited := max(0, time.Duration(civilOf(p.At, b.loc)-start))
	w := weekdayOf(n)
	sample := b.on[w].all
	p.Sample = weekdaySamples[w]
	if sample.Count() < minWeekday || sample.Count()-sample.upTo(waited) < minWaiting {
		sample, p.Sample = b.all, "days"
	}

	if rest := p.judge(sample, waited, until); rest != nil {
		p.Earliest = start.add(quantile(rest, 0.1)).instant(b.loc, p.At)
		p.Expected = start.add(quantile(rest, 0.5)).instant(b.loc, p.At)
		p.Latest = start.add(quantile(rest, 0.9)).instant(b.loc, p.At)
	}
	if p.At.After(p.Due) { // certain, whatever the sample is
		p.Miss, p.Chance, p.Low, p.High, p.InTime, p.Err = true, 0, 0, 0, 0, nil
	}
}

// weekdaySamples names the samples of the weekdays. A concatenation would allocate.
var weekdaySamples = [7]string{
	"Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays",
}

// landedAt sets what is certain once data has landed.
func (p *Prediction) landedAt(at time.Time) {
	p.Landed, p.Miss = true, at.After(p.Due)
	p.Earliest, p.Expected, p.Latest = at, at, at
	if !p.Miss {
		p.Chance, p.Low, p.High = 1, 1, 1
	}
}

// predictGap predicts from the gaps.
func (b *Baseline) predictGap(p *Prediction, landed freshness.Landings) {
	newest, ok := landed.Newest()
	switch {
	case !ok:
		p.Err = errNeverLanded
		return
	case !p.Due.After(p.At):
		p.Err = errPassed
		return
	}

	p.Sample = "gaps"
	if rest := p.judge(b.gaps, p.At.Sub(newest.At), p.Due.Sub(newest.At)); rest != nil {
		p.Earliest = exact.AddTime(newest.At, quantile(rest, 0.1))
		p.Expected = exact.AddTime(newest.At, quantile(rest, 0.5))
		p.Latest = exact.AddTime(newest.At, quantile(rest, 0.9))
	}
}

// judge counts those of the sample that waited as long, and of these those that landed in time. It
// returns the former, in order, and nil if they are too few.
func (p *Prediction) judge(sample Distribution, waited, until time.Duration) []time.Duration {
	rest := sample.sorted[sample.upTo(waited):]
	if p.Waiting = len(rest); p.Waiting < minWaiting {
		p.Err = &SampleError{p.Sample + " without a landing by then", p.Waiting, minWaiting}
		return nil
	}
	p.InTime = Distribution{rest}.upTo(until)
	p.Chance = float64(p.InTime) / float64(p.Waiting)
	p.Low, p.High = wilson(p.Chance, float64(p.Waiting))
	p.Miss = p.Chance < missBelow
	return rest
}

// wilson returns Wilson's score interval of a share p seen in n cases:
//
//	(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)
func wilson(p, n float64) (low, high float64) {
	const z = 1.96
	middle := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	scale := 1 + z*z/n
	return max(0, (middle-half)/scale), min(1, (middle+half)/scale)
}
