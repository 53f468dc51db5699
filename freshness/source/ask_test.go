package source_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/source"
)

// letters are tables a, b, c and so on.
func letters(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("t%03d", i))
	}
	return names
}

// A query that takes longer than its answer is kept is shared by all who were there: the slower, the more it matters.
func TestASlowQueryIsSharedByWhoeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{answer: func(ctx context.Context, query string) reply {
			time.Sleep(5 * time.Second)
			return many("")(ctx, query)
		}}
		db := sql.OpenDB(f)
		defer db.Close()
		b := &source.Batch{DB: db, Tables: tables(letters(20)...)}
		start := time.Now()
		var wg sync.WaitGroup
		for i, name := range letters(20) {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 200 * time.Millisecond)
				landed, err := b.Source("mart." + name).Landings(t.Context())
				assert.NoError(t, err)
				assert.Len(t, landed, 1)
			})
		}
		wg.Wait()
		assert.Len(t, f.queries(), 1)
		assert.Equal(t, 5*time.Second, time.Since(start))

		time.Sleep(999 * time.Millisecond)
		_, err := b.Source("mart.t000").Landings(t.Context())
		require.NoError(t, err)
		assert.Len(t, f.queries(), 1, "an answer is kept for a second after its query ended")
		time.Sleep(time.Millisecond)
		_, err = b.Source("mart.t000").Landings(t.Context())
		require.NoError(t, err)
		assert.Len(t, f.queries(), 2)
	})
}

func TestADatabaseThatIsNotThereIsNotAskedForEachTable(t *testing.T) {
	for name, why := range map[string]error{
		"cut off": driver.ErrBadConn,
		"closed":  sql.ErrConnDone,
		"stopped": context.Canceled,
		"refused": &net.OpError{Op: "dial", Err: errors.New("connection refused")},
		"hung":    context.DeadlineExceeded,
	} {
		t.Run(name, func(t *testing.T) {
			db, f := open(t, reply{})
			f.answer = func(ctx context.Context, _ string) reply {
				if why == context.DeadlineExceeded {
					<-ctx.Done()
					return reply{err: errors.New("canceling statement due to user request")} // as some drivers put it
				}
				return reply{err: why}
			}
			b := &source.Batch{DB: db, Tables: tables(letters(50)...), MaxAge: time.Hour, Timeout: time.Millisecond}
			for _, asset := range []string{"mart.t000", "mart.t049"} {
				landed, err := b.Source(asset).Landings(t.Context())
				require.ErrorIs(t, err, why)
				assert.Nil(t, landed)
			}
			for _, query := range f.queries() {
				assert.Contains(t, query, "t049", "a table was asked by itself") // database/sql itself tries a lost connection again
			}
		})
	}
}

func TestBrokenTablesAreFoundByHalvesAndThenAskedByThemselves(t *testing.T) {
	db, f := open(t, reply{})
	broken := []string{`"t013"`, `"t077"`}
	f.answer = func(ctx context.Context, query string) reply {
		for _, name := range broken {
			if strings.Contains(query, name) {
				return reply{err: errors.New("no such table: " + name)}
			}
		}
		return many("")(ctx, query)
	}
	mock := clock.NewMock()
	b := &source.Batch{DB: db, Tables: tables(letters(100)...), MaxAge: time.Minute, Clock: mock}
	look := func() (queries int) {
		before := len(f.queries())
		for _, name := range letters(100) {
			landed, err := b.Source("mart." + name).Landings(t.Context())
			if isBroken := strings.Contains(strings.Join(broken, ""), name); isBroken {
				require.ErrorContains(t, err, name)
				continue
			}
			require.NoError(t, err, name)
			require.Len(t, landed, 1)
		}
		mock.Add(time.Minute)
		return len(f.queries()) - before
	}
	assert.LessOrEqual(t, look(), 30, "1 + 2·k·log2(n), not n")
	assert.Equal(t, 3, look(), "one for all that work, one for each that does not")
	broken = broken[:1]
	assert.Equal(t, 3, look(), "one has been mended, and answers by itself")
	assert.Equal(t, 2, look(), "and with the others again")
}

// A value that cannot be read is no reason to ask for its table by itself.
func TestABadValueCostsNoQuery(t *testing.T) {
	db, f := open(t, reply{
		columns: []column{{"x", "TIMESTAMPTZ"}, {"y", "TIMESTAMP"}},
		rows:    [][]driver.Value{{seven, seven}},
	})
	mock := clock.NewMock()
	b := &source.Batch{DB: db, Tables: tables("a", "b"), Clock: mock}
	for range 2 {
		_, err := b.Source("mart.b").Landings(t.Context())
		require.ErrorIs(t, err, source.ErrNoZone)
		mock.Add(time.Minute)
	}
	assert.Len(t, f.queries(), 2)
}

func TestADriverThatPanicsLeavesNobodyWaiting(t *testing.T) {
	db, f := open(t, reply{})
	calls := 0
	f.answer = func(ctx context.Context, query string) reply {
		if calls++; calls == 1 {
			panic("driver")
		}
		return many("")(ctx, query)
	}
	b := &source.Batch{DB: db, Tables: tables("a", "b")}
	_, err := b.Source("mart.a").Landings(t.Context())
	require.EqualError(t, err, "source: batch: panicked: driver")
	landed, err := b.Source("mart.a").Landings(t.Context())
	require.NoError(t, err)
	assert.Len(t, landed, 1)
}

func TestWhoAsksTooLateCostsNoQuery(t *testing.T) {
	db, f := open(t, reply{})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := (&source.Batch{DB: db, Tables: tables("a")}).Source("mart.a").Landings(gone)
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, f.queries())
}
