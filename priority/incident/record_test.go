package incident_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

func TestContextIsAskedForAndGiven(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	signal(t, d, firing("raw.orders", at))
	require.NoError(t, d.Triage(ctx, "inc-1", "ada", "the disk is full, it seems", at.Add(time.Minute)))
	require.NoError(t, d.Ask(ctx, "inc-1", "ada", "eve\n", "who fills it?", at.Add(2*time.Minute)))
	require.NoError(t, d.Ask(ctx, "inc-1", "ada", "bob", "is the backup running?", at.Add(3*time.Minute)))
	i, _ := d.Incident("inc-1")
	assert.Equal(t, at.Add(time.Minute), i.TriagedAt)
	assert.Contains(t, i.Needs(at), "an answer from eve")
	require.ErrorIs(t, d.Answer(ctx, "inc-1", 2, "eve", "logs", at), incident.ErrInvalidEntry,
		"2 is no question")
	require.NoError(t, d.Answer(ctx, "inc-1", 3, "eve", "the logs do", at.Add(4*time.Minute)))
	before := i
	require.NoError(t, d.Answer(ctx, "inc-1", 3, "bob", "I thought so", at.Add(5*time.Minute)))
	i, _ = d.Incident("inc-1")
	assert.True(t, before.Questions[0].AnsweredAt.IsZero(), "the state before stays as it was")
	assert.Equal(t, incident.Question{Seq: 3, At: at.Add(2 * time.Minute), From: "ada", To: "eve\n",
		Text: "who fills it?", Answer: "the logs do", By: "eve", AnsweredAt: at.Add(4 * time.Minute)},
		i.Questions[0])
	assert.Equal(t, "an answer from bob", i.Needs(at)[2])
	assert.False(t, i.Paired())
	require.NoError(t, d.Acknowledge(ctx, "inc-1", "ada", at.Add(6*time.Minute)))
	require.NoError(t, d.Join(ctx, "inc-1", "eve", at.Add(7*time.Minute)))
	i, _ = d.Incident("inc-1")
	assert.Equal(t, at.Add(7*time.Minute), i.PairedAt)
}

func TestTheSameSaidTwiceIsRecordedOnce(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	signal(t, d, firing("raw.orders", at))
	for range 2 {
		require.NoError(t, d.Note(ctx, "inc-1", "ada", "x", at))
		require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-1", "ada", "x", at))
	}
	require.NoError(t, d.Note(ctx, "inc-1", "ada", "x", at.Add(1)))
	require.ErrorIs(t, d.CloseWithoutRootCause(ctx, "inc-1", "ada", "x", at.Add(1)), incident.ErrClosed)
	assert.Len(t, entries(t, d), 4)
}

func TestTargetsAreOverdueAfterThem(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	d.Targets = map[priority.Priority]incident.ResponseTargets{priority.P1: {Acknowledge: 15 * time.Minute,
		Mitigate: 4 * time.Hour, Resolve: 24 * time.Hour}}
	signal(t, d, firing("raw.orders", at))
	i, _ := d.Incident("inc-1")
	assert.Zero(t, i.Overdue(at.Add(15*time.Minute)), "the limit is in time")
	assert.Equal(t, "an owner", i.Needs(at.Add(15 * time.Minute))[0])
	assert.Equal(t, "an owner (5m overdue)", i.Needs(at.Add(20 * time.Minute))[0])
	assert.Equal(t, []string{"an owner (23h 45m overdue)", "a second engineer", "mitigation (20h overdue)",
		"its root cause in writing"}, i.Needs(at.Add(24*time.Hour)))
	require.NoError(t, d.Acknowledge(ctx, "inc-1", "ada", at.Add(20*time.Minute)))
	i, _ = d.Incident("inc-1")
	assert.Equal(t, incident.ResponseTimes{Acknowledge: 5 * time.Minute}, i.Overdue(at.Add(time.Hour)))
	assert.Equal(t, "an owner", i.Needs(at.Add(20*time.Minute + ackLease + 1))[0],
		"the lease has lapsed; the target was another")
	require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-1", "ada", "x", at.Add(25*time.Hour)))
	i, _ = d.Incident("inc-1")
	assert.Equal(t, incident.ResponseTimes{Acknowledge: 5 * time.Minute, Mitigate: 21 * time.Hour,
		Resolve: time.Hour}, i.Overdue(at.Add(1000*time.Hour)), "what is over gets no later")

	signal(t, d, firing("raw.orders", at.Add(26*time.Hour)))
	i, _ = d.Incident("inc-1")
	assert.Zero(t, i.Overdue(at.Add(26*time.Hour)), "a reopened one begins again")
	assert.Equal(t, "an owner (1m overdue)", i.Needs(at.Add(26*time.Hour + 16*time.Minute))[0])
}

