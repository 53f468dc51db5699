package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/alwaysp1/alwaysp1/internal/sqldb"
	"github.com/alwaysp1/alwaysp1/sla/internal/storerule"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// Append implements [keep.Store]. The JSON forms are made before the transaction, which is shorter
// then.
func (s *Store) Append(ctx context.Context, deltas ...tracker.Delta) error {
	if err := storerule.Check(deltas); err != nil || len(deltas) == 0 {
		return err
	}
	bodies := make([]string, len(deltas))
	for i, d := range deltas {
		body, err := encode(d)
		if err != nil {
			return wrap(err)
		}
		bodies[i] = body
	}

	return wrap(s.db.InTx(ctx, mayPass, func(tx sqldb.Runner) error {
		for i, d := range deltas {
			if err := appendTo(ctx, tx, d, bodies[i]); err != nil {
				return err
			}
		}
		return nil
	}))
}

// appendTo moves the replica's head first, which locks its row, so that no two transactions write
// one place.
func appendTo(ctx context.Context, tx sqldb.Runner, d tracker.Delta, body string) error {
	next, err := moved(ctx, tx, d)
	if err != nil {
		return err
	}
	if next {
		return tx.Exec(ctx,
			"INSERT INTO alwaysp1_deltas (replica, seq, kept, crc, body) VALUES (?, ?, "+tx.Now()+", ?, ?)",
			d.Replica, int64(d.Seq), sumOf(d, body), body)
	}

	// It is not the next, so it is kept already, was deleted, or has a gap before it.
	p, sum := place{replica: d.Replica}, int64(0)
	known, err := tx.One(ctx, "SELECT head, crc, gone FROM alwaysp1_replicas WHERE replica = ?",
		[]any{d.Replica}, &p.head, &sum, &p.gone)
	if err == nil && known {
		err = p.whole(sum)
	}
	switch {
	case err != nil:
		return err
	case !known || d.Seq > p.head:
		return storerule.Gap(d, p.head)
	case d.Seq <= p.gone:
		return nil
	}
	return compare(ctx, tx, d, body)
}

// moved moves the head to the delta if it is the next, and reports whether it was. It writes first,
// so that SQLite takes its lock at once. On MySQL a write that finds no row locks the gap where the
// name of a new replica belongs, and replicas that start at once would block each other, so there
// the first delta of a replica looks before it writes.
func moved(ctx context.Context, tx sqldb.Runner, d tracker.Delta) (bool, error) {
	if d.Seq > 1 || tx.Dialect != sqldb.MySQL {
		changed, err := tx.Change(ctx,
			"UPDATE alwaysp1_replicas SET head = ?, crc = ? WHERE replica = ? AND head = ?",
			int64(d.Seq), place{replica: d.Replica, head: d.Seq}.sum(), d.Replica, int64(d.Seq-1))
		if err != nil || changed {
			return changed, err
		}
	}

	var there int
	known, err := tx.One(ctx, "SELECT 1 FROM alwaysp1_replicas WHERE replica = ?", []any{d.Replica}, &there)
	if err != nil || known || d.Seq != 1 {
		return false, err
	}
	return true, tx.Exec(ctx, "INSERT INTO alwaysp1_replicas (replica, head, crc, gone) VALUES (?, 1, ?, 0)",
		d.Replica, place{replica: d.Replica, head: 1}.sum())
}

// compare returns nil for a delta that is kept already, and an error if another is in its place.
func compare(ctx context.Context, tx sqldb.Runner, d tracker.Delta, body string) error {
	var sum int64
	var kept string
	known, err := tx.One(ctx, "SELECT crc, body FROM alwaysp1_deltas WHERE replica = ? AND seq = ?",
		[]any{d.Replica, int64(d.Seq)}, &sum, &kept)
	if err == nil && known {
		err = whole(d, sum, kept)
	}
	if err == nil && known && kept != body {
		return storerule.Taken(d)
	}
	return err
}

// sumOf returns the checksum of a delta's row.
func sumOf(d tracker.Delta, body string) int64 {
	return sqldb.Sum(d.Replica, strconv.FormatUint(d.Seq, 10), body)
}

