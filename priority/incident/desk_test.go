package incident_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

var ctx = context.Background()

var at = time.Date(2021, 3, 4, 6, 18, 0, 0, time.UTC)

func classifier(t testing.TB) *priority.Classifier {
	c, err := sla.NewCatalog([]sla.SLA{{ID: "orders", Assets: []string{"mart.orders"}},
		{ID: "leads", Tier: sla.Secondary, Assets: []string{"mart.leads"}}},
		sla.Feeds("raw.orders", "mart.orders"), sla.Feeds("raw.customers", "mart.orders"))
	require.NoError(t, err)
	return priority.NewClassifier(c)
}

func firing(asset string, at time.Time) priority.Signal {
	return priority.Signal{Asset: asset, Kind: priority.KindFailure, Summary: "exited 1", At: at}
}

func resolved(asset string, at time.Time) priority.Signal {
	return priority.Signal{Asset: asset, Kind: priority.KindFailure, Resolved: true, At: at}
}

func signal(t testing.TB, d *incident.Desk, s priority.Signal) (incident.Incident, bool) {
	i, known, err := d.Signal(ctx, s)
	require.NoError(t, err)
	return i, known
}

func entries(t testing.TB, d *incident.Desk) []incident.Entry {
	list, err := d.Entries(ctx)
	require.NoError(t, err)
	return list
}

func timeline(t testing.TB, d *incident.Desk, id string) []incident.Entry {
	list, err := d.Timeline(ctx, id)
	require.NoError(t, err)
	return list
}

func kinds(entries []incident.Entry) (list []incident.EntryKind) {
	for _, e := range entries {
		list = append(list, e.Kind)
	}
	return list
}

// The timeline of one incident: at each minute something happens, and the state follows.
func TestTheLifeOfAnIncident(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	minute := func(n int) time.Time { return at.Add(time.Duration(n) * time.Minute) }
	for i, step := range []struct {
		do    func(now time.Time) error
		err   error
		state incident.State
		needs string
	}{
		{func(now time.Time) error { signal(t, d, firing("raw.orders", now)); return nil }, nil,
			incident.StateOpen,
			"an owner, a second engineer, mitigation, its root cause in writing"},
		{func(now time.Time) error { signal(t, d, firing("raw.orders", now)); return nil }, nil,
			incident.StateOpen,
			"an owner, a second engineer, mitigation, its root cause in writing"},
		{func(now time.Time) error { return d.Resolve(ctx, "inc-1", "ada", now) }, incident.ErrNoRootCause,
			incident.StateOpen,
			"an owner, a second engineer, mitigation, its root cause in writing"},
		{func(now time.Time) error { return d.Acknowledge(ctx, "inc-1", "ada", now) }, nil,
			incident.StateAcknowledged,
			"a second engineer, mitigation, its root cause in writing"},
		{func(now time.Time) error { return d.Join(ctx, "inc-1", "ada", now) }, nil,
			incident.StateAcknowledged,
			"a second engineer, mitigation, its root cause in writing"},
		{func(now time.Time) error { return d.Join(ctx, "inc-1", "bob", now) }, nil,
			incident.StateAcknowledged,
			"mitigation, its root cause in writing"},
		{func(now time.Time) error { return d.Mitigate(ctx, "inc-1", "bob", "ran it by hand", now) }, nil,
			incident.StateMitigated,
			"its root cause in writing"},
		{func(now time.Time) error { signal(t, d, resolved("raw.orders", now)); return nil }, nil,
			incident.StateMitigated,
			"its root cause in writing"},
		{func(now time.Time) error { signal(t, d, firing("raw.orders", now)); return nil }, nil,
			incident.StateAcknowledged,
			"mitigation, its root cause in writing"},
		{func(now time.Time) error { return d.RecordRootCause(ctx, "inc-1", "ada", " \n", now) },
			incident.ErrInvalidEntry, incident.StateAcknowledged,
			"mitigation, its root cause in writing"},
		{func(now time.Time) error {
			return d.RecordRootCause(ctx, "inc-1", "ada", "the disk was full",
				now)
		}, nil, incident.StateAcknowledged, "mitigation"},
		{func(now time.Time) error { return d.Mitigate(ctx, "inc-1", "bob", "made room", now) }, nil,
			incident.StateMitigated, "to be resolved"},
		{func(now time.Time) error { return d.Resolve(ctx, "inc-1", "", now) }, incident.ErrInvalidEntry,
			incident.StateMitigated, "to be resolved"},
		{func(now time.Time) error { return d.Resolve(ctx, "inc-1", "ada", now) }, nil,
			incident.StateClosed, ""},
		{func(now time.Time) error { return d.Resolve(ctx, "inc-1", "ada", now) }, incident.ErrClosed,
			incident.StateClosed, ""},
		{func(now time.Time) error { return d.Note(ctx, "inc-1", "eve", "thanks", now) }, nil,
			incident.StateClosed, ""},
		{func(now time.Time) error { signal(t, d, resolved("raw.orders", now)); return nil }, nil,
			incident.StateClosed, ""},
	} {
		err := step.do(minute(i))
		if step.err == nil {
			require.NoError(t, err, "step %d", i)
		} else {
			require.ErrorIs(t, err, step.err, "step %d", i)
		}
		got, ok := d.Incident("inc-1")
		require.True(t, ok, "step %d", i)
		require.Equal(t, step.state, got.State(), "step %d", i)
		require.Equal(t, step.needs, strings.Join(got.Needs(minute(i)), ", "), "step %d", i)
	}
	got, _ := d.Incident("inc-1")
	assert.Equal(t, incident.ResponseTimes{Acknowledge: 3 * time.Minute, Mitigate: 11 * time.Minute,
		Resolve: 13 * time.Minute}, got.ResponseTimes())
	assert.Equal(t, []string{"ada", "bob"}, got.Responders)
	assert.Equal(t, "the disk was full", got.RootCause)
	assert.Equal(t, []incident.EntryKind{incident.EntryOpened, incident.EntryAcknowledged,
		incident.EntryJoined, incident.EntryJoined, incident.EntryMitigated, incident.EntryCleared,
		incident.EntryRecurred,
		incident.EntryRootCause, incident.EntryMitigated, incident.EntryResolved, incident.EntryNoted},
		kinds(timeline(t, d, "inc-1")))
}

