package plain_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

func TestDurationHasTwoUnitsAtMost(t *testing.T) {
	for _, tt := range []struct {
		d    time.Duration
		want string
	}{
		{0, "0s"},
		{1, "1ns"},
		{-1, "1ns"},
		{1500 * time.Microsecond, "1.5ms"},
		{time.Second - 1, "999.999999ms"},
		{time.Second, "1s"},
		{59*time.Second + 999*time.Millisecond, "59s"},
		{time.Minute, "1m"},
		{89 * time.Second, "1m"},
		{90 * time.Second, "2m"},
		{-90 * time.Second, "2m"},
		{42 * time.Minute, "42m"},
		{59*time.Minute + 29*time.Second, "59m"},
		{59*time.Minute + 59*time.Second, "1h"},
		{65 * time.Minute, "1h 5m"},
		{22*time.Hour + 9*time.Minute + 59*time.Second, "22h 10m"},
		{23*time.Hour + 59*time.Minute + 30*time.Second, "1d"},
		{24*time.Hour + 5*time.Minute, "1d"},
		{49*time.Hour + 5*time.Minute, "2d 1h"},
		{49*time.Hour + 59*time.Minute, "2d 1h"},
		{math.MaxInt64, "106751d 23h"},
		{math.MinInt64, "106751d 23h"},
	} {
		assert.Equal(t, tt.want, plain.Duration(tt.d), "%d", int64(tt.d))
	}
}

// The text of a longer duration is never that of a shorter one: read back, it is within a minute or an hour of the truth.
func TestDurationIsNearTheTruth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	unit := map[byte]time.Duration{'d': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute, 's': time.Second}
	for range 20_000 {
		d := time.Duration(r.Int64N(int64(3000*24*time.Hour)) >> r.IntN(40))
		if d < time.Second {
			continue
		}
		var read time.Duration
		words := strings.Fields(plain.Duration(d))
		require.LessOrEqual(t, len(words), 2)
		for _, word := range words {
			n, err := strconv.Atoi(word[:len(word)-1])
			require.NoError(t, err, "%q", word)
			read += time.Duration(n) * unit[word[len(word)-1]]
		}
		off := (d - read).Abs()
		switch {
		case d < time.Minute:
			require.Less(t, off, time.Second)
		case d < 24*time.Hour-30*time.Second:
			require.LessOrEqual(t, off, 30*time.Second, "%v", d)
		default:
			require.Less(t, off, time.Hour+time.Minute, "%v", d)
		}
	}
}

func TestNotationReadsBack(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Minute: "1m", time.Hour: "1h", 25 * time.Hour: "25h", 90 * time.Second: "1m30s",
		2*time.Hour + 5*time.Minute: "2h5m", time.Hour + time.Second: "1h0m1s", -time.Hour: "-1h", 10 * time.Second: "10s",
	} {
		assert.Equal(t, want, plain.Notation(d))
	}
	r := rand.New(rand.NewPCG(2, 1))
	for range 10_000 {
		d := time.Duration(r.Int64() >> r.IntN(63))
		back, err := time.ParseDuration(plain.Notation(d))
		require.NoError(t, err)
		require.Equal(t, d, back)
	}
}

// hostile are texts that would break a line, reorder it or hide in it.
var hostile = []string{
	"a\nb", "a\r\nb", "a\tb", "a\x00b", "a\x1b[31mb", "a\u0085b", "a\u009bb", "a\u2028b", "a\u2029b", "a\u202eb", "a\u2066b",
	"a\u200bb", "a\ufeffb", "a\xffb", "\xc3", "a\u00adb", "a\U000e0001b", " \n ", "",
}

func TestLineHoldsNothingThatMovesOrHides(t *testing.T) {
	for _, s := range hostile {
		line := plain.Line(s)
		assert.True(t, utf8.ValidString(line), "%q", s)
		for _, r := range line {
			assert.True(t, strconv.IsPrint(r), "%q became %q", s, line)
		}
		assert.Equal(t, line, plain.Line(line), "once is enough")
	}
	assert.Equal(t, `a\nb`, plain.Line(" a\nb "))
	assert.Equal(t, `a\u202eb`, plain.Line("a\u202eb"))
	assert.Equal(t, `a\xffb`, plain.Line("a\xffb"))
	assert.Equal(t, "grüße, 世界 🙂", plain.Line("grüße, 世界 🙂"))
}

func TestProseKeepsLinesAndJoiners(t *testing.T) {
	assert.Equal(t, "a\nb\tc", plain.Prose(" a\r\nb\tc\n"))
	assert.Equal(t, "👩\u200d🔬", plain.Prose("👩\u200d🔬"))
	assert.Equal(t, `a\u202eb`, plain.Prose("a\u202eb"))
	assert.Equal(t, `a\rb`, plain.Prose("a\rb"))
}

