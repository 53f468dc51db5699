package incident_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

// story lists what was recorded: the incident and the kind of each entry.
func story(t testing.TB, d *incident.Desk) string {
	var list []string
	for _, e := range entries(t, d) {
		list = append(list, strings.TrimPrefix(e.Incident, "inc-")+" "+e.Kind.String())
	}
	return strings.Join(list, ", ")
}

// A signal that comes and goes has to stay resolved the longer the more often it fired again:
// from the third time on for 15 minutes,
// then twice as long each time, up to a day.
func TestHowLongASignalHasToStayResolved(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	now := at
	signal(t, d, firing("raw.orders", now))
	for n := range 14 {
		var want time.Duration
		if n >= 3 {
			want = min(15*time.Minute<<(n-3), 24*time.Hour)
		}
		now = now.Add(time.Minute)
		i, _ := signal(t, d, resolved("raw.orders", now))
		require.Equal(t, n, i.Recurrences)
		require.Equal(t, want > 0, i.Firing, "after %d recurrences", n)
		if want > 0 {
			i, _ = signal(t, d, resolved("raw.orders", now.Add(want-1)))
			require.True(t, i.Firing, "after %d recurrences", n)
			now = now.Add(want)
			i, _ = signal(t, d, resolved("raw.orders", now))
			require.False(t, i.Firing, "after %d recurrences", n)
		}
		require.Equal(t, now, i.ClearedAt)
		now = now.Add(time.Minute)
		i, _ = signal(t, d, firing("raw.orders", now))
		require.True(t, i.Firing)
	}
}

// Firing again ends the time for which it has stayed resolved.
func TestFiringAgainEndsTheQuiet(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	for n := range 4 {
		signal(t, d, firing("raw.orders", minute(2*n)))
		signal(t, d, resolved("raw.orders", minute(2*n+1)))
	}
	signal(t, d, firing("raw.orders", minute(8)))
	signal(t, d, resolved("raw.orders", minute(10)))
	signal(t, d, firing("raw.orders", minute(20)))
	i, _ := signal(t, d, resolved("raw.orders", minute(26)))
	assert.True(t, i.Firing, "16 minutes after the first, and none after it fired")
	i, _ = signal(t, d, resolved("raw.orders", minute(41)))
	assert.False(t, i.Firing)
}

// Run clears a signal at the instant at which it has stayed resolved for long enough.
func TestRunClearsWhatHasStayedResolved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := incident.NewDesk(classifier(t))
		for range 3 {
			signal(t, d, firing("raw.orders", time.Now()))
			time.Sleep(time.Minute)
			signal(t, d, resolved("raw.orders", time.Now()))
			time.Sleep(time.Minute)
		}
		signal(t, d, firing("raw.orders", time.Now()))
		signal(t, d, resolved("raw.orders", time.Now()))
		begin := time.Now()
		d.Every = time.Minute
		end := running(d)
		time.Sleep(14*time.Minute + 30*time.Second)
		i, _ := d.Incident("inc-1")
		assert.True(t, i.Firing)
		time.Sleep(time.Minute)
		i, _ = d.Incident("inc-1")
		assert.False(t, i.Firing)
		assert.Equal(t, 15*time.Minute, i.ClearedAt.Sub(begin))
		require.Error(t, end())
	})
}

// Which incident Signal returns where the signal changes nothing.
func TestTheIncidentOfASignalThatChangesNothing(t *testing.T) {
	d := incident.NewDesk(chain(t, 2))
	tell := func(s priority.Signal, want string) {
		t.Helper()
		before := len(entries(t, d))
		i, known := signal(t, d, s)
		assert.Equal(t, want != "", known)
		assert.Equal(t, want, i.ID)
		assert.Len(t, entries(t, d), before)
	}
	tell(resolved("stg", at), "")
	signal(t, d, firing("mart.0", at))
	signal(t, d, firing("stg", at))
	tell(firing("mart.0", at), "inc-2")
	tell(resolved("mart.0", at), "inc-2")
	tell(firing("stg", minute(-1)), "inc-2")
	require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-2", "ada", "x", at))
	tell(resolved("stg", at), "inc-2")
	tell(resolved("mart.0", at), "inc-2")
	minor := priority.Signal{Asset: "nobody", Kind: priority.KindFailure, At: at}
	lesser := incident.NewDesk(&priority.Classifier{UnknownTier: sla.Tertiary})
	_, known := signal(t, lesser, minor)
	assert.False(t, known)
	assert.Empty(t, entries(t, lesser))
}

