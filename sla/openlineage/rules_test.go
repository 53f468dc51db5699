package openlineage_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/openlineage"
)

var late = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// event returns the text of an event of run id at 06:00 and so many minutes. Facets of the run, the
// job's facets, and any further fields follow.
func event(kind, id, job string, minute int, runFacets, rest string) string {
	return fmt.Sprintf(`{"eventType": %q, "eventTime": "2026-03-04T06:%02d:00Z",
		"run": {"runId": %q, "facets": {%s}}, "job": {"namespace": "n", "name": %q, "facets": {
		"jobType": {"jobType": %q, "processingType": "BATCH"}}}%s}`,
		kind, minute, id, runFacets, job, jobType(job), rest)
}

func jobType(job string) string {
	if strings.HasPrefix(job, "test") {
		return "TEST"
	}
	return "TASK"
}

func above(id, job string) string {
	return fmt.Sprintf(`"parent": {"run": {"runId": %q}, "job": {"namespace": "n", "name": %q}}`, id, job)
}

const (
	in  = `, "inputs": [{"namespace": "d", "name": "in"}]`
	out = `, "outputs": [{"namespace": "d", "name": "out"}]`
)

// observe returns what came out of events, one line each.
func observe(t *testing.T, l *openlineage.Lineage, events ...string) []string {
	lines := []string{}
	for _, text := range events {
		list, err := openlineage.Decode([]byte(text))
		require.NoError(t, err)
		for _, e := range list {
			news, err := l.Observe(e, late)
			if err != nil {
				lines = append(lines, "error "+err.Error())
			}
			for _, n := range news.Landings {
				lines = append(lines, fmt.Sprintf("%s landed %s rows=%d/%t bytes=%d partition=%q", n.Asset,
					n.At.Format("15:04"), n.Rows, n.Counted, n.Bytes, n.Partition))
			}
			for _, f := range news.Failures {
				lines = append(lines, fmt.Sprintf("%s resolved=%t %s %s %v %q", f.Asset, f.Resolved,
					f.At.Format("15:04"), f.Severity, f.Dimensions, f.Summary))
			}
		}
	}
	return lines
}

