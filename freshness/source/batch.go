package source

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// maxTogether is how many tables one query asks for: databases bound the number of columns.
const maxTogether = 100

// A Batch asks for the newest values of many tables in one query, and hands each table's to its own source.
// That costs one round trip, and one start of a warehouse, in place of as many as there are tables.
//
// [Batch.Source] answers the source of one table. The first source that is asked runs the query for all;
// the others, until MaxAge has passed, are given what it answered. Up to 100 tables share a query.
// Where a query fails, each of its tables is asked by itself, so that a table that is broken hides no other.
// Tables with arguments are always asked by themselves.
//
// Make one with a composite literal. A Batch is safe for concurrent use by multiple goroutines, and must not be
// copied. It starts no goroutine. Whoever waits for another's query stops waiting when its own context is done;
// when that other's context is done first, one of those who wait asks again.
type Batch struct {
	// DB runs the queries. Required.
	DB DB

	// Tables lists the tables by the name of their asset. Their own DB and Timeout are not used.
	// The map must not be changed after the first use.
	Tables map[string]Table

	// MaxAge is how old an answer may be that is handed out again. Zero means a second.
	MaxAge time.Duration

	// Timeout bounds each query. Zero means 10 seconds.
	Timeout time.Duration

	// Clock tells how old an answer is. Nil means time.Now.
	Clock Clock

	mu      sync.Mutex // guards the rest
	running chan struct{}
	asked   time.Time
	fresh   bool
	answers map[string]answer
}

// An answer is what was found out about one table.
type answer struct {
	landed freshness.Landings
	err    error
}

// Source answers the source of one asset's landings. An asset that is not in Tables has a source that always fails.
func (b *Batch) Source(asset string) freshness.Source {
	return Func(func(ctx context.Context) (freshness.Landings, error) {
		if _, ok := b.Tables[asset]; !ok {
			return nil, fmt.Errorf("source: batch: no table for the asset %q", asset)
		}
		return b.landings(ctx, asset)
	})
}

func (b *Batch) landings(ctx context.Context, asset string) (freshness.Landings, error) {
	for {
		b.mu.Lock()
		if b.usable(now(b.Clock)) {
			found := b.answers[asset]
			b.mu.Unlock()
			return found.landed, found.err
		}
		if wait := b.running; wait != nil {
			b.mu.Unlock()
			select {
			case <-wait:
				continue
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		b.running = make(chan struct{})
		b.mu.Unlock()
		if found, ok := b.refresh(ctx)[asset]; ok {
			return found.landed, found.err
		}
		return nil, errors.Join(errors.New("source: batch: no answer"), ctx.Err())
	}
}

// usable reports whether the answers are young enough. A clock that was set back makes them no younger.
func (b *Batch) usable(at time.Time) bool {
	limit := b.MaxAge
	if limit <= 0 {
		limit = time.Second
	}
	age := at.Sub(b.asked)
	return b.fresh && age >= 0 && age < limit
}

// refresh asks for all tables, and wakes whoever waits, even when a driver panics.
// What was found out while the context ended is handed to nobody else.
func (b *Batch) refresh(ctx context.Context) (answers map[string]answer) {
	began := now(b.Clock)
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.fresh = answers != nil && ctx.Err() == nil
		b.answers, b.asked = answers, began
		close(b.running)
		b.running = nil
	}()
	return b.ask(ctx)
}

func (b *Batch) ask(ctx context.Context) map[string]answer {
	answers := make(map[string]answer, len(b.Tables))
	if b.DB == nil {
		for asset := range b.Tables {
			answers[asset] = answer{err: errors.New("source: Batch.DB is required")}
		}
		return answers
	}
	var assets []string
	var tables []Table
	flush := func() {
		b.askTogether(ctx, assets, tables, answers)
		assets, tables = nil, nil
	}
	for _, asset := range slices.Sorted(maps.Keys(b.Tables)) {
		table := b.Tables[asset]
		if _, err := table.query(); err != nil || len(table.Args) > 0 {
			answers[asset] = b.alone(ctx, table)
			continue
		}
		if assets, tables = append(assets, asset), append(tables, table); len(tables) == maxTogether {
			flush()
		}
	}
	flush()
	return answers
}

// askTogether asks for some tables in one query, and for each by itself if that fails.
func (b *Batch) askTogether(ctx context.Context, assets []string, tables []Table, answers map[string]answer) {
	if len(tables) == 0 {
		return
	}
	found, err := together(ctx, b.DB, b.Timeout, tables)
	for i, asset := range assets {
		if err == nil {
			answers[asset] = found[i]
		} else {
			answers[asset] = b.alone(ctx, tables[i])
		}
	}
}

func (b *Batch) alone(ctx context.Context, t Table) answer {
	t.DB, t.Timeout = b.DB, b.Timeout
	landed, err := t.Landings(ctx)
	return answer{landed, err}
}
