package incident

import (
	"errors"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
)

// errUnweighed asks where the condition stands after the signal, which a caller's function may have to say.
var errUnweighed = errors.New("incident: the signal is not weighed")

// A steady keeps what one signal changes of how steady its condition is. It is counted once, however often the signal is planned.
type steady struct {
	before, after priority.Standing
	weighed       bool // after follows before
	counted       bool // the desk's standing is after, or follows it
}

// standing is where the condition of an incident stands. What the record says counts, where this desk was not told more.
func (s *state) standing(n int) priority.Standing {
	if stands := s.stands[n]; stands.Heard {
		return stands
	}
	level := s.incidents[n].Report.Priority
	return priority.Standing{Priority: level, Newest: level, Heard: true}
}

// stand follows the record, whichever desk made it: what came before an entry that sets the priority counts no longer towards lowering it.
func (s *state) stand(n int) {
	if stands := s.stands[n]; stands.Heard {
		stands.Priority, stands.Below, stands.Clean, stands.Held = s.incidents[n].Report.Priority, 0, 0, 0
		s.stands[n] = stands
	}
}

// weigh works out where the condition stands after the signal, with no turn held.
// One that was resolved is not less urgent, but over as far as anybody knows: it counts as a change, and not towards lowering.
func (p *placing) weigh() {
	at := stamp(p.assessment.Signal.At)
	if !p.assessment.Firing() {
		at = time.Time{}
	}
	p.steady.after, p.steady.weighed = p.desk.Hysteresis.Next(p.steady.before, p.assessment, at), true
}

// count makes the signal part of the standing of its incident, and reports false where it has to be weighed first, or anew.
func (p *placing) count(n int) bool {
	if p.steady.counted {
		return true
	}
	if stands := p.state().standing(n); !p.steady.weighed || stands != p.steady.before {
		p.steady.before, p.steady.weighed = stands, false
		return false
	}
	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	p.state().stands[n], p.steady.counted = p.steady.after, true
	return true
}

// move records a priority that has changed for good. Where several came in the meantime, it waits for a signal that says the one that counts.
func (p *placing) move(n int) ([]Entry, error) {
	p.desk.mu.Lock()
	delete(p.state().quiet, n)
	if at := p.assessment.Signal.At; at.After(p.state().heard[n]) {
		p.state().heard[n] = at
	}
	p.desk.mu.Unlock()
	i, to := &p.state().incidents[n], p.assessment.Priority
	e := Entry{Incident: i.ID, At: p.at, Kind: Raised, Report: p.report}
	switch stays := to == i.Report.Priority || to != p.state().standing(n).Priority; {
	case stays:
		return nil, nil
	case to < i.Report.Priority && len(i.Symptoms) > 0:
		return nil, nil
	case p.report == nil:
		return nil, errNoReport
	case to < i.Report.Priority:
		e.Kind = Lowered
	}
	b := batch{state: p.state()}
	b.add(e)
	if to >= priority.P1 {
		p.takeIn(&b, n, i.ID)
	}
	return b.entries, nil
}
