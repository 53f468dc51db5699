package source

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"maps"
	"net"
	"slices"
)

// maxTogether is how many tables one query asks for: databases bound the number of columns.
const maxTogether = 100

// ask asks for all tables: together, except those with arguments and those that failed the last
// time.
func (b *Batch) ask(ctx context.Context) map[string]answer {
	answers := make(map[string]answer, len(b.Tables))
	before := b.before()
	var assets []string
	for _, asset := range slices.Sorted(maps.Keys(b.Tables)) {
		table := b.Tables[asset]
		if _, err := table.query(); err != nil || len(table.Args) > 0 || before[asset].broken {
			answers[asset] = b.alone(ctx, table)
		} else {
			assets = append(assets, asset)
		}
	}
	for group := range slices.Chunk(assets, maxTogether) {
		b.together(ctx, group, answers)
	}
	return answers
}

// before returns what the last look found.
func (b *Batch) before() map[string]answer {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.last == nil {
		return nil
	}
	return b.last.answers
}

// together asks for some tables in one query, and in halves if that fails because of a table.
//
// If k of n tables fail, that takes at most about 2·k·log2(n) further queries, and never more than
// 2·n.
func (b *Batch) together(ctx context.Context, assets []string, answers map[string]answer) {
	if len(assets) == 1 {
		answers[assets[0]] = b.alone(ctx, b.Tables[assets[0]])
		return
	}
	var tables []Table
	for _, asset := range assets {
		tables = append(tables, b.Tables[asset])
	}

	found, err := together(ctx, b.DB, b.Timeout, tables)
	if err != nil && !sharedFault(err) {
		half := len(assets) / 2
		b.together(ctx, assets[:half], answers)
		b.together(ctx, assets[half:], answers)
		return
	}

	for i, asset := range assets {
		if err != nil {
			answers[asset] = answer{err: err}
		} else {
			answers[asset] = found[i]
		}
	}
}

// alone asks for one table by itself. An error about its value or about the database does not make
// it a broken table.
func (b *Batch) alone(ctx context.Context, t Table) answer {
	t.DB, t.Timeout = b.DB, b.Timeout
	landed, err := t.Landings(ctx)
	var bad *ValueError
	return answer{landed, err, err != nil && !errors.As(err, &bad) && !sharedFault(err)}
}

// sharedFault reports whether an error is of the database or of the caller, and not of one table.
// Asking for each table by itself would then only make the look last a hundred times as long.
func sharedFault(err error) bool {
	var network net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		errors.Is(err, errNoDB) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.As(err, &network)
}
