package tracker

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// everything is what is known when no earlier instant is asked about.
const everything = math.MaxInt64

// A view is one objective as it is seen at an instant.
type view struct {
	k           *tracked
	at          int64 // what is counted ends here
	known       int64 // what was recorded or entered after it is not known
	corrections []sla.Correction
	effects     []effect
	dues        dueCount // deadlines of which no data counts: as far back as the view reaches
	open        int64    // deadlines: what was due from here on was not known to be missed then
}

// view prepares a view of an objective that reaches so far back. The tracker is locked for reading.
func (t *Tracker) view(k *tracked, at, known, back int64) view {
	v := view{k: k, at: min(at, known), known: known, open: math.MaxInt64}
	from := exact.Add(v.at, -back)
	if len(t.corrections) > 0 {
		v.corrections = t.concerning(k, from, v.at, known)
		// What is counted may be a little wider than the windows.
		from, to := exact.Add(from, -back), exact.Add(v.at, back)
		v.effects = effects(t.concerning(k, from, to, known), from, to)
	}
	if k.shape.kind == deadlineKind && k.objective.NoData != sla.NoDataIgnored {
		v.dues = k.countDues(from, v.at)
	}
	return v
}

// back returns how far back a report reaches: to where the objective's window begins, or the
// longest of its burn windows.
func (k *tracked) back(at int64) int64 {
	start, _ := k.objective.Window.Bounds(exact.Instant(at))
	return max(at-exact.Nanos(start), int64(k.shape.longest))
}

// window returns the bounds of the objective's window at the instant of the view.
func (v *view) window() (start, end int64) {
	from, to := v.k.objective.Window.Bounds(exact.Instant(v.at))
	return exact.Nanos(from), exact.Nanos(to)
}

// A corrected is what was counted in [from, to), as recorded and with corrections.
type corrected struct {
	span
	raw, counts sla.Counts
}

// count counts [from, to), widened to the edges that are known: what was recorded, and no data as
// the objective wants it; and the same without what corrections remove, and with what they count as
// good.
func (v *view) count(from, to int64) corrected {
	t := v.recorded(from, to)
	c := corrected{span: span{t.From, t.To}}
	c.raw = t.Counts.Add(v.noDataCounts(max(from, t.From), to)) // what is forgotten had data
	c.counts = c.raw

	done := c.from // each stretch is counted once, though it may be widened into the next
	for _, e := range v.effects {
		from, to := max(e.from, done), min(e.to, c.to)
		if from >= to {
			continue
		}
		part := v.recorded(from, to)
		had := part.Counts.Add(v.noDataCounts(from, to))
		done = max(to, part.To)
		c.counts.Good, c.counts.Bad = c.counts.Good-had.Good, c.counts.Bad-had.Bad
		if e.good {
			c.counts.Good += exact.AddCounts(had.Good, had.Bad)
		}
	}
	return c
}

// recorded counts what the ledger holds, and what it does not hold yet.
func (v *view) recorded(from, to int64) ledger.Tally {
	k := v.k
	if k.shape.kind != timeKind {
		return v.booked(from, to)
	}
	k.mu.Lock()
	defer k.mu.Unlock() // what goes to the ledger meanwhile would be counted twice
	t := v.booked(from, to)
	if k.follow != nil && k.follow.timeState != nil {
		t.Counts = t.Counts.Add(k.follow.ahead(&k.shape.spec, from, min(to, v.known)))
	}
	return t
}

// booked counts what the ledger holds, without the misses that were not known yet.
func (v *view) booked(from, to int64) (t ledger.Tally) {
	if v.known == everything {
		t = v.k.ledger.Sum(from, to)
	} else {
		t = v.k.ledger.SumAsOf(from, to, v.known)
	}
	if from = max(from, v.open); from < to {
		for _, d := range v.k.ledger.Dues(nil, from, to) {
			if d.Kind == ledger.Missing || d.Kind == ledger.Late {
				t.Bad--
			}
		}
	}
	return t
}

// noDataCounts counts due instants and slices without an outcome as the objective decides.
func (v *view) noDataCounts(from, to int64) sla.Counts {
	if v.k.objective.NoData == sla.NoDataIgnored {
		return sla.Counts{}
	}
	n, _ := v.noData(from, to)
	if v.k.objective.NoData == sla.NoDataGood {
		return sla.Counts{Good: n}
	}
	return sla.Counts{Bad: n}
}

