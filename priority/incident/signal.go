package incident

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/storable"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

const (
	// settle is how long after its signal was resolved an incident still explains what fires downstream.
	settle = time.Hour

	// mostOpen is how many incidents are open at once, so that a storm over assets of which nobody knows what feeds what stays within bounds.
	mostOpen = 1000
)

// Signal assesses a signal, records what it changes, and returns its incident, and false where it has none.
//
// A firing signal that is P1 belongs to the open incident of its identity, and recurs in it where it was cleared. Where there is none, it is a symptom
// of an open incident about an asset upstream, or about the same asset, while that fires and for an hour after. Else it reopens its own one that was
// closed not longer ago than [Window], or opens one, which takes in those that it explains and that nobody has acknowledged; the others are linked.
// With 1,000 open, one that explains none of them is a symptom of the newest.
//
// A resolved signal clears its incident; after the third time that it fired again only when it has stayed resolved for 15 minutes, then for 30,
// doubling up to a day, so that a condition that comes and goes does not fill the record. One that is older than when the signal fired last was delayed,
// and clears nothing; a firing one counts however old it is. A symptom that is resolved leaves no entry.
// A firing signal that is less than P1 opens nothing. That of an incident which it had while it was P1 lowers that, late, as the desk's Hysteresis says,
// and raises it again at once. An incident with symptoms is not lowered, for nobody knows whether they have ended; nor does one that was lowered take any.
// What was lowered stays open until its root cause is written, and nobody has to stop for it.
//
// One that is less than P1 until an instant, because [priority.HoldExposed] holds it or a primary SLA is under maintenance, is put again by [Desk.Run] then:
// it becomes P1 though nobody repeats it. So is one that expires, a resolved one too: what nobody hears of any more is unknown, as [priority.Signal.AsOf] says. Up to 10,000 such signals are kept, in memory alone; [Desk.Err] says where there were more.
// A desk does not hear that such a signal was resolved before another desk.
//
// An instant of zero is taken for that of the newest entry, for a record has no entry without one; a desk without entries
// takes the first instant after the zero one.
//
// Where the store fails the signal is not recorded, or nobody knows; then put it again.
func (d *Desk) Signal(ctx context.Context, s priority.Signal) (Incident, bool, error) {
	p := placing{desk: d, identity: s.Identity(), assessment: d.classify(s), target: -1}
	d.await(p.identity, &p.assessment)
	for {
		err := d.write(ctx, p.plan)
		if errors.Is(err, errNoReport) {
			p.report = kept(p.assessment.Report()) // with no turn held: it may ask a caller's function for proof
			continue
		}
		if errors.Is(err, errUnweighed) {
			p.weigh()
			continue
		}
		if err != nil || p.target < 0 {
			return Incident{}, false, err
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.state.incidents[p.target], true, nil
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

// errNoReport asks for the report of the signal, which turns out to be needed.
var errNoReport = errors.New("incident: the report is missing")

// A placing finds out what one signal changes.
type placing struct {
	desk       *Desk
	identity   string
	assessment priority.Assessment
	report     *priority.Report // made when it is needed

	at     time.Time
	target int // the number of its incident; below 0: none

	steady steady
}

func (p *placing) state() *state { return &p.desk.state }

// plan decides before the state as it is now.
func (p *placing) plan() ([]Entry, error) {
	p.at, p.target = p.state().instant(stamp(p.assessment.Signal.At)), -1
	n, known := p.state().newest[p.identity]
	if known {
		n = p.state().root(n)
		p.target = n
	}
	fires := p.assessment.Firing()
	p1 := fires && p.assessment.Priority == priority.P1
	switch {
	case known && p.own(n) && p.state().open[n]:
		return p.repeat(n, fires, p1)
	case !p1:
		return nil, nil
	}
	return p.begin(n, known)
}

// own reports whether the incident is about this very condition.
func (p *placing) own(n int) bool { return p.state().incidents[n].Identity == p.identity }

// repeat is about the signal of an open incident.
func (p *placing) repeat(n int, fires, p1 bool) ([]Entry, error) {
	i := &p.state().incidents[n]
	if !p.count(n) {
		return nil, errUnweighed
	}
	switch {
	case i.Firing && fires:
		return p.move(n)
	case i.Firing:
		return p.clear(n)
	case !p1:
		return nil, nil
	case p.report == nil:
		return nil, errNoReport
	}
	b := batch{state: p.state()}
	b.add(Entry{Incident: i.ID, At: p.at, Kind: Recurred, Report: p.report})
	p.takeIn(&b, n, i.ID)
	return b.entries, nil
}

// clear records that the signal was resolved, at once or when that has lasted.
func (p *placing) clear(n int) ([]Entry, error) {
	d, i := p.desk, &p.state().incidents[n]
	if at := p.assessment.Signal.At; !at.IsZero() && (at.Before(i.Report.Signal.At) || at.Before(d.state.heard[n])) {
		return nil, nil // it was delayed: the signal has fired since
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	since, waits := d.state.quiet[n]
	if !waits {
		since = p.at
		d.state.quiet[n] = since
	}
	if p.at.Sub(since) < patience(i.Recurrences) {
		return nil, nil
	}
	return []Entry{{Incident: i.ID, Seq: i.Entries + 1, At: p.at, Kind: Cleared}}, nil
}

// patience is how long a signal that fired again so often has to stay resolved.
func patience(recurrences int) time.Duration {
	if recurrences < 3 {
		return 0
	}
	return min(15*time.Minute<<min(recurrences-3, 10), 24*time.Hour)
}

// begin is about a signal that is P1 and has no open incident of its own.
func (p *placing) begin(n int, known bool) ([]Entry, error) {
	p.target = -1
	if cause := p.cause(); cause >= 0 {
		p.target = cause
		return p.attach(cause), nil
	}
	if p.report == nil {
		return nil, errNoReport
	}
	b := batch{state: p.state()}
	e := Entry{At: p.at, Report: p.report, Targets: p.targets()}
	if known && p.own(n) && p.at.Sub(p.state().incidents[n].ResolvedAt) <= Window {
		e.Kind, e.Incident = Reopened, p.state().incidents[n].ID
		p.target = n
	} else {
		e.Kind, e.Incident, e.Identity = Opened, p.state().freeID(), p.identity
		if known {
			e.Before = p.state().incidents[n].ID
		}
		n, p.target = -1, len(p.state().incidents)
	}
	b.add(e)
	p.takeIn(&b, n, e.Incident)
	if newest := p.newest(); len(p.state().open) >= mostOpen && len(b.entries) == 1 && newest >= 0 {
		p.target = newest
		return p.attach(newest), nil
	}
	return b.entries, nil
}

// newest finds the incident that was opened last of those that are open and stand at P1, or -1.
func (p *placing) newest() int {
	newest := -1
	for n := range p.state().open {
		if p.state().incidents[n].Report.Priority >= priority.P1 {
			newest = max(newest, n)
		}
	}
	return newest
}

func (p *placing) targets() *Targets {
	t, known := p.desk.Targets[p.assessment.Priority]
	if !known {
		return nil
	}
	return &t
}

// cause finds the open incident that explains the signal, or -1.
func (p *placing) cause() int {
	asset := p.assessment.Signal.Asset
	causes := []string{asset}
	if catalog := p.desk.catalog(); catalog != nil {
		causes = catalog.Causes(asset, func(asset string) bool { return p.explaining(asset) >= 0 })
	}
	return p.explaining(causes[0])
}

// explaining finds the first open incident about an asset that explains what is wrong downstream, or -1.
func (p *placing) explaining(asset string) int {
	for _, n := range p.state().assets[asset] {
		i := &p.state().incidents[n]
		if i.Report.Priority >= priority.P1 && (i.Firing || p.at.Sub(i.ClearedAt) <= settle) {
			return n
		}
	}
	return -1
}

// attach makes the signal a symptom, unless it is one, or the list is full.
func (p *placing) attach(n int) []Entry {
	i := &p.state().incidents[n]
	if known, listed := p.state().newest[p.identity]; listed && known == n || len(i.Symptoms) >= MostSymptoms {
		return nil
	}
	return []Entry{{
		Incident: i.ID, Seq: i.Entries + 1, At: p.at, Kind: Attached,
		Identity: p.identity, Asset: storable.Clean(p.assessment.Signal.Asset), Text: cut(p.assessment.String(), longestSummary),
	}}
}

// takeIn makes the open incidents that the signal explains part of its own, or links them where people work on them already.
func (p *placing) takeIn(b *batch, own int, id string) {
	for _, n := range p.explained(own) {
		i := &p.state().incidents[n]
		switch {
		case slices.Contains(i.Links, id):
			continue
		case len(i.Responders) > 0:
			b.add(Entry{Incident: i.ID, At: p.at, Kind: Linked, Other: id})
			continue
		}
		b.add(Entry{
			Incident: id, At: p.at, Kind: Attached, Other: i.ID,
			Identity: i.Identity, Asset: i.Report.Signal.Asset, Text: cut(i.Report.Text, longestSummary),
		})
		b.add(Entry{Incident: i.ID, At: p.at, Kind: Merged, Other: id})
	}
}

// explained lists the open incidents downstream of the signal's asset, but for one, in the order in which they were opened.
// What lies upstream of them all is walked once, unless one of them is upstream of the signal: it was cleared long ago, and says nothing of the others.
func (p *placing) explained(own int) (list []int) {
	catalog, asset := p.desk.catalog(), p.assessment.Signal.Asset
	if catalog == nil {
		return nil
	}
	assets, numbers := []string{asset}, []int{-1}
	for _, n := range slices.Sorted(maps.Keys(p.state().open)) {
		if n != own {
			assets, numbers = append(assets, p.state().incidents[n].Report.Signal.Asset), append(numbers, n)
		}
	}
	causes := catalog.CausesAmong(assets, 1)
	alone := causes[0][0] == 0
	for place, n := range numbers[1:] {
		if alone && causes[place+1][0] == 0 || !alone && catalog.Feeds(asset, assets[place+1]) {
			list = append(list, n)
		}
	}
	return list
}

// A batch is entries that are appended together, each with its place in the record.
type batch struct {
	state   *state
	entries []Entry
	seqs    map[string]int
}

func (b *batch) add(e Entry) {
	if b.seqs == nil {
		b.seqs = map[string]int{}
	}
	seq, known := b.seqs[e.Incident]
	if n, there := b.state.numbers[e.Incident]; !known && there {
		seq = b.state.incidents[n].Entries
	}
	e.Seq = seq + 1
	b.seqs[e.Incident] = e.Seq
	b.entries = append(b.entries, e)
}