// What is closed is reopened up to a day after, that instant included; later, another one is
// opened that names it. Both have the targets of now.
func TestHowLongAnIncidentMayBeReopened(t *testing.T) {
	for after, want := range map[time.Duration]string{
		0:                "1 opened, 1 closed-without-root-cause, 1 reopened",
		reopenWithin:     "1 opened, 1 closed-without-root-cause, 1 reopened",
		reopenWithin + 1: "1 opened, 1 closed-without-root-cause, 2 opened",
	} {
		d := incident.NewDesk(classifier(t))
		signal(t, d, firing("raw.orders", at))
		assert.Nil(t, entries(t, d)[0].Targets)
		require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-1", "ada", "x", minute(1)))
		d.Targets = map[priority.Priority]incident.ResponseTargets{priority.P1: {Resolve: time.Hour},
			priority.P2: {Resolve: time.Minute}}
		i, _ := signal(t, d, firing("raw.orders", minute(1).Add(after)))
		assert.Equal(t, want, story(t, d), after)
		assert.Equal(t, time.Hour, i.Targets.Resolve)
		assert.Equal(t, map[bool]string{true: "inc-1"}[i.ID == "inc-2"], i.Previous)
		assert.Equal(t, firing("raw.orders", at).Identity(), i.Identity)
	}
}

// With 1,000 open, one that explains another opens all the same, and so does one where nothing
// stands at P1.
func TestWhatOpensBeyondTheBound(t *testing.T) {
	board := newSwitchboard(t)
	d := incident.NewDesk(board.Classifier)
	d.Hysteresis = &priority.Hysteresis{Hold: -1, CleanEvaluations: -1}
	for n := range 998 {
		signal(t, d, firing(fmt.Sprint("unknown-", n), at))
	}
	signal(t, d, firing("mart.orders", at))
	i, _ := signal(t, d, firing("one-more", at))
	assert.Equal(t, "inc-1000", i.ID)
	i, _ = signal(t, d, firing("too-many", at))
	assert.Equal(t, "inc-1000", i.ID)
	assert.Equal(t, "too-many", i.Symptoms[0].Asset)
	i, _ = signal(t, d, firing("raw.orders", at))
	assert.Equal(t, "inc-1001", i.ID, "it explains one of them")
	assert.Equal(t, "mart.orders", i.Symptoms[0].Asset)

	small := incident.NewDesk(priority.NewClassifier(nil))
	for n := range 1001 {
		i, _ := signal(t, small, firing(fmt.Sprint("unknown-", n), at))
		assert.Equal(t, fmt.Sprint("inc-", min(n+1, 1000)), i.ID)
	}
}

// Who works on it keeps it, with one link to each cause; the others are merged into their cause.
func TestACauseLinksWhatPeopleWorkOnOnce(t *testing.T) {
	d := incident.NewDesk(chain(t, 3))
	signal(t, d, firing("mart.0", at))
	require.NoError(t, d.Join(ctx, "inc-1", "ada", at))
	signal(t, d, firing("mart.1", at))
	signal(t, d, firing("unrelated", at))
	signal(t, d, firing("stg", at))
	assert.Equal(t, "1 opened, 1 joined, 2 opened, 3 opened, 4 opened, 1 linked, 4 attached, 2 merged",
		story(t, d))
	signal(t, d, resolved("stg", minute(1)))
	signal(t, d, firing("stg", minute(2)))
	assert.Equal(t, "4 cleared, 4 recurred", story(t,
		d)[len("1 opened, 1 joined, 2 opened, 3 opened, 4 opened, 1 linked, 4 attached, 2 merged, "):],
		"what is linked already is not linked again")
	list := entries(t, d)
	attached := list[6]
	assert.Equal(t, firing("mart.1", at).Identity(), attached.Identity)
	assert.Equal(t, []string{"mart.1", "inc-2", `mart.1: exited 1 → "s"`},
		[]string{attached.Asset, attached.Other, attached.Text})
	assert.Equal(t, "inc-4", list[7].Other)
	assert.Equal(t, "inc-4", list[5].Other)
	i, _ := signal(t, d, firing("raw.a", minute(3)))
	assert.Equal(t, "inc-5", i.ID)
	assert.Equal(t, "5 opened, 1 linked, 5 attached, 4 merged",
		story(t, d)[len(story(t, d))-len("5 opened, 1 linked, 5 attached, 4 merged"):])
	one, _ := d.Incident("inc-1")
	assert.Equal(t, []string{"inc-4", "inc-5"}, one.Links)
}

