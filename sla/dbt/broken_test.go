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

	"github.com/alwaysp1/alwaysp1/sla/dbt"
)

// The three readers, each with its directory of testdata.
var readers = map[string]func(io.Reader) (any, error){
	"sources":     func(r io.Reader) (any, error) { return answer(dbt.ReadSources(r)) },
	"manifest":    func(r io.Reader) (any, error) { return answer(dbt.ReadManifest(r)) },
	"run_results": func(r io.Reader) (any, error) { return answer(dbt.ReadRunResults(r)) },
}

// answer keeps a nil pointer from becoming an interface that is not nil.
func answer[T any](file *T, err error) (any, error) {
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
				require.ErrorIs(t, err, dbt.ErrTruncated, "%s cut after %d bytes", name, n)
				var fault *dbt.FileError
				require.ErrorAs(t, err, &fault)
				require.LessOrEqual(t, fault.Offset, int64(n))
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
			require.ErrorIs(t, err, dbt.ErrMergeConflict, name)
			assert.ErrorContains(t, err, "line 1, byte 0", name)

			_, err = read1(strings.NewReader(whole + "\n=======\n" + whole))
			require.ErrorIs(t, err, dbt.ErrMergeConflict, name)
		}
	}
	inside := "{\n  \"metadata\": {\n<<<<<<< HEAD\n    \"env\": {}\n"
	_, err := dbt.ReadManifest(strings.NewReader(inside))
	require.ErrorIs(t, err, dbt.ErrMergeConflict)
	require.EqualError(t, err, "dbt: manifest: metadata (line 3, byte 18): "+dbt.ErrMergeConflict.Error())

	_, err = dbt.ReadManifest(strings.NewReader("{\n  \"nodes\": {\"model.a.b\": {\"raw\": [1,\n||||||| base\n"))
	require.ErrorIs(t, err, dbt.ErrMergeConflict)
	require.ErrorContains(t, err, `nodes["model.a.b"].raw[1] (line 3`)
}

func TestWhatIsNoFileOfDBT(t *testing.T) {
	const schema = `{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/`
	deep := strings.Repeat("[", 300) + strings.Repeat("]", 300)
	for _, test := range []struct {
		name, text string
		want       error
		says       string
	}{
		{"nothing", "", dbt.ErrTruncated, "it is empty"},
		{"white space", " \n\n", dbt.ErrTruncated, "line 3"},
		{"a list", "[]", dbt.ErrWrongKind, "it holds no object"},
		{"a text", `"dbt"`, dbt.ErrWrongKind, "it holds no object"},
		{"YAML", "version: 2\n", dbt.ErrSyntax, `want '{', not 'v'`},
		{"any object", `{"name":"left-pad"}`, dbt.ErrWrongKind, "it has no metadata.dbt_schema_version"},
		{"metadata of null", `{"metadata":null}`, dbt.ErrWrongKind, "it has no metadata.dbt_schema_version"},
		{"another maker", `{"metadata":{"dbt_schema_version":"https://example.com/v1"}}`, dbt.ErrWrongKind, "is not the address"},
		{"the catalog", schema + `catalog/v1.json"}}`, dbt.ErrWrongKind, "want sources, not catalog"},
		{"the manifest", schema + `manifest/v12.json"}}`, dbt.ErrWrongKind, "want sources, not manifest"},
		{"version 0", schema + `sources/v0.json"}}`, dbt.ErrOldVersion, "sources v0"},
		{"no value", schema + `sources/v3.json"},"results":}`, dbt.ErrSyntax, "want a value, not '}'"},
		{"a comma too many", schema + `sources/v3.json"},}`, dbt.ErrSyntax, "want a key in quotes"},
		{"no comma", schema + `sources/v3.json"} "results":[]}`, dbt.ErrSyntax, `want ',' or '}'`},
		{"no colon", schema + `sources/v3.json"},"results"[]}`, dbt.ErrSyntax, `want ':'`},
		{"NaN", schema + `sources/v3.json"},"elapsed_time":NaN}`, dbt.ErrSyntax, "want a value, not 'N'"},
		{"a word", schema + `sources/v3.json"},"a":nul}`, dbt.ErrSyntax, `"nul" is not a value`},
		{"a leading zero", schema + `sources/v3.json"},"a":012}`, dbt.ErrSyntax, `"012" is not a value`},
		{"a new line in a text", schema + "sources/v3.json\"},\"a\":\"b\nc\"}", dbt.ErrSyntax, "the end of a string"},
		{"a wrong escape", schema + `sources/v3.json"},"a":"\x"}`, dbt.ErrSyntax, "want an escape, not 'x'"},
		{"half an escape", schema + `sources/v3.json"},"a":"\u12g4"}`, dbt.ErrSyntax, "a hexadecimal digit"},
		{"two files", schema + `sources/v3.json"}}{}`, dbt.ErrSyntax, "want the end of the file"},
		{"too deep", schema + `sources/v3.json"},"a":` + deep + `}`, dbt.ErrSyntax, "nested deeper than"},
		{"one mark of a merge", "<", dbt.ErrSyntax, "want '{', not '<'"},
		{"six marks of a merge", "<<<<<< HEAD", dbt.ErrSyntax, "want '{', not '<'"},
		{"part of a byte order mark", "\xef\xbb{}", dbt.ErrSyntax, "want a byte order mark, not '{'"},
		{"UTF-16", "\xff\xfe{\x00", dbt.ErrSyntax, "want '{'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, err := dbt.ReadSources(strings.NewReader(test.text))
			require.Nil(t, file)
			require.ErrorIs(t, err, test.want)
			require.ErrorContains(t, err, test.says)
			var fault *dbt.FileError
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, "sources", fault.Kind)
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
				require.ErrorIs(t, err, dbt.ErrWrongKind, "%s as %s", name, other)
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
		file, err := readers[dir](strings.NewReader(strings.Replace(read(t, test.dir), test.from, test.to, 1)))
		require.NoError(t, err, test.to)
		found := warnings(file)
		if !test.warned {
			assert.Empty(t, found, test.to)
			continue
		}
		require.Len(t, found, 1, test.to)
		require.ErrorIs(t, found[0], dbt.ErrFutureVersion, test.to)
		assert.ErrorContains(t, found[0], "metadata.dbt_schema_version", test.to)
	}
}

func warnings(file any) []error {
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
			got, err = read1(iotest.OneByteReader(strings.NewReader("\xef\xbb\xbf" + string(sorted) + "\r\n")))
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
			var fault *dbt.FileError
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
		require.EqualError(t, err, "dbt: "+strings.ReplaceAll(name, "_", "-")+": line 1, byte 0: there is no reader to read it from")
	}
	require.EqualError(t, &dbt.FileError{}, "dbt: : line 0, byte 0: <nil>")
}
