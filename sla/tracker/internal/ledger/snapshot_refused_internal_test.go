package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

// TestALedgerThatCannotBeIsRefused though its bytes are whole: each is one that a ledger could write, but for one thing.
func TestALedgerThatCannotBeIsRefused(t *testing.T) {
	events, sliced := &Spec{Window: sla.Rolling(sla.Day)}, &Spec{Window: sla.Rolling(sla.Day), Slice: time.Minute}
	packed := func(cells ...tickCounts) func(*Ledger) {
		return func(l *Ledger) { l.list.pack(cells) }
	}
	for want, row := range map[string]struct {
		spec  *Spec
		spoil func(*Ledger)
	}{
		"":                                 {events, packed(tickCounts{1, 1, 1}, tickCounts{2, 1, 1})},
		"cells are out of order":           {events, packed(tickCounts{2, 1, 1}, tickCounts{1, 1, 1})},
		"cells are out of order ":          {events, packed(tickCounts{1, 1, 1}, tickCounts{1, 1, 1})},
		"counts are nothing, or too many":  {events, packed(tickCounts{1, 1<<62 + 1, 0}, tickCounts{2, 1 << 62, 0})},
		"counts are nothing, or too many ": {events, packed(tickCounts{1, 0, 0})},
		"cells are out of order  ": {events, func(l *Ledger) {
			l.more().dense = &dense{edges: []edge{{at: 2}, {at: 1, good: 1}}, rungs: []uint8{0, 0}, good: 2}
		}},
		"a cell has no width":                  {events, func(l *Ledger) { l.more().dense = &dense{edges: []edge{{at: 2}}, rungs: []uint8{99}, good: 2} }},
		"edges are out of order":               {events, func(l *Ledger) { l.more().pins = []int32{2, 1} }},
		"a slice is good and bad, or none is":  {sliced, func(l *Ledger) { l.more().slices = &sliceLedger{words: []sliceWord{{0, 1, 1}}} }},
		"a slice is good and bad, or none is ": {sliced, func(l *Ledger) { l.more().slices = &sliceLedger{words: []sliceWord{{0, 0, 0}}} }},
		"slices are out of order ":             {sliced, func(l *Ledger) { l.more().slices = &sliceLedger{words: []sliceWord{{64, 1, 0}, {64, 2, 0}}} }},
		"slices are out of order  ": {sliced, func(l *Ledger) {
			l.more().slices = &sliceLedger{counts: []sliceCounts{{1, sla.Counts{Good: 1, Bad: 0}}, {1, sla.Counts{Good: 1, Bad: 0}}}}
		}},
		"edges are out of order ": {events, func(l *Ledger) { l.more().pins = []int32{2, 2} }},
		"cells are out of order   ": {events, func(l *Ledger) {
			l.more().dense = &dense{edges: []edge{{at: 2}, {at: 2, good: 1}}, rungs: []uint8{0, 0}, good: 2}
		}},
		"slices are out of order": {sliced, func(l *Ledger) { l.more().slices = &sliceLedger{words: []sliceWord{{64, 1, 0}, {0, 1, 0}}} }},
		"late bookings are out of order": {events, func(l *Ledger) {
			l.more().late = []lateBooking{{known: 2, Counts: sla.Counts{Good: 1, Bad: 0}}, {known: 1, Counts: sla.Counts{Good: 1, Bad: 0}}}
		}},
	} {
		l := New(row.spec)
		row.spoil(l)
		d := &Unpacker{Data: l.AppendTo(nil)}
		Decode(row.spec, d)
		if want == "" {
			require.NoError(t, d.Err)
			continue
		}
		require.Error(t, d.Err, want)
		assert.Contains(t, want, d.Err.Error())
	}
}
