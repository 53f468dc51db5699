package ledger

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// AppendTo appends all that the ledger holds. Equal ledgers append equal bytes.
func (l *Ledger) AppendTo(b []byte) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	for _, n := range []int64{l.newest, l.lo, int64(l.known), int64(l.floor)} {
		b = binary.AppendVarint(b, n)
	}
	b = l.appendBooked(b)

	r := l.rest
	if r == nil {
		r = &ledgerRest{forgot: Never}
	}
	b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(r.account.Late)), uint64(r.account.Dropped))
	b = binary.AppendVarint(b, r.forgot)
	b = binary.AppendUvarint(b, uint64(len(r.late)))
	for _, e := range r.late {
		for _, n := range []int64{e.known, e.at, e.Good, e.Bad} {
			b = binary.AppendVarint(b, n)
		}
	}

	b = AppendBool(b, r.undrained != nil)
	if r.undrained != nil {
		b = r.undrained.appendTo(b)
	}
	return b
}

// appendBooked appends what is booked, in the form of the ledger's kind.
func (l *Ledger) appendBooked(b []byte) []byte {
	switch {
	case l.spec.Slice > 0 && (l.rest == nil || l.rest.slices == nil):
		return (&sliceLedger{}).appendTo(b)
	case l.spec.Slice > 0:
		return l.rest.slices.appendTo(b)
	case l.spec.Deadlines:
		return appendDues(b, l.list.bytes.unpackDues(nil, l.lo))
	case l.dense() != nil:
		return l.rest.dense.appendTo(AppendBool(b, true))
	}

	cells, pins := l.list.unpack(nil), []int32(nil)
	if l.rest != nil {
		pins = l.rest.pins
	}
	b = appendPins(AppendBool(b, false), pins)
	b = binary.AppendUvarint(b, uint64(len(cells)))
	for _, c := range cells {
		b = AppendCounts(binary.AppendVarint(b, int64(c.at)), sla.Counts{Good: c.good, Bad: c.bad})
	}
	return b
}

// Decode reads what [Ledger.AppendTo] appended for an equal spec. If the bytes are malformed, d.Err
// is set and the ledger must not be used.
func Decode(spec *Spec, d *Unpacker) *Ledger {
	l := decodeBooked(spec, d)
	if d.Bool() {
		l.more().undrained = decodeUndrained(spec, d)
	}
	return l
}

// decodeBooked reads a ledger but for what is undrained.
func decodeBooked(spec *Spec, d *Unpacker) *Ledger {
	l := New(spec)
	l.newest, l.lo = d.Varint(), d.Varint()
	l.known, l.floor = d.tick(), d.tick()
	l.decodeBooked(d)

	a, forgot := Account{Late: d.Natural(), Dropped: d.Natural()}, d.Varint()
	late := make([]lateBooking, min(d.Length(), maxLate+1))
	for i := range late {
		late[i] = lateBooking{d.Varint(), d.Varint(), sla.Counts{Good: d.Varint(), Bad: d.Varint()}}
	}
	sorted := slices.IsSortedFunc(late, func(a, b lateBooking) int { return cmp.Compare(a.known, b.known) })
	d.Require(sorted && len(late) <= maxLate, "late bookings are out of order")

	if a != (Account{}) || forgot != Never || len(late) > 0 {
		r := l.more()
		r.account, r.forgot, r.late = a, forgot, late
	}
	return l
}

// tick reads a tick, which must fit into 32 bits.
func (d *Unpacker) tick() int32 {
	n := d.Varint()
	d.Require(n >= math.MinInt32 && n <= math.MaxInt32, "an instant is out of range")
	return int32(n)
}

// decodeBooked reads what appendBooked wrote.
func (l *Ledger) decodeBooked(d *Unpacker) {
	switch {
	case l.spec.Slice > 0:
		if s := decodeSlices(d); len(s.words) > 0 || len(s.counts) > 0 {
			l.more().slices = s
		}
	case l.spec.Deadlines:
		dues := decodeDues(d)
		d.Require(len(dues) == 0 || dues[len(dues)-1].At == l.lo, "the newest due instant is another")
		if d.Err == nil { // a list cannot hold due instants that are out of order
			l.list.bytes = l.list.bytes.packDues(dues)
		}
	case d.Bool():
		l.more().dense = decodeDense(d)
	default:
		l.decodePacked(d)
	}
}

// decodePacked reads cells of the finest width. It packs them anew: the packed form has several
// ways to write one list.
func (l *Ledger) decodePacked(d *Unpacker) {
	if pins := decodePins(d); len(pins) > 0 {
		l.more().pins = pins
	}
	cells := make([]tickCounts, d.Length())
	var all sla.Counts
	for i := range cells {
		at, c := d.tick(), d.Counts()
		cells[i] = tickCounts{at, c.Good, c.Bad}
		all = d.sum(all, c)
	}
	d.Require(ascending(cells, func(c tickCounts) int32 { return c.at }), "cells are out of order")
	l.list.pack(cells)
	if slices.ContainsFunc(cells, func(c tickCounts) bool { return c.good|c.bad >= huge }) {
		l.more().heavy = true
	}
}

// sum adds counts, which must neither be nothing nor wrap.
func (d *Unpacker) sum(all, more sla.Counts) sla.Counts {
	ok := more != sla.Counts{} && all.Good <= math.MaxInt64-more.Good && all.Bad <= math.MaxInt64-more.Bad
	d.Require(ok, "counts are nothing, or too many")
	return all.Add(more)
}

