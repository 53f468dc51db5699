package integration

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/source"
	"github.com/alwaysp1/alwaysp1/internal/integration/database"
)

var seven = time.Date(2026, 3, 4, 7, 0, 0, 0, time.UTC)

// A column is one that holds the instant seven, or something else.
type column struct {
	name    string
	kind    string
	value   string // in SQL
	format  source.Format
	want    error
	instant time.Time // when it is not seven
	never   bool
}

func berlin(t testing.TB) *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	return loc
}

// check makes a table for each column, and reads it with a Table, in a Batch, and within a Query.
func check(t *testing.T, db *sql.DB, dialect source.Dialect, columns []column) {
	t.Helper()
	batch := &source.Batch{DB: db, Tables: map[string]source.Table{}, MaxAge: time.Hour}
	for _, c := range columns {
		table := source.Table{DB: db, Name: []string{"t " + c.name}, Column: `at "x`, Dialect: dialect, Format: c.format}
		name, err := dialect.Quote(table.Name...)
		require.NoError(t, err)
		quoted, err := dialect.Quote(table.Column)
		require.NoError(t, err)
		_, err = db.Exec("CREATE TABLE " + name + " (" + quoted + " " + c.kind + ")")
		require.NoError(t, err, c.name)
		if c.value != "" {
			_, err = db.Exec("INSERT INTO " + name + " VALUES (" + c.value + "), (NULL)")
			require.NoError(t, err, c.name)
		}
		batch.Tables[c.name] = table
	}
	for _, c := range columns {
		for way, s := range map[string]freshness.Source{"alone": batch.Tables[c.name], "in a batch": batch.Source(c.name)} {
			t.Run(c.name+" "+way, func(t *testing.T) {
				landed, err := s.Landings(t.Context())
				switch {
				case c.want != nil:
					require.ErrorIs(t, err, c.want)
				case c.never:
					require.NoError(t, err)
					assert.Empty(t, landed)
				case c.instant.IsZero():
					require.NoError(t, err)
					assert.Equal(t, freshness.LandedAt(seven), landed)
				default:
					require.NoError(t, err)
					assert.Equal(t, freshness.LandedAt(c.instant), landed)
				}
			})
		}
	}
}

func TestSQLite(t *testing.T) {
	local := source.Format{DefaultLocation: berlin(t)}
	check(t, database.SQLite(t), source.DialectStandard, []column{
		{name: "text with zone", kind: "TEXT", value: "'2026-03-04T08:00:00+01:00'"},
		{name: "text", kind: "TEXT", value: "'2026-03-04 08:00:00.000'", format: local},
		{name: "text, nobody said where", kind: "TEXT", value: "'2026-03-04 08:00:00'", want: source.ErrNoZone},
		{name: "declared timestamp", kind: "TIMESTAMP", value: "'2026-03-04 08:00:00'", format: local},
		{name: "declared date", kind: "DATE", value: "'2026-03-04'", format: local, instant: seven.Add(-8 * time.Hour)},
		{name: "seconds", kind: "INTEGER", value: "1772607600", format: source.Format{EpochUnit: time.Second}},
		{name: "real", kind: "REAL", value: "1772607600.0", format: source.Format{EpochUnit: time.Second}},
		{name: "integer, nobody said of what", kind: "INTEGER", value: "1772607600", want: source.ErrNoUnit},
		{name: "words", kind: "TEXT", value: "'yesterday'", format: local, want: source.ErrNotInstant},
		{name: "year 1", kind: "TEXT", value: "'0001-01-02T00:00:00Z'", instant: time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)},
		{name: "null", kind: "TEXT", never: true},
	})
}

// SQLite takes a quoted name for a text where there is no such column.
func TestSQLiteAColumnThatIsNotThereIsAnError(t *testing.T) {
	db := database.SQLite(t)
	_, err := db.Exec(`CREATE TABLE full (at TEXT); INSERT INTO full VALUES ('2026-03-04T07:00:00Z'); CREATE TABLE empty (at TEXT)`)
	require.NoError(t, err)
	for _, name := range [][]string{{"full"}, {"empty"}, {"main", "empty"}} {
		landed, err := source.Table{DB: db, Name: name, Column: "typo"}.Landings(t.Context())
		require.ErrorContains(t, err, "no such column", "%q", name)
		assert.Nil(t, landed)
	}
	landed, err := source.Table{DB: db, Name: []string{"main", "full"}, Column: "at", Where: "full.at > ?", Args: []any{"2026"}}.Landings(t.Context())
	require.NoError(t, err)
	assert.Equal(t, freshness.LandedAt(seven), landed)
}

