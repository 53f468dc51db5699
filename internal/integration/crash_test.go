package integration

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/internal/integration/steps"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/incident/sqljournal"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/sqlstore"
)

// A life is what a process that may be killed does. It is told in the environment.
type life struct {
	Driver, DSN string
	Replica     string        // the name of the process
	Hosts       string        // the assets of its incidents begin with it
	Loops       int           // how many events it counts; 0: it goes on until it is killed
	Step        int64         // at which step it kills itself, counted from 1; 0: at none
	Ahead       time.Duration // how far its clock is ahead
	Hang        bool          // an announcement takes a while
}

const lifeVariable = "ALWAYSP1_LIFE"

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func promised() *sla.Catalog {
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "shop", Objectives: []sla.Objective{{
		Name: "available", Asset: "svc.shop", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
	}}}})
	if err != nil {
		panic(err)
	}
	return catalog
}

// A process is what a service has: a tracker that is kept, and a desk that announces.
type process struct {
	keeper  *keep.Keeper
	tracker *sla.Tracker
	desk    *incident.Desk
}

func start(ctx context.Context, db *sql.DB, name string, tell func(a incident.Announcement)) (*process, error) {
	return startAt(ctx, clock.New(), db, name, tell)
}

func startAt(ctx context.Context, clk clock.Clock, db *sql.DB, name string, tell func(a incident.Announcement)) (*process, error) {
	if err := errors.Join(sqlstore.Migrate(ctx, db), sqljournal.Migrate(ctx, db)); err != nil {
		return nil, err
	}
	counts, err := sqlstore.Open(ctx, db)
	if err != nil {
		return nil, err
	}
	journal, err := sqljournal.Open(ctx, db)
	if err != nil {
		return nil, err
	}
	p := &process{tracker: sla.NewTracker(promised())}
	p.tracker.Replica = name
	if p.keeper, err = keep.Open(ctx, p.tracker, counts); err != nil {
		return nil, err
	}
	p.keeper.Clock = clk
	p.desk = incident.NewDesk(priority.NewClassifier(promised()), incident.AnnouncerFunc(func(_ context.Context, a incident.Announcement) (string, error) {
		tell(a)
		return "", nil
	}))
	p.desk.Store, p.desk.Clock = journal, clk
	p.desk.Timeout = time.Second // and so a lease is short: what a killed process had claimed is soon another's
	return p, p.desk.Sync(ctx)
}

// TestCrashChild is the process that is killed. It says on its standard output what was acknowledged.
func TestCrashChild(t *testing.T) {
	var l life
	if text := os.Getenv(lifeVariable); text == "" || json.Unmarshal([]byte(text), &l) != nil {
		return // it is a process of other tests
	}
	ctx := t.Context()
	db, err := steps.Open(l.Driver, l.DSN, suicide(l.Step))
	require.NoError(t, err)
	var mu sync.Mutex // what one line says stands on one line
	say := func(words ...any) { mu.Lock(); defer mu.Unlock(); fmt.Println(words...) }
	clk := ahead{clock.New(), l.Ahead}
	p, err := startAt(ctx, clk, db, l.Replica, func(a incident.Announcement) {
		say("told", a.Key, a.Attempt)
		if l.Hang {
			time.Sleep(500 * time.Millisecond)
		}
	})
	require.NoError(t, err)
	go func() { _ = p.desk.Run(ctx) }()
	say("ready")
	for n := 0; l.Loops == 0 || n < l.Loops; n++ {
		require.NoError(t, p.keeper.Record(ctx, "shop/available", noon.Add(time.Duration(n)*time.Second), 1, 0))
		say("counted")
		if n%8 > 0 {
			continue
		}
		// Each is about an asset that nothing explains: those of one asset, or one that feeds another, would be one incident.
		s := priority.Signal{Asset: l.Hosts + strconv.Itoa(n), Kind: priority.Failure, At: clk.Now()}
		_, _, err := p.desk.Signal(ctx, s)
		require.NoError(t, err)
		say("opened", strings.ReplaceAll(s.Identity(), " ", "_"))
	}
	for !announced(t, db) {
		time.Sleep(5 * time.Millisecond)
	}
	say("whole")
}

// suicide kills this process at a step.
func suicide(last int64) steps.Hook {
	var made atomic.Int64
	return func(string, bool) error {
		if made.Add(1) == last {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // it takes a moment
		}
		return nil
	}
}

// announced reports whether nothing is left to be announced, and nothing under way.
func announced(t *testing.T, db *sql.DB) bool {
	var left int
	require.NoError(t, db.QueryRow(`SELECT COUNT(*) FROM alwaysp1_incidents i LEFT JOIN alwaysp1_deliveries d
		ON d.incident = i.incident WHERE i.head > COALESCE(d.sent, 0) OR d.lease > 0`).Scan(&left))
	return left == 0
}

// ahead is a clock that goes wrong.
type ahead struct {
	clock.Clock
	by time.Duration
}

func (a ahead) Now() time.Time { return a.Clock.Now().Add(a.by) }

// What a process that was killed had been told is there, once; and what it had opened is announced.
func TestCrash(t *testing.T) {
	for name, dsn := range engines(t) {
		s := &said{opened: map[string]bool{}, told: map[string]int{}}
		t.Run(name+"/at any time", func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 9))
			for range 12 {
				s.round(t, dsn, 0, time.Duration(r.Int64N(int64(400*time.Millisecond))))
			}
			require.Greater(t, s.counted, s.deaths, "too little was under way to say anything")
			s.announced(t, dsn)
		})
		t.Run(name+"/at each step", func(t *testing.T) {
			for step := 1; !s.whole; step++ {
				s.round(t, dsn, step, 0)
			}
			require.Greater(t, s.deaths, 100, "before and after each statement of its life")
			s.announced(t, dsn)
		})
	}
}

