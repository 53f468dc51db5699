package dbt_test

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/dbt"
)

// The three readers, each with its directory of testdata.
var readers = map[string]func(io.Reader) (any, error){
	"sources":     func(r io.Reader) (any, error) { return plainly(dbt.ReadSources(r)) },
	"manifest":    func(r io.Reader) (any, error) { return plainly(dbt.ReadManifest(r)) },
	"run_results": func(r io.Reader) (any, error) { return plainly(dbt.ReadRunResults(r)) },
}

// plainly keeps a nil pointer from becoming an interface that is not nil.
func plainly[T any](file *T, err error) (any, error) {
	if file == nil {
		return nil, err
	}
	return file, err
}

func TestAFileThatEndsTooEarlyIsNeverRead(t *testing.T) {
	for dir, read1 := range readers {
		for _, name := range names(t, dir) {
			whole := strings.TrimRight(read(t, name), "\n")
			for n := 0; n < len(whole); n += 1 + len(whole)/100 {
				file, err := read1(strings.NewReader(whole[:n]))
				require.Nil(t, file, "%s cut after %d bytes", name, n)
				require.ErrorIs(t, err, dbt.ErrMalformed, "%s cut after %d bytes", name, n)
				var fault *sla.FieldError
				require.ErrorAs(t, err, &fault)
				require.LessOrEqual(t, fault.Offset, n)
				require.ErrorContains(t, err, "ends too early")
			}
		}
	}
}

func TestMergeConflictsAreNamed(t *testing.T) {
	for dir, read1 := range readers {
		for _, name := range names(t, dir) {
			whole := read(t, name)
			both := "<<<<<<< HEAD\n" + whole + "\n=======\n" + whole + "\n>>>>>>> main\n"
			_, err := read1(strings.NewReader(both))
			require.ErrorIs(t, err, dbt.ErrMalformed, name)
			assert.ErrorContains(t, err, "merge conflict markers: resolve the conflict (line 1, offset 0)",
				name)

			_, err = read1(strings.NewReader(whole + "\n=======\n" + whole))
			require.ErrorIs(t, err, dbt.ErrMalformed, name)
			assert.ErrorContains(t, err, "merge conflict markers", name)
		}
	}
	inside := "{\n  \"metadata\": {\n<<<<<<< HEAD\n    \"env\": {}\n"
	_, err := dbt.ReadManifest(strings.NewReader(inside))
	require.ErrorIs(t, err, dbt.ErrMalformed)
	require.EqualError(t, err,
		"metadata: manifest.json: merge conflict markers: resolve the conflict (line 3, offset 18)")

	_, err = dbt.ReadManifest(strings.NewReader("{\n  \"nodes\": {\"model.a.b\": {\"raw\": [1,\n||||||| base\n"))
	require.ErrorIs(t, err, dbt.ErrMalformed)
	require.ErrorContains(t, err,
		`nodes["model.a.b"].raw[1]: manifest.json: merge conflict markers: resolve the conflict (line 3`)
}

func TestWhatIsNoFileOfDBT(t *testing.T) {
	const schema = `{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/`
	deep := strings.Repeat("[", 300) + strings.Repeat("]", 300)
	for _, test := range []struct {
		name, text string
		want       error
		says       string
	}{
		{"nothing", "", dbt.ErrMalformed, "it is empty"},
		{"white space", " \n\n", dbt.ErrMalformed, "line 3"},
		{"a list", "[]", dbt.ErrUnsupported, "it holds no object"},
		{"a text", `"dbt"`, dbt.ErrUnsupported, "it holds no object"},
		{"YAML", "version: 2\n", dbt.ErrMalformed, `want '{', not 'v'`},
		{"any object", `{"name":"left-pad"}`, dbt.ErrUnsupported, "it has no metadata.dbt_schema_version"},
		{"metadata of null", `{"metadata":null}`, dbt.ErrUnsupported,
			"it has no metadata.dbt_schema_version"},
		{"another maker", `{"metadata":{"dbt_schema_version":"https://example.com/v1"}}`, dbt.ErrUnsupported,
			"is not the address"},
		{"the catalog", schema + `catalog/v1.json"}}`, dbt.ErrUnsupported, "want sources, not catalog"},
		{"the manifest", schema + `manifest/v12.json"}}`, dbt.ErrUnsupported, "want sources, not manifest"},
		{"version 0", schema + `sources/v0.json"}}`, dbt.ErrUnsupported, "sources v0"},
		{"no value", schema + `sources/v3.json"},"results":}`, dbt.ErrMalformed, "want a value, not '}'"},
		{"a comma too many", schema + `sources/v3.json"},}`, dbt.ErrMalformed, "want a key in quotes"},
		{"no comma", schema + `sources/v3.json"} "results":[]}`, dbt.ErrMalformed, `want ',' or '}'`},
		{"no colon", schema + `sources/v3.json"},"results"[]}`, dbt.ErrMalformed, `want ':'`},
		{"NaN", schema + `sources/v3.json"},"elapsed_time":NaN}`, dbt.ErrMalformed, "want a value, not 'N'"},
		{"a word", schema + `sources/v3.json"},"a":nul}`, dbt.ErrMalformed, `"nul" is not a value`},
		{"a leading zero", schema + `sources/v3.json"},"a":012}`, dbt.ErrMalformed, `"012" is not a value`},
		{"a new line in a text", schema + "sources/v3.json\"},\"a\":\"b\nc\"}", dbt.ErrMalformed,
			"the end of a string"},
		{"a wrong escape", schema + `sources/v3.json"},"a":"\x"}`, dbt.ErrMalformed,
			"want an escape, not 'x'"},
		{"half an escape", schema + `sources/v3.json"},"a":"\u12g4"}`, dbt.ErrMalformed,
			"a hexadecimal digit"},
		{"two files", schema + `sources/v3.json"}}{}`, dbt.ErrMalformed, "want the end of the text"},
		{"too deep", schema + `sources/v3.json"},"a":` + deep + `}`, dbt.ErrMalformed, "nested deeper than"},
		{"one mark of a merge", "<", dbt.ErrMalformed, "want '{', not '<'"},
		{"six marks of a merge", "<<<<<< HEAD", dbt.ErrMalformed, "want '{', not '<'"},
		{"part of a byte order mark", "\xef\xbb{}", dbt.ErrMalformed, "want a byte order mark, not '{'"},
		{"UTF-16", "\xff\xfe{\x00", dbt.ErrMalformed, "want '{'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, err := dbt.ReadSources(strings.NewReader(test.text))
			require.Nil(t, file)
			require.ErrorIs(t, err, test.want)
			require.ErrorContains(t, err, test.says)
			var fault *sla.FieldError
			require.ErrorAs(t, err, &fault)
			assert.ErrorContains(t, fault.Err, "sources.json: ")
			assert.Positive(t, fault.Line)
		})
	}
}

