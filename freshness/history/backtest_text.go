package history

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// String returns what became of the due instant: "on time", "late 1h 2m", "late 5m, within the
// grace", "missing", "missing (partial)", "excused (paused)" or "not due".
func (o Outcome) String() string {
	switch {
	case o.Reason == freshness.ReasonOnTime:
		return "on time"
	case o.Reason == freshness.ReasonLate:
		return "late " + plain.Duration(o.Late)
	case o.Reason == freshness.ReasonInGrace:
		return "late " + plain.Duration(o.Late) + ", within the grace"
	case o.Reason == freshness.ReasonPartial:
		return "missing (partial)"
	case o.missing():
		return "missing"
	case o.excused():
		return "excused (" + o.Reason.String() + ")"
	}
	return "not due"
}

type jsonOutcome struct {
	Due     time.Time          `json:"due"`
	Reason  freshness.Reason   `json:"reason"`
	Landing *freshness.Landing `json:"landing,omitempty"`
	Late    jsontree.Duration  `json:"late,omitzero"`
}

// MarshalJSON writes "due", "reason", "landing" if there is one, and "late" if it is not zero.
func (o Outcome) MarshalJSON() ([]byte, error) {
	out := jsonOutcome{o.Due, o.Reason, nil, jsontree.Duration(o.Late)}
	if o.Landed {
		out.Landing = &o.Landing
	}
	return json.Marshal(out)
}

// String returns the result in lines for people: the policy, what is counted by time and by due
// instant, and then every due instant that was not on time, or every breach of a policy without due
// instants. Breaches are shown in the location of Start, and due instants in that of their
// schedule. Shares are floored to two decimals, so that none is rounded up to 100%.
func (r BacktestResult) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "policy  %s\n", r.policyText())
	fmt.Fprintf(&b, "time    %s to %s\n", r.Start.Format(time.RFC3339), r.End.Format(time.RFC3339))
	fmt.Fprintf(&b, "status  %s\n", r.timeText())

	if worst, ok := r.WorstBreach(); ok {
		fmt.Fprintf(&b, "broken  %d times, the longest %s\n", len(r.Breaches), r.breachText(worst))
	}
	if r.Outcomes != nil {
		r.appendDues(&b)
		return b.String()
	}
	for _, breach := range r.Breaches {
		fmt.Fprintf(&b, "  %s\n", r.breachText(breach))
	}
	return b.String()
}

func (r BacktestResult) policyText() string {
	text, err := freshness.EncodePolicy(r.Policy)
	if err != nil {
		return fmt.Sprintf("%T", r.Policy)
	}
	return string(text)
}

func (r BacktestResult) timeText() string {
	if _, ok := r.TimeShare(); !ok {
		return "never judged"
	}
	return fmt.Sprintf("kept %s of the time: fresh %s, at risk %s, stale %s; unknown %s",
		r.timePercent(), plain.Duration(r.Fresh), plain.Duration(r.AtRisk),
		plain.Duration(r.Stale), plain.Duration(r.Unknown))
}

// timePercent returns the share of time in percent, floored in whole numbers.
func (r BacktestResult) timePercent() string {
	kept, stale := uint64(r.Fresh)+uint64(r.AtRisk), uint64(r.Stale)
	if kept+stale < kept { // beyond 584 years the sum does not fit, and that of their halves does
		kept, stale = kept/2, stale/2
	}
	return plain.Percent(kept, kept+stale, 2)
}

// keptText returns what was kept, by due instants or by time.
func (r BacktestResult) keptText() string {
	switch _, ok := r.TimeShare(); {
	case r.Outcomes != nil && r.Judged() > 0:
		return fmt.Sprintf("%d of %d due instants (%s)", r.Kept(), r.Judged(), r.keptPercent())
	case r.Outcomes == nil && ok:
		return r.timePercent() + " of the time"
	}
	return "nothing, for nothing was judged"
}

func (r BacktestResult) keptPercent() string {
	return plain.Percent(uint64(r.Kept()), uint64(r.Judged()), 2)
}

func (r BacktestResult) appendDues(b *strings.Builder) {
	fmt.Fprintf(b, "due     %d times, %d judged: kept %d (%s)\n",
		len(r.Outcomes), r.Judged(), r.Kept(), r.keptPercent())
	fmt.Fprintf(b, "        on time %d, late %d (within the grace %d, the worst %s), ",
		r.OnTime, r.Late, r.InGrace, plain.Duration(r.WorstLate))
	fmt.Fprintf(b, "missing %d, excused %d, not due %d\n", r.Missing, r.Excused, r.NotDue)
	fmt.Fprintf(b, "        not kept at most %d times in a row\n", r.Streak)
	for _, o := range r.Outcomes {
		if o.Reason != freshness.ReasonOnTime {
			fmt.Fprintf(b, "  %s  %s\n", o.Due.Format("Mon 2006-01-02 15:04 MST"), o)
		}
	}
}

func (r BacktestResult) breachText(s freshness.Span) string {
	loc := r.Start.Location()
	start, end := s.Start.In(loc).Format(time.RFC3339), s.End.In(loc).Format(time.RFC3339)
	return fmt.Sprintf("%s: %s to %s (%s)", plain.Duration(s.End.Sub(s.Start)), start, end, s.Why)
}

type jsonResult struct {
	Policy    json.RawMessage   `json:"policy,omitempty"`
	Start     time.Time         `json:"start"`
	End       time.Time         `json:"end"`
	OnTime    int               `json:"on_time"`
	Late      int               `json:"late"`
	InGrace   int               `json:"in_grace"`
	Missing   int               `json:"missing"`
	Excused   int               `json:"excused"`
	NotDue    int               `json:"not_due"`
	WorstLate jsontree.Duration `json:"worst_late"`
	Streak    int               `json:"streak"`
	Fresh     jsontree.Duration `json:"fresh"`
	AtRisk    jsontree.Duration `json:"at_risk"`
	Stale     jsontree.Duration `json:"stale"`
	Unknown   jsontree.Duration `json:"unknown"`
	KeptShare *float64          `json:"kept_share,omitempty"`
	TimeShare *float64          `json:"time_share,omitempty"`
	Outcomes  []Outcome         `json:"outcomes,omitempty"`
	Breaches  []freshness.Span  `json:"breaches,omitempty"`
}

// MarshalJSON writes an object whose fields are named as those of BacktestResult, in lower case
// with underscores, and "kept_share" and "time_share" if there are such. The policy is as
// [freshness.EncodePolicy] writes it, and left out if it is of another package.
func (r BacktestResult) MarshalJSON() ([]byte, error) {
	policy, _ := freshness.EncodePolicy(r.Policy) // nil if it cannot be written
	return json.Marshal(jsonResult{
		Policy: policy, Start: r.Start, End: r.End,
		OnTime: r.OnTime, Late: r.Late, InGrace: r.InGrace,
		Missing: r.Missing, Excused: r.Excused, NotDue: r.NotDue,
		WorstLate: jsontree.Duration(r.WorstLate), Streak: r.Streak,
		Fresh: jsontree.Duration(r.Fresh), AtRisk: jsontree.Duration(r.AtRisk),
		Stale: jsontree.Duration(r.Stale), Unknown: jsontree.Duration(r.Unknown),
		KeptShare: optional(r.KeptShare()), TimeShare: optional(r.TimeShare()),
		Outcomes: r.Outcomes, Breaches: r.Breaches,
	})
}

func optional(share float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &share
}
