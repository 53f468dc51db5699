package ledger

import (
	"slices"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// Pin makes an instant, or the next multiple of 5 s, an edge of a cell from now on. What was merged
// already stays so.
func (l *Ledger) Pin(at int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.spec.Slice > 0 || l.spec.Deadlines {
		return
	}
	if d := l.dense(); d != nil {
		d.pin(tickUp(at))
		return
	}
	r := l.more()
	r.pins = pinned(r.pins, tickUp(at))
}

// pinned returns how many pins are at or before a tick.
func (d *dense) pinned(at int32) int {
	i, found := slices.BinarySearch(d.pins, at)
	if found {
		i++
	}
	return i
}

// pin keeps an edge from now on. Inside a cell there is none to keep: what was merged cannot be
// divided again, and a pin there would make the cell seem to end at it.
func (d *dense) pin(at int32) {
	if i, found := d.cell(at); found && d.edges[i].at != at {
		return
	}
	d.pins = pinned(d.pins, at)
}

// pinned returns sorted pins with one more.
func pinned(pins []int32, at int32) []int32 {
	if i, found := slices.BinarySearch(pins, at); !found {
		pins = slices.Insert(pins, i, at)
	}
	return pins
}

// pinCalendar keeps the bounds of the calendar-aligned window in which a tick lies.
func (l *Ledger) pinCalendar(d *dense, at int32) {
	if l.spec.Window.IsRolling() || l.spec.Window.IsZero() {
		return
	}
	if d.calendar[0] <= at && at < d.calendar[1] {
		return
	}
	start, end := l.spec.Window.Bounds(exact.Instant(tickStart(int64(at))))
	d.calendar = [2]int32{tickUp(exact.Nanos(start)), tickUp(exact.Nanos(end))}
	d.pin(d.calendar[0])
	d.pin(d.calendar[1])
}
