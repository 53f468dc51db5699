package incident

import (
	"context"
	"errors"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

const (
	// explainsFor is how long after its signal was resolved an incident still explains what fires
	// downstream.
	explainsFor = time.Hour

	// mostOpen is how many incidents are open at once. It bounds a storm over assets whose lineage
	// is not known.
	mostOpen = 1000
)

// Signal assesses a signal, records what it changes, and returns its incident. It reports false if
// the signal has none.
//
// # A signal that is P1
//
// A firing P1 signal belongs to the first of these incidents that exists:
//
//   - The open incident of its identity. Where that was cleared, the signal recurs in it.
//   - An open incident about the same asset, or about an asset upstream, while that fires and for
//     an hour after. The signal is then a symptom of it.
//   - The incident of its identity that was closed not longer ago than ReopenWithin. It is
//     reopened.
//   - A new incident. The open incidents that it explains become part of it if they are not
//     acknowledged, and are linked to it if they are.
//
// With 1,000 incidents open, a signal that would open one more and explains none of them is a
// symptom of the newest.
//
// # A signal that is resolved
//
// A resolved signal clears its incident. After the third time that it fired again it clears the
// incident only when it has stayed resolved for 15 minutes, then for 30, doubling up to a day, so
// that a condition that comes and goes does not fill the record. A resolved signal that is older
// than the last firing one was delayed, and clears nothing; a firing one counts however old it is.
// A symptom that is resolved leaves no entry.
//
// # A signal that is less than P1
//
// A firing signal below P1 opens nothing. If its incident was opened at P1, the signal lowers it,
// late, as Hysteresis decides, and raises it again at once. An incident with symptoms is not
// lowered, because whether they have ended is not known, and one that was lowered takes no
// symptoms. A lowered incident stays open until its root cause is written, and does not stop
// proactive work.
//
// A signal that is below P1 until an instant, because KeptUntil of the [priority.Classifier] holds
// it or a primary SLA is under maintenance, is assessed again by [Desk.Run] at that instant, and
// becomes P1 without being repeated. So is a signal that expires, a resolved one too: without a
// repeat its state is unknown, see [priority.Signal.Expire]. Up to 10,000 such signals are kept, in
// memory alone; [Desk.Err] returns an error where there were more. That such a signal was resolved
// at one desk is not known to another desk.
//
// # Instants and errors
//
// A zero instant stands for that of the newest entry, because every entry has one; without any
// entry it stands for the first instant after the zero one.
//
// If the store returns an error, the signal may or may not have been recorded. Call Signal again;
// it is idempotent.
func (d *Desk) Signal(ctx context.Context, s priority.Signal) (Incident, bool, error) {
	p := placement{desk: d, identity: s.Identity(), assessment: d.classify(s), target: -1}
	d.await(p.identity, &p.assessment)
	for {
		err := d.write(ctx, p.plan)
		switch {
		case errors.Is(err, errNoReport):
			// A report may call a caller's function for proof, so it is made with no turn held.
			p.report = storedReport(p.assessment.Report())
			continue
		case errors.Is(err, errNotWeighed):
			p.weigh()
			continue
		case err != nil || p.target < 0:
			return Incident{}, false, err
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.registry.incidents[p.target], true, nil
	}
}

func (d *Desk) classify(s priority.Signal) priority.Assessment {
	if d.classifier == nil {
		return new(priority.Classifier).Classify(s)
	}
	return d.classifier.Classify(s)
}

func (d *Desk) catalog() *sla.Catalog {
	if d.classifier == nil {
		return nil
	}
	return d.classifier.Catalog()
}

// errNoReport asks a placement for the report of its signal, which most signals never need.
var errNoReport = errors.New("incident: the report is missing")

// A placement works out which incident a signal belongs to, and which entries record that. Its
// methods read the state with the turn held, and may run several times: each time another desk has
// appended, and each time a report is missing.
type placement struct {
	desk       *Desk
	identity   string
	assessment priority.Assessment
	report     *priority.AssessmentReport // made when an entry needs it
	steady     steadiness

	at     time.Time // of the entries
	target int       // the number of the incident of the signal; below 0: none
}

func (p *placement) registry() *registry { return &p.desk.registry }

func (p *placement) isP1() bool {
	return p.assessment.Firing() && p.assessment.Priority == priority.P1
}

// plan returns the entries that the signal adds to the record as it is now. It sets the target.
func (p *placement) plan() ([]Entry, error) {
	r := p.registry()
	p.at = r.instant(storedInstant(p.assessment.Signal.At))
	last := r.incidentOf(p.identity)
	p.target = last
	switch {
	case p.isOwn(last) && r.open[last]:
		return p.repeat(last)
	case !p.isP1():
		return nil, nil
	}
	return p.begin(last)
}

// isOwn reports whether the incident is about this very condition. The signal may also be a symptom
// of it.
func (p *placement) isOwn(n int) bool {
	return n >= 0 && p.registry().incidents[n].Identity == p.identity
}

// repeat returns the entries for a signal of an open incident.
func (p *placement) repeat(n int) ([]Entry, error) {
	i := &p.registry().incidents[n]
	if !p.count(n) {
		return nil, errNotWeighed
	}
	switch {
	case i.Firing && p.assessment.Firing():
		return p.move(n)
	case i.Firing:
		return p.clear(n), nil
	case !p.isP1():
		return nil, nil
	case p.report == nil:
		return nil, errNoReport
	}

	b := batch{registry: p.registry()}
	b.add(Entry{Incident: i.ID, At: p.at, Kind: EntryRecurred, Assessment: p.report})
	p.takeIn(&b, n, i.ID)
	return b.entries, nil
}

// clear returns the entry for a resolved signal: at once, or when it has stayed resolved for long
// enough.
func (p *placement) clear(n int) []Entry {
	r, i := p.registry(), &p.registry().incidents[n]
	at := p.assessment.Signal.At
	if delayed := at.Before(i.Assessment.Signal.At) || at.Before(r.lastFired[n]); delayed && !at.IsZero() {
		return nil // the signal has fired since
	}

	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	since, quiet := r.quietSince[n]
	if !quiet {
		since = p.at
		r.quietSince[n] = since
	}
	if p.at.Sub(since) < patience(i.Recurrences) {
		return nil
	}
	return []Entry{{Incident: i.ID, Seq: i.EntryCount + 1, At: p.at, Kind: EntryCleared}}
}

// patience returns how long a signal that fired again so often has to stay resolved before its
// incident is cleared: not at all for the first two times, then 15 minutes, doubling up to a day.
func patience(recurrences int) time.Duration {
	if recurrences < 3 {
		return 0
	}
	return min(15*time.Minute<<min(recurrences-3, 10), 24*time.Hour)
}

// begin returns the entries for a P1 signal that has no open incident of its own. Previous is the
// number of the last incident to which its identity belonged, or -1.
func (p *placement) begin(previous int) ([]Entry, error) {
	p.target = -1
	if cause := p.cause(); cause >= 0 {
		p.target = cause
		return p.attach(cause), nil
	}
	if p.report == nil {
		return nil, errNoReport
	}

	first := p.firstEntry(previous)
	b := batch{registry: p.registry()}
	b.add(first)
	p.takeIn(&b, p.target, first.Incident)

	// In a storm over unknown lineage the newest incident stands for the rest. One that takes
	// others in is opened all the same: it makes fewer of them.
	if len(p.registry().open) >= mostOpen && len(b.entries) == 1 {
		if newest := p.newest(); newest >= 0 {
			p.target = newest
			return p.attach(newest), nil
		}
	}
	return b.entries, nil
}

// firstEntry returns the entry that reopens the previous incident of the condition, or opens a new
// one. It sets the target.
func (p *placement) firstEntry(previous int) Entry {
	r := p.registry()
	e := Entry{At: p.at, Assessment: p.report, Targets: p.targets()}
	if p.isOwn(previous) && p.at.Sub(r.incidents[previous].ResolvedAt) <= p.desk.reopenWithin() {
		e.Kind, e.Incident = EntryReopened, r.incidents[previous].ID
		p.target = previous
		return e
	}

	e.Kind, e.Incident, e.Identity = EntryOpened, r.freeID(), p.identity
	if previous >= 0 {
		e.Previous = r.incidents[previous].ID
	}
	p.target = len(r.incidents)
	return e
}

// targets returns the response targets of incidents of the signal's priority, or nil.
func (p *placement) targets() *ResponseTargets {
	t, known := p.desk.Targets[p.assessment.Priority]
	if !known {
		return nil
	}
	return &t
}
