package dbt_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/dbt"
)

func TestSourcesAreJudgedAsDBTJudgedThem(t *testing.T) {
	// The rows on which this library differs on purpose: see doc.go.
	differ := map[string]freshness.Reason{
		"source.shop.raw.far_ahead":     freshness.ReasonInFuture,
		"source.shop.raw.no_criteria":   freshness.ReasonNotMeasured,
		"source.shop.raw.criteria_null": freshness.ReasonNotMeasured,
	}
	rows := 0
	for _, name := range names(t, "sources") {
		file := sources(t, strings.TrimPrefix(name, "sources/"))
		assert.Empty(t, file.Warnings, name)
		for _, row := range file.Results {
			rows++
			got := row.Result()
			assert.Equal(t, row.ID, got.Asset)
			if reason, ok := differ[row.ID]; ok {
				assert.Equal(t, reason, got.Reason, "%s: %s", name, row.ID)
				assert.Equal(t, freshness.Unknown, got.Status, "%s: %s", name, row.ID)
				assert.False(t, row.Agrees(), row.ID)
				continue
			}
			assert.Equal(t, same[row.Status], got.Status, "%s: %s: dbt says %s", name, row.ID, row.Status)
			assert.True(t, row.Agrees(), row.ID)
		}
	}
	assert.Equal(t, 31, rows)
}

func TestResultOfEachKindOfRow(t *testing.T) {
	for _, test := range []struct {
		file, id string
		status   freshness.Status
		reason   freshness.Reason
	}{
		{"v1_warn.json", "source.jaffle_shop.jaffle_shop.orders", freshness.AtRisk,
			freshness.ReasonPastWarning},
		{"v1_runtime_error.json", "source.my_new_project.Student.students", freshness.Unknown,
			freshness.ReasonNotMeasured},
		{"v2_mixed.json", "source.shop.raw.fresh", freshness.Fresh, freshness.ReasonOnTime},
		{"v2_mixed.json", "source.shop.raw.warned", freshness.AtRisk, freshness.ReasonPastWarning},
		{"v2_mixed.json", "source.shop.raw.stale", freshness.Stale, freshness.ReasonPastLimit},
		{"v2_mixed.json", "source.shop.raw.empty", freshness.Stale, freshness.ReasonNeverLanded},
		{"v2_mixed.json", "source.shop.raw.broken", freshness.Unknown, freshness.ReasonNotMeasured},
		{"v3_null_counts.json", "source.shop.raw.empty", freshness.AtRisk, freshness.ReasonNeverLanded},
		{"v3_null_counts.json", "source.shop.raw.error_only", freshness.Stale, freshness.ReasonPastLimit},
		{"v3_newer_engine.json", "source.shop.raw.fraction_dropped", freshness.Fresh, freshness.ReasonOnTime},
		{"v3_newer_engine.json", "source.shop.raw.seconds", freshness.Stale, freshness.ReasonPastLimit},
		{"v3_newer_engine.json", "source.shop.raw.empty", freshness.Stale, freshness.ReasonNeverLanded},
		{"v3_odd.json", "source.shop.raw.far_ahead", freshness.Unknown, freshness.ReasonInFuture},
		{"v3_odd.json", "source.shop.raw.warning_beyond_error", freshness.Stale, freshness.ReasonPastLimit},
	} {
		row, ok := sources(t, test.file).Find(test.id)
		require.True(t, ok, test.id)
		got := row.Result()
		assert.Equal(t, test.status, got.Status, test.id)
		assert.Equal(t, test.reason, got.Reason, test.id)
	}
}

func TestSourceRowsKeepWhatDBTWrote(t *testing.T) {
	file := sources(t, "v2_mixed.json")
	assert.Equal(t, 2, file.Version)
	assert.Equal(t, "0.21.0", file.DBTVersion)
	assert.Equal(t, instant("2021-10-05T10:00:01.5Z"), file.GeneratedAt)
	assert.Equal(t, "00000000-0000-4000-8000-000000000002", file.InvocationID)

	row := file.Results[1]
	assert.Equal(t, "source.shop.raw.warned", row.ID)
	assert.Equal(t, dbt.StatusWarn, row.Status)
	assert.Equal(t, instant("2021-10-05T08:59:59.999999Z"), row.MaxLoadedAt)
	assert.Equal(t, instant("2021-10-05T10:00:00Z"), row.SnapshottedAt)
	assert.Equal(t, time.Hour+time.Microsecond, row.Age)
	assert.Equal(t, dbt.Threshold{Count: 1, Period: "hour", Set: true}, row.Criteria.WarnAfter)
	assert.Equal(t, dbt.Threshold{Count: 2, Period: "hour", Set: true}, row.Criteria.ErrorAfter)
	require.NoError(t, row.Err)

	empty := file.Results[3]
	landed, err := file.Source(empty.ID).Landings(context.Background())
	require.NoError(t, err)
	assert.Nil(t, landed)
	assert.Equal(t, time.Duration(1<<63-1), empty.Age)

	broken := file.Results[4]
	require.ErrorContains(t, broken.Err, "dbt could not measure it: ")
	assert.ErrorContains(t, broken.Err, "404")
}