// The driver makes a time of such a column, and keeps an offset that is not zero.
func TestSQLiteColumnsDeclaredAsTimesAreReadWithTheirOffset(t *testing.T) {
	db := database.SQLite(t)
	_, err := db.Exec(`CREATE TABLE t (n INTEGER, at DATETIME)`)
	require.NoError(t, err)
	for n, value := range []any{
		"2026-03-04 08:00:00+01:00", "2026-03-04T08:00:00.000+01:00", seven.In(berlin(t)), "2026-03-04 07:00:00", "2026-03-04T07:00:00Z",
	} {
		_, err := db.Exec(`INSERT INTO t VALUES (?, ?)`, n, value)
		require.NoError(t, err)
		for _, text := range []string{`SELECT at FROM t WHERE n = ?`, `SELECT max(at) FROM t WHERE n = ?`, `SELECT CAST(at AS TEXT) FROM t WHERE n = ?`} {
			landed, err := source.Query{DB: db, Text: text, Args: []any{n}, Format: source.Format{DefaultLocation: time.UTC}}.Landings(t.Context())
			require.NoError(t, err, "%v: %s", value, text)
			assert.Equal(t, freshness.LandedAt(seven), landed, "%v: %s", value, text)
		}
	}
	landed, err := source.Query{DB: db, Text: `SELECT CAST(at AS TEXT) FROM t WHERE n = 4`}.Landings(t.Context())
	require.NoError(t, err, "as text it says Z")
	assert.Equal(t, freshness.LandedAt(seven), landed)
}

