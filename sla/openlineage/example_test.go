package openlineage_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/openlineage"
)

// Airflow loads a table: START names what the task reads and writes, and COMPLETE that it is done.
func Example() {
	const body = `[
	{"eventType": "START", "eventTime": "2026-03-04T06:00:00Z",
	 "run": {"runId": "8a03e360-afe4-5d75-bd10-4c60e658eb43"},
	 "job": {"namespace": "airflow", "name": "orders.load"},
	 "inputs": [{"namespace": "postgres://db", "name": "raw.orders"}],
	 "outputs": [{"namespace": "postgres://db", "name": "mart.orders"}]},
	{"eventType": "COMPLETE", "eventTime": "2026-03-04T06:18:00Z",
	 "run": {"runId": "8a03e360-afe4-5d75-bd10-4c60e658eb43"},
	 "job": {"namespace": "airflow", "name": "orders.load"}}
	]`
	received := time.Date(2026, 3, 4, 6, 18, 1, 0, time.UTC)

	events, err := openlineage.Decode([]byte(body))
	if err != nil {
		panic(err)
	}
	var lineage openlineage.Lineage
	for _, e := range events {
		news, err := lineage.Observe(e, received)
		if err != nil {
			panic(err) // this event was refused; the others are fine
		}
		for _, l := range news.Landings {
			fmt.Println(l.Asset, "landed at", l.At.Format(time.TimeOnly))
		}
		for _, f := range news.Failures {
			fmt.Println(f.Asset, "resolved:", f.Resolved)
		}
		for _, r := range lineage.Running() {
			fmt.Println(r.Job, "run", r.ID[:8], "is open since", r.Since.Format(time.TimeOnly))
		}
	}
	for _, edge := range lineage.Edges() {
		fmt.Println(edge.From, "feeds", edge.To)
	}
	// Output:
	// job:airflow/orders.load run 8a03e360 is open since 06:00:00
	// postgres://db/mart.orders landed at 06:18:00
	// job:airflow/orders.load resolved: true
	// job:airflow/orders.load feeds postgres://db/mart.orders
	// postgres://db/raw.orders feeds job:airflow/orders.load
}

// Names become those of the catalog, and small loads do not count.
func ExampleLineage() {
	dublin, err := time.LoadLocation("Europe/Dublin")
	if err != nil {
		panic(err)
	}
	lineage := openlineage.Lineage{
		Name: func(d openlineage.Dataset) string {
			return strings.TrimPrefix(d.Name, "db.") // whatever the namespace
		},
		JobName: func(j openlineage.Job) string { return j.Namespace + "." + j.Name },
		Lands: func(j openlineage.Job, out openlineage.Output) bool {
			empty := out.Counted && out.Rows == 0 && out.Bytes == 0 && out.Partition == ""
			return j.Type != "COMMAND" && j.Processing != "SERVICE" && out.Change != "DROP" && !empty
		},
		Partition: "2006-01-02", Location: dublin,
		MaxAssets: 5_000,
	}

	events, err := openlineage.Decode([]byte(`{
	"eventType": "COMPLETE", "eventTime": "2026-07-04T06:18:00Z",
	"run": {"runId": "a", "facets": {"nominalTime": {"nominalStartTime": "2026-07-02T23:00:00Z"}}},
	"job": {"namespace": "spark", "name": "load"},
	"outputs": [
		{"namespace": "hive", "name": "db.orders", "outputFacets": {"outputStatistics": {"rowCount": 1200}}},
		{"namespace": "hive", "name": "db.refunds", "outputFacets": {"outputStatistics": {"rowCount": 0}}}
	]}`))
	if err != nil {
		panic(err)
	}
	news, err := lineage.Observe(events[0], time.Date(2026, 7, 4, 6, 19, 0, 0, time.UTC))
	for _, l := range news.Landings {
		fmt.Println(l.Asset, l.Rows, "rows of", l.Partition)
	}
	fmt.Println(news.Failures[0].Asset, err)
	// Output:
	// orders 1200 rows of 2026-07-03
	// spark.load <nil>
}

