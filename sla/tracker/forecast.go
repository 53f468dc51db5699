package tracker

import (
	"math/big"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A forecast is when an error budget will be exhausted.
//
// As in the Google SRE workbook ("Alerting on SLOs"), a burn rate of 1 exhausts the budget of a
// whole window in just that window:
//
//	time to exhaustion = (window − consumed × elapsed) ÷ burn rate
//
// where:
//
//	window     how long the window of the objective is
//	elapsed    how much of it has passed: all of a rolling one
//	consumed   (bad / total) / (1 − target) over the elapsed part
//	burn rate  the same ratio over the burn window that shows the present, or the worst, burn
//
// A rolling window renews its budget as it goes, so that a burn rate of at most 1 never exhausts
// it. Above that, what leaves the window meanwhile is ignored, so that the forecast is on the safe
// side. A budget that lasts for as long as a rolling window, or until a calendar-aligned one ends,
// is never exhausted.
type forecast struct {
	target     sla.Target
	counts     sla.Counts
	start, end int64 // of the window; a rolling one ends at the instant of the report
	at         int64
	rolling    bool
}

// exhausted returns the instant at which the budget is exhausted if it goes on burning as over some
// counts; zero: never. It compares exact fractions.
func (f forecast) exhausted(burn sla.Counts, at time.Time) time.Time {
	b := sla.Budget{Target: f.target, Counts: f.counts}
	tolerance := int64(b.Target.Tolerance())
	if state := b.State(); tolerance == 0 || state == sla.StateNoData {
		return time.Time{}
	} else if state > sla.StateAtRisk {
		return at
	}

	elapsed, left := f.at-f.start, f.end-f.at
	if f.rolling {
		left = elapsed
	}
	rate := burnRate(burn, tolerance)
	if rate.Sign() == 0 || f.rolling && rate.Cmp(big.NewRat(1, 1)) <= 0 {
		return time.Time{}
	}

	used := burnRate(f.counts, tolerance)
	used.Mul(used, new(big.Rat).SetInt64(elapsed))
	togo := new(big.Rat).SetInt64(elapsed)
	if !f.rolling {
		togo.SetInt64(f.end - f.start)
	}
	togo.Sub(togo, used).Quo(togo, rate)
	if togo.Cmp(new(big.Rat).SetInt64(left)) >= 0 {
		return time.Time{}
	}
	whole := new(big.Int).Quo(togo.Num(), togo.Denom())
	return at.Add(max(0, time.Duration(whole.Int64())))
}

// burnRate returns (bad / total) / (1 − target), exactly, with the tolerance in billionths; 0
// without data.
func burnRate(c sla.Counts, tolerance int64) *big.Rat {
	r := badShare(c)
	return r.Mul(r, big.NewRat(exact.Billion, tolerance))
}

// presentBurn returns what shows the present burn rate: the counts of the shortest of the long burn
// windows that holds any, or else of the whole window.
func (o ObjectiveReport) presentBurn() sla.Counts {
	var found *sla.Burn
	for i := range o.Burns {
		b := &o.Burns[i]
		if b.Long.Total() > 0 && (found == nil || b.Rule.Long < found.Rule.Long) {
			found = b
		}
	}
	if found == nil {
		return o.Budget.Counts
	}
	return found.Long
}

// worstBurn returns what shows the worst burn rate. A rule burns as its slower window does; of all
// rules it is the fastest.
func (o ObjectiveReport) worstBurn() sla.Counts {
	var worst sla.Counts
	for _, b := range o.Burns {
		slower := b.Long
		if faster(b.Long, b.Short) {
			slower = b.Short
		}
		if faster(slower, worst) {
			worst = slower
		}
	}
	return worst
}

// faster reports whether a larger share is bad in a than in b: a.bad / a.total > b.bad / b.total,
// in whole numbers.
func faster(a, b sla.Counts) bool {
	_, badA := a.Parts()
	_, badB := b.Parts()
	if a.Total() == 0 || b.Total() == 0 {
		return badA > 0 && b.Total() == 0
	}
	return exact.Mul(badA, b.Total()).Compare(exact.Mul(badB, a.Total())) > 0
}
