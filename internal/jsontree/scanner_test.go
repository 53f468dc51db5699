package jsontree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// read walks through a whole text by the scanner's methods, into what package json would make of
// it.
func read(s *Scanner) (any, error) {
	switch s.Peek() {
	case '{':
		object := map[string]any{}
		return object, s.Object(func(key []byte) error {
			name := string(key)
			value, err := read(s)
			object[name] = value
			return err
		})
	case '[':
		list := []any{}
		err := s.Array(func(i int) error {
			item, err := read(s)
			if list = append(list, item); len(list) != i+1 {
				return fmt.Errorf("element %d is called %d", len(list)-1, i)
			}
			return err
		})
		return list, err
	case '"':
		text, err := s.Text()
		return string(text), err
	}
	written, err := s.Literal()
	return json.Number(written), err
}

func whole(s *Scanner) (any, error) {
	value, err := read(s)
	if err == nil {
		err = s.End()
	}
	return value, err
}

// peer is what package json reads, in the same form.
func peer(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var value any
	err := d.Decode(&value)
	if err == nil && !json.Valid(data) {
		err = errors.New("something follows")
	}
	return words(value), err
}

// words writes true, false and null as the scanner returns them.
func words(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key := range value {
			value[key] = words(value[key])
		}
	case []any:
		for i := range value {
			value[i] = words(value[i])
		}
	case bool:
		return json.Number(fmt.Sprint(value))
	case nil:
		return json.Number("null")
	}
	return value
}

var samples = []string{
	`{}`, `[]`, `""`, `0`, `-0.5e+7`, `null`, ` true `, `{"a":[1,{"b":"c"},[]],"é":false}`,
	"\n\t[ 1 ,\r\n 2 ]",
	`"\" \\ \/ \b \f \n \r \t \u00e9\ud83d\ude42"`, `{"a":1,"a":2}`, `[[[[{"x":{"y":[null,null]}}]]]]`,
	`"日本\u0000"`, `[1E5,1e5,12.5]`,
}

// broken returns a text that was changed in a few places.
func broken(r *rand.Rand, text string) []byte {
	data := []byte(text)
	for range r.IntN(3) {
		at := r.IntN(len(data) + 1)
		odd := `{}[]",:\u0aE+-.trunl <>=|` + "\n\x00\x1f\x80"
		switch c := odd[r.IntN(len(odd))]; {
		case r.IntN(2) == 0 || at == len(data):
			data = append(data[:at:at], append([]byte{c}, data[at:]...)...)
		default:
			data[at] = c
		}
	}
	return data[:r.IntN(len(data)+1)]
}

// TestScannerReadsWhatPackageJSONReads holds the scanner against package json over whole and broken
// texts: both take and refuse the same, and read the same. How the bytes arrive makes no
// difference, and skipping is as strict as reading.
func TestScannerReadsWhatPackageJSONReads(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	taken := 0
	for i := range 20_000 {
		text := samples[i%len(samples)]
		data := []byte(text)
		if i >= len(samples) {
			data = broken(r, text)
		}
		want, wantErr := peer(data)
		got, err := whole(scan(data))
		require.Equal(t, wantErr == nil, err == nil, "%q: %v, %v", data, wantErr, err)
		if err == nil {
			taken++
			require.Equal(t, want, got, "%q", data)
		}

		again, errAgain := whole(NewScanner(iotest.OneByteReader(bytes.NewReader(data))))
		require.Equal(t, err, errAgain, "%q", data)
		require.True(t, err != nil || reflect.DeepEqual(got, again), "%q", data)

		skipped := scan(data)
		errSkipped := skipped.Skip()
		if errSkipped == nil {
			errSkipped = skipped.End()
		}
		require.Equal(t, err, errSkipped, "%q", data)
		placed(t, data, err)
	}
	require.Greater(t, taken, 1_000)
}

// placed holds that a fault stands inside the text, on the line of its offset.
func placed(t *testing.T, data []byte, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var f *fault.FieldError
	require.ErrorAs(t, err, &f)
	require.ErrorIs(t, err, ErrMalformed)
	require.LessOrEqual(t, f.Offset, len(data))
	require.Equal(t, lineAt(data, f.Offset), f.Line, "%q: %v", data, err)
}

func TestScannerNamesWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "ends too early: it is empty (line 1, offset 0)",
		"\n ":                   "ends too early: want a value (line 2, offset 2)",
		"[1,\n2":                "[1]: ends too early: want ',' or ']' (line 2, offset 5)",
		`{"a":{"b.c":[1,nul]}}`: `a["b.c"][1]: not JSON: "nul" is not a value (line 1, offset 15)`,
		`{"a":"\x"}`:            `a: not JSON: want an escape, not 'x' (line 1, offset 7)`,
		`"\u12g4"`:              `not JSON: want a hexadecimal digit, not 'g' (line 1, offset 5)`,
		"\"a\nb\"":              `not JSON: want the end of a string, not '\n' (line 1, offset 2)`,
		`"a`:                    `ends too early: want the end of a string (line 1, offset 2)`,
		`"a\`:                   `ends too early: want the end of a string (line 1, offset 3)`,
		`{"a" 1}`:               `a: not JSON: want ':', not '1' (line 1, offset 5)`,
		`{1}`:                   `not JSON: want a key in quotes, not '1' (line 1, offset 1)`,
		`{"a":1 "b"}`:           `a: not JSON: want ',' or '}', not '"' (line 1, offset 7)`,
		`[] []`:                 "not JSON: want the end of the text, not '[' (line 1, offset 3)",
		"[] \x00":               `not JSON: want the end of the text, not '\x00' (line 1, offset 3)`,
		"{\n<<<<<<< HEAD":       "merge conflict markers: resolve the conflict (line 2, offset 2)",
		"[1,\n>>>>>>> main":     "[1]: merge conflict markers: resolve the conflict (line 2, offset 4)",
		"[\n======x":            "[0]: not JSON: want a value, not '=' (line 2, offset 2)",
		strings.Repeat("[", 256) + "1": strings.Repeat("[0]", 256) +
			": ends too early: want ',' or ']' (line 1, offset 257)",
		strings.Repeat("[", 257): strings.Repeat("[0]", 256) +
			": not JSON: nested deeper than 256 (line 1, offset 257)",
		`["` + strings.Repeat("x", 99) +
			`]`: "[0]: ends too early: want the end of a string (line 1, offset 102)",
	} {
		for _, s := range []*Scanner{scan([]byte(text)),
			NewScanner(iotest.OneByteReader(strings.NewReader(text)))} {
			_, err := whole(s)
			assert.EqualError(t, err, want, "%q", text)
			assert.ErrorIs(t, err, ErrMalformed)
		}
	}
}

func TestScannerOfAReaderThatFails(t *testing.T) {
	cause := errors.New("disk on fire")
	for _, text := range []string{"", "[", `["a`, "[1]", "[1", "[1,"} {
		s := NewScanner(io.MultiReader(strings.NewReader(text), iotest.ErrReader(cause)))
		_, err := whole(s)
		require.ErrorIs(t, err, cause, "%q", text)
		assert.NotErrorIs(t, err, ErrMalformed, "%q", text)
	}
	_, err := whole(NewScanner(nil))
	assert.EqualError(t, err, "there is no reader to read it from (line 1, offset 0)")
	_, err = whole(NewScanner(stuck{}))
	assert.ErrorIs(t, err, io.ErrNoProgress)
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestScannerSkipsAByteOrderMark(t *testing.T) {
	for text, want := range map[string]string{
		"\xef\xbb\xbf{}": "", "{}": "", "": "ends too early: it is empty (line 1, offset 0)",
		"\xef\xbb{}": "not JSON: want a byte order mark, not '{' (line 1, offset 2)",
	} {
		s := NewScanner(strings.NewReader(text))
		err := s.SkipMark()
		if err == nil {
			_, err = whole(s)
		}
		if want == "" {
			assert.NoError(t, err, "%q", text)
			continue
		}
		assert.EqualError(t, err, want, "%q", text)
	}
}

// A text that is too long is cut between two characters, and between two escapes.
func TestScannerCutsLongTexts(t *testing.T) {
	for _, unit := range []string{"x", "é", "日", `\n`, `\u00e9`, `ab\n`} {
		text := `"` + strings.Repeat(unit, 1+(1<<21)/len(unit)) + `"`
		var first string
		for _, s := range []*Scanner{scan([]byte(text)), NewScanner(strings.NewReader(text))} {
			got, err := s.Text()
			require.NoError(t, err)
			require.NoError(t, s.End())
			assert.NotContains(t, string(got), "\ufffd", unit)
			assert.LessOrEqual(t, len(s.token), maxText+1)
			assert.Greater(t, len(s.token), maxText-8)
			if first == "" {
				first = string(got)
			}
			assert.Equal(t, len(first), len(got), "%q: by pieces", unit)
		}
	}
}
