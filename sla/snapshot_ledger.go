package sla

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"time"
)

// appendTo writes all that a ledger holds. Equal ledgers write equal bytes.
func (l *ledger) appendTo(b []byte) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	for _, n := range []int64{l.newest, l.lo, int64(l.known), int64(l.floor)} {
		b = binary.AppendVarint(b, n)
	}
	b = l.appendBooked(b)
	r := l.rest
	if r == nil {
		r = &ledgerRest{forgot: never}
	}
	b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(r.account.late)), uint64(r.account.dropped))
	b = binary.AppendVarint(b, r.forgot)
	b = binary.AppendUvarint(b, uint64(len(r.late)))
	for _, e := range r.late {
		for _, n := range []int64{e.known, e.at, e.Good, e.Bad} {
			b = binary.AppendVarint(b, n)
		}
	}
	b = appendBool(b, r.pending != nil)
	if r.pending != nil {
		b = r.pending.appendTo(b)
	}
	return b
}

func (l *ledger) appendBooked(b []byte) []byte {
	switch {
	case l.spec.slice > 0 && (l.rest == nil || l.rest.slices == nil):
		return (&sliceLedger{}).appendTo(b)
	case l.spec.slice > 0:
		return l.rest.slices.appendTo(b)
	case l.spec.deadlines:
		return appendDues(b, l.list.bytes.unpackDues(nil, l.lo))
	case l.dense() != nil:
		return l.rest.dense.appendTo(appendBool(b, true))
	}
	cells, pins := l.list.unpack(nil), []int32(nil)
	if l.rest != nil {
		pins = l.rest.pins
	}
	b = appendPins(appendBool(b, false), pins)
	b = binary.AppendUvarint(b, uint64(len(cells)))
	for _, c := range cells {
		b = appendCounts(binary.AppendVarint(b, int64(c.at)), Counts{c.good, c.bad})
	}
	return b
}

// decodeLedger reads what appendTo wrote for the same spec.
func decodeLedger(spec *ledgerSpec, d *unpacker) *ledger {
	l := decodeBooked(spec, d)
	if d.bool() {
		l.more().pending = decodePending(spec, d)
	}
	return l
}

func decodeBooked(spec *ledgerSpec, d *unpacker) *ledger {
	l := newLedger(spec)
	l.newest, l.lo = d.varint(), d.varint()
	l.known, l.floor = d.tick(), d.tick()
	l.decodeBooked(d)
	a, forgot := account{late: d.natural(), dropped: d.natural()}, d.varint()
	late := make([]lateBooking, min(d.length(), maxLate+1))
	for i := range late {
		late[i] = lateBooking{d.varint(), d.varint(), Counts{d.varint(), d.varint()}}
	}
	sorted := slices.IsSortedFunc(late, func(a, b lateBooking) int { return cmp.Compare(a.known, b.known) })
	d.require(sorted && len(late) <= maxLate, "late bookings are out of order")
	if a != (account{}) || forgot != never || len(late) > 0 {
		r := l.more()
		r.account, r.forgot, r.late = a, forgot, late
	}
	return l
}

func (d *unpacker) tick() int32 {
	n := d.varint()
	d.require(n >= math.MinInt32 && n <= math.MaxInt32, "an instant is out of range")
	return int32(n)
}

func (l *ledger) decodeBooked(d *unpacker) {
	switch {
	case l.spec.slice > 0:
		if s := decodeSlices(d); len(s.words) > 0 || len(s.counts) > 0 {
			l.more().slices = s
		}
	case l.spec.deadlines:
		dues := decodeDues(d)
		d.require(len(dues) == 0 || dues[len(dues)-1].at == l.lo, "the newest due instant is another")
		if d.err == nil { // else they may be such as no list can hold
			l.list.bytes = l.list.bytes.packDues(dues)
		}
	case d.bool():
		l.more().dense = decodeDense(d)
	default:
		l.decodePacked(d)
	}
}

func (l *ledger) decodePacked(d *unpacker) {
	if pins := decodePins(d); len(pins) > 0 {
		l.more().pins = pins
	}
	cells := make([]tickCounts, d.length())
	var all Counts
	for i := range cells {
		at, c := d.tick(), d.counts()
		cells[i] = tickCounts{at, c.Good, c.Bad}
		all = d.sum(all, c)
	}
	d.require(ascending(cells, func(a, b tickCounts) int { return cmp.Compare(a.at, b.at) }), "cells are out of order")
	l.list.pack(cells)
	if slices.ContainsFunc(cells, func(c tickCounts) bool { return c.good|c.bad >= huge }) {
		l.more().heavy = true
	}
}

