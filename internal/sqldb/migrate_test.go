package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var engines = []Dialect{PostgreSQL, SQLite, MySQL}

func TestDetect(t *testing.T) {
	for _, engine := range engines {
		got, err := detect(t.Context(), (&fake{engine: engine}).open(t))
		require.NoError(t, err)
		assert.Equal(t, engine, got)
	}
	got, err := detect(t.Context(), nil)
	assert.ErrorContains(t, err, "the database is nil")
	assert.Zero(t, got)

	got, err = detect(t.Context(), (&fake{version: "Oracle 23"}).open(t))
	assert.ErrorContains(t, err, `"Oracle 23" is neither PostgreSQL, SQLite, MySQL nor MariaDB: `)
	assert.Zero(t, got)

	down := &fake{hook: func(statement string) error { return errors.New("no reply to " + statement) }}
	got, err = detect(t.Context(), down.open(t))
	assert.ErrorContains(t, err, "no reply to SELECT version()")
	assert.ErrorContains(t, err, "no reply to SELECT sqlite_version()")
	assert.Zero(t, got)
}

// A transaction on PostgreSQL ends when its process sends nothing, and none of the others is
// touched.
func TestBegin(t *testing.T) {
	for _, engine := range engines {
		f := &fake{engine: engine}
		tx, err := engine.begin(t.Context(), f.open(t))
		require.NoError(t, err)
		require.NoError(t, tx.Commit())
		if engine == PostgreSQL {
			const bound = "SET LOCAL idle_in_transaction_session_timeout = 5000"
			assert.Equal(t, []string{"begin", bound, "commit"}, f.made)
		} else {
			assert.Equal(t, []string{"begin", "commit"}, f.made)
		}
	}
	for _, failing := range []string{"begin", "SET LOCAL"} {
		f := &fake{engine: PostgreSQL, hook: fails(failing)}
		tx, err := PostgreSQL.begin(t.Context(), f.open(t))
		require.ErrorIs(t, err, errFake)
		require.Nil(t, tx)
		assert.Equal(t, f.count("begin"), f.count("rollback"), "what was begun is ended")
	}
}

// fails is a hook that is against some statements.
func fails(words string) func(string) error {
	return func(statement string) error {
		if strings.HasPrefix(statement, words) {
			return errFake
		}
		return nil
	}
}

var three = Schema{Store: "tests", Versions: [][]string{
	{"CREATE TABLE one (a {text})", "CREATE TABLE two (a {id})"}, {"ALTER TABLE one"}, {"ALTER TABLE two"},
}}

// Migrate makes what is missing, in order, and nothing where all is there.
func TestMigrate(t *testing.T) {
	one, two := []string{"CREATE TABLE one (a TEXT)", "CREATE TABLE two (a TEXT)"}, []string{"ALTER TABLE one"}
	last := []string{"ALTER TABLE two"}
	for from, want := range [][]string{slices.Concat(one, two, last), slices.Concat(two, last), last, nil} {
		f := &fake{engine: SQLite}
		if from > 0 {
			f.versions = map[string]int64{"tests": int64(from), "others": 7}
		}
		db := f.open(t)
		require.NoError(t, three.Migrate(t.Context(), db))
		assert.Equal(t, want, f.without(), "from version %d", from)
		assert.EqualValues(t, 3, f.versions["tests"])
		assert.Equal(t, f.count("begin"), f.count("commit"))

		_, err := three.Open(t.Context(), db)
		require.NoError(t, err)
		f.made = nil
		require.NoError(t, three.Migrate(t.Context(), db))
		assert.Empty(t, f.made, "nothing is written where there is nothing to do")
	}
	f := &fake{engine: PostgreSQL}
	require.NoError(t, three.Migrate(t.Context(), f.open(t)))
	assert.Contains(t, f.made, `CREATE TABLE two (a TEXT COLLATE "C")`)
	assert.Contains(t, f.made, "UPDATE alwaysp1_schema SET version = $1 WHERE store = $2 AND version < $3")
	require.ErrorContains(t, three.Migrate(t.Context(), nil), "tests: the database is nil")
}

// Tables of a newer version stay as they are, and are not tried again.
func TestTablesThatAreNewer(t *testing.T) {
	f := &fake{engine: SQLite, versions: map[string]int64{"tests": 4}}
	db := f.open(t)
	err := three.Migrate(t.Context(), db)
	require.ErrorIs(t, err, errNewer)
	require.ErrorContains(t, err, "tests: making its tables: version 4, known are 3: ")
	assert.Empty(t, f.without())
	assert.Equal(t, 1, f.count("begin"))
	assert.Equal(t, 1, f.count("rollback"))
	assert.EqualValues(t, 4, f.versions["tests"])
	d, err := three.Open(t.Context(), db)
	require.ErrorIs(t, err, errNewer)
	require.ErrorContains(t, err, "tests: version 4, known are 3: ")
	assert.Zero(t, d)
}

