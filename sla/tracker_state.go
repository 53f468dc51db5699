package sla

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A trackedState is what is known of an objective beside its counts. Keys that were used once are not in it.
type trackedState struct {
	began  int64
	follow *follower
	firing []firing
}

// appendTo writes all that is known of an objective: its counts, and then what decodeState reads.
// Both are of one moment: what is observed meanwhile waits.
func (k *tracked) appendTo(b []byte) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.appendState(k.ledger.appendTo(b))
}

func (k *tracked) appendState(b []byte) []byte {
	b = binary.AppendVarint(b, k.began.Load())
	b = binary.AppendUvarint(b, uint64(len(k.firing)))
	for _, f := range k.firing {
		b = binary.AppendVarint(appendText(b, f.rule.Name), f.since)
	}
	b = appendBool(b, k.follow != nil)
	if k.follow != nil {
		b = k.follow.appendTo(b)
	}
	return b
}

func (f *follower) appendTo(b []byte) []byte {
	l := &f.look
	for _, n := range []int64{
		l.at, l.landing, l.due, l.last, l.freshUntil, l.nextCheck, l.until, int64(l.late), int64(l.age),
		f.pausedFrom, f.proven, f.through, f.slice,
	} {
		b = binary.AppendVarint(b, n)
	}
	b = appendBool(append(b, byte(l.status), byte(l.reason)), l.landed)
	problem, landing := "", []byte{}
	if l.err != nil {
		problem = l.err.Error()
	}
	if l.detail != nil {
		landing, _ = json.Marshal(l.detail) // of a landing that JSON cannot write, the instant remains
	}
	b = appendText(appendText(b, strings.ToValidUTF8(problem, "�")), string(landing))
	b = binary.AppendUvarint(appendCounts(b, f.part), uint64(len(f.excusedTime)))
	for _, s := range f.excusedTime {
		b = binary.AppendVarint(binary.AppendVarint(b, s.from), s.to)
	}
	return b
}

// decodeState reads what appendState wrote. The faults are those of d.
func decodeState(d *unpacker) trackedState {
	s := trackedState{began: d.varint()}
	for range d.length() {
		s.firing = append(s.firing, firing{BurnRule{Name: d.text()}, d.varint()})
	}
	if d.bool() {
		s.follow = decodeFollower(d)
	}
	return s
}

func decodeFollower(d *unpacker) *follower {
	f := &follower{}
	l := &f.look
	for _, n := range []*int64{
		&l.at, &l.landing, &l.due, &l.last, &l.freshUntil, &l.nextCheck, &l.until, (*int64)(&l.late), (*int64)(&l.age),
		&f.pausedFrom, &f.proven, &f.through, &f.slice,
	} {
		*n = d.varint()
	}
	l.status, l.reason, l.landed, l.zone = int8(d.byte()), int8(d.byte()), d.bool(), time.UTC
	_, knownStatus := freshness.Status(l.status).MarshalText()
	_, knownReason := freshness.Reason(l.reason).MarshalText()
	d.require(knownStatus == nil && knownReason == nil, "a result has no such status or reason")
	if problem := d.text(); problem != "" {
		l.err = errors.New(problem)
	}
	if landing := d.text(); landing != "" {
		l.detail = &freshness.Landing{}
		d.require(json.Unmarshal([]byte(landing), l.detail) == nil, "a landing is malformed")
	}
	f.part = d.counts()
	for range d.length() {
		s := span{d.varint(), d.varint()}
		n := len(f.excusedTime)
		d.require(s.from < s.to && (n == 0 || f.excusedTime[n-1].to < s.from), "excused time is not in order")
		f.excusedTime = append(f.excusedTime, s)
	}
	return f
}

// setState replaces what is known of an objective beside its counts. Rules that it does not have any more will be said to have recovered.
func (k *tracked) setState(s trackedState) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.began.Store(s.began)
	k.follow, k.firing = s.follow, s.firing
	if k.follow != nil {
		k.follow.look.zone = k.objective.Window.Location()
	}
	for i := range k.firing {
		for _, r := range k.shape.rules {
			if r.Name == k.firing[i].rule.Name {
				k.firing[i].rule = r
			}
		}
	}
}