func TestALeaseLapses(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	signal(t, d, firing("raw.orders", at))
	require.NoError(t, d.Acknowledge(ctx, "inc-1", "ada", at))
	i, _ := d.Incident("inc-1")
	assert.Equal(t, "ada", i.Owner(at.Add(ackLease)), "the end is included")
	assert.Empty(t, i.Owner(at.Add(ackLease+1)))
	assert.Equal(t, "an owner", i.Needs(at.Add(ackLease + 1))[0])
	require.NoError(t, d.Acknowledge(ctx, "inc-1", "bob", at.Add(time.Hour)))
	i, _ = d.Incident("inc-1")
	assert.Equal(t, "bob", i.Owner(at.Add(2*time.Hour)))
	assert.Zero(t, i.ResponseTimes().Acknowledge)
	assert.Equal(t, incident.NotYet, i.ResponseTimes().Resolve)
}

func TestAClockThatJumpsBackTakesNoTime(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	signal(t, d, firing("raw.orders", at))
	require.NoError(t, d.Acknowledge(ctx, "inc-1", "ada", at.Add(-time.Hour)))
	i, _ := d.Incident("inc-1")
	assert.Zero(t, i.ResponseTimes().Acknowledge)
}

func TestAddLeavesTheStateBeforeAlone(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	signal(t, d, firing("raw.orders", at))
	for _, who := range []string{"ada", "bob", "eve"} {
		require.NoError(t, d.Join(ctx, "inc-1", who, at))
	}
	three, _ := d.Incident("inc-1")
	join := func(who string) incident.Incident {
		after, err := three.Add(incident.Entry{Incident: "inc-1", Seq: 5, At: at,
			Kind: incident.EntryJoined, Author: who})
		require.NoError(t, err)
		return after
	}
	first, second := join("gus"), join("ida")
	assert.Equal(t, []string{"ada", "bob", "eve", "gus"}, first.Responders)
	assert.Equal(t, []string{"ada", "bob", "eve", "ida"}, second.Responders)
}

