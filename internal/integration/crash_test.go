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
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A life is what a process that may be killed does. It is given in the environment.
type life struct {
	Driver, DSN string
	Replica     string        // the name of the process
	Hosts       string        // the assets of its incidents begin with it
	Loops       int           // how many events it counts; 0: it goes on until it is killed
	Step        int64         // at which step it kills itself, counted from 1; 0: at none
	Halt        string        // after which step it stops: its first words; empty: after none
	HaltAt      int64         // at which of those; 0: the first
	Ahead       time.Duration // how far its clock is ahead
	Town        string        // the URL of those who hear its announcements
}

const lifeVariable = "ALWAYSP1_LIFE"

// rounds is how many times the tests of crashes do what they do, each time in other orders:
// ALWAYSP1_ROUNDS, or once.
func rounds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("ALWAYSP1_ROUNDS")
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "ALWAYSP1_ROUNDS")
	return n
}

// mostOpened is how many incidents a process opens: of all that one test starts, fewer than a desk
// has open at once.
const mostOpened = 60

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
	tracker *tracker.Tracker
	desk    *incident.Desk
}

func start(ctx context.Context, db *sql.DB, name string, tell incident.AnnouncerFunc) (*process, error) {
	return startAt(ctx, clock.New(), db, name, tell)
}

func startAt(ctx context.Context, clk clock.Clock, db *sql.DB, name string, tell incident.AnnouncerFunc) (*process, error) {
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
	p := &process{tracker: tracker.New(promised())}
	p.tracker.Replica = name
	if p.keeper, err = keep.Open(ctx, p.tracker, counts); err != nil {
		return nil, err
	}
	p.keeper.Clock = clk
	p.desk = incident.NewDesk(priority.NewClassifier(promised()), tell)
	p.desk.Store, p.desk.Clock = journal, clk
	p.desk.Timeout = time.Second // and so a lease is short: what a killed process had claimed is soon another's
	return p, p.desk.Sync(ctx)
}

// TestCrashChild is the process that is killed. It prints what was acknowledged.
func TestCrashChild(t *testing.T) {
	var l life
	if text := os.Getenv(lifeVariable); text == "" || json.Unmarshal([]byte(text), &l) != nil {
		return // it is a process of other tests
	}
	ctx := t.Context()
	db, err := steps.Open(l.Driver, l.DSN, l.hook())
	require.NoError(t, err)
	clk := ahead{clock.New(), l.Ahead}
	p, err := startAt(ctx, clk, db, l.Replica, l.tell)
	require.NoError(t, err)
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- p.desk.Run(running) }()
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin) // until it may begin
	for n := 0; l.Loops == 0 || n < l.Loops; n++ {
		require.NoError(t, p.keeper.Record(ctx, "shop/available", noon.Add(time.Duration(n)*time.Second), 1, 0))
		fmt.Println("counted")
		if n == 4 {
			require.NoError(t, p.keeper.Compact(ctx))
		}
		if n%8 > 0 || n/8 >= mostOpened {
			continue
		}
		// Each is about an asset that nothing explains: those of one asset, or one that feeds
		// another, would be one incident.
		s := priority.Signal{Asset: l.Hosts + strconv.Itoa(n), Kind: priority.KindFailure, At: clk.Now()}
		_, _, err := p.desk.Signal(ctx, s)
		require.NoError(t, err)
		fmt.Println("opened", strings.ReplaceAll(s.Identity(), " ", "_"))
	}
	for !announced(t, db) {
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	<-ended // when what was under way is written down
	fmt.Println("whole")
}

