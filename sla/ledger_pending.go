package sla

import "slices"

// pending is what was recorded and not yet drained: as much as a ledger at most.
type pending struct {
	ledger *ledger       // of events
	slices []sliceCounts // sorted
	dues   []due         // sorted
}

func (r *ledgerRest) pends() *pending {
	if r.pending == nil {
		r.pending = &pending{}
	}
	return r.pending
}

func (l *ledger) pend(at int32, rung uint8, good, bad int64) {
	p := l.more().pends()
	if p.ledger == nil {
		p.ledger = newLedger(&ledgerSpec{window: l.spec.window})
	}
	p.ledger.known = l.known
	p.ledger.book(at, rung, good, bad, false)
}

func (r *ledgerRest) pendSlice(c sliceCounts) {
	p := r.pends()
	i, found := slices.BinarySearchFunc(p.slices, c.slice, func(c sliceCounts, n int64) int {
		switch {
		case c.slice < n:
			return -1
		case c.slice > n:
			return 1
		}
		return 0
	})
	if !found {
		p.slices = slices.Insert(p.slices, i, sliceCounts{slice: c.slice})
	}
	p.slices[i].Counts = p.slices[i].Add(c.Counts)
}

func (r *ledgerRest) pendDue(d due) {
	p := r.pends()
	p.dues = setDue(p.dues, d)
}
