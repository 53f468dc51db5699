package history

import (
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// maxTurns bounds a backtest, so that a policy that is due each nanosecond is an error and not a
// program that never ends. One due instant a minute makes half a million a year.
const maxTurns = 1 << 21

var (
	errTurns = fmt.Errorf("history: the status changes, or something is due, more than %d times: "+
		"judge a shorter time", maxTurns)
	errStandstill = errors.New("history: the policy's NextCheck does not lie after the instant judged")
)

// judgeTime judges each stretch of time in which the status cannot change: up to the next landing,
// or to the instant that the result before it names in NextCheck.
func (r *BacktestResult) judgeTime(known freshness.Landings, most int) error {
	n := known.After(r.Start)
	for t, turns := r.Start, 0; t.Before(r.End); turns++ {
		if turns == most {
			return errTurns
		}

		result := r.Policy.Check(known[:n:n], t)
		until := r.End
		if !result.NextCheck.IsZero() && result.NextCheck.Before(until) {
			until = result.NextCheck
		}
		if n < len(known) && known[n].At.Before(until) {
			until = known[n].At.Round(0)
		}
		if !until.After(t) {
			return errStandstill // a policy of another package may break the rule
		}

		r.addTime(result, t, until)
		for n < len(known) && !known[n].At.After(until) {
			n++
		}
		t = until
	}
	return nil
}

// addTime adds a stretch of time to the total of its status, and to the breaches.
func (r *BacktestResult) addTime(result freshness.Result, from, until time.Time) {
	total := &r.Unknown
	switch result.Status {
	case freshness.Fresh:
		total = &r.Fresh
	case freshness.AtRisk:
		total = &r.AtRisk
	case freshness.Stale:
		total = &r.Stale
		r.addBreach(result, from, until)
	}
	*total = time.Duration(exact.Add(int64(*total), int64(until.Sub(from))))
}

// addBreach adds a breach, or continues the one that ends at from.
func (r *BacktestResult) addBreach(result freshness.Result, from, until time.Time) {
	if n := len(r.Breaches); n > 0 && r.Breaches[n-1].End.Equal(from) {
		r.Breaches[n-1].End = until
		return
	}
	r.Breaches = append(r.Breaches, freshness.Span{Start: from, End: until, Why: result.Reason.String()})
}

// judgeDues finds the outcome of each due instant, and counts. Which landings count for a due
// instant depends on the one after it, so it works one behind the iterator.
func (r *BacktestResult) judgeDues(known freshness.Landings, most int) error {
	streak := 0
	judge := func(due, next freshness.Due) error {
		if len(r.Outcomes) == most {
			return errTurns
		}
		o := (&dueJudge{result: r, known: known, due: due, next: next}).outcome()
		r.count(o)
		switch {
		case o.Kept():
			streak = 0
		case o.Judged():
			streak++
			r.Streak = max(r.Streak, streak)
		}
		return nil
	}

	var due freshness.Due
	for next := range freshness.Dues(r.Policy, r.Start, exact.EndOfTime()) {
		if !due.At.IsZero() {
			if err := judge(due, next); err != nil {
				return err
			}
		}
		if due = next; !due.At.Before(r.End) {
			return nil
		}
	}
	if due.At.IsZero() {
		return nil
	}
	return judge(due, freshness.Due{})
}

// count adds an outcome.
func (r *BacktestResult) count(o Outcome) {
	r.Outcomes = append(r.Outcomes, o)
	if o.Judged() {
		r.WorstLate = max(r.WorstLate, o.Late)
	}

	switch {
	case o.Reason == freshness.ReasonOnTime:
		r.OnTime++
	case o.Reason == freshness.ReasonInGrace:
		r.Late, r.InGrace = r.Late+1, r.InGrace+1
	case o.Reason == freshness.ReasonLate:
		r.Late++
	case o.excused():
		r.Excused++
	case o.missing():
		r.Missing++
	default:
		r.NotDue++
	}
}
