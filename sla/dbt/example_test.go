package dbt_test

import (
	"context"
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
			fmt.Println(result.Asset, "is", result.Status, "and feeds", impact.SLA.Name, "of",
				impact.SLA.Consumers)
		}
	}
	// Output:
	// source.shop.raw.orders is stale and feeds Weekly sales of [Finance]
}

// An age of exactly the limit is kept, in dbt as here; a microsecond more is not. An empty table,
// which dbt writes as the year 1, has never landed.
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

// What a manifest knows of each asset: where to ask for its newest load, and how dbt builds it.
func ExampleManifest() {
	project, err := dbt.ReadManifest(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.9.1",
			"project_name": "shop", "adapter_type": "postgres", "generated_at": "2026-03-05T06:00:00Z", "invocation_id": "7f3a"},
		"sources": {"source.shop.raw.orders": {"source_name": "raw", "name": "orders", "relation_name": "\"raw\".\"orders\"",
			"loader": "airbyte", "loaded_at_field": "_loaded_at",
			"freshness": {"warn_after": {"count": 6, "period": "fortnight"}, "filter": "not deleted"}}},
		"nodes": {"model.shop.orders": {"name": "orders", "config": {"materialized": "view"}}},
		"exposures": {"exposure.shop.weekly": {"name": "weekly", "type": "dashboard", "maturity": "high",
			"url": "https://bi.example.com/weekly", "description": "For the board."}},
		"disabled": {"model.shop.old": []}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(project.Project, "on", project.Adapter, "by dbt", project.DBTVersion, project.GeneratedAt,
		project.InvocationID)
	for _, s := range project.Sources {
		fmt.Printf("select max(%s%s) from %s where %s\n", s.LoadedAtField, s.LoadedAtQuery, s.Relation,
			s.Criteria.Filter)
		fmt.Println(s.SourceName, s.Name, "loaded by", s.Loader)
	}
	for _, n := range project.Nodes {
		fmt.Printf("%s %s is a %s in %q of %q\n", n.Type, n.Name, n.Materialized, n.Relation, n.Owner)
	}
	for _, e := range project.Exposures {
		fmt.Println(e.Type, e.Name, e.Maturity, e.URL, e.Description)
	}
	fmt.Println("disabled:", project.Disabled)
	for _, warning := range project.Warnings {
		fmt.Println(warning)
	}
	// Output:
	// shop on postgres by dbt 1.9.1 2026-03-05 06:00:00 +0000 UTC 7f3a
	// select max(_loaded_at) from "raw"."orders" where not deleted
	// raw orders loaded by airbyte
	// model orders is a view in "" of ""
	// dashboard weekly high https://bi.example.com/weekly For the board.
	// disabled: [model.shop.old]
	// sources["source.shop.raw.orders"].freshness.warn_after.period: manifest.json: unusable value: "fortnight" is not a period: want second, minute, hour or day (line 6, offset 467)
}

