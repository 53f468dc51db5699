package openlineage

import (
	"fmt"
	"hash/maphash"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var base = time.Date(2026, 3, 4, 6, 0, 0, 0, time.UTC)

// heap returns how many bytes are in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func runEvent(kind, id string, at time.Time) Event {
	e := Event{Type: kind, Time: at, RunID: id, Job: Job{Namespace: "airflow", Name: "load"}}
	e.kind.run, e.kind.job = true, true
	return e
}

func outputOf(name string) output {
	return output{Output: Output{Dataset: Dataset{Namespace: "pg", Name: name}}}
}

func observed(t testing.TB, l *Lineage, e Event) News {
	news, err := l.Observe(e, e.Time)
	require.NoError(t, err)
	return news
}

func TestAMillionDatasetsAreRefusedBeyondTheBound(t *testing.T) {
	before := heap()
	var l Lineage
	for i := range 1_000 {
		e := runEvent(Complete, strconv.Itoa(i), base)
		for k := range 500 {
			e.inputs = append(e.inputs, input{Dataset: Dataset{"pg", fmt.Sprintf("in.%d.%d", i, k)}})
			e.outputs = append(e.outputs, outputOf(fmt.Sprintf("out.%d.%d", i, k)))
		}
		observed(t, &l, e)
	}
	assert.Len(t, l.state.names, defaultAssets)
	assert.Equal(t, int64(1_000_000-defaultAssets+1), l.state.lost.assets) // the job is one as well
	assert.EqualError(t, l.Err(),
		"openlineage: 900,001 mentions of an asset beyond 100,000, which were refused")
	assert.Less(t, heap()-before, uint64(128<<20))

	known := runEvent(Complete, "known", base.Add(time.Hour))
	known.outputs = []output{outputOf("out.0.0")}
	assert.Len(t, observed(t, &l, known).Landings, 1, "what is known goes on")
	stranger := runEvent(Fail, "stranger", base)
	stranger.Job.Name, stranger.outputs = "stranger", []output{outputOf("new")}
	news := observed(t, &l, stranger)
	assert.Equal(t, "job:airflow/stranger", news.Failures[0].Asset, "a failure is told nevertheless")

	var again Lineage
	require.NoError(t, again.Restore(l.Snapshot()))
	assert.Equal(t, l.Edges(), again.Edges())
	runtime.KeepAlive(&l)
}

func TestAMillionOpenRunsAreForgottenBeyondTheBound(t *testing.T) {
	before := heap()
	var l Lineage
	for i := range 1_000_000 {
		observed(t, &l, runEvent(Start, strconv.Itoa(i), base.Add(time.Duration(i))))
	}
	assert.Equal(t, int64(1_000_000-maxOpenRuns), l.state.lost.runs)
	assert.EqualError(t, l.Err(), "openlineage: 990,000 open runs forgotten for newer ones, 10,000 are kept")
	running := l.Running()
	require.Len(t, running, maxOpenRuns)
	assert.Equal(t, Run{"job:airflow/load", "990000", base.Add(990_000)}, running[0])
	assert.Len(t, l.state.jobs, 1)
	assert.Less(t, heap()-before, uint64(64<<20))
	runtime.KeepAlive(&l)
}

func TestRunsThatEndedAreForgottenBeyondTheBoundAndTheirJobsWithThem(t *testing.T) {
	var l Lineage
	for i := range 3 * maxEndedRuns { // the statements of dbt, each a job of its own
		e := runEvent(Complete, strconv.Itoa(i), base)
		e.Job.Name = "sql." + strconv.Itoa(i)
		observed(t, &l, e)
	}
	assert.Equal(t, maxEndedRuns, l.state.ended.Len())
	assert.Len(t, l.state.jobs, maxEndedRuns)
	assert.Empty(t, l.Edges())
	assert.NoError(t, l.Err(), "to forget what has ended loses nothing")
}

