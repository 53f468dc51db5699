package status

import (
	"fmt"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

// mostWindows is how many windows are shown.
const mostWindows = 90

// A learned keeps what histories teach, for as long as they stay the same.
type learned map[learnedKey]learnedUsual

type learnedKey struct{ asset, zone string }

type learnedUsual struct {
	length int
	newest time.Time
	usual  *freshness.Usual // nil: too little history
}

const (
	mostLearned = 20_000
	habit       = 180 * 24 * time.Hour // how much of the past says what is usual
)

// learn finds out what is usual for an asset, again only when its history has changed.
func (l *learned) learn(asset string, landed freshness.Landings, zone *time.Location) *freshness.Usual {
	newest, ok := landed.Newest()
	if !ok {
		return nil
	}
	key := learnedKey{asset, zone.String()}
	known, found := (*l)[key]
	if found && known.length == len(landed) && known.newest.Equal(newest.At) {
		return known.usual
	}
	usual, err := freshness.Learn(since(landed, newest.At.Add(-habit)), zone)
	if err != nil {
		usual = nil
	}
	if *l == nil || len(*l) >= mostLearned {
		*l = learned{}
	}
	(*l)[key] = learnedUsual{len(landed), newest.At, usual}
	return usual
}

// since cuts off what landed before an instant.
func since(landed freshness.Landings, from time.Time) freshness.Landings {
	for len(landed) > 0 && landed[0].At.Before(from) {
		landed = landed[1:]
	}
	return landed
}

// fill adds to a row what its history tells: when landings are to be expected. The caller has the turn.
func (h *Handler) fill(s *snapshot, r *row) {
	if r.filled {
		return
	}
	r.filled = true
	for i := range r.Objectives {
		o, n := &r.Objectives[i], &r.notes[i]
		if n.rule == nil || o.Due.IsZero() {
			continue
		}
		asset := r.report.Objectives[i].Asset
		landed := h.history(asset)
		if usual := h.learned.learn(asset, landed, n.zone); usual != nil {
			o.Expected = expected(usual.Predict(landed, s.at, o.Due), n.zone)
		}
	}
}

// expected shows a prediction, if there is one.
func expected(p freshness.Prediction, zone *time.Location) *Expected {
	if p.Landed || p.Expected.IsZero() {
		return nil
	}
	return &Expected{
		By: within(p.Expected, zone), Earliest: within(p.Earliest, zone), Latest: within(p.Latest, zone),
		Chance: p.Chance, Miss: p.Miss, Cases: p.Waiting,
	}
}

// windows adds the last windows to the objectives of a row. The caller has the turn.
func (h *Handler) windows(s *snapshot, r *row) {
	if r.details {
		return
	}
	r.details = true
	gone := revoked(s.facts.corrections)
	for i := range r.notes {
		b := bar{h: h, s: s, r: r, o: &r.report.Objectives[i], n: &r.notes[i]}
		b.excused = func(from, to time.Time) (removed, good bool) {
			return touches(s.facts.corrections, gone, r.ID, b.o.Name, from, to)
		}
		windows, moments := b.make()
		r.notes[i].windows, r.notes[i].moments = windows, b.counting(moments)
	}
}

// counting is what of the moments counts: without what corrections took out, and with what they hold to be good as that.
func (b *bar) counting(moments []sla.Moment) (list []sla.Moment) {
	for _, m := range moments {
		switch removed, good := b.excused(m.Start, m.End); {
		case removed:
			continue
		case good:
			m.Counts = sla.Counts{Good: m.Counts.Good}.Add(sla.Counts{Good: m.Counts.Bad})
		}
		list = append(list, m)
	}
	return list
}

// A bar is the last windows of one objective in the making.
type bar struct {
	h       *Handler
	s       *snapshot
	r       *row
	o       *sla.ObjectiveReport
	n       *note
	excused func(from, to time.Time) (removed, good bool)
}

// moments asks the tracker what it counted, if it can say.
func (b *bar) moments(from time.Time) []sla.Moment {
	t, ok := b.h.tracker.(interface {
		Moments(check string, from, to time.Time) []sla.Moment
	})
	if !ok {
		return nil
	}
	return t.Moments(b.o.Check, from, b.s.at)
}

func (b *bar) make() ([]Window, []sla.Moment) {
	if dues := b.dues(); dues != nil {
		moments := b.moments(earlier(dues[0], b.o.Start))
		return b.ofDues(dues, moments), moments
	}
	days := b.days()
	moments := b.moments(earlier(days[0].Start, b.o.Start))
	if moments == nil {
		return nil, nil
	}
	rest := moments
	for i := range days {
		for len(rest) > 0 && !rest[0].End.After(days[i].Start) && rest[0].Start.Before(days[i].Start) {
			rest = rest[1:]
		}
		b.day(&days[i], rest)
	}
	return days, moments
}

func earlier(a, b time.Time) time.Time {
	if b.IsZero() || a.Before(b) {
		return a
	}
	return b
}

// dues lists the last due instants, the oldest first, if the rule has any.
func (b *bar) dues() (dues []time.Time) {
	deadline, ok := deadlineIn(b.n.rule)
	if !ok {
		return nil
	}
	at := b.s.at
	for len(dues) < mostWindows {
		due, more := deadline.Due.Prev(at)
		if !more || due.Before(deadline.Since) {
			break
		}
		dues, at = append(dues, due), due
	}
	for i, j := 0, len(dues)-1; i < j; i, j = i+1, j-1 {
		dues[i], dues[j] = dues[j], dues[i]
	}
	return dues
}

// deadlineIn finds the deadline in a policy.
func deadlineIn(p freshness.Policy) (freshness.Deadline, bool) {
	switch p := p.(type) {
	case freshness.Deadline:
		return p, true
	case freshness.Paused:
		return deadlineIn(p.Policy)
	case freshness.During:
		return deadlineIn(p.Policy)
	}
	return freshness.Deadline{}, false
}

// ofDues makes a window of each due instant: what was booked decides, and the history tells when it landed.
func (b *bar) ofDues(dues []time.Time, moments []sla.Moment) []Window {
	booked := make(map[int64]sla.Counts, len(moments))
	for _, m := range moments {
		booked[m.Start.UnixNano()] = booked[m.Start.UnixNano()].Add(m.Counts)
	}
	told := map[int64]freshness.Outcome{}
	if landed := b.h.history(b.o.Asset); len(landed) > 0 {
		if report, err := freshness.Backtest(b.n.rule, landed, dues[0].Add(-1), b.s.at.Add(1)); err == nil {
			for _, o := range report.Outcomes {
				told[o.Due.UnixNano()] = o
			}
		}
	}
	windows := make([]Window, 0, len(dues))
	for _, due := range dues {
		w := Window{Start: due.In(b.n.zone), End: due.In(b.n.zone)}
		story, known := told[due.UnixNano()]
		b.due(&w, booked[due.UnixNano()], story, known)
		windows = append(windows, w)
	}
	return windows
}

// due says what became of one due instant.
func (b *bar) due(w *Window, c sla.Counts, story freshness.Outcome, told bool) {
	w.Good, w.Bad = c.Good, c.Bad
	if told && story.Landed {
		w.Landed = clone(written(story.Landing.At).In(b.n.zone))
	}
	removed, good := b.excused(w.Start, w.End)
	switch {
	case removed:
		w.Outcome = OutcomeExcused
	case good, c.Bad == 0 && c.Good > 0:
		w.Outcome = OutcomeKept
	case c.Bad > 0 && told && story.Landed:
		w.Outcome = OutcomeLate
	case c.Bad > 0:
		w.Outcome = OutcomeMissed
	default:
		w.Outcome = outcomeOf(story, told)
	}
	w.Words = clockText(w.Start) + ": " + dueWords(w, story)
}

// outcomeOf says what history makes of a due instant that nobody booked.
func outcomeOf(o freshness.Outcome, told bool) Outcome {
	switch {
	case !told || o.Reason == freshness.ReasonNotDue:
		return OutcomeUnknown
	case o.Kept():
		return OutcomeKept
	case o.Reason == freshness.ReasonLate:
		return OutcomeLate
	case o.Judged():
		return OutcomeMissed
	}
	return OutcomeExcused
}

func dueWords(w *Window, o freshness.Outcome) string {
	switch {
	case w.Outcome == OutcomeUnknown:
		return "not known"
	case w.Outcome == OutcomeExcused:
		return "excused"
	case w.Outcome == OutcomeMissed:
		return "missed"
	case w.Outcome == OutcomeLate && o.Late > 0:
		return "late by " + span(o.Late)
	case o.Late > 0:
		return "kept, " + span(o.Late) + " after it was due"
	}
	return string(w.Outcome)
}

// days lists the last days, the oldest first, however long clocks make them.
func (b *bar) days() []Window {
	daily, days := sla.Daily(b.n.zone), make([]Window, mostWindows)
	start, end := daily.At(b.s.at)
	for i := range slices.Backward(days) {
		days[i] = Window{Start: within(start, b.n.zone), End: within(end, b.n.zone)}
		start, end = daily.At(start.Add(-1))
	}
	return days
}

// day says what became of one day: of what touches it, less what corrections took out. No moment ends before it.
func (b *bar) day(w *Window, moments []sla.Moment) {
	var c sla.Counts
	excused, _ := b.excused(w.Start, w.Start)
	for _, m := range moments {
		if !m.Start.Before(w.End) {
			break
		}
		switch removed, good := b.excused(m.Start, m.End); {
		case removed:
			excused = true
		case good:
			c = c.Add(sla.Counts{Good: m.Counts.Good}).Add(sla.Counts{Good: m.Counts.Bad})
		default:
			c = c.Add(m.Counts)
		}
	}
	w.Good, w.Bad = c.Good, c.Bad
	budget := sla.Budget{Target: b.o.Budget.Target, Counts: c}
	day := w.Start.Format("Mon 2 Jan 2006")
	switch {
	case c.Total() > 0 && c.Bad == 0:
		w.Outcome = OutcomeKept
	case c.Total() > 0 && budget.State() == sla.Breached:
		w.Outcome = OutcomeMissed
	case c.Total() > 0:
		w.Outcome = OutcomeLate
	case excused:
		w.Outcome, w.Words = OutcomeExcused, day+": excused"
		return
	default:
		w.Outcome, w.Words = OutcomeUnknown, day+": nothing was measured"
		return
	}
	w.Words = fmt.Sprintf("%s: %s of %d good", day, percentOf(budget), c.Total())
}

// badMoments lists what was bad in the window of an objective, from what was counted, or else from the windows shown.
func (n *note) badMoments(o *sla.ObjectiveReport) []sla.Moment {
	if n.moments != nil {
		return n.moments
	}
	var list []sla.Moment
	for _, w := range n.windows {
		if w.Start.Before(o.Start) || w.Outcome != OutcomeLate && w.Outcome != OutcomeMissed {
			continue
		}
		list = append(list, sla.Moment{Start: w.Start, End: w.End, Counts: sla.Counts{Bad: 1}})
	}
	return list
}
