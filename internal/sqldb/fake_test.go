package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

var errFake = errors.New("the connection was reset")

// A fake is a database that holds the versions of stores, and notes what is asked of it.
type fake struct {
	engine   Dialect
	file     string           // of SQLite
	versions map[string]int64 // by store; nil: there is no table
	version  string           // what "SELECT version()" returns, where it is not the engine's own
	hook     func(statement string) error
	changes  int64   // how many rows more, or fewer, than one a statement changes
	list     []int64 // what "SELECT list" returns, a row each
	broken   error   // what comes after these rows; nil: their end

	made   []string // all that was done but questions
	before map[string]int64
}

// open returns a database that is the fake.
func (f *fake) open(t *testing.T) *sql.DB {
	t.Helper()
	db := sql.OpenDB(f)
	t.Cleanup(func() { db.Close() })
	return db
}

func (f *fake) Connect(context.Context) (driver.Conn, error) { return &fakeConn{f}, nil }
func (f *fake) Driver() driver.Driver                        { return nil }

// step notes what is done, unless the hook is against it.
func (f *fake) step(statement string) error {
	if f.hook != nil {
		if err := f.hook(statement); err != nil {
			return err
		}
	}
	if !strings.HasPrefix(statement, "SELECT") {
		f.made = append(f.made, statement)
	}
	return nil
}

func (f *fake) copied() map[string]int64 {
	if f.versions == nil {
		return nil
	}
	c := map[string]int64{}
	for store, version := range f.versions {
		c[store] = version
	}
	return c
}

type fakeConn struct{ f *fake }

func (c *fakeConn) Prepare(string) (driver.Stmt, error) {
	return nil, errors.New("nothing may be prepared")
}
func (c *fakeConn) Close() error              { return nil }
func (c *fakeConn) Begin() (driver.Tx, error) { return nil, errors.New("BeginTx is there") }

func (c *fakeConn) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) {
	if err := c.f.step("begin"); err != nil {
		return nil, err
	}
	c.f.before = c.f.copied()
	return c, nil
}

func (c *fakeConn) Commit() error { return c.f.step("commit") }

func (c *fakeConn) Rollback() error {
	c.f.versions = c.f.before
	return c.f.step("rollback")
}

func (c *fakeConn) ExecContext(
	_ context.Context, statement string, args []driver.NamedValue,
) (driver.Result, error) {
	if err := c.f.step(statement); err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(statement, "CREATE TABLE IF NOT EXISTS alwaysp1_schema"):
		if c.f.versions == nil {
			c.f.versions = map[string]int64{}
		}
	case strings.HasPrefix(statement, "INSERT INTO alwaysp1_schema"):
		c.f.versions[args[0].Value.(string)] = 0
	case strings.HasPrefix(statement, "UPDATE alwaysp1_schema SET version = version"):
	case strings.HasPrefix(statement, "UPDATE alwaysp1_schema"):
		version, store := args[0].Value.(int64), args[1].Value.(string)
		if c.f.versions[store] < args[2].Value.(int64) {
			c.f.versions[store] = version
		}
	}
	return driver.RowsAffected(1 + c.f.changes), nil
}

func (c *fakeConn) QueryContext(
	_ context.Context, statement string, args []driver.NamedValue,
) (driver.Rows, error) {
	if err := c.f.step(statement); err != nil {
		return nil, err
	}
	switch {
	case statement == "SELECT version()" && c.f.version != "":
		return rows(c.f.version), nil
	case statement == "SELECT version()" && c.f.engine == PostgreSQL:
		return rows("PostgreSQL 16.9 on x86_64"), nil
	case statement == "SELECT version()" && c.f.engine == MySQL:
		return rows("11.8.2-MariaDB"), nil
	case statement == "SELECT sqlite_version()" && c.f.engine == SQLite:
		return rows("3.50.1"), nil
	case statement == "SELECT "+MySQL.Now() && c.f.engine == MySQL:
		return rows(int64(1)), nil
	case strings.HasPrefix(statement, "SELECT file") && c.f.engine == SQLite:
		return rows(c.f.file), nil
	case strings.HasPrefix(statement, "SELECT version FROM alwaysp1_schema") && c.f.versions != nil:
		if version, ok := c.f.versions[args[0].Value.(string)]; ok {
			return rows(version), nil
		}
		return new(fakeRows), nil
	case statement == "SELECT list":
		all := &fakeRows{broken: c.f.broken}
		for _, value := range c.f.list {
			all.left = append(all.left, value)
		}
		return all, nil
	}
	return nil, errors.New("it does not know " + statement)
}

// rows returns one row of one column.
func rows(value driver.Value) driver.Rows { return &fakeRows{left: []driver.Value{value}} }

// fakeRows are rows of one column each.
type fakeRows struct {
	left   []driver.Value
	broken error
}

func (r *fakeRows) Columns() []string { return []string{"c"} }
func (r *fakeRows) Close() error      { return nil }
func (r *fakeRows) Next(into []driver.Value) error {
	if len(r.left) == 0 {
		return cmp.Or(r.broken, io.EOF)
	}
	into[0], r.left = r.left[0], r.left[1:]
	return nil
}

// count is how many steps begin with some words.
func (f *fake) count(words string) (n int) {
	for _, statement := range f.made {
		if strings.HasPrefix(statement, words) {
			n++
		}
	}
	return n
}

// without are the steps but those that a migration always makes.
func (f *fake) without() []string {
	return slices.DeleteFunc(slices.Clone(f.made), func(s string) bool {
		return s == "begin" || s == "commit" || s == "rollback" || strings.Contains(s, "alwaysp1_schema")
	})
}