// noData returns how many due instants and slices have no outcome, since something is known of the
// objective, and how many there were before.
func (v *view) noData(from, to int64) (n, before int64) {
	switch v.k.shape.kind {
	case deadlineKind:
		i, _ := slices.BinarySearch(v.dues.noData, from)
		j, _ := slices.BinarySearch(v.dues.noData, to)
		return int64(j - i), v.dues.before
	case sliceKind, timeKind:
		return v.noDataSlices(from, to)
	}
	return 0, 0
}

// noDataSlices counts the slices that are over and have no outcome.
func (v *view) noDataSlices(from, to int64) (n, before int64) {
	length := int64(v.k.shape.spec.Slice)
	first, end := ledger.SliceOf(from, length), min(ledger.SliceUp(to, length), ledger.SliceOf(v.at, length))
	start := max(first, min(ledger.SliceOf(v.k.began.Load(), length), end))
	if end <= first {
		return 0, 0
	}

	n = end - start - v.excusedSlices(start, end)
	if n > 0 {
		known := v.recorded(ledger.SliceStart(start, length), ledger.SliceStart(end, length))
		n = max(0, n-int64(known.Total()))
	}
	return n, start - first
}

// excusedSlices counts the slices that lie in a pause or closed hours as a whole. Only time can be
// excused.
func (v *view) excusedSlices(first, end int64) int64 {
	v.k.mu.Lock()
	defer v.k.mu.Unlock()
	if v.k.follow == nil || v.k.follow.timeState == nil {
		return 0
	}
	return v.k.follow.excusedSlices(v.k.shape.spec.Slice, first, end)
}

// burns appends a burn for each rule, with what was counted in its windows.
func (v *view) burns(burns []sla.Burn) []sla.Burn {
	if v.plain() {
		return v.plainBurns(burns)
	}
	for _, rule := range v.k.shape.rules {
		burns = append(burns, sla.Burn{
			Rule: rule, Target: v.k.objective.Target,
			Long:  v.count(exact.Add(v.at, -int64(rule.Long)), v.at).counts,
			Short: v.count(exact.Add(v.at, -int64(rule.Short)), v.at).counts,
		})
	}
	return burns
}

// plain reports whether the ledger alone decides what counts.
func (v *view) plain() bool {
	return len(v.effects) == 0 && v.known == everything && v.open == math.MaxInt64 &&
		v.k.objective.NoData == sla.NoDataIgnored && v.k.shape.kind != timeKind
}

// plainBurns reads all windows at once, and allocates nothing of its own.
func (v *view) plainBurns(burns []sla.Burn) []sla.Burn {
	var room [16]ledger.Tally
	s := v.k.shape
	into := room[:]
	if len(s.lengths) > len(into) {
		into = make([]ledger.Tally, len(s.lengths))
	}
	v.k.ledger.Trailing(v.at, s.lengths, into)
	for i, rule := range s.rules {
		burns = append(burns, sla.Burn{
			Rule: rule, Target: v.k.objective.Target, Long: into[2*i].Counts, Short: into[2*i+1].Counts,
		})
	}
	return burns
}

// coverage returns the share of the window that was measured, and how much of it was not: without
// data, or excused.
func (v *view) coverage(start int64) (share float64, noData, excused int64) {
	measured, before := v.recorded(start, v.at).Total(), int64(0)
	switch v.k.shape.kind {
	case eventKind:
		whole := uint64(max(v.at-start, 0))
		since := uint64(v.at - min(v.at, max(start, v.k.began.Load())))
		share, _ = exact.Mul(since, 1).Ratio(exact.Mul(whole, 1))
		return share, 0, 0
	case deadlineKind:
		c := v.k.countDues(start, v.at)
		measured, before, noData, excused = uint64(c.measured), c.before, int64(len(c.noData)), c.excused
	default:
		length := int64(v.k.shape.spec.Slice)
		noData, before = v.noData(start, v.at)
		excused = v.excusedSlices(ledger.SliceOf(start, length), ledger.SliceOf(v.at, length))
	}
	share, _ = exact.Mul(measured, 1).Ratio(exact.Mul(measured+uint64(noData+before), 1))
	return share, noData, excused
}

// worst returns the buckets in which the most was bad, of equals the newest first. Bad slices that
// follow each other are one bucket.
func (v *view) worst(start int64, in *time.Location) []Bucket {
	list := v.k.ledger.BadCells(start, v.at)
	slices.SortFunc(list, func(a, b ledger.Cell) int {
		return cmp.Or(cmp.Compare(b.Bad, a.Bad), cmp.Compare(b.Start, a.Start))
	})
	var buckets []Bucket
	for _, c := range list[:min(len(list), maxWorst)] {
		start, end := exact.Instant(c.Start).In(in), exact.Instant(c.End).In(in)
		buckets = append(buckets, Bucket{start, end, c.Counts})
	}
	return buckets
}
