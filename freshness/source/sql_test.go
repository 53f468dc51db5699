package source_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/source"
)

var seven = time.Date(2026, 3, 4, 7, 0, 0, 0, time.UTC)

func TestEachShapeThatDriversHandOutIsReadAsItsColumnMeansIt(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	wall := time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC) // what a clock in Berlin shows at seven, as drivers hand it out
	for _, c := range []struct {
		name    string
		column  string
		value   driver.Value
		format  source.Format
		dialect source.Dialect
		want    error
	}{
		{"PostgreSQL timestamptz", "TIMESTAMPTZ", seven.In(berlin), source.Format{}, 0, nil},
		{"a location does not matter to it", "TIMESTAMPTZ", seven, source.Format{DefaultLocation: berlin}, 0, nil},
		{"PostgreSQL timestamp", "TIMESTAMP", wall, source.Format{DefaultLocation: berlin}, 0, nil},
		{"PostgreSQL timestamp, nobody said where", "TIMESTAMP", wall, source.Format{}, 0, source.ErrNoZone},
		{"PostgreSQL date, nobody said where", "DATE", wall, source.Format{}, 0, source.ErrNoZone},
		{"MySQL's default", "DATETIME", []byte("2026-03-04 08:00:00"), source.Format{DefaultLocation: berlin}, source.DialectBacktick, nil},
		{"MySQL's default, nobody said where", "DATETIME", []byte("2026-03-04 08:00:00"), source.Format{}, source.DialectBacktick, source.ErrNoZone},
		{"MySQL's zero date", "DATETIME", []byte("0000-00-00 00:00:00"), source.Format{DefaultLocation: berlin}, source.DialectBacktick, source.ErrZeroDate},
		{"the same with parseTime", "DATETIME", time.Time{}, source.Format{DefaultLocation: berlin}, source.DialectBacktick, source.ErrZeroDate},
		{"SQLite text with offset", "", "2026-03-04 08:00:00+01:00", source.Format{}, 0, nil},
		{"SQLite text without", "", "2026-03-04 08:00:00", source.Format{DefaultLocation: berlin}, 0, nil},
		{"SQLite reads a column that is not there as its name", "", "landed_at", source.Format{DefaultLocation: berlin}, 0, source.ErrNotInstant},
		{"an integer", "BIGINT", seven.Unix(), source.Format{EpochUnit: time.Second}, 0, nil},
		{"an integer, nobody said of what", "BIGINT", seven.Unix(), source.Format{}, 0, source.ErrNoUnit},
		{"an integer as text", "BIGINT", []byte("1772607600000"), source.Format{EpochUnit: time.Millisecond}, 0, nil},
		{"a float", "DOUBLE", float64(seven.Unix()), source.Format{EpochUnit: time.Second}, 0, nil},
		{"a float that is infinite", "DOUBLE", math.Inf(1), source.Format{EpochUnit: time.Second}, 0, source.ErrInfinite},
		{"a float that is none", "DOUBLE", math.NaN(), source.Format{EpochUnit: time.Second}, 0, source.ErrNotInstant},
		{"MySQL's BIGINT UNSIGNED", "UNSIGNED BIGINT", uint64(seven.Unix()), source.Format{EpochUnit: time.Second}, source.DialectBacktick, nil},
		{"MySQL's FLOAT that is none", "FLOAT", float32(math.NaN()), source.Format{EpochUnit: time.Second}, source.DialectBacktick, source.ErrNotInstant},
		{"MySQL's INT, as prepared statements answer it", "INT", int32(seven.Unix()), source.Format{EpochUnit: time.Second}, source.DialectBacktick, nil},
		{"MySQL's FLOAT in hours", "FLOAT", float32(seven.Unix() / 3600), source.Format{EpochUnit: time.Hour}, source.DialectBacktick, nil},
		{"an infinite FLOAT", "FLOAT", float32(math.Inf(-1)), source.Format{EpochUnit: time.Second}, source.DialectBacktick, source.ErrInfinite},
		{"SQLite text with offset, in a column declared without", "DATETIME", seven.In(berlin), source.Format{DefaultLocation: time.UTC}, 0, nil},
		{"the same, nobody said where", "DATETIME", seven.In(berlin), source.Format{}, 0, nil},
		{"what MySQL's loc made up", "DATETIME", time.Date(2026, 3, 4, 8, 0, 0, 0, zone(t, "America/New_York")), source.Format{DefaultLocation: berlin}, source.DialectBacktick, nil},
		{"what MySQL's loc made up, nobody said where", "DATETIME", seven.In(berlin), source.Format{}, source.DialectBacktick, source.ErrNoZone},
		{"a truth value", "BOOL", true, source.Format{EpochUnit: time.Second}, 0, source.ErrNotInstant},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, _ := open(t, one(c.column, c.value))
			landed, err := source.Query{DB: db, Text: "q", Format: c.format, Dialect: c.dialect}.Landings(t.Context())
			if c.want != nil {
				require.ErrorIs(t, err, c.want)
				var bad *source.ValueError
				require.ErrorAs(t, err, &bad)
				assert.Equal(t, "max", bad.Column)
				assert.Equal(t, c.column, bad.Type)
				assert.Nil(t, landed)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, freshness.LandedAt(seven), landed)
		})
	}
}

