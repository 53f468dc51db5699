package faults

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/incident/sqljournal"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/sqlstore"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// fill writes something into each table: deltas with a snapshot of the first of them, corrections,
// definitions, incidents and a delivery.
func fill(t testing.TB, db *sql.DB) {
	t.Helper()
	ctx := t.Context()
	counts, record := stores(t, db)
	for _, replica := range []string{"a", "b", "c"} {
		tr := tracker.New(twoPromises())
		tr.Replica = replica
		keeper, err := keep.Open(ctx, tr, counts)
		require.NoError(t, err)
		for n := range 12 {
			require.NoError(t, keeper.Record(ctx, "shop/available", noon.Add(time.Duration(n)*time.Minute), int64(90+n), 1))
		}
		if replica == "b" {
			require.NoError(t, keeper.Compact(ctx))
			require.NoError(t, keeper.Correct(ctx, excused))
		}
	}
	require.NoError(t, counts.Define(ctx, keep.Definitions{Version: 1, SLAs: []sla.SLA{{ID: "shop"}}}))
	desk := incident.NewDesk(priority.NewClassifier(twoPromises()))
	desk.Store = record
	for n := range 6 {
		_, _, err := desk.Signal(ctx, priority.Signal{Asset: fmt.Sprint("host-", n), Kind: priority.KindFailure, Summary: "it's down", At: noon})
		require.NoError(t, err)
	}
	for n := range 6 {
		require.NoError(t, desk.Note(ctx, "inc-1", "ada", fmt.Sprint("found ", n), noon))
	}
	d, _, err := record.Claim(ctx, "slack", time.Hour)
	require.NoError(t, err)
	require.NoError(t, record.Settle(ctx, d, 0))
}

// restart does what a process does when it starts, and returns all that it sees.
func restart(ctx context.Context, db *sql.DB) (string, error) {
	if err := errors.Join(sqlstore.Migrate(ctx, db), sqljournal.Migrate(ctx, db)); err != nil {
		return "", err
	}
	return start(ctx, db)
}

// start does so where the tables are known to be there.
func start(ctx context.Context, db *sql.DB) (string, error) {
	counts, err := sqlstore.Open(ctx, db)
	if err != nil {
		return "", err
	}
	record, err := sqljournal.Open(ctx, db)
	if err != nil {
		return "", err
	}
	tr := tracker.New(twoPromises())
	tr.Replica = "again"
	if _, err := keep.Open(ctx, tr, counts); err != nil {
		return "", err
	}
	d, err := counts.Definitions(ctx)
	if err != nil {
		return "", err
	}
	desk := incident.NewDesk(priority.NewClassifier(twoPromises()))
	desk.Store = record
	entries, err := desk.Entries(ctx)
	if err != nil {
		return "", err
	}
	timeline, err := desk.Timeline(ctx, "inc-1")
	report, _ := tr.Report("shop", noon.Add(sla.Day))
	text, _ := report.MarshalJSON()
	return fmt.Sprintf("%s\n%d %v\n%v\n%v", text, d.Version, d.SLAs, entries, timeline), err
}

// A file of SQLite that is damaged anywhere: it is refused as it is, or all is there. An empty one
// is a new one, so that only those who do not migrate at each start get an error.
func TestDamagedFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state.db")
	source := "file:" + path + "?_pragma=busy_timeout(5000)&_pragma=synchronous(off)"
	db, err := sql.Open("sqlite", source)
	require.NoError(t, err)
	fill(t, db)
	want, err := restart(t.Context(), db)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	sound, err := os.ReadFile(path)
	require.NoError(t, err)

	refused := 0
	try := func(name string, damaged []byte) {
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		db, err := sql.Open("sqlite", source)
		require.NoError(t, err)
		open := restart
		if len(damaged) == 0 {
			open = start
		}
		got, err := open(t.Context(), db)
		require.NoError(t, db.Close())
		if err == nil {
			require.Equal(t, want, got, "%s: what is wrong is taken for right", name)
			return
		}
		refused++
		after, readErr := os.ReadFile(path)
		require.NoError(t, readErr)
		require.True(t, slices.Equal(damaged, after), "%s: the file was changed: %v", name, err)
		left, _ := filepath.Glob(filepath.Join(dir, "*"))
		require.Equal(t, []string{path}, left)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 1500 {
		damaged := slices.Clone(sound)
		at, bit := r.IntN(len(damaged)), r.IntN(8)
		damaged[at] ^= 1 << bit
		try(fmt.Sprintf("bit %d of byte %d", bit, at), damaged)
	}
	for n := range 20 {
		try(fmt.Sprintf("%d of %d bytes", n*27, len(sound)), sound[:n*27])
	}
	for n := 1; n < len(sound); n += 1 + r.IntN(1000) {
		try(fmt.Sprintf("%d of %d bytes", n, len(sound)), sound[:n])
	}
	for page := 0; page < len(sound); page += 4096 {
		damaged := slices.Clone(sound)
		clear(damaged[page : page+4096])
		try(fmt.Sprint("no page at ", page), damaged)
		try(fmt.Sprintf("%d of %d bytes", page+4096, len(sound)), sound[:page+4096])
	}
	t.Logf("%d of %d bytes, %d refused", len(sound), len(sound), refused)
	require.Greater(t, refused, 300)
}

