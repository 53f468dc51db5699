package incident

import (
	"errors"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
)

// errNotWeighed asks a placement to weigh its signal, which may call a caller's function and so
// needs the turn free.
var errNotWeighed = errors.New("incident: the signal is not weighed")

// A steadiness is how one signal changes how steady its condition is. The signal is counted once,
// however often its placement is planned.
type steadiness struct {
	before, after priority.HysteresisState
	weighed       bool // after follows from before
	counted       bool // the desk keeps after, or a state that follows it
}

// steady returns how steady the condition of an incident is. Where this desk was given no signal of
// it, the record counts.
func (r *registry) steady(n int) priority.HysteresisState {
	if kept := r.hysteresis[n]; kept.Heard {
		return kept
	}
	level := r.incidents[n].Assessment.Priority
	return priority.HysteresisState{Priority: level, Newest: level, Heard: true}
}

// restartHysteresis follows an entry that sets the priority, whichever desk made it: signals before
// that entry no longer count towards lowering the incident.
func (r *registry) restartHysteresis(n int) {
	if kept := r.hysteresis[n]; kept.Heard {
		kept.Priority, kept.Below, kept.Clean, kept.Held = r.incidents[n].Assessment.Priority, 0, 0, 0
		r.hysteresis[n] = kept
	}
}

// weigh computes how steady the condition is after the signal, with no turn held. A resolved signal
// is not less urgent: the condition is over as far as is known. It counts as a change, and not
// towards lowering, and so it has no instant.
func (p *placement) weigh() {
	at := storedInstant(p.assessment.Signal.At)
	if !p.assessment.Firing() {
		at = time.Time{}
	}
	p.steady.after = p.desk.Hysteresis.Next(p.steady.before, p.assessment, at)
	p.steady.weighed = true
}

// count keeps how steady the condition of an incident is after the signal. It reports false where
// the signal has to be weighed first, or again because another signal was counted meanwhile.
func (p *placement) count(n int) bool {
	if p.steady.counted {
		return true
	}
	if now := p.registry().steady(n); !p.steady.weighed || now != p.steady.before {
		p.steady.before, p.steady.weighed = now, false
		return false
	}
	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	p.registry().hysteresis[n], p.steady.counted = p.steady.after, true
	return true
}

// move returns the entry for a signal that goes on firing at another priority, if the hysteresis
// has settled on that priority. Where it has settled on a third one, an entry waits for a signal of
// that priority. An incident with symptoms is not lowered: whether they have ended is not known.
func (p *placement) move(n int) ([]Entry, error) {
	p.heardFiring(n)
	i, to := &p.registry().incidents[n], p.assessment.Priority
	from, settled := i.Assessment.Priority, p.registry().steady(n).Priority
	switch {
	case to == from || to != settled:
		return nil, nil
	case to < from && len(i.Symptoms) > 0:
		return nil, nil
	case p.report == nil:
		return nil, errNoReport
	}

	e := Entry{Incident: i.ID, At: p.at, Kind: EntryRaised, Assessment: p.report}
	if to < from {
		e.Kind = EntryLowered
	}
	b := batch{registry: p.registry()}
	b.add(e)
	if to >= priority.P1 {
		p.takeIn(&b, n, i.ID)
	}
	return b.entries, nil
}

// heardFiring keeps when the signal fired last, and that it is not resolved now.
func (p *placement) heardFiring(n int) {
	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	r := p.registry()
	delete(r.quietSince, n)
	if at := p.assessment.Signal.At; at.After(r.lastFired[n]) {
		r.lastFired[n] = at
	}
}
