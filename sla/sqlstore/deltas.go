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
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
)

// Append implements [keep.Store].
func (s *Store) Append(ctx context.Context, deltas ...sla.Delta) error {
	if err := keep.Check(deltas); err != nil || len(deltas) == 0 {
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
	return wrap(s.inTx(ctx, func(tx *sql.Tx) error {
		for i, d := range deltas {
			if err := s.append(ctx, tx, d, bodies[i]); err != nil {
				return err
			}
		}
		return nil
	}))
}

// append moves the replica's head first, which locks its row, so that no two transactions write one place.
func (s *Store) append(ctx context.Context, tx *sql.Tx, d sla.Delta, body string) error {
	next, err := s.moved(ctx, tx, d)
	if err != nil {
		return err
	}
	if next {
		return s.exec(ctx, tx, "INSERT INTO alwaysp1_deltas (replica, seq, kept, crc, body) VALUES (?, ?, "+s.dialect.Now()+", ?, ?)",
			d.Replica, int64(d.Seq), sumOf(d, body), body)
	}
	p, sum := place{replica: d.Replica}, int64(0)
	known, err := s.one(ctx, tx, "SELECT head, crc, gone FROM alwaysp1_replicas WHERE replica = ?", []any{d.Replica}, &p.head, &sum, &p.gone)
	if err == nil && known {
		err = p.whole(sum)
	}
	switch {
	case err != nil:
		return err
	case !known || d.Seq > p.head:
		return keep.Gap(d, p.head)
	case d.Seq <= p.gone:
		return nil
	}
	return s.compare(ctx, tx, d, body)
}

// moved moves the head to the delta if it is the next, and says whether it was. It writes first, so that SQLite takes its lock at once;
// but MySQL would lock the gap where the name of a new replica belongs, and replicas that start at once would stop each other.
func (s *Store) moved(ctx context.Context, tx *sql.Tx, d sla.Delta) (bool, error) {
	if d.Seq > 1 || s.dialect != sqldb.MySQL {
		done, err := tx.ExecContext(ctx, s.dialect.Bind("UPDATE alwaysp1_replicas SET head = ?, crc = ? WHERE replica = ? AND head = ?"),
			int64(d.Seq), place{replica: d.Replica, head: d.Seq}.sum(), d.Replica, int64(d.Seq-1))
		if err != nil {
			return false, err
		}
		if n, err := done.RowsAffected(); err != nil || n > 0 {
			return n > 0, err
		}
	}
	var there int
	known, err := s.one(ctx, tx, "SELECT 1 FROM alwaysp1_replicas WHERE replica = ?", []any{d.Replica}, &there)
	if err != nil || known || d.Seq != 1 {
		return false, err
	}
	return true, s.exec(ctx, tx, "INSERT INTO alwaysp1_replicas (replica, head, crc, gone) VALUES (?, 1, ?, 0)", d.Replica, place{replica: d.Replica, head: 1}.sum())
}

// compare tells a delta that is kept already from another in its place.
func (s *Store) compare(ctx context.Context, tx *sql.Tx, d sla.Delta, body string) error {
	var sum int64
	var kept string
	known, err := s.one(ctx, tx, "SELECT crc, body FROM alwaysp1_deltas WHERE replica = ? AND seq = ?", []any{d.Replica, int64(d.Seq)}, &sum, &kept)
	if err == nil && known {
		err = whole(d, sum, kept)
	}
	if err == nil && known && kept != body {
		return keep.Taken(d)
	}
	return err
}

func sumOf(d sla.Delta, body string) int64 {
	return sqldb.Sum(d.Replica, strconv.FormatUint(d.Seq, 10), body)
}

// whole refuses a delta that is not as it was written.
func whole(d sla.Delta, sum int64, body string) error {
	return sqldb.Whole(fmt.Sprintf("delta %d of replica %q", d.Seq, d.Replica), sum, d.Replica, strconv.FormatUint(d.Seq, 10), body)
}

// A place is how far a replica has come, and what of it is gone.
type place struct {
	replica    string
	head, gone uint64
}

// sum is the checksum of how far the replica has come. What is gone it leaves out, for that is said apart from it:
// where it is said wrongly, deltas are missing or are told to be forgotten.
func (p place) sum() int64 { return sqldb.Sum(p.replica, strconv.FormatUint(p.head, 10)) }

func (p place) whole(stored int64) error {
	return sqldb.Match(fmt.Sprintf("the end of replica %q, delta %d,", p.replica, p.head), stored, p.sum())
}

// Read implements [keep.Store].
func (s *Store) Read(ctx context.Context, known keep.Position, most int) (list []sla.Delta, err error) {
	places, err := s.places(ctx)
	if err != nil {
		return nil, wrap(err)
	}
	for _, p := range places {
		after := known[p.replica]
		switch {
		case after < p.gone:
			return nil, keep.Forgotten(p.replica, after, p.gone)
		case after < p.head && len(list) < most:
			more, err := s.deltas(ctx, p.replica, after, most-len(list))
			if err != nil {
				return nil, wrap(err)
			}
			if n := min(p.head-after, uint64(most-len(list))); uint64(len(more)) < n || more[0].Seq != after+1 {
				return nil, s.missing(ctx, p.replica, after)
			}
			list = append(list, more...)
		}
	}
	return list, nil
}

func (s *Store) places(ctx context.Context) (list []place, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT replica, head, crc, gone FROM alwaysp1_replicas")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p place
		var sum int64
		if err := rows.Scan(&p.replica, &p.head, &sum, &p.gone); err != nil {
			return nil, err
		}
		if err := p.whole(sum); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b place) int { return cmp.Compare(a.replica, b.replica) })
	return list, rows.Err()
}

// missing says why what comes after a delta is not there: it was forgotten between two questions, or it is lost.
func (s *Store) missing(ctx context.Context, replica string, after uint64) error {
	var gone uint64
	if _, err := s.one(ctx, s.db, "SELECT gone FROM alwaysp1_replicas WHERE replica = ?", []any{replica}, &gone); err != nil {
		return wrap(err)
	}
	if after < gone {
		return keep.Forgotten(replica, after, gone)
	}
	return fmt.Errorf("sqlstore: the table alwaysp1_deltas is damaged: of replica %q, something after %d is missing: restore the database from a backup", replica, after)
}

// deltas reads those of a replica that follow one, up to the first that is missing.
func (s *Store) deltas(ctx context.Context, replica string, after uint64, most int) (list []sla.Delta, err error) {
	rows, err := s.db.QueryContext(ctx, s.dialect.Bind("SELECT seq, crc, body FROM alwaysp1_deltas WHERE replica = ? AND seq > ? ORDER BY seq LIMIT ?"), replica, int64(after), most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var sum int64
		var body sql.RawBytes
		d := sla.Delta{Replica: replica}
		if err := rows.Scan(&d.Seq, &sum, &body); err != nil {
			return nil, err
		}
		if err := whole(d, sum, string(body)); err != nil {
			return nil, err
		}
		if d.Seq != after+1+uint64(len(list)) {
			break
		}
		if err := json.Unmarshal(body, &d); err != nil {
			return nil, fmt.Errorf("delta %d of replica %q, %.80q: %w", d.Seq, replica, body, err)
		}
		list = append(list, d)
	}
	return list, rows.Err()
}