func TestNameAndQuoteAreBounded(t *testing.T) {
	assert.Equal(t, `""`, plain.Name(""))
	assert.Equal(t, `""`, plain.Name("  \n"))
	assert.Equal(t, strings.Repeat("x", plain.LongName)+"…", plain.Name(strings.Repeat("x", 10_000)))
	assert.Equal(t, strings.Repeat("x", plain.LongName), plain.Name(strings.Repeat("x", plain.LongName)))
	assert.LessOrEqual(t, len(plain.Name(strings.Repeat("\x00", 10_000))), plain.LongName+len(plain.Ellipsis))
	assert.Equal(t, `a, "", b\nc`, plain.Names([]string{"a", "", "b\nc"}, ", "))
	assert.Equal(t, `"a\nb"`, plain.Quote("a\nb"))
	assert.Equal(t, `"`+strings.Repeat("x", 64)+`"…`, plain.Quote(strings.Repeat("x", 65)))
}

func TestCutsAreWholeRunes(t *testing.T) {
	assert.Equal(t, "ab", plain.Cut("ab", 2))
	assert.Equal(t, "a…", plain.Cut("aü", 2), "the second byte of ü has no room")
	assert.Equal(t, "…", plain.Cut("世", 2))
	assert.Equal(t, "…", plain.Cut("abc", 0))
	r := rand.New(rand.NewPCG(3, 1))
	alphabet := []string{"a", "ü", "世", "🙂", "\xff"}
	for range 5_000 {
		var s string
		for range r.IntN(20) {
			s += alphabet[r.IntN(len(alphabet))]
		}
		most := r.IntN(20)
		cut := strings.TrimSuffix(plain.Cut(s, most), plain.Ellipsis)
		require.LessOrEqual(t, len(cut), most)
		require.True(t, strings.HasPrefix(s, cut))
		require.Equal(t, utf8.ValidString(s), utf8.ValidString(s) && utf8.ValidString(cut))

		fit, did := plain.Fit(s, most, plain.Rune)
		require.LessOrEqual(t, utf8.RuneCountInString(fit), most)
		require.Equal(t, did, fit != s)
		require.Equal(t, fit, plain.FitRunes(s, most))
	}
	long, did := plain.Fit("aaa", 1, func(rune) int { return 2 })
	assert.Equal(t, "", long)
	assert.True(t, did)
}

func TestPercentIsFlooredExactly(t *testing.T) {
	for _, tt := range []struct {
		part, whole uint64
		decimals    int
		want        string
	}{
		{0, 0, 2, "no data"},
		{701, 752, 2, "93.21%"},
		{1, 3, 2, "33.33%"},
		{1, 1, 2, "100%"},
		{1, 2, 2, "50%"},
		{99_999, 100_000, 2, "99.99%"},
		{999_999, 1_000_000, 2, "99.99%"},
		{math.MaxUint64 - 1, math.MaxUint64, 2, "99.99%"},
		{math.MaxUint64, math.MaxUint64, 9, "100%"},
		{1, 1000, 0, "0%"},
		{7, 100, 0, "7%"},
	} {
		assert.Equal(t, tt.want, plain.Percent(tt.part, tt.whole, tt.decimals), "%d of %d", tt.part, tt.whole)
	}
	r := rand.New(rand.NewPCG(4, 1))
	for range 5_000 {
		whole := 1 + r.Uint64()>>r.IntN(60)
		part := r.Uint64N(whole + min(1, math.MaxUint64-whole))
		text := strings.TrimSuffix(plain.Percent(part, whole, 3), "%")
		shown, ok := new(big.Rat).SetString(text)
		require.True(t, ok, "%q", text)
		truth := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(100), new(big.Int).SetUint64(part)), new(big.Int).SetUint64(whole))
		off := new(big.Rat).Sub(truth, shown)
		require.True(t, off.Sign() >= 0 && off.Cmp(big.NewRat(1, 1000)) < 0, "%d of %d: %s", part, whole, text)
	}
}

func TestShareChanceAndCounts(t *testing.T) {
	assert.Equal(t, "99.99%", plain.Share(0.99999, 2))
	assert.Equal(t, "-301%", plain.Share(-3.005, 0))
	assert.Equal(t, "100%", plain.Share(1, 0))
	assert.Equal(t, "under 1%", plain.Chance(0.0001))
	assert.Equal(t, "over 99%", plain.Chance(0.9999))
	assert.Equal(t, "0%", plain.Chance(0))
	assert.Equal(t, "100%", plain.Chance(1))
	assert.Equal(t, "50%", plain.Chance(0.5))
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1000: "-1,000", -999: "-999", 1204388: "1,204,388"} {
		assert.Equal(t, want, plain.Thousands(n))
	}
	assert.Equal(t, "1 incident", plain.Count(1, "incident"))
	assert.Equal(t, "0 incidents", plain.Count(0, "incident"))
	assert.Equal(t, "1,204 incidents", plain.Count(int64(1204), "incident"))
	for n, want := range []string{"", "a", "a and b", "a, b and c"} {
		assert.Equal(t, want, plain.List([]string{"a", "b", "c"}[:n]))
	}
}

func TestInstants(t *testing.T) {
	dublin, err := time.LoadLocation("Europe/Dublin")
	require.NoError(t, err)
	at := time.Date(2026, 7, 4, 6, 5, 9, 999, dublin)
	assert.Equal(t, "2026-07-04 06:05 IST", plain.Minute(at))
	assert.Equal(t, "2026-07-04 06:05:09 IST", plain.Second(at))
	assert.Equal(t, "0001-01-01 00:00 UTC", plain.Minute(time.Time{}))
}
