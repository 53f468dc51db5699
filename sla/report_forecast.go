package sla

import (
	"math/big"
	"time"
)

// A forecast says when a budget will be gone.
//
// As the Google SRE workbook ("Alerting on SLOs") has it, a burn rate of 1 uses the budget of a whole window up in just that window:
//
//	time to exhaustion = (window − consumed × elapsed) ÷ burn rate
//
// where:
//
//	window     how long the window of the objective is
//	elapsed    how much of it has passed: all of a rolling one
//	consumed   (bad / total) / (1 − target) over the elapsed part
//	burn rate  the same ratio over the window that tells the present, or the worst, burn
//
// A rolling window renews its budget as it goes, so that a burn rate of at most 1 never uses it up; above that, what leaves
// the window meanwhile is left out of account, and the answer is on the safe side. A budget that lasts for as long as
// a rolling window, or until one of the calendar ends, is never gone.
type forecast struct {
	target     Target
	counts     Counts
	start, end int64 // of the window; a rolling one ends at the instant asked about
	at         int64
	rolling    bool
}

// gone answers the instant at which the budget is gone if it goes on burning as over some counts; zero: never.
// It compares exact fractions.
func (f forecast) gone(burn Counts, at time.Time) time.Time {
	b := Budget{f.target, f.counts}
	tolerance := int64(b.tolerance())
	if state := b.State(); tolerance == 0 || state == NoData {
		return time.Time{}
	} else if state > AtRisk {
		return at
	}
	elapsed, left := f.at-f.start, f.end-f.at
	if f.rolling {
		left = elapsed
	}
	rate := ratio(burn, tolerance)
	if rate.Sign() == 0 || f.rolling && rate.Cmp(big.NewRat(1, 1)) <= 0 {
		return time.Time{}
	}
	used := ratio(f.counts, tolerance)
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

// ratio is (bad / total) / (1 − target), exactly, with the tolerance in billionths; 0 without data.
func ratio(c Counts, tolerance int64) *big.Rat {
	_, bad := c.parts()
	total := c.Total()
	if total == 0 {
		return new(big.Rat)
	}
	r := new(big.Rat).SetFrac(new(big.Int).SetUint64(bad), new(big.Int).SetUint64(total))
	return r.Mul(r, big.NewRat(int64(billion), tolerance))
}

// present is what tells the present burn: the counts of the shortest of the long burn windows that holds any,
// or else of the whole window.
func (o ObjectiveReport) present() Counts {
	var found *Burn
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

// worstPair is what tells the worst burn: of the pair of burn windows whose slower burn is the fastest, that slower one.
func (o ObjectiveReport) worstPair() Counts {
	var worst Counts
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

// faster says whether a larger share is bad in a than in b: a.bad / a.total > b.bad / b.total, in whole numbers.
func faster(a, b Counts) bool {
	_, badA := a.parts()
	_, badB := b.parts()
	if a.Total() == 0 || b.Total() == 0 {
		return badA > 0 && b.Total() == 0
	}
	return wide(badA, b.Total()).compare(wide(badB, a.Total())) > 0
}