func TestWhatEventsMean(t *testing.T) {
	for what, row := range map[string]struct{ events, want []string }{
		"an output that is named after COMPLETE lands at its instant": {
			[]string{event("COMPLETE", "a", "load", 10, "", ""), event("OTHER", "a", "load", 12, "", out)},
			[]string{`d/out landed 06:10 rows=0/false bytes=0 partition=""`, `job:n/load resolved=true 06:10 unknown map[] ""`},
		},
		"two COMPLETEs are two landings": {
			[]string{event("COMPLETE", "a", "load", 10, "", out), event("complete", "a", "load", 11, "", "")},
			[]string{
				`d/out landed 06:10 rows=0/false bytes=0 partition=""`, `job:n/load resolved=true 06:10 unknown map[] ""`,
				`d/out landed 06:10 rows=0/false bytes=0 partition=""`, `d/out landed 06:11 rows=0/false bytes=0 partition=""`,
				`job:n/load resolved=true 06:11 unknown map[] ""`,
			},
		},
		"the facet with the later time counts, whatever arrives first": {
			[]string{
				event("OTHER", "a", "load", 9, "", `, "outputs": [{"namespace": "d", "name": "out", "outputFacets":
					{"outputStatistics": {"rowCount": 9.0, "size": 90}}}]`),
				event("OTHER", "a", "load", 8, "", `, "outputs": [{"namespace": "d", "name": "out", "outputFacets":
					{"outputStatistics": {"rowCount": 8, "size": 80}}}]`),
				event("COMPLETE", "a", "load", 10, "", ""),
			},
			[]string{`d/out landed 06:10 rows=9/false bytes=90 partition=""`, `job:n/load resolved=true 06:10 unknown map[] ""`},
		},
		"RUNNING of a batch job is no landing": {
			[]string{event("RUNNING", "a", "load", 10, "", out)}, []string{},
		},
		"several partitions, or dimensions, are none": {
			[]string{event("COMPLETE", "a", "load", 10, "", `, "outputs": [
				{"namespace": "d", "name": "one", "outputFacets": {"subset": {"outputCondition": {"type": "partition",
					"partitions": [{"dimensions": {"day": "1", "hour": "2"}}]}}}},
				{"namespace": "d", "name": "two", "outputFacets": {"subset": {"outputCondition": {"type": "partition",
					"partitions": [{"dimensions": {"day": "1"}}, {"dimensions": {"day": "2"}}]}}}},
				{"namespace": "d", "name": "three", "outputFacets": {"subset": {"outputCondition": {"type": "location",
					"partitions": [{"dimensions": {"day": "1"}}]}}}}]`)},
			[]string{
				`d/one landed 06:10 rows=0/false bytes=0 partition=""`, `d/two landed 06:10 rows=0/false bytes=0 partition=""`,
				`d/three landed 06:10 rows=0/false bytes=0 partition=""`, `job:n/load resolved=true 06:10 unknown map[] ""`,
			},
		},
		"facets of the wrong shape, and null, are absent": {
			[]string{event("COMPLETE", "a", "load", 10, `"errorMessage": [1], "nominalTime": "now", "parent": {"run": null}`,
				`, "inputs": null, "outputs": [null, {"namespace": "d", "name": "out", "facets": {"symlinks": {"identifiers": [{}, 7]},
				"lifecycleStateChange": {"lifecycleStateChange": 3}, "columnLineage": {"fields": []}, "outputStatistics": null},
				"outputFacets": {"outputStatistics": {"rowCount": "12", "size": -1}}}]`)},
			[]string{`d/out landed 06:10 rows=0/false bytes=0 partition=""`, `job:n/load resolved=true 06:10 unknown map[] ""`},
		},
		"a failed run without datasets is about the nearest above that has": {
			[]string{
				event("START", "a", "dag", 0, "", ""), event("START", "b", "task", 1, above("a", "dag"), in),
				event("START", "c", "step", 2, above("b", "task"), ""),
				event("FAIL", "d", "sql", 3, above("c", "step")+`, "errorMessage": {"message": "\n boom \nmore"}`, ""),
				event("FAIL", "c", "step", 4, "", ""), event("FAIL", "b", "task", 5, "", ""), event("FAIL", "a", "dag", 6, "", ""),
			},
			[]string{`job:n/task resolved=false 06:03 unknown map[] "boom"`, `job:n/task resolved=false 06:05 unknown map[] ""`},
		},
		"without datasets anywhere it is about the topmost, and its COMPLETE resolves it": {
			[]string{
				event("START", "b", "task", 1, above("a", "dag"), ""), event("FAIL", "c", "sql", 3, above("b", "task"), ""),
				event("FAIL", "a", "dag", 4, "", ""), event("COMPLETE", "x", "task", 5, "", ""),
				event("COMPLETE", "z", "dag", 6, "", ""),
			},
			[]string{`job:n/dag resolved=false 06:03 unknown map[] ""`, `job:n/dag resolved=true 06:06 unknown map[] ""`},
		},
		"a failure that came first is about the job above as soon as that has datasets": {
			[]string{
				event("FAIL", "c", "sql", 3, above("b", "task"), ""), event("START", "b", "task", 1, above("a", "dag"), ""),
				event("OTHER", "b", "task", 2, "", out),
			},
			[]string{
				`job:n/task resolved=false 06:03 unknown map[] ""`, `job:n/dag resolved=false 06:03 unknown map[] ""`,
				`job:n/task resolved=false 06:03 unknown map[] ""`,
			},
		},
		"a message that arrives after FAIL is told": {
			[]string{
				event("FAIL", "a", "load", 3, "", out),
				event("OTHER", "a", "load", 4, `"errorMessage": {"message": "out of disk"}`, ""),
			},
			[]string{
				`job:n/load resolved=false 06:03 unknown map[] ""`, `job:n/load resolved=false 06:03 unknown map[] "out of disk"`,
			},
		},
		"COMPLETE before the FAIL of a job without datasets resolves it if it is later": {
			[]string{event("COMPLETE", "a", "load", 9, "", ""), event("FAIL", "b", "load", 3, "", "")},
			[]string{
				`job:n/load resolved=false 06:03 unknown map[] ""`, `job:n/load resolved=true 06:09 unknown map[] ""`,
			},
		},
		"assertions have the severity they state": {
			[]string{event("COMPLETE", "a", "test.x", 3, "", `, "inputs": [{"namespace": "d", "name": "in", "inputFacets":
				{"dataQualityAssertions": {"assertions": [
				{"assertion": "a", "success": false, "severity": "WARN"}, {"assertion": "b", "success": false, "severity": "error"},
				{"assertion": "c", "success": false, "column": "x"}, {"assertion": "d"}, {"success": true}, 7]}}}]`)},
			[]string{
				`d/in resolved=false 06:03 warning map[assertion:a] ""`, `d/in resolved=false 06:03 error map[assertion:b] ""`,
				`d/in resolved=false 06:03 unknown map[assertion:c column:x] ""`,
			},
		},
		"a test without assertions is about each input": {
			[]string{
				event("START", "a", "test.x", 1, "", in+out), event("FAIL", "a", "test.x", 3, `"errorMessage": {"message": "no"}`, ""),
				event("COMPLETE", "b", "test.x", 4, "", in),
			},
			[]string{
				`d/in resolved=false 06:03 unknown map[test:test.x] "no"`, `d/in resolved=true 06:04 unknown map[test:test.x] ""`,
			},
		},
		"a statement of a test is the test's": {
			[]string{
				event("START", "a", "test.x", 1, above("i", "dbt"), in), event("FAIL", "b", "sql", 2, above("a", "test.x"), ""),
				event("FAIL", "i", "dbt", 3, "", ""),
			}, []string{},
		},
		"ABORT with a message has that": {
			[]string{event("ABORT", "a", "load", 3, `"errorMessage": {"message": "killed"}`, out)},
			[]string{`job:n/load resolved=false 06:03 unknown map[] "killed"`},
		},
		"a list is observed in order, and one broken event spoils no other": {
			[]string{"[" + event("COMPLETE", "a", "load", 1, "", out) + `, {}, null, {"run": {}, "eventTime": "2026-03-04T06:00:00"},
				{"run": 7, "job": {"namespace": "n", "name": "a\nb"}, "eventTime": "2026-03-04T06:00Z", "inputs": "x"}]`},
			[]string{
				`d/out landed 06:01 rows=0/false bytes=0 partition=""`, `job:n/load resolved=true 06:01 unknown map[] ""`,
				"error eventTime: is missing\njob.namespace: is missing\njob.name: is missing",
				"error eventTime: is missing\njob.namespace: is missing\njob.name: is missing",
				"error eventTime: has no offset from UTC\nrun.runId: is missing\njob.namespace: is missing\njob.name: is missing",
				"error inputs: is of the wrong kind\njob.name: \"a\\nb\" holds the control character U+000A",
			},
		},
		"datasets without a name are refused": {
			[]string{event("COMPLETE", "a", "load", 1, "", `, "inputs": [{"name": "x"}], "outputs": [{"namespace": "d"}]`)},
			[]string{"error inputs[0].namespace: is missing\noutputs[0].name: is missing"},
		},
	} {
		t.Run(what, func(t *testing.T) {
			assert.Equal(t, row.want, observe(t, &openlineage.Lineage{}, row.events...))
		})
	}
}

