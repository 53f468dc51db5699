// Package steps opens databases that tell a test of each step that a program makes with them, so
// that the test can make it fail, or kill the process there.
package steps

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// A Hook is called for each step twice: before it is made, and when it has been made. If the first
// call returns an error, the step is not made. If the second does, the program gets an error though
// the database has made the step.
type Hook func(step string, made bool) error

// Open opens a database of a driver that is registered.
func Open(name, dsn string, hook Hook) (*sql.DB, error) {
	db, err := sql.Open(name, dsn)
	if err != nil {
		return nil, err
	}
	defer db.Close() // it was never connected: only its driver is wanted
	return sql.OpenDB(&connector{db.Driver(), dsn, hook}), nil
}

type connector struct {
	driver driver.Driver
	dsn    string
	hook   Hook
}

func (c *connector) Driver() driver.Driver { return c.driver }

func (c *connector) Connect(context.Context) (driver.Conn, error) {
	if err := c.hook("connect", false); err != nil {
		return nil, err
	}
	inner, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	if err := c.hook("connect", true); err != nil {
		inner.Close()
		return nil, err
	}
	return &conn{Conn: inner, hook: c.hook}, nil
}

// A conn is a connection. What it wraps does without prepared statements, as pgx, modernc's SQLite
// and go-sql-driver do.
type conn struct {
	driver.Conn
	hook Hook
	lost bool
}

// commit is the step after which no transaction may be left on a connection.
const commit = "commit"

// around makes a step, unless the hook returns an error. Where a program gets an error though the
// step was made, the connection is lost; and so it is where a commit fails.
func around[T any](c *conn, step string, f func() (T, error)) (T, error) {
	var none T
	if err := c.hook(step, false); err != nil {
		c.lost = step == commit
		return none, err
	}
	made, err := f()
	if err != nil {
		return none, err
	}
	if err := c.hook(step, true); err != nil {
		c.lost = true
		if rows, ok := any(made).(driver.Rows); ok {
			rows.Close()
		}
		return none, err
	}
	return made, nil
}

// IsValid has a lost connection closed.
func (c *conn) IsValid() bool { return !c.lost }

func (c *conn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	return around(c, "begin", func() (driver.Tx, error) {
		inner, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, options)
		return &tx{inner, c}, err
	})
}

func (c *conn) ExecContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Result, error) {
	return around(c, statement, func() (driver.Result, error) {
		return c.Conn.(driver.ExecerContext).ExecContext(ctx, statement, args)
	})
}

func (c *conn) QueryContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Rows, error) {
	return around(c, statement, func() (driver.Rows, error) {
		return c.Conn.(driver.QueryerContext).QueryContext(ctx, statement, args)
	})
}

// CheckNamedValue leaves arguments to the driver, if it wants to see them.
func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	if inner, ok := c.Conn.(driver.NamedValueChecker); ok {
		return inner.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type tx struct {
	driver.Tx
	conn *conn
}

func (t *tx) Commit() error {
	_, err := around(t.conn, commit, func() (any, error) { return nil, t.Tx.Commit() })
	return err
}
