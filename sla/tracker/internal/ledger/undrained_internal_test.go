package ledger

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A drained is what one replica drained at once.
type drained struct {
	name     string
	bookings []Booking
}

// recorded are the deltas of some replicas that record the same objective, and all that they recorded.
func recorded(r *rand.Rand, spec Spec, o *oracle) (deltas []drained, last int64) {
	spec.Deltas = true
	for replica := range 3 {
		l := New(&spec)
		s := &stream{Rand: r, now: midnight, keep: int64(spec.Keep())}
		seq := uint64(0)
		for step := range 1500 {
			at, good, bad := s.next()
			at = max(at, s.now-int64(spec.Keep())/2)
			if spec.Deadlines {
				l.Observe(at-at%int64(time.Hour), Outcome{Kind: Missing + OutcomeKind(good%4), Late: time.Duration(bad + 1)})
			} else {
				l.Add(at, good, bad)
				o.add(at, good, bad)
			}
			if step%100 == 99 || r.IntN(50) == 0 {
				seq++
				deltas = append(deltas, drained{fmt.Sprint("replica-", replica, "/", seq), l.Drain()})
			}
		}
		last = max(last, s.now)
		checkDrained(l)
	}
	return deltas, last
}

func checkDrained(l *Ledger) {
	if again := l.Drain(); len(again) > 0 {
		panic(fmt.Sprint("drained twice: ", again))
	}
}

// canonical is what a ledger holds of the window before an instant when all is merged that can be then.
func canonical(l *Ledger, at int64) any {
	from := at - int64(l.spec.Keep())
	if l.spec.Slice > 0 || l.spec.Deadlines {
		return [2]any{l.Cells(nil, from, at), l.Dues(nil, from, at)}
	}
	l.fold()
	d := l.makeDense()
	l.lo, l.known = at, noTick
	for range 2 {
		l.thin(d, false)
	}
	return l.Cells(nil, from, 1<<63-1)
}

func TestDeltasComeToTheSameInAnyOrder(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 8))
		spec := Spec{Window: windows(r)}
		switch seed % 4 {
		case 0:
			spec.Slice = 10 * time.Minute
		case 1:
			spec.Deadlines = true
		}
		t.Run(fmt.Sprint(seed, " ", spec.Window), func(t *testing.T) {
			o := &oracle{}
			deltas, last := recorded(r, spec, o)
			want := New(&spec)
			applyAll(t, want, deltas)
			for range 3 {
				other := New(&spec)
				shuffled := slices.Concat(deltas, deltas[:r.IntN(len(deltas))])
				r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
				applyAll(t, other, shuffled)
				if spec.Slice == 0 && !spec.Deadlines {
					o.agree(t, other.Sum(last-int64(spec.Keep())/4, last), last-int64(spec.Keep())/4, last)
				}
				require.True(t, assert.ObjectsAreEqual(canonical(want, last), canonical(other, last)))
			}
		})
	}
}

func applyAll(t *testing.T, l *Ledger, deltas []drained) {
	seen := map[string]bool{}
	for _, d := range deltas {
		if seen[d.name] {
			continue
		}
		seen[d.name] = true
		for _, b := range d.bookings {
			require.Empty(t, l.Refusal(b))
			l.Apply(b)
		}
	}
	require.Empty(t, l.Drain(), "what others recorded is not drained")
}