// whole returns an error about a delta that is not as it was written.
func whole(d tracker.Delta, sum int64, body string) error {
	return sqldb.Match(fmt.Sprintf("delta %d of replica %q", d.Seq, d.Replica), sum, sumOf(d, body))
}

// A place is how far a replica has come, and what of it is deleted.
type place struct {
	replica    string
	head, gone uint64
}

// sum returns the checksum of how far the replica has come. It leaves out gone: where that is
// wrong, deltas are missing, or a read reports that they are deleted, and either is found without a
// checksum.
func (p place) sum() int64 { return sqldb.Sum(p.replica, strconv.FormatUint(p.head, 10)) }

// whole returns an error about a place that is not as it was written.
func (p place) whole(stored int64) error {
	return sqldb.Match(fmt.Sprintf("the end of replica %q, delta %d,", p.replica, p.head), stored, p.sum())
}

// Read implements [keep.Store]. It first reads how far each replica has come, one short row each,
// and then the deltas of those that have come further than is known.
func (s *Store) Read(ctx context.Context, known keep.Position, most int) (list []tracker.Delta, err error) {
	places, err := s.places(ctx)
	if err != nil {
		return nil, wrap(err)
	}
	for _, p := range places {
		after := known[p.replica]
		switch {
		case after < p.gone:
			return nil, storerule.Forgotten(p.replica, after, p.gone)
		case after < p.head && len(list) < most:
			room := most - len(list)
			more, err := s.deltas(ctx, p.replica, after, room)
			if err != nil {
				return nil, wrap(err)
			}
			if uint64(len(more)) < min(p.head-after, uint64(room)) {
				return nil, s.missing(ctx, p.replica, after)
			}
			list = append(list, more...)
		}
	}
	return list, nil
}

// places returns how far each replica has come, by its name.
func (s *Store) places(ctx context.Context) (list []place, err error) {
	for rows, err := range s.db.Rows(ctx, "SELECT replica, head, crc, gone FROM alwaysp1_replicas") {
		var p place
		var sum int64
		if err == nil {
			err = rows.Scan(&p.replica, &p.head, &sum, &p.gone)
		}
		if err == nil {
			err = p.whole(sum)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b place) int { return cmp.Compare(a.replica, b.replica) })
	return list, nil
}

// missing returns why the deltas after one are not there: they were deleted between two queries, or
// they are lost.
func (s *Store) missing(ctx context.Context, replica string, after uint64) error {
	var gone uint64
	query := "SELECT gone FROM alwaysp1_replicas WHERE replica = ?"
	if _, err := s.db.One(ctx, query, []any{replica}, &gone); err != nil {
		return wrap(err)
	}
	if after < gone {
		return storerule.Forgotten(replica, after, gone)
	}
	return fmt.Errorf("sqlstore: the table alwaysp1_deltas is damaged: of replica %q, "+
		"something after %d is missing: restore the database from a backup", replica, after)
}

// deltas returns those of a replica that follow one, up to the first that is missing.
func (s *Store) deltas(
	ctx context.Context, replica string, after uint64, most int,
) (list []tracker.Delta, err error) {
	query := "SELECT seq, crc, body FROM alwaysp1_deltas WHERE replica = ? AND seq > ? ORDER BY seq LIMIT ?"
	for rows, err := range s.db.Rows(ctx, query, replica, int64(after), most) {
		if err != nil {
			return nil, err
		}
		d, err := scanDelta(rows, replica)
		if err != nil {
			return nil, err
		}
		if d.Seq != after+1+uint64(len(list)) {
			break
		}
		list = append(list, d)
	}
	return list, nil
}

// scanDelta reads a row. The body is read in place, without a copy, since it is not kept.
func scanDelta(rows *sql.Rows, replica string) (tracker.Delta, error) {
	var sum int64
	var body sql.RawBytes
	d := tracker.Delta{Replica: replica}
	if err := rows.Scan(&d.Seq, &sum, &body); err != nil {
		return d, err
	}
	if err := whole(d, sum, string(body)); err != nil {
		return d, err
	}
	seq := d.Seq
	if err := json.Unmarshal(body, &d); err != nil {
		return d, fmt.Errorf("delta %d of replica %q, %.80q: %w", seq, replica, body, err)
	}
	return d, nil
}
