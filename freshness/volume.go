package freshness

import (
	"errors"
	"math/bits"
	"time"
)

// These bound what tells the partition of a due instant: its layout, in bytes,
// and how many days back it lies.
const (
	maxLayout   = 64
	maxDaysBack = 36525
)

// These say how many counted landings make the usual number of rows.
const (
	usualLeast = 3
	usualMost  = 15
)

var errNotCounted = errors.New("freshness: nobody counted the rows of what landed")

// plain reports whether every landing counts.
func (p *Deadline) plain() bool {
	return p.Partition == "" && p.MinRows == 0 && p.MinPercent == 0
}

// first returns the first landing that counts for a slot.
func (p *Deadline) first(landed Landings, s slot) (Landing, bool) {
	for i := p.find(landed, s, 0); i < len(landed); i = p.find(landed, s, i+1) {
		if p.enough(landed, i) {
			return landed[i], true
		}
	}
	return Landing{}, false
}

// newest returns the newest landing that counts for whatever due instant it is
// in time for, and false if there is none or if partitions decide.
func (p *Deadline) newest(landed Landings) (Landing, bool) {
	for i := len(landed) - 1; i >= 0 && p.Partition == ""; i-- {
		if p.enough(landed, i) {
			return landed[i], true
		}
	}
	return Landing{}, false
}

// find returns the index, from i on, of the first landing for a slot that is
// of the right partition, however little it holds; len(landed) if there is none.
func (p *Deadline) find(landed Landings, s slot, i int) int {
	if !s.always {
		i = max(i, landed.after(s.opens))
	}
	if p.Partition == "" {
		return i
	}
	var text [64]byte
	want := s.due.AddDate(0, 0, -p.DaysBack).AppendFormat(text[:0], p.Partition)
	for i < len(landed) && landed[i].Partition != string(want) {
		i++
	}
	return i
}

// enough reports whether a landing holds enough rows.
func (p *Deadline) enough(landed Landings, i int) bool {
	if p.MinRows == 0 && p.MinPercent == 0 {
		return true
	}
	rows, counted := landed[i].rows()
	return counted && rows >= p.MinRows && (p.MinPercent == 0 || shareKept(landed[:i], rows, p.MinPercent))
}

// shareKept reports whether rows is at least percent of the usual number: of
// the median (R-7, for an even number the mean of the middle two) of the
// last counted landings.
//
//	rows ≥ percent/100 × (low + high)/2
//
// It compares 200×rows with percent×(low+high) in 128 bits, and rounds nothing.
func shareKept(before Landings, rows int64, percent int) bool {
	var sorted [usualMost]int64
	n := 0
	for i := len(before) - 1; i >= 0 && n < usualMost; i-- {
		if count, ok := before[i].rows(); ok {
			at := n
			for ; at > 0 && sorted[at-1] > count; at-- {
				sorted[at] = sorted[at-1]
			}
			sorted[at] = count
			n++
		}
	}
	if n < usualLeast {
		return true
	}
	low, high := max(0, sorted[(n-1)/2]), max(0, sorted[n/2])
	haveHi, haveLo := bits.Mul64(200, uint64(max(0, rows)))
	wantHi, wantLo := bits.Mul64(uint64(percent), uint64(low)+uint64(high))
	return haveHi > wantHi || haveHi == wantHi && haveLo >= wantLo
}

// orPartial gives the reason partial to a result that is not fresh although
// something landed for the slot.
func (w *deadlineWalk) orPartial(r Result, s slot) Result {
	if w.p.MinRows == 0 && w.p.MinPercent == 0 {
		return r
	}
	i := w.p.find(w.landed, s, 0)
	if i == len(w.landed) {
		return r
	}
	r.Reason = ReasonPartial
	if _, counted := w.landed[i].rows(); !counted {
		r.Err = errNotCounted
	}
	return r
}

func (p *Deadline) valid() bool {
	return min(p.Window, p.Warn, p.Grace, p.Skew) >= 0 &&
		p.MinRows >= 0 && p.MinPercent >= 0 && p.DaysBack >= 0 && p.DaysBack <= maxDaysBack && len(p.Partition) <= maxLayout
}

// Validate refuses a schedule with no due instant, anything negative, a
// partition that is the same every day or for more than 1000 due instants, a
// grace that holds more than that of a partitioned deadline, and days back
// without a partition.
func (p Deadline) Validate() error {
	var f faults
	if err := p.Due.Validate(); err != nil {
		f.under("due", err)
	} else if p.Due.IsZero() {
		f.add("due", "is missing")
	}
	f.negative("window", p.Window)
	f.negative("warn", p.Warn)
	f.negative("grace", p.Grace)
	f.negative("skew", p.Skew)
	switch {
	case len(p.Partition) > maxLayout:
		f.add("partition", "a layout of %d bytes is too long: want at most %d", len(p.Partition), maxLayout)
	case p.Partition != "" && !tellsDays(p.Partition):
		f.add("partition", "the layout %q is the same every day", p.Partition)
	case p.Partition != "" && len(f) == 0:
		p.crowded(&f)
	}
	switch {
	case p.DaysBack < 0:
		f.add("days_back", "%d is negative", p.DaysBack)
	case p.DaysBack > maxDaysBack:
		f.add("days_back", "%d days are too many: want at most %d, a century", p.DaysBack, maxDaysBack)
	case p.DaysBack > 0 && p.Partition == "":
		f.add("days_back", "%d days back from which partition? Set partition too", p.DaysBack)
	}
	if p.MinRows < 0 {
		f.add("min_rows", "%d is negative", p.MinRows)
	}
	if p.MinPercent < 0 {
		f.add("min_percent", "%d is negative", p.MinPercent)
	}
	return f.err()
}

// tellsDays reports whether a layout tells two due instants apart that differ
// in everything.
func tellsDays(layout string) bool {
	a := time.Date(2001, 2, 3, 4, 5, 6, 7, time.UTC)
	b := time.Date(2012, 11, 20, 19, 38, 49, 800, time.UTC)
	return a.Format(layout) != b.Format(layout)
}

// crowded refuses what holds more due instants than one judgement looks at, as
// far as the first of a century tell.
func (p *Deadline) crowded(f *faults) {
	first, ok := p.Due.Next(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC))
	if !ok {
		return
	}
	end, text, last := addSat(first, p.Grace), first.Format(p.Partition), first
	for range maxPending {
		if last, ok = p.Due.Next(last); !ok || last.After(end) && last.Format(p.Partition) != text {
			return
		}
	}
	if !last.After(end) {
		f.add("grace", "%v holds more than %d due instants, too many to look for the partition of each", p.Grace, maxPending)
	}
	if last.Format(p.Partition) == text {
		f.add("partition", "the layout %q is the same for more than %d due instants", p.Partition, maxPending)
	}
}