func TestTargetsInWorkingTime(t *testing.T) {
	office, err := schedule.ParseCalendar("mon-fri 09:00-17:00")
	require.NoError(t, err)
	d := incident.NewDesk(classifier(t))
	d.Targets = map[priority.Priority]incident.ResponseTargets{priority.P1: {Acknowledge: time.Hour,
		Calendar: office}}
	signal(t, d, firing("raw.orders", at)) // a Thursday, 06:18
	i, _ := d.Incident("inc-1")
	assert.Zero(t, i.Overdue(time.Date(2021, 3, 4, 10, 0, 0, 0, time.UTC)).Acknowledge)
	assert.Equal(t, time.Second, i.Overdue(time.Date(2021, 3, 4, 10, 0, 1, 0, time.UTC)).Acknowledge)
	require.NoError(t, d.Acknowledge(ctx, "inc-1", "ada", time.Date(2021, 3, 5, 9, 30, 0, 0, time.UTC)))
	i, _ = d.Incident("inc-1")
	assert.Equal(t, 8*time.Hour+30*time.Minute, i.ResponseTimes().Acknowledge)

	text, err := json.Marshal(i)
	require.NoError(t, err)
	var again incident.Incident
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, i.ResponseTimes(), again.ResponseTimes(), "the calendar travels with the incident")
	second, err := json.Marshal(again)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(second))
}

// chain is a catalog in which raw.a and raw.b feed stg, which feeds mart.0 to mart.9.
func chain(t testing.TB, marts int) *priority.Classifier {
	edges := []sla.Edges{sla.Feeds("raw.a", "stg"), sla.Feeds("raw.b", "stg")}
	var assets []string
	for n := range marts {
		assets = append(assets, fmt.Sprintf("mart.%d", n))
		edges = append(edges, sla.Feeds("stg", assets[n]))
	}
	c, err := sla.NewCatalog([]sla.SLA{{ID: "s", Assets: assets}}, edges...)
	require.NoError(t, err)
	return priority.NewClassifier(c)
}

