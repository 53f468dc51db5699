package history

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/exp/stats"
)

// The oracle computes in float64, which holds fewer digits than a duration of more than 104 days in
// nanoseconds has.
func TestQuantileAgreesWithStats(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		sample := make([]time.Duration, 1+rng.IntN(60))
		floats := make([]float64, len(sample))
		for i := range sample {
			sample[i] = time.Duration(rng.Int64N(int64(1000*day))) - 12*time.Hour
			if i > 0 && rng.IntN(4) == 0 {
				sample[i] = sample[i-1]
			}
			floats[i] = float64(sample[i])
		}
		s := distributionOf(slices.Clone(sample))
		for _, q := range []float64{0, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1, rng.Float64()} {
			got, ok := s.Quantile(q)
			require.True(t, ok)
			want := stats.Quantiles(floats, q)[0]
			require.InDelta(t, want, float64(got), 100, "q = %v of %v", q, sample)
		}
	}
}

func TestQuantileIsExactBetweenValues(t *testing.T) {
	s := distributionOf([]time.Duration{40, 10, 20, 30})
	for q, want := range map[float64]time.Duration{0: 10, 1: 40, 0.5: 25, 1.0 / 3: 20, 0.25: 18, 0.75: 33} {
		got, ok := s.Quantile(q)
		assert.True(t, ok)
		assert.Equal(t, want, got, "q = %v", q)
	}
	far := distributionOf([]time.Duration{0, math.MaxInt64})
	got, _ := far.Quantile(math.Nextafter(1, 0))
	assert.Positive(t, got, "the sum of the longest durations does not wrap")
}

func TestQuantileThatDoesNotExist(t *testing.T) {
	s := distributionOf([]time.Duration{1, 2})
	for _, q := range []float64{math.NaN(), -0.1, 1.1, math.Inf(1), math.Inf(-1)} {
		_, ok := s.Quantile(q)
		assert.False(t, ok, "q = %v", q)
	}
	_, ok := Distribution{}.Quantile(0.5)
	assert.False(t, ok, "of nothing")
}

func TestLeastIsTheSmallestValueThatKeepsTheShare(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		sample := make([]time.Duration, 1+rng.IntN(40))
		for i := range sample {
			sample[i] = time.Duration(rng.IntN(30))
		}
		s := distributionOf(sample)
		share := 1 - rng.Float64()
		least := s.least(share)
		upTo := func(d time.Duration) float64 { return float64(s.upTo(d)) / float64(s.Count()) }
		require.GreaterOrEqual(t, upTo(least), share-1e-12)
		require.Less(t, upTo(least-1), share, "a smaller value of %v keeps %v", sample, share)
	}
}

// The product 0.55 * 100 is 55.00000000000001 in float64.
func TestLeastIsNotMovedByTheRestOfAProduct(t *testing.T) {
	sample := make([]time.Duration, 100)
	for i := range sample {
		sample[i] = time.Duration(i + 1)
	}
	for percent := 1; percent <= 100; percent++ {
		assert.Equal(t, time.Duration(percent), Distribution{sample}.least(float64(percent)/100))
	}
}

func TestAgeForIsTheSmallestThatKeepsTheShareOfTheTime(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	for range 2000 {
		sample := make([]time.Duration, 1+rng.IntN(12))
		total := time.Duration(0)
		for i := range sample {
			sample[i] = time.Duration(rng.IntN(40))
			total += sample[i]
		}
		spare := rng.IntN(int(total) + 1)
		share := 1.0
		if total > 0 {
			share = 1 - (float64(spare)+0.5)/float64(total) // half a nanosecond more is none
		}
		over := func(age time.Duration) (sum int) {
			for _, gap := range sample {
				sum += int(max(0, gap-age))
			}
			return sum
		}
		got := distributionOf(slices.Clone(sample)).ageFor(share)
		require.LessOrEqual(t, over(got), spare, "%v of %v", share, sample)
		require.True(t, got == 0 || over(got-1) > spare, "%v of %v: %v", share, sample, got)
	}
	assert.Equal(t, 3*day, Distribution{[]time.Duration{day, 3 * day}}.ageFor(1))
}

func TestDistributionText(t *testing.T) {
	s := distributionOf([]time.Duration{time.Hour, 2 * time.Hour, 3*time.Hour + 999*time.Millisecond})
	assert.Equal(t, "2h (90% from 1h 6m to 2h 54m; n = 3)", s.String())
	data, err := json.Marshal(s)
	require.NoError(t, err)
	assert.JSONEq(t, `{"n":3,"min":"1h0m0s","p05":"1h6m0s","p25":"1h30m0s","p50":"2h0m0s","p75":"2h30m0.4995s","p95":"2h54m0.8991s","max":"3h0m0.999s"}`, string(data))
	assert.Equal(t, "no sample", Distribution{}.String())
	data, err = json.Marshal(Distribution{})
	require.NoError(t, err)
	assert.JSONEq(t, `{"n":0}`, string(data))
}