func TestWhatRunsKeepIsBoundedTogether(t *testing.T) {
	long := strings.Repeat("x", 900)
	l := Lineage{MaxAssets: 1_000}
	for i := range 300 {
		e := runEvent(Start, strconv.Itoa(i), base)
		for k := range 500 {
			e.outputs = append(e.outputs, outputOf(long+strconv.Itoa(k)))
		}
		observed(t, &l, e)
	}
	assert.LessOrEqual(t, l.state.bytes, maxRunBytes)
	assert.Positive(t, l.state.lost.runs)
	sum := 0
	for r := range l.state.allRuns() {
		sum += r.bytes
	}
	assert.Equal(t, sum, l.state.bytes)
}

func TestARunKeepsSoManyOutputsAndInstants(t *testing.T) {
	l := Lineage{MaxAssets: 20_000}
	e := runEvent(Complete, "a", base)
	for k := range maxOutputs + 7 {
		e.outputs = append(e.outputs, outputOf(strconv.Itoa(k)))
	}
	assert.Len(t, observed(t, &l, e).Landings, maxOutputs)
	assert.EqualError(t, l.Err(),
		"openlineage: 7 mentions of an output beyond 10,000 of one run, which do not land")

	var stream Lineage
	for i := range 3 * maxInstants {
		e := runEvent(Running, "a", base.Add(time.Duration(i)*time.Minute))
		e.Job.Processing, e.jobType = "STREAMING", true
		observed(t, &stream, e)
		observed(t, &stream, runEvent(Complete, "b", e.Time))
	}
	late := runEvent(Other, "a", base.Add(time.Hour))
	late.outputs = []output{outputOf("out")}
	assert.Len(t, observed(t, &stream, late).Landings, maxInstants)
	late.RunID = "b"
	assert.Len(t, observed(t, &stream, late).Landings, maxInstants)
}

func TestEdgesAreBounded(t *testing.T) {
	l := Lineage{MaxAssets: 30}
	for i := range 20 {
		e := runEvent(Other, "a", base)
		e.Job.Name = strconv.Itoa(i % 15)
		for k := range 14 {
			e.inputs = append(e.inputs, input{Dataset: Dataset{"pg", strconv.Itoa(k)}})
			e.outputs = append(e.outputs, outputOf(strconv.Itoa(k)))
		}
		observed(t, &l, e)
	}
	assert.Len(t, l.state.edges, 300)
	assert.ErrorContains(t, l.Err(), "of an edge beyond 300, which were refused")
}

func TestJobsThatFailedWithoutAnAssetAreKeptUntilTheyComplete(t *testing.T) {
	l := Lineage{MaxAssets: 3}
	event := func(kind string, job, id int, at time.Time) Event {
		e := runEvent(kind, strconv.Itoa(id), at)
		e.Job.Name = "job." + strconv.Itoa(job)
		return e
	}
	flush := func() {
		for i := range maxEndedRuns + 1 {
			observed(t, &l, event(Other, 1_000+i, i, base))
		}
	}
	for i := range 3 {
		observed(t, &l, event(Fail, i, i, base))
	}
	flush()
	assert.Equal(t, 3, l.state.kept)
	again := Lineage{MaxAssets: 3}
	require.NoError(t, again.Restore(l.Snapshot()))
	assert.Equal(t, 3, again.state.kept)
	news := observed(t, &l, event(Complete, 1, 7, base.Add(time.Minute)))
	require.Len(t, news.Failures, 1)
	assert.True(t, news.Failures[0].Resolved)
	flush()
	assert.Equal(t, 2, l.state.kept)
	assert.Empty(t, observed(t, &l, event(Complete, 9, 9, base)).Failures, "it has not failed")
}

func TestCausesAreBounded(t *testing.T) {
	var l Lineage
	for i := range maxCauses + 10 {
		e := runEvent(Complete, "a", base)
		e.Job.Name = strconv.Itoa(i)
		observed(t, &l, e)
		first := runEvent(Start, "b", base)
		first.Job.Name, first.outputs = e.Job.Name, []output{outputOf("out")}
		for range 2 { // sent again, it has the same news again
			require.Len(t, observed(t, &l, first).Failures, 1)
		}
	}
	assert.Len(t, l.state.caused, maxCauses)
	assert.Len(t, l.state.causes, maxCauses)
}

