package sla

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// someLedger is a ledger of any kind, in any state.
func someLedger(seed uint64) *ledger {
	r := rand.New(rand.NewPCG(seed, 11))
	spec := &ledgerSpec{window: windows(r), deltas: r.IntN(2) == 0}
	switch seed % 4 {
	case 0:
		spec.slice, spec.share = 10*time.Minute, []Target{{}, MustTarget("90%")}[r.IntN(2)]
	case 1:
		spec.deadlines = true
	}
	l := newLedger(spec)
	s := &stream{Rand: r, now: midnight, keep: max(int64(spec.keep()), int64(time.Minute)), leaps: r.IntN(2) == 0}
	for range r.IntN(3000) {
		at, good, bad := s.next()
		l.add(at, good, bad<<(r.IntN(2)*20))
		l.observe(at-at%int64(time.Hour), outcome{kind: missing + outcomeKind(good%4), late: time.Duration(bad + 1)})
		switch r.IntN(100) {
		case 0:
			l.advance(s.now)
		case 1:
			l.drain(nil, "")
		case 2:
			l.pin(s.now - r.Int64N(s.keep))
		}
	}
	return l
}

func TestALedgerIsRestoredAsItWas(t *testing.T) {
	for seed := range uint64(200) {
		l := someLedger(seed)
		data := l.appendTo(nil)
		d := &unpacker{data: data}
		back := decodeLedger(l.spec, d)
		require.NoError(t, d.err)
		require.Empty(t, d.data)
		require.Equal(t, data, back.appendTo(nil), "seed %d", seed)
		for range 20 {
			at := midnight + rand.Int64N(int64(40*Day))
			from := at - rand.Int64N(int64(l.spec.keep())+1)
			require.Equal(t, l.sum(from, at), back.sum(from, at))
			require.Equal(t, l.sumAsOf(from, at, at-int64(time.Hour)), back.sumAsOf(from, at, at-int64(time.Hour)))
		}
		require.Equal(t, l.cells(nil, never, 1<<63-1), back.cells(nil, never, 1<<63-1))
		require.Equal(t, l.drain(nil, "x"), back.drain(nil, "x"))
		require.Equal(t, l.account(), back.account())
	}
}

func TestADamagedSnapshotIsRefused(t *testing.T) {
	whole := sealed([]byte("what was recorded"))
	payload, err := unsealed(whole)
	require.NoError(t, err)
	assert.Equal(t, "what was recorded", string(payload))
	for i := range whole {
		_, err := unsealed(whole[:i])
		assert.ErrorIs(t, err, ErrSnapshot)
		for bit := range 8 {
			damaged := bytes.Clone(whole)
			damaged[i] ^= 1 << bit
			_, err := unsealed(damaged)
			assert.ErrorIs(t, err, ErrSnapshot, fmt.Sprint(i, bit))
		}
	}
	_, err = unsealed(append(whole, 0))
	assert.ErrorIs(t, err, ErrSnapshot)
}

// FuzzDecodeLedger feeds what no checksum protects: whatever is taken must be written back as the same bytes.
func FuzzDecodeLedger(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(someLedger(seed).appendTo(nil), uint8(seed%4))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		spec := &ledgerSpec{window: Rolling(30 * Day)}
		switch kind % 4 {
		case 0:
			spec.slice = 10 * time.Minute
		case 1:
			spec.deadlines = true
		}
		d := &unpacker{data: data}
		l := decodeLedger(spec, d)
		if d.err != nil {
			return
		}
		taken := data[:len(data)-len(d.data)]
		require.Equal(t, taken, l.appendTo(nil))
		l.sum(midnight, midnight+int64(Day))
		l.cells(nil, never, 1<<63-1)
		l.drain(nil, "x")
		for i := range int64(100) {
			l.add(midnight+i*int64(time.Hour), 1, 1)
			l.observe(midnight+i*int64(time.Hour), outcome{kind: missing})
		}
		l.advance(midnight)
		l.pin(midnight)
	})
}
