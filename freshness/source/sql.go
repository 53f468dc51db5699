package source

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// maxRows bounds the rows of a query.
const maxRows = 100_000

var errNoDB = errors.New("a DB is required")

// A Queryer runs queries: a [*sql.DB], [*sql.Conn] or [*sql.Tx]. The caller opens and closes it,
// with any driver.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// A Query is the source of the landings that a query of the caller returns, one a row.
//
// The first column is the instant, under any name. NULL there is a row without a landing, and no
// row at all means that nothing has landed. A column named rows is the number of rows that landed.
// A column named partition is the partition: text, or a date, which becomes text of the form
// 2006-01-02.
//
// SQLite's drivers turn text in a column declared DATE, DATETIME or TIMESTAMP into a time, and lose
// whether it ended in Z: it is read as a timestamp without a zone. Select max(at) or CAST(at AS
// TEXT), which they leave alone. MySQL's, with parseTime, turns a date whose month or day is zero
// into another date.
//
// A Query is safe for concurrent use if its DB is.
type Query struct {
	// DB runs the query. Required.
	DB Queryer

	// Text is the query, and Args are its arguments. The text is passed on as it is. Required.
	Text string
	Args []any

	// Format is how to read instants that lack a zone or a unit.
	Format Format

	// Timeout bounds one look. Zero means 10 seconds.
	Timeout time.Duration

	// Metadata marks the landings of a query that reads a catalogue, and not the content of a
	// table.
	Metadata bool

	// Dialect matters for MySQL alone, whose driver returns a date of zeros as the year 1: set
	// DialectBacktick there.
	Dialect Dialect
}

// Landings runs the query once, and returns a landing for each row.
func (q Query) Landings(ctx context.Context) (landed freshness.Landings, err error) {
	defer contain("query:", &err)
	landed, err = q.landings(ctx)
	if err != nil {
		return nil, fmt.Errorf("source: query: %w", err)
	}
	return landed, nil
}

func (q Query) landings(ctx context.Context) (freshness.Landings, error) {
	if q.Text == "" {
		return nil, errors.New("a text is required")
	}
	var landed freshness.Landings
	err := ask(ctx, q.DB, q.Timeout, q.Text, q.Args, func(rows *sql.Rows) (err error) {
		landed, err = q.read(rows)
		return err
	})
	return freshness.Landings(nil).Add(landed...), err
}

// ask runs a query within a time limit, and hands its rows on.
func ask(
	ctx context.Context, db Queryer, limit time.Duration, text string, args []any, read func(*sql.Rows) error,
) error {
	if fault.IsNil(db) {
		return errNoDB
	}
	if limit <= 0 {
		limit = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	rows, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return outOfTime(ctx, err)
	}
	defer rows.Close()
	if err := read(rows); err != nil {
		return outOfTime(ctx, err)
	}
	if err := rows.Err(); err != nil {
		return outOfTime(ctx, scanned(err))
	}
	return rows.Close()
}

// outOfTime adds to an error that the context is done, which not every driver reports.
func outOfTime(ctx context.Context, err error) error {
	if why := ctx.Err(); why != nil && !errors.Is(err, why) {
		return fmt.Errorf("%w: %w", why, err)
	}
	return err
}

// read makes a landing of each row.
func (q Query) read(rows *sql.Rows) (landed freshness.Landings, err error) {
	columns, err := columnsOf(rows)
	if err != nil {
		return nil, err
	}

	for n := 0; rows.Next(); n++ {
		if n == maxRows {
			return nil, fmt.Errorf("more than %d rows", maxRows)
		}
		if err := columns.scan(rows); err != nil {
			return nil, err
		}
		at, ok, err := columns.instant(0, q.Format, q.Dialect)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		landing := freshness.Landing{At: at, Metadata: q.Metadata}
		if err := columns.fill(&landing); err != nil {
			return nil, err
		}
		landed = append(landed, landing)
	}
	return landed, nil
}

// columns are the values of one row, and what is known of their columns.
type columns struct {
	names, types []string
	values       []any
	into         []any
}

func columnsOf(rows *sql.Rows) (*columns, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	if len(types) == 0 {
		return nil, errors.New("the result has no column")
	}
	c := &columns{values: make([]any, len(types))}
	for i, t := range types {
		c.names = append(c.names, t.Name())
		c.types = append(c.types, t.DatabaseTypeName())
		c.into = append(c.into, &c.values[i])
	}
	return c, nil
}

func (c *columns) scan(rows *sql.Rows) error {
	if err := rows.Scan(c.into...); err != nil {
		return scanned(err)
	}
	return nil
}

func (c *columns) instant(i int, f Format, d Dialect) (time.Time, bool, error) {
	at, ok, err := f.read(c.values[i], c.types[i], d)
	return at, ok, named(err, c.names[i], c.types[i])
}

// fill reads the columns named rows and partition.
func (c *columns) fill(landing *freshness.Landing) error {
	for i := 1; i < len(c.names); i++ {
		if c.values[i] == nil {
			continue
		}
		switch strings.ToLower(c.names[i]) {
		case "rows":
			var count sql.NullInt64
			if err := count.Scan(c.values[i]); err != nil || count.Int64 < 0 {
				return fmt.Errorf("%v in %q is not a number of rows", c.values[i], c.names[i])
			}
			landing.Rows, landing.Counted = count.Int64, true
		case "partition":
			text, err := partition(c.values[i], c.types[i])
			if err != nil {
				return fmt.Errorf("%v in %q is not text", c.values[i], c.names[i])
			}
			landing.Partition = text
		}
	}
	return nil
}

// partition returns a partition as text. Drivers return a date as a time.Time, which would print
// its hour too.
func partition(value any, databaseType string) (string, error) {
	if day, ok := value.(time.Time); ok && strings.EqualFold(databaseType, "DATE") {
		return day.Format(time.DateOnly), nil
	}
	var text sql.NullString
	err := text.Scan(value)
	return text.String, err
}