// The list of symptoms is bounded, and what was an incident is taken in all the same.
func TestSymptomsBeyondTheBoundLeaveNoEntry(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	signal(t, d, firing("raw.orders", at))
	for n := range incident.MostSymptoms + 5 {
		s := firing("raw.orders", at)
		s.Source = fmt.Sprint("source ", n)
		i, known := signal(t, d, s)
		require.True(t, known)
		require.Equal(t, "inc-1", i.ID)
	}
	assert.Len(t, entries(t, d), 1+incident.MostSymptoms)
	assert.Len(t, d.Incidents(), 1)
}

// A signal of no instant is of that of the newest entry, and of a desk without one of the first
// there is.
func TestTheInstantOfASignalThatHasNone(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	i, _ := signal(t, d, firing("raw.orders", time.Time{}))
	assert.Equal(t, time.Time{}.Add(1), i.OpenedAt)
	require.NoError(t, d.Note(ctx, "inc-1", "ada", "x", minute(7)))
	i, _ = signal(t, d, firing("raw.customers", time.Time{}))
	assert.Equal(t, minute(7), i.OpenedAt)
	i, _ = signal(t, d, firing("nobody.knows", at.Local()))
	assert.Equal(t, at, i.OpenedAt, "in UTC")
}

// What an entry keeps of a report: the first 50 promises, 4 KiB of the summary, and its instants
// where they can be written.
func TestWhatAnEntryKeepsOfAReport(t *testing.T) {
	catalogOf := func(n int) *priority.Classifier {
		var list []sla.SLA
		for m := range n {
			list = append(list, sla.SLA{ID: fmt.Sprintf("s%03d", m), Assets: []string{"mart.orders"}})
		}
		c, err := sla.NewCatalog(list)
		require.NoError(t, err)
		return priority.NewClassifier(c)
	}
	for n, want := range map[int]int{1: 1, 50: 50, 51: 50, 200: 50} {
		i, _ := signal(t, incident.NewDesk(catalogOf(n)), firing("mart.orders", at))
		assert.Len(t, i.Assessment.Impacts, want)
		assert.Equal(t, "s000", i.Assessment.Impacts[0].SLA)
	}
	for n, whole := range map[int]bool{4096: true, 4097: false} {
		s := firing("raw.orders", at)
		s.Summary = strings.Repeat("x", n)
		i, _ := signal(t, incident.NewDesk(nil), s)
		assert.Equal(t, whole, i.Assessment.Signal.Summary == s.Summary)
		assert.Equal(t, strings.Repeat("x", 4096), strings.TrimSuffix(i.Assessment.Signal.Summary, "…"))
	}
	year := func(n int) time.Time { return time.Date(n, 6, 1, 0, 0, 0, 0, time.UTC) }
	for n, kept := range map[int]bool{9999: true, 10000: false, 1: true, -1: false} {
		s := firing("raw.orders", at)
		s.Expires, s.Severity = year(n), priority.SeverityError
		i, _ := signal(t, incident.NewDesk(nil), s)
		assert.Equal(t, kept, i.Assessment.Signal.Expires.Equal(year(n)), n)
		assert.Equal(t, kept, i.Assessment.Signal.At.Equal(at), n)
		assert.Equal(t, priority.SeverityError, i.Assessment.Signal.Severity)
		assert.Equal(t, at, i.OpenedAt)
		_, err := json.Marshal(i)
		require.NoError(t, err)

		d := incident.NewDesk(nil)
		signal(t, d, firing("raw.orders", at))
		assert.Equal(t, kept, d.Note(ctx, "inc-1", "ada", "x", year(n)) == nil, n)
		first, known := signal(t, incident.NewDesk(nil), firing("x", year(n)))
		require.True(t, known)
		assert.Equal(t, kept, first.OpenedAt.Equal(year(n)), n)
	}
}

