package dbt_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla/dbt"
)

func TestRunResultsKeepWhatDBTWrote(t *testing.T) {
	run := runResults(t, "v4_error.json")
	assert.Equal(t, 4, run.Version)
	assert.Equal(t, "build", run.Command)
	assert.Equal(t, 16181153*time.Microsecond, run.Elapsed)
	require.Len(t, run.Results, 2)
	assert.Equal(t, dbt.RunResult{
		ID: "seed.jaffle_shop.raw_customers", Type: "seed", Status: dbt.StatusSuccess, Message: "INSERT 100",
		Command: "build",
		Started: instant("2021-12-07T10:49:20.200036Z"), Finished: instant("2021-12-07T10:49:23.894804Z"),
		Took: 3705381 * time.Microsecond,
	}, run.Results[0])
	assert.Equal(t, "model.jaffle_shop.test_insert_overwrite: error: "+
		"Database Error in model test_insert_overwrite (models/test_insert_overwrite.sql)",
		run.Results[1].Summary())

	newer := runResults(t, "v6_newer_engine.json")
	assert.Equal(t, "run", newer.Command)
	assert.Equal(t, instant("2026-06-14T21:14:51.7450904Z"), newer.GeneratedAt)
	assert.Equal(t, "`samples`.`ted_intelligence`.`stg_notices`", newer.Results[0].Relation)
	assert.Equal(t, instant("2026-06-14T21:14:51.7358186Z"), newer.Results[0].Finished)

	oldest := runResults(t, "v1_rpc.json")
	assert.Equal(t, 1, oldest.Version)
	assert.Equal(t, dbt.StatusSuccess, oldest.Results[0].Status)
	for _, name := range names(t, "run_results") {
		assert.Empty(t, runResults(t, strings.TrimPrefix(name, "run_results/")).Warnings, name)
	}
}

func TestOutcomesThatFailed(t *testing.T) {
	run := runResults(t, "v6_build.json")
	var failed []string
	for _, o := range run.Failed() {
		failed = append(failed, o.Summary())
	}
	assert.Equal(t, []string{
		"model.shop.orders: error: Database Error in model orders",
		"test.shop.unique_orders_id.1: fail: Got 3 results, configured to fail if != 0",
		"snapshot.shop.orders_history: partial success",
	}, failed)

	unique, singular := run.Results[3], run.Results[4]
	assert.Equal(t, int64(3), unique.Failures)
	assert.True(t, unique.Counted)
	assert.Zero(t, singular.Failures)
	assert.True(t, singular.Counted)
	assert.False(t, run.Results[0].Counted)
	assert.Equal(t, dbt.Status("a status of tomorrow"), run.Results[9].Status)
}

func TestOutcomesThatLanded(t *testing.T) {
	run := runResults(t, "v6_build.json")
	at := instant("2025-10-01T06:00:12.5Z")
	assert.Equal(t, freshness.Landings{{At: at, Metadata: true}}, run.Landings("model.shop.stg_orders"))
	for _, o := range run.Results[1:] {
		_, ok := o.Landed()
		assert.False(t, ok, o.Summary())
		assert.Nil(t, run.Landings(o.ID), o.ID)
	}
	seed := runResults(t, "v4_error.json").Results[0]
	one, ok := seed.Landed()
	assert.True(t, ok)
	assert.Equal(t, instant("2021-12-07T10:49:23.894804Z"), one.At)
}

func TestOutcomesThatCannotBeUnderstood(t *testing.T) {
	text := `{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/run-results/v6.json"},"elapsed_time":"soon","results":[
{"status":"success","timing":[{"name":"execute","started_at":0,"completed_at":"now"}],"failures":"some","execution_time":null},
{"unique_id":"model.a.b","status":null,"timing":null,"failures":1e300},
null],"args":[]}`
	run, err := dbt.ReadRunResults(strings.NewReader(text))
	require.NoError(t, err)
	require.Len(t, run.Results, 3)
	var found []string
	for _, w := range run.Warnings {
		require.ErrorIs(t, w, dbt.ErrMalformed)
		found = append(found, w.Error())
	}
	at := func(part string) int { return strings.Index(text, part) }
	form := "%s: run_results.json: unusable value: %[4]s (line %[2]d, offset %[3]d)"
	assert.Equal(t, []string{
		fmt.Sprintf(form, "elapsed_time", 1, at(`"soon"`), `"soon" is not a number`),
		fmt.Sprintf(form, "results[0].timing[0].started_at", 2, at(`0,"completed`),
			`"0" is not a timestamp like 2021-03-04T05:06:07.089Z`),
		fmt.Sprintf(form, "results[0].timing[0].completed_at", 2, at(`"now"`),
			`"now" is not a timestamp like 2021-03-04T05:06:07.089Z`),
		fmt.Sprintf(form, "results[0].failures", 2, at(`"some"`), `"some" is not a number`),
		fmt.Sprintf(form, "results[0]", 2, at(",\n{\"unique_id\""), `unique_id is missing`),
		fmt.Sprintf(form, "results[2]", 4, at(`],"args"`), `unique_id is missing`),
		fmt.Sprintf(form, "args", 4, at(`[]}`), `want an object, not '['`),
		fmt.Sprintf("run_results.json: unusable value: args.which is missing, so nothing of it counts as landed "+
			"(line 4, offset %d)", len(text)),
	}, found)
	assert.Equal(t, int64(1)<<53, run.Results[1].Failures)
}