func TestPostgres(t *testing.T) {
	local := source.Format{DefaultLocation: berlin(t)}
	db := database.Postgres(t)
	check(t, db, source.DialectStandard, []column{
		{name: "timestamptz", kind: "timestamptz", value: "'2026-03-04 08:00:00+01'"},
		{name: "timestamp", kind: "timestamp", value: "'2026-03-04 08:00:00'", format: local},
		{name: "timestamp, nobody said where", kind: "timestamp", value: "'2026-03-04 08:00:00'", want: source.ErrNoZone},
		{name: "date", kind: "date", value: "'2026-03-04'", format: local, instant: seven.Add(-8 * time.Hour)},
		{name: "date, nobody said where", kind: "date", value: "'2026-03-04'", want: source.ErrNoZone},
		{name: "bigint", kind: "bigint", value: "1772607600000", format: source.Format{EpochUnit: time.Millisecond}},
		{name: "double", kind: "double precision", value: "1772607600", format: source.Format{EpochUnit: time.Second}},
		{name: "numeric", kind: "numeric", value: "1772607600.000", format: source.Format{EpochUnit: time.Second}},
		{name: "text", kind: "text", value: "'2026-03-04T07:00:00Z'"},
		{name: "infinity", kind: "timestamptz", value: "'infinity'", want: source.ErrNotInstant},
		{name: "minus infinity", kind: "timestamp", value: "'-infinity'", format: local, want: source.ErrNotInstant},
		{name: "infinite date", kind: "date", value: "'infinity'", format: local, want: source.ErrNotInstant},
		{name: "infinite double", kind: "double precision", value: "'infinity'", format: source.Format{EpochUnit: time.Second}, want: source.ErrNotInstant},
		{name: "year 1", kind: "timestamptz", value: "'0001-01-02 00:00:00+00'", instant: time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)},
		{name: "null", kind: "timestamptz", never: true},
	})
	t.Run("a query with arguments, rows and a partition", func(t *testing.T) {
		landed, err := source.Query{
			DB:   db,
			Text: `SELECT '2026-03-04 07:00:00+00'::timestamptz, 12 AS rows, to_char($1::date, 'YYYY-MM-DD') AS partition`,
			Args: []any{"2026-03-04"},
		}.Landings(t.Context())
		require.NoError(t, err)
		assert.Equal(t, freshness.Landings{{At: seven, Rows: 12, Counted: true, Partition: "2026-03-04"}}, landed)
	})
	t.Run("a partition that is a date", func(t *testing.T) {
		landed, err := source.Query{DB: db, Text: `SELECT '2026-03-04 07:00:00+00'::timestamptz, '2026-03-04'::date AS partition`}.Landings(t.Context())
		require.NoError(t, err)
		assert.Equal(t, freshness.Landings{{At: seven, Partition: "2026-03-04"}}, landed)
	})
	t.Run("a query that takes too long", func(t *testing.T) {
		_, err := source.Query{DB: db, Text: "SELECT pg_sleep(60)", Timeout: 50 * time.Millisecond}.Landings(t.Context())
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
	t.Run("names that PostgreSQL would cut, or that speak of infinity", func(t *testing.T) {
		long := strings.Repeat("x", 63)
		_, err := db.Exec(`CREATE TABLE ` + long + ` (at timestamptz)`)
		require.NoError(t, err)
		_, err = source.Table{DB: db, Name: []string{long}, Column: "at"}.Landings(t.Context())
		require.NoError(t, err)
		_, err = source.Table{DB: db, Name: []string{long + "_2"}, Column: "at"}.Landings(t.Context())
		require.ErrorContains(t, err, "65 bytes", "not the answer of the table of 63")
		_, err = source.Table{DB: db, Name: []string{"infinity"}, Column: "at"}.Landings(t.Context())
		require.ErrorContains(t, err, "does not exist")
		require.NotErrorIs(t, err, source.ErrNotInstant)
	})
	t.Run("a batch whose queries are too slow", func(t *testing.T) {
		batch := &source.Batch{DB: db, Timeout: 100 * time.Millisecond, Tables: map[string]source.Table{}}
		for n := range 20 {
			batch.Tables[fmt.Sprint(n)] = source.Table{Name: []string{"t timestamptz"}, Column: `at "x`, Where: "pg_sleep(60) IS NOT NULL"}
		}
		start := time.Now()
		_, err := batch.Source("7").Landings(t.Context())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Less(t, time.Since(start), 10*time.Second, "one time limit, and not one a table")
	})
	t.Run("a table that is not there hides no other", func(t *testing.T) {
		batch := &source.Batch{DB: db, Tables: map[string]source.Table{
			"there": {Name: []string{"public", "t timestamptz"}, Column: `at "x`}, "gone": {Name: []string{"gone"}, Column: "at"},
		}}
		landed, err := batch.Source("there").Landings(t.Context())
		require.NoError(t, err)
		assert.Equal(t, freshness.LandedAt(seven), landed)
		_, err = batch.Source("gone").Landings(t.Context())
		require.Error(t, err)
	})
}

func TestMariaDB(t *testing.T) {
	local := source.Format{DefaultLocation: berlin(t)}
	for name, parameters := range map[string]string{"default": "", "parseTime": "parseTime=true"} {
		t.Run(name, func(t *testing.T) {
			check(t, database.MariaDB(t, parameters), source.DialectBacktick, []column{
				{name: "datetime", kind: "DATETIME", value: "'2026-03-04 08:00:00'", format: local},
				{name: "datetime of microseconds", kind: "DATETIME(6)", value: "'2026-03-04 08:00:00.000000'", format: local},
				{name: "datetime, nobody said where", kind: "DATETIME", value: "'2026-03-04 08:00:00'", want: source.ErrNoZone},
				{name: "zero date", kind: "DATETIME", value: "'0000-00-00 00:00:00'", format: local, want: source.ErrNotInstant},
				{name: "date", kind: "DATE", value: "'2026-03-04'", format: local, instant: seven.Add(-8 * time.Hour)},
				{name: "bigint", kind: "BIGINT", value: "1772607600", format: source.Format{EpochUnit: time.Second}},
				{name: "bigint unsigned", kind: "BIGINT UNSIGNED", value: "1772607600", format: source.Format{EpochUnit: time.Second}},
				{name: "int unsigned", kind: "INT UNSIGNED", value: "1772607600", format: source.Format{EpochUnit: time.Second}},
				{name: "decimal", kind: "DECIMAL(20,6)", value: "1772607600", format: source.Format{EpochUnit: time.Second}},
				{name: "double", kind: "DOUBLE", value: "1772607600", format: source.Format{EpochUnit: time.Second}},
				{name: "float", kind: "FLOAT", value: "492391", format: source.Format{EpochUnit: time.Hour}},
				{name: "text", kind: "TEXT", value: "'2026-03-04T07:00:00Z'"},
				{name: "null", kind: "DATETIME", never: true},
			})
		})
	}
}
