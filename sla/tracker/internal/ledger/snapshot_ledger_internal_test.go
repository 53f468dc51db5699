package ledger

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

// someLedger is a ledger of any kind, in any state.
func someLedger(seed uint64) *Ledger {
	r := rand.New(rand.NewPCG(seed, 11))
	spec := &Spec{Window: windows(r), Deltas: r.IntN(2) == 0}
	switch seed % 4 {
	case 0:
		spec.Slice, spec.Share = 10*time.Minute, []sla.Target{{}, sla.MustTarget("90%")}[r.IntN(2)]
	case 1:
		spec.Deadlines = true
	}
	l := New(spec)
	s := &stream{Rand: r, now: midnight, keep: max(int64(spec.Keep()), int64(time.Minute)), leaps: r.IntN(2) == 0}
	for range r.IntN(3000) {
		at, good, bad := s.next()
		l.Add(at, good, bad<<(r.IntN(2)*20))
		l.Observe(at-at%int64(time.Hour), Outcome{Kind: Missing + OutcomeKind(good%4), Late: time.Duration(bad + 1)})
		switch r.IntN(100) {
		case 0:
			l.Advance(s.now)
		case 1:
			l.Drain()
		case 2:
			l.Pin(s.now - r.Int64N(s.keep))
		}
	}
	return l
}

func TestALedgerIsRestoredAsItWas(t *testing.T) {
	for seed := range uint64(200) {
		l := someLedger(seed)
		data := l.AppendTo(nil)
		d := &Unpacker{Data: data}
		back := Decode(l.spec, d)
		require.NoError(t, d.Err)
		require.Empty(t, d.Data)
		require.Equal(t, data, back.AppendTo(nil), "seed %d", seed)
		for range 20 {
			at := midnight + rand.Int64N(int64(40*sla.Day))
			from := at - rand.Int64N(int64(l.spec.Keep())+1)
			require.Equal(t, l.Sum(from, at), back.Sum(from, at))
			require.Equal(t, l.SumAsOf(from, at, at-int64(time.Hour)), back.SumAsOf(from, at, at-int64(time.Hour)))
		}
		require.Equal(t, l.Cells(nil, Never, 1<<63-1), back.Cells(nil, Never, 1<<63-1))
		require.Equal(t, l.Drain(), back.Drain())
		require.Equal(t, l.Account(), back.Account())
	}
}

// FuzzDecodeLedger feeds what no checksum protects: whatever is taken must be written back as the same bytes.
func FuzzDecodeLedger(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(someLedger(seed).AppendTo(nil), uint8(seed%4))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		spec := &Spec{Window: sla.Rolling(30 * sla.Day)}
		switch kind % 4 {
		case 0:
			spec.Slice = 10 * time.Minute
		case 1:
			spec.Deadlines = true
		}
		d := &Unpacker{Data: data}
		l := Decode(spec, d)
		if d.Err != nil {
			return
		}
		taken := data[:len(data)-len(d.Data)]
		require.Equal(t, taken, l.AppendTo(nil))
		l.Sum(midnight, midnight+int64(sla.Day))
		l.Cells(nil, Never, 1<<63-1)
		l.Drain()
		for i := range int64(100) {
			l.Add(midnight+i*int64(time.Hour), 1, 1)
			l.Observe(midnight+i*int64(time.Hour), Outcome{Kind: Missing})
		}
		l.Advance(midnight)
		l.Pin(midnight)
	})
}