func TestARowThatCannotBeUnderstoodSpoilsItselfOnly(t *testing.T) {
	good := `{"unique_id":"source.a.b.good","max_loaded_at":"2024-01-01T00:00:00Z","snapshotted_at":"2024-01-01T01:00:00Z",` +
		`"max_loaded_at_time_ago_in_s":3600,"status":"pass","criteria":{"error_after":{"count":1,"period":"hour"}}}`
	for _, test := range []struct{ name, row, want string }{
		{"a date that is none", `{"unique_id":"x","max_loaded_at":"yesterday","snapshotted_at":"2024-01-01T01:00:00Z","status":"pass"}`,
			`results[0].max_loaded_at: sources.json: unusable value: "yesterday" is not a timestamp`},
		{"a date of another type",
			`{"unique_id":"x","max_loaded_at":{"a":[1]},"snapshotted_at":"2024-01-01T01:00:00Z"}`,
			`results[0].max_loaded_at: sources.json: unusable value: want a text, not '{' (line 1, offset 128)`},
		{"a period of its own", `{"unique_id":"x","snapshotted_at":"2024-01-01T01:00:00Z","criteria":{"warn_after":{"count":1,"period":"fortnight"}}}`,
			`results[0].criteria.warn_after.period`},
		{"half a day", `{"unique_id":"x","snapshotted_at":"2024-01-01T01:00:00Z","criteria":{"warn_after":{"count":0.5,"period":"day"}}}`,
			`0.5 is not a whole number of periods`},
		{"no number", `{"unique_id":"x","snapshotted_at":"2024-01-01T01:00:00Z","criteria":{"warn_after":{"count":"NaN","period":"day"}}}`,
			`"NaN" is not a number`},
		{"a list of criteria", `{"unique_id":"x","snapshotted_at":"2024-01-01T01:00:00Z","criteria":[]}`,
			`want an object, not '['`},
		{"no instant", `{"unique_id":"x","max_loaded_at":"2024-01-01T00:00:00Z","status":"pass"}`,
			`snapshotted_at is missing`},
		{"no name", `{"snapshotted_at":"2024-01-01T00:00:00Z"}`, `unique_id is missing`},
		{"no object", `[1,{"a":2}]`, `want an object, not '['`},
		{"a number for a row", `17`, `want an object, not 17`},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, err := dbt.ReadSources(strings.NewReader(oneRow(test.row + "," + good)))
			require.NoError(t, err)
			require.Len(t, file.Results, 2)
			bad := file.Results[0]
			require.ErrorIs(t, bad.Err, dbt.ErrMalformed)
			require.ErrorContains(t, bad.Err, test.want)
			var fault *sla.FieldError
			require.ErrorAs(t, bad.Err, &fault)
			assert.GreaterOrEqual(t, fault.Offset, len(oneRow(""))-2)
			assert.NotEmpty(t, file.Warnings)
			assert.Equal(t, freshness.ReasonNotMeasured, bad.Result().Reason)
			assert.Equal(t, freshness.Fresh, file.Results[1].Result().Status)
		})
	}
}

func TestWarningsAreBoundedAndNoRowIsForgotten(t *testing.T) {
	const rows = 3000
	row := `{"unique_id":"x","max_loaded_at":"never","snapshotted_at":"2024-01-01T01:00:00Z","status":"pass"}`
	file, err := dbt.ReadSources(strings.NewReader(oneRow(strings.Repeat(row+",", rows-1) + row)))
	require.NoError(t, err)
	require.Len(t, file.Warnings, 101)
	assert.EqualError(t, file.Warnings[100], "and 2900 more faults")
	require.Len(t, file.Results, rows)
	for _, row := range file.Results {
		require.ErrorIs(t, row.Err, dbt.ErrMalformed)
	}
}

func TestReporterFeedsAChecks(t *testing.T) {
	file := sources(t, "v2_mixed.json")
	now := instant("2021-10-05T10:30:00Z")
	run := func(id string) freshness.Result {
		return freshness.Check{
			Asset: id, Policy: freshness.MaxAge{Fail: time.Hour}, Source: file.Source(id),
		}.Run(context.Background(), now)
	}
	assert.Equal(t, freshness.ReasonPastLimit, run("source.shop.raw.fresh").Reason)
	assert.Equal(t, freshness.ReasonNeverLanded, run("source.shop.raw.empty").Reason)
	assert.ErrorContains(t, run("source.shop.raw.broken").Err, "dbt could not measure it")
	assert.ErrorIs(t, run("source.shop.raw.nowhere").Err, dbt.ErrNoResult)
	assert.Len(t, file.Check(now), 5)
	assert.Equal(t, freshness.AtRisk, file.Check(now)[0].Status)
}

// The instant that is judged is earlier than the snapshot only where the age lacks its fraction of
// a second, and nothing else.
func TestTheInstantThatIsJudged(t *testing.T) {
	snapped := instant("2024-01-01T01:00:00.9Z")
	for _, row := range []struct {
		name string
		age  time.Duration
		want time.Time
	}{
		{"the age itself", time.Hour + 900*time.Millisecond, snapped},
		{"the age without its fraction", time.Hour, instant("2024-01-01T01:00:00Z")},
		{"an age of a second less", time.Hour - time.Second, snapped},
		{"an age of a second more", time.Hour + time.Second, snapped},
		{"another age altogether", 2 * time.Hour, snapped},
		{"no age", 0, snapped},
	} {
		got := dbt.SourceResult{
			MaxLoadedAt: instant("2024-01-01T00:00:00Z"), SnapshottedAt: snapped, Age: row.age,
		}
		assert.Equal(t, row.want, got.JudgedAt(), row.name)
	}
	ahead := dbt.SourceResult{
		MaxLoadedAt: instant("2024-01-01T00:00:01.5Z"), SnapshottedAt: instant("2024-01-01T00:00:00Z"),
		Age: -time.Second,
	}
	assert.Equal(t, instant("2024-01-01T00:00:00.5Z"), ahead.JudgedAt(), "cut towards zero")
}
