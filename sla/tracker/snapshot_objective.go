package tracker

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// A trackedState is what is known of an objective beside its counts. The keys of RecordOnce are not
// in it.
type trackedState struct {
	began  int64
	follow *follower
	firing []firing
}

// appendTo appends all that is known of an objective: its counts, and then what decodeState reads.
// Both are of one instant: what is observed meanwhile waits.
func (k *tracked) appendTo(b []byte) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.appendState(k.ledger.AppendTo(b))
}

// appendState appends what is known beside the counts. The objective is locked.
func (k *tracked) appendState(b []byte) []byte {
	b = binary.AppendVarint(b, k.began.Load())
	fires := k.rare.firing()
	b = binary.AppendUvarint(b, uint64(len(fires)))
	for _, f := range fires {
		b = binary.AppendVarint(ledger.AppendText(b, f.rule.Name), f.since)
	}
	b = ledger.AppendBool(b, k.follow != nil)
	if k.follow != nil {
		b = k.follow.appendTo(b)
	}
	return b
}

// appendTo appends the newest result, and how far time has been counted.
func (f *follower) appendTo(b []byte) []byte {
	r := &f.newest
	for _, n := range []int64{
		r.at, r.landing, r.due, r.last, r.freshUntil, r.nextCheck, int64(r.late), int64(r.age), f.pausedFrom,
	} {
		b = binary.AppendVarint(b, n)
	}
	b = ledger.AppendBool(append(b, byte(r.status), byte(r.reason)), r.landed)

	b = ledger.AppendBool(b, r.detail != nil)
	if r.detail != nil {
		b = r.detail.appendTo(b)
	}
	b = ledger.AppendBool(b, f.timeState != nil)
	if f.timeState != nil {
		b = f.timeState.appendTo(b)
	}
	return b
}

// appendTo appends a detail. Of an error only the text is kept, made valid UTF-8.
func (d *resultDetail) appendTo(b []byte) []byte {
	problem := ""
	if d.err != nil {
		problem = d.err.Error()
	}
	landing, _ := json.Marshal(d.landing) // of a landing that JSON cannot represent, the instant remains
	b = ledger.AppendText(binary.AppendVarint(b, d.until), strings.ToValidUTF8(problem, "�"))
	return ledger.AppendText(b, string(landing))
}

// appendTo appends how far time has been counted.
func (f *timeState) appendTo(b []byte) []byte {
	for _, n := range []int64{f.proven, f.through, f.slice} {
		b = binary.AppendVarint(b, n)
	}
	b = binary.AppendUvarint(ledger.AppendCounts(b, f.part), uint64(len(f.excusedTime)))
	for _, s := range f.excusedTime {
		b = binary.AppendVarint(binary.AppendVarint(b, s.from), s.to)
	}
	return b
}

// decodeState reads what appendState wrote.
func decodeState(d *ledger.Unpacker) trackedState {
	s := trackedState{began: d.Varint()}
	for range d.Length() {
		s.firing = append(s.firing, firing{sla.BurnRule{Name: d.Text()}, d.Varint()})
	}
	if d.Bool() {
		s.follow = decodeFollower(d)
	}
	return s
}

// decodeFollower reads what follower.appendTo wrote.
func decodeFollower(d *ledger.Unpacker) *follower {
	f := &follower{}
	r := &f.newest
	for _, n := range []*int64{
		&r.at, &r.landing, &r.due, &r.last, &r.freshUntil, &r.nextCheck,
		(*int64)(&r.late), (*int64)(&r.age), &f.pausedFrom,
	} {
		*n = d.Varint()
	}
	r.status, r.reason, r.landed = int8(d.Byte()), int8(d.Byte()), d.Bool()
	_, knownStatus := freshness.Status(r.status).MarshalText()
	_, knownReason := freshness.Reason(r.reason).MarshalText()
	d.Require(knownStatus == nil && knownReason == nil, "a result has no such status or reason")

	if d.Bool() {
		r.detail = decodeDetail(d)
	}
	if d.Bool() {
		f.timeState = decodeTime(d)
	}
	return f
}

// decodeDetail reads what resultDetail.appendTo wrote. Its error has the text of the one that was
// written.
func decodeDetail(d *ledger.Unpacker) *resultDetail {
	detail := &resultDetail{until: d.Varint()}
	if problem := d.Text(); problem != "" {
		detail.err = errors.New(problem)
	}
	if landing := d.Text(); landing != "" {
		d.Require(json.Unmarshal([]byte(landing), &detail.landing) == nil, "a landing is malformed")
	}
	return detail
}

// decodeTime reads what timeState.appendTo wrote.
func decodeTime(d *ledger.Unpacker) *timeState {
	f := &timeState{proven: d.Varint(), through: d.Varint(), slice: d.Varint(), part: d.Counts()}
	for range d.Length() {
		s := span{d.Varint(), d.Varint()}
		n := len(f.excusedTime)
		d.Require(s.from < s.to && (n == 0 || f.excusedTime[n-1].to < s.from), "excused time is not in order")
		f.excusedTime = append(f.excusedTime, s)
	}
	return f
}

// setState replaces what is known of an objective beside its counts. The next call of Alerts ends
// the alerts of rules that it does not have any more.
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
