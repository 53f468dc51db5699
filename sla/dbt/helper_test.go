package dbt_test

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla/dbt"
)

// read returns one file of testdata.
func read(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return string(data)
}

// names lists the files of one directory of testdata.
func names(t testing.TB, dir string) []string {
	t.Helper()
	list, err := fs.Glob(os.DirFS("testdata"), dir+"/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, list)
	return list
}

func sources(t testing.TB, name string) *dbt.Sources {
	t.Helper()
	file, err := dbt.ReadSources(strings.NewReader(read(t, path.Join("sources", name))))
	require.NoError(t, err)
	return file
}

func manifest(t testing.TB, name string) *dbt.Manifest {
	t.Helper()
	file, err := dbt.ReadManifest(strings.NewReader(read(t, path.Join("manifest", name))))
	require.NoError(t, err)
	return file
}

func runResults(t testing.TB, name string) *dbt.RunResults {
	t.Helper()
	file, err := dbt.ReadRunResults(strings.NewReader(read(t, path.Join("run_results", name))))
	require.NoError(t, err)
	return file
}

func instant(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return at
}

// oneRow is a sources.json with one result.
func oneRow(row string) string {
	return `{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/sources/v3.json"},"results":[` + row + `]}`
}