// appendTo appends the cells with their own counts rather than with sums, which would depend on
// what was forgotten.
func (d *dense) appendTo(b []byte) []byte {
	b = appendPins(b, d.pins)
	b = binary.AppendUvarint(b, uint64(len(d.edges)))
	for i, e := range d.edges {
		b = append(binary.AppendVarint(b, int64(e.at)), d.rungs[i])
		b = AppendCounts(b, d.span(i, i+1))
	}
	return b
}

// decodeDense reads what dense.appendTo wrote, and adds the counts up again.
func decodeDense(d *Unpacker) *dense {
	out := &dense{pins: decodePins(d)}
	n := d.Length()
	out.reserve(n)
	var all sla.Counts
	for range n {
		at, rung, c := d.tick(), d.Byte(), d.Counts()
		all = d.sum(all, c)
		d.Require(int(rung) < len(ladder), "a cell has no width")
		if d.Err != nil {
			return out
		}
		out.insert(len(out.edges), at, rung)
		out.book(len(out.edges)-1, uint64(c.Good), uint64(c.Bad))
	}
	d.Require(ascending(out.edges, func(e edge) int32 { return e.at }), "cells are out of order")
	return out
}

// appendPins appends edges that are kept.
func appendPins(b []byte, pins []int32) []byte {
	b = binary.AppendUvarint(b, uint64(len(pins)))
	for _, p := range pins {
		b = binary.AppendVarint(b, int64(p))
	}
	return b
}

// decodePins reads what appendPins wrote.
func decodePins(d *Unpacker) []int32 {
	var pins []int32
	for range d.Length() {
		pins = append(pins, d.tick())
	}
	d.Require(ascending(pins, func(at int32) int32 { return at }), "edges are out of order")
	return pins
}

// appendTo appends the verdicts, and the counts of the newest slices.
func (s *sliceLedger) appendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(s.words)))
	for _, w := range s.words {
		b = binary.AppendVarint(b, w.at)
		b = binary.AppendUvarint(binary.AppendUvarint(b, w.good), w.bad)
	}
	return appendSlices(b, s.counts)
}

// decodeSlices reads what sliceLedger.appendTo wrote.
func decodeSlices(d *Unpacker) *sliceLedger {
	s := &sliceLedger{words: make([]sliceWord, d.Length())}
	for i := range s.words {
		w := sliceWord{d.Varint(), d.Uvarint(), d.Uvarint()}
		d.Require(w.good&w.bad == 0 && w.good|w.bad != 0, "a slice is good and bad, or none is")
		s.words[i] = w
	}
	d.Require(ascending(s.words, func(w sliceWord) int64 { return w.at }), "slices are out of order")
	s.counts = decodeSliceCounts(d)
	d.Require(len(s.counts) <= judgedAnew, "too many slices have counts")
	return s
}

// appendSlices appends slices with their counts.
func appendSlices(b []byte, counts []sliceCounts) []byte {
	b = binary.AppendUvarint(b, uint64(len(counts)))
	for _, c := range counts {
		b = AppendCounts(binary.AppendVarint(b, c.slice), c.Counts)
	}
	return b
}

// decodeSliceCounts reads what appendSlices wrote.
func decodeSliceCounts(d *Unpacker) []sliceCounts {
	counts := make([]sliceCounts, d.Length())
	for i := range counts {
		counts[i] = sliceCounts{d.Varint(), d.Counts()}
	}
	d.Require(ascending(counts, func(c sliceCounts) int64 { return c.slice }), "slices are out of order")
	return counts
}

// appendDues appends due instants with their outcomes.
func appendDues(b []byte, dues []Due) []byte {
	b = binary.AppendUvarint(b, uint64(len(dues)))
	for _, d := range dues {
		b = append(binary.AppendVarint(b, d.At), byte(d.Kind))
		if d.Kind == Late {
			b = binary.AppendUvarint(b, uint64(d.Late))
		}
	}
	return b
}

// decodeDues reads what appendDues wrote. It refuses outcomes that are not in their one form.
func decodeDues(d *Unpacker) []Due {
	dues := make([]Due, d.Length())
	for i := range dues {
		one := Due{d.Varint(), Outcome{Kind: OutcomeKind(d.Byte())}}
		if one.Kind == Late {
			one.Late = time.Duration(d.Natural())
		}
		d.Require(one.Kind != NotDue && one.Outcome == one.proper(), "a due instant has no outcome")
		dues[i] = one
	}
	d.Require(ascending(dues, func(d Due) int64 { return d.At }), "due instants are out of order")
	return dues
}

// appendTo appends what is undrained, so that no record is lost by a restart before the next call
// of Drain.
func (u *undrained) appendTo(b []byte) []byte {
	b = AppendBool(b, u.events != nil)
	if u.events != nil {
		b = u.events.AppendTo(b)
	}
	return appendDues(appendSlices(b, u.slices), u.dues)
}

// decodeUndrained reads what appendTo wrote. What is undrained is a ledger in itself, which has
// nothing undrained.
func decodeUndrained(spec *Spec, d *Unpacker) *undrained {
	u := &undrained{}
	if d.Bool() {
		u.events = decodeBooked(&Spec{Window: spec.Window}, d)
		d.Require(!d.Bool(), "what is undrained is nested")
	}
	u.slices, u.dues = decodeSliceCounts(d), decodeDues(d)
	return u
}
