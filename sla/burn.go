package sla

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A BurnRule fires when an error budget burns too fast: when the burn rate, (bad / total) / (1 −
// target), is strictly above BurnRate over both a long and a short window. The long window shows
// that it matters, the short one that it still goes on. [DefaultBurnRules] are the usual rules;
// [Burn] compares one with counts.
//
// The zero BurnRule is refused by [BurnRule.Validate]. Rules compare with ==. A BurnRule is a
// value, and safe for concurrent use.
type BurnRule struct {
	Name      string        // in messages; required
	Page      bool          // pages; false: makes a ticket
	BurnRate  BurnRate      // must be exceeded; required
	Long      time.Duration // the long window; longer than the short one
	Short     time.Duration // the short window; positive
	MinEvents int64         // outcomes in the long window below which the rule does not fire; 0: one
}

// DefaultBurnRules returns the four rules of the Google SRE workbook ("Alerting on SLOs", table
// 5-8) for the period of an objective. Each fires when a share of the budget of that period would
// be spent within its long window:
//
//	page-fast    2 % in 1 hour,   short window 5 minutes
//	page-slow    5 % in 6 hours,  short window 30 minutes
//	ticket-fast  10 % in 1 day,   short window 2 hours
//	ticket-slow  10 % in 3 days,  short window 6 hours
//
// The burn rate is that share × period / long window: 14.4, 6, 3 and 1 for 30 days; 13.44, 5.6, 2.8
// and 14/15 for 28. For a week the slow ones are 0.7 and 7/30: below 1 the budget may well last.
// Give an objective with so short a window rules of its own. Rules whose long window is longer than
// the period are left out. A period that makes no exact [BurnRate], as one of a prime number of
// nanoseconds, is an error whose path is "period".
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

		// Exact, so that a budget that burns at just this rate does not fire.
		share, times := big.NewRat(r.percent, 100), big.NewRat(int64(period), int64(r.Long))
		var ok bool
		if r.BurnRate, ok = burnRateOf(times.Mul(times, share)); !ok {
			return nil, fault.New("period", "%v makes no exact burn rate: use whole minutes", period)
		}
		rules = append(rules, r.BurnRule)
	}
	return rules, nil
}

// Validate joins all faults of the rule for an objective with that target, each a [*FieldError]. A
// burn rate at or above 1 / (1 − target) is a fault: it is the burn rate if all is bad, so that the
// rule could never fire. So is any with the zero Target, which has no budget.
func (r BurnRule) Validate(target Target) error {
	var f fault.List
	f.Required("name", r.Name)
	validateBurnRate(&f, r.BurnRate, target)
	if r.Short <= 0 {
		f.Add("short", "%v is no length: it must be positive", r.Short)
	}
	if r.Long <= r.Short {
		f.Add("long", "%v must be longer than the short window, %v", r.Long, r.Short)
	}
	f.Count("min_events", r.MinEvents)
	return f.Err()
}

func validateBurnRate(f *fault.List, rate BurnRate, target Target) {
	const never = "%v can never be exceeded: "
	switch {
	case rate.IsZero():
		f.Add("burn_rate", "is missing")
	case target.IsZero():
		f.Add("burn_rate", never+"without a target there is no budget to burn", rate)
	default:
		if highest, ok := rate.reachable(target); !ok {
			f.Add("burn_rate", never+"with a target of %v the burn rate is at most %s", rate, target, highest)
		}
	}
}

// A Burn is a rule and the counts of both its windows. A Burn is a value, and safe for concurrent
// use.
type Burn struct {
	Rule   BurnRule // what it is compared with
	Target Target   // of the objective
	Long   Counts   // over the long window
	Short  Counts   // over the short window
}

// Firing reports whether the burn rate is strictly above that of the rule in both windows, and the
// long one holds enough outcomes. It compares whole numbers and allocates nothing. A window without
// data never fires, nor does a rule without a burn rate or a target.
func (b Burn) Firing() bool {
	tolerance := b.Target.Tolerance()
	return tolerance > 0 && !b.Rule.BurnRate.IsZero() && b.enough() &&
		b.Rule.BurnRate.exceeded(b.Long, tolerance) && b.Rule.BurnRate.exceeded(b.Short, tolerance)
}

func (b Burn) enough() bool { return b.Long.Total() >= uint64(max(b.Rule.MinEvents, 1)) }

// String returns whether the rule fires and why: "page-fast fires: burns 20 times the budget over
// 1h and 18 times the budget over 5m, above 14.4".
func (b Burn) String() string {
	verb, than := "is quiet", "not both above"
	switch {
	case b.Firing():
		verb, than = "fires", "above"
	case !b.enough():
		return fmt.Sprintf("%s is quiet: %d outcomes over %s, fewer than %d",
			b.Rule.Name, b.Long.Total(), plain.Duration(b.Rule.Long), max(b.Rule.MinEvents, 1))
	}
	return fmt.Sprintf("%s %s: burns %s over %s and %s over %s, %s %v", b.Rule.Name, verb,
		b.times(b.Long), plain.Duration(b.Rule.Long),
		b.times(b.Short), plain.Duration(b.Rule.Short), than, b.Rule.BurnRate)
}

// times returns a burn rate with two decimals, or with all if two would put it on the other side of
// the rule's: the text must not contradict the verdict.
func (b Burn) times(c Counts) string {
	rate, ok := Budget{Target: b.Target, Counts: c}.Consumed()
	if !ok {
		return "nothing"
	}
	text := strconv.FormatFloat(rate, 'f', 2, 64)
	limit := float64(b.Rule.BurnRate.over) / float64(max(b.Rule.BurnRate.under, 1))
	if short, err := strconv.ParseFloat(text, 64); err != nil || (short > limit) != (rate > limit) {
		text = strconv.FormatFloat(rate, 'f', -1, 64)
	}
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text + " times the budget"
}
