package tracker

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// Snapshot returns all that the tracker knows, as bytes for [Tracker.Restore]: counts, corrections,
// alerts that fire, what [Tracker.Deltas] has not returned yet, and which deltas were applied. It
// does not include the keys of [Recorder.RecordOnce]. Trackers that know the same return the same
// bytes, which hold a version and a checksum.
//
// Each call of Record that runs meanwhile is in the snapshot as a whole, or not at all.
func (t *Tracker) Snapshot() []byte {
	t.alerting.Lock()
	defer t.alerting.Unlock()
	t.replicated.mu.Lock()
	defer t.replicated.mu.Unlock()
	t.read()
	defer t.mu.RUnlock()

	b := t.replicated.appendTo(nil)
	b = binary.AppendVarint(ledger.AppendBool(b, t.asked), t.alerted)
	b = binary.AppendUvarint(b, uint64(len(t.corrections)))
	for _, c := range t.corrections {
		b = appendCorrection(b, c)
	}

	byName := slices.SortedFunc(slices.Values(t.roster.order), func(a, b *tracked) int {
		return cmp.Compare(a.check(), b.check())
	})
	b = binary.AppendUvarint(b, uint64(len(byName)))
	for _, k := range byName {
		b = k.appendMeasured(b)
	}
	return sealed(b)
}

// Restore replaces all that the tracker knows by what [Tracker.Snapshot] returned. Call it before
// anything is recorded. The counts of objectives that the catalog does not have any more, or that
// measure something else by now, are dropped, as [Tracker.SetCatalog] does; objectives that are new
// have no counts.
//
// A tracker whose deltas are stored elsewhere must not be restored from a snapshot older than its
// last delta: it would make deltas of the same records again, under numbers that are in use.
//
// If the bytes are truncated or corrupt, Restore returns an error that wraps [ErrSnapshot], and
// restores nothing.
func (t *Tracker) Restore(data []byte) error {
	payload, err := unsealed(data)
	if err != nil {
		return err
	}
	t.alerting.Lock()
	defer t.alerting.Unlock()
	t.replicated.mu.Lock()
	defer t.replicated.mu.Unlock()
	t.write()
	defer t.mu.Unlock()

	u := &ledger.Unpacker{Data: payload}
	s := t.decode(u)
	u.Require(len(u.Data) == 0, "something follows")
	if u.Err != nil {
		return fmt.Errorf("%w: %w", ErrSnapshot, u.Err)
	}
	t.take(s)
	t.changes.Add(1)
	return nil
}

// A trackerState is a decoded snapshot.
type trackerState struct {
	replicated  replicated
	asked       bool
	alerted     int64
	corrections []sla.Correction
	tracked     map[string]*tracked
}

// decode reads a snapshot, and changes nothing. The faults are those of u.
func (t *Tracker) decode(u *ledger.Unpacker) *trackerState {
	s := &trackerState{tracked: map[string]*tracked{}}
	s.replicated.decode(u)
	s.asked, s.alerted = u.Bool(), u.Varint()
	for range u.Length() {
		s.corrections = append(s.corrections, unpackCorrection(u))
	}
	last := ""
	for i := range u.Length() {
		check := u.Text()
		u.Require(i == 0 || check > last, "names are out of order")
		last = check
		if k := t.decodeTracked(check, u); k != nil {
			s.tracked[check] = k
		}
	}
	return s
}

// take replaces what the tracker knows.
func (t *Tracker) take(s *trackerState) {
	t.replicated.seq, t.replicated.applied = s.replicated.seq, s.replicated.applied
	t.asked, t.alerted, t.corrections, t.lost = s.asked, s.alerted, s.corrections, nil
	for i, k := range t.roster.order {
		restored := s.tracked[k.check()]
		if restored == nil {
			restored = k.fresh()
		}
		t.roster.order[i] = restored
	}
	for check, r := range t.recorders {
		r.to.Store(t.countsEvents(check))
	}
}

// fresh tracks the same objective, of which nothing is known.
func (k *tracked) fresh() *tracked { return newTracked(k.sla, k.objective, k.shape) }

// appendMeasured appends what is known of an objective behind its name, what it measures, and the
// length of it all.
func (k *tracked) appendMeasured(b []byte) []byte {
	b = ledger.AppendText(ledger.AppendText(b, k.check()), k.measure())
	return ledger.AppendText(b, string(k.appendTo(nil)))
}

// measure returns, as text, what must stay the same for the counts of an objective to stay.
func (k *tracked) measure() string {
	s := &k.shape.spec
	return fmt.Sprintf("%d %d %s %s", k.shape.kind, int64(s.Slice), s.Share, k.objective.Asset)
}

// decodeTracked reads one objective; it returns nil if the catalog does not have it any more.
func (t *Tracker) decodeTracked(check string, u *ledger.Unpacker) *tracked {
	measure, state := u.Text(), u.Bytes()
	now := t.roster.find(check)
	if u.Err != nil || now == nil || now.measure() != measure {
		return nil
	}

	in, k := &ledger.Unpacker{Data: state}, now.fresh()
	k.ledger = ledger.Decode(&k.shape.spec, in)
	known := decodeState(in)
	in.Require(len(in.Data) == 0, "something follows")
	if in.Err != nil {
		u.Fail(fmt.Sprintf("%s: %v", plain.Quote(check), in.Err))
	}
	k.setState(known)
	return k
}

// appendTo appends the deltas that were made and counted, by replica, so that equal trackers append
// equal bytes.
func (r *replicated) appendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, r.seq)
	b = binary.AppendUvarint(b, uint64(len(r.applied)))
	for _, replica := range slices.Sorted(maps.Keys(r.applied)) {
		s := *r.applied[replica]
		b = binary.AppendUvarint(ledger.AppendText(b, replica), uint64(len(s)))
		for _, one := range s {
			b = binary.AppendUvarint(binary.AppendUvarint(b, one.first), one.last)
		}
	}
	return b
}

// decode reads what appendTo wrote. It refuses any other order: one state has one form.
func (r *replicated) decode(u *ledger.Unpacker) {
	r.seq = u.Uvarint()
	last := ""
	for i := range u.Length() {
		replica := string(u.Bytes())
		u.Require(i == 0 || replica > last, "replicas are out of order")
		last = replica
		s := make(sequences, u.Length())
		for n := range s {
			s[n] = sequenceRange{u.Uvarint(), u.Uvarint()}
			apart := n == 0 || s[n-1].last < s[n].first-1 && s[n].first > 0
			u.Require(s[n].first <= s[n].last && apart, "numbers are out of order")
		}
		*r.of(replica) = s
	}
}