func TestWhatFeedsWhat(t *testing.T) {
	column := `, "outputs": [{"namespace": "d", "name": "out", "facets": {"columnLineage": {"fields": {
		"x": {"inputFields": [{"namespace": "d", "name": "c1", "field": "f"}, {"namespace": "d", "name": "c1", "field": "g"}]},
		"y": {"inputFields": [{"namespace": "d", "name": "c2", "field": "f"}, {"name": "none"}]}},
		"dataset": [{"namespace": "d", "name": "c3", "field": "f"}]}}}]`
	for what, row := range map[string]struct{ events, want []string }{
		"columns beside inputs": {
			[]string{event("START", "a", "load", 1, "", in+column)},
			[]string{"d/c1>job:n/load", "d/c2>job:n/load", "d/c3>job:n/load", "d/in>job:n/load", "job:n/load>d/out"},
		},
		"a parent feeds a job that gets its datasets later, in another run": {
			[]string{event("START", "a", "load", 1, above("p", "dag"), ""), event("START", "b", "load", 2, "", in)},
			[]string{"d/in>job:n/load", "job:n/dag>job:n/load"},
		},
		"a job without datasets is no asset": {
			[]string{event("COMPLETE", "a", "sql", 1, above("p", "load"), "")}, []string{},
		},
		"a test is no asset, nor is what it writes, nor its parent": {
			[]string{event("COMPLETE", "a", "test.x", 1, above("p", "dbt"), in+out)}, []string{"d/in>"},
		},
		"a dataset alone is known": {
			[]string{`{"eventTime": "2026-03-04T06:00:00Z", "dataset": {"namespace": "d", "name": "x"}}`}, []string{"d/x>"},
		},
		"two names of one dataset feed each other": {
			[]string{`{"eventTime": "2026-03-04T06:00:00Z", "dataset": {"namespace": "d", "name": "x", "facets":
				{"symlinks": {"identifiers": [{"namespace": "d", "name": "y"}, {"namespace": "d", "name": "x"}]}}}}`},
			[]string{"d/x>d/y", "d/y>d/x"},
		},
		"runs that are each other's parents feed each other, and end": {
			[]string{
				event("FAIL", "a", "one", 1, above("b", "two"), in), event("FAIL", "b", "two", 2, above("a", "one"), in),
				event("FAIL", "c", "three", 3, above("c", "three"), ""),
			},
			[]string{"d/in>job:n/one", "d/in>job:n/two", "job:n/one>job:n/two", "job:n/two>job:n/one"},
		},
		"names of facets that sla refuses are left out": {
			[]string{event("START", "a", "load", 1, above("p", "d\nag"), `, "outputs": [{"namespace": "d", "name": "x", "facets":
				{"symlinks": {"identifiers": [{"namespace": "d", "name": "y\nz"}]}}}]`)},
			[]string{"job:n/load>d/x"},
		},
	} {
		t.Run(what, func(t *testing.T) {
			var l openlineage.Lineage
			observe(t, &l, row.events...)
			got := []string{}
			for _, e := range l.Edges() {
				got = append(got, e.From+">"+e.To)
			}
			assert.Equal(t, row.want, got)
			_, err := sla.NewCatalog(nil, l.Edges())
			assert.NoError(t, err)
		})
	}
}

