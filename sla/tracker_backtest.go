package sla

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A Trial says what would have been reported and alerted, had an SLA been tracked over a history. [SLA.Backtest] makes one.
// It prints as many lines. A Trial is safe for concurrent use as long as nobody changes it.
type Trial struct {
	From, To time.Time // the history, from From until just before To
	Changes  []Report  // the first report, and each whose state, or that of one of its objectives, differs from the one before
	Final    Report    // at the last instant before To
	Alerts   []Alert   // what fired and recovered, when
	// Strictest holds, by the name of an objective, the strictest target that would have been kept all the time, and the counts
	// of the window in which it was tightest: Budget.Left and Budget.Remaining are its margin. The zero Target: zero
	// tolerance. Windows of the calendar are judged as they end. Windows that are not in the history as a whole are left out,
	// unless all are; objectives without data are not in it.
	Strictest map[string]Budget
}

// Backtest tracks the SLA over a history, from an instant until just before another.
//
// Objectives about freshness are judged by what had landed of their asset: at each landing, and whenever the answer could
// change, as a monitor that is never late would. Objectives about events count what events yields, in that order: the name
// of an objective, and at the Start of a moment its Counts. An event that is out of order is late, as it would have been.
// Either history may be nil. What was due before the history begins is not counted.
//
// Reports are looked at as often as the shortest window of an objective has 720th parts, but at most every minute, and at
// every change of a status of freshness. An SLA that does not pass [SLA.Validate], a history that ends before it begins, and
// an event for an objective that is not about events are errors.
func (s SLA) Backtest(from, to time.Time, landed map[string]freshness.Landings, events iter.Seq2[string, Moment]) (Trial, error) {
	catalog, err := NewCatalog([]SLA{s})
	if err != nil {
		return Trial{}, err
	}
	if !from.Before(to) {
		return Trial{}, fmt.Errorf("sla: there is no time from %v to %v", from, to)
	}
	p := player{tracker: NewTracker(catalog), trial: Trial{From: from, To: to, Strictest: map[string]Budget{}}, grid: Day}
	for i := range s.Objectives {
		p.follow(&s, &s.Objectives[i], landed, from)
	}
	next, stop := pull(events)
	defer stop()
	p.events = next
	return p.play(&s)
}

// pull steps through a sequence that may be nil.
func pull(events iter.Seq2[string, Moment]) (next func() (string, Moment, bool), stop func()) {
	if events == nil {
		return func() (string, Moment, bool) { return "", Moment{}, false }, func() {}
	}
	return iter.Pull2(events)
}

// A player plays a history to a tracker.
type player struct {
	tracker *Tracker
	trial   Trial
	lookers []looker
	events  func() (string, Moment, bool)
	grid    time.Duration // between two reports
	windows []playedWindow
}

// A looker asks a policy whenever its answer can change.
type looker struct {
	check, asset string
	policy       freshness.Policy
	landed       freshness.Landings
	known        int       // how many have landed
	from         time.Time // where the history begins
	next         time.Time // the next look; zero: none
	said         freshness.Status
}

func (p *player) follow(s *SLA, o *Objective, landed map[string]freshness.Landings, from time.Time) {
	p.grid = max(time.Minute, min(p.grid, o.Window.nominal()/720))
	if o.Window.unit != rolling {
		_, end := o.Window.At(from)
		p.windows = append(p.windows, playedWindow{o.Window, end})
	}
	if o.Freshness != nil {
		sorted := slices.Clone(landed[o.Asset])
		sorted.Sort()
		p.lookers = append(p.lookers, looker{check: checkName(s, o), asset: o.Asset, policy: o.Freshness, landed: sorted, from: from, next: from})
	}
}

// look asks the policy at an instant, finds out when to look again, and says whether the status is another.
func (l *looker) look(t *Tracker, at time.Time) bool {
	for l.known < len(l.landed) && !l.landed[l.known].At.After(at) {
		l.known++
	}
	r := l.policy.Check(l.landed[:l.known:l.known], at)
	r.Check, r.Asset = l.check, l.asset
	seen := r
	if seen.Last.Before(l.from) {
		seen.Last = time.Time{} // whatever became of it
	}
	t.Observe(seen)
	l.next = time.Time{}
	if r.NextCheck.After(at) {
		l.next = r.NextCheck
	}
	if l.known < len(l.landed) && (l.next.IsZero() || l.landed[l.known].At.Before(l.next)) {
		l.next = l.landed[l.known].At
	}
	before := l.said
	l.said = r.Status
	return r.Status != before
}

