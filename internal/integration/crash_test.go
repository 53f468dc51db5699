package integration

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/incident/sqljournal"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/sqlstore"
)

const (
	crashDriver = "CRASH_DRIVER" // set in the child: the database that it works on
	crashDSN    = "CRASH_DSN"
	crashRound  = "CRASH_ROUND"
)

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
	p.desk = incident.NewDesk(priority.NewClassifier(promised()), incident.AnnouncerFunc(func(_ context.Context, a incident.Announcement) (string, error) {
		tell(a)
		return "", nil
	}))
	p.desk.Store = journal
	p.desk.Timeout = time.Second // and so a lease is short: what a killed process had claimed is soon another's
	return p, p.desk.Sync(ctx)
}

// TestCrashChild is the process that is killed. It says on its standard output what was acknowledged.
func TestCrashChild(t *testing.T) {
	driver := os.Getenv(crashDriver)
	if driver == "" {
		return // it is a process of TestCrash
	}
	ctx, round := t.Context(), os.Getenv(crashRound)
	db, err := sql.Open(driver, os.Getenv(crashDSN))
	require.NoError(t, err)
	p, err := start(ctx, db, "replica-"+round, func(a incident.Announcement) { fmt.Println("told", a.Key, a.Attempt) })
	require.NoError(t, err)
	go func() { _ = p.desk.Run(ctx) }()
	fmt.Println("ready")
	for n := 0; ; n++ {
		if err := p.keeper.Record(ctx, "shop/available", noon.Add(time.Duration(n)*time.Second), 1, 0); err != nil {
			t.Fatal(err)
		}
		fmt.Println("counted")
		if n%8 > 0 {
			continue
		}
		// Each is about an asset that nothing explains: those of one asset, or one that feeds another, would be one incident.
		s := priority.Signal{Asset: "host-" + round + "-" + strconv.Itoa(n), Kind: priority.Failure, At: noon}
		if _, _, err := p.desk.Signal(ctx, s); err != nil {
			t.Fatal(err)
		}
		fmt.Println("opened", strings.ReplaceAll(s.Identity(), " ", "_"))
	}
}

// What a process that was killed had been told is there, once; and what it had opened is announced.
func TestCrash(t *testing.T) {
	for name, dsn := range map[string][2]string{
		"SQLite":     {"sqlite", "file:" + filepath.Join(t.TempDir(), "crash.db") + "?_pragma=busy_timeout(20000)"},
		"PostgreSQL": {"pgx", database.PostgresDSN(t)},
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 9))
			s := &said{opened: map[string]bool{}, told: map[string]int{}}
			const rounds = 12
			for round := range rounds {
				s.kill(t, dsn, round, time.Duration(r.Int64N(int64(400*time.Millisecond))))
			}
			require.Greater(t, s.counted, rounds, "too little was under way to say anything")
			s.check(t, dsn, rounds)
		})
	}
}

// said is what the killed processes acknowledged.
type said struct {
	counted int
	opened  map[string]bool
	told    map[string]int // by key
}

// kill starts a process, and kills it some time after it is ready.
func (s *said) kill(t *testing.T, dsn [2]string, round int, after time.Duration) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestCrashChild$", "-test.timeout=60s")
	child.Env = append(os.Environ(), crashDriver+"="+dsn[0], crashDSN+"="+dsn[1], crashRound+"="+strconv.Itoa(round))
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	var killed atomic.Bool
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) == 1 && words[0] == "ready":
			time.AfterFunc(after, func() { killed.Store(true); _ = child.Process.Kill() })
		case len(words) == 1 && words[0] == "counted":
			s.counted++
		case len(words) == 2 && words[0] == "opened":
			s.opened[words[1]] = true
		case len(words) == 3 && words[0] == "told":
			s.hear(t, words[1], words[2])
		case !killed.Load():
			t.Log(lines.Text())
		}
	}
	_ = child.Wait()
	require.True(t, killed.Load(), "it ended by itself")
}

func (s *said) check(t *testing.T, dsn [2]string, rounds int) {
	t.Helper()
	db, err := sql.Open(dsn[0], dsn[1])
	require.NoError(t, err)
	defer db.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	told := make(chan incident.Announcement, 1<<16)
	p, err := start(ctx, db, "replica-after", func(a incident.Announcement) { told <- a })
	require.NoError(t, err)

	report, ok := p.tracker.Report("shop", noon.Add(sla.Day))
	require.True(t, ok)
	good := int(report.Objectives[0].Budget.Counts.Good)
	assert.GreaterOrEqual(t, good, s.counted, "acknowledged events are lost")
	assert.LessOrEqual(t, good, s.counted+rounds, "events are doubled: one at most was under way in each process")

	there := map[string]int{}
	for _, i := range p.desk.Incidents() {
		there[strings.ReplaceAll(i.Identity, " ", "_")]++
	}
	for identity := range s.opened {
		assert.Equal(t, 1, there[identity], identity)
	}
	assert.LessOrEqual(t, len(there), len(s.opened)+rounds)
	s.delivered(ctx, t, p, told)
	twice := 0
	for _, n := range s.told {
		twice += n - 1
	}
	assert.LessOrEqual(t, twice, rounds, "a death doubles one announcement at most")
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
func (s *said) delivered(ctx context.Context, t *testing.T, p *process, told <-chan incident.Announcement) {
	t.Helper()
	ctx, stop := context.WithCancel(ctx)
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
