package source_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/source"
)

var _ = source.Batch{Clock: (*clock.Mock)(nil)}

// many answers each (SELECT …) of a query with one column; what broken says fails.
func many(broken string) func(context.Context, string) reply {
	return func(_ context.Context, query string) reply {
		if broken != "" && strings.Contains(query, broken) {
			return reply{err: errors.New("no such table: " + broken)}
		}
		var r reply
		row := []driver.Value{}
		for i := range max(1, strings.Count(query, "(SELECT")) {
			r.columns = append(r.columns, column{fmt.Sprint("c", i), "TIMESTAMPTZ"})
			row = append(row, seven.Add(time.Duration(i)*time.Minute))
		}
		r.rows = [][]driver.Value{row}
		return r
	}
}

func tables(names ...string) map[string]source.Table {
	all := map[string]source.Table{}
	for _, name := range names {
		all["mart."+name] = source.Table{Name: []string{name}, Column: "at"}
	}
	return all
}

func TestABatchAsksOnceForAllItsTables(t *testing.T) {
	db, f := open(t, reply{})
	f.answer = many("")
	mock := clock.NewMock()
	b := &source.Batch{DB: db, Tables: tables("a", "b", "c"), MaxAge: time.Minute, Clock: mock}
	for i, name := range []string{"mart.a", "mart.b", "mart.c"} {
		landed, err := b.Source(name).Landings(t.Context())
		require.NoError(t, err)
		assert.Equal(t, freshness.LandedAt(seven.Add(time.Duration(i)*time.Minute)), landed)
	}
	assert.Equal(t, []string{`SELECT (SELECT max("a"."at") FROM "a"), (SELECT max("b"."at") FROM "b"), (SELECT max("c"."at") FROM "c")`}, f.queries())

	mock.Add(time.Minute)
	_, err := b.Source("mart.a").Landings(t.Context())
	require.NoError(t, err)
	assert.Len(t, f.queries(), 2, "an old answer is not handed out")

	mock.Add(-time.Hour)
	_, err = b.Source("mart.a").Landings(t.Context())
	require.NoError(t, err)
	assert.Len(t, f.queries(), 3, "nor one from after now")
}

func TestABrokenTableHidesNoOther(t *testing.T) {
	db, f := open(t, reply{})
	f.answer = many(`"b"`)
	b := &source.Batch{DB: db, Tables: tables("a", "b"), MaxAge: time.Hour}
	landed, err := b.Source("mart.a").Landings(t.Context())
	require.NoError(t, err)
	assert.Equal(t, freshness.LandedAt(seven), landed)
	_, err = b.Source("mart.b").Landings(t.Context())
	require.ErrorContains(t, err, "no such table")
	assert.Len(t, f.queries(), 3, "together, then each alone, then from memory")

	_, err = b.Source("mart.x").Landings(t.Context())
	require.ErrorContains(t, err, "mart.x")
	_, err = (&source.Batch{Tables: tables("a")}).Source("mart.a").Landings(t.Context())
	require.Error(t, err)
}

func TestABadValueHidesNoOther(t *testing.T) {
	db, _ := open(t, reply{
		columns: []column{{"x", "TIMESTAMPTZ"}, {"y", "TIMESTAMP"}, {"z", "TIMESTAMPTZ"}},
		rows:    [][]driver.Value{{seven, seven, nil}},
	})
	b := &source.Batch{DB: db, Tables: tables("a", "b", "c")}
	landed, err := b.Source("mart.a").Landings(t.Context())
	require.NoError(t, err)
	assert.Equal(t, freshness.LandedAt(seven), landed)
	_, err = b.Source("mart.b").Landings(t.Context())
	require.ErrorIs(t, err, source.ErrNoZone)
	assert.ErrorContains(t, err, `["b"]`)
	landed, err = b.Source("mart.c").Landings(t.Context())
	require.NoError(t, err)
	assert.Empty(t, landed)
}

func TestTablesWithArgumentsAreAskedAlone(t *testing.T) {
	db, f := open(t, reply{})
	f.answer = many("")
	all := tables("a", "b", "c")
	all["mart.b"] = source.Table{Name: []string{"b"}, Column: "at", Where: "x = ?", Args: []any{1}}
	b := &source.Batch{DB: db, Tables: all}
	_, err := b.Source("mart.b").Landings(t.Context())
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{
		`SELECT max("b"."at") FROM "b" WHERE x = ?`, `SELECT (SELECT max("a"."at") FROM "a"), (SELECT max("c"."at") FROM "c")`,
	}, f.queries())
}

func TestManyTablesShareFewQueries(t *testing.T) {
	db, f := open(t, reply{})
	f.answer = many("")
	var names []string
	for i := range 250 {
		names = append(names, fmt.Sprintf("t%03d", i))
	}
	b := &source.Batch{DB: db, Tables: tables(names...), MaxAge: time.Hour}
	for _, name := range names {
		_, err := b.Source("mart." + name).Landings(t.Context())
		require.NoError(t, err)
	}
	assert.Len(t, f.queries(), 3)
}

func TestWhoWaitsForABatchIsNotFailedByWhoGaveUp(t *testing.T) {
	db, f := open(t, reply{})
	entered, calls := make(chan struct{}), 0
	var mu sync.Mutex
	f.answer = func(ctx context.Context, query string) reply {
		mu.Lock()
		calls++
		first := calls == 1
		mu.Unlock()
		if first {
			close(entered)
			<-ctx.Done()
			return reply{err: ctx.Err()}
		}
		if ctx.Err() != nil {
			return reply{err: ctx.Err()}
		}
		return many("")(ctx, query)
	}
	b := &source.Batch{DB: db, Tables: tables("a", "b"), MaxAge: time.Hour}
	gone, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := b.Source("mart.a").Landings(gone)
		assert.ErrorIs(t, err, context.Canceled)
	})
	<-entered
	for range 8 {
		wg.Go(func() {
			landed, err := b.Source("mart.b").Landings(t.Context())
			assert.NoError(t, err)
			assert.Len(t, landed, 1)
		})
	}
	impatient, stop := context.WithCancel(t.Context())
	stop()
	_, err := b.Source("mart.b").Landings(impatient)
	require.ErrorIs(t, err, context.Canceled, "whoever gives up need not wait")
	cancel()
	wg.Wait()
}
