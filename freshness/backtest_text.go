package freshness

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
)

// String says what became of the due instant: "on time", "late 1h2m3s",
// "late 5m0s, within the grace", "missing", "missing (partial)", "excused
// (paused)" or "not due".
func (o Outcome) String() string {
	switch {
	case o.Reason == ReasonOnTime:
		return "on time"
	case o.Reason == ReasonLate:
		return "late " + seconds(o.Late)
	case o.Reason == ReasonInGrace:
		return "late " + seconds(o.Late) + ", within the grace"
	case o.Reason == ReasonPartial:
		return "missing (partial)"
	case o.missing():
		return "missing"
	case o.excused():
		return "excused (" + o.Reason.String() + ")"
	}
	return "not due"
}

type jsonOutcome struct {
	Due     time.Time    `json:"due"`
	Reason  Reason       `json:"reason"`
	Landing *Landing     `json:"landing,omitempty"`
	Late    jsonDuration `json:"late,omitzero"`
}

// MarshalJSON writes "due", "reason", "landing" where one decided, and "late"
// where it was.
func (o Outcome) MarshalJSON() ([]byte, error) {
	out := jsonOutcome{o.Due, o.Reason, nil, jsonDuration(o.Late)}
	if o.Landed {
		out.Landing = &o.Landing
	}
	return json.Marshal(out)
}

// String says it in lines for people: the policy, what is counted by due
// instant and by time, and then every due instant that was not on time, or
// every breach for a policy without due instants. Breaches are shown in the
// location of From, and due instants in that of their schedule. Durations are to
// the second; shares are cut to two digits, so that none is rounded up to 100 %.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "policy  %s\n", r.policyText())
	fmt.Fprintf(&b, "time    %s to %s\n", r.From.Format(time.RFC3339), r.To.Format(time.RFC3339))
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

func (r Report) policyText() string {
	text, err := EncodePolicy(r.Policy)
	if err != nil {
		return fmt.Sprintf("%T", r.Policy)
	}
	return string(text)
}

func (r Report) timeText() string {
	share, ok := r.TimeShare()
	if !ok {
		return "never judged"
	}
	return fmt.Sprintf("kept %s of the time: fresh %s, at risk %s, stale %s; unknown %s",
		cut(share), seconds(r.Fresh), seconds(r.AtRisk), seconds(r.Stale), seconds(r.Unknown))
}

func (r Report) appendDues(b *strings.Builder) {
	share, _ := r.KeptShare()
	fmt.Fprintf(b, "due     %d times, %d judged: kept %d (%s)\n", len(r.Outcomes), r.Judged(), r.Kept(), cut(share))
	fmt.Fprintf(b, "        on time %d, late %d (within the grace %d, the worst %s), missing %d, excused %d, not due %d\n",
		r.OnTime, r.Late, r.InGrace, seconds(r.WorstLate), r.Missing, r.Excused, r.NotDue)
	fmt.Fprintf(b, "        not kept at most %d times in a row\n", r.Streak)
	for _, o := range r.Outcomes {
		if o.Reason != ReasonOnTime {
			fmt.Fprintf(b, "  %s  %s\n", o.Due.Format("Mon 2006-01-02 15:04 MST"), o)
		}
	}
}

func (r Report) breachText(s Span) string {
	loc := r.From.Location()
	return fmt.Sprintf("%s: %s to %s (%s)",
		seconds(s.Until.Sub(s.From)), s.From.In(loc).Format(time.RFC3339), s.Until.In(loc).Format(time.RFC3339), s.Why)
}

// cut writes a share in percent, cut to two digits.
func cut(share float64) string {
	return fmt.Sprintf("%.2f %%", math.Floor(share*10000)/100)
}

type jsonReport struct {
	Policy    json.RawMessage `json:"policy,omitempty"`
	From      time.Time       `json:"from"`
	To        time.Time       `json:"to"`
	OnTime    int             `json:"on_time"`
	Late      int             `json:"late"`
	InGrace   int             `json:"in_grace"`
	Missing   int             `json:"missing"`
	Excused   int             `json:"excused"`
	NotDue    int             `json:"not_due"`
	WorstLate jsonDuration    `json:"worst_late"`
	Streak    int             `json:"streak"`
	Fresh     jsonDuration    `json:"fresh"`
	AtRisk    jsonDuration    `json:"at_risk"`
	Stale     jsonDuration    `json:"stale"`
	Unknown   jsonDuration    `json:"unknown"`
	KeptShare *float64        `json:"kept_share,omitempty"`
	TimeShare *float64        `json:"time_share,omitempty"`
	Outcomes  []Outcome       `json:"outcomes,omitempty"`
	Breaches  []Span          `json:"breaches,omitempty"`
}

// MarshalJSON writes the report as an object whose fields are named as those of
// Report, in lower case with underscores, and "kept_share" and "time_share"
// where there are such. The policy is as [EncodePolicy] writes it, and left out
// where it is of another package.
func (r Report) MarshalJSON() ([]byte, error) {
	policy, _ := EncodePolicy(r.Policy) // nil where it cannot be written
	return json.Marshal(jsonReport{
		Policy: policy, From: r.From, To: r.To,
		OnTime: r.OnTime, Late: r.Late, InGrace: r.InGrace, Missing: r.Missing, Excused: r.Excused, NotDue: r.NotDue,
		WorstLate: jsonDuration(r.WorstLate), Streak: r.Streak,
		Fresh: jsonDuration(r.Fresh), AtRisk: jsonDuration(r.AtRisk), Stale: jsonDuration(r.Stale), Unknown: jsonDuration(r.Unknown),
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
