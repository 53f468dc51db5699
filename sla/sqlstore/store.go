package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/alwaysp1/alwaysp1/internal/sqldb"
	"github.com/alwaysp1/alwaysp1/sla/keep"
)

// A Store keeps deltas, snapshots, corrections and definitions in a database.
//
//	[Migrate]  make the tables, or bring them to this version
//	[Open]     open a store on tables that exist
//
// Its errors wrap those of the database. Its methods are documented at [keep.Store].
// A Store is safe for concurrent use by multiple goroutines, and by any number of processes.
type Store struct{ db *sqldb.DB }

var _ keep.Store = (*Store)(nil)

// schema holds the statements of each version of the tables. A version that was released is never
// changed; another one is added behind it. In replicas, gone is the last Seq that is deleted. In
// deltas, kept is when the delta was written.
var schema = sqldb.Schema{
	Store: "sqlstore",
	Versions: [][]string{{
		`CREATE TABLE IF NOT EXISTS alwaysp1_replicas (
			replica {id} NOT NULL PRIMARY KEY,
			head    BIGINT NOT NULL,
			crc     BIGINT NOT NULL,
			gone    BIGINT NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS alwaysp1_deltas (
			replica {id} NOT NULL,
			seq     BIGINT NOT NULL,
			kept    BIGINT NOT NULL,
			crc     BIGINT NOT NULL,
			body    {text} NOT NULL,
			PRIMARY KEY (replica, seq))`,
		`CREATE TABLE IF NOT EXISTS alwaysp1_corrections (
			sla      {id} NOT NULL,
			id       {id} NOT NULL,
			position BIGINT NOT NULL,
			crc      BIGINT NOT NULL,
			body     {text} NOT NULL,
			PRIMARY KEY (sla, id))`,
		`CREATE TABLE IF NOT EXISTS alwaysp1_documents (
			name    {id} NOT NULL,
			version BIGINT NOT NULL,
			crc     BIGINT NOT NULL,
			head    {text} NOT NULL,
			body    {blob} NOT NULL,
			PRIMARY KEY (name, version))`,
	}},
}

// Migrate makes the tables, or brings them to the version that this package knows. If they are of
// that version it does nothing. Any number of replicas may call it at once. Tables of a newer
// version are an error, and stay as they are.
func Migrate(ctx context.Context, db *sql.DB) error { return schema.Migrate(ctx, db) }

// Open returns a store on a database whose tables [Migrate] has made. It asks the database which
// engine it is, reads how far each replica has come, and returns an error if that is damaged. It
// writes nothing. The database remains the caller's to close, after the last use of the store.
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

// orphan finds a replica that has deltas and no row of its own: its deltas would never be read.
const orphan = `SELECT d.replica FROM alwaysp1_deltas d LEFT JOIN alwaysp1_replicas r ON r.replica = d.replica
WHERE r.replica IS NULL ORDER BY d.replica LIMIT 1`

// check returns an error about damage that hides deltas, since a later read would not notice it.
func (s *Store) check(ctx context.Context) error {
	var replica string
	found, err := s.db.One(ctx, orphan, nil, &replica)
	if err == nil && found {
		err = fmt.Errorf("the table alwaysp1_replicas is damaged: replica %q is missing, "+
			"though it has deltas: restore the database from a backup", replica)
	}
	if err != nil {
		return err
	}
	_, err = s.places(ctx)
	return err
}

// wrap adds the name of the package to an error of the database.
func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("sqlstore: %w", err)
}

// mayPass reports whether a transaction that failed with an error may succeed when it is run again.
// One in a deadlock with another may; one whose place another has taken cannot.
func mayPass(err error) bool { return !errors.Is(err, keep.ErrConflict) }

// encode returns the JSON form that is stored.
func encode(v any) (string, error) {
	data, err := json.Marshal(v)
	return string(data), err
}