func TestSymptomsBelongToTheirCause(t *testing.T) {
	d := incident.NewDesk(chain(t, 3))
	signal(t, d, firing("stg", at))
	require.NoError(t, d.Acknowledge(ctx, "inc-1", "ada", at))
	require.NoError(t, d.Mitigate(ctx, "inc-1", "ada", "x", at))
	i, _ := signal(t, d, firing("mart.0", at))
	assert.Equal(t, "inc-1", i.ID)
	assert.Equal(t, []incident.Symptom{{Identity: firing("mart.0", at).Identity(), Asset: "mart.0",
		Text: `mart.0: exited 1 → "s"`, At: at}}, i.Symptoms)
	assert.Equal(t, incident.StateAcknowledged, i.State(), "harm that spreads is not mitigated")
	signal(t, d, firing("mart.0", at.Add(time.Minute)))
	signal(t, d, resolved("mart.0", at.Add(time.Minute)))
	other := firing("stg", at)
	other.Source = "another"
	i, _ = signal(t, d, other)
	assert.Equal(t, "inc-1", i.ID, "two signals about one asset are one trouble")
	assert.Len(t, entries(t, d), 5)

	signal(t, d, resolved("stg", at.Add(time.Hour)))
	i, _ = signal(t, d, firing("mart.1", at.Add(2*time.Hour)))
	assert.Equal(t, "inc-1", i.ID, "an hour after, to the end of it")
	i, _ = signal(t, d, firing("mart.1", at.Add(2*time.Hour+1)))
	assert.Equal(t, "inc-2", i.ID, "a symptom that outlives its cause speaks for itself")
	assert.Equal(t, "inc-1", i.Previous)

	require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-1", "ada", "x", at.Add(2*time.Hour)))
	i, _ = signal(t, d, firing("mart.0", at.Add(2*time.Hour)))
	assert.Equal(t, "inc-3", i.ID, "and so does one whose cause is over")
	assert.Equal(t, "inc-1", i.Previous)
	signal(t, d, firing("stg", at.Add(3*time.Hour)))
	i, _ = signal(t, d, firing("mart.1", at.Add(3*time.Hour)))
	assert.Equal(t, "inc-1", i.ID)
	assert.Equal(t, []string{"mart.1", "mart.0"}, []string{i.Symptoms[0].Asset, i.Symptoms[1].Asset},
		"a reopened one takes in what has opened meanwhile")
}

func TestACauseTakesInWhatItExplains(t *testing.T) {
	d := incident.NewDesk(chain(t, 3))
	signal(t, d, firing("mart.0", at))
	signal(t, d, firing("mart.1", at))
	require.NoError(t, d.Join(ctx, "inc-2", "ada", at))
	i, _ := signal(t, d, firing("stg", at.Add(time.Minute)))
	assert.Equal(t, "inc-3", i.ID)
	first, _ := d.Incident("inc-1")
	assert.Equal(t, incident.StateClosed, first.State())
	assert.Equal(t, "inc-3", first.MergedInto)
	assert.Empty(t, first.Needs(at))
	assert.Equal(t, "inc-1", i.Symptoms[0].Other)
	second, _ := d.Incident("inc-2")
	assert.Equal(t, incident.StateOpen, second.State(), "work is not taken from people")
	assert.Equal(t, []string{"inc-3"}, second.Links)
	require.ErrorIs(t, d.Resolve(ctx, "inc-1", "ada", at), incident.ErrClosed)
	require.NoError(t, d.Note(ctx, "inc-1", "ada", "goes on there", at))

	i, _ = signal(t, d, firing("mart.0", at.Add(2*time.Minute)))
	assert.Equal(t, "inc-3", i.ID)
	i, _ = signal(t, d, firing("raw.a", at.Add(3*time.Minute)))
	assert.Equal(t, "inc-4", i.ID)
	i, _ = signal(t, d, firing("mart.0", at.Add(4*time.Minute)))
	assert.Equal(t, "inc-4", i.ID, "the cause of the cause")
	assert.Equal(t, "stop for inc-2", d.Focus(at).String()[:len("stop for inc-2")])
	assert.Len(t, d.Focus(at).Queue, 1)

	again, err := incident.RestoreDesk(chain(t, 3), slices.Values(entries(t, d)))
	require.NoError(t, err)
	assert.Equal(t, d.Incidents(), again.Incidents())
	i, _ = signal(t, again, firing("mart.0", at.Add(5*time.Minute)))
	assert.Equal(t, "inc-4", i.ID)
	assert.Len(t, entries(t, again), len(entries(t, d)))
}

func TestAReopenedIncidentFindsItsSymptomsAnew(t *testing.T) {
	d := incident.NewDesk(chain(t, 1))
	signal(t, d, firing("stg", at))
	signal(t, d, firing("mart.0", at))
	require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-1", "ada", "x", at))
	i, _ := signal(t, d, firing("stg", at.Add(time.Minute)))
	assert.Empty(t, i.Symptoms)
	i, _ = signal(t, d, firing("mart.0", at.Add(time.Minute)))
	assert.Len(t, i.Symptoms, 1)
	assert.Equal(t, []incident.EntryKind{incident.EntryOpened, incident.EntryAttached,
		incident.EntryClosedWithoutRootCause, incident.EntryReopened, incident.EntryAttached},
		kinds(entries(t, d)))
}