func TestRunsAreOpenUntilAnyTerminalEvent(t *testing.T) {
	var l openlineage.Lineage
	observe(t, &l, event("RUNNING", "b", "load", 5, "", ""), event("START", "a", "load", 3, "", ""),
		event("START", "b", "load", 2, "", ""), event("OTHER", "c", "load", 1, "", ""), event("FAIL", "d", "load", 1, "", ""),
		event("START", "d", "load", 9, "", ""))
	at := func(minute int) time.Time { return time.Date(2026, 3, 4, 6, minute, 0, 0, time.UTC) }
	want := []openlineage.Run{{Job: "job:n/load", ID: "b", Since: at(2)}, {Job: "job:n/load", ID: "a", Since: at(3)}}
	assert.Equal(t, want, l.Running())
}

func TestAnEventOfTheFutureIsRefused(t *testing.T) {
	list, err := openlineage.Decode([]byte(event("START", "a", "load", 30, "", "")))
	require.NoError(t, err)
	var l openlineage.Lineage
	_, err = l.Observe(list[0], list[0].Time.Add(-time.Minute))
	require.NoError(t, err, "a minute ahead is fine")
	_, err = l.Observe(list[0], list[0].Time.Add(-time.Minute-1))
	assert.EqualError(t, err, "eventTime: 2026-03-04 06:30:00 UTC is later than it arrived")
	_, err = l.Observe(openlineage.Event{}, late)
	assert.ErrorContains(t, err, "eventTime: is missing")
}