func TestWhatComesBackIsReopenedOrLinked(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	signal(t, d, firing("raw.orders", at))
	require.NoError(t, d.Acknowledge(ctx, "inc-1", "ada", at))
	require.NoError(t, d.RecordRootCause(ctx, "inc-1", "ada", "cosmic rays", at))
	require.NoError(t, d.Resolve(ctx, "inc-1", "ada", at))

	i, _ := signal(t, d, firing("raw.orders", at.Add(reopenWithin)))
	assert.Equal(t, "inc-1", i.ID)
	assert.Equal(t, incident.StateOpen, i.State())
	assert.Empty(t, i.RootCause, "it was another, or not all of it")
	assert.Empty(t, i.Responders)
	assert.True(t, i.Firing)
	require.ErrorIs(t, d.Resolve(ctx, "inc-1", "ada", at.Add(reopenWithin)), incident.ErrNoRootCause)
	require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-1", "ada", "the machine is gone",
		at.Add(reopenWithin)))
	i, _ = d.Incident("inc-1")
	assert.Equal(t, "the machine is gone", i.CloseReason)
	assert.Equal(t, "ada", i.ClosedBy)
	assert.Equal(t, incident.StateClosed, i.State())

	i, _ = signal(t, d, firing("raw.orders", at.Add(2*reopenWithin+1)))
	assert.Equal(t, "inc-2", i.ID)
	assert.Equal(t, "inc-1", i.Previous)
	assert.Len(t, d.Incidents(), 2)
}

func TestOnlyP1OpensAnIncident(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	_, ok := signal(t, d, firing("mart.leads", at))
	assert.False(t, ok)
	_, ok = signal(t, d, resolved("raw.orders", at))
	assert.False(t, ok)
	i, ok := signal(t, d, firing("nobody.knows", at))
	assert.True(t, ok)
	assert.Equal(t, priority.RuleUnknownAsset, i.Assessment.Rule)
	d.Observe(freshness.Result{Asset: "mart.orders", Status: freshness.Stale, At: at})
	assert.Len(t, d.Incidents(), 2)
	assert.Equal(t, incident.Focus{}, incident.NewDesk(nil).Focus(at))
	text, err := json.Marshal(incident.NewDesk(nil).Focus(at))
	require.NoError(t, err)
	assert.Equal(t, `{"stop":false}`, string(text), "what a deploy bot reads")
	var zero incident.Desk
	_, ok = signal(t, &zero, priority.Signal{})
	assert.True(t, ok, "the zero desk knows nothing, so everything is P1, even without an instant")
	require.ErrorIs(t, zero.Note(ctx, "inc-9", "ada", "x", at), incident.ErrNotFound)
}

func TestFocusIsOnWhatPressesMost(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	assert.Equal(t, "no incident is open", d.Focus(at).String())
	late := firing("raw.orders", at)
	late.Due = at.Add(2 * time.Hour)
	early := firing("raw.customers", at.Add(time.Minute))
	early.Due = at.Add(time.Hour)
	signal(t, d, firing("nobody.knows", at))
	signal(t, d, late)
	signal(t, d, early)
	f := d.Focus(at)
	text, err := json.Marshal(f)
	require.NoError(t, err)
	var read incident.Focus
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, f, read)
	assert.True(t, f.Stop)
	assert.Equal(t, "inc-3", f.Incident.ID)
	assert.Equal(t, `stop for inc-3, P1 raw.customers: exited 1 → mart.orders → "orders", due in 59m; it needs an owner, a second engineer, mitigation, its root cause in writing; 2 more wait`, f.String())
	require.NoError(t, d.Mitigate(ctx, "inc-3", "ada", "x", at))
	f = d.Focus(at)
	assert.Equal(t, "inc-2", f.Incident.ID, "harm comes first")
	assert.Equal(t, []string{"inc-1", "inc-3"}, []string{f.Queue[0].ID, f.Queue[1].ID})
	require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-2", "ada", "x", at))
	require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-1", "ada", "x", at))
	require.Contains(t, d.Focus(at).String(), "stop for inc-3")
	require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-3", "ada", "x", at))
	assert.False(t, d.Focus(at).Stop)
}

func TestAStormIsOneIncident(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for n := range 2500 {
				signal(t, d, firing("raw.orders", at.Add(time.Duration(n)*time.Second)))
				d.Focus(at)
			}
		})
	}
	wait.Wait()
	assert.Len(t, d.Incidents(), 1)
	assert.Len(t, entries(t, d), 1)
}

