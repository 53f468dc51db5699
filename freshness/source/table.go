package source

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A Table is the source of landings that show as the newest value of a column: SELECT max(column)
// FROM table. NULL, the maximum of an empty table, means that nothing has landed. The newest is
// what the database takes for the largest: of text, the last in its order, so that all text in a
// column should have one form and one zone. A Table is safe for concurrent use if its DB is.
type Table struct {
	// DB runs the query. Required, except in a Batch, which has its own.
	DB Queryer

	// Name is the table, with its schema and so on in front: {"mart", "orders"}. Each part is
	// quoted. Required.
	Name []string

	// Column holds the instants. It is quoted. Required.
	Column string

	// Where is a condition on the rows that count, in SQL, and Args are its arguments.
	// It is passed on as it is: write it yourself, and pass values of others as arguments.
	// Empty means all rows.
	Where string
	Args  []any

	// Dialect is how names are quoted. Zero is DialectStandard.
	Dialect Dialect

	// Format is how to read a column that lacks a zone or a unit.
	Format Format

	// Timeout bounds one look. Zero means 10 seconds.
	Timeout time.Duration

	// Metadata marks the landings of a table that is a view of the catalogue, and not of content.
	Metadata bool
}

// Landings queries the newest value, and returns it as a landing.
func (t Table) Landings(ctx context.Context) (landed freshness.Landings, err error) {
	defer contain(fmt.Sprintf("table %q:", t.Name), &err)
	text, err := t.query()
	if err != nil {
		return nil, err
	}

	landed, err = Query{
		DB: t.DB, Text: text, Args: t.Args, Format: t.Format,
		Timeout: t.Timeout, Metadata: t.Metadata, Dialect: t.Dialect,
	}.landings(ctx)
	var bad *ValueError
	if errors.As(err, &bad) {
		bad.Column = t.Column // not max, as the database calls it
	}

	if err != nil {
		return nil, fmt.Errorf("source: table %q: %w", t.Name, err)
	}
	return landed, nil
}

// query returns the text of the query for the newest value. The column is qualified by its table,
// because SQLite takes "name" for a text where there is no such column, and the maximum of no text
// at all is NULL.
func (t Table) query() (string, error) {
	table, err := t.Dialect.Quote(t.Name...)
	if err != nil {
		return "", fmt.Errorf("%w (the table)", err)
	}
	column, err := t.Dialect.Quote(t.Name[len(t.Name)-1], t.Column)
	if err != nil {
		return "", fmt.Errorf("%w (the column)", err)
	}
	text := "SELECT max(" + column + ") FROM " + table
	if t.Where != "" {
		text += " WHERE " + t.Where
	}
	return text, nil
}

// landing reads the value of one column of a batch.
func (t Table) landing(c *columns, i int) (freshness.Landings, error) {
	at, ok, err := c.instant(i, t.Format, t.Dialect)
	if err != nil {
		return nil, fmt.Errorf("source: table %q: %w", t.Name, named(err, t.Column, c.types[i]))
	}
	if !ok {
		return nil, nil
	}
	return freshness.Landings{{At: at, Metadata: t.Metadata}}, nil
}

// together asks for several tables in one query, a column each.
func together(ctx context.Context, db Queryer, limit time.Duration, tables []Table) ([]answer, error) {
	text := "SELECT "
	for i, t := range tables {
		one, err := t.query()
		if err != nil {
			return nil, err
		}
		if i > 0 {
			text += ", "
		}
		text += "(" + one + ")"
	}

	var answers []answer
	err := ask(ctx, db, limit, text, nil, func(rows *sql.Rows) error {
		c, err := columnsOf(rows)
		if err != nil {
			return err
		}
		if !rows.Next() {
			return cmp.Or(rows.Err(), sql.ErrNoRows)
		}
		if err := c.scan(rows); err != nil {
			return err
		}
		for i, t := range tables {
			landed, err := t.landing(c, i)
			answers = append(answers, answer{landed: landed, err: err})
		}
		return nil
	})
	return answers, err
}
