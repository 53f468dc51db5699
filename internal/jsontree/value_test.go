package jsontree

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// TestParseKeepsWhereEverythingStands holds that each value and each name is a part of the text,
// where it says.
func TestParseKeepsWhereEverythingStands(t *testing.T) {
	var walk func(data []byte, v Value)
	walk = func(data []byte, v Value) {
		require.Equal(t, string(data[v.Offset:v.Offset+len(v.Raw)]), string(v.Raw))
		require.True(t, json.Valid(v.Raw), "%s", v.Raw)
		for _, m := range v.Members {
			var name string
			require.NoError(t, json.Unmarshal(data[m.Offset:m.Value.Offset-1], &name), "%s", data)
			require.Equal(t, name, m.Name)
			walk(data, m.Value)
		}
		for _, item := range v.Items {
			walk(data, item)
		}
	}
	for _, text := range append(samples, `[{"id":"a","x":[1,"2",{}]},null]`) {
		v, err := Parse([]byte(text))
		require.NoError(t, err, text)
		walk([]byte(text), v)
	}
}

func TestParseRefusesWhatPackageJSONRefuses(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 5_000 {
		data := broken(r, samples[i%len(samples)])
		_, err := Parse(data)
		valid := json.Valid(data) && firstInvalid(data) == len(data)
		require.Equal(t, valid, err == nil, "%q: %v", data, err)
	}
}

func TestParseNamesWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"{\"a\":\n\"\xff\"}": "the text is not valid UTF-8 (line 2, offset 7)",
		"\xff":               "the text is not valid UTF-8 (line 1, offset 0)",
		"[\"\ufffd\", \xc3]": "the text is not valid UTF-8 (line 1, offset 8)",
		`{"a":{"b":]}}`:      "not JSON: want a value, not ']' (line 1, offset 10)",
		`{"a":1}}`:           "not JSON: want the end of the text, not '}' (line 1, offset 7)",
	} {
		_, err := Parse([]byte(text))
		assert.EqualError(t, err, want, "%q", text)
		var f *fault.FieldError
		require.ErrorAs(t, err, &f)
		assert.Empty(t, f.Path)
	}
}

func TestTextRefusesHalfASurrogatePair(t *testing.T) {
	for text, ok := range map[string]bool{
		`"\ud83d\ude42"`: true, `"\ud83d"`: false, `"\ude42"`: false, `"\ude42\ud83d"`: false,
		`"\\ud83d"`: true, `"\ufffd"`: true,
		`"\ud83d\ud83d\ude42"`: false, `"a\n\uD83D\uDE42"`: true, `"\ud83dx"`: false, `"` + "\ufffd" +
			`"`: true,
	} {
		v, err := Parse([]byte(text))
		require.NoError(t, err)
		var d Decoder
		var got string
		d.Text(&got)("name", v)
		assert.Equal(t, ok, d.Err() == nil, "%s: %v", text, d.Err())
		if ok {
			var want string
			require.NoError(t, json.Unmarshal([]byte(text), &want))
			assert.Equal(t, want, got)
		}
	}
}

func TestKeyPath(t *testing.T) {
	for name, want := range map[string]string{
		"id": "a.id", "max-age_2": "a.max-age_2", "b.c": `a["b.c"]`, "": `a[""]`, "\n": `a["\n"]`,
		"Zz9": "a.Zz9", "é": `a["é"]`,
	} {
		assert.Equal(t, want, KeyPath("a", name))
	}
	assert.Equal(t, "id", KeyPath("", "id"))
}
