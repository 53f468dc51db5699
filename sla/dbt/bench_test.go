package dbt_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla/dbt"
)

// synthetic writes a manifest like that of a project with n models: a source, two tests, some SQL
// and some documentation for each, in the child_map too.
func synthetic(n, sql int) []byte {
	var b bytes.Buffer
	code := strings.Repeat(`select \"a\", b from {{ ref('x') }}\n`, sql/32)
	b.WriteString(`{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.10.13"}, "nodes": {`)
	for i := range n {
		fmt.Fprintf(&b, `"model.shop.m%d": {"resource_type": "model", "name": "m%d", "raw_code": "%s", "compiled_code": "%s", `+
			`"columns": {"id": {"name": "id", "description": "The key.", "meta": {}}}, "config": {"materialized": "table", "tags": []}, `+
			`"depends_on": {"macros": [], "nodes": ["source.shop.raw.t%d", "model.shop.m%d"]}}, `, i, i, code,
			code, i, i/2)
		for test := range 2 {
			fmt.Fprintf(&b, `"test.shop.t%d.%d": {"resource_type": "test", "raw_code": "{{ test_unique(**_dbt_generic_test_kwargs) }}", `+
				`"attached_node": "model.shop.m%d", "depends_on": {"nodes": ["model.shop.m%d"]}}, `, test, i,
				i, i)
		}
	}
	b.WriteString(`"model.shop.end": {}}, "sources": {`)
	for i := range n {
		fmt.Fprintf(&b, `"source.shop.raw.t%d": {"source_name": "raw", "name": "t%d", "freshness": {"warn_after": {"count": 12, "period": "hour"}, `+
			`"error_after": {"count": 1, "period": "day"}, "filter": null}}, `, i, i)
	}
	b.WriteString(`"source.shop.raw.end": {}}, "child_map": {`)
	for i := range n {
		fmt.Fprintf(&b, `"source.shop.raw.t%d": ["model.shop.m%d", "test.shop.t0.%d"], `, i, i, i)
	}
	b.WriteString(`"model.shop.end": []}}`)
	return b.Bytes()
}

func BenchmarkReadManifest(b *testing.B) {
	for _, sql := range []int{500, 4500} {
		data := synthetic(10000, sql)
		b.Run(fmt.Sprintf("10000models/%dMB", len(data)>>20), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := dbt.ReadManifest(bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReadSources(b *testing.B) {
	row := `{"unique_id": "source.shop.raw.orders", "max_loaded_at": "2021-11-23T16:23:27.062923+00:00", ` +
		`"snapshotted_at": "2021-11-24T08:23:27.062923+00:00", "max_loaded_at_time_ago_in_s": 57600.0, "status": "warn", ` +
		`"criteria": {"warn_after": {"count": 12, "period": "hour"}, "error_after": {"count": 24, "period": "hour"}, "filter": null}}`
	data := oneRow(strings.Repeat(row+",", 999) + row)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := dbt.ReadSources(strings.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}

// endless is a manifest whose macros and SQL never seem to end; nothing of them is kept.
func endless(megabytes int) io.Reader {
	chunk := strings.Repeat("select 1 -- ", 1<<20/12)
	parts := []io.Reader{strings.NewReader(`{"macros": {"macro.a.b": {"macro_sql": "`)}
	for range megabytes / 2 {
		parts = append(parts, strings.NewReader(chunk))
	}
	parts = append(parts, strings.NewReader(`"}}, "nodes": {"model.a.b": {"raw_code": "`))
	for range megabytes / 2 {
		parts = append(parts, strings.NewReader(chunk))
	}
	return io.MultiReader(append(parts, strings.NewReader(
		`"}}, "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}}`))...)
}

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	allocated := func(megabytes int) uint64 {
		file := endless(megabytes)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err := dbt.ReadManifest(file)
		runtime.ReadMemStats(&after)
		require.NoError(t, err)
		require.Len(t, m.Nodes, 1)
		return after.TotalAlloc - before.TotalAlloc
	}
	assert.Less(t, allocated(16), uint64(256<<10))
}

func TestATextThatIsTooLongIsCut(t *testing.T) {
	long := strings.Repeat(`é\n`, 1<<19)
	text := `{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/run-results/v6.json"},"results":[` +
		`{"unique_id":"model.a.b","status":"error","message":"` + long +
		`"},{"unique_id":"model.a.c","status":"success"}]}`
	run, err := dbt.ReadRunResults(strings.NewReader(text))
	require.NoError(t, err)
	require.Len(t, run.Results, 2)
	assert.LessOrEqual(t, len(run.Results[0].Message), 1<<20)
	assert.Greater(t, len(run.Results[0].Message), 1<<19)
	assert.Equal(t, "model.a.b: error: é", run.Results[0].Summary())
	assert.Equal(t, dbt.StatusSuccess, run.Results[1].Status)
}