// engines are where processes are killed: by name, the driver and how it finds the database.
func engines(t *testing.T) map[string][2]string {
	t.Helper()
	return map[string][2]string{
		"SQLite":     {"sqlite", "file:" + filepath.Join(t.TempDir(), "crash.db") + "?_pragma=busy_timeout(20000)"},
		"PostgreSQL": {"pgx", database.PostgresDSN(t)},
	}
}

// said is what the killed processes acknowledged.
type said struct {
	rounds  int
	deaths  int
	whole   bool // the last process came to its end by itself
	counted int  // events that were acknowledged
	found   int  // events that are there
	opened  map[string]bool
	told    map[string]int // by key
}

// round starts a process, which is killed at a step, or some time after it is ready; and compares what it had been told with what is there.
func (s *said) round(t *testing.T, dsn [2]string, step int, after time.Duration) {
	t.Helper()
	before := s.counted
	s.live(t, dsn, step, after)
	s.rounds++
	p, _, end := s.restart(t, dsn)
	defer end()
	report, ok := p.tracker.Report("shop", noon.Add(sla.Day))
	require.True(t, ok)
	there := int(report.Objectives[0].Budget.Counts.Good)
	assert.GreaterOrEqual(t, there-s.found, s.counted-before, "step %d: acknowledged events are lost", step)
	assert.LessOrEqual(t, there-s.found, s.counted-before+1, "step %d: events are doubled: one at most was under way", step)
	s.found = there
	opened := map[string]int{}
	for _, i := range p.desk.Incidents() {
		opened[strings.ReplaceAll(i.Identity, " ", "_")]++
	}
	for identity := range s.opened {
		assert.Equal(t, 1, opened[identity], "step %d: %s", step, identity)
	}
	assert.LessOrEqual(t, len(opened), len(s.opened)+s.deaths, "one at most was under way in each process")
}

// live lets a process live until it is killed.
func (s *said) live(t *testing.T, dsn [2]string, step int, after time.Duration) {
	t.Helper()
	l := life{Driver: dsn[0], DSN: dsn[1], Replica: "replica", Hosts: fmt.Sprintf("host-%d-", s.rounds), Step: int64(step)}
	if step > 0 {
		l.Loops = 9
	}
	child, out := l.begin(t)
	var rest []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) == 1 && words[0] == "ready":
			if step == 0 {
				time.AfterFunc(after, func() { _ = child.Process.Kill() })
			}
		case len(words) == 1 && words[0] == "counted":
			s.counted++
		case len(words) == 1 && words[0] == "whole":
			s.whole = true
		case len(words) == 2 && words[0] == "opened":
			s.opened[words[1]] = true
		case len(words) == 3 && words[0] == "told":
			s.hear(t, words[1], words[2])
		default:
			rest = append(rest, lines.Text())
		}
	}
	_ = child.Wait()
	if s.whole {
		return
	}
	s.deaths++
	status, ok := child.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, ok && status.Signaled() && status.Signal() == syscall.SIGKILL, "it ended by itself:\n%s", strings.Join(rest, "\n"))
}

// begin starts a process.
func (l life) begin(t *testing.T) (*exec.Cmd, io.Reader) {
	t.Helper()
	text, err := json.Marshal(l)
	require.NoError(t, err)
	child := exec.Command(os.Args[0], "-test.run=^TestCrashChild$", "-test.timeout=60s")
	child.Env = append(os.Environ(), lifeVariable+"="+string(text))
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	return child, out
}

// restart does what a service does when it starts, and answers what it announces, and how it ends.
func (s *said) restart(t *testing.T, dsn [2]string) (*process, <-chan incident.Announcement, func()) {
	t.Helper()
	db, err := sql.Open(dsn[0], dsn[1])
	require.NoError(t, err)
	told := make(chan incident.Announcement, 1<<16)
	p, err := start(t.Context(), db, "replica-after", func(a incident.Announcement) { told <- a })
	require.NoError(t, err)
	return p, told, func() { db.Close() }
}

// announced lets a process announce what is left: then every incident was told of, and few twice.
func (s *said) announced(t *testing.T, dsn [2]string) {
	t.Helper()
	p, told, end := s.restart(t, dsn)
	defer end()
	s.delivered(t, p, told)
	twice := 0
	for _, n := range s.told {
		twice += n - 1
	}
	assert.LessOrEqual(t, twice, s.deaths, "a death doubles one announcement at most")
}

// hear notes that an announcement was made. Where it was made before, it says that it is another attempt.
func (s *said) hear(t *testing.T, key, attempt string) {
	t.Helper()
	s.told[key]++
	if s.told[key] > 1 {
		assert.NotEqual(t, "1", attempt, "%s comes again, and does not say so", key)
	}
}

// delivered lets the desk announce what is left: then every incident was told of.
func (s *said) delivered(t *testing.T, p *process, told <-chan incident.Announcement) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- p.desk.Run(ctx) }()
	missing := map[string]bool{}
	for _, i := range p.desk.Incidents() {
		missing[i.ID] = true
	}
	heard := func(key string) { delete(missing, key[:strings.IndexByte(key, '/')]) }
	for key := range s.told {
		heard(key)
	}
	for len(missing) > 0 {
		select {
		case a := <-told:
			s.hear(t, a.Key, strconv.Itoa(a.Attempt))
			heard(a.Key)
		case <-ctx.Done():
			t.Fatalf("%d incidents were never announced", len(missing))
		}
	}
	stop()
	<-ended
}
