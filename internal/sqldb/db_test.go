package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// opened returns a fake as a store has it.
func opened(t *testing.T, f *fake) *DB {
	t.Helper()
	f.versions = map[string]int64{"tests": 3, "others": 7}
	db, err := three.Open(t.Context(), f.open(t))
	require.NoError(t, err)
	return db
}

func TestATransactionIsRunAgainWhereNothingWasCommitted(t *testing.T) {
	errOwn := errors.New("a deadlock")
	always := func(error) bool { return true }
	never := func(error) bool { return false }
	for name, row := range map[string]struct {
		again    func(error) bool
		failing  string // the step of the database that fails
		failures int    // how often f fails
		runs     int    // how often f is to run
		want     error
	}{
		"it succeeds":                          {again: always, runs: 1},
		"it fails once":                        {again: always, failures: 1, runs: 2},
		"it fails twice":                       {again: always, failures: 2, runs: 3},
		"it fails three times":                 {again: always, failures: 3, runs: 3, want: errOwn},
		"the error lasts":                      {again: never, failures: 1, runs: 1, want: errOwn},
		"it is never to be run again":          {failures: 1, runs: 1, want: errOwn},
		"the transaction cannot begin":         {again: always, failing: "begin", want: errFake},
		"whether it was committed is unknown":  {again: always, failing: "commit", runs: 1, want: errFake},
		"it fails and then the commit does so": {again: always, failing: "commit", failures: 1, runs: 2, want: errFake},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{engine: SQLite}
			if row.failing != "" {
				f.hook = fails(row.failing)
			}
			db, runs := opened(t, f), 0
			err := db.InTx(t.Context(), row.again, func(tx Runner) error {
				runs++
				require.NoError(t, tx.Exec(t.Context(), "DELETE FROM t"))
				if runs <= row.failures {
					return errOwn
				}
				return nil
			})
			assert.ErrorIs(t, err, row.want)
			assert.Equal(t, row.runs, runs)
			assert.Equal(t, row.runs, f.count("DELETE"))

			var unknown *CommitError
			assert.Equal(t, row.failing == "commit", errors.As(err, &unknown))
			if unknown != nil {
				assert.EqualError(t, err, "whether it was committed is unknown: "+errFake.Error())
			}
			if row.failing == "" {
				assert.Equal(t, f.count("begin"), f.count("commit")+f.count("rollback"))
			}
		})
	}
}

func TestATransactionIsNotRunAgainWhenItsContextHasEnded(t *testing.T) {
	db, runs := opened(t, &fake{engine: MySQL}), 0
	ctx, cancel := context.WithCancel(t.Context())
	err := db.InTx(ctx, func(error) bool { return true }, func(Runner) error {
		runs++
		cancel()
		return errFake
	})
	require.ErrorIs(t, err, errFake)
	require.Equal(t, 1, runs)
}

func TestStatementsAreWrittenForTheEngine(t *testing.T) {
	f := &fake{engine: PostgreSQL}
	db := opened(t, f)
	require.NoError(t, db.Exec(t.Context(), "DELETE FROM t WHERE a = ?", 1))
	changed, err := db.Change(t.Context(), "UPDATE t SET a = ? WHERE b = ?", 1, 2)
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, []string{"DELETE FROM t WHERE a = $1", "UPDATE t SET a = $1 WHERE b = $2"}, f.made)

	f.changes = -1
	changed, err = db.Change(t.Context(), "UPDATE t SET a = ?", 1)
	require.NoError(t, err)
	require.False(t, changed)

	f.hook = fails("UPDATE")
	changed, err = db.Change(t.Context(), "UPDATE t SET a = ?", 1)
	require.ErrorIs(t, err, errFake)
	require.False(t, changed)
}

const asked = "SELECT version FROM alwaysp1_schema WHERE store = ?"

func TestOneReportsWhetherThereIsARow(t *testing.T) {
	f := &fake{engine: SQLite}
	db, version := opened(t, f), 0
	found, err := db.One(t.Context(), asked, []any{"others"}, &version)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, 7, version)

	found, err = db.One(t.Context(), asked, []any{"nothing"}, &version)
	require.NoError(t, err)
	require.False(t, found)

	f.hook = fails("SELECT")
	found, err = db.One(t.Context(), asked, []any{"others"}, &version)
	require.ErrorIs(t, err, errFake)
	require.False(t, found)
}

func TestRowsComeOneByOneAndAnErrorComesLast(t *testing.T) {
	f := &fake{engine: SQLite}
	db := opened(t, f)
	read := func(query string, most int) (list []int64, last error) {
		for rows, err := range db.Rows(t.Context(), query, "others") {
			if err != nil {
				require.Nil(t, rows)
				last = err
				continue
			}
			var version int64
			require.NoError(t, rows.Scan(&version))
			if list = append(list, version); len(list) == most {
				break
			}
		}
		return list, last
	}

	f.list = []int64{1, 2, 3}
	list, err := read("SELECT list", 9)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 2, 3}, list)

	list, err = read("SELECT list", 2)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 2}, list)
	require.Zero(t, db.pool.Stats().InUse, "what was not read to its end is closed")

	f.broken = errFake
	list, err = read("SELECT list", 9)
	require.ErrorIs(t, err, errFake, "a connection that is cut between two rows")
	require.Equal(t, []int64{1, 2, 3}, list)

	f.hook = func(statement string) error {
		if strings.HasPrefix(statement, "SELECT") {
			return errFake
		}
		return nil
	}
	list, err = read("SELECT list", 9)
	require.ErrorIs(t, err, errFake)
	require.Empty(t, list)
	require.Zero(t, db.pool.Stats().InUse)
}

var _ handle = (*sql.Tx)(nil)
