package faults

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/internal/sqldb"
	"github.com/alwaysp1/alwaysp1/sla/keep"
)

// What is no JSON, and yet has its checksum, is an error that names the row.
func TestRowsThatAreNotJSON(t *testing.T) {
	db := database.SQLite(t)
	fill(t, db)
	counts, record := stores(t, db)
	ctx := t.Context()
	for _, row := range []struct {
		table, column, where string
		sum                  int64
		ask                  func() error
		text                 string
	}{
		{"deltas", "body", "replica = 'c' AND seq = 5", sqldb.Sum("c", "5", "{"), func() error {
			_, err := counts.Read(ctx, nil, 99)
			return err
		}, `sqlstore: delta 5 of replica "c", "{": `},
		{"corrections", "body", "id = 'c-1'", sqldb.Sum("shop", "c-1", "{"), func() error {
			_, err := counts.Corrections(ctx)
			return err
		}, `sqlstore: correction "c-1" of "shop", "{": `},
		{"documents", "body", "name = 'definitions'", sqldb.Sum("definitions", "1", "", "{"), func() error {
			_, err := counts.Definitions(ctx)
			return err
		}, "sqlstore: definitions 1 are damaged: "},
		{"documents", "head", "name = 'snapshot'", sqldb.Sum("snapshot", "1", "{", body(t, db)), func() error {
			_, err := counts.Load(ctx)
			return err
		}, `sqlstore: the head of snapshot 1 is damaged, "{": `},
		{"journal", "entry", "position = 1", sqldb.Sum("1", "inc-1", "1", "{"), func() error {
			_, err := record.Read(ctx, 0, 9)
			return err
		}, "sqljournal: "},
	} {
		was := value(t, db, row.table, row.column, row.where)
		crc := value(t, db, row.table, "crc", row.where)
		require.NoError(t, row.ask(), row.text)
		set(t, db, row.table, row.column, row.where, "{")
		require.ErrorContains(t, row.ask(), "is damaged: its checksum is")
		set(t, db, row.table, "crc", row.where, row.sum)
		require.ErrorContains(t, row.ask(), row.text)
		require.ErrorContains(t, row.ask(), "unexpected end of JSON input")
		set(t, db, row.table, row.column, row.where, was)
		set(t, db, row.table, "crc", row.where, crc)
	}
}

// body is the newest snapshot's.
func body(t *testing.T, db *sql.DB) (text string) {
	t.Helper()
	require.NoError(t, db.QueryRow("SELECT body FROM alwaysp1_documents WHERE name = 'snapshot'").Scan(&text))
	return text
}

func value(t *testing.T, db *sql.DB, table, column, where string) (v any) {
	t.Helper()
	require.NoError(t, db.QueryRow("SELECT "+column+" FROM alwaysp1_"+table+" WHERE "+where).Scan(&v))
	return v
}

func set(t *testing.T, db *sql.DB, table, column, where string, v any) {
	t.Helper()
	done, err := db.Exec("UPDATE alwaysp1_"+table+" SET "+column+" = ? WHERE "+where, v)
	require.NoError(t, err)
	n, err := done.RowsAffected()
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

// SQLite keeps text where a number belongs. It is an error when it is read, and no number.
func TestNumbersThatAreNone(t *testing.T) {
	db := database.SQLite(t)
	fill(t, db)
	for _, at := range [][3]string{
		{"replicas", "head", "replica = 'c'"}, {"replicas", "crc", "replica = 'c'"}, {"replicas", "gone", "replica = 'c'"},
		{"deltas", "seq", "replica = 'c' AND seq = 5"}, {"deltas", "crc", "replica = 'c' AND seq = 5"},
		{"corrections", "crc", "id = 'c-1'"}, {"documents", "crc", "name = 'snapshot'"},
		{"documents", "version", "name = 'definitions'"}, {"journal", "position", "position = 2"},
		{"journal", "crc", "position = 2"}, {"journal", "seq", "position = 2"},
		{"incidents", "head", "incident = 'inc-2'"}, {"incidents", "crc", "incident = 'inc-2'"},
		{"deliveries", "sent", "incident = 'inc-1'"}, {"deliveries", "due", "incident = 'inc-1'"},
		{"schema", "version", "store = 'sqlstore'"}, {"schema", "version", "store = 'sqljournal'"},
	} {
		_, err := start(t.Context(), db)
		require.NoError(t, err)
		was := value(t, db, at[0], at[1], at[2])
		set(t, db, at[0], at[1], at[2], "none")
		_, err = start(t.Context(), db)
		require.Error(t, err, at)
		require.Regexp(t, "^(keep: )?sql(store|journal): ", err.Error())
		_, err = db.Exec("UPDATE alwaysp1_"+at[0]+" SET "+at[1]+" = ? WHERE "+at[1]+" = 'none'", was)
		require.NoError(t, err)
	}
	_, record := stores(t, db)
	set(t, db, "incidents", "since", "incident = 'inc-3'", "none")
	_, wait, err := record.Claim(t.Context(), "pager", time.Hour)
	require.Error(t, err)
	require.Zero(t, wait)
}

// A write that compares with a damaged row returns an error too, and writes nothing.
func TestDamageIsSeenByWhoWrites(t *testing.T) {
	database.Each(t, func(t *testing.T, db *sql.DB) {
		fill(t, db)
		ctx := t.Context()
		for _, row := range []struct {
			table, column, where string
			seq                  uint64
		}{
			{"deltas", "body", "replica = 'c' AND seq = 5", 5},
			{"deltas", "crc", "replica = 'c' AND seq = 5", 5},
			{"replicas", "crc", "replica = 'c'", 5},
			{"replicas", "crc", "replica = 'c'", 99},
		} {
			counts, _ := stores(t, db)
			repair := damage(t, db, row.table, row.column, row.where)
			err := counts.Append(ctx, recorded("c", row.seq))
			require.ErrorContains(t, err, "is damaged", row.column)
			require.NotErrorIs(t, err, keep.ErrConflict)
			repair()
		}
	})
}
