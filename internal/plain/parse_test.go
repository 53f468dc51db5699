package plain_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

func TestParseDuration(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "0d": 0, "0w0d": 0, "5m": 5 * time.Minute, "1h30m": 90 * time.Minute,
		"1d": day, "7d": 7 * day, "1w": 7 * day, "1d12h": 36 * time.Hour, "2w3d4h5m6s": 17*day + 4*time.Hour + 5*time.Minute + 6*time.Second,
		"1w30m": 7*day + 30*time.Minute, "1d.5h": day + 30*time.Minute, "1d1.5h": day + 90*time.Minute,
		"-1d12h": -36 * time.Hour, "+1d": day, "-2w": -14 * day, "1d90m": day + 90*time.Minute, "007d": 7 * day,
		"106751d23h47m16.854775807s":   math.MaxInt64,
		"-106751d23h47m16.854775808s":  math.MinInt64,
		"15250w1d23h47m16.854775807s":  math.MaxInt64,
		"-15250w1d23h47m16.854775808s": math.MinInt64,
	} {
		got, err := plain.ParseDuration(text)
		assert.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

func TestDurationsThatAreRefused(t *testing.T) {
	const (
		form  = `%q is not a duration such as "5m", "1h30m" or "7d"`
		whole = `%q is not a duration such as "7d", "1d12h" or "2w": weeks and days are whole and come first`
		long  = `%q is longer than a duration holds, which is 292 years`
	)
	for text, want := range map[string]string{
		"": form, "5": form, "soon": form, "1": form, "-": form, "9223372036854775808ns": form,
		"d": whole, "w": whole, "1.5d": whole, "1d-12h": whole, "1d+12h": whole, "12h1d": whole, "1d1w": whole,
		"1d1d": whole, "1w1w": whole, "1d 12h": whole, "1d12": whole, "1d0": whole, "--1d": whole, "-+1d": whole,
		"1days": whole, "٣d": whole, " 1d": whole, "1D1d": whole, "1d9223372036854775809ns": whole,
		"106752d": long, "15251w": long, "15250w2d": long, "106751d23h47m16.854775808s": long,
		"-106751d23h47m16.854775809s": long, "99999999999999999999d": long, "9223372036854775807w": long,
		"2635249153387078803w": long, // 5 days, if it wrapped
	} {
		_, err := plain.ParseDuration(text)
		assert.EqualError(t, err, fmt.Sprintf(want, text), text)
	}
}

// TestDurationsReadBack holds that what is written is read back, and that days and weeks are
// summed as whole numbers without a limit would be.
func TestDurationsReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 12))
	for range 20_000 {
		d := time.Duration(r.Int64()>>r.IntN(63)) * time.Duration(1-2*r.IntN(2))
		for _, text := range []string{plain.Notation(d), d.String()} {
			back, err := plain.ParseDuration(text)
			require.NoError(t, err, text)
			require.Equal(t, d, back, text)
		}

		weeks, days, clock := r.Int64N(15_252), r.Int64N(20)*r.Int64N(2), time.Duration(r.Int64()>>(10+r.IntN(50)))
		sum := new(big.Int).Mul(big.NewInt(7*weeks+days), big.NewInt(int64(24*time.Hour)))
		sum.Add(sum, big.NewInt(int64(clock)))
		text := fmt.Sprintf("%dw%dd%s", weeks, days, clock)
		for sign, minus := range map[string]bool{"": false, "-": true} {
			want := new(big.Int).Set(sum)
			if minus {
				want.Neg(want)
			}
			got, err := plain.ParseDuration(sign + text)
			require.Equal(t, want.IsInt64(), err == nil, "%s%s: %v", sign, text, err)
			if err == nil {
				require.Equal(t, want.Int64(), int64(got), "%s%s", sign, text)
			}
		}
	}
}