func TestOnlyTheExecutionLands(t *testing.T) {
	const head = `{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/run-results/v6.json"},"results":[`
	run, err := dbt.ReadRunResults(strings.NewReader(head + `
		{"unique_id":"model.a.b","status":"success","timing":[
			{"name":"execute","started_at":"2025-10-01T06:00:00Z","completed_at":"2025-10-01T06:00:05Z"},
			{"name":"compile","started_at":"2025-10-01T05:59:00Z","completed_at":"2025-10-01T05:59:01Z"}]},
		{"unique_id":"model.a.c","status":"success","timing":[]}],"args":{"which":"run"}}`))
	require.NoError(t, err)
	assert.Equal(t, freshness.Landings{{At: instant("2025-10-01T06:00:05Z"), Metadata: true}},
		run.Landings("model.a.b"))
	assert.Nil(t, run.Landings("model.a.c"), "built, but it is not known when")
}

// TestOnlyCommandsThatBuildLand holds that what was only compiled, shown, cloned or built without
// rows landed nothing, though dbt writes success for it with a phase "execute".
func TestOnlyCommandsThatBuildLand(t *testing.T) {
	const (
		missing = "run_results.json: unusable value: args.which is missing, so nothing of it counts as landed"
		unknown = "args.which: run_results.json: command is not known here, so nothing of it counts as landed: "
	)
	for name, row := range map[string]struct {
		args, command string
		landed        bool
		warning       string
	}{
		"run":               {`{"which":"run"}`, "run", true, ""},
		"build":             {`{"which":"build"}`, "build", true, ""},
		"seed":              {`{"which":"seed"}`, "seed", true, ""},
		"snapshot":          {`{"which":"snapshot"}`, "snapshot", true, ""},
		"compile":           {`{"which":"compile"}`, "compile", false, ""},
		"docs generate":     {`{"which":"generate"}`, "generate", false, ""},
		"show":              {`{"which":"show"}`, "show", false, ""},
		"test":              {`{"which":"test"}`, "test", false, ""},
		"clone":             {`{"which":"clone"}`, "clone", false, ""},
		"run-operation":     {`{"which":"run-operation"}`, "run-operation", false, ""},
		"an empty run":      {`{"which":"run","empty":true}`, "run", false, ""},
		"a run with rows":   {`{"which":"run","empty":false}`, "run", true, ""},
		"a run, by default": {`{"which":"run","empty":null}`, "run", true, ""},
		"a retry of a run":  {`{"which":"run","invocation_command":"dbt retry"}`, "run", true, ""},
		"retry":             {`{"which":"retry"}`, "retry", false, unknown + `"retry"`},
		"one of tomorrow":   {`{"which":"deploy","invocation_command":"dbt run"}`, "deploy", false, unknown + `"deploy"`},
		"typed: run":        {`{"invocation_command":"dbt run --select orders"}`, "run", true, ""},
		"typed: docs":       {`{"invocation_command":"dbt docs generate","which":null}`, "generate", false, ""},
		"typed: compile":    {`{"invocation_command":"/usr/bin/dbt  compile"}`, "compile", false, ""},
		"typed: source":     {`{"invocation_command":"dbt source freshness"}`, "freshness", false, ""},
		"typed: no command": {`{"invocation_command":"dbt"}`, "", false, missing},
		"an option first":   {`{"invocation_command":"dbt --target run compile"}`, "", false, missing},
		"typed: tomorrow":   {`{"invocation_command":"dbt deploy run"}`, "", false, missing},
		"no args":           {`null`, "", false, missing},
		"args without it":   {`{}`, "", false, missing},
	} {
		args := `"args":` + row.args
		result := `"results":[{"unique_id":"model.a.b","status":"success","timing":[{"name":"execute",
			"started_at":"2025-10-01T06:00:00Z","completed_at":"2025-10-01T06:00:05Z"}]}]`
		for _, text := range []string{args + "," + result, result + "," + args} {
			run, err := dbt.ReadRunResults(strings.NewReader(`{"metadata":{"dbt_schema_version":` +
				`"https://schemas.getdbt.com/dbt/run-results/v6.json"},` + text + "}"))
			require.NoError(t, err, name)
			assert.Equal(t, row.command, run.Command, name)
			assert.Equal(t, row.landed, len(run.Landings("model.a.b")) == 1, name)
			if row.warning == "" {
				assert.Empty(t, run.Warnings, name)
				continue
			}
			if assert.Len(t, run.Warnings, 1, name) {
				assert.Contains(t, run.Warnings[0].Error(), row.warning, name)
			}
			assert.Equal(t, strings.HasPrefix(row.warning, unknown), errors.Is(run.Warnings[0], dbt.ErrUnsupported), name)
		}
	}
}