// One broken event does not spoil a batch: its fault is that of Observe.
func ExampleDecode() {
	events, err := openlineage.Decode([]byte(`[
		{"eventTime": "yesterday", "job": {"namespace": "airflow"}},
		{"eventTime": "2026-03-04T06:18:00Z", "dataset": {"namespace": "postgres", "name": "mart.orders"}}
	]`))
	fmt.Println(len(events), err)

	var lineage openlineage.Lineage
	for _, e := range events {
		_, err := lineage.Observe(e, time.Date(2026, 3, 4, 6, 19, 0, 0, time.UTC))
		fmt.Println(err)
	}
	fmt.Println(lineage.Edges())

	_, err = openlineage.Decode([]byte(`[{"eventTime": }]`))
	fmt.Println(err)
	// Output:
	// 2 <nil>
	// eventTime: is no instant such as 2026-03-04T06:18:00Z
	// job.name: is missing
	// <nil>
	// [{postgres/mart.orders }]
	// [0].eventTime: not JSON: want a value, not '}' (line 1, offset 15)
}

// A test of dbt fails. The failure is about the table that was tested.
func ExampleLineage_Observe() {
	events, err := openlineage.Decode([]byte(`{
	"eventType": "FAIL", "eventTime": "2026-03-04T06:18:00Z", "run": {"runId": "b"},
	"job": {"namespace": "dbt", "name": "test.shop.not_null", "facets": {"jobType": {"jobType": "TEST"}}},
	"inputs": [{"namespace": "postgres", "name": "mart.orders", "inputFacets": {"dataQualityAssertions":
		{"assertions": [{"assertion": "not_null", "column": "id", "success": false, "severity": "warn"}]}}}]
	}`))
	if err != nil {
		panic(err)
	}
	e := events[0]
	fmt.Println(e.Type, e.Job.Name, "run", e.RunID, "at", e.Time.Format(time.TimeOnly))

	var lineage openlineage.Lineage
	news, _ := lineage.Observe(e, e.Time)
	for _, f := range news.Failures {
		fmt.Printf("%s %v %s %t %s %q\n", f.Asset, f.Dimensions, f.Severity, f.Resolved, f.At.Format(time.TimeOnly), f.Summary)
	}

	_, err = lineage.Observe(e, e.Time.Add(-time.Hour))
	var fault *sla.FieldError
	fmt.Println(errors.As(err, &fault), err)
	// Output:
	// FAIL test.shop.not_null run b at 06:18:00
	// postgres/mart.orders map[assertion:not_null column:id] warning false 06:18:00 ""
	// true eventTime: 2026-03-04 06:18:00 UTC is later than it arrived
}

// A process that restarts keeps the lineage, and a catalog is built anew when the version changes.
func ExampleLineage_Snapshot() {
	var before, after openlineage.Lineage
	before.MaxAssets = 2
	events, err := openlineage.Decode([]byte(`{"eventTime": "2026-03-04T06:18:00Z",
		"job": {"namespace": "airflow", "name": "orders.load"},
		"inputs": [{"namespace": "pg", "name": "raw.orders"}, {"namespace": "pg", "name": "raw.refunds"}]}`))
	if err != nil {
		panic(err)
	}
	if _, err := before.Observe(events[0], events[0].Time); err != nil {
		panic(err)
	}
	fmt.Println(before.Version() > 0, before.Err())

	if err := after.Restore(before.Snapshot()); err != nil {
		panic(err)
	}
	fmt.Println(after.Edges())
	fmt.Println(after.Restore([]byte("something else")))
	// Output:
	// true openlineage: 1 mention of an asset beyond 2, which were refused
	// [{pg/raw.orders job:airflow/orders.load}]
	// openlineage: the snapshot begins with "something else", not "openlineage snapshot 1 "
}