// A report that has no JSON form loses the instants of its promises too.
func TestAReportWithoutAJSONFormLosesItsInstants(t *testing.T) {
	far := time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)
	catalog := ordersCatalog(t)
	d := incident.NewDesk(holding(catalog, 0, func(*sla.SLA, time.Time) (time.Time, bool) { return far, true }))
	signal(t, d, firing("raw.orders", at))
	assert.Empty(t, d.Incidents(), "safe for ten thousand years")
	d = incident.NewDesk(holding(catalog, -1, func(*sla.SLA, time.Time) (time.Time, bool) { return far, true }))
	i, known := signal(t, d, firing("raw.orders", at))
	require.True(t, known)
	assert.Zero(t, i.Assessment.Impacts[0].Until)
	assert.Equal(t, priority.EffectExposed, i.Assessment.Impacts[0].Effect)
	assert.Equal(t, "orders", i.Assessment.Impacts[0].SLA)
	assert.Contains(t, i.Assessment.Text, "raw.orders")
}

// A store that has always moved on is given up after a thousand rounds.
func TestAThousandConflictsAreEnough(t *testing.T) {
	for conflicts, fine := range map[int]bool{999: true, 1000: false} {
		d := incident.NewDesk(nil)
		d.Store = &moving{Memory: new(incident.Memory), conflicts: conflicts}
		_, _, err := d.Signal(ctx, firing("x", at))
		assert.Equal(t, fine, err == nil)
		if !fine {
			require.ErrorIs(t, err, incident.ErrConflict)
			assert.ErrorContains(t, err, "1000 times")
		}
	}
}

// A record longer than a page is read to its end, by a desk and by who asks for the entries.
func TestALongRecordIsReadToItsEnd(t *testing.T) {
	store := new(incident.Memory)
	first := incident.NewDesk(nil)
	first.Store = store
	signal(t, first, firing("x", at))
	for n := range 1200 {
		require.NoError(t, first.Note(ctx, "inc-1", "ada", fmt.Sprint(n), at))
	}
	second := incident.NewDesk(nil)
	second.Store = store
	_, known := second.Incident("inc-1")
	assert.False(t, known)
	require.NoError(t, second.Sync(ctx))
	i, known := second.Incident("inc-1")
	require.True(t, known)
	assert.Equal(t, 1201, i.EntryCount)
	assert.Len(t, entries(t, second), 1201)
	assert.Empty(t, timeline(t, second, "inc-9"))
}

// Every call of a desk that cannot read its store returns the store's error, and Err says so
// until it can.
func TestADeskWhoseStoreFails(t *testing.T) {
	d := incident.NewDesk(nil)
	signal(t, d, firing("x", at))
	list := entries(t, d)
	store := &scissors{Memory: new(incident.Memory), at: 1, forever: true}
	require.NoError(t, store.Memory.Append(ctx, 0, list...))
	d = incident.NewDesk(nil)
	d.Store = store
	for name, call := range map[string]func() error{
		"signal":   func() error { _, _, err := d.Signal(ctx, firing("x", at)); return err },
		"note":     func() error { return d.Note(ctx, "inc-1", "ada", "x", at) },
		"sync":     func() error { return d.Sync(ctx) },
		"entries":  func() error { _, err := d.Entries(ctx); return err },
		"timeline": func() error { _, err := d.Timeline(ctx, "inc-1"); return err },
		"dead":     func() error { _, err := d.DeadLetters(ctx); return err },
		"redeliver": func() error {
			return d.Redeliver(ctx,
				incident.Delivery{Announcer: "a", Incident: "inc-1"})
		},
	} {
		require.ErrorIs(t, call(), errCut, name)
	}
	require.EqualError(t, d.Err(), "incident: store: cut")
	over, cancel := context.WithCancelCause(ctx)
	cancel(errors.New("over"))
	store.mu.Lock()
	store.forever = false
	store.mu.Unlock()
	require.Error(t, d.Sync(over))
	require.EqualError(t, d.Err(), "incident: store: cut", "a caller who gave up proves nothing about the store")
	require.NoError(t, d.Sync(ctx))
	require.NoError(t, d.Err())

	cutting := &scissors{Memory: new(incident.Memory), at: 4} // read, read, append; then the timeline
	require.NoError(t, cutting.Memory.Append(ctx, 0, list...))
	d = incident.NewDesk(nil)
	d.Store = cutting
	require.NoError(t, d.Sync(ctx))
	require.ErrorIs(t, d.Note(ctx, "inc-1", "ada", "x", at), errCut)
	require.NoError(t, d.Note(ctx, "inc-1", "ada", "x", at))
	assert.Len(t, entries(t, d), 2)
}
