package status

import (
	"cmp"
	"math"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A note is what is known of an objective besides what is shown.
type note struct {
	// Nil: the objective is about events.
	rule freshness.Policy
	zone *time.Location
	// The newest result; nil: none.
	last *freshness.Result

	// The last ones, oldest first.
	windows []WindowView
	// What was counted, from the start of the SLO's window or of the windows shown.
	buckets []tracker.Bucket
}

// patience is how long after a result has run out a check may run late before the result counts as
// forgotten. A monitor that is busy must not turn a page grey.
const patience = 5 * time.Minute

// forgotten reports whether a result has run out and its check was not run again in time.
func forgotten(next, now time.Time) bool { return !next.IsZero() && now.Sub(next) >= patience }

// objective returns an objective as it is shown, and what else is known of it.
func (h *Handler) objective(s *snapshot, promise *sla.SLA, r *tracker.ObjectiveReport) (ObjectiveView, note) {
	n := note{last: r.LastResult, zone: r.Window.Location()}
	// The catalog may have been replaced since the report was made. Then an objective without its
	// rule is shown by its budget.
	for i := range promise.Objectives {
		if o := &promise.Objectives[i]; o.Name == r.Name {
			n.rule, n.zone = o.Freshness, cmp.Or(freshness.Location(o.Freshness), n.zone)
		}
	}

	o := ObjectiveView{
		Name: r.Name, Zone: n.zone.String(), Promise: promiseWords(n.rule, r),
		State: r.State, Target: targetText(r.Budget.Target), Window: r.Window.String(),
		Good: max(r.Budget.Counts.Good, 0), Bad: max(r.Budget.Counts.Bad, 0),
		// Coverage is rounded down, so that it is 1 only where all was measured.
		AllowedLeft: r.Budget.AllowedLeft(), Coverage: math.Floor(r.Coverage*10_000) / 10_000,
	}
	// The edges of a rolling window change all the time, and would make every response a new one.
	if !r.Window.IsRolling() {
		start, end := r.Window.Bounds(s.at)
		o.Start, o.End = within(start, n.zone), within(end, n.zone)
	}
	if h.Publish.Assets {
		o.Asset = r.Asset
	}
	o.setFigures(r, n.zone)
	o.setResult(h.Publish, n)
	o.judge(n, s.at)
	return o, n
}

// setFigures copies the figures that are defined: a share of nothing is not.
func (o *ObjectiveView) setFigures(r *tracker.ObjectiveReport, zone *time.Location) {
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
	o.ExhaustsAt = within(r.ExhaustsAt, zone)
}

// setResult copies the newest result of the check.
func (o *ObjectiveView) setResult(p Publish, n note) {
	r := n.last
	if r == nil {
		return
	}
	o.Status, o.Reason, o.Checked = statusOf(r.Status), reasonOf(r.Reason), within(r.At, n.zone)
	o.Due, o.Next = within(r.Due, n.zone), within(r.NextCheck, n.zone)
	if r.Landed {
		o.Landed = known(written(r.Landing.At).In(n.zone))
	}
	if r.Late > 0 {
		o.Late = plain.Duration(r.Late)
	}
	// An error names hosts and users: it is a text that a system wrote.
	if r.Err != nil && p.Texts {
		o.Error = plain.Cut(plain.Line(fault.Text(r.Err)), 500)
	}
}

// judge sets the level and the reason for it. Data that is there does not hide an error budget that
// is not.
func (o *ObjectiveView) judge(n note, now time.Time) {
	o.Level, o.Why = o.standing(n, now)
	but := map[sla.State]string{
		sla.StateBreached:  "the SLO is breached over its window",
		sla.StateExhausted: "the error budget is exhausted",
		sla.StateAtRisk:    "the error budget burns too fast",
	}[o.State]
	// A level that is worse already has its own reason.
	if but != "" && o.Level == LevelKept {
		o.Level, o.Why = LevelAtRisk, o.Why+", but "+but
	}
}

// standing returns the level of the objective now, whatever its error budget, and the reason.
func (o *ObjectiveView) standing(n note, now time.Time) (Level, string) {
	switch {
	case n.rule == nil:
		return o.standingOfEvents()
	case n.last == nil:
		return LevelUnknown, "not checked yet"
	// A result that is not renewed would stay green for ever.
	case forgotten(o.Next, now):
		return LevelUnknown, "not checked since " + clockText(o.Checked)
	// A pause is somebody's decision, and not a lack of knowledge.
	case o.Reason == freshness.ReasonPaused:
		return LevelMaintenance, reasonWords(o.Reason)
	}
	return levelOf(o.Status), reasonWords(o.Reason)
}

// levelOf returns the level of data with a status.
func levelOf(s freshness.Status) Level {
	return [...]Level{
		freshness.Unknown: LevelUnknown, freshness.Fresh: LevelKept,
		freshness.AtRisk: LevelAtRisk, freshness.Stale: LevelBroken,
	}[statusOf(s)]
}

// standingOfEvents judges an objective about events, which has no landing, by its error budget.
func (o *ObjectiveView) standingOfEvents() (Level, string) {
	switch o.State {
	case sla.StateMet:
		return LevelKept, "within its error budget"
	case sla.StateAtRisk:
		return LevelAtRisk, "the error budget burns too fast"
	case sla.StateExhausted:
		return LevelAtRisk, "the error budget is exhausted"
	// There is no data that could be there or not: the state is all that there is.
	case sla.StateBreached:
		return LevelBroken, "too many outcomes were bad"
	}
	return LevelUnknown, "nothing was measured"
}