// hook kills this process at a step, or stops it after one.
func (l life) hook() steps.Hook {
	var made, halts atomic.Int64
	return func(step string, done bool) error {
		if made.Add(1) == l.Step {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // it takes a moment
		}
		if done && l.Halt != "" && strings.HasPrefix(step, l.Halt) && halts.Add(1) == max(l.HaltAt, 1) {
			fmt.Println("halts")
			_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
			time.Sleep(50 * time.Millisecond) // it takes a moment
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

// What was acknowledged to a process that was killed is there, once; and what it had opened is
// announced.
func TestCrash(t *testing.T) {
	for name, empty := range engines(t) {
		t.Run(name+"/at any time", func(t *testing.T) {
			for n := range rounds(t) {
				s, dsn, r := newAcknowledged(t), empty(), rand.New(rand.NewPCG(7, uint64(n)))
				for range 12 {
					s.round(t, dsn, 0, time.Duration(r.Int64N(int64(400*time.Millisecond))))
				}
				require.Greater(t, s.counted, s.deaths, "too little was under way to prove anything")
				s.announced(t, dsn)
			}
		})
		t.Run(name+"/at each step", func(t *testing.T) {
			for range rounds(t) {
				s, dsn := newAcknowledged(t), empty()
				for step := 1; !s.whole; step++ {
					s.round(t, dsn, step, 0)
				}
				require.Greater(t, s.deaths, 100, "before and after each statement of its life")
				s.announced(t, dsn)
			}
		})
		t.Run(name+"/at each step of the first start", func(t *testing.T) {
			for range rounds(t) {
				deaths := 0
				for step := 1; ; step++ {
					s := newAcknowledged(t)
					s.round(t, empty(), step, 0)
					deaths += s.deaths
					if s.ready {
						break
					}
				}
				require.Greater(t, deaths, 50, "before and after each statement that makes tables")
			}
		})
	}
}

// engines are where processes are killed: by name, how an empty database is made; its driver, and
// how that finds it.
func engines(t *testing.T) map[string]func() [2]string {
	t.Helper()
	cluster := database.PostgresDSN(t)
	admin, err := sql.Open("pgx", cluster)
	require.NoError(t, err)
	t.Cleanup(func() { admin.Close() })
	n := 0
	return map[string]func() [2]string{
		"SQLite": func() [2]string {
			return [2]string{"sqlite", "file:" + filepath.Join(t.TempDir(), "crash.db") + "?_pragma=busy_timeout(20000)"}
		},
		"PostgreSQL": func() [2]string {
			n++
			name := "crash" + strconv.Itoa(n)
			_, err := admin.Exec("CREATE DATABASE " + name)
			require.NoError(t, err)
			return [2]string{"pgx", strings.Replace(cluster, "dbname=postgres", "dbname="+name, 1)}
		},
	}
}

// acknowledged is what the killed processes acknowledged.
type acknowledged struct {
	town    *town
	rounds  int
	deaths  int
	ready   bool // a process came so far as to work
	whole   bool // the last process came to its end by itself
	counted int  // events that were acknowledged
	found   int  // events that are there
	opened  map[string]bool
}

func newAcknowledged(t *testing.T) *acknowledged {
	t.Helper()
	return &acknowledged{town: newTown(t), opened: map[string]bool{}}
}

// round starts a process, which is killed at a step, or some time after it is ready; and compares
// what was acknowledged to it with what is there.
func (s *acknowledged) round(t *testing.T, dsn [2]string, step int, after time.Duration) {
	t.Helper()
	before := s.counted
	s.live(t, dsn, step, after)
	s.rounds++
	p, end := s.restart(t, dsn)
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
func (s *acknowledged) live(t *testing.T, dsn [2]string, step int, after time.Duration) {
	t.Helper()
	l := life{
		Driver: dsn[0], DSN: dsn[1], Replica: "replica", Hosts: fmt.Sprintf("host-%d-", s.rounds), Step: int64(step), Town: s.town.URL,
	}
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
			s.ready = true
			if step == 0 {
				time.AfterFunc(after, func() { _ = child.Process.Kill() })
			}
		case len(words) == 1 && words[0] == "counted":
			s.counted++
		case len(words) == 1 && words[0] == "whole":
			s.whole = true
		case len(words) == 2 && words[0] == "opened":
			s.opened[words[1]] = true
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
	return l.beginAfter(t, nil)
}

// beginAfter starts a process that begins its work when a file ends.
func (l life) beginAfter(t *testing.T, gate *os.File) (*exec.Cmd, io.Reader) {
	t.Helper()
	text, err := json.Marshal(l)
	require.NoError(t, err)
	child := exec.Command(os.Args[0], "-test.run=^TestCrashChild$", "-test.timeout=60s")
	child.Env = append(os.Environ(), lifeVariable+"="+string(text))
	if gate != nil {
		child.Stdin = gate
	}
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	return child, out
}

// restart does what a service does when it starts, and returns how to end it.
func (s *acknowledged) restart(t *testing.T, dsn [2]string) (*process, func()) {
	t.Helper()
	db, err := sql.Open(dsn[0], dsn[1])
	require.NoError(t, err)
	p, err := start(t.Context(), db, "replica-after", s.town.announce)
	require.NoError(t, err)
	return p, func() { db.Close() }
}

// announced lets a process announce what is left: then everything was announced, and little of it
// twice.
func (s *acknowledged) announced(t *testing.T, dsn [2]string) {
	t.Helper()
	p, end := s.restart(t, dsn)
	defer end()
	s.town.heardAll(t, p.desk)
	assert.LessOrEqual(t, s.town.twice(), s.deaths, "a death doubles one announcement at most")
}
