package dbt_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/dbt"
)

// What a project promises, and how it stood when dbt looked.
func Example() {
	project, err := dbt.ReadManifest(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
		"sources": {"source.shop.raw.orders": {"freshness": {"error_after": {"count": 12, "period": "hour"}}}},
		"nodes": {"model.shop.orders": {"depends_on": {"nodes": ["source.shop.raw.orders"]}}},
		"exposures": {"exposure.shop.weekly": {"label": "Weekly sales", "owner": {"name": "Finance"},
			"depends_on": {"nodes": ["model.shop.orders"]}}}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	measured, err := dbt.ReadSources(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/sources/v3.json"},
		"results": [{"unique_id": "source.shop.raw.orders", "status": "pass",
			"max_loaded_at": "2026-03-04T22:10:00+00:00", "snapshotted_at": "2026-03-05T06:00:00+00:00",
			"max_loaded_at_time_ago_in_s": 28200.0, "criteria": {"error_after": {"count": 12, "period": "hour"}}}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}

	catalog, err := sla.NewCatalog([]sla.SLA{project.Exposures[0].SLA()}, project.Edges())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, result := range measured.Check(time.Date(2026, 3, 5, 11, 0, 0, 0, time.UTC)) {
		for impact := range catalog.Impacts(result.Asset) {
			fmt.Println(result.Asset, "is", result.Status, "and feeds", impact.SLA.Name, "of", impact.SLA.Consumers)
		}
	}
	// Output:
	// source.shop.raw.orders is stale and feeds Weekly sales of [Finance]
}

// An age of exactly the limit is kept, in dbt as here; a microsecond more is
// not. An empty table, which dbt writes as the year 1, has never landed.
func ExampleReadSources() {
	file, err := dbt.ReadSources(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/sources/v3.json"},
		"results": [
			{"unique_id": "source.shop.raw.exactly", "status": "pass", "max_loaded_at_time_ago_in_s": 3600.0,
			 "max_loaded_at": "2026-03-05T05:00:00+00:00", "snapshotted_at": "2026-03-05T06:00:00+00:00",
			 "criteria": {"warn_after": {"count": 1, "period": "hour"}, "error_after": {"count": null, "period": null}}},
			{"unique_id": "source.shop.raw.above", "status": "warn", "max_loaded_at_time_ago_in_s": 3600.000001,
			 "max_loaded_at": "2026-03-05T04:59:59.999999+00:00", "snapshotted_at": "2026-03-05T06:00:00+00:00",
			 "criteria": {"warn_after": {"count": 1, "period": "hour"}, "error_after": {"count": null, "period": null}}},
			{"unique_id": "source.shop.raw.empty", "status": "error", "max_loaded_at_time_ago_in_s": 63908287200.0,
			 "max_loaded_at": "0001-01-01T00:00:00+00:00", "snapshotted_at": "2026-03-05T06:00:00+00:00",
			 "criteria": {"error_after": {"count": 1, "period": "day"}}},
			{"unique_id": "source.shop.raw.broken", "status": "runtime error", "error": "no such table"}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range file.Results {
		result := row.Result()
		fmt.Printf("%s: dbt says %s, %s: %s\n", row.ID, row.Status, result.Status, result.Reason)
	}
	// Output:
	// source.shop.raw.exactly: dbt says pass, fresh: on-time
	// source.shop.raw.above: dbt says warn, at-risk: past-warning
	// source.shop.raw.empty: dbt says error, stale: never-landed
	// source.shop.raw.broken: dbt says runtime error, unknown: not-measured
}

func ExampleReadManifest() {
	project, err := dbt.ReadManifest(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "project_name": "shop"},
		"sources": {"source.shop.raw.orders": {"freshness": {"warn_after": {"count": 6, "period": "hour"}}}},
		"nodes": {
			"model.shop.orders": {"depends_on": {"nodes": ["source.shop.raw.orders"]}},
			"test.shop.unique_orders": {"attached_node": "model.shop.orders"}},
		"child_map": {"model.shop.orders": ["exposure.shop.weekly", "test.shop.unique_orders", "exposure.shop.weekly"]}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, edge := range project.Edges() {
		fmt.Println(edge.From, "feeds", edge.To)
	}
	for _, check := range project.Checks(nil) {
		fmt.Println(check.Asset, "must be younger than", check.Policy.(freshness.MaxAge).Warn)
	}
	// Output:
	// model.shop.orders feeds exposure.shop.weekly
	// source.shop.raw.orders feeds model.shop.orders
	// source.shop.raw.orders must be younger than 6h0m0s
}

// A failed test tells of the asset that it is about.
func ExampleReadRunResults() {
	run, err := dbt.ReadRunResults(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"},
		"args": {"which": "build"},
		"results": [
			{"unique_id": "model.shop.orders", "status": "success", "timing": [
				{"name": "execute", "started_at": "2026-03-05T06:00:00Z", "completed_at": "2026-03-05T06:00:07.25Z"}]},
			{"unique_id": "test.shop.unique_orders", "status": "fail", "failures": 3, "message": "Got 3 results"},
			{"unique_id": "model.shop.report", "status": "skipped"}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	project, err := dbt.ReadManifest(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
		"nodes": {"model.shop.orders": {}, "test.shop.unique_orders": {"attached_node": "model.shop.orders"}}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, outcome := range run.Failed() {
		fmt.Println(project.AssetsOf(outcome.ID), outcome.Summary())
	}
	if landing, ok := run.Outcomes[0].Landed(); ok {
		fmt.Println(run.Outcomes[0].ID, "landed at", landing.At.Format(time.RFC3339Nano))
	}
	// Output:
	// [model.shop.orders] test.shop.unique_orders: fail: Got 3 results
	// model.shop.orders landed at 2026-03-05T06:00:07.25Z
}

// dbt lets a warning come after the error; it is never seen there, so that the
// policy has none.
func ExampleCriteria_Policy() {
	hours := func(n int64) dbt.Threshold { return dbt.Threshold{Count: n, Period: "hour", Set: true} }
	for _, criteria := range []dbt.Criteria{
		{WarnAfter: hours(12), ErrorAfter: hours(24)},
		{WarnAfter: hours(24), ErrorAfter: hours(12)},
		{ErrorAfter: dbt.Threshold{Period: "hour"}},
	} {
		policy, ok := criteria.Policy()
		fmt.Println(policy.Warn, policy.Fail, ok)
	}
	// Output:
	// 12h0m0s 24h0m0s true
	// 0s 12h0m0s true
	// 0s 0s false
}

// A promise for each exposure, about every source that it rests on.
func ExampleManifest_Suggest() {
	project, err := dbt.ReadManifest(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
		"sources": {
			"source.shop.raw.orders": {"freshness": {"error_after": {"count": 12, "period": "hour"}}},
			"source.shop.raw.unused": {"freshness": {"error_after": {"count": 1, "period": "day"}}}},
		"nodes": {
			"model.shop.stg_orders": {"depends_on": {"nodes": ["source.shop.raw.orders"]}},
			"model.shop.orders": {"group": "sales", "depends_on": {"nodes": ["model.shop.stg_orders"]}}},
		"groups": {"group.shop.sales": {"name": "sales", "owner": {"name": "Sales data"}}},
		"exposures": {"exposure.shop.weekly": {"name": "weekly", "owner": {"email": "finance@example.com"},
			"depends_on": {"nodes": ["model.shop.orders"]}}}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, draft := range project.Suggest(sla.MustTarget("99%"), sla.Rolling(30*sla.Day)) {
		fmt.Println(draft.ID, "by", draft.Owners, "for", draft.Consumers)
		for _, objective := range draft.Objectives {
			fmt.Println(objective.Target, objective.Window, objective.Asset)
		}
	}
	// Output:
	// exposure.shop.weekly by [Sales data] for [finance@example.com]
	// 99% rolling 30d source.shop.raw.orders
}

// A threshold that lacks its count or its period is none, and a day has 24
// hours whatever the clocks do.
func ExampleThreshold_Age() {
	fmt.Println(dbt.Threshold{Count: 2, Period: "day", Set: true}.Age())
	fmt.Println(dbt.Threshold{Count: 0, Period: "hour", Set: true}.Age())
	fmt.Println(dbt.Threshold{Period: "hour"}.Age())
	// Output:
	// 48h0m0s true
	// 0s true
	// 0s false
}

// The newer engine counts whole seconds: an age of an hour and nine tenths of
// a second has not exceeded an hour there. A check that is exact says warn.
func ExampleSourceResult_JudgedAt() {
	hour := dbt.Threshold{Count: 1, Period: "hour", Set: true}
	row := dbt.SourceResult{
		ID: "source.shop.raw.orders", Status: dbt.Pass,
		MaxLoadedAt:   time.Date(2026, 3, 5, 5, 0, 0, 0, time.UTC),
		SnapshottedAt: time.Date(2026, 3, 5, 6, 0, 0, 900e6, time.UTC),
		Age:           time.Hour,
		Criteria:      dbt.Criteria{WarnAfter: hour},
	}
	fmt.Println(row.JudgedAt().Format(time.TimeOnly), row.Result().Status, row.Agrees())
	fmt.Println(row.SnapshottedAt.Format("15:04:05.0"), row.Check(row.SnapshottedAt).Status)
	// Output:
	// 06:00:00 fresh true
	// 06:00:00.9 at-risk
}

// An exposure begins a promise to its owner.
func ExampleExposure_SLA() {
	promise := dbt.Exposure{
		ID: "exposure.shop.weekly", Label: "Weekly sales",
		Owner:     dbt.Owner{Emails: []string{"finance@example.com"}},
		DependsOn: []string{"model.shop.orders"},
	}.SLA()
	fmt.Println(promise.Tier, promise.Name, promise.Consumers, promise.Assets)
	// Output:
	// primary Weekly sales [finance@example.com] [model.shop.orders]
}

// What was reused or skipped did not land, and neither did a failure.
func ExampleOutcome_Landed() {
	done := time.Date(2026, 3, 5, 6, 0, 7, 0, time.UTC)
	for _, status := range []dbt.Status{dbt.Success, dbt.Reused, dbt.Skipped, dbt.Error} {
		outcome := dbt.Outcome{ID: "model.shop.orders", Type: "model", Status: status, Finished: done}
		landing, ok := outcome.Landed()
		fmt.Println(outcome.Summary(), ok, landing.At.Format(time.TimeOnly))
	}
	// Output:
	// model.shop.orders: success true 06:00:07
	// model.shop.orders: reused false 00:00:00
	// model.shop.orders: skipped false 00:00:00
	// model.shop.orders: error false 00:00:00
}

// Files that are kept in git sometimes hold an unresolved merge.
func ExampleFileError() {
	_, err := dbt.ReadSources(strings.NewReader("<<<<<<< HEAD\n{\"metadata\": {}}\n"))
	var fault *dbt.FileError
	if errors.As(err, &fault) {
		fmt.Println(fault.Kind, fault.Line, errors.Is(err, dbt.ErrMergeConflict))
	}

	_, err = dbt.ReadSources(strings.NewReader(`{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}}`))
	fmt.Println(err)
	// Output:
	// sources 1 true
	// dbt: sources: metadata.dbt_schema_version (line 1, byte 36): wrong kind of file: want sources, not catalog
}
