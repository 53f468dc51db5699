package faults

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/steps"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/incident/sqljournal"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/sqlstore"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

var errFault = errors.New("the connection was reset")

// A fault is which step of a database fails, from 1, once or from there on, and whether it is made
// all the same.
type fault struct {
	at            int64
	made, forever bool

	mu    sync.Mutex
	steps int64
}

func (f *fault) hook(_ string, made bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !made {
		f.steps++
	}
	if f.steps == f.at && made == f.made || f.forever && f.at > 0 && f.steps > f.at {
		return errFault
	}
	return nil
}

// A life is a process on a database that fails.
type life struct {
	t       *testing.T
	keeper  *keep.Keeper
	tracker *tracker.Tracker
	store   *sqlstore.Store
	desk    *incident.Desk
	town    *listeners
}

// listeners are the people who read the announcements of all processes.
type listeners struct {
	mu    sync.Mutex
	heard map[string]int // by key
	upTo  map[string]int // by incident: up to which entry
	seen  chan struct{}  // has something when there is news
	wrong []string
}

func (l *listeners) hear(a incident.Announcement) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard[a.Key]++
	if l.heard[a.Key] > 1 && a.Attempt == 1 {
		l.wrong = append(l.wrong, a.Key+" comes again, and is not marked as repeated")
	}
	if a.New[0].Seq > l.upTo[a.Incident.ID]+1 {
		l.wrong = append(l.wrong, a.Key+" leaves something out")
	}
	l.upTo[a.Incident.ID] = max(l.upTo[a.Incident.ID], a.Incident.EntryCount)
	select {
	case l.seen <- struct{}{}:
	default:
	}
}

func twoPromises() *sla.Catalog {
	objective := func(name string) sla.Objective {
		return sla.Objective{Name: name, Asset: "svc.shop", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day)}
	}
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "shop", Objectives: []sla.Objective{objective("available"), objective("fast")}}})
	must(err)
	return catalog
}

// begin starts a process. What fails is tried a second time, as a supervisor of the process does.
func begin(ctx context.Context, t *testing.T, db *sql.DB, town *listeners) (l *life, err error) {
	for range 2 {
		if l, err = begun(ctx, t, db, town); err == nil {
			return l, nil
		}
	}
	return nil, err
}

func begun(ctx context.Context, t *testing.T, db *sql.DB, town *listeners) (*life, error) {
	if err := errors.Join(sqlstore.Migrate(ctx, db), sqljournal.Migrate(ctx, db)); err != nil {
		return nil, err
	}
	l := &life{t: t, town: town, tracker: tracker.New(twoPromises())}
	l.tracker.Replica = "a"
	store, err := sqlstore.Open(ctx, db)
	if err != nil {
		return nil, err
	}
	l.store = store
	journal, err := sqljournal.Open(ctx, db)
	if err != nil {
		return nil, err
	}
	if l.keeper, err = keep.Open(ctx, l.tracker, store); err != nil {
		return nil, err
	}
	l.desk = incident.NewDesk(priority.NewClassifier(twoPromises()), incident.AnnouncerFunc(func(_ context.Context, a incident.Announcement) (string, error) {
		town.hear(a)
		return "", nil
	}))
	l.desk.Store, l.desk.Every, l.desk.Timeout = journal, 2*time.Millisecond, 100*time.Millisecond
	return l, l.desk.Sync(ctx)
}

func (l *life) signal(ctx context.Context, state priority.Kind, asset string) error {
	_, _, err := l.desk.Signal(ctx, priority.Signal{Asset: asset, Kind: state, Summary: "it's down", At: noon})
	return err
}

// heardAll waits until everything in the record was announced.
func (l *life) heardAll(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	run, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- l.desk.Run(run) }()
	defer func() { stop(); <-ended }()
	for {
		if l.allTold() {
			return nil
		}
		select {
		case <-l.town.seen:
		case <-time.After(2 * time.Millisecond):
			if l.desk.Err() != nil && l.dead() {
				return l.desk.Err()
			}
		case <-ctx.Done():
			return fmt.Errorf("not everything was announced: %w; %w", ctx.Err(), l.desk.Err())
		}
	}
}

