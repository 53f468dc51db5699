package freshness

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// maxTurns bounds a backtest: a due instant a minute makes half a million a year.
const maxTurns = 1 << 21

var errTurns = fmt.Errorf("freshness: the answer changes more than %d times, or as much is due: judge a shorter time", maxTurns)

var errStandstill = errors.New("freshness: the policy's NextCheck does not lie after the instant judged")

// goThrough judges every stretch of time between two changes of the answer.
func (r *Report) goThrough(known Landings, most int) error {
	n := known.after(r.From)
	for t, turns := r.From, 0; t.Before(r.To); turns++ {
		if turns == most {
			return errTurns
		}
		said := r.Policy.Check(known[:n:n], t)
		until := r.To
		if !said.NextCheck.IsZero() && said.NextCheck.Before(until) {
			until = said.NextCheck
		}
		if n < len(known) && known[n].At.Before(until) {
			until = known[n].At.Round(0)
		}
		if !until.After(t) {
			return errStandstill
		}
		r.spend(said, t, until)
		for n < len(known) && !known[n].At.After(until) {
			n++
		}
		t = until
	}
	return nil
}

// spend books a stretch of time under what was said of it.
func (r *Report) spend(said Result, from, until time.Time) {
	d := until.Sub(from)
	switch said.Status {
	case Fresh:
		r.Fresh = sumSat(r.Fresh, d)
	case AtRisk:
		r.AtRisk = sumSat(r.AtRisk, d)
	case Stale:
		r.Stale = sumSat(r.Stale, d)
		r.breach(said, from, until)
	default:
		r.Unknown = sumSat(r.Unknown, d)
	}
}

// breach books a breach, or the continuation of the one before.
func (r *Report) breach(said Result, from, until time.Time) {
	if n := len(r.Breaches); n > 0 && r.Breaches[n-1].Until.Equal(from) {
		r.Breaches[n-1].Until = until
		return
	}
	r.Breaches = append(r.Breaches, Span{From: from, Until: until, Why: said.Reason.String()})
}

// sumSat adds two durations that are not negative, and saturates.
func sumSat(a, b time.Duration) time.Duration {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// judgeDues gives each due instant its outcome, and counts.
func (r *Report) judgeDues(p Deadline, known Landings, most int) error {
	s, ok := p.next(addSat(r.From, -1))
	for streak := 0; ok && s.due.Before(r.To); {
		if len(r.Outcomes) == most {
			return errTurns
		}
		j := dueJudge{report: r, p: &p, known: known, slot: s}
		j.next, j.more = p.next(s.due)
		o := j.outcome()
		r.count(o)
		switch {
		case o.Kept():
			streak = 0
		case o.Judged():
			streak++
			r.Streak = max(r.Streak, streak)
		}
		s, ok = j.next, j.more
	}
	return nil
}

// count adds an outcome to the report.
func (r *Report) count(o Outcome) {
	r.Outcomes = append(r.Outcomes, o)
	if o.Judged() {
		r.WorstLate = max(r.WorstLate, o.Late)
	}
	switch {
	case o.Reason == ReasonOnTime:
		r.OnTime++
	case o.Reason == ReasonInGrace:
		r.Late, r.InGrace = r.Late+1, r.InGrace+1
	case o.Reason == ReasonLate:
		r.Late++
	case o.excused():
		r.Excused++
	case o.missing():
		r.Missing++
	default:
		r.NotDue++
	}
}