func TestEachReaderRefusesTheOthersFiles(t *testing.T) {
	for dir := range readers {
		for other, read1 := range readers {
			if other == dir {
				continue
			}
			for _, name := range names(t, dir) {
				_, err := read1(strings.NewReader(read(t, name)))
				require.ErrorIs(t, err, dbt.ErrUnsupported, "%s as %s", name, other)
			}
		}
	}
}

func TestFutureVersionsAreReadWithAWarning(t *testing.T) {
	for _, test := range []struct {
		dir, from, to string
		warned        bool
	}{
		{"sources/v3_minutes.json", "sources/v3", "sources/v4", true},
		{"sources/v3_minutes.json", "sources/v3", "sources/v2", false},
		{"manifest/v12_shop.json", "manifest/v12", "manifest/v13", true},
		{"manifest/v12_shop.json", "manifest/v12", "manifest/v20", false},
		{"manifest/v12_shop.json", "manifest/v12", "manifest/v21", true},
		{"run_results/v6_build.json", "run-results/v6", "run-results/v7", true},
	} {
		dir, _, _ := strings.Cut(test.dir, "/")
		file, err := readers[dir](strings.NewReader(strings.Replace(read(t, test.dir), test.from, test.to,
			1)))
		require.NoError(t, err, test.to)
		found := warnings(file)
		if !test.warned {
			assert.Empty(t, found, test.to)
			continue
		}
		require.Len(t, found, 1, test.to)
		require.ErrorIs(t, found[0], dbt.ErrUnsupported, test.to)
		assert.ErrorContains(t, found[0], "metadata.dbt_schema_version", test.to)
	}
}

func warnings(file any) []*sla.FieldError {
	switch file := file.(type) {
	case *dbt.Sources:
		return file.Warnings
	case *dbt.Manifest:
		return file.Warnings
	case *dbt.RunResults:
		return file.Warnings
	}
	return nil
}

func TestOddButWholeFiles(t *testing.T) {
	for dir, read1 := range readers {
		for _, name := range names(t, dir) {
			text := read(t, name)
			want, err := read1(strings.NewReader(text))
			require.NoError(t, err, name)

			got, err := read1(iotest.OneByteReader(strings.NewReader(text)))
			require.NoError(t, err, name)
			assert.Equal(t, want, got, "%s, byte by byte", name)

			var parsed any
			require.NoError(t, json.Unmarshal([]byte(text), &parsed), name)
			sorted, err := json.Marshal(parsed) // keys in ascending order, disabled before metadata
			require.NoError(t, err)
			got, err = read1(iotest.OneByteReader(strings.NewReader("\xef\xbb\xbf" + string(sorted) +
				"\r\n")))
			require.NoError(t, err, name)
			assert.Equal(t, want, got, "%s, sorted, after a byte order mark", name)
		}
	}
}

func TestAReaderThatFailsIsNamed(t *testing.T) {
	cause := errors.New("disk on fire")
	for dir, read1 := range readers {
		text := read(t, names(t, dir)[0])
		for _, n := range []int{0, 1, 20, len(text) / 2} {
			_, err := read1(io.MultiReader(strings.NewReader(text[:n]), iotest.ErrReader(cause)))
			require.ErrorIs(t, err, cause)
			var fault *sla.FieldError
			require.ErrorAs(t, err, &fault)
		}
		_, err := read1(io.MultiReader(strings.NewReader(text), iotest.ErrReader(cause)))
		require.ErrorIs(t, err, cause, "after the end")
	}
	_, err := dbt.ReadSources(stuck{})
	require.ErrorIs(t, err, io.ErrNoProgress)
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestNoReaderIsAnError(t *testing.T) {
	for name, read := range readers {
		file, err := read(nil)
		require.Nil(t, file)
		require.EqualError(t, err, name+".json: there is no reader to read it from (line 1, offset 0)")
	}
}