func TestSummariesAreCutBetweenRunes(t *testing.T) {
	var l openlineage.Lineage
	message, _ := json.Marshal(strings.Repeat("ä", 300) + "\nmore")
	list, err := openlineage.Decode([]byte(event("FAIL", "a", "load", 3, `"errorMessage": {"message": `+string(message)+`}`, out)))
	require.NoError(t, err)
	news, err := l.Observe(list[0], late)
	require.NoError(t, err)
	got := news.Failures[0].Summary
	assert.LessOrEqual(t, len(got), 240)
	assert.Equal(t, strings.Repeat("ä", 118)+"…", got)
	assert.True(t, utf8.ValidString(got))
}

func TestPanicsOfTheCallersFunctionsAreErrors(t *testing.T) {
	list, err := openlineage.Decode([]byte(event("COMPLETE", "a", "load", 3, "", out)))
	require.NoError(t, err)
	l := openlineage.Lineage{Name: func(openlineage.Dataset) string { panic("no") }}
	_, err = l.Observe(list[0], late)
	assert.EqualError(t, err, "openlineage: Name or JobName panicked: no")
	assert.Empty(t, l.Edges())

	l = openlineage.Lineage{Lands: func(openlineage.Job, openlineage.Output) bool { panic("no") }}
	_, err = l.Observe(list[0], late)
	assert.EqualError(t, err, "openlineage: Lands panicked: no")
	l = openlineage.Lineage{Name: func(openlineage.Dataset) string { return "" }}
	_, err = l.Observe(list[0], late)
	assert.EqualError(t, err, "outputs[0]: is missing")
}

func TestBodiesThatAreRefused(t *testing.T) {
	for body, want := range map[string]string{
		"":                                     "ends too early",
		"7":                                    "want an event or a list of events",
		"[":                                    "ends too early",
		"{} {}":                                "want the end of the text",
		"[{}, 7, \"x\"":                        "ends too early",
		strings.Repeat("[", 10_000):            "nested deeper than 256",
		`{"x": ` + strings.Repeat("[", 10_000): "nested deeper than 256",
		"[{}" + strings.Repeat(", {}", 1_000) + "]":                 "holds more than 1000 events",
		`{"inputs": [{}` + strings.Repeat(", {}", 100_000) + "]}":   "names more than 100000 datasets",
		`{"x": "` + strings.Repeat("a", 100) + `", "y": tru}`:       "not JSON",
		`{"eventType": "START", "eventTime": "2026-03-04T06:00:00Z`: "end of a string",
	} {
		_, err := openlineage.Decode([]byte(body))
		assert.ErrorContains(t, err, want, "%.40s", body)
		var fault *sla.FieldError
		assert.ErrorAs(t, err, &fault, "%.40s", body)
	}
	list, err := openlineage.Decode([]byte("[{}" + strings.Repeat(", {}", 999) + "]"))
	assert.NoError(t, err)
	assert.Len(t, list, 1_000)
}

// TestManyGoroutines is for the race detector. What they leave behind does not depend on their order.
func TestManyGoroutines(t *testing.T) {
	l := openlineage.Lineage{Lands: func(openlineage.Job, openlineage.Output) bool { return true }}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for k := range 50 {
				id := fmt.Sprint(i, ".", k)
				for _, text := range []string{
					event("START", id, "load", 1, above("p", "dag"), in+out), event("FAIL", id+"x", "sql", 2, above(id, "load"), ""),
					event("COMPLETE", id, "load", 3, "", ""),
				} {
					list, err := openlineage.Decode([]byte(text))
					if err == nil {
						_, err = l.Observe(list[0], late)
					}
					assert.NoError(t, err)
				}
				l.Edges()
				l.Running()
				l.Version()
				assert.NoError(t, l.Err())
				assert.NoError(t, new(openlineage.Lineage).Restore(l.Snapshot()))
			}
		})
	}
	wg.Wait()
	assert.Empty(t, l.Running())
	assert.Len(t, l.Edges(), 3)
}
