package sqljournal_test

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/incident/sqljournal"
)

// keep makes a desk whose record outlives the program. The database is opened by the caller, for
// example as sql.Open("sqlite", "file:incidents.db?_pragma=busy_timeout(5000)"), or sql.Open("pgx",
// "host=db dbname=health").
func keep(ctx context.Context, db *sql.DB, classifier *priority.Classifier) (*incident.Desk, error) {
	if err := sqljournal.Migrate(ctx, db); err != nil {
		return nil, err
	}
	store, err := sqljournal.Open(ctx, db)
	if err != nil {
		return nil, err
	}
	desk := incident.NewDesk(classifier)
	desk.Store = store
	return desk, desk.Sync(ctx)
}

// A desk on a database. Here the database is nil, and the error is about what to do.
func ExampleOpen() {
	_, err := keep(context.Background(), nil, nil)
	fmt.Println(err)

	// Output:
	// sqljournal: the database is nil: open one with sql.Open and a driver of your choice
}