// sum adds counts that must not be nothing, and must not wrap.
func (d *unpacker) sum(all, more Counts) Counts {
	ok := more != Counts{} && all.Good <= math.MaxInt64-more.Good && all.Bad <= math.MaxInt64-more.Bad
	d.require(ok, "counts are nothing, or too many")
	return all.Add(more)
}

func (d *dense) appendTo(b []byte) []byte {
	b = appendPins(b, d.pins)
	b = binary.AppendUvarint(b, uint64(len(d.edges)))
	for i, e := range d.edges {
		b = append(binary.AppendVarint(b, int64(e.at)), d.rungs[i])
		b = appendCounts(b, d.span(i, i+1))
	}
	return b
}

func decodeDense(d *unpacker) *dense {
	out := &dense{pins: decodePins(d)}
	n := d.length()
	out.reserve(n)
	var all Counts
	for range n {
		at, rung, c := d.tick(), d.byte(), d.counts()
		all = d.sum(all, c)
		d.require(int(rung) < len(ladder), "a cell has no width")
		if d.err != nil {
			return out
		}
		out.insert(len(out.edges), at, rung)
		out.book(len(out.edges)-1, uint64(c.Good), uint64(c.Bad))
	}
	d.require(ascending(out.edges, func(a, b edge) int { return cmp.Compare(a.at, b.at) }), "cells are out of order")
	return out
}

func appendPins(b []byte, pins []int32) []byte {
	b = binary.AppendUvarint(b, uint64(len(pins)))
	for _, p := range pins {
		b = binary.AppendVarint(b, int64(p))
	}
	return b
}

func decodePins(d *unpacker) []int32 {
	var pins []int32
	for range d.length() {
		pins = append(pins, d.tick())
	}
	d.require(ascending(pins, cmp.Compare[int32]), "edges are out of order")
	return pins
}

func (s *sliceLedger) appendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(s.words)))
	for _, w := range s.words {
		b = binary.AppendVarint(b, w.at)
		b = binary.AppendUvarint(binary.AppendUvarint(b, w.good), w.bad)
	}
	return appendSlices(b, s.counts)
}

func decodeSlices(d *unpacker) *sliceLedger {
	s := &sliceLedger{words: make([]sliceWord, d.length())}
	for i := range s.words {
		w := sliceWord{d.varint(), d.uvarint(), d.uvarint()}
		d.require(w.good&w.bad == 0 && w.good|w.bad != 0, "a slice is good and bad, or none is")
		s.words[i] = w
	}
	d.require(ascending(s.words, func(a, b sliceWord) int { return cmp.Compare(a.at, b.at) }), "slices are out of order")
	s.counts = decodeSliceCounts(d)
	d.require(len(s.counts) <= judgedAnew, "too many slices have counts")
	return s
}

func appendSlices(b []byte, counts []sliceCounts) []byte {
	b = binary.AppendUvarint(b, uint64(len(counts)))
	for _, c := range counts {
		b = appendCounts(binary.AppendVarint(b, c.slice), c.Counts)
	}
	return b
}

func decodeSliceCounts(d *unpacker) []sliceCounts {
	counts := make([]sliceCounts, d.length())
	for i := range counts {
		counts[i] = sliceCounts{d.varint(), d.counts()}
	}
	d.require(ascending(counts, func(a, b sliceCounts) int { return cmp.Compare(a.slice, b.slice) }), "slices are out of order")
	return counts
}

func appendDues(b []byte, dues []due) []byte {
	b = binary.AppendUvarint(b, uint64(len(dues)))
	for _, d := range dues {
		b = append(binary.AppendVarint(b, d.at), byte(d.kind))
		if d.kind == late {
			b = binary.AppendUvarint(b, uint64(d.late))
		}
	}
	return b
}

func decodeDues(d *unpacker) []due {
	dues := make([]due, d.length())
	for i := range dues {
		one := due{d.varint(), outcome{kind: outcomeKind(d.byte())}}
		if one.kind == late {
			one.late = time.Duration(d.natural())
		}
		d.require(one.kind != notDue && one.outcome == one.proper(), "a due instant has no outcome")
		dues[i] = one
	}
	d.require(ascending(dues, func(a, b due) int { return cmp.Compare(a.at, b.at) }), "due instants are out of order")
	return dues
}

func (p *pending) appendTo(b []byte) []byte {
	b = appendBool(b, p.ledger != nil)
	if p.ledger != nil {
		b = p.ledger.appendTo(b)
	}
	return appendDues(appendSlices(b, p.slices), p.dues)
}

func decodePending(spec *ledgerSpec, d *unpacker) *pending {
	p := &pending{}
	if d.bool() {
		p.ledger = decodeBooked(&ledgerSpec{window: spec.window}, d)
		d.require(!d.bool(), "what was recorded is nested")
	}
	p.slices, p.dues = decodeSliceCounts(d), decodeDues(d)
	return p
}
