package sqldb

import (
	"context"
	"database/sql"
	"errors"
)

// bound ends a transaction on PostgreSQL that says nothing for 5 seconds. It is for that transaction alone,
// so that neither the caller's pool nor PgBouncer sees anything of it.
const bound = "SET LOCAL idle_in_transaction_session_timeout = 5000"

// Begin begins a transaction. A process that stops in the middle of one, or whose host is gone without a word, would keep
// what it has locked, and hold up all others; on PostgreSQL its transaction ends after 5 seconds.
func (d Dialect) Begin(ctx context.Context, db *sql.DB) (*sql.Tx, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil || d != PostgreSQL {
		return tx, err
	}
	if _, err := tx.ExecContext(ctx, bound); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return tx, nil
}
