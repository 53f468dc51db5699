package faults

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/internal/integration/steps"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/sqlstore"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// marks are empty deltas of a replica, from one Seq to another.
func marks(replica string, from, to uint64) (list []tracker.Delta) {
	for seq := from; seq <= to; seq++ {
		list = append(list, tracker.Delta{Replica: replica, Seq: seq})
	}
	return list
}

// recorded returns a delta that holds a record.
func recorded(replica string, seq uint64) tracker.Delta {
	one := tracker.Record{Check: "shop/available", At: noon, Span: 5 * time.Second, Good: 1}
	return tracker.Delta{Replica: replica, Seq: seq, Records: []tracker.Record{one}}
}

// age makes some deltas older by so many minutes.
func age(t *testing.T, db *sql.DB, minutes int, where string) {
	t.Helper()
	by := strconv.Itoa(minutes * 60_000_000)
	_, err := db.Exec("UPDATE alwaysp1_deltas SET kept = kept - " + by + " WHERE " + where)
	require.NoError(t, err)
}

// beyond checks which deltas are kept beyond a position.
func beyond(t *testing.T, counts *sqlstore.Store, known keep.Position, want ...tracker.Delta) {
	t.Helper()
	got, err := counts.Read(t.Context(), known, 99)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func snapshot(version int64, upto keep.Position) keep.Snapshot {
	return keep.Snapshot{Version: version, UpTo: upto, Data: []byte("a tracker's")}
}

func join(lists ...[]tracker.Delta) (all []tracker.Delta) {
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// forgotten is the text of the error about deltas that are deleted.
func forgotten(replica string, known, gone uint64) string {
	return fmt.Sprintf("keep: of replica %q, %d is known and all up to %d are in a snapshot: %v",
		replica, known, gone, keep.ErrBehind)
}

// Deltas that a snapshot holds are deleted once they have been kept for longer than Retention, and
// a replica that has slept since gets an error.
func TestForgetting(t *testing.T) {
	database.Each(t, func(t *testing.T, db *sql.DB) {
		ctx := t.Context()
		counts, _ := stores(t, db)
		require.NoError(t, counts.Append(ctx, join(marks("a", 1, 4), marks("b", 1, 2), marks("c", 1, 1))...))
		age(t, db, 61, "replica <> 'a' OR seq <= 3")
		age(t, db, 59, "replica = 'a' AND seq = 4")
		rows := func(want int) {
			t.Helper()
			var n int
			require.NoError(t, db.QueryRow("SELECT COUNT(*) FROM alwaysp1_deltas").Scan(&n))
			require.Equal(t, want, n)
		}
		refused := func(known keep.Position, replica string, after, gone uint64) {
			t.Helper()
			_, err := counts.Read(ctx, known, 99)
			require.ErrorIs(t, err, keep.ErrBehind)
			require.EqualError(t, err, forgotten(replica, after, gone))
		}

		require.NoError(t, counts.Compact(ctx, snapshot(1, keep.Position{"a": 2, "b": 2, "d": 5})))
		rows(3)
		refused(nil, "a", 0, 2)
		refused(keep.Position{"a": 1, "b": 2}, "a", 1, 2)
		refused(keep.Position{"a": 2, "b": 1}, "b", 1, 2)
		left := join(marks("a", 3, 4), marks("c", 1, 1))
		beyond(t, counts, keep.Position{"a": 2, "b": 2}, left...)

		gone := append(marks("a", 1, 2), recorded("b", 1))
		require.NoError(t, counts.Append(ctx, gone...), "what is gone is left alone")
		require.ErrorIs(t, counts.Append(ctx, recorded("a", 3)), keep.ErrConflict)
		require.ErrorIs(t, counts.Append(ctx, recorded("a", 4)), keep.ErrConflict)
		rows(3)
		beyond(t, counts, keep.Position{"a": 2, "b": 2}, left...)

		require.NoError(t, counts.Compact(ctx, snapshot(2, keep.Position{"a": 4, "b": 2})))
		rows(2)
		refused(keep.Position{"a": 2, "b": 2}, "a", 2, 3)
		left = join(marks("a", 4, 4), marks("c", 1, 1))
		beyond(t, counts, keep.Position{"a": 3, "b": 2}, left...)
		require.NoError(t, counts.Compact(ctx, snapshot(3, keep.Position{"a": 4, "b": 2})))
		beyond(t, counts, keep.Position{"a": 3, "b": 2}, left...)

		again, _ := stores(t, db)
		require.NoError(t, again.Append(ctx, join(marks("a", 5, 5), marks("b", 3, 3))...), "and the log goes on")
		left = join(marks("a", 5, 5), marks("b", 3, 3), marks("c", 1, 1))
		beyond(t, again, keep.Position{"a": 4, "b": 2}, left...)
	})
}

// So is who was asking while it was forgotten, between two questions to the database.
func TestForgettingWhileSomebodyReads(t *testing.T) {
	for name, source := range engines {
		t.Run(name, func(t *testing.T) {
			ctx, dsn := t.Context(), source(t)
			db, err := sql.Open(dsn[0], dsn[1])
			require.NoError(t, err)
			defer db.Close()
			counts, _ := stores(t, db)
			require.NoError(t, counts.Append(ctx, marks("a", 1, 4)...))
			age(t, db, 61, "seq <= 3")

			asked := 0
			slow, err := steps.Open(dsn[0], dsn[1], func(step string, made bool) error {
				if made || !strings.HasPrefix(step, "SELECT seq") {
					return nil
				}
				asked++
				return counts.Compact(ctx, snapshot(1, keep.Position{"a": 3}))
			})
			require.NoError(t, err)
			defer slow.Close()
			reader, err := sqlstore.Open(ctx, slow)
			require.NoError(t, err)
			_, err = reader.Read(ctx, keep.Position{"a": 1}, 99)
			require.ErrorIs(t, err, keep.ErrBehind)
			require.EqualError(t, err, forgotten("a", 1, 3))
			require.Equal(t, 1, asked)
			beyond(t, reader, keep.Position{"a": 3}, marks("a", 4, 4)...)

			_, err = db.Exec("DELETE FROM alwaysp1_deltas WHERE seq = 4")
			require.NoError(t, err)
			_, err = reader.Read(ctx, keep.Position{"a": 3}, 99)
			require.NotErrorIs(t, err, keep.ErrBehind)
			require.ErrorContains(t, err, `is damaged: of replica "a", something after 3 is missing`)
		})
	}
}
