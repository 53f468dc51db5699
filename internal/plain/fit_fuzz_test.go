package plain

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Fit returns a beginning of the text, within its limit, and never half a rune.
func FuzzFitKeepsABeginningWithinTheLimit(f *testing.F) {
	f.Add("", 0)
	f.Add("raw.orders", 5)
	f.Add("é😀\xff&<", 3)
	f.Fuzz(func(t *testing.T, s string, most int) {
		most %= 100
		got, cut := Fit(s, most, utf8.RuneLen)
		sum := 0
		for _, r := range got {
			sum += utf8.RuneLen(r)
		}
		require.True(t, sum <= max(most, 0))
		if !cut {
			require.Equal(t, s, got)
			return
		}
		text, _ := strings.CutSuffix(got, Ellipsis)
		require.True(t, strings.HasPrefix(s, text))
		require.True(t, !utf8.ValidString(s) || utf8.ValidString(got))
	})
}

func TestWhatDoesNotPrintIsEscapedOnOneLineAndInProse(t *testing.T) {
	assert.Equal(t, `a\nb\u202ec\xff`, Line(" a\nb\u202ec\xff "))
	assert.Equal(t, "a\nb\\u202ec👩‍💻\\x00", Prose("a\r\nb\u202ec👩‍💻\x00\n"))
}

// A line of any text is one line of valid UTF-8 that nothing reorders.
func FuzzLineIsOneLine(f *testing.F) {
	f.Add("a\nb")
	f.Fuzz(func(t *testing.T, s string) {
		for _, text := range []string{Line(s), Name(s)} {
			require.True(t, utf8.ValidString(text))
			require.NotContains(t, text, "\n")
			require.NotContains(t, text, "\u202e")
		}
		require.True(t, utf8.ValidString(Prose(s)))
	})
}

func TestWhatIsCutCostsNoMoreThanThereIsRoomFor(t *testing.T) {
	two := func(rune) int { return 2 }
	for _, c := range []struct {
		name, text string
		most       int
		cost       func(rune) int
		want       string
		cut        bool
	}{
		{"nothing", "", 0, Rune, "", false},
		{"just fits", "abc", 3, Rune, "abc", false},
		{"one too many", "abcd", 3, Rune, "ab…", true},
		{"room for the ellipsis alone", "ab", 1, Rune, "…", true},
		{"no room at all", "a", 0, Rune, "", true},
		{"no room for the ellipsis", "a", 1, two, "", true},
		{"runes that cost more, just fit", "abc", 6, two, "abc", false},
		{"runes that cost more", "abcd", 7, two, "ab…", true},
		{"runes that cost more, to the end of the room", "abcd", 6, two, "ab…", true},
		{"runes of several bytes", "éèà", 2, Rune, "é…", true},
		{"runes that cost nothing are kept", "a\u0301bc", 2, func(r rune) int {
			if r == '\u0301' {
				return 0
			}
			return 1
		}, "a\u0301…", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, cut := Fit(c.text, c.most, c.cost)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.cut, cut)
		})
	}
}

func TestWhatDoesNotPrintIsEscapedAndTheRestIsLeft(t *testing.T) {
	for _, c := range [][3]string{
		{"plain", "plain", "plain"},
		{"\u202eat the front", `\u202eat the front`, `\u202eat the front`},
		{"\xffbroken", `\xffbroken`, `\xffbroken`},
		{"a real \ufffd", "a real \ufffd", "a real \ufffd"},
		{"a real \ufffd beside \xff", "a real \ufffd beside " + `\xff`, "a real \ufffd beside " + `\xff`},
		{" a\r\nb\tc\x00 ", `a\r\nb\tc\x00`, "a\nb\tc" + `\x00`},
		{"a\rb", `a\rb`, `a\rb`},
		{"\u200d👩\u200d💻 \u200c", `\u200d👩\u200d💻 \u200c`, "\u200d👩\u200d💻 \u200c"},
	} {
		assert.Equal(t, c[1], Line(c[0]))
		assert.Equal(t, c[2], Prose(c[0]))
	}
}

func TestDurationsForPeople(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 1: "1ns", 999 * time.Millisecond: "999ms", time.Second: "1s",
		59*time.Second + 999*time.Millisecond: "59s", time.Minute: "1m", 89 * time.Second: "1m", 90 * time.Second: "2m",
		59*time.Minute + 29*time.Second: "59m", 59*time.Minute + 30*time.Second: "1h", time.Hour + time.Minute: "1h 1m",
		24*time.Hour - 1: "1d", 25*time.Hour - time.Minute: "1d", 25 * time.Hour: "1d 1h", -49 * time.Hour: "2d 1h",
		240*time.Hour + 30*time.Minute: "10d", math.MinInt64: "106751d 23h", math.MaxInt64: "106751d 23h",
	} {
		assert.Equal(t, want, Duration(d), "%v", int64(d))
	}
}
