package integration

import (
	"context"
	"database/sql"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A PostgreSQL that crashes and comes back, again and again, loses nothing that was acknowledged,
// and doubles nothing.
func TestCrashOfTheDatabase(t *testing.T) {
	cluster := database.NewCluster(t)
	const replicas, crashes = 2, 4
	l := newLoad(t, "pgx", cluster.DSN, replicas)
	l.run(func() {
		for range crashes {
			time.Sleep(300 * time.Millisecond)
			cluster.Crash()
			time.Sleep(200 * time.Millisecond)
			cluster.Start()
		}
	})
	require.Positive(t, l.failed.Load(), "the crashes were noticed")
	l.check()
	assert.LessOrEqual(t, l.town.twice(), replicas*crashes, "a crash doubles one announcement of each replica at most")
}

// So it is when all connections are cut, again and again.
func TestConnectionsCut(t *testing.T) {
	dsn := database.PostgresDSN(t)
	l := newLoad(t, "pgx", dsn, 2)
	admin, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	defer admin.Close()
	l.run(func() {
		for range 40 {
			time.Sleep(30 * time.Millisecond)
			_, err := admin.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
			assert.NoError(t, err)
		}
	})
	require.Positive(t, l.failed.Load(), "the cuts were noticed")
	l.check()
}

// So it is where transactions fail because they cannot be put in an order: replicas that count, and
// compact what all counted.
func TestSerializable(t *testing.T) {
	const enough = 5
	l := newLoad(t, "pgx", database.PostgresDSN(t)+" default_transaction_isolation=serializable", 4)
	l.run(func() {
		ctx, stop := context.WithTimeout(l.ctx, time.Minute)
		defer stop()
		var compacting sync.WaitGroup
		for _, p := range l.processes {
			compacting.Go(func() {
				for ctx.Err() == nil && l.failures("count", serialization)+l.failures("compact", serialization) < enough {
					if err := p.keeper.Compact(l.ctx); err != nil {
						l.fail("compact", err)
					}
				}
			})
		}
		compacting.Wait()
		assert.NoError(t, ctx.Err(), "some cannot be put in an order")
		time.Sleep(time.Second) // and work goes on
	})
	l.check()
}

// So it is while the file cannot grow. When there is room again, work goes on.
func TestDiskFull(t *testing.T) {
	dsn := "file:" + filepath.Join(t.TempDir(), "full.db") + "?_pragma=busy_timeout(20000)"
	l := newLoad(t, "sqlite", dsn, 1)
	var pages int
	limit := func(pages string) { // a limit of pages is that of a connection, and the load has only one
		_, err := l.dbs[0].Exec("PRAGMA max_page_count = " + pages)
		assert.NoError(t, err)
	}
	l.dbs[0].SetMaxOpenConns(1)
	l.run(func() {
		time.Sleep(100 * time.Millisecond)
		for range 3 {
			assert.NoError(t, l.dbs[0].QueryRow("PRAGMA page_count").Scan(&pages))
			limit(strconv.Itoa(pages))
			counts, incidents := l.failures("count", full), l.failures("open", full)
			assert.Eventually(t, func() bool { return l.failures("count", full) > counts && l.failures("open", full) > incidents },
				20*time.Second, 10*time.Millisecond, "there is no room left for either, and the error is about that")
			limit("1000000")
			acknowledged := l.counted.Load()
			assert.Eventually(t, func() bool { return l.counted.Load() > acknowledged }, 20*time.Second, 10*time.Millisecond, "there is room again")
		}
	})
	l.check()
}

// A load is what replicas of a service do with one database, each by itself: count, and open
// incidents.
type load struct {
	t           *testing.T
	driver, dsn string
	dbs         []*sql.DB
	processes   []*process
	recorded    atomic.Int64 // events, acknowledged or not: what is not is kept by the next flush
	counted     atomic.Int64 // events that were acknowledged
	failed      atomic.Int64 // calls
	mu          sync.Mutex
	opened      map[string]bool
	why         map[string]int // calls that failed, by what failed and why
	town        *town
	ctx         context.Context
}

func newLoad(t *testing.T, driver, dsn string, replicas int) *load {
	t.Helper()
	l := &load{t: t, driver: driver, dsn: dsn, opened: map[string]bool{}, why: map[string]int{}, town: newTown(t), ctx: t.Context()}
	for n := range replicas {
		db, err := sql.Open(driver, dsn)
		require.NoError(t, err)
		t.Cleanup(func() { db.Close() })
		p, err := start(l.ctx, db, "replica-"+strconv.Itoa(n), l.town.announce)
		require.NoError(t, err)
		l.dbs, l.processes = append(l.dbs, db), append(l.processes, p)
	}
	return l
}

// What calls fail for in these tests: words of the error, which comes from the driver.
const (
	serialization = "SQLSTATE 40001"
	full          = "database or disk is full"
)

// fail notes that a call failed, and waits a moment before the next.
func (l *load) fail(what string, err error) {
	l.failed.Add(1)
	l.mu.Lock()
	for _, reason := range []string{serialization, full} {
		if strings.Contains(err.Error(), reason) {
			l.why[what+": "+reason]++
		}
	}
	l.mu.Unlock()
	time.Sleep(time.Millisecond)
}

// failures is how often a call failed for a reason.
func (l *load) failures(what, reason string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.why[what+": "+reason]
}

// run works until the trouble is over.
func (l *load) run(trouble func()) {
	ctx, stop := context.WithCancel(l.ctx)
	var working sync.WaitGroup
	for n, p := range l.processes {
		working.Go(func() { _ = p.desk.Run(ctx) })
		working.Go(func() { l.count(ctx, p) })
		working.Go(func() { l.open(ctx, p, n) })
	}
	trouble()
	stop()
	working.Wait()
}

func (l *load) count(ctx context.Context, p *process) {
	for n := 0; ctx.Err() == nil; n++ {
		l.recorded.Add(1)
		if err := p.keeper.Record(l.ctx, "shop/available", noon.Add(time.Duration(n)*time.Second), 1, 0); err != nil {
			l.fail("count", err)
			continue
		}
		l.counted.Add(1)
	}
}

// open opens an incident that all replicas see, again and again, and tries until it is
// acknowledged.
func (l *load) open(ctx context.Context, p *process, replica int) {
	for n := 0; ctx.Err() == nil && n < 200; n++ {
		s := priority.Signal{Asset: "host-" + strconv.Itoa(n), Kind: priority.KindFailure, At: noon}
		if _, _, err := p.desk.Signal(l.ctx, s); err != nil {
			l.fail("open", err)
			n--
			continue
		}
		l.mu.Lock()
		l.opened[s.Identity()] = true
		l.mu.Unlock()
	}
}

// check looks at what is there with the eyes of another process.
func (l *load) check() {
	t := l.t
	t.Helper()
	for _, p := range l.processes {
		require.NoError(t, p.keeper.Sync(l.ctx), "work resumes")
	}
	db, err := sql.Open(l.driver, l.dsn)
	require.NoError(t, err)
	defer db.Close()
	p, err := start(l.ctx, db, "replica-after", l.town.announce)
	require.NoError(t, err)
	for _, p := range append(l.processes, p) {
		require.NoError(t, p.keeper.Sync(l.ctx))
		report, ok := p.tracker.Report("shop", noon.Add(30*sla.Day))
		require.True(t, ok)
		assert.Equal(t, l.recorded.Load(), report.Objectives[0].Budget.Counts.Good, "each event counts once")
	}
	there := map[string]int{}
	for _, i := range p.desk.Incidents() {
		there[i.Identity]++
	}
	for identity := range l.opened {
		assert.Equal(t, 1, there[identity], identity)
	}
	t.Logf("%d events, %d of them acknowledged at once; %d incidents; %d calls failed %v", l.recorded.Load(), l.counted.Load(), len(l.opened), l.failed.Load(), l.why)
	l.town.heardAll(t, p.desk)
}
