package jsontree

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSkippingInMemoryIsSkippingFromAReader holds that the short way accepts the same texts, ends at
// the same place, and reports the same faults.
func TestSkippingInMemoryIsSkippingFromAReader(t *testing.T) {
	long := `{"a\u00e4": [1, 0, -2.5e3, "twenty characters long", "\\\"\/\n"], "b": {"c": [[], {}, null, true, false]}}`
	texts := append([]string{
		long, "\n\n[1,\n\"x\"\n]\n", `01`, `-`, `1.`, `"`, `"\`, `"\u12`, `"\x"`, "\"a\tb\"", "\"0123456789\x1f\"",
		`{"a" 1}`, `{"a":1,}`, `[1,]`, `[1 2]`, `{1:2}`, `tru`, `nul`, ``, ` `, `[`, `{"a":`,
		strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth),
		strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1),
	}, samples...)
	r := rand.New(rand.NewPCG(5, 6))
	for range 3_000 {
		texts = append(texts, string(broken(r, long)), string(broken(r, samples[r.IntN(len(samples))])))
	}

	for _, text := range texts {
		memory, reader := ScanBytes([]byte(text)), NewScanner(strings.NewReader(text))
		err, want := memory.Skip(), reader.Skip()
		if want != nil {
			require.EqualError(t, err, want.Error(), "%q", text)
			continue
		}
		require.NoError(t, err, "%q", text)
		require.Equal(t, reader.Place(), memory.Place(), "%q", text)
		if memory.End() == nil {
			require.True(t, json.Valid([]byte(text)), "%q", text)
		}
	}
}

func TestPlainBytesFindsEveryEnd(t *testing.T) {
	for c := range 256 {
		for at := range 20 {
			b := []byte(strings.Repeat("é", 10))
			b[at] = byte(c)
			want := len(b)
			if c == '"' || c == '\\' || c < ' ' {
				want = at
			}
			assert.Equal(t, want, plainBytes(b), "%#x at %d", c, at)
		}
	}
}

// TestATextThatIsBrokenFarBelowIsReadTwiceAtMost holds the number of bytes looked at, by the number
// of attempts: one at each of 200 levels would take 200 times as long.
func TestATextThatIsBrokenFarBelowIsReadTwiceAtMost(t *testing.T) {
	text := strings.Repeat("[", 200) + strings.Repeat("1,", 50_000) + "x"
	s := ScanBytes([]byte(text))
	require.Error(t, s.Skip())
	assert.True(t, s.broken, "no second attempt follows")
}
