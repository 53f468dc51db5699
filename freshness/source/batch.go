package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A Batch asks for the newest values of many tables in one query, and hands each table's to its own source.
// That costs one round trip, and one start of a warehouse, in place of as many as there are tables.
//
// [Batch.Source] answers the source of one table. The first source that is asked runs the query for all. Those that
// are asked while it runs, or until MaxAge has passed since it ended, are given what it answered.
// Up to 100 tables share a query; tables with arguments are always asked by themselves.
//
// A table that is broken hides no other: a query that fails is asked again in halves, until the broken tables are found,
// and those are asked by themselves from then on, until they answer. A query that fails because of the database and
// not of a table (its connection is lost, or its time is up) is not asked again: all its tables get the error.
// Give a table that is slow a source of its own.
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

	// MaxAge is how long an answer is handed out again, counted from the end of its query.
	// Zero means a second.
	MaxAge time.Duration

	// Timeout bounds each query. Zero means 10 seconds.
	Timeout time.Duration

	// Clock tells how old an answer is. Nil means time.Now.
	Clock Clock

	mu      sync.Mutex // guards running and last
	running *look
	last    *look // has ended, and is not changed any more
}

// A look is one round of queries. Its fields are set before done is closed.
type look struct {
	done    chan struct{}
	ended   time.Time
	shared  bool // whoever waited may have the answers
	answers map[string]answer
}

// An answer is what was found out about one table.
type answer struct {
	landed freshness.Landings
	err    error
	broken bool // its query failed although it was asked by itself
}

// Source answers the source of one asset's landings. An asset that is not in Tables has a source that always fails.
func (b *Batch) Source(asset string) freshness.Source {
	return Func(func(ctx context.Context) (landed freshness.Landings, err error) {
		if b == nil {
			return nil, errors.New("source: the Batch is nil")
		}
		defer contain("batch:", &err)
		if _, ok := b.Tables[asset]; !ok {
			return nil, fmt.Errorf("source: batch: no table for the asset %q", asset)
		}
		return b.landings(ctx, asset)
	})
}

// landings answers from the last look, from the one that runs, or from one of its own.
func (b *Batch) landings(ctx context.Context, asset string) (freshness.Landings, error) {
	for ctx.Err() == nil {
		run, mine := b.join(now(b.Clock))
		if mine {
			b.look(ctx, run)
		}
		select {
		case <-run.done:
			if found := run.answers[asset]; mine || run.shared {
				return found.landed, found.err
			}
		case <-ctx.Done():
		}
	}
	return nil, ctx.Err()
}

// join answers the look to wait for, and whether it is the caller's to make.
func (b *Batch) join(at time.Time) (run *look, mine bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.last != nil && b.last.youngAt(at, b.MaxAge):
		return b.last, false
	case b.running != nil:
		return b.running, false
	}
	b.running = &look{done: make(chan struct{})}
	return b.running, true
}

// youngAt reports whether the answers may be handed out again. A clock that was set back makes them no younger.
func (l *look) youngAt(at time.Time, limit time.Duration) bool {
	age := at.Sub(l.ended)
	return l.shared && age >= 0 && age < cmp.Or(max(limit, 0), time.Second)
}

// look asks for all tables, and wakes whoever waits, even when a driver or a clock panics.
// What was found out while the context ended is handed to nobody else.
func (b *Batch) look(ctx context.Context, run *look) {
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.last, b.running = run, nil
		close(run.done)
	}()
	run.answers = b.ask(ctx)
	run.ended, run.shared = now(b.Clock), ctx.Err() == nil
}
