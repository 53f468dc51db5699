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

// A Batch reads the newest values of many tables with one query, and gives each table's value to
// its own source. That costs one round trip, and one start of a warehouse, in place of one for each
// table.
//
// [Batch.Source] returns the source of one table. The first source that is asked runs the query for
// all. Sources that are asked while it runs, or until MaxAge has passed since it ended, share its
// answer. Up to 100 tables share a query; tables with arguments are always asked by themselves.
//
// A broken table hides no other. A query that fails is repeated in halves until the broken tables
// are found; these are asked by themselves from then on, until they succeed. A query that fails
// because of the database and not of a table (its connection is lost, or its time is up) is not
// repeated: all its tables get the error. A slow table should have a source of its own.
//
// Make one with a composite literal. A Batch is safe for concurrent use by multiple goroutines, and
// must not be copied. It starts no goroutine. A caller that waits for another's query stops waiting
// when its own context is done; if that other's context is done first, one of the waiting callers
// runs the query again.
type Batch struct {
	// DB runs the queries. Required.
	DB Queryer

	// Tables lists the tables by the name of their asset. Their own DB and Timeout are not used.
	// The map must not be changed after the first use.
	Tables map[string]Table

	// MaxAge is how long an answer is shared, counted from the end of its query.
	// Zero means a second.
	MaxAge time.Duration

	// Timeout bounds each query. Zero means 10 seconds.
	Timeout time.Duration

	// Clock tells how old an answer is. Nil means time.Now.
	Clock interface{ Now() time.Time }

	mu      sync.Mutex // guards running and last
	running *look
	last    *look // has ended, and does not change any more
}

// A look is one round of queries. Its fields are set before done is closed.
type look struct {
	done    chan struct{}
	ended   time.Time
	shared  bool // callers that waited may have what was found
	answers map[string]answer
}

// An answer is what a look found out about one table.
type answer struct {
	landed freshness.Landings
	err    error
	broken bool // its query failed although it was asked by itself
}

// Source returns the source of one asset's landings. For an asset that is not in Tables it returns
// one that fails.
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

// landings takes the answer of the last look, of the one that runs, or of one of its own.
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

// join returns the look to wait for, and whether the caller is to make it.
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

// youngAt reports whether what was found may still be shared. A clock that was set back makes them no
// younger.
func (l *look) youngAt(at time.Time, limit time.Duration) bool {
	age := at.Sub(l.ended)
	return l.shared && age >= 0 && age < cmp.Or(max(limit, 0), time.Second)
}

// look asks for all tables, and wakes all callers that wait, even when a driver or a clock panics.
// What was found while the context ended is not shared: it may be an error of that context.
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
