package storable

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/fault"
)

func TestName(t *testing.T) {
	for name, want := range map[string]string{
		"":                         "who: is missing",
		"inc-1":                    "",
		"trailing ":                "",
		"\u05e9\u05dc\u05d5\u05dd": "",
		"a\x00b":                   `who: "a\x00b" holds NUL`,
		"\xff":                     `who: "\xff" is not valid UTF-8`,
		"\x00\xff":                 `who: "\x00\xff" is not valid UTF-8`,
		strings.Repeat("a", 1<<10): "",
		strings.Repeat("a", 1<<20): `who: "` + strings.Repeat("a", 64) + `"… is longer than 1024 bytes`,
	} {
		var f fault.List
		Name(&f, "who", name)
		requireFault(t, want, &f)

		f = fault.List{}
		Text(&f, "who", Clean(name))
		assert.NoError(t, f.Err())
	}
}

func TestTextAndItsFormInJSON(t *testing.T) {
	for text, want := range map[string][2]string{ // of Text, and of JSON
		"":           {},
		"two\nlines": {},
		"\x00":       {`text: "\x00" holds NUL`, ""},
		"a\xff":      {`text: "a\xff" is not valid UTF-8`, `text: "a\xff" is not valid UTF-8`},
	} {
		var text1, json fault.List
		Text(&text1, "text", text)
		requireFault(t, want[0], &text1)
		JSON(&json, "text", text)
		requireFault(t, want[1], &json)
	}
	assert.Equal(t, "a\ufffdb\ufffd\U0001f525", Clean("a\x00b\xff\xfe\U0001f525"))
}

// requireFault checks that a list holds one fault of this text, or none where the text is empty.
func requireFault(t *testing.T, want string, f *fault.List) {
	t.Helper()
	if want == "" {
		require.NoError(t, f.Err())
		return
	}
	require.EqualError(t, f.Err(), want)
	var one *fault.FieldError
	require.True(t, errors.As(f.Err(), &one))
	require.Equal(t, 1, f.Len())
}