// play does something at random, as a day's worth of people and signals would.
func play(t testing.TB, d *incident.Desk, random *rand.Rand, now time.Time) error {
	id, who := fmt.Sprintf("inc-%d", 1+random.IntN(6)), []string{"ada", "bob", "eve", ""}[random.IntN(4)]
	asset := []string{"raw.a", "raw.b", "stg", "mart.0", "mart.1", "who"}[random.IntN(6)]
	text := []string{"because", "", " "}[random.IntN(3)]
	switch random.IntN(15) {
	case 0, 1, 2:
		i, known := signal(t, d, firing(asset, now))
		require.True(t, known)
		require.NotEqual(t, incident.StateClosed, i.State(), "what fires has an open incident")
	case 3, 4:
		signal(t, d, resolved(asset, now))
	case 5:
		return d.Acknowledge(ctx, id, who, now)
	case 6:
		return d.Join(ctx, id, who, now)
	case 7:
		return d.Note(ctx, id, who, text, now)
	case 8:
		return d.Mitigate(ctx, id, who, text, now)
	case 9:
		return d.RecordRootCause(ctx, id, who, text, now)
	case 10:
		return d.Resolve(ctx, id, who, now)
	case 11:
		return d.CloseWithoutRootCause(ctx, id, who, text, now)
	case 12:
		return d.Triage(ctx, id, who, text, now)
	case 13:
		return d.Ask(ctx, id, who, "ida", text, now)
	case 14:
		return d.Answer(ctx, id, random.IntN(9), who, text, now)
	}
	return nil
}

func TestStateIsTheFoldOfTheRecord(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	closed, refused := 0, 0
	for range 150 {
		d, now := incident.NewDesk(chain(t, 2)), at
		for range 80 {
			now = now.Add(time.Duration(random.IntN(400)-40) * time.Minute)
			before := len(entries(t, d))
			if err := play(t, d, random, now); err != nil {
				refused++
				require.Len(t, entries(t, d), before, "what is refused leaves no entry")
				require.True(t, errors.Is(err, incident.ErrNoRootCause) ||
					errors.Is(err, incident.ErrClosed) || errors.Is(err, incident.ErrNotFound) ||
					errors.Is(err, incident.ErrInvalidEntry))
			}
		}
		for _, i := range d.Incidents() {
			folded, err := incident.FromEntries(slices.Values(timeline(t, d, i.ID)))
			require.NoError(t, err)
			require.Equal(t, i, folded)
			if i.State() == incident.StateClosed {
				closed++
				require.True(t, i.RootCause != "" || i.CloseReason != "" && i.ClosedBy != "" ||
					i.MergedInto != "", "nothing else closes an incident")
				_, goesOn := d.Incident(i.MergedInto)
				require.Equal(t, i.MergedInto != "", goesOn)
			}
		}
		text, err := json.Marshal(entries(t, d))
		require.NoError(t, err)
		var list []incident.Entry
		require.NoError(t, json.Unmarshal(text, &list))
		again, err := incident.RestoreDesk(chain(t, 2), slices.Values(list))
		require.NoError(t, err)
		second, err := json.Marshal(entries(t, again))
		require.NoError(t, err)
		require.Equal(t, string(text), string(second))
		require.Equal(t, d.Focus(now).String(), again.Focus(now).String())
		require.Equal(t, d.Incidents(), again.Incidents())
		text, err = json.Marshal(d.Incidents())
		require.NoError(t, err)
		var incidents []incident.Incident
		require.NoError(t, json.Unmarshal(text, &incidents))
		require.Equal(t, d.Incidents(), incidents)
	}
	assert.Greater(t, closed, 50)
	assert.Greater(t, refused, 500)
}

func TestARestoredDeskGoesOn(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	signal(t, d, firing("raw.orders", at))
	e := entries(t, d)[0]
	e.Incident = "inc-2"
	again, err := incident.RestoreDesk(classifier(t), slices.Values([]incident.Entry{e}))
	require.NoError(t, err)
	signal(t, again, firing("raw.orders", at))
	assert.Len(t, again.Incidents(), 1, "it knows the identity")
	i, _ := signal(t, again, firing("raw.customers", at))
	assert.Equal(t, "inc-3", i.ID, "an ID that is taken is not given again")

	e.Seq = 2
	_, err = incident.RestoreDesk(nil, slices.Values([]incident.Entry{e}))
	require.ErrorIs(t, err, incident.ErrInvalidEntry)
}

