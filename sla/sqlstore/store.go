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
//	[Open]     a store on tables that are there
//
// Its errors hold the database's own, wrapped. What its methods promise stands at [keep.Store].
// A Store is safe for concurrent use by multiple goroutines, and by any number of processes.
type Store struct {
	db      *sql.DB
	dialect sqldb.Dialect
}

var _ keep.Store = (*Store)(nil)

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

// Migrate makes the tables, or brings them to the version that this package knows. It does nothing where they are, and any number of
// replicas may call it at once. Tables of a newer version are an error, and stay as they are.
func Migrate(ctx context.Context, db *sql.DB) error { return schema.Migrate(ctx, db) }

// Open returns a store on a database whose tables [Migrate] has made. It asks the database which engine it is, reads how far each
// replica has come, and refuses what is damaged. It writes nothing. The database stays the caller's to close, after the store's last use.
func Open(ctx context.Context, db *sql.DB) (*Store, error) {
	dialect, err := schema.Open(ctx, db)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, dialect: dialect}
	if err := s.check(ctx); err != nil {
		return nil, wrap(err)
	}
	return s, nil
}

// orphan finds a replica with deltas of which it is not known how far it has come: they would never be read.
const orphan = `SELECT d.replica FROM alwaysp1_deltas d LEFT JOIN alwaysp1_replicas r ON r.replica = d.replica
WHERE r.replica IS NULL ORDER BY d.replica LIMIT 1`

// check refuses what would hide deltas, and so would not be noticed when they are read.
func (s *Store) check(ctx context.Context) error {
	var replica string
	if found, err := s.one(ctx, s.db, orphan, nil, &replica); err != nil {
		return err
	} else if found {
		return fmt.Errorf("the table alwaysp1_replicas is damaged: replica %q is missing, though it has deltas: restore the database from a backup", replica)
	}
	_, err := s.places(ctx)
	return err
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("sqlstore: %w", err)
}

// tries is how often a transaction is made that fails before its commit, as one does that is in a deadlock with another.
const tries = 3

// inTx runs f in a transaction. It is tried again where nothing can have been committed, and nobody else was first.
func (s *Store) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	for n := 1; ; n++ {
		again, err := s.try(ctx, f)
		if !again || n == tries || ctx.Err() != nil {
			return err
		}
	}
}

func (s *Store) try(ctx context.Context, f func(*sql.Tx) error) (again bool, err error) {
	tx, err := s.dialect.Begin(ctx, s.db)
	if err != nil {
		return false, err
	}
	defer tx.Rollback() // does nothing after a commit
	if err := f(tx); err != nil {
		return !errors.Is(err, keep.ErrConflict), err
	}
	if err := tx.Commit(); err != nil {
		return false, fmt.Errorf("whether it was committed is unknown: %w", err)
	}
	return false, nil
}

// A runner is a database, or one of its transactions.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (s *Store) exec(ctx context.Context, on runner, statement string, args ...any) error {
	_, err := on.ExecContext(ctx, s.dialect.Bind(statement), args...)
	return err
}

// one reads one row, and says whether there is one.
func (s *Store) one(ctx context.Context, on runner, query string, args []any, into ...any) (bool, error) {
	err := on.QueryRowContext(ctx, s.dialect.Bind(query), args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func encode(v any) (string, error) {
	data, err := json.Marshal(v)
	return string(data), err
}
