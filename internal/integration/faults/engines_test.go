package faults

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/priority/incident/sqljournal"
	"github.com/alwaysp1/alwaysp1/sla/sqlstore"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// engines are drivers and data sources. A server starts where its source is asked for.
var engines = map[string]func(t *testing.T) [2]string{
	"SQLite": func(t *testing.T) [2]string {
		file := filepath.Join(t.TempDir(), "faults.db")
		return [2]string{"sqlite", "file:" + file + "?_pragma=busy_timeout(5000)&_pragma=synchronous(off)"}
	},
	"PostgreSQL": func(t *testing.T) [2]string { return [2]string{"pgx", database.PostgresDSN(t)} },
}

// empty drops all tables.
func empty(t testing.TB, db *sql.DB) {
	t.Helper()
	for _, table := range []string{"schema", "replicas", "deltas", "corrections", "documents", "journal", "incidents", "deliveries"} {
		_, err := db.Exec("DROP TABLE IF EXISTS alwaysp1_" + table)
		require.NoError(t, err)
	}
}

// stores are both stores of a database, with their tables.
func stores(t testing.TB, db *sql.DB) (*sqlstore.Store, *sqljournal.Store) {
	t.Helper()
	require.NoError(t, sqlstore.Migrate(t.Context(), db))
	require.NoError(t, sqljournal.Migrate(t.Context(), db))
	counts, err := sqlstore.Open(t.Context(), db)
	require.NoError(t, err)
	record, err := sqljournal.Open(t.Context(), db)
	require.NoError(t, err)
	return counts, record
}
