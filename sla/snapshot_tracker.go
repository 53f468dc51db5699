package sla

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Snapshot answers all that the tracker knows, as bytes for [Tracker.Restore]: counts, corrections, alerts that fire, what was not
// yet told to other replicas, and what they told. The keys of [Recorder.RecordOnce] are not among it.
// Trackers that know the same answer the same bytes. They carry a version and a checksum.
//
// What is recorded meanwhile is in it or not, each call of Record as a whole.
func (t *Tracker) Snapshot() []byte {
	t.alerting.Lock()
	defer t.alerting.Unlock()
	t.replicated.mu.Lock()
	defer t.replicated.mu.Unlock()
	t.read()
	defer t.mu.RUnlock()
	b := t.replicated.appendTo(nil)
	b = binary.AppendVarint(appendBool(b, t.asked), t.alerted)
	b = binary.AppendUvarint(b, uint64(len(t.corrections)))
	for _, c := range t.corrections {
		b = appendCorrection(b, c)
	}
	byName := slices.SortedFunc(slices.Values(t.roster.order), func(a, b *tracked) int { return cmp.Compare(a.check(), b.check()) })
	b = binary.AppendUvarint(b, uint64(len(byName)))
	for _, k := range byName {
		b = k.appendMeasured(b)
	}
	return sealed(b)
}

// Restore replaces all that the tracker knows by what [Tracker.Snapshot] answered; do so before anything is recorded.
// Objectives that the catalog does not have any more, or that measure something else by now, are left out, as
// [Tracker.SetCatalog] forgets them; those that are new have counted nothing.
//
// A tracker whose deltas are kept elsewhere must not be restored from a snapshot that is older than its last delta:
// what was told since would be told again, under numbers that were used already.
//
// Bytes that are no whole snapshot are an error that wraps [ErrSnapshot], and nothing is restored.
func (t *Tracker) Restore(data []byte) error {
	payload, err := unsealed(data)
	if err != nil {
		return err
	}
	t.alerting.Lock()
	defer t.alerting.Unlock()
	t.replicated.mu.Lock()
	defer t.replicated.mu.Unlock()
	t.read()
	t.mu.RUnlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	u := &unpacker{data: payload}
	s := t.decode(u)
	u.require(len(u.data) == 0, "something follows")
	if u.err != nil {
		return fmt.Errorf("%w: %w", ErrSnapshot, u.err)
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
	corrections []Correction
	tracked     map[string]*tracked
}

func (t *Tracker) decode(u *unpacker) *trackerState {
	s := &trackerState{tracked: map[string]*tracked{}}
	s.replicated.decode(u)
	s.asked, s.alerted = u.bool(), u.varint()
	for range u.length() {
		s.corrections = append(s.corrections, u.correction())
	}
	last := ""
	for i := range u.length() {
		check := u.text()
		u.require(i == 0 || check > last, "names are out of order")
		last = check
		if k := t.decodeTracked(check, u); k != nil {
			s.tracked[check] = k
		}
	}
	return s
}

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

// fresh tracks the same objective, and has counted nothing.
func (k *tracked) fresh() *tracked {
	out := &tracked{sla: k.sla, objective: k.objective, shape: k.shape, ledger: newLedger(&k.shape.spec)}
	out.began.Store(math.MaxInt64)
	return out
}

// appendMeasured writes what is known of an objective, behind what it measures and the length of it.
func (k *tracked) appendMeasured(b []byte) []byte {
	b = appendText(appendText(b, k.check()), k.measure())
	return appendText(b, string(k.appendTo(nil)))
}

// measure says in text what must stay the same for counts to stay.
func (k *tracked) measure() string {
	s := &k.shape.spec
	return fmt.Sprintf("%d %d %s %s", k.shape.kind, int64(s.slice), s.share, k.objective.Asset)
}

// decodeTracked reads one objective; nil where the catalog has it no more.
func (t *Tracker) decodeTracked(check string, u *unpacker) *tracked {
	measure, state := u.text(), u.bytes()
	now := t.roster.find(check)
	if u.err != nil || now == nil || now.measure() != measure {
		return nil
	}
	in, k := &unpacker{data: state}, now.fresh()
	k.ledger = decodeLedger(&k.shape.spec, in)
	known := decodeState(in)
	in.require(len(in.data) == 0, "something follows")
	if in.err != nil {
		u.fail(fmt.Sprintf("%s: %v", quote(check), in.err))
	}
	k.setState(known)
	return k
}

func (r *replicated) appendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, r.seq)
	b = binary.AppendUvarint(b, uint64(len(r.applied)))
	for _, replica := range slices.Sorted(maps.Keys(r.applied)) {
		s := *r.applied[replica]
		b = binary.AppendUvarint(appendText(b, replica), uint64(len(s)))
		for _, one := range s {
			b = binary.AppendUvarint(binary.AppendUvarint(b, one.first), one.last)
		}
	}
	return b
}

func (r *replicated) decode(u *unpacker) {
	r.seq = u.uvarint()
	last := ""
	for i := range u.length() {
		replica := string(u.bytes())
		u.require(i == 0 || replica > last, "replicas are out of order")
		last = replica
		s := make(sequences, u.length())
		for n := range s {
			s[n] = sequenceRange{u.uvarint(), u.uvarint()}
			u.require(s[n].first <= s[n].last && (n == 0 || s[n-1].last < s[n].first-1 && s[n].first > 0), "numbers are out of order")
		}
		*r.of(replica) = s
	}
}
