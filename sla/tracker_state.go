package sla

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"

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
	fires := k.rare.firing()
	b = binary.AppendUvarint(b, uint64(len(fires)))
	for _, f := range fires {
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
		l.at, l.landing, l.due, l.last, l.freshUntil, l.nextCheck, int64(l.late), int64(l.age), f.pausedFrom,
	} {
		b = binary.AppendVarint(b, n)
	}
	b = appendBool(append(b, byte(l.status), byte(l.reason)), l.landed)
	b = appendBool(b, l.detail != nil)
	if l.detail != nil {
		b = l.detail.appendTo(b)
	}
	b = appendBool(b, f.timeState != nil)
	if f.timeState != nil {
		b = f.timeState.appendTo(b)
	}
	return b
}

func (d *lookDetail) appendTo(b []byte) []byte {
	problem := ""
	if d.err != nil {
		problem = d.err.Error()
	}
	landing, _ := json.Marshal(d.landing) // of a landing that JSON cannot write, the instant remains
	b = appendText(binary.AppendVarint(b, d.until), strings.ToValidUTF8(problem, "�"))
	return appendText(b, string(landing))
}

func (f *timeState) appendTo(b []byte) []byte {
	for _, n := range []int64{f.proven, f.through, f.slice} {
		b = binary.AppendVarint(b, n)
	}
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
		&l.at, &l.landing, &l.due, &l.last, &l.freshUntil, &l.nextCheck, (*int64)(&l.late), (*int64)(&l.age), &f.pausedFrom,
	} {
		*n = d.varint()
	}
	l.status, l.reason, l.landed = int8(d.byte()), int8(d.byte()), d.bool()
	_, knownStatus := freshness.Status(l.status).MarshalText()
	_, knownReason := freshness.Reason(l.reason).MarshalText()
	d.require(knownStatus == nil && knownReason == nil, "a result has no such status or reason")
	if d.bool() {
		l.detail = decodeDetail(d)
	}
	if d.bool() {
		f.timeState = decodeTime(d)
	}
	return f
}

func decodeDetail(d *unpacker) *lookDetail {
	detail := &lookDetail{until: d.varint()}
	if problem := d.text(); problem != "" {
		detail.err = errors.New(problem)
	}
	if landing := d.text(); landing != "" {
		d.require(json.Unmarshal([]byte(landing), &detail.landing) == nil, "a landing is malformed")
	}
	return detail
}

func decodeTime(d *unpacker) *timeState {
	f := &timeState{proven: d.varint(), through: d.varint(), slice: d.varint(), part: d.counts()}
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
	k.follow, k.rare = s.follow, nil
	for _, f := range s.firing {
		for _, r := range k.shape.rules {
			if r.Name == f.rule.Name {
				f.rule = r
			}
		}
		k.more().fires = append(k.rare.fires, f)
	}
}