func TestNullIsNothingLandedAndAYearOneIsALanding(t *testing.T) {
	db, _ := open(t, one("TIMESTAMPTZ", nil))
	landed, err := source.Query{DB: db, Text: "q"}.Landings(t.Context())
	require.NoError(t, err)
	assert.Empty(t, landed)

	db, _ = open(t, reply{columns: []column{{"x", "TIMESTAMPTZ"}}})
	landed, err = source.Query{DB: db, Text: "q"}.Landings(t.Context())
	require.NoError(t, err)
	assert.Empty(t, landed)

	db, _ = open(t, one("TIMESTAMPTZ", time.Time{}))
	landed, err = source.Query{DB: db, Text: "q"}.Landings(t.Context())
	require.NoError(t, err)
	assert.Equal(t, freshness.LandedAt(time.Time{}), landed)
}

func TestAQueryMayAnswerSeveralLandingsWithRowsAndPartition(t *testing.T) {
	db, f := open(t, reply{
		columns: []column{{"at", "TIMESTAMPTZ"}, {"ROWS", "BIGINT"}, {"partition", "TEXT"}, {"other", "TEXT"}},
		rows: [][]driver.Value{
			{seven, int64(0), []byte("2026-03-04"), "x"},
			{nil, int64(7), "none", "x"},
			{seven.Add(-24 * time.Hour), int64(12), nil, "x"},
		},
	})
	landed, err := source.Query{DB: db, Text: "select", Args: []any{"a"}, Metadata: true}.Landings(t.Context())
	require.NoError(t, err)
	assert.Equal(t, freshness.Landings{
		{At: seven.Add(-24 * time.Hour), Rows: 12, Counted: true, Metadata: true},
		{At: seven, Counted: true, Partition: "2026-03-04", Metadata: true},
	}, landed)
	assert.Equal(t, []string{"select"}, f.queries())
	assert.Equal(t, "a", f.args[0][0].Value)
}

func TestAFailedQueryIsAnErrorAndNotAnEmptyTable(t *testing.T) {
	boom := errors.New("boom")
	for name, r := range map[string]reply{
		"the query":        {err: boom},
		"a row":            {columns: []column{{"x", "TEXT"}}, rowErr: boom},
		"a bad count":      {columns: []column{{"x", "TIMESTAMPTZ"}, {"rows", ""}}, rows: [][]driver.Value{{seven, "many"}}},
		"a negative count": {columns: []column{{"x", "TIMESTAMPTZ"}, {"rows", ""}}, rows: [][]driver.Value{{seven, int64(-1)}}},
		"no column":        {},
	} {
		t.Run(name, func(t *testing.T) {
			db, _ := open(t, r)
			landed, err := source.Query{DB: db, Text: "q"}.Landings(t.Context())
			require.Error(t, err)
			assert.Nil(t, landed)
		})
	}
	db, _ := open(t, reply{columns: []column{{"x", "TIMESTAMPTZ"}}, rowErr: errors.New("cannot scan infinity into *time.Time")})
	_, err := source.Query{DB: db, Text: "q"}.Landings(t.Context())
	require.ErrorIs(t, err, source.ErrInfinite)
	for name, r := range map[string]reply{
		"before the rows": {err: errors.New(`relation "infinity" does not exist`)},
		"among them":      {columns: []column{{"x", "TIMESTAMPTZ"}}, rowErr: serverError{}},
	} {
		db, _ = open(t, r)
		_, err = source.Query{DB: db, Text: "q"}.Landings(t.Context())
		require.ErrorContains(t, err, "does not exist", name)
		require.NotErrorIs(t, err, source.ErrInfinite, "%s: a table may be called so", name)
	}
	_, err = source.Query{}.Landings(t.Context())
	require.Error(t, err)
	_, err = source.Table{Name: []string{"t"}, Column: "c"}.Landings(t.Context())
	require.Error(t, err)
}

