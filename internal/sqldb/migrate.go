package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// A Schema is the tables of one store, by version: the statements of Versions[0] make version 1,
// and so on. Each statement must be harmless when it runs twice ("CREATE TABLE IF NOT EXISTS"):
// MySQL commits each by itself, so that a migration that was cut short is begun again.
type Schema struct {
	Store    string     // names the store among others in the same database
	Versions [][]string // the statements of each version, as Dialect.Schema reads them
}

// migrations is how often a migration is tried that other replicas disturb: each time one of them
// gets further.
const migrations = 8

// versions makes the table of the versions of all stores in a database.
const versions = "CREATE TABLE IF NOT EXISTS alwaysp1_schema " +
	"(store {id} NOT NULL PRIMARY KEY, version BIGINT NOT NULL)"

// Migrate makes the tables, or brings them to the newest version. It does nothing if they are of
// that version. Any number of replicas may call it at the same time. Tables of a newer version than
// this program knows are an error, and stay as they are.
func (s Schema) Migrate(ctx context.Context, pool *sql.DB) error {
	db, err := s.connect(ctx, pool)
	if err != nil {
		return err
	}
	// If there is nothing to do nothing is written, so that a file that turns out to be damaged
	// stays as it is.
	if version, known, err := s.version(ctx, db.Runner); err == nil && known && version == len(s.Versions) {
		return nil
	}
	if err := db.refuseStump(ctx); err != nil {
		return fmt.Errorf("%s: %w", s.Store, err)
	}

	for range migrations {
		if err = s.migrate(ctx, db); err == nil || errors.Is(err, errNewer) || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("%s: making its tables: %w", s.Store, err)
	}
	return nil
}

// errNewer is why a migration is not tried again.
var errNewer = errors.New("its tables are newer than this program: update the program")

// connect returns the database, once it is known which engine it is.
func (s Schema) connect(ctx context.Context, pool *sql.DB) (*DB, error) {
	d, err := detect(ctx, pool)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Store, err)
	}
	return &DB{Runner{d, pool}, pool}, nil
}

// migrate is one try. Each of its steps may run twice, or at the same time in another replica.
func (s Schema) migrate(ctx context.Context, db *DB) error {
	if err := db.Exec(ctx, db.Schema(versions)); err != nil {
		return err
	}
	if err := s.enter(ctx, db.Runner); err != nil {
		return err
	}
	return db.InTx(ctx, nil, func(tx Runner) error {
		// The write comes first, so that one replica holds the row until it commits. MySQL commits
		// at the first CREATE TABLE; there the statements themselves are safe to race.
		lock := "UPDATE alwaysp1_schema SET version = version WHERE store = ?"
		if err := tx.Exec(ctx, lock, s.Store); err != nil {
			return err
		}
		version, known, err := s.version(ctx, tx)
		if err == nil && !known {
			err = errors.New("its row in alwaysp1_schema is gone")
		}
		if err != nil {
			return err
		}
		return s.raise(ctx, tx, version)
	})
}

// enter gives the store its row, of version 0.
func (s Schema) enter(ctx context.Context, db Runner) error {
	if _, known, err := s.version(ctx, db); err != nil || known {
		return err
	}
	return db.Exec(ctx, "INSERT INTO alwaysp1_schema (store, version) VALUES (?, 0)", s.Store)
}

// version returns the version of the store's tables, and whether the store has a row.
func (s Schema) version(ctx context.Context, on Runner) (version int, known bool, err error) {
	known, err = on.One(ctx, "SELECT version FROM alwaysp1_schema WHERE store = ?", []any{s.Store}, &version)
	return version, known, err
}

// raise runs the statements of all versions after the given one.
func (s Schema) raise(ctx context.Context, tx Runner, from int) error {
	if from > len(s.Versions) {
		return fmt.Errorf("version %d, known are %d: %w", from, len(s.Versions), errNewer)
	}
	for _, statements := range s.Versions[from:] {
		for _, statement := range statements {
			if err := tx.Exec(ctx, tx.Schema(statement)); err != nil {
				return err
			}
		}
	}
	// Replicas of different programs may race on MySQL: the version only grows.
	newest := len(s.Versions)
	return tx.Exec(ctx, "UPDATE alwaysp1_schema SET version = ? WHERE store = ? AND version < ?",
		newest, s.Store, newest)
}

// Open returns the database, once it is known which engine it is, and that the tables are there and
// of the version that this program knows. It changes nothing.
func (s Schema) Open(ctx context.Context, pool *sql.DB) (*DB, error) {
	db, err := s.connect(ctx, pool)
	if err != nil {
		return nil, err
	}
	switch version, known, err := s.version(ctx, db.Runner); {
	case err != nil:
		return nil, fmt.Errorf("%s: are its tables in this database? If not, call Migrate first: %w",
			s.Store, err)
	case !known:
		return nil, fmt.Errorf("%s: it has no tables in this database: call Migrate first", s.Store)
	case version < len(s.Versions):
		return nil, fmt.Errorf("%s: its tables are of version %d, and this program wants %d: "+
			"call Migrate first", s.Store, version, len(s.Versions))
	case version > len(s.Versions):
		return nil, fmt.Errorf("%s: version %d, known are %d: %w",
			s.Store, version, len(s.Versions), errNewer)
	}
	return db, nil
}
