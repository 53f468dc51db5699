package freshness

import (
	"errors"
	"math/bits"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// These bound the partition of a due instant: its layout, in bytes, and how many
// days back it lies.
const (
	maxLayout   = 64
	maxDaysBack = 36525
)

// These are how many counted landings make the usual number of rows.
const (
	usualLeast = 3
	usualMost  = 15
)

var errNotCounted = errors.New("freshness: the rows of what landed were not counted")

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
		i = max(i, landed.After(s.opens))
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
	return min(p.Lookback, p.Warn, p.Grace, p.Skew) >= 0 &&
		p.MinRows >= 0 && p.MinPercent >= 0 &&
		p.DaysBack >= 0 && p.DaysBack <= maxDaysBack && len(p.Partition) <= maxLayout
}

// Validate refuses a schedule with no due instant, anything negative, a
// partition that is the same every day or for more than 1000 due instants, a
// grace that holds more than that of a partitioned deadline, and days back
// without a partition.
func (p Deadline) Validate() error {
	var f fault.List
	if err := p.Due.Validate(); err != nil {
		f.Below("due", err)
	} else if p.Due.IsZero() {
		f.Add("due", "is missing")
	}

	f.Negative("lookback", p.Lookback)
	f.Negative("warn", p.Warn)
	f.Negative("grace", p.Grace)
	f.Negative("skew", p.Skew)
	switch {
	case len(p.Partition) > maxLayout:
		const rule = "a layout of %d bytes is too long: want at most %d"
		f.Add("partition", rule, len(p.Partition), maxLayout)
	case p.Partition != "" && !tellsDays(p.Partition):
		f.Add("partition", "the layout %q is the same every day", p.Partition)
	// Walking the due instants needs a rule that is sound so far.
	case p.Partition != "" && f.Len() == 0:
		p.crowded(&f)
	}

	switch {
	case p.DaysBack < 0:
		f.Add("days_back", "%d is negative", p.DaysBack)
	case p.DaysBack > maxDaysBack:
		f.Add("days_back", "%d days are too many: want at most %d, a century", p.DaysBack, maxDaysBack)
	case p.DaysBack > 0 && p.Partition == "":
		f.Add("days_back", "%d days back from which partition? Set partition too", p.DaysBack)
	}

	if p.MinRows < 0 {
		f.Add("min_rows", "%d is negative", p.MinRows)
	}
	if p.MinPercent < 0 {
		f.Add("min_percent", "%d is negative", p.MinPercent)
	}
	return f.Err()
}

// tellsDays reports whether a layout distinguishes two due instants that differ
// in everything.
func tellsDays(layout string) bool {
	a := time.Date(2001, 2, 3, 4, 5, 6, 7, time.UTC)
	b := time.Date(2012, 11, 20, 19, 38, 49, 800, time.UTC)
	return a.Format(layout) != b.Format(layout)
}

// crowded refuses a grace or a partition that holds more due instants than one
// judgement looks at. It looks at the first ones of a century.
func (p *Deadline) crowded(f *fault.List) {
	first, ok := p.Due.Next(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC))
	if !ok {
		return
	}
	end, text, last := exact.AddTime(first, p.Grace), first.Format(p.Partition), first
	for range maxPending {
		if last, ok = p.Due.Next(last); !ok || last.After(end) && last.Format(p.Partition) != text {
			return
		}
	}

	if !last.After(end) {
		const rule = "%v holds more than %d due instants, too many to look for the partition of each"
		f.Add("grace", rule, p.Grace, maxPending)
	}
	if last.Format(p.Partition) == text {
		const rule = "the layout %q is the same for more than %d due instants"
		f.Add("partition", rule, p.Partition, maxPending)
	}
}