// A migration that others disturb is tried eight times, unless its context has ended.
func TestMigrationsAreTriedAgain(t *testing.T) {
	steps := []string{"CREATE TABLE IF", "INSERT", "begin", "UPDATE", "ALTER TABLE two", "commit"}
	for _, failing := range steps {
		tries := 0
		f := &fake{engine: SQLite, hook: func(statement string) error {
			if strings.HasPrefix(statement, failing) {
				tries++
				return errFake
			}
			return nil
		}}
		err := three.Migrate(t.Context(), f.open(t))
		require.ErrorIs(t, err, errFake, failing)
		require.ErrorContains(t, err, "tests: making its tables: ")
		assert.Equal(t, 8, tries, failing)
		if failing != "commit" {
			assert.NotEqual(t, int64(3), f.versions["tests"], "%s: no half of it is kept", failing)
		}

		ctx, cancel := context.WithCancel(t.Context())
		tries = 0
		f.hook = func(statement string) error {
			if strings.HasPrefix(statement, failing) {
				tries++
				cancel()
				return errFake
			}
			return nil
		}
		f.versions = nil
		require.Error(t, three.Migrate(ctx, f.open(t)))
		assert.Equal(t, 1, tries, failing)
	}
	tries := 0
	f := &fake{engine: SQLite, hook: func(statement string) error {
		if tries++; statement == "commit" && tries < 40 {
			return errFake
		}
		return nil
	}}
	require.NoError(t, three.Migrate(t.Context(), f.open(t)))
	assert.Greater(t, f.count("begin"), 1)
	assert.EqualValues(t, 3, f.versions["tests"])
}

// Each step of a migration and of Open that fails for ever is an error.
func TestEachStepThatFails(t *testing.T) {
	for name, ask := range map[string]func(context.Context, *sql.DB) error{
		"Migrate": three.Migrate,
		"Open": func(ctx context.Context, db *sql.DB) error {
			d, err := three.Open(ctx, db)
			if err != nil {
				assert.Zero(t, d)
			}
			return err
		},
	} {
		for at := 1; ; at++ {
			steps := 0
			f := &fake{engine: PostgreSQL, versions: map[string]int64{"tests": 3}, hook: func(string) error {
				if steps++; steps >= at {
					return errFake
				}
				return nil
			}}
			if name == "Migrate" {
				f.versions = nil
			}
			err := ask(t.Context(), f.open(t))
			if steps < at {
				require.NoError(t, err)
				break
			}
			require.ErrorIs(t, err, errFake, "%s, step %d", name, at)
			require.ErrorContains(t, err, "tests: ")
		}
	}
}

// Open tells apart what is missing.
func TestOpenReportsWhatIsMissing(t *testing.T) {
	for _, row := range []struct {
		versions map[string]int64
		want     string
	}{
		{nil, "tests: are its tables in this database? If not, call Migrate first: "},
		{map[string]int64{"others": 3}, "tests: it has no tables in this database: call Migrate first"},
		{map[string]int64{"tests": 2}, "tests: its tables are of version 2, and this program wants 3: "},
	} {
		d, err := three.Open(t.Context(), (&fake{engine: SQLite, versions: row.versions}).open(t))
		require.ErrorContains(t, err, row.want)
		assert.Zero(t, d)
	}
	for _, engine := range engines {
		d, err := three.Open(t.Context(), (&fake{engine: engine, versions: map[string]int64{"tests": 3}}).open(t))
		require.NoError(t, err)
		assert.Equal(t, engine, d.Dialect)
	}
	_, err := three.Open(t.Context(), nil)
	require.ErrorContains(t, err, "tests: the database is nil")
}

// A file that is too short for SQLite, and yet not empty, is what is left of a database.
func TestStumps(t *testing.T) {
	dir := t.TempDir()
	for size, refused := range map[int]bool{0: false, 1: true, 511: true, 512: false, 4096: false} {
		file := filepath.Join(dir, "state.db")
		require.NoError(t, os.WriteFile(file, make([]byte, size), 0o600))
		f := &fake{engine: SQLite, file: file}
		err := three.Migrate(t.Context(), f.open(t))
		if !refused {
			require.NoError(t, err, "%d bytes", size)
			continue
		}
		require.ErrorContains(t, err, "tests: the file "+file+" is damaged")
		assert.Empty(t, f.made)

		mysql := &fake{engine: MySQL, file: file}
		require.NoError(t, three.Migrate(t.Context(), mysql.open(t)), "another engine's files are its own")
	}
	for name, f := range map[string]*fake{
		"a database in memory":         {engine: SQLite},
		"a file that is not there":     {engine: SQLite, file: filepath.Join(dir, "none.db")},
		"a file whose path is unknown": {engine: SQLite, hook: fails("SELECT file")},
	} {
		require.NoError(t, three.Migrate(t.Context(), f.open(t)), name)
	}
}
