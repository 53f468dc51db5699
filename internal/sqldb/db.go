package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"iter"
)

// A DB is a user's database in which [Schema.Open] has found the tables of a store.
// A DB is safe for concurrent use by multiple goroutines.
type DB struct {
	Runner
	pool *sql.DB
}

// A Runner runs statements on a database, or in one of its transactions. Their parameters are
// question marks, whatever the dialect, and a statement must hold no other question mark.
type Runner struct {
	Dialect
	on handle
}

// A handle is a *sql.DB or a *sql.Tx.
type handle interface {
	ExecContext(ctx context.Context, statement string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Exec runs a statement.
func (r Runner) Exec(ctx context.Context, statement string, args ...any) error {
	_, err := r.on.ExecContext(ctx, r.bind(statement), args...)
	return err
}

// Change runs a statement, and reports whether it changed a row. MySQL does not count a row that
// already had the values that it was set to.
func (r Runner) Change(ctx context.Context, statement string, args ...any) (bool, error) {
	done, err := r.on.ExecContext(ctx, r.bind(statement), args...)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// One reads one row into variables, and reports whether there is one.
func (r Runner) One(ctx context.Context, query string, args []any, into ...any) (bool, error) {
	err := r.on.QueryRowContext(ctx, r.bind(query), args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Rows returns the rows of a query, to be scanned one by one. An error comes as the last pair,
// without rows.
func (r Runner) Rows(ctx context.Context, query string, args ...any) iter.Seq2[*sql.Rows, error] {
	return func(yield func(*sql.Rows, error) bool) {
		rows, err := r.on.QueryContext(ctx, r.bind(query), args...)
		if err != nil {
			yield(nil, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			if !yield(rows, nil) {
				return
			}
		}
		if err := cmp.Or(rows.Err(), rows.Close()); err != nil {
			yield(nil, err)
		}
	}
}

// tries is how often the statements of a transaction are run that fail, as those do that are in a
// deadlock with others.
const tries = 3

// A CommitError is a commit that may or may not have happened.
type CommitError struct{ Err error }

// Error returns the text of the commit's own error, behind what it leaves open.
func (e *CommitError) Error() string { return "whether it was committed is unknown: " + e.Err.Error() }

// Unwrap returns the commit's own error.
func (e *CommitError) Unwrap() error { return e.Err }

// InTx runs f in a transaction, and returns its error. Nothing was committed then, so f is run
// again, up to three times in all, if again returns true for the error. A nil again means never. A
// commit that fails is not repeated: its error is a [*CommitError].
func (d *DB) InTx(ctx context.Context, again func(error) bool, f func(Runner) error) error {
	for n := 1; ; n++ {
		own, err := d.try(ctx, f)
		if !own || again == nil || !again(err) || n == tries || ctx.Err() != nil {
			return err
		}
	}
}

// try runs f in one transaction. It reports whether an error is f's own.
func (d *DB) try(ctx context.Context, f func(Runner) error) (own bool, err error) {
	tx, err := d.begin(ctx, d.pool)
	if err != nil {
		return false, err
	}
	defer tx.Rollback() // does nothing after a commit
	if err := f(Runner{d.Dialect, tx}); err != nil {
		return true, err
	}
	if err := tx.Commit(); err != nil {
		return false, &CommitError{err}
	}
	return false, nil
}

// bound ends a transaction on PostgreSQL that is idle for 5 seconds. It holds for that transaction
// alone, so that neither the caller's pool nor PgBouncer sees anything of it.
const bound = "SET LOCAL idle_in_transaction_session_timeout = 5000"

// begin begins a transaction. A process that stops in the middle of one, or whose host is cut off,
// would keep its locks and block all others. On PostgreSQL its transaction ends after 5 seconds.
func (d Dialect) begin(ctx context.Context, pool *sql.DB) (*sql.Tx, error) {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil || d != PostgreSQL {
		return tx, err
	}
	if _, err := tx.ExecContext(ctx, bound); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return tx, nil
}