// A serverError is what PostgreSQL says, as its drivers hand it on.
type serverError struct{}

func (serverError) Error() string    { return `relation "infinity" does not exist` }
func (serverError) SQLState() string { return "42P01" }

func TestAPartitionThatIsADateHasNoHour(t *testing.T) {
	for _, c := range []struct {
		databaseType string
		value        driver.Value
		want         string
	}{
		{"DATE", time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC), "2026-03-04"},
		{"DATE", []byte("2026-03-04"), "2026-03-04"},
		{"TIMESTAMP", seven, "2026-03-04T07:00:00Z"},
		{"BIGINT", int64(20260304), "20260304"},
	} {
		db, _ := open(t, reply{
			columns: []column{{"at", "TIMESTAMPTZ"}, {"partition", c.databaseType}},
			rows:    [][]driver.Value{{seven, c.value}},
		})
		landed, err := source.Query{DB: db, Text: "q"}.Landings(t.Context())
		require.NoError(t, err)
		assert.Equal(t, freshness.Landings{{At: seven, Partition: c.want}}, landed)
	}
}

func TestAnErrorNamesTheTableAndTheColumn(t *testing.T) {
	db, _ := open(t, one("TIMESTAMP", seven))
	_, err := source.Table{DB: db, Name: []string{"mart", "orders"}, Column: "at"}.Landings(t.Context())
	require.ErrorContains(t, err, `source: table ["mart" "orders"]: `)
	var bad *source.ValueError
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, source.ValueError{Column: "at", Type: "TIMESTAMP", Value: "2026-03-04 07:00:00", Err: source.ErrNoZone}, *bad)
}

func TestAQueryEndsWithItsTimeout(t *testing.T) {
	db, f := open(t, reply{})
	f.answer = func(ctx context.Context, _ string) reply {
		<-ctx.Done()
		return reply{err: ctx.Err()}
	}
	_, err := source.Query{DB: db, Text: "q", Timeout: time.Millisecond}.Landings(t.Context())
	require.ErrorIs(t, err, context.DeadlineExceeded)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = source.Query{DB: db, Text: "q"}.Landings(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestNamesAreQuotedWhateverTheyHold(t *testing.T) {
	for _, c := range []struct {
		dialect source.Dialect
		names   []string
		want    string
	}{
		{source.DialectStandard, []string{"orders"}, `"orders"`},
		{source.DialectStandard, []string{"mart", "orders"}, `"mart"."orders"`},
		{source.DialectStandard, []string{`a"; DROP TABLE x; --`}, `"a""; DROP TABLE x; --"`},
		{source.DialectStandard, []string{"a.b"}, `"a.b"`},
		{source.DialectBacktick, []string{"a`b"}, "`a``b`"},
		{source.DialectBracket, []string{"a]b"}, "[a]]b]"},
	} {
		got, err := c.dialect.Quote(c.names...)
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}
	for _, names := range [][]string{nil, {""}, {"a", ""}, {"a\x00"}, {"\xff"}, {strings.Repeat("a", 64)}, {`a\`}} {
		_, err := source.DialectStandard.Quote(names...)
		assert.Error(t, err, "%q", names)
	}
	_, err := source.DialectStandard.Quote(strings.Repeat("a", 63))
	assert.NoError(t, err)
	for _, d := range []source.Dialect{source.DialectBacktick, source.DialectBracket} {
		_, err = d.Quote(strings.Repeat("a", 128))
		assert.NoError(t, err)
		_, err = d.Quote(strings.Repeat("a", 129))
		assert.Error(t, err)
	}
	_, err = source.DialectBacktick.Quote(`a\`)
	assert.Error(t, err)
	_, err = source.DialectBracket.Quote(`a\`)
	assert.NoError(t, err)
	_, err = source.Dialect(9).Quote("a")
	assert.Error(t, err)
}

func TestATableAsksForTheNewestValue(t *testing.T) {
	db, f := open(t, one("TIMESTAMPTZ", seven))
	landed, err := source.Table{
		DB: db, Name: []string{"mart", "orders"}, Column: `loaded"at`, Where: "region = ?", Args: []any{"eu"}, Metadata: true,
	}.Landings(t.Context())
	require.NoError(t, err)
	assert.Equal(t, freshness.Landings{{At: seven, Metadata: true}}, landed)
	assert.Equal(t, []string{`SELECT max("orders"."loaded""at") FROM "mart"."orders" WHERE region = ?`}, f.queries())
	assert.Equal(t, "eu", f.args[0][0].Value)
}
