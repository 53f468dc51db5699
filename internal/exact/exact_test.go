package exact_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// number draws numbers of every size, the ends among them.
func number(r *rand.Rand) uint64 {
	return [...]uint64{0, 1, math.MaxInt64, math.MaxUint64, r.Uint64() >> r.IntN(64), r.Uint64N(100)}[r.IntN(6)]
}

func signed(r *rand.Rand) int64 {
	return [...]int64{0, 1, -1, math.MaxInt64, math.MinInt64, int64(r.Uint64()) >> r.IntN(64)}[r.IntN(6)]
}

func TestProductsAgreeWithBig(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	product := func(a, b uint64) *big.Int {
		return new(big.Int).Mul(new(big.Int).SetUint64(a), new(big.Int).SetUint64(b))
	}
	for range 20_000 {
		a, b, c, d := number(r), number(r), number(r), number(r)
		p, q := exact.Mul(a, b), exact.Mul(c, d)
		require.Zero(t, p.Big().Cmp(product(a, b)))
		require.Equal(t, product(a, b).Cmp(product(c, d)), p.Compare(q))
		if b > 0 {
			require.Equal(t, a, p.Div(b))
		}
		share, ok := p.Ratio(q)
		require.Equal(t, q.Big().Sign() != 0, ok)
		if ok {
			want, _ := new(big.Rat).SetFrac(p.Big(), q.Big()).Float64()
			require.Equal(t, want, share)
		}
	}
}

func TestSumsSaturate(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	clamp := func(n *big.Int) int64 {
		switch {
		case n.IsInt64():
			return n.Int64()
		case n.Sign() > 0:
			return math.MaxInt64
		}
		return math.MinInt64
	}
	for range 20_000 {
		a, b := signed(r), signed(r)
		require.Equal(t, clamp(new(big.Int).Add(big.NewInt(a), big.NewInt(b))), exact.Add(a, b))
		require.Equal(t, clamp(new(big.Int).Add(big.NewInt(max(a, 0)), big.NewInt(max(b, 0)))), exact.AddCounts(a, b))
		if b > 0 {
			quotient, rest := exact.FloorDiv(a, b)
			require.True(t, rest >= 0 && rest < b)
			want, m := new(big.Int).DivMod(big.NewInt(a), big.NewInt(b), new(big.Int))
			require.Equal(t, [2]int64{want.Int64(), m.Int64()}, [2]int64{quotient, rest})
		}
	}
}

func TestNanosAndInstantAreInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 2))
	for range 10_000 {
		n := signed(r)
		require.Equal(t, n, exact.Nanos(exact.Instant(n)))
	}
	assert.Equal(t, int64(math.MinInt64), exact.Nanos(time.Time{}))
	assert.Equal(t, int64(math.MaxInt64), exact.Nanos(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)))
	assert.Equal(t, time.UTC, exact.Instant(0).Location())
}

func TestTimesThatSaturateOrNever(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 8, time.UTC)
	last := time.Unix(1<<63-62135596801, 999999999)
	assert.Equal(t, at.Add(time.Hour), exact.AddTime(at, time.Hour))
	assert.Equal(t, last, exact.AddTime(last, time.Hour), "the sum would leave what a time.Time holds")
	assert.Equal(t, at.Add(1), exact.JustAfter(at))

	never := time.Time{}
	assert.Equal(t, at, exact.Earlier(at, at.Add(1)))
	assert.Equal(t, at, exact.Earlier(at.Add(1), at))
	assert.Equal(t, at, exact.Earlier(never, at))
	assert.Equal(t, at, exact.Earlier(at, never))
	assert.True(t, exact.Earlier(never, never).IsZero())
	assert.Equal(t, at, exact.Later(at, never))
	assert.Equal(t, at.Add(1), exact.Later(at, at.Add(1)))
	assert.Equal(t, 9999, exact.EndOfTime().Add(-1).Year())
}

// One step of SplitMix64 tells apart whatever differs in the version or in the number.
func TestMixIsOneToOne(t *testing.T) {
	seen := map[uint64]bool{}
	for n := range uint64(10_000) {
		mixed := exact.Mix(42, n)
		require.False(t, seen[mixed])
		seen[mixed] = true
	}
	assert.NotEqual(t, exact.Mix(1, 2), exact.Mix(2, 1))
}

func TestFalseFirst(t *testing.T) {
	assert.Equal(t, []int{0, -1, 1, 0}, []int{
		exact.FalseFirst(false, false), exact.FalseFirst(false, true),
		exact.FalseFirst(true, false), exact.FalseFirst(true, true),
	})
}
