package integration

import (
	"database/sql"
	"testing"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/keep/storetest"
	"github.com/alwaysp1/alwaysp1/sla/sqlstore"
)

// Each engine keeps what a store promises. Between two tests the tables are made anew, for a server
// starts slowly.
func TestKeep(t *testing.T) {
	database.Each(t, func(t *testing.T, db *sql.DB) {
		storetest.Run(t, func(t *testing.T) keep.Store { return kept(t, db) })
	})
}

func kept(t *testing.T, db *sql.DB) *sqlstore.Store {
	t.Helper()
	for _, table := range []string{"schema", "replicas", "deltas", "corrections", "documents"} {
		if _, err := db.ExecContext(t.Context(), "DROP TABLE IF EXISTS alwaysp1_"+table); err != nil {
			t.Fatal(err)
		}
	}
	if err := sqlstore.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	store, err := sqlstore.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return store
}