// dead reports whether the store has failed for ever.
func (l *life) dead() bool {
	for range 3 {
		if _, err := l.store.Load(l.t.Context()); err == nil {
			return false
		}
	}
	return true
}

func (l *life) allTold() bool {
	l.town.mu.Lock()
	defer l.town.mu.Unlock()
	for _, i := range l.desk.Incidents() {
		if l.town.upTo[i.ID] < i.EntryCount {
			return false
		}
	}
	return true
}

// A deed is one step of a story. One that counts events is not done again by the process that did
// it, for its tracker has them.
type deed struct {
	counts bool
	do     func(ctx context.Context, l *life) error
}

var excused = sla.Correction{
	ID: "c-1", SLA: "shop", Start: noon.Add(10 * time.Minute), End: noon.Add(20 * time.Minute), Author: "ada", Reason: "an outage", EnteredAt: noon,
}

// deeds are a story with everything that writes.
func deeds() []deed {
	count := func(n int) deed {
		return deed{true, func(ctx context.Context, l *life) error {
			at := noon.Add(time.Duration(n) * 7 * time.Minute)
			must(errors.Join(l.tracker.Record("shop/available", at, 1, 0), l.tracker.Record("shop/fast", at, 0, 1)))
			return l.keeper.Flush(ctx)
		}}
	}
	does := func(do func(ctx context.Context, l *life) error) deed { return deed{false, do} }
	return []deed{
		count(0), count(1),
		does(func(ctx context.Context, l *life) error { return l.keeper.Correct(ctx, excused) }),
		does(func(ctx context.Context, l *life) error { return l.signal(ctx, priority.KindFailure, "svc.shop") }),
		does(func(ctx context.Context, l *life) error {
			return l.store.Define(ctx, keep.Definitions{Version: 1, SLAs: []sla.SLA{{ID: "shop"}}})
		}),
		does(func(ctx context.Context, l *life) error { return l.keeper.Compact(ctx) }),
		count(2),
		does(func(ctx context.Context, l *life) error { return l.heardAll(ctx) }),
		does(func(ctx context.Context, l *life) error { return l.desk.Acknowledge(ctx, "inc-1", "ada", noon) }),
		does(func(ctx context.Context, l *life) error { return l.signal(ctx, priority.KindFailure, "unknown") }),
		does(func(ctx context.Context, l *life) error {
			return l.desk.RecordRootCause(ctx, "inc-1", "ada", "a full disk", noon)
		}),
		does(func(ctx context.Context, l *life) error { return l.desk.Resolve(ctx, "inc-1", "ada", noon) }),
		does(func(ctx context.Context, l *life) error { return l.keeper.Compact(ctx) }),
		does(func(ctx context.Context, l *life) error { return l.keeper.Sync(ctx) }),
		does(func(ctx context.Context, l *life) error { return l.heardAll(ctx) }),
	}
}

// live does the deeds from one on, and ends at the first that fails three times. It looks at what
// others see after each.
func (l *life) live(ctx context.Context, db *sql.DB, from int) int {
	for n, d := range deeds()[from:] {
		tries := 3
		if d.counts {
			tries = 1
		}
		err := errFault
		for ; tries > 0 && err != nil; tries-- {
			err = d.do(ctx, l)
		}
		whole(l.t, db)
		if err != nil && !d.counts || err != nil && l.dead() {
			return from + n
		}
	}
	return len(deeds())
}

// whole checks what other processes see between two deeds: no half of anything.
func whole(t *testing.T, db *sql.DB) {
	t.Helper()
	for what, query := range map[string]string{
		"a head without its deltas":    `SELECT COUNT(*) FROM alwaysp1_replicas r WHERE head <> (SELECT MAX(seq) FROM alwaysp1_deltas d WHERE d.replica = r.replica)`,
		"more than one snapshot":       `SELECT COUNT(*) FROM (SELECT name FROM alwaysp1_documents GROUP BY name HAVING COUNT(*) > 1) n`,
		"an entry and no announcement": `SELECT COUNT(*) FROM (SELECT incident, MAX(seq) AS head FROM alwaysp1_journal GROUP BY incident) j LEFT JOIN alwaysp1_incidents i ON i.incident = j.incident WHERE i.head IS NULL OR i.head <> j.head`,
		"a gap in the journal":         `SELECT COALESCE(MAX(position), 0) - COUNT(*) FROM alwaysp1_journal`,
		"a gap in a record":            `SELECT COUNT(*) FROM (SELECT incident FROM alwaysp1_journal GROUP BY incident HAVING MAX(seq) <> COUNT(*)) g`,
	} {
		var n int
		require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&n))
		require.Zero(t, n, what)
	}
}

