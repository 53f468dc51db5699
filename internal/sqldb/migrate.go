package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// A Schema is the tables of one store, by version: the statements of Versions[0] make version 1, and so on.
// Each statement must do no harm when it runs twice ("CREATE TABLE IF NOT EXISTS"), for MySQL commits each by itself,
// so that a migration that was cut short is begun again.
type Schema struct {
	Store    string     // names the store among others in the same database
	Versions [][]string // the statements of each version, as Dialect.Schema reads them
}

// tries is how often a migration is tried that other replicas disturb: each time one of them gets further.
const tries = 8

const versions = "CREATE TABLE IF NOT EXISTS alwaysp1_schema (store {id} NOT NULL PRIMARY KEY, version BIGINT NOT NULL)"

// Migrate makes the tables, or brings them to the newest version, and does nothing where they are. Any number of
// replicas may do so at the same time. Tables of a newer version than this program knows are an error, and stay as they are.
func (s Schema) Migrate(ctx context.Context, db *sql.DB) error {
	d, err := Detect(ctx, db)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Store, err)
	}
	// Where there is nothing to do nothing is written, so that a file that turns out to be damaged stays as it is.
	if version, err := s.version(ctx, db, d); err == nil && version == len(s.Versions) {
		return nil
	}
	if err := d.refuseStump(ctx, db); err != nil {
		return fmt.Errorf("%s: %w", s.Store, err)
	}
	for range tries {
		if err = s.migrate(ctx, db, d); err == nil || errors.Is(err, errNewer) || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("%s: making its tables: %w", s.Store, err)
	}
	return nil
}

var errNewer = errors.New("its tables are newer than this program: update the program")

func (s Schema) migrate(ctx context.Context, db *sql.DB, d Dialect) error {
	if _, err := db.ExecContext(ctx, d.Schema(versions)); err != nil {
		return err
	}
	if err := s.enter(ctx, db, d); err != nil {
		return err
	}
	tx, err := d.Begin(ctx, db)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	// The write comes first, so that one replica holds the row until it commits.
	// MySQL commits at the first CREATE TABLE; there the statements themselves stand being raced.
	if _, err := tx.ExecContext(ctx, d.Bind("UPDATE alwaysp1_schema SET version = version WHERE store = ?"), s.Store); err != nil {
		return err
	}
	var version int
	if err := tx.QueryRowContext(ctx, d.Bind("SELECT version FROM alwaysp1_schema WHERE store = ?"), s.Store).Scan(&version); err != nil {
		return err
	}
	if err := s.raise(ctx, tx, d, version); err != nil {
		return err
	}
	return tx.Commit()
}

// enter gives the store its row, of version 0.
func (s Schema) enter(ctx context.Context, db *sql.DB, d Dialect) error {
	_, err := s.version(ctx, db, d)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	_, err = db.ExecContext(ctx, d.Bind("INSERT INTO alwaysp1_schema (store, version) VALUES (?, 0)"), s.Store)
	return err
}

func (s Schema) version(ctx context.Context, db *sql.DB, d Dialect) (version int, err error) {
	err = db.QueryRowContext(ctx, d.Bind("SELECT version FROM alwaysp1_schema WHERE store = ?"), s.Store).Scan(&version)
	return version, err
}

// raise runs the statements of all versions after the given one.
func (s Schema) raise(ctx context.Context, tx *sql.Tx, d Dialect, from int) error {
	if from > len(s.Versions) {
		return fmt.Errorf("version %d, known are %d: %w", from, len(s.Versions), errNewer)
	}
	for _, statements := range s.Versions[from:] {
		for _, statement := range statements {
			if _, err := tx.ExecContext(ctx, d.Schema(statement)); err != nil {
				return err
			}
		}
	}
	// Replicas of different programs may race on MySQL: the version only grows.
	_, err := tx.ExecContext(ctx, d.Bind("UPDATE alwaysp1_schema SET version = ? WHERE store = ? AND version < ?"), len(s.Versions), s.Store, len(s.Versions))
	return err
}

// Open finds out which engine a database is, and that its tables are there and of the version that this program knows.
// It changes nothing.
func (s Schema) Open(ctx context.Context, db *sql.DB) (Dialect, error) {
	d, err := Detect(ctx, db)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", s.Store, err)
	}
	switch version, err := s.version(ctx, db, d); {
	case errors.Is(err, sql.ErrNoRows):
		return 0, fmt.Errorf("%s: it has no tables in this database: call Migrate first", s.Store)
	case err != nil:
		return 0, fmt.Errorf("%s: are its tables in this database? If not, call Migrate first: %w", s.Store, err)
	case version < len(s.Versions):
		return 0, fmt.Errorf("%s: its tables are of version %d, and this program wants %d: call Migrate first", s.Store, version, len(s.Versions))
	case version > len(s.Versions):
		return 0, fmt.Errorf("%s: version %d, known are %d: %w", s.Store, version, len(s.Versions), errNewer)
	}
	return d, nil
}
