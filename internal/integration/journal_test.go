package integration

import (
	"database/sql"
	"testing"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/incident/sqljournal"
	"github.com/alwaysp1/alwaysp1/priority/incident/storetest"
)

// Each engine keeps what a store promises. Between two tests the tables are made anew, for a server
// starts slowly.
func TestJournal(t *testing.T) {
	database.Each(t, func(t *testing.T, db *sql.DB) {
		storetest.Run(t, func(t *testing.T) incident.Store { return journal(t, db) }, nil)
	})
}

func journal(t *testing.T, db *sql.DB) *sqljournal.Store {
	t.Helper()
	for _, table := range []string{"schema", "journal", "incidents", "deliveries"} {
		if _, err := db.ExecContext(t.Context(), "DROP TABLE IF EXISTS alwaysp1_"+table); err != nil {
			t.Fatal(err)
		}
	}
	if err := sqljournal.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	store, err := sqljournal.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return store
}