func TestACauseThatIsOverHidesNoOther(t *testing.T) {
	d := incident.NewDesk(chain(t, 1))
	signal(t, d, firing("raw.a", at))
	signal(t, d, resolved("raw.a", at))
	signal(t, d, firing("mart.0", at.Add(2*time.Hour)))
	signal(t, d, firing("stg", at.Add(2*time.Hour)))
	i, _ := d.Incident("inc-2")
	assert.Equal(t, "inc-3", i.MergedInto, "and not raw.a, which was cleared long ago")
}

// Whatever the order in which signals arrive, and however often, there is one open incident for
// each cause, and everything else is its symptom.
func TestTheOrderOfArrivalChangesNoCause(t *testing.T) {
	assets := []string{"raw.a", "stg", "mart.0", "mart.1", "mart.2", "unknown.1", "unknown.2"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		d := incident.NewDesk(chain(t, 3))
		list := slices.Concat(assets, assets, assets)
		random.Shuffle(len(list), func(a, b int) { list[a], list[b] = list[b], list[a] })
		for n, asset := range list {
			signal(t, d, firing(asset, at.Add(time.Duration(n))))
		}
		var open []string
		for _, i := range d.Incidents() {
			if i.State() != incident.StateClosed {
				open = append(open, i.Assessment.Signal.Asset)
			}
		}
		slices.Sort(open)
		require.Equal(t, []string{"raw.a", "unknown.1", "unknown.2"}, open, "%v", list)
		for _, asset := range []string{"stg", "mart.0", "mart.1", "mart.2"} {
			i, _ := signal(t, d, firing(asset, at.Add(time.Hour)))
			require.Equal(t, "raw.a", i.Assessment.Signal.Asset)
		}
	}
}

func TestRepeatsCommute(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var want string
	for range 100 {
		d := incident.NewDesk(classifier(t))
		signal(t, d, firing("raw.orders", at))
		signal(t, d, firing("raw.customers", at))
		repeats := []priority.Signal{}
		for n := range 20 {
			repeats = append(repeats, firing("raw.orders", at.Add(time.Duration(n))),
				firing("raw.customers", at.Add(-time.Duration(n))))
		}
		random.Shuffle(len(repeats), func(a, b int) { repeats[a], repeats[b] = repeats[b], repeats[a] })
		for _, s := range repeats {
			signal(t, d, s)
		}
		text, err := json.Marshal(d.Incidents())
		require.NoError(t, err)
		if want == "" {
			want = string(text)
		}
		require.Equal(t, want, string(text))
	}
}

func TestAStormStaysWithinBounds(t *testing.T) {
	d := incident.NewDesk(nil)
	for n := range 3000 { // the lineage is not known
		_, known := signal(t, d, firing(fmt.Sprint("asset ", n), at))
		require.True(t, known)
	}
	assert.Len(t, d.Incidents(), 1000)
	i, known := signal(t, d, firing("one more", at))
	assert.True(t, known)
	assert.Equal(t, "inc-1000", i.ID)
	assert.Len(t, i.Symptoms, incident.MostSymptoms)
	assert.Len(t, entries(t, d), 2000)
}

func TestWhatCannotBeRecordedIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &scissors{Memory: new(incident.Memory), at: 1, forever: true}
		d := incident.NewDesk(classifier(t))
		d.Store = store
		result := func(asset string, status freshness.Status) freshness.Result {
			return freshness.Result{Asset: asset, Check: "c", Status: status,
				Reason: freshness.ReasonPastLimit, At: time.Now()}
		}
		for n := range 3 {
			time.Sleep(time.Second)
			d.Observe(result("raw.orders", freshness.Stale))
			d.Observe(result("raw.customers", []freshness.Status{freshness.Stale, freshness.Stale,
				freshness.Fresh}[n]))
		}
		_, _, err := d.Signal(ctx, firing("raw.orders", at))
		require.ErrorIs(t, err, errCut)
		assert.ErrorContains(t, d.Err(), "incident: store: cut\nincident: 2 signals wait to be recorded")
		end := running(d)
		time.Sleep(10 * time.Second)
		began := time.Now()
		d.Observe(result("mart.orders", freshness.Stale))
		assert.Zero(t, time.Since(began))
		assert.ErrorContains(t, d.Err(), "3 signals wait")
		store.mu.Lock()
		store.forever = false
		store.mu.Unlock()
		time.Sleep(2 * time.Second)
		require.NoError(t, d.Err())
		require.Len(t, d.Incidents(), 1,
			"the newest of each counts: one is stale, one is well again, one is a symptom")
		assert.Equal(t, "raw.orders", d.Incidents()[0].Assessment.Signal.Asset)
		assert.Len(t, d.Incidents()[0].Symptoms, 1)
		require.ErrorIs(t, end(), context.Canceled)
	})
}

// A meddler observes something new while something old is being recorded.
type meddler struct {
	*incident.Memory
	meddle func()
}

func (m *meddler) Append(ctx context.Context, after int64, list ...incident.Entry) error {
	if meddle := m.meddle; meddle != nil {
		m.meddle = nil
		meddle()
	}
	return m.Memory.Append(ctx, after, list...)
}

func TestWhatIsObservedMeanwhileIsRecordedToo(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	d.Store = &meddler{new(incident.Memory), func() {
		d.Observe(freshness.Result{Asset: "raw.orders", Check: "c", Status: freshness.Fresh,
			At: at.Add(time.Minute)})
	}}
	d.Observe(freshness.Result{Asset: "raw.orders", Check: "c", Status: freshness.Stale, At: at})
	assert.Equal(t, []incident.EntryKind{incident.EntryOpened, incident.EntryCleared}, kinds(entries(t, d)))
	require.NoError(t, d.Err())
}

func TestADeadLetterOfAnEarlierProcessIsASignal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(incident.Memory)
		d := incident.NewDesk(classifier(t), &channel{name: "pager"})
		d.Store = store
		signal(t, d, firing("raw.orders", at))
		letter, _, err := store.Claim(ctx, "slack", time.Minute)
		require.NoError(t, err)
		letter.Dead, letter.Error = true, "archived"
		require.NoError(t, store.Settle(ctx, letter, 0))
		end := running(d)
		i, _ := d.Incident("inc-2")
		assert.Equal(t, "cannot announce inc-1 after 1 attempts: archived", i.Assessment.Signal.Summary)
		require.ErrorIs(t, end(), context.Canceled)
	})
}

func TestDesksThatRecordAtOnce(t *testing.T) {
	store := new(incident.Memory)
	done := make(chan error, 4)
	for n := range 4 {
		go func() {
			d := incident.NewDesk(classifier(t))
			d.Store = store
			var list []error
			for m := range 100 {
				_, _, err := d.Signal(ctx, firing("raw.orders", at))
				list = append(list, err, d.Note(ctx, "inc-1", "ada", fmt.Sprint(n, m), at))
			}
			done <- errors.Join(list...)
		}()
	}
	for range 4 {
		require.NoError(t, <-done)
	}
	d := incident.NewDesk(classifier(t))
	d.Store = store
	require.NoError(t, d.Sync(ctx))
	require.Len(t, d.Incidents(), 1)
	assert.Equal(t, 401, d.Incidents()[0].EntryCount)
}