func TestAddRefusesWhatDoesNotBelong(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	signal(t, d, firing("raw.orders", at))
	opened := entries(t, d)[0]
	i, _ := d.Incident("inc-1")
	for want, e := range map[string]incident.Entry{
		"it has no kind":  {Incident: "inc-1", Seq: 2, At: at},
		"it has no kind ": {Incident: "inc-1", Seq: 2, At: at, Kind: 99},
		"only by that":    opened,
		`it is not of incident "inc-1"`: {Incident: "inc-2", Seq: 2, At: at,
			Kind: incident.EntryCleared},
		"the next is 2": {Incident: "inc-1", Seq: 3, At: at,
			Kind: incident.EntryCleared},
		"it has no instant": {Incident: "inc-1", Seq: 2, Kind: incident.EntryCleared},
		"it is not closed": {Incident: "inc-1", Seq: 2, At: at,
			Kind: incident.EntryReopened, Assessment: opened.Assessment},
		"it has no assessment": {Incident: "inc-1", Seq: 2, At: at,
			Kind: incident.EntryRecurred},
		"it has no lease that ends after it": {Incident: "inc-1", Seq: 2, At: at,
			Kind: incident.EntryAcknowledged, Author: "ada", Until: at},
		"it has no author": {Incident: "inc-1", Seq: 2, At: at,
			Kind: incident.EntryJoined, Author: "\t"},
		"it has no text": {Incident: "inc-1", Seq: 2, At: at,
			Kind: incident.EntryClosedWithoutRootCause, Author: "ada"},
	} {
		after, err := i.Add(e)
		require.ErrorIs(t, err, incident.ErrInvalidEntry)
		assert.ErrorContains(t, err, strings.TrimSpace(want))
		assert.Equal(t, i, after)
	}
	_, err := incident.Incident{}.Add(incident.Entry{Incident: "x", Seq: 1, At: at,
		Kind: incident.EntryNoted, Author: "ada", Text: "x"})
	require.ErrorIs(t, err, incident.ErrInvalidEntry)
	_, err = i.Add(incident.Entry{Incident: "inc-1", Seq: 2, At: at, Kind: incident.EntryRootCause})
	assert.Len(t, strings.Split(err.Error(), "\n"), 2, "all faults at once")
}

func TestKindText(t *testing.T) {
	for k := incident.EntryOpened; k <= incident.EntryRaised; k++ {
		text, err := k.MarshalText()
		require.NoError(t, err)
		var again incident.EntryKind
		require.NoError(t, again.UnmarshalText([]byte(strings.ToUpper(string(text)))))
		assert.Equal(t, k, again)
	}
	_, err := incident.EntryKind(0).MarshalText()
	assert.Error(t, err)
	assert.Equal(t, "EntryKind(21)", incident.EntryKind(21).String())
	assert.ErrorContains(t, new(incident.EntryKind).UnmarshalText(nil),
		`kind: "" is none of opened, cleared, `)
	assert.Equal(t, []string{"open", "acknowledged", "mitigated", "closed", "State(9)"},
		[]string{incident.StateOpen.String(), incident.StateAcknowledged.String(),
			incident.StateMitigated.String(), incident.StateClosed.String(), incident.State(9).String()})
}

func TestStateText(t *testing.T) {
	for s := incident.StateOpen; s <= incident.StateClosed; s++ {
		text, err := s.MarshalText()
		require.NoError(t, err)
		var again incident.State
		require.NoError(t, again.UnmarshalText([]byte(strings.ToUpper(string(text)))))
		assert.Equal(t, s, again)
	}
	assert.ErrorContains(t, new(incident.State).UnmarshalText([]byte("x")),
		`state: "x" is none of open, acknowledged, mitigated, closed`)
	d := incident.NewDesk(classifier(t))
	i, _ := signal(t, d, firing("raw.orders", at))
	assert.Equal(t, `[id=inc-1 state=open priority=P1 asset=raw.orders text=raw.orders: exited 1 → mart.orders → "orders"]`, i.LogValue().String())
}

func FuzzRecord(f *testing.F) {
	d := incident.NewDesk(classifier(f))
	signal(f, d, firing("raw.orders", at))
	_ = d.Acknowledge(ctx, "inc-1", "ada", at)
	text, err := json.Marshal(entries(f, d))
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`[{"incident":"x","seq":1,"at":"2021-03-04T06:18:00Z","kind":"opened","report":{}},{"incident":"x","seq":2,"at":"2021-03-04T06:18:00Z","kind":"cleared"}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var list []incident.Entry
		if json.Unmarshal(text, &list) != nil {
			return
		}
		d, err := incident.RestoreDesk(nil, slices.Values(list))
		if err != nil {
			return
		}
		signal(t, d, priority.Signal{})
		_ = d.Focus(at).String()
		_, err = json.Marshal(entries(t, d))
		require.NoError(t, err)
	})
}
