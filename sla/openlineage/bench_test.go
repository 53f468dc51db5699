package openlineage_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/alwaysp1/alwaysp1/sla/openlineage"
)

// dbtEvent returns a COMPLETE of about the size of one of dbt's: most of it is facets that are not
// read here.
func dbtEvent(i int) []byte {
	var fields strings.Builder
	for k := range 12 {
		fmt.Fprintf(&fields, `,{"name": "column_%d", "type": "text", "description": "The number of the order \"%d\"."}`, k, k)
	}
	dataset := func(name string) string {
		return fmt.Sprintf(`{"namespace": "postgres://postgres:5432", "name": "postgres.public.%s", "facets": {
			"schema": {"_producer": "p", "_schemaURL": "u", "fields": [{"name": "id", "type": "int"}%s]},
			"dataSource": {"name": "postgres://postgres:5432", "uri": "postgres://postgres:5432"}}}`, name, fields.String())
	}
	sql := strings.Repeat("select order_id, customer_id, status from stg_orders where amount > 0\\n", 20)
	return fmt.Appendf(nil, `{"eventType": "COMPLETE", "eventTime": "2026-03-04T06:18:00.%06dZ",
		"producer": "https://github.com/OpenLineage/OpenLineage/tree/1.52.0/integration/dbt",
		"run": {"runId": "8a03e360-afe4-5d75-bd10-%012d", "facets": {
			"parent": {"run": {"runId": "04e98127-3e13-56eb-8122-082856dbfe74"}, "job": {"namespace": "dbt", "name": "dbt-run"}},
			"dbt_version": {"version": "1.9.0"}, "processing_engine": {"name": "dbt", "version": "1.9.0"}}},
		"job": {"namespace": "dbt", "name": "model.shop.orders_%d", "facets": {
			"jobType": {"processingType": "BATCH", "integration": "DBT", "jobType": "MODEL"}, "sql": {"query": "%s"}}},
		"inputs": [%s, %s], "outputs": [%s]}`, i%1_000_000, i, i%500, sql,
		dataset("stg_orders"), dataset("stg_payments"), dataset(fmt.Sprintf("orders_%d", i%500)))
}

// BenchmarkComplete is 10,000 different events of dbt's size, each decoded and observed.
func BenchmarkComplete(b *testing.B) {
	bodies := make([][]byte, 10_000)
	for i := range bodies {
		bodies[i] = dbtEvent(i)
	}
	var l openlineage.Lineage
	b.SetBytes(int64(len(bodies[0])))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		events, err := openlineage.Decode(bodies[i%len(bodies)])
		if err != nil {
			b.Fatal(err)
		}
		if news, err := l.Observe(events[0], late); err != nil || len(news.Landings) == 0 {
			b.Fatal(news, err)
		}
	}
}

// BenchmarkAny is what package json takes to read the same events into any, with nothing observed.
func BenchmarkAny(b *testing.B) {
	body := dbtEvent(1)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal(body, &v); err != nil {
			b.Fatal(err)
		}
	}
}
