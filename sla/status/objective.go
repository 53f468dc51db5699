package status

import (
	"cmp"
	"math"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A note is what is known of an objective besides what is shown.
type note struct {
	rule freshness.Policy
	zone *time.Location
	last *freshness.Result // the newest result; nil: none

	windows []Window     // the last ones; see bar
	moments []sla.Moment // what was counted, from the begin of the window on, or of the windows shown
}

// patience is how long after a result has run out it may be looked at again, before it counts as forgotten.
const patience = 5 * time.Minute

func forgotten(next, now time.Time) bool { return !next.IsZero() && now.Sub(next) >= patience }

func (h *Handler) objective(s *snapshot, promise *sla.SLA, r *sla.ObjectiveReport) (Objective, note) {
	n := note{last: r.Last, zone: r.Window.Location()}
	for i := range promise.Objectives {
		if o := &promise.Objectives[i]; o.Name == r.Name {
			n.rule, n.zone = o.Freshness, zoneOf(o.Freshness, n.zone)
		}
	}
	o := Objective{
		Name: r.Name, Zone: n.zone.String(), Promise: promiseWords(n.rule, r),
		State: r.State, Target: targetText(r.Budget.Target), Window: r.Window.String(),
		Good: max(r.Budget.Counts.Good, 0), Bad: max(r.Budget.Counts.Bad, 0),
		Left: r.Budget.Left(), Coverage: math.Floor(r.Coverage*10_000) / 10_000,
	}
	if !strings.HasPrefix(o.Window, "rolling") {
		start, end := r.Window.At(s.at)
		o.Start, o.End = within(start, n.zone), within(end, n.zone)
	}
	if h.Publish.Assets {
		o.Asset = r.Asset
	}
	o.figures(r, n.zone)
	o.latest(h.Publish, n)
	o.judge(n, s.at)
	return o, n
}

func targetText(t sla.Target) string {
	if t.IsZero() {
		return "100%"
	}
	return t.String()
}

// figures copies what is defined.
func (o *Objective) figures(r *sla.ObjectiveReport, zone *time.Location) {
	if share, ok := r.Budget.Counts.Compliance(); ok {
		o.Compliance, o.Percent = &share, percentOf(r.Budget)
	}
	if left, ok := r.Budget.Remaining(); ok {
		o.Remaining = &left
	}
	for _, b := range r.Burns {
		if b.Firing() {
			o.Burning = append(o.Burning, b.Rule.Name)
		}
	}
	if !r.Exhaustion.IsZero() {
		o.Exhaustion = within(r.Exhaustion, zone)
	}
}

// latest copies what the newest result says.
func (o *Objective) latest(p Publish, n note) {
	r := n.last
	if r == nil {
		return
	}
	o.Status, o.Reason, o.Checked = statusOf(r.Status), reasonOf(r.Reason), within(r.At, n.zone)
	o.Due, o.Next = within(r.Due, n.zone), within(r.NextCheck, n.zone)
	if r.Landed {
		o.Landed = clone(written(r.Landing.At).In(n.zone))
	}
	if r.Late > 0 {
		o.Late = span(r.Late)
	}
	if r.Err != nil && p.Texts {
		o.Error = errorText(r.Err)
	}
}

// within moves an instant to a zone so that it can be written, and leaves alone one that is none.
func within(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return written(t).In(zone)
}

// judge finds the level and the reason for it.
func (o *Objective) judge(n note, now time.Time) {
	o.Level, o.Why = o.now(n, now)
	buts := map[sla.State]string{
		sla.Breached: "the promise is broken over its window", sla.Exhausted: "no budget is left", sla.AtRisk: "the budget burns too fast",
	}
	if but := buts[o.State]; but != "" && o.Level == Kept {
		o.Level, o.Why = AtRisk, o.Why+", but "+but
	}
}

// now says how the objective stands whatever its budget.
func (o *Objective) now(n note, now time.Time) (Level, string) {
	switch {
	case n.rule == nil:
		return o.events()
	case n.last == nil:
		return Unknown, "nobody has looked yet"
	case forgotten(o.Next, now):
		return Unknown, "not looked at again since " + clockText(o.Checked)
	case o.Reason == freshness.ReasonPaused:
		return Maintenance, reasonWords(o.Reason)
	}
	return [...]Level{freshness.Unknown: Unknown, freshness.Fresh: Kept, freshness.AtRisk: AtRisk, freshness.Stale: Broken}[statusOf(o.Status)], reasonWords(o.Reason)
}

// statusOf takes a status that does not exist for unknown.
func statusOf(s freshness.Status) freshness.Status {
	if s < freshness.Unknown || s > freshness.Stale {
		return freshness.Unknown
	}
	return s
}

// events judges an objective that has no landing to look at.
func (o *Objective) events() (Level, string) {
	levels := map[sla.State]Level{sla.Met: Kept, sla.AtRisk: AtRisk, sla.Exhausted: AtRisk, sla.Breached: Broken}
	words := map[sla.State]string{
		sla.Met: "within its budget", sla.AtRisk: "its budget burns too fast", sla.Exhausted: "no budget is left", sla.Breached: "too much was bad",
	}
	return levels[o.State], cmp.Or(words[o.State], "nothing was measured")
}

var reasons = [...]string{
	freshness.ReasonNone:         "nothing was judged",
	freshness.ReasonOnTime:       "landed in time",
	freshness.ReasonNotDue:       "not due yet",
	freshness.ReasonLate:         "landed late",
	freshness.ReasonPastWarning:  "past its warning, nothing has landed",
	freshness.ReasonInGrace:      "due, within its grace",
	freshness.ReasonPastLimit:    "overdue, nothing has landed",
	freshness.ReasonNeverLanded:  "nothing has ever landed",
	freshness.ReasonPartial:      "what has landed is too little",
	freshness.ReasonInFuture:     "the newest landing lies in the future",
	freshness.ReasonNotMeasured:  "it could not be measured",
	freshness.ReasonOutsideHours: "outside working time",
	freshness.ReasonPaused:       "paused",
}

// reasonOf takes a reason that does not exist for none.
func reasonOf(r freshness.Reason) freshness.Reason {
	if r < 0 || int(r) >= len(reasons) {
		return freshness.ReasonNone
	}
	return r
}

func reasonWords(r freshness.Reason) string { return reasons[reasonOf(r)] }