// outcome is all that somebody can see in the end.
func (l *life) outcome(ctx context.Context) string {
	r, _ := l.tracker.Report("shop", noon.Add(sla.Day))
	text, err := r.MarshalJSON()
	require.NoError(l.t, err)
	d, err := l.store.Definitions(ctx)
	require.NoError(l.t, err)
	entries, err := l.desk.Entries(ctx)
	require.NoError(l.t, err)
	out := fmt.Sprintf("%s\ndefinitions %d\n", text, d.Version)
	for _, e := range entries {
		out += fmt.Sprintln(e.Incident, e.Seq, e)
	}
	return out
}

// counted is how many of the deeds that count are kept.
func (l *life) counted() int {
	r, _ := l.tracker.Report("shop", noon.Add(sla.Day))
	available, fast := r.Objectives[0].Raw.Counts, r.Objectives[1].Raw.Counts
	require.Equal(l.t, sla.Counts{Good: fast.Bad, Bad: fast.Good}, available, "half of a flush is kept")
	return int(available.Good)
}

// run lives through the story with a fault, ends it in another process, and returns what is there
// in the end.
func run(t *testing.T, driver, dsn string, f *fault) string {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	sound, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	defer sound.Close()
	empty(t, sound)
	stores(t, sound)
	faulty, err := steps.Open(driver, dsn, f.hook)
	require.NoError(t, err)
	defer faulty.Close()
	town := &listeners{heard: map[string]int{}, upTo: map[string]int{}, seen: make(chan struct{}, 1)}
	from := 0
	l, err := begin(ctx, t, faulty, town)
	if err == nil {
		from = l.live(ctx, sound, 0)
	}
	if !f.forever {
		require.NoError(t, err)
		require.Equal(t, len(deeds()), from)
		require.NoError(t, l.keeper.Err())
	}
	next, err := begin(ctx, t, sound, town)
	require.NoError(t, err)
	before := 0
	for _, d := range deeds()[:from] {
		if d.counts {
			before++
		}
	}
	if f.forever && from < len(deeds()) && deeds()[from].counts { // is it kept? The caller looks
		require.GreaterOrEqual(t, next.counted(), before, "what was acknowledged is lost")
		from += next.counted() - before
	} else {
		require.Equal(t, before, next.counted())
	}
	require.Equal(t, len(deeds()), next.live(ctx, sound, from))
	town.mu.Lock()
	defer town.mu.Unlock()
	assert.Empty(t, town.wrong)
	twice := 0
	for _, n := range town.heard {
		twice += n - 1
	}
	assert.LessOrEqual(t, twice, 1, "a fault doubles one announcement at most")
	return next.outcome(ctx)
}

// Each step that is made with the database fails, once or from there on, made or not: in the end
// all is as if none had failed. On PostgreSQL, where each try takes longer, each step fails in one
// of these ways.
func TestWhicheverStepFails(t *testing.T) {
	for name, source := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := source(t)
			none := &fault{}
			want := run(t, dsn[0], dsn[1], none)
			require.Contains(t, want, "inc-1 4")
			for n, mode := range []struct{ made, forever bool }{{false, false}, {true, false}, {false, true}, {true, true}} {
				first, stride := int64(1), int64(1)
				if name == "PostgreSQL" {
					first, stride = int64(n)+1, 4
				}
				for at := first; at <= none.steps; at += stride {
					t.Run(fmt.Sprintf("step %d, made %v, for ever %v", at, mode.made, mode.forever), func(t *testing.T) {
						require.Equal(t, want, run(t, dsn[0], dsn[1], &fault{at: at, made: mode.made, forever: mode.forever}))
					})
				}
			}
		})
	}
}
