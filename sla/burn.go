package sla

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// A BurnRule says when a budget burns so fast that somebody should look:
// when the burn rate, (bad / total) / (1 − target), is strictly above a factor over both a long and a short window.
// The long window shows that it matters, the short one that it still goes on.
// [DefaultBurnRules] are the usual ones; [Burn] holds one against counts.
//
// The zero BurnRule is refused by [BurnRule.Validate]. Rules compare with ==.
// A BurnRule is a value, and safe for concurrent use.
type BurnRule struct {
	Name      string        // names the rule in messages; required
	Page      bool          // wakes somebody; false: makes a ticket
	Factor    Factor        // the burn rate that must be exceeded; required
	Long      time.Duration // the long window; longer than the short one
	Short     time.Duration // the short window; positive
	MinEvents int64         // how many outcomes the long window must hold before the rule may fire; 0: one
}

// DefaultBurnRules answers the four rules of the Google SRE workbook ("Alerting on SLOs", table 5-8) for the period
// of an objective. Each fires when a share of the budget of that period would be spent within its long window:
//
//	page-fast    2 % in 1 hour,   short window 5 minutes
//	page-slow    5 % in 6 hours,  short window 30 minutes
//	ticket-fast  10 % in 1 day,   short window 2 hours
//	ticket-slow  10 % in 3 days,  short window 6 hours
//
// Its factor is that share × period / long window: 14.4, 6, 3 and 1 for 30 days; 13.44, 5.6, 2.8 and 14/15 for 28 days.
// For a week the slow ones are 0.7 and 7/30: below 1 they tell of a burn that the budget may well bear. Give an objective
// with so short a window rules of its own.
// Rules whose long window is longer than the period are left out, so that a period below an hour has none.
// A period that makes no exact [Factor], as one of a prime number of nanoseconds, is an error whose path is "period".
func DefaultBurnRules(period time.Duration) ([]BurnRule, error) {
	var rules []BurnRule
	for _, r := range []struct {
		BurnRule
		percent int64
	}{
		{BurnRule{Name: "page-fast", Page: true, Long: time.Hour, Short: 5 * time.Minute}, 2},
		{BurnRule{Name: "page-slow", Page: true, Long: 6 * time.Hour, Short: 30 * time.Minute}, 5},
		{BurnRule{Name: "ticket-fast", Long: Day, Short: 2 * time.Hour}, 10},
		{BurnRule{Name: "ticket-slow", Long: 3 * Day, Short: 6 * time.Hour}, 10},
	} {
		if r.Long > period {
			break
		}
		factor, ok := factorOf(new(big.Rat).Mul(big.NewRat(r.percent, 100), big.NewRat(int64(period), int64(r.Long))))
		if !ok {
			return nil, fieldError("period", "%v makes no exact factor: use whole minutes", period)
		}
		r.Factor = factor
		rules = append(rules, r.BurnRule)
	}
	return rules, nil
}

// Validate answers everything that is wrong with the rule for an objective with that target, joined, each fault
// a [*FieldError]; nil when nothing is. A factor at or above 1 / (1 − target) is a fault: when all is bad the
// burn rate is just that, so the rule could never fire. So is any factor with the zero Target, which has no budget.
func (r BurnRule) Validate(target Target) error {
	var f faults
	f.required("name", r.Name)
	f.factor(r.Factor, target)
	if r.Short <= 0 {
		f.add("short", "%v is no length: it must be positive", r.Short)
	}
	if r.Long <= r.Short {
		f.add("long", "%v must be longer than the short window, %v", r.Long, r.Short)
	}
	f.count("min_events", r.MinEvents)
	return f.err()
}

func (f *faults) factor(factor Factor, target Target) {
	switch {
	case factor.IsZero():
		f.add("factor", "is missing")
	case target.IsZero():
		f.add("factor", "%v can never be exceeded: without a target there is no budget to burn", factor)
	default:
		if highest, ok := factor.reachable(Budget{Target: target}); !ok {
			f.add("factor", "%v can never be exceeded: with a target of %v the burn rate is at most %s", factor, target, highest)
		}
	}
}

// A Burn is a rule held against what was good and bad in both its windows.
//
// A Burn is a value, and safe for concurrent use.
type Burn struct {
	Rule   BurnRule // what is asked
	Target Target   // of the objective
	Long   Counts   // over the long window
	Short  Counts   // over the short window
}

// Firing says whether the burn rate is strictly above the factor in both windows, and the long one holds enough outcomes.
// It compares whole numbers and allocates nothing. A window without data never fires, nor does a rule without a factor or target.
func (b Burn) Firing() bool {
	tolerance := Budget{Target: b.Target}.tolerance()
	return tolerance > 0 && !b.Rule.Factor.IsZero() && b.enough() &&
		b.Rule.Factor.exceeded(b.Long, tolerance) && b.Rule.Factor.exceeded(b.Short, tolerance)
}

func (b Burn) enough() bool { return b.Long.Total() >= uint64(max(b.Rule.MinEvents, 1)) }

// String answers in words whether the rule fires and why, as
// "page-fast fires: burns 20 times the budget over 1h and 18 times the budget over 5m, above 14.4".
func (b Burn) String() string {
	verb, than := "is quiet", "not both above"
	switch {
	case b.Firing():
		verb, than = "fires", "above"
	case !b.enough():
		return fmt.Sprintf("%s is quiet: %d outcomes over %s, fewer than %d",
			b.Rule.Name, b.Long.Total(), appendLength(nil, b.Rule.Long), max(b.Rule.MinEvents, 1))
	}
	return fmt.Sprintf("%s %s: burns %s over %s and %s over %s, %s %v", b.Rule.Name, verb,
		b.times(b.Long), appendLength(nil, b.Rule.Long), b.times(b.Short), appendLength(nil, b.Rule.Short), than, b.Rule.Factor)
}

// times says a burn rate with two decimals, or with all where two would put it on the other side of the factor.
func (b Burn) times(c Counts) string {
	rate, ok := Budget{Target: b.Target, Counts: c}.Consumed()
	if !ok {
		return "nothing"
	}
	text := strconv.FormatFloat(rate, 'f', 2, 64)
	factor := float64(b.Rule.Factor.over) / float64(max(b.Rule.Factor.under, 1))
	if short, err := strconv.ParseFloat(text, 64); err != nil || (short > factor) != (rate > factor) {
		text = strconv.FormatFloat(rate, 'f', -1, 64)
	}
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text + " times the budget"
}
