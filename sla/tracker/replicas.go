package tracker

import (
	"slices"
	"sync"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A replicated is which deltas a tracker made, and which it counted.
type replicated struct {
	mu      sync.Mutex            // guards all below; taken before the lock of the tracker
	seq     uint64                // of the last delta that was made
	applied map[string]*sequences // what was counted, by replica; this one's own deltas are included
}

// of returns the numbers of a replica's deltas that were counted, to be added to.
func (r *replicated) of(replica string) *sequences {
	if r.applied == nil {
		r.applied = map[string]*sequences{}
	}
	if r.applied[replica] == nil {
		r.applied[replica] = &sequences{}
	}
	return r.applied[replica]
}

// Deltas returns what was recorded since the last call, for other replicas or for a store: one
// delta, or nil if nothing was recorded, or if the Replica of the tracker is empty. What came by
// [Tracker.Apply] is not in it. The delta is the caller's from then on: if it cannot be delivered,
// keep it and deliver it later.
//
// What waits for the next call takes bounded memory, at most as much for each objective as its
// counts do. Events that wait for long are merged into ever longer stretches of time, as those that
// were counted are; slices and due instants stay as they are.
func (t *Tracker) Deltas() []Delta {
	if t.Replica == "" {
		return nil
	}
	t.replicated.mu.Lock()
	defer t.replicated.mu.Unlock()
	t.read()
	defer t.mu.RUnlock()

	var records []Record
	for _, k := range t.roster.order {
		for _, b := range k.ledger.Drain() {
			records = append(records, recordOf(k.check(), b))
		}
	}
	if len(records) == 0 {
		return nil
	}
	slices.SortStableFunc(records, Record.compare)

	r := &t.replicated
	own := r.of(t.Replica)
	r.seq = max(r.seq, own.last()) + 1
	own.add(r.seq)
	return []Delta{{Replica: t.Replica, Seq: r.seq, Records: records}}
}

// Apply counts what other replicas recorded, each delta once, by its replica and number, in
// whatever order they come. The deltas of this replica count as applied when it makes them. After a
// restart without a snapshot, apply what was kept of them before anything is recorded: numbers go
// on from there.
//
// A delta is an error, and nothing of it is counted, if [Delta.Validate] refuses it, or if it is
// about an objective that the catalog does not have or that counts something else. It can be
// applied again once the catalog is another. The other deltas are counted.
//
// Which deltas were counted is remembered as ranges of numbers: what arrives roughly in order takes
// a few bytes a replica. A due instant that several replicas observed has one outcome: on time wins
// over excused, excused over late, and late over missing. A slice whose goodness is a share of its
// events accepts more of them until 64 later slices have events; from then on they count as
// dropped.
func (t *Tracker) Apply(deltas ...Delta) error {
	t.replicated.mu.Lock()
	defer t.replicated.mu.Unlock()
	t.read()
	defer t.mu.RUnlock()
	defer t.changes.Add(1)
	var f fault.List
	for i, d := range deltas {
		f.Below(fault.Element("deltas", i), t.apply(d))
	}
	return f.Err()
}

// apply counts one delta as a whole or not at all: it looks for refusals before it counts anything.
func (t *Tracker) apply(d Delta) error {
	if err := d.Validate(); err != nil {
		return err
	}
	if s := t.replicated.applied[d.Replica]; s != nil {
		if _, counted := s.find(d.Seq); counted {
			return nil
		}
	}
	if err := t.refusal(d); err != nil {
		return err
	}

	for _, r := range d.Records {
		k := t.roster.find(r.Check)
		k.begin(exact.Nanos(r.At))
		k.ledger.Apply(r.booking())
	}
	t.replicated.of(d.Replica).add(d.Seq)
	return nil
}

// refusal returns which records cannot be counted, and why.
func (t *Tracker) refusal(d Delta) error {
	var f fault.List
	for i, r := range d.Records {
		path, k := fault.Element("records", i), t.roster.find(r.Check)
		if k == nil {
			f.Add(path+".check", "the catalog has no objective %s", plain.Quote(r.Check))
			continue
		}
		if problem := k.ledger.Refusal(r.booking()); problem != "" {
			f.Add(path, "%s", problem)
		}
	}
	return f.Err()
}