func TestSnapshotsThatAreDamagedAreRefused(t *testing.T) {
	var l Lineage
	e := runEvent(Start, "a", base)
	e.outputs = []output{outputOf("out")}
	observed(t, &l, e)
	good := l.Snapshot()
	for i := range good {
		bad := append([]byte(nil), good...)
		bad[i] ^= 1 << (i % 8)
		require.Error(t, l.Restore(bad), "byte %d", i)
		require.Error(t, l.Restore(good[:i]), "cut at %d", i)
	}
	assert.Error(t, l.Restore(append(good, ' ')))
	assert.Equal(t, good, l.Snapshot(), "what was refused changes nothing")
	assert.ErrorContains(t, (&Lineage{MaxAssets: 1}).Restore(good), "too many for a bound of 1 assets")
}

func TestSnapshotsThatContradictThemselvesAreRefused(t *testing.T) {
	for what, form := range map[string]stored{
		"an edge":   {Assets: []string{"a"}, Edges: [][2]uint32{{0, 1}}},
		"an asset":  {Assets: []string{"a", "a"}},
		"run":       {Jobs: []storedJob{{Asset: "j"}}, Runs: []storedRun{{Job: 1}}},
		"run \"x\"": {Jobs: []storedJob{{Asset: "j"}}, Runs: []storedRun{{ID: "x", Parent: 2}}},
		"output":    {Jobs: []storedJob{{Asset: "j"}}, Runs: []storedRun{{Outputs: []storedOutput{{Asset: 0}}}}},
		"runs":      {Runs: make([]storedRun, maxOpenRuns+maxEndedRuns+1)},
	} {
		assert.ErrorContains(t, newState(10).restore(form), what)
	}
}

func TestAVersionNeverComesTwice(t *testing.T) {
	var l Lineage
	e := runEvent(Start, "a", base)
	e.outputs = []output{outputOf("out")}
	observed(t, &l, e)
	was := l.Version()
	observed(t, &l, e)
	assert.Equal(t, was, l.Version())
	var other Lineage
	e.outputs = []output{outputOf("another")}
	observed(t, &other, e)
	require.Equal(t, was, other.Version())
	require.NoError(t, l.Restore(other.Snapshot()))
	assert.NotEqual(t, was, l.Version(), "as many changes led to other edges")
	assert.Equal(t, other.Edges(), l.Edges())
}

func TestRunsNeverMakeACircle(t *testing.T) {
	var l Lineage
	under := func(id, above string) *run {
		e := runEvent(Start, id, base)
		e.run.parent = parent{id: above, job: e.Job}
		observed(t, &l, e)
		return l.state.jobs["job:airflow/load"].runs[id]
	}
	a, b, c := under("a", "b"), under("b", "c"), under("c", "a")
	assert.Same(t, b, a.parent)
	assert.Same(t, c, b.parent)
	assert.Nil(t, c.parent)
	assert.Nil(t, under("d", "d").parent)
}

func TestTheLaterOfTwoFacetsCountsWhateverArrivesFirst(t *testing.T) {
	var l Lineage
	for _, minute := range []int{5, 3, 7, 6} {
		e := runEvent(Start, "a", base.Add(time.Duration(minute)*time.Minute))
		e.run.parent = parent{id: strconv.Itoa(minute), job: e.Job}
		e.Job.Type, e.jobType = strconv.Itoa(minute), true
		observed(t, &l, e)
	}
	j := l.state.jobs["job:airflow/load"]
	assert.Equal(t, "7", j.Type)
	assert.Equal(t, "7", j.runs["a"].parent.id)
	assert.Empty(t, j.runs["5"].children)
}

func TestIdentityDependsOnEveryPart(t *testing.T) {
	seen, seed := map[uint64]bool{}, maphash.MakeSeed()
	for _, e := range []Event{
		runEvent(Start, "a", base), runEvent(Fail, "a", base), runEvent(Start, "b", base),
		runEvent(Start, "a", base.Add(1)), {Type: Start, Time: base, RunID: "a", Job: Job{Namespace: "airflow"}},
	} {
		seen[identity(seed, &e)] = true
	}
	assert.Len(t, seen, 5)
}
