package sqljournal

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/alwaysp1/alwaysp1/internal/sqldb"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A Store keeps the entries of all incidents, and the deliveries of all announcers, in a database.
//
//	[Migrate]  make the tables, or bring them to this version
//	[Open]     open a store on tables that exist
//
// Its errors wrap those of the database. Its methods are documented at [incident.Store].
// A Store is safe for concurrent use by multiple goroutines, and by any number of processes.
type Store struct{ db *sqldb.DB }

var _ incident.Store = (*Store)(nil)

// schema holds the statements of each version of the tables. A version that was released is never
// changed; another one is added behind it. In deliveries, due and lease are instants of the
// database's clock before which no claim is possible, so no checksum covers them.
var schema = sqldb.Schema{
	Store: "sqljournal",
	Versions: [][]string{{
		`CREATE TABLE IF NOT EXISTS alwaysp1_journal (
			position BIGINT NOT NULL PRIMARY KEY,
			incident {id} NOT NULL,
			seq      BIGINT NOT NULL,
			crc      BIGINT NOT NULL,
			entry    {text} NOT NULL,
			UNIQUE (incident, seq))`,
		`CREATE TABLE IF NOT EXISTS alwaysp1_incidents (
			incident {id} NOT NULL PRIMARY KEY,
			head     BIGINT NOT NULL,
			crc      BIGINT NOT NULL,
			since    BIGINT NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS alwaysp1_deliveries (
			announcer {id} NOT NULL,
			incident  {id} NOT NULL,
			sent      BIGINT NOT NULL,
			upto      BIGINT NOT NULL,
			attempt   BIGINT NOT NULL,
			receipt   {text} NOT NULL,
			dead      SMALLINT NOT NULL,
			error     {text} NOT NULL,
			fence     BIGINT NOT NULL,
			crc       BIGINT NOT NULL,
			due       BIGINT NOT NULL,
			lease     BIGINT NOT NULL,
			PRIMARY KEY (announcer, incident))`,
	}},
}

// Migrate makes the tables, or brings them to the version that this package knows. If they are of
// that version it does nothing. Any number of replicas may call it at once. Tables of a newer
// version are an error, and stay as they are.
func Migrate(ctx context.Context, db *sql.DB) error { return schema.Migrate(ctx, db) }

// Open returns a store on a database whose tables [Migrate] has made. It asks the database which
// engine it is, reads how far each incident and each delivery is, and returns an error if that is
// damaged. It writes nothing. The database remains the caller's to close, after the last use of the
// store.
func Open(ctx context.Context, db *sql.DB) (*Store, error) {
	opened, err := schema.Open(ctx, db)
	if err != nil {
		return nil, err
	}
	s := &Store{opened}
	if err := s.check(ctx); err != nil {
		return nil, wrap(err)
	}
	return s, nil
}

// wrap adds the name of the package to an error of the database.
func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("sqljournal: %w", err)
}
