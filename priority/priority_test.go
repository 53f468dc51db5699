package priority_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
)

func TestPrioritiesAreOrdered(t *testing.T) {
	assert.Greater(t, priority.P1, priority.P2)
	assert.Greater(t, priority.P2, priority.P3)
	assert.Greater(t, priority.P3, priority.P4)
	assert.Greater(t, priority.P4, priority.P5)
	assert.Zero(t, priority.P3)
}

func TestPriorityText(t *testing.T) {
	for p, want := range map[priority.Priority]string{
		priority.P1: "P1", priority.P2: "P2", 0: "P3", priority.P4: "P4", priority.P5: "P5",
		-12: "P6", -16: "P7", 6: "P2+2", 1: "P3+1", -1: "P4+3", -3: "P4+1", -9: "P6+3", 9: "P1+1", 100: "P1+92",
	} {
		assert.Equal(t, want, p.String())
	}
}

func TestPriorityTextReadsBack(t *testing.T) {
	check := func(p priority.Priority) {
		var got priority.Priority
		require.NoError(t, got.UnmarshalText([]byte(p.String())), p.String())
		require.Equal(t, p, got)
	}
	for _, p := range []priority.Priority{math.MinInt, math.MinInt + 1, math.MaxInt - 1, math.MaxInt} {
		check(p)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		check(priority.Priority(int(random.Uint64()) >> random.IntN(strconv.IntSize-1)))
	}
}

func TestPriorityReadsAnyCaseAndOffset(t *testing.T) {
	for text, want := range map[string]priority.Priority{"p1": 8, "P2-1": 3, "P2+2": 6, "p6": -12, "P3+0": 0} {
		var got priority.Priority
		require.NoError(t, json.Unmarshal([]byte(strconv.Quote(text)), &got), text)
		assert.Equal(t, want, got, text)
	}
}

func TestPriorityRefuses(t *testing.T) {
	for _, text := range []string{
		"", "P", "P0", "1", "high", "P-1", "P+1", "P2+", "P2 ", " P2", "P1.5", "P２", "P2++2", "P2+-2",
		"P2305843009213693956", "P4611686018427387903", "P99999999999999999999", "P3+9223372036854775808", "P1+9223372036854775807",
	} {
		got := priority.P2
		err := got.UnmarshalText([]byte(text))
		require.Error(t, err, text)
		assert.ErrorContains(t, err, strconv.Quote(text))
		assert.Equal(t, priority.P2, got, "an error leaves the value alone")
	}
}

func TestKindAndSeverityTextReadsBack(t *testing.T) {
	for k := priority.KindUnspecified; k <= priority.KindAlert; k++ {
		var got priority.Kind
		require.NoError(t, got.UnmarshalText([]byte(k.String())))
		assert.Equal(t, k, got)
	}
	for s := priority.SeverityUnknown; s <= priority.SeverityCritical; s++ {
		var got priority.Severity
		require.NoError(t, got.UnmarshalText([]byte(s.String())))
		assert.Equal(t, s, got)
	}
	assert.Equal(t, "unspecified", priority.Kind(99).String())
	assert.Equal(t, "unknown", priority.Severity(-1).String())
	var k priority.Kind
	assert.EqualError(t, k.UnmarshalText([]byte("Faliure")),
		`kind: "Faliure" is none of unspecified, failure, stale, at-risk, not-measured, burn, unhealthy, alert`)
	var s priority.Severity
	assert.NoError(t, s.UnmarshalText([]byte("CRITICAL")))
	assert.Equal(t, priority.SeverityCritical, s)
	assert.Error(t, s.UnmarshalText([]byte("sev1")))
}

func FuzzPriorityText(f *testing.F) {
	for _, text := range []string{"P1", "p2+2", "P6", "P3-1", "P-1", "", "P1+92"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var p, again priority.Priority
		if p.UnmarshalText([]byte(text)) != nil {
			return
		}
		require.NoError(t, again.UnmarshalText([]byte(p.String())))
		require.Equal(t, p, again)
	})
}