// damage changes one digit, or else one bit, of a column of a row, and returns how to repair it.
func damage(t *testing.T, db *sql.DB, table, column, where string) (repair func()) {
	t.Helper()
	var was []byte
	require.NoError(t, db.QueryRow("SELECT "+column+" FROM alwaysp1_"+table+" WHERE "+where).Scan(&was))
	now := slices.Clone(was)
	if i := slices.IndexFunc(now, func(b byte) bool { return b >= '0' && b < '9' }); i >= 0 {
		now[i]++
	} else {
		now[len(now)/2] ^= 1
	}
	set := func(value []byte) {
		var written any = value
		if column != "body" || table != "documents" {
			written = string(value)
		}
		query := "UPDATE alwaysp1_" + table + " SET " + column + " = ? WHERE " + where
		if strings.Contains(fmt.Sprintf("%T", db.Driver()), "stdlib") {
			query = strings.Replace(query, "?", "$1", 1)
		}
		_, err := db.Exec(query, written)
		require.NoError(t, err)
	}
	set(now)
	return func() { set(was) }
}

// What somebody, or a disk below the engine, has changed in a row is noticed when the row is read,
// and nothing is written.
func TestDamagedRows(t *testing.T) {
	database.Each(t, func(t *testing.T, db *sql.DB) {
		fill(t, db)
		want, err := restart(t.Context(), db)
		require.NoError(t, err)
		for _, at := range [][3]string{
			{"deltas", "body", "replica = 'c' AND seq = 5"}, {"deltas", "crc", "replica = 'c' AND seq = 5"}, {"corrections", "body", "id = 'c-1'"},
			{"documents", "head", "name = 'snapshot'"}, {"documents", "body", "name = 'snapshot'"}, {"documents", "body", "name = 'definitions'"},
			{"journal", "entry", "position = 3"}, {"journal", "crc", "position = 3"},
			{"replicas", "head", "replica = 'c'"}, {"replicas", "crc", "replica = 'c'"},
			{"incidents", "head", "incident = 'inc-1'"}, {"incidents", "crc", "incident = 'inc-2'"},
			{"deliveries", "sent", "incident = 'inc-1'"}, {"deliveries", "upto", "incident = 'inc-1'"}, {"deliveries", "crc", "incident = 'inc-1'"},
			{"deliveries", "attempt", "incident = 'inc-1'"}, {"deliveries", "dead", "incident = 'inc-1'"}, {"deliveries", "fence", "incident = 'inc-1'"},
		} {
			counts, record := stores(t, db)
			repair := damage(t, db, at[0], at[1], at[2])
			_, err := restart(t.Context(), db)
			require.ErrorContains(t, err, "is damaged", at)
			switch at[0] { // and so it is by who has begun before
			case "replicas":
				_, err := counts.Read(t.Context(), nil, 100)
				require.ErrorContains(t, err, "is damaged", at)
			case "incidents", "deliveries":
				_, _, claim := record.Claim(t.Context(), "slack", time.Hour)
				_, dead := record.DeadLetters(t.Context())
				require.ErrorContains(t, errors.Join(claim, dead), "is damaged", at)
			}
			repair()
		}
		for _, change := range []string{
			"DELETE FROM alwaysp1_deltas WHERE replica = 'c' AND seq = 5",
			"DELETE FROM alwaysp1_deltas WHERE replica = 'c' AND seq = 1",
			"DELETE FROM alwaysp1_deltas WHERE replica = 'c' AND seq = 12",
			"DELETE FROM alwaysp1_journal WHERE position = 8",
			"DELETE FROM alwaysp1_journal WHERE position = 1",
			"UPDATE alwaysp1_journal SET position = 99 WHERE position = 3",
			"UPDATE alwaysp1_deltas SET seq = 99 WHERE replica = 'c' AND seq = 12",
			"UPDATE alwaysp1_deltas SET replica = 'd' WHERE replica = 'c' AND seq = 12",
			"UPDATE alwaysp1_deltas SET replica = 'd' WHERE replica = 'c'",
			"UPDATE alwaysp1_replicas SET head = head - 1 WHERE replica = 'c'",
			"UPDATE alwaysp1_replicas SET replica = 'd' WHERE replica = 'c'",
			"DELETE FROM alwaysp1_replicas WHERE replica = 'c'",
			"DELETE FROM alwaysp1_incidents WHERE incident = 'inc-3'",
			"UPDATE alwaysp1_incidents SET head = 0, crc = 0 WHERE incident = 'inc-3'",
			"UPDATE alwaysp1_deliveries SET due = 4611686018427387904",
			"UPDATE alwaysp1_deliveries SET lease = 4611686018427387904",
			"UPDATE alwaysp1_deliveries SET incident = 'inc-4'",
		} {
			_, record := stores(t, db)
			tx, err := db.Begin()
			require.NoError(t, err)
			_, err = tx.Exec(change)
			require.NoError(t, err)
			require.NoError(t, tx.Commit())
			_, err = restart(t.Context(), db)
			require.ErrorContains(t, err, "is damaged", change)
			if wait := time.Duration(0); strings.Contains(change, "lease =") { // and so it is once nothing else is left to claim
				for err = nil; err == nil && wait == 0; {
					_, wait, err = record.Claim(t.Context(), "slack", time.Hour)
				}
				require.ErrorContains(t, err, "is damaged", change)
			}
			empty(t, db)
			fill(t, db)
		}
		got, err := restart(t.Context(), db)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}
