package faults

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/sqlstore"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// durable are databases that have what they acknowledged on the disk: SQLite with a write-ahead log
// and full synchronization, PostgreSQL with fsync, which the tests do without.
func durable(b *testing.B) map[string]*sql.DB {
	b.Helper()
	lite, err := sql.Open("sqlite", "file:"+b.TempDir()+"/bench.db?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)")
	require.NoError(b, err)
	b.Cleanup(func() { lite.Close() })
	postgres := database.Postgres(b)
	for _, change := range []string{"ALTER SYSTEM SET fsync = on", "SELECT pg_reload_conf()"} {
		_, err := postgres.Exec(change)
		require.NoError(b, err)
	}
	fsync := ""
	for range 100 {
		require.NoError(b, postgres.QueryRow("SHOW fsync").Scan(&fsync))
		if fsync == "on" {
			break
		}
		time.Sleep(20 * time.Millisecond) // the server reads its settings again when it comes to it
	}
	require.Equal(b, "on", fsync)
	return map[string]*sql.DB{"SQLite": lite, "PostgreSQL": postgres}
}

// many are so many objectives, a hundred to an SLA.
func many(b *testing.B, objectives int) *sla.Catalog {
	b.Helper()
	var slas []sla.SLA
	for n := range objectives {
		if n%100 == 0 {
			slas = append(slas, sla.SLA{ID: fmt.Sprint("sla-", n/100)})
		}
		s := &slas[len(slas)-1]
		s.Objectives = append(s.Objectives, sla.Objective{
			Name: fmt.Sprint("objective-", n%100), Asset: fmt.Sprint("asset-", n), Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
		})
	}
	catalog, err := sla.NewCatalog(slas)
	require.NoError(b, err)
	return catalog
}

// Events of a hundred objectives, kept when a batch of them was recorded, beside what the database
// takes to insert one row for each batch, and one for each event in one transaction for each batch.
func BenchmarkKeep(b *testing.B) {
	for name, db := range durable(b) {
		_, err := db.Exec("CREATE TABLE bare (event BIGINT, body TEXT)")
		require.NoError(b, err)
		insert := "INSERT INTO bare (event, body) VALUES (?, ?)"
		if name == "PostgreSQL" {
			insert = strings.NewReplacer("(?, ?)", "($1, $2)").Replace(insert)
		}
		for _, batch := range []int{1, 100, 10_000} {
			measure(b, fmt.Sprintf("%s/%d/kept", name, batch), batch, keeper(b, db, fmt.Sprint("replica-", batch)))
			measure(b, fmt.Sprintf("%s/%d/bare row", name, batch), batch, func(ctx context.Context, n int) error {
				_, err := db.ExecContext(ctx, insert, n, "{}")
				return err
			})
			measure(b, fmt.Sprintf("%s/%d/bare rows", name, batch), batch, func(ctx context.Context, n int) error { return rows(ctx, db, insert, n) })
		}
	}
}

func measure(b *testing.B, name string, batch int, write func(ctx context.Context, events int) error) {
	b.Run(name, func(b *testing.B) {
		events := 0
		for b.Loop() {
			if err := write(b.Context(), batch); err != nil {
				b.Fatal(err)
			}
			events += batch
		}
		b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	})
}

// keeper returns a function that records so many events and returns when they are kept.
func keeper(b *testing.B, db *sql.DB, replica string) func(context.Context, int) error {
	b.Helper()
	counts, _ := stores(b, db)
	tr := tracker.New(many(b, 100))
	tr.Replica = replica
	k, err := keep.Open(b.Context(), tr, counts)
	require.NoError(b, err)
	var recorders []*tracker.Recorder
	for n := range 100 {
		r, err := tr.Recorder(fmt.Sprint("sla-0/objective-", n))
		require.NoError(b, err)
		recorders = append(recorders, r)
	}
	at := noon
	return func(ctx context.Context, n int) error {
		at = at.Add(time.Second)
		for event := range n {
			recorders[event%100].Record(at, 1, 0)
		}
		return k.Flush(ctx)
	}
}

func rows(ctx context.Context, db *sql.DB, insert string, n int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	statement, err := tx.PrepareContext(ctx, insert)
	if err != nil {
		return err
	}
	for event := range n {
		if _, err := statement.ExecContext(ctx, event, "{}"); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// A process that tracks 100,000 objectives starts, from a snapshot and from deltas, beside reading
// the bytes of the snapshot alone.
func BenchmarkStart(b *testing.B) {
	const objectives = 100_000
	catalog := many(b, objectives)
	for name, db := range durable(b) {
		counts, _ := stores(b, db)
		tr := tracker.New(catalog)
		tr.Replica = "a"
		k, err := keep.Open(b.Context(), tr, counts)
		require.NoError(b, err)
		for hour := range 4 {
			for n := range objectives {
				require.NoError(b, tr.Record(fmt.Sprintf("sla-%d/objective-%d", n/100, n%100), noon.Add(time.Duration(hour)*time.Hour), 99, 1))
			}
			require.NoError(b, k.Flush(b.Context()))
		}
		open := func(b *testing.B) {
			for b.Loop() {
				again := tracker.New(catalog)
				again.Replica = "b"
				if _, err := keep.Open(b.Context(), again, counts); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.Run(name+"/deltas", open)
		require.NoError(b, k.Compact(b.Context()))
		b.Run(name+"/snapshot", open)
		b.Run(name+"/bare", func(b *testing.B) { bytesOf(b, db, counts) })
	}
}

func bytesOf(b *testing.B, db *sql.DB, counts *sqlstore.Store) {
	snapshot, err := counts.Load(b.Context())
	require.NoError(b, err)
	for b.Loop() {
		var body []byte
		if err := db.QueryRow("SELECT body FROM alwaysp1_documents WHERE name = 'snapshot'").Scan(&body); err != nil || len(body) != len(snapshot.Data) {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(snapshot.Data)), "B/snapshot")
}
