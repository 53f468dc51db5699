package sla

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recorded are the deltas of some replicas that record the same objective, and all that they recorded.
func recorded(r *rand.Rand, spec ledgerSpec, o *oracle) (deltas []Delta, last int64) {
	spec.deltas = true
	for replica := range 3 {
		l := newLedger(&spec)
		s := &stream{Rand: r, now: midnight, keep: int64(spec.keep())}
		seq := uint64(0)
		for step := range 1500 {
			at, good, bad := s.next()
			at = max(at, s.now-int64(spec.keep())/2)
			if spec.deadlines {
				l.observe(at-at%int64(time.Hour), outcome{kind: missing + outcomeKind(good%4), late: time.Duration(bad + 1)})
			} else {
				l.add(at, good, bad)
				o.add(at, good, bad)
			}
			if step%100 == 99 || r.IntN(50) == 0 {
				seq++
				deltas = append(deltas, Delta{fmt.Sprint("replica-", replica), seq, l.drain(nil, "orders/ready")})
			}
		}
		last = max(last, s.now)
		checkDrained(deltas, l)
	}
	return deltas, last
}

func checkDrained(deltas []Delta, l *ledger) {
	if again := l.drain(nil, "orders/ready"); len(again) > 0 {
		panic(fmt.Sprint("drained twice: ", again))
	}
	for _, d := range deltas {
		if err := d.Validate(); err != nil {
			panic(err)
		}
	}
}

// canonical is what a ledger holds of the window before an instant when all is merged that can be then.
func canonical(l *ledger, at int64) any {
	from := at - int64(l.spec.keep())
	if l.spec.slice > 0 || l.spec.deadlines {
		return [2]any{l.cells(nil, from, at), l.dues(nil, from, at)}
	}
	l.fold()
	d := l.makeDense()
	l.lo, l.known = at, noTick
	for range 2 {
		l.thin(d, false)
	}
	return l.cells(nil, from, 1<<63-1)
}

func TestDeltasComeToTheSameInAnyOrder(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 8))
		spec := ledgerSpec{window: windows(r)}
		switch seed % 4 {
		case 0:
			spec.slice = 10 * time.Minute
		case 1:
			spec.deadlines = true
		}
		t.Run(fmt.Sprint(seed, " ", spec.window), func(t *testing.T) {
			o := &oracle{}
			deltas, last := recorded(r, spec, o)
			want := newLedger(&spec)
			applyAll(t, want, deltas)
			for range 3 {
				other := newLedger(&spec)
				shuffled := slices.Concat(deltas, deltas[:r.IntN(len(deltas))])
				r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
				applyAll(t, other, shuffled)
				if spec.slice == 0 && !spec.deadlines {
					o.agree(t, other.sum(last-int64(spec.keep())/4, last), last-int64(spec.keep())/4, last)
				}
				require.True(t, assert.ObjectsAreEqual(canonical(want, last), canonical(other, last)))
			}
		})
	}
}

func applyAll(t *testing.T, l *ledger, deltas []Delta) {
	seen := map[string]*sequences{}
	for _, d := range deltas {
		if seen[d.Replica] == nil {
			seen[d.Replica] = &sequences{}
		}
		if !seen[d.Replica].add(d.Seq) {
			continue
		}
		for _, b := range d.Bookings {
			require.Empty(t, l.accepts(b))
			l.apply(b)
		}
	}
	require.Empty(t, l.drain(nil, ""), "what others recorded is not drained")
}

func TestSequencesAreASetInLittleRoom(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 9))
		var s sequences
		set := map[uint64]bool{}
		for range 300 {
			n := r.Uint64N(100) + 1
			require.Equal(t, !set[n], s.add(n))
			set[n] = true
			require.True(t, slices.IsSortedFunc(s, func(a, b sequenceRange) int {
				if a.last+1 < b.first {
					return -1
				}
				return 1
			}))
		}
		for n := range uint64(102) {
			_, in := s.find(n)
			require.Equal(t, set[n], in)
		}
	}
	var s sequences
	for n := range uint64(1 << 16) {
		s.add(n + 1)
	}
	assert.Len(t, s, 1)
	assert.True(t, s.add(1<<64-1))
	assert.False(t, s.add(1<<64-1))
}

func TestMergingDeltasIsAUnion(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 10))
	all, _ := recorded(r, ledgerSpec{window: Rolling(Day)}, &oracle{})
	all = append(all, Delta{"replica-0", 1, nil}) // a number that was used twice
	some := func() []Delta {
		var out []Delta
		for range r.IntN(20) {
			out = append(out, all[r.IntN(len(all))])
		}
		return out
	}
	for range 200 {
		a, b, c := some(), some(), some()
		assert.Equal(t, MergeDeltas(a, b), MergeDeltas(b, a))
		assert.Equal(t, MergeDeltas(MergeDeltas(a, b), c), MergeDeltas(a, MergeDeltas(b, c)))
		assert.Equal(t, MergeDeltas(a), MergeDeltas(MergeDeltas(a), a))
	}
	assert.Nil(t, MergeDeltas())
}

func TestDeltasKeepTheirMeaningInJSON(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 10))
	for _, spec := range []ledgerSpec{{window: Rolling(Day)}, {window: Rolling(Day), deadlines: true}} {
		deltas, _ := recorded(r, spec, &oracle{})
		text, err := json.Marshal(deltas)
		require.NoError(t, err)
		var back []Delta
		require.NoError(t, json.Unmarshal(text, &back))
		assert.Zero(t, slices.CompareFunc(deltas, back, Delta.compare))
	}
}