// How long each part of a run took, and what its tests found.
func ExampleRunResults() {
	run, err := dbt.ReadRunResults(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"},
		"args": {"which": "build"}, "elapsed_time": 9.5,
		"results": [
			{"unique_id": "model.shop.orders", "status": "success", "execution_time": 7.25, "relation_name": "mart.orders", "timing": [
				{"name": "execute", "started_at": "2026-03-05T06:00:00Z", "completed_at": "2026-03-05T06:00:07.25Z"}]},
			{"unique_id": "test.shop.unique_orders", "status": "fail", "failures": 3, "message": "Got 3 results"}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("schema", run.Version, run.Command, "took", run.Elapsed, "without rows:", run.Empty)
	for _, r := range run.Results {
		fmt.Println(r.Type, r.Status, r.Took, r.Relation, r.Started.Format(time.TimeOnly),
			r.Finished.Format(time.TimeOnly))
		if r.Counted {
			fmt.Println(r.Failures, "rows:", r.Message)
		}
	}
	// Output:
	// schema 6 build took 9.5s without rows: false
	// model success 7.25s mart.orders 06:00:00 06:00:07
	// test fail 0s  00:00:00 00:00:00
	// 3 rows: Got 3 results
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
	if landing, ok := run.Results[0].Landed(); ok {
		fmt.Println(run.Results[0].ID, "landed at", landing.At.Format(time.RFC3339Nano))
	}
	// Output:
	// [model.shop.orders] test.shop.unique_orders: fail: Got 3 results
	// model.shop.orders landed at 2026-03-05T06:00:07.25Z
}

// dbt lets a warning come after the error; it is never seen there, so that the policy has none.
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
func ExampleManifest_DraftSLAs() {
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
	for _, draft := range project.DraftSLAs(sla.MustTarget("99%"), sla.Rolling(30*sla.Day)) {
		fmt.Println(draft.ID, "by", draft.Owners, "for", draft.Consumers)
		for _, objective := range draft.Objectives {
			fmt.Println(objective.Target, objective.Window, objective.Asset)
		}
	}
	// Output:
	// exposure.shop.weekly by [Sales data] for [finance@example.com]
	// 99% rolling 30d source.shop.raw.orders
}

// A threshold that lacks its count or its period is none, and a day has 24 hours whatever the
// clocks do.
func ExampleThreshold_Age() {
	fmt.Println(dbt.Threshold{Count: 2, Period: "day", Set: true}.Age())
	fmt.Println(dbt.Threshold{Count: 0, Period: "hour", Set: true}.Age())
	fmt.Println(dbt.Threshold{Period: "hour"}.Age())
	// Output:
	// 48h0m0s true
	// 0s true
	// 0s false
}

// The newer engine counts whole seconds: an age of an hour and nine tenths of a second has not
// exceeded an hour there. A check that is exact says warn.
func ExampleSourceResult_JudgedAt() {
	hour := dbt.Threshold{Count: 1, Period: "hour", Set: true}
	row := dbt.SourceResult{
		ID: "source.shop.raw.orders", Status: dbt.StatusPass,
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

// What was reused, failed, built without rows or only compiled did not land.
func ExampleRunResult_Landed() {
	done := time.Date(2026, 3, 5, 6, 0, 7, 0, time.UTC)
	for _, outcome := range []dbt.RunResult{
		{Command: "run", Status: dbt.StatusSuccess},
		{Command: "run", Status: dbt.StatusReused},
		{Command: "run", Status: dbt.StatusError},
		{Command: "run", Empty: true, Status: dbt.StatusSuccess},
		{Command: "compile", Status: dbt.StatusSuccess},
	} {
		outcome.ID, outcome.Type, outcome.Finished = "model.shop.orders", "model", done
		landing, ok := outcome.Landed()
		fmt.Println(outcome.Command, outcome.Status, ok, landing.At.Format(time.TimeOnly))
	}
	// Output:
	// run success true 06:00:07
	// run reused false 00:00:00
	// run error false 00:00:00
	// run success false 00:00:00
	// compile success false 00:00:00
}

// Files that are kept in git sometimes hold an unresolved merge.
func ExampleReadSources_broken() {
	for _, file := range []string{
		"<<<<<<< HEAD\n{\"metadata\": {}}\n",
		`{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}}`,
	} {
		_, err := dbt.ReadSources(strings.NewReader(file))
		var fault *sla.FieldError
		if errors.As(err, &fault) {
			fmt.Println("line", fault.Line, errors.Is(err, dbt.ErrMalformed),
				errors.Is(err, dbt.ErrUnsupported))
		}
		fmt.Println(err)
	}
	// Output:
	// line 1 true false
	// sources.json: merge conflict markers: resolve the conflict (line 1, offset 0)
	// line 1 false true
	// metadata.dbt_schema_version: sources.json: wrong kind of file: want sources, not catalog (line 1, offset 36)
}

// stale is a sources.json of last night.
const stale = `{
	"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/sources/v3.json"},
	"results": [{"unique_id": "source.shop.raw.orders", "status": "pass",
		"max_loaded_at": "2026-03-04T22:10:00+00:00", "snapshotted_at": "2026-03-05T06:00:00+00:00",
		"max_loaded_at_time_ago_in_s": 28200.0, "criteria": {"error_after": {"count": 12, "period": "hour"}}}]
}`

// What dbt measured, and how it stands five hours later.
func ExampleSources_Find() {
	file, err := dbt.ReadSources(strings.NewReader(stale))
	if err != nil {
		fmt.Println(err)
		return
	}
	row, ok := file.Find("source.shop.raw.orders")
	fmt.Println(ok, row.Status, row.Result().Status, row.Check(row.SnapshottedAt.Add(5*time.Hour)).Status)

	_, ok = file.Find("source.shop.raw.odrers")
	fmt.Println(ok)
	// Output:
	// true pass fresh stale
	// false
}

// A check with limits of its own is fed from what dbt measured.
func ExampleSources_Source() {
	file, err := dbt.ReadSources(strings.NewReader(stale))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, asset := range []string{"source.shop.raw.orders", "source.shop.raw.odrers"} {
		check := freshness.Check{Asset: asset, Policy: freshness.MaxAge{Fail: 6 * time.Hour},
			Source: file.Source(asset)}
		result := check.Run(context.Background(), time.Date(2026, 3, 5, 6, 0, 0, 0, time.UTC))
		fmt.Println(result.Status, errors.Is(result.Err, dbt.ErrNoResult))
	}
	// Output:
	// stale false
	// unknown true
}

// What one run of dbt landed, for the policies of the models that it built.
func ExampleRunResults_Landings() {
	run, err := dbt.ReadRunResults(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"},
		"args": {"which": "build"},
		"results": [
			{"unique_id": "model.shop.orders", "status": "success", "timing": [
				{"name": "execute", "started_at": "2026-03-05T06:00:00Z", "completed_at": "2026-03-05T06:00:07Z"}]},
			{"unique_id": "model.shop.report", "status": "error"}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	for _, asset := range []string{"model.shop.orders", "model.shop.report"} {
		fmt.Println(asset, freshness.MaxAge{Fail: 24 * time.Hour}.Check(run.Landings(asset), now).Reason)
	}
	// Output:
	// model.shop.orders on-time
	// model.shop.report never-landed
}
