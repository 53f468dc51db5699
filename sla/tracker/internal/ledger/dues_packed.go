package ledger

import (
	"encoding/binary"
	"slices"
	"time"
)

// A dueRun is a record of due instants: so many in a row, each as far from the one before, with one
// outcome. A year of working nights takes a few of them.
type dueRun struct {
	distance int64
	Outcome
	n uint64
}

// What the low bits of a record hold, above the two of the outcome.
const (
	inNanos   = 1 << 2 // the distance is in nanoseconds rather than minutes, its four highest bits apart
	manyTimes = 1 << 3 // there is more than one due instant, and their number follows
)

// pushDue appends a due instant, which must come after all others.
func (p packed) pushDue(distance int64, o Outcome) packed {
	run := dueRun{distance, o, 1}
	if len(p) > 0 && o.Kind != Late {
		last, before := p.popDues()
		if last.distance == distance && last.Outcome == o {
			run.n, p = last.n+1, before
		}
	}
	return p.pushDues(run)
}

// pushDues appends a record:
//
//	uvarint   distance << 4 | marks and outcome
//	uvarint   the four highest bits of a distance in nanoseconds
//	uvarint   how many due instants, if more than one
//	uvarint   how late, of a late one
//
// It is reversed, so that popDues finds the first number at the end.
func (p packed) pushDues(run dueRun) packed {
	distance, marks := uint64(run.distance), uint64(run.Kind-Missing)
	minutes := distance%uint64(time.Minute) == 0
	if minutes {
		distance /= uint64(time.Minute)
	} else {
		marks |= inNanos
	}
	if run.n > 1 {
		marks |= manyTimes
	}

	var room [4 * binary.MaxVarintLen64]byte
	b := binary.AppendUvarint(room[:0], distance<<4|marks)
	if !minutes {
		b = binary.AppendUvarint(b, distance>>60)
	}
	if run.n > 1 {
		b = binary.AppendUvarint(b, run.n)
	}
	if run.Kind == Late {
		b = appendLateness(b, uint64(run.Late))
	}
	slices.Reverse(b)
	return append(p.grow(len(b)), b...)
}

// appendLateness appends whole seconds as such, and anything else in nanoseconds, with the low bit
// set.
func appendLateness(b []byte, n uint64) []byte {
	if n%uint64(time.Second) == 0 {
		return binary.AppendUvarint(b, n/uint64(time.Second)<<1)
	}
	return binary.AppendUvarint(b, n<<1|1)
}

// popDues returns the newest record, and the list before it.
func (p packed) popDues() (run dueRun, before packed) {
	head, p := p.number()
	run.Kind, run.n = Missing+OutcomeKind(head&3), 1

	distance := head >> 4
	if head&inNanos != 0 {
		var high uint64
		high, p = p.number()
		distance |= high << 60
	} else {
		distance *= uint64(time.Minute)
	}
	run.distance = int64(distance)
	if head&manyTimes != 0 {
		run.n, p = p.number()
	}

	if run.Kind == Late {
		var by uint64
		by, p = p.number()
		run.Late = time.Duration(by >> 1)
		if by&1 == 0 {
			run.Late *= time.Second
		}
	}
	return run, p
}

// newest returns the newest record. The list must not be empty.
func (p packed) newest() dueRun {
	run, _ := p.popDues()
	return run
}

// unpackDues appends the due instants, oldest first.
func (p packed) unpackDues(dst []Due, newest int64) []Due {
	first := len(dst)
	for len(p) > 0 {
		run, before := p.popDues()
		for range run.n {
			dst = append(dst, Due{newest, run.Outcome})
			newest -= run.distance
		}
		p = before
	}
	slices.Reverse(dst[first:])
	return dst
}

// packDues is the inverse of unpackDues. It writes over the list.
func (p packed) packDues(dues []Due) packed {
	p = p[:0]
	for i, d := range dues {
		distance := int64(0)
		if i > 0 {
			distance = d.At - dues[i-1].At
		}
		p = p.pushDue(distance, d.Outcome)
	}
	return p
}