// play goes from one instant to the next: reports, looks and events.
func (p *player) play(s *SLA) (Trial, error) {
	name, event, more := p.events()
	p.report(s.ID, p.trial.From)
	report := p.trial.From.Add(p.grid)
	for {
		at := p.next(report)
		for ; more && event.Start.Before(at); name, event, more = p.events() {
			if err := p.tracker.Record(s.ID+"/"+name, event.Start, event.Counts.Good, event.Counts.Bad); err != nil {
				return Trial{}, err
			}
		}
		p.end(s.ID, at)
		if at.Equal(p.trial.To) {
			p.report(s.ID, at.Add(-1))
			p.settle()
			return p.trial, nil
		}
		changed := !at.Before(report)
		for i := range p.lookers {
			if l := &p.lookers[i]; l.next.Equal(at) {
				changed = l.look(p.tracker, at) || changed
			}
		}
		if changed {
			p.report(s.ID, at)
		}
		if !at.Before(report) {
			report = at.Add(p.grid)
		}
	}
}

// next is the next instant at which something is to be done.
func (p *player) next(report time.Time) time.Time {
	at := report
	earlier := func(t time.Time) {
		if !t.IsZero() && t.Before(at) {
			at = t
		}
	}
	earlier(p.trial.To)
	for _, l := range p.lookers {
		earlier(l.next)
	}
	for _, w := range p.windows {
		earlier(w.end)
	}
	return at
}

// A playedWindow is a window of the calendar that has not ended.
type playedWindow struct {
	window Window
	end    time.Time
}

// end judges the windows of the calendar that end at an instant.
func (p *player) end(id string, at time.Time) {
	last := at.Add(-1)
	if at.Equal(p.trial.To) {
		for i := range p.lookers {
			p.lookers[i].look(p.tracker, last)
		}
	}
	ended := false
	for i := range p.windows {
		if w := &p.windows[i]; w.end.Equal(at) {
			_, w.end = w.window.At(at)
			ended = true
		}
	}
	if !ended {
		return
	}
	r, _ := p.tracker.Report(id, last)
	for _, o := range r.Objectives {
		if start, end := o.Window.At(last); o.Window.unit != rolling && end.Equal(at) && !start.Before(p.trial.From) {
			p.tighten(o)
		}
	}
}

// report looks at the report and the alerts of an instant.
func (p *player) report(id string, at time.Time) {
	r, _ := p.tracker.Report(id, at)
	if n := len(p.trial.Changes); n == 0 || !sameStates(p.trial.Changes[n-1], r) {
		p.trial.Changes = append(p.trial.Changes, r)
	}
	p.trial.Alerts = append(p.trial.Alerts, p.tracker.Alerts(at)...)
	p.trial.Final = r
	for _, o := range r.Objectives {
		if start, _ := o.Window.At(at); o.Window.unit == rolling && !start.Before(p.trial.From) {
			p.tighten(o)
		}
	}
}

// settle suggests targets for objectives of which no window was seen as a whole.
func (p *player) settle() {
	for _, o := range p.trial.Final.Objectives {
		if _, found := p.trial.Strictest[o.Name]; !found {
			p.tighten(o)
		}
	}
}

// tighten keeps the counts of the window in which the least was good.
func (p *player) tighten(o ObjectiveReport) {
	b, ok := strictest(o.Budget.Counts)
	if before, found := p.trial.Strictest[o.Name]; ok && (!found || faster(b.Counts, before.Counts)) {
		p.trial.Strictest[o.Name] = b
	}
}

// strictest answers the budget of the strictest target that some counts keep: good / total, floored to a billionth.
// It answers false where there is no data, or nothing good: no target lets all be bad.
func strictest(c Counts) (Budget, bool) {
	good, bad := c.parts()
	if good == 0 {
		return Budget{}, false
	}
	if bad == 0 {
		return Budget{Counts: c}, true
	}
	parts := wide(good, billion).over(c.Total())
	return Budget{Target{uint32(parts)}, c}, parts > 0
}

func sameStates(a, b Report) bool {
	return a.State == b.State && slices.EqualFunc(a.Objectives, b.Objectives, func(a, b ObjectiveReport) bool { return a.State == b.State })
}

// String answers what changed, what was alerted, and which targets the history would have kept, in lines.
func (t Trial) String() string {
	var b strings.Builder
	in := Report{At: t.From}
	fmt.Fprintf(&b, "%s to %s\n", in.instant(t.From), in.instant(t.To))
	for _, r := range t.Changes {
		fmt.Fprintf(&b, "%s  %v\n", in.instant(r.At), r)
	}
	for _, a := range t.Alerts {
		fmt.Fprintf(&b, "%s  %v\n", in.instant(a.At), a)
	}
	for _, o := range t.Final.Objectives {
		if best, ok := t.Strictest[o.Name]; ok {
			fmt.Fprintf(&b, "%s would have kept %s: %s\n", oneLine(o.Name), strings.TrimPrefix(best.targetText(), "target "), best.margin(o.Budget.Target))
		}
	}
	return b.String()
}

// margin says what the tightest window held, and how far it was from a target.
func (b Budget) margin(asked Target) string {
	text := fmt.Sprintf("at its tightest %v", b.Counts)
	if asked.IsZero() {
		return text
	}
	own := Budget{asked, b.Counts}
	return text + "; of " + own.room()
}
