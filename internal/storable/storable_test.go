package storable

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestName(t *testing.T) {
	for name, want := range map[string]string{
		"":                         "who: is missing",
		"inc-1":                    "",
		"trailing ":                "",
		"\u05e9\u05dc\u05d5\u05dd": "",
		"a\x00b":                   `who: "a\x00b" holds NUL`,
		"\xff":                     `who: "\xff" is not valid UTF-8`,
		strings.Repeat("a", 1<<10): "",
		strings.Repeat("a", 1<<20): `who: "` + strings.Repeat("a", 40) + `"… is longer than 1024 bytes`,
	} {
		got := ""
		if err := Name("who", name); err != nil {
			got = err.Error()
		}
		assert.Equal(t, want, got)
		assert.NoError(t, Text("who", Clean(name)))
	}
	assert.NoError(t, JSON("text", "\x00"))
	assert.Equal(t, "a\ufffdb\ufffd\U0001f525", Clean("a\x00b\xff\xfe\U0001f525"))
}

// What is taken reads back as the same instant.
func TestInstant(t *testing.T) {
	dublin, err := time.LoadLocation("Europe/Dublin")
	require.NoError(t, err)
	for _, at := range []time.Time{
		{}, time.Date(2026, 3, 29, 1, 30, 0, 123456789, dublin), time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC), time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		require.NoError(t, Instant("at", at))
		text, err := at.MarshalText()
		require.NoError(t, err)
		var back time.Time
		require.NoError(t, back.UnmarshalText(text))
		require.True(t, back.Equal(at))
	}
	for _, at := range []time.Time{
		time.Date(1900, 1, 1, 0, 0, 0, 0, dublin), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("far", 86400)),
	} {
		assert.ErrorContains(t, Instant("at", at), "at: ")
	}
}

func TestBelow(t *testing.T) {
	inner := errors.Join(errors.New("id: is missing"), errors.Join(errors.New("at: is missing")))
	assert.EqualError(t, Below("list[3]", inner), "list[3].id: is missing\nlist[3].at: is missing")
	assert.EqualError(t, Below("list[3]", errors.New("id: is missing")), "list[3].id: is missing")
}
