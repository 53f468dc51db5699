package freshness

import (
	"errors"
	"math"
	"time"
)

// MissBelow is the chance of landing by the due instant below which
// [Usual.Predict] says that it will be missed.
const MissBelow = 0.5

// A Prediction says how likely it is that data lands by a due instant, and
// when it is to be expected. [Usual.Predict] makes one. Unless Err is nil, or
// Miss or Landed is set, it says nothing.
type Prediction struct {
	// At is the instant of the prediction, and Due the due instant.
	At, Due time.Time

	// Landed says that data for the due instant has landed already, and then
	// Expected is that landing. Always false for an asset judged by its gaps.
	Landed bool

	// Miss says that the due instant will be missed: that Chance is below
	// MissBelow. It is certain when Landed is set or Due lies before At.
	Miss bool

	// Chance is that of landing by Due, from 0 to 1: InTime / Waiting.
	// Low and High are the ends of its 95 % interval by Wilson's score. They
	// are wide when Waiting is small.
	Chance, Low, High float64

	// Expected is the instant by which it lands with a chance of one half,
	// and Earliest and Latest those for one tenth and nine tenths: quantiles
	// of how long those Waiting had still to wait. Zero: not known.
	Earliest, Expected, Latest time.Time

	// Sample names the sample that it was learned from: "days", "Mondays" or
	// "gaps".
	Sample string

	// Waiting is how many of the sample had not landed by then either, and
	// InTime how many of these landed by Due.
	Waiting, InTime int

	// Err says why there is no chance to tell: a HistoryError if too few of
	// the sample had waited as long. Nil when there is one.
	Err error
}

var (
	errNeverLanded = errors.New("freshness: nothing has ever landed, so there is no gap to judge")
	errPassed      = errors.New("freshness: the due instant has passed; a chance needs one ahead")
	errOutside     = errors.New("freshness: an instant outside 1970 to 2261 cannot be predicted for")
)

// Predict says at now how likely it is that data lands by due, when landed is
// all that landed until now, oldest first. Landings after now are not
// looked at. It is pure, and allocates only where it answers with an error.
//
// It counts what history did when it stood where the asset stands now. That
// is the empirical conditional distribution; nothing is assumed about its shape:
//
//	                    number of i with u < T[i] ≤ d
//	P(T ≤ d | T > u) = ──────────────────────────────── = 1 − S(d)/S(u)
//	                       number of i with T[i] > u
//
// where, for an asset that is [Usual.Daily]:
//
//   - T[i] is how long after the start of the i-th day (see [Usual]) something
//     landed, on the wall clock, be it days later
//   - u and d are how long after the start of the day of due now and due are;
//     u is 0 while that day has not begun
//   - S is the empirical survival function: the share of the T above its argument
//   - the days are those of the weekday of due, if there are [MinWeekday] of
//     them and [MinWaiting] had not landed by then; else all
//
// and for any other:
//
//   - T[i] is the i-th gap between landings
//   - u and d are the time from the newest landing until now and due
//
// The days of a history overlap when nothing lands for days, so that one long
// silence counts on each of its days; the interval takes them for independent.
//
// When now lies beyond all history, or fewer than [MinWaiting] of it waited
// as long, there is nothing to count: Err is a [*HistoryError], and no number
// is made up. When due has passed a daily asset's chance is 0 and Miss is
// certain, and Expected is when it lands after all. Any other asset is not tied to a
// due instant, and then Err says that it has passed.
//
// The interval is that of E. B. Wilson, "Probable Inference, the Law of
// Succession, and Statistical Inference", JASA 22 (1927), with z = 1.96.
func (u *Usual) Predict(landed Landings, now, due time.Time) Prediction {
	u = u.known()
	p := Prediction{At: now.Round(0), Due: due.Round(0)}
	landed = landed[:landed.after(p.At)]
	switch {
	case u.all.Len() == 0:
		p.Err = &HistoryError{"days with a landing", 0, MinLandings}
	case !inHistory(p.At) || !inHistory(p.Due):
		p.Err = errOutside
	case u.Daily():
		u.predictDay(&p, landed)
	default:
		u.predictGap(&p, landed)
	}
	return p
}

// predictDay predicts from the times of day.
func (u *Usual) predictDay(p *Prediction, landed Landings) {
	n, until := civilOf(p.Due, u.loc).split(u.cut)
	start := civilStart(n, u.cut)
	if i := landed.after(start.instant(u.loc, time.Time{})); i < len(landed) {
		p.landedAt(landed[i].At)
		return
	}
	waited := max(0, time.Duration(civilOf(p.At, u.loc)-start))
	w := weekdayOf(n)
	sample := u.on[w].all
	p.Sample = weekdaySamples[w]
	if sample.Len() < MinWeekday || sample.Len()-sample.upTo(waited) < MinWaiting {
		sample, p.Sample = u.all, "days"
	}
	if rest := p.judge(sample, waited, until); rest != nil {
		p.Earliest = start.add(quantile(rest, 0.1)).instant(u.loc, p.At)
		p.Expected = start.add(quantile(rest, 0.5)).instant(u.loc, p.At)
		p.Latest = start.add(quantile(rest, 0.9)).instant(u.loc, p.At)
	}
	if p.At.After(p.Due) { // certain, whatever history says
		p.Miss, p.Chance, p.Low, p.High, p.InTime, p.Err = true, 0, 0, 0, 0, nil
	}
}

var weekdaySamples = [7]string{"Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays"}

// landedAt says what is certain when data has landed.
func (p *Prediction) landedAt(at time.Time) {
	p.Landed, p.Miss = true, at.After(p.Due)
	p.Earliest, p.Expected, p.Latest = at, at, at
	if !p.Miss {
		p.Chance, p.Low, p.High = 1, 1, 1
	}
}

// predictGap predicts from the gaps.
func (u *Usual) predictGap(p *Prediction, landed Landings) {
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
	if rest := p.judge(u.gaps, p.At.Sub(newest.At), p.Due.Sub(newest.At)); rest != nil {
		p.Earliest = addSat(newest.At, quantile(rest, 0.1))
		p.Expected = addSat(newest.At, quantile(rest, 0.5))
		p.Latest = addSat(newest.At, quantile(rest, 0.9))
	}
}

// judge counts those of the sample that waited as long, and of these those
// that landed in time. It returns the former, in order; nil if they are too few.
func (p *Prediction) judge(sample Spread, waited, until time.Duration) []time.Duration {
	rest := sample.sorted[sample.upTo(waited):]
	if p.Waiting = len(rest); p.Waiting < MinWaiting {
		p.Err = &HistoryError{p.Sample + " without a landing by then", p.Waiting, MinWaiting}
		return nil
	}
	p.InTime = Spread{rest}.upTo(until)
	p.Chance = float64(p.InTime) / float64(p.Waiting)
	p.Low, p.High = wilson(p.Chance, float64(p.Waiting))
	p.Miss = p.Chance < MissBelow
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
