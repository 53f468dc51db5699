package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/sqlstore"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// kept makes a keeper of a tracker. The database is opened by the caller, for example as
// sql.Open("sqlite", "file:state.db?_pragma=busy_timeout(5000)"), or sql.Open("pgx", "host=db
// dbname=health").
func kept(ctx context.Context, db *sql.DB, t *tracker.Tracker) (*keep.Keeper, error) {
	if err := sqlstore.Migrate(ctx, db); err != nil {
		return nil, err
	}
	store, err := sqlstore.Open(ctx, db)
	if err != nil {
		return nil, err
	}
	return keep.Open(ctx, t, store)
}

// A tracker in a database. Here the database is nil, and the error is about what to do.
func ExampleOpen() {
	_, err := kept(context.Background(), nil, tracker.New(nil))
	fmt.Println(err)

	// Output:
	// sqlstore: the database is nil: open one with sql.Open and a driver of your choice
}