func TestHostileTextIsKeptOrRefused(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	s := firing("raw.orders", at)
	s.Summary, s.Due = "\xff"+strings.Repeat("x", 1<<20), time.Date(12345, 1, 1, 0, 0, 0, 0, time.UTC)
	s.Dimensions = map[string]string{"\x00": "'; --"}
	_, known := signal(t, d, s)
	require.True(t, known, "a signal is recorded, whatever it holds")
	e := entries(t, d)[0]
	assert.Less(t, len(e.Assessment.Signal.Summary), 5000)
	assert.Equal(t, "'; --", e.Assessment.Signal.Dimensions["\x00"])
	text, err := json.Marshal(entries(t, d))
	require.NoError(t, err)
	var again []incident.Entry
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, entries(t, d), again, "what memory keeps is what a store would read back")

	require.ErrorContains(t, d.Note(ctx, "inc-1", "a\xff", "x", at), "author: it is not UTF-8")
	require.ErrorContains(t, d.Note(ctx, "inc-1", "a", strings.Repeat("x", 1<<16+1), at), "text: 65537 bytes")
	require.ErrorIs(t, d.Note(ctx, "inc-1", "a", "x", time.Date(12345, 1, 1, 0, 0, 0, 0, time.UTC)),
		incident.ErrInvalidEntry)
	require.NoError(t, d.Note(ctx, "inc-1", "\u202e", "'; drop\x00\n", at))
	assert.Equal(t, `06:18 \u202e: '; drop\x00`, entries(t, d)[1].String())
}

func TestABadRecordIsNamed(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	signal(t, d, firing("raw.orders", at))
	store := new(incident.Memory)
	list := append(entries(t, d), incident.Entry{Incident: "inc-1", Seq: 3, At: at,
		Kind: incident.EntryCleared})
	require.NoError(t, store.Append(ctx, 0, list...))
	broken := incident.NewDesk(classifier(t))
	broken.Store = store
	err := broken.Sync(ctx)
	require.ErrorIs(t, err, incident.ErrInvalidEntry)
	assert.ErrorContains(t, err,
		`position 2 of the journal: incident: invalid entry: cleared 3 of "inc-1": the next is 2`)
	_, _, err = broken.Signal(ctx, firing("raw.orders", at))
	require.ErrorIs(t, err, incident.ErrInvalidEntry, "nothing is decided on half a record")
	require.ErrorIs(t, broken.Err(), incident.ErrInvalidEntry)
}

func TestEachEntryIsALine(t *testing.T) {
	d := incident.NewDesk(chain(t, 2))
	signal(t, d, firing("mart.0", at))
	signal(t, d, firing("stg", at))
	require.NoError(t, d.Triage(ctx, "inc-2", "ada", "disk", at))
	require.NoError(t, d.Ask(ctx, "inc-2", "ada", "bob", "why?", at))
	require.NoError(t, d.Answer(ctx, "inc-2", 4, "bob", "logs", at))
	require.NoError(t, d.Acknowledge(ctx, "inc-2", "ada", at))
	require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-2", "ada", "gone", at))
	var lines []string
	for _, e := range entries(t, d) {
		assert.NotContains(t, e.String(), "\n")
		lines = append(lines, e.String()[6:])
	}
	assert.Equal(t, []string{
		`opened: P1 mart.0: exited 1 → "s"`, `opened: P1 stg: exited 1 → mart.0 → "s"`,
		`it has a symptom: mart.0: exited 1 → "s"`, "it is a symptom of inc-2 and continues there",
		"ada triaged it: disk", "ada asks bob: why?", "bob answers: logs", "ada owns it until 10:18",
		"ada closed it without a root cause: gone",
	}, lines)
	i, _ := d.Incident("inc-2")
	assert.Equal(t, `inc-2 closed: P1 stg: exited 1 → mart.0 → "s"; ada; closed without a root cause by ada: gone`, i.String())
	i, _ = d.Incident("inc-1")
	assert.Equal(t, `inc-1 closed: P1 mart.0: exited 1 → "s"; merged into inc-2`, i.String())
	for k := incident.EntryOpened; k <= incident.EntryRaised; k++ {
		assert.NotContains(t, incident.Entry{At: at, Kind: k, Author: "a"}.String(), "Kind(")
	}
}
