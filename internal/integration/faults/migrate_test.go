package faults

import (
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/internal/integration/steps"
	"github.com/alwaysp1/alwaysp1/priority/incident/sqljournal"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/sqlstore"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// Replicas that start at once all make the tables, and each then uses them.
func TestMigrationsRace(t *testing.T) {
	database.Each(t, func(t *testing.T, db *sql.DB) {
		for range 6 {
			empty(t, db)
			const replicas = 6
			failures := make([]error, replicas)
			begin := make(chan struct{})
			var wg sync.WaitGroup
			for n := range replicas {
				wg.Go(func() {
					<-begin
					failures[n] = firstStart(t, db, string(rune('a'+n)))
				})
			}
			close(begin)
			wg.Wait()
			require.NoError(t, errors.Join(failures...))
			counts, _ := stores(t, db)
			list, err := counts.Read(t.Context(), nil, 100)
			require.NoError(t, err)
			require.Len(t, list, replicas)
			var versions int
			require.NoError(t, db.QueryRow("SELECT SUM(version) FROM alwaysp1_schema").Scan(&versions))
			require.Equal(t, 2, versions)
		}
	})
}

func firstStart(t *testing.T, db *sql.DB, replica string) error {
	ctx := t.Context()
	if err := errors.Join(sqlstore.Migrate(ctx, db), sqljournal.Migrate(ctx, db)); err != nil {
		return err
	}
	if _, err := sqljournal.Open(ctx, db); err != nil {
		return err
	}
	counts, err := sqlstore.Open(ctx, db)
	if err != nil {
		return err
	}
	return counts.Append(ctx, tracker.Delta{Replica: replica, Seq: 1})
}

// Tables of a newer version are refused, by name and number, and stay as they are; so are those of
// an older one, until somebody migrates.
func TestOtherVersions(t *testing.T) {
	database.Each(t, func(t *testing.T, db *sql.DB) {
		ctx := t.Context()
		counts, _ := stores(t, db)
		require.NoError(t, counts.Define(ctx, keep.Definitions{Version: 1}))
		version := func(n string) {
			_, err := db.Exec("UPDATE alwaysp1_schema SET version = " + n)
			require.NoError(t, err)
		}
		version("7")
		for _, call := range []func() error{
			func() error { return sqlstore.Migrate(ctx, db) }, func() error { return sqljournal.Migrate(ctx, db) },
			func() error { _, err := sqlstore.Open(ctx, db); return err }, func() error { _, err := sqljournal.Open(ctx, db); return err },
		} {
			err := call()
			require.ErrorContains(t, err, "version 7, known are 1: its tables are newer than this program: update the program")
			require.Regexp(t, "^sql(store|journal): ", err.Error())
		}
		var lowest int
		require.NoError(t, db.QueryRow("SELECT MIN(version) FROM alwaysp1_schema").Scan(&lowest))
		require.Equal(t, 7, lowest)
		version("0")
		_, err := sqlstore.Open(ctx, db)
		require.ErrorContains(t, err, "its tables are of version 0, and this program wants 1: call Migrate first")
		counts, _ = stores(t, db)
		d, err := counts.Definitions(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, d.Version, "what was there is there")
	})
}

// No table is made but by Migrate, which writes nothing where they are; nor does a store write
// before a call.
func TestNothingIsWrittenUnasked(t *testing.T) {
	for name, source := range engines {
		t.Run(name, func(t *testing.T) {
			ctx, dsn := t.Context(), source(t)
			var made []string
			db, err := steps.Open(dsn[0], dsn[1], func(step string, done bool) error {
				if done && !strings.HasPrefix(step, "SELECT ") && step != "connect" {
					made = append(made, step)
				}
				return nil
			})
			require.NoError(t, err)
			defer db.Close()
			for range 2 {
				_, err = sqlstore.Open(ctx, db)
				require.ErrorContains(t, err, "call Migrate first")
				_, err = sqljournal.Open(ctx, db)
				require.ErrorContains(t, err, "call Migrate first")
			}
			require.Empty(t, made)
			stores(t, db)
			require.NotEmpty(t, made)
			made = nil
			counts, record := stores(t, db)
			tr := tracker.New(twoPromises())
			tr.Replica = "a"
			_, err = keep.Open(ctx, tr, counts)
			require.NoError(t, err)
			_, err = record.Read(ctx, 0, 1)
			require.NoError(t, err)
			require.Empty(t, made)
		})
	}
}
