package ledger

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

// spanned is what another replica recorded somewhere in a span from midnight on.
func spanned(from, length time.Duration, good, bad int64) Booking {
	return Booking{At: midnight + int64(from), Span: int64(length), Good: good, Bad: bad}
}

// cellTexts shows the cells of a ledger, in seconds from midnight.
func cellTexts(l *Ledger) (texts []string) {
	for _, c := range l.Cells(nil, Never, 1<<63-1) {
		s := int64(time.Second)
		texts = append(texts, fmt.Sprintf("%d-%d:%d+%d", (c.Start-midnight)/s, (c.End-midnight)/s, c.Good, c.Bad))
	}
	return texts
}

// TestASpanJoinsTheCellsThatItTouches: what lies anywhere in a span makes one cell of all those in
// it, but not across an edge that is kept.
func TestASpanJoinsTheCellsThatItTouches(t *testing.T) {
	const s = time.Second
	for _, row := range []struct {
		name  string
		pins  []time.Duration
		each  int64 // events in every cell of the first 40 seconds
		spans []Booking
		want  []string
	}{
		{"nothing is recorded yet", nil, 0, []Booking{spanned(0, 60*s, 7, 1)},
			[]string{"0-60:7+1"}},
		{"several cells become one", nil, 1, []Booking{spanned(0, 20*s, 7, 1)},
			[]string{"0-20:11+1", "20-25:1+0", "25-30:1+0", "30-35:1+0", "35-40:1+0"}},
		{"the cells around it stay", nil, 1, []Booking{spanned(20*s, 10*s, 7, 1)},
			[]string{"0-5:1+0", "5-10:1+0", "10-15:1+0", "15-20:1+0", "20-30:9+1", "30-35:1+0", "35-40:1+0"}},
		{"a span that fits no cell takes the narrowest that holds it", nil, 1, []Booking{spanned(15*s, 10*s, 7, 1)},
			[]string{"0-60:15+1"}},
		{"a span that is not whole cells", nil, 1, []Booking{spanned(21*s, 8*s, 7, 1)},
			[]string{"0-5:1+0", "5-10:1+0", "10-15:1+0", "15-20:1+0", "20-30:9+1", "30-35:1+0", "35-40:1+0"}},
		{"a span of less than a cell", nil, 1, []Booking{spanned(21*s, s, 7, 1)},
			[]string{"0-5:1+0", "5-10:1+0", "10-15:1+0", "15-20:1+0", "20-25:8+1", "25-30:1+0",
				"30-35:1+0", "35-40:1+0"}},
		{"a wide cell takes what lies in it", nil, 1, []Booking{spanned(0, 60*s, 7, 1), spanned(10*s, 10*s, 2, 3)},
			[]string{"0-60:17+4"}},
		{"wide cells are joined to a wider one", nil, 1,
			[]Booking{spanned(0, 20*s, 7, 1), spanned(20*s, 20*s, 2, 3), spanned(0, 60*s, 10, 10)},
			[]string{"0-60:27+14"}},
		{"an edge before the span", []time.Duration{20 * s}, 1, []Booking{spanned(20*s, 40*s, 7, 1)},
			[]string{"0-5:1+0", "5-10:1+0", "10-15:1+0", "15-20:1+0", "20-60:11+1"}},
		{"an edge within the span", []time.Duration{30 * s}, 1, []Booking{spanned(20*s, 20*s, 7, 1)},
			[]string{"0-5:1+0", "5-10:1+0", "10-15:1+0", "15-20:1+0", "20-30:9+1", "30-35:1+0", "35-40:1+0"}},
		{"edges on both sides", []time.Duration{10 * s, 30 * s}, 1, []Booking{spanned(10*s, 20*s, 7, 1)},
			[]string{"0-5:1+0", "5-10:1+0", "10-30:11+1", "30-35:1+0", "35-40:1+0"}},
		{"an edge where it begins, and nothing recorded", []time.Duration{10 * s}, 0,
			[]Booking{spanned(10*s, 20*s, 7, 1)},
			[]string{"10-60:7+1"}},
		{"a little more than 32 bits hold", nil, 700_000_000,
			[]Booking{spanned(0, 20*s, 7, 1<<32), spanned(35*s, 5*s, 0, 1<<31)},
			[]string{"0-20:2800000007+4294967296", "20-25:700000000+0", "25-30:700000000+0",
				"30-35:700000000+0", "35-40:700000000+2147483648"}},
		{"much more than 32 bits hold", nil, 1 << 33, []Booking{spanned(0, 20*s, 7, 1<<40)},
			[]string{"0-20:34359738375+1099511627776", "20-25:8589934592+0", "25-30:8589934592+0",
				"30-35:8589934592+0", "35-40:8589934592+0"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := New(&Spec{Window: sla.Rolling(30 * sla.Day)})
			for _, p := range row.pins {
				l.Pin(midnight + int64(p))
			}
			all := sla.Counts{}
			for at := time.Duration(0); at < 40*s && row.each > 0; at += 5 * s {
				l.Add(midnight+int64(at), row.each, 0)
				all.Good += row.each
			}
			for _, b := range row.spans {
				require.Empty(t, l.Refusal(b))
				l.Apply(b)
				all = all.Add(sla.Counts{Good: b.Good, Bad: b.Bad})
			}
			assert.Equal(t, row.want, cellTexts(l))
			assert.Equal(t, all, l.Sum(midnight, midnight+int64(time.Minute)).Counts)
			l.Add(midnight+int64(2*time.Minute), 1, 1)
			assert.Equal(t, append(row.want, "120-125:1+1"), cellTexts(l), "what comes then lies where it did")
			back := Decode(l.spec, &Unpacker{Data: l.AppendTo(nil)})
			assert.Equal(t, cellTexts(l), cellTexts(back))
		})
	}
}
