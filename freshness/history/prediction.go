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
	// landing. It is always false for an asset that is not daily.
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

	// Sample names the sample that was counted: "days", "Mondays", "gaps", or "Mondays after 2
	// missed days".
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
// oldest first; landings after now are ignored. Predict allocates only if it returns an error, or if
// a daily asset has missed a whole day.
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
// Once a daily asset has missed a whole day, the usual time of day no longer tells whether it lands:
// a load that was good for 60 nights and has been silent for 30 days has no chance of 100%. It is
// then judged by its gaps in days as well. Of the formula above, the days i are those that
//
//   - lie as many days after a landing as the day of due lies after the newest, and
//   - on which nothing had landed since, at the time of day and so many days before as it is now
//
// of the weekday of due, if 5 of them waited as long. Otherwise they are of all weekdays on which it
// lands at least half of the time, if that of due is one, or else of the others; see
// [Baseline.Suggest]. Each silence of the past counts once.
//
// Silences as long are rare, and the interval is wide. In the first of its length there is none to
// compare with, and Err is set: that is more honest than a chance taken from ordinary days.
//
// If fewer than 5 of the sample waited as long, Err is a [*SampleError], and no number is made up.
// If nothing of landed lies before now, Err is that nothing has ever landed.
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

// predictDay predicts for the day of due: by the times of day, or by the gaps once a whole day was
// missed.
func (b *Baseline) predictDay(p *Prediction, landed freshness.Landings) {
	n, _ := civilOf(p.Due, b.loc).split(b.cut)
	start := civilStart(n, b.cut).instant(b.loc, time.Time{})
	if i := landed.After(start); i < len(landed) {
		p.landedAt(landed[i].At)
		return
	}

	if newest, ok := landed.Newest(); !ok || !inHistory(newest.At) {
		p.Err = errNeverLanded
	} else if s := b.silenceOf(newest.At, p.At, p.Due); s.missed() > 0 {
		b.predictSilence(p, s)
	} else {
		b.predictTime(p)
	}
	if p.At.After(p.Due) { // certain, whatever the sample is
		p.Miss, p.Chance, p.Low, p.High, p.InTime, p.Err = true, 0, 0, 0, 0, nil
	}
}

// predictTime predicts from the times of day. It takes the days of the weekday of due, because many
// loads have a weekly habit, and falls back to all days if these are too few to count.
func (b *Baseline) predictTime(p *Prediction) {
	n, until := civilOf(p.Due, b.loc).split(b.cut)
	start := civilStart(n, b.cut)
	waited := max(0, time.Duration(civilOf(p.At, b.loc)-start))
	w := weekdayOf(n)
	sample := b.on[w].all
	p.Sample = weekdaySamples[w]
	if b.seen(w) < minWeekday || sample.Count()-sample.upTo(waited) < minWaiting {
		sample, p.Sample = b.all, "days"
	}

	if rest := p.judge(sample, waited, until); rest != nil {
		p.expect(start, rest, b.loc)
	}
}

// expect sets when to expect the landing, of waits since an instant on the wall clock.
func (p *Prediction) expect(since civil, waits []time.Duration, loc *time.Location) {
	p.Earliest = since.add(quantile(waits, 0.1)).instant(loc, p.At)
	p.Expected = since.add(quantile(waits, 0.5)).instant(loc, p.At)
	p.Latest = since.add(quantile(waits, 0.9)).instant(loc, p.At)
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
	p.Low, p.High = wilson(p.InTime, p.Waiting)
	p.Miss = p.Chance < missBelow
	return rest
}

// wilson returns Wilson's score interval of a share p = k/n, for k of n cases and an n above 0:
//
//	(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)
//
// The sums of float64 miss an end that equals p by some 1e-17. So that the interval holds p, and is
// from 0 for k = 0 and to 1 for k = n, exactly, its ends are kept on their side of p.
func wilson(k, n int) (low, high float64) {
	const z = 1.96
	p, cases := float64(k)/float64(n), float64(n)
	middle := p + z*z/(2*cases)
	half := z * math.Sqrt(p*(1-p)/cases+z*z/(4*cases*cases))
	scale := 1 + z*z/cases

	return max(0, min((middle-half)/scale, p)), min(1, max((middle+half)/scale, p))
}
