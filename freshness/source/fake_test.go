package source_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"sync"
	"testing"
)

// A column is what a fake database says of one column.
type column struct{ name, databaseType string }

// A reply is what a fake database answers a query.
type reply struct {
	columns []column
	rows    [][]driver.Value
	err     error
	rowErr  error
}

// A fake is a database that answers as it is told, and remembers what it was asked.
type fake struct {
	mu     sync.Mutex
	asked  []string
	args   [][]driver.NamedValue
	answer func(ctx context.Context, query string) reply
}

// one is the reply of one row with one column.
func one(databaseType string, value driver.Value) reply {
	return reply{columns: []column{{"max", databaseType}}, rows: [][]driver.Value{{value}}}
}

// open opens a database that gives every query the same answer.
func open(t testing.TB, r reply) (*sql.DB, *fake) {
	f := &fake{answer: func(context.Context, string) reply { return r }}
	db := sql.OpenDB(f)
	t.Cleanup(func() { db.Close() })
	return db, f
}

func (f *fake) Connect(context.Context) (driver.Conn, error) { return fakeConn{f}, nil }
func (f *fake) Driver() driver.Driver                        { return nil }

func (f *fake) queries() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.asked...)
}

type fakeConn struct{ f *fake }

func (c fakeConn) Prepare(string) (driver.Stmt, error) { return nil, errors.New("fake: no statements") }
func (c fakeConn) Close() error                        { return nil }
func (c fakeConn) Begin() (driver.Tx, error)           { return nil, errors.New("fake: no transactions") }

func (c fakeConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.f.mu.Lock()
	c.f.asked, c.f.args = append(c.f.asked, query), append(c.f.args, args)
	c.f.mu.Unlock()
	r := c.f.answer(ctx, query)
	if r.err != nil {
		return nil, r.err
	}
	return &fakeRows{r: r}, nil
}

type fakeRows struct {
	r reply
	n int
}

func (r *fakeRows) Columns() (names []string) {
	for _, c := range r.r.columns {
		names = append(names, c.name)
	}
	return names
}

func (r *fakeRows) ColumnTypeDatabaseTypeName(i int) string { return r.r.columns[i].databaseType }
func (r *fakeRows) Close() error                            { return nil }

func (r *fakeRows) Next(into []driver.Value) error {
	if r.n == len(r.r.rows) {
		if r.r.rowErr != nil {
			return r.r.rowErr
		}
		return io.EOF
	}
	copy(into, r.r.rows[r.n])
	r.n++
	return nil
}
