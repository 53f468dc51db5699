package sqljournal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/sqldb"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// Append implements [incident.Journal]: all entries, or none.
func (s *Store) Append(ctx context.Context, after int64, entries ...incident.Entry) error {
	rows, err := encode(entries)
	if err != nil || len(rows) == 0 {
		return err
	}
	err = s.db.InTx(ctx, nil, func(tx sqldb.Runner) error { return appendTo(ctx, tx, after, rows) })
	if err == nil || errors.Is(err, incident.ErrConflict) {
		return err
	}
	return s.judge(ctx, after, err)
}

// judge returns a conflict where somebody else has appended meanwhile, or the journal does not
// reach so far yet, without relying on the name that a driver gives to a violated key. A commit
// whose outcome is unknown looks like somebody else's, or like none; it stays the error that it is.
func (s *Store) judge(ctx context.Context, after int64, failure error) error {
	var unknown *sqldb.CommitError
	if errors.As(failure, &unknown) {
		return wrap(failure)
	}
	var end int64
	_, err := s.db.One(ctx, "SELECT COALESCE(MAX(position), 0) FROM alwaysp1_journal", nil, &end)
	if err == nil && end != after {
		return fmt.Errorf("sqljournal: it ends at %d, not at %d: %w", end, after, incident.ErrConflict)
	}
	return wrap(failure)
}

// A row is an entry as it is stored.
type row struct {
	incident string
	seq      int
	entry    string
}

// fields are what the checksum of an entry covers.
func (r row) fields(position int64) []string {
	return []string{strconv.FormatInt(position, 10), r.incident, strconv.Itoa(r.seq), r.entry}
}

// name names the entry in errors.
func (r row) name(position int64) string {
	return fmt.Sprintf("entry %d of %q, at position %d,", r.seq, r.incident, position)
}

// encode returns entries as they are stored, or what is wrong with all of them.
func encode(entries []incident.Entry) ([]row, error) {
	var f fault.List
	rows := make([]row, 0, len(entries))
	for i, e := range entries {
		text, err := json.Marshal(e)
		f.Below(fault.Element("entries", i), errors.Join(e.Validate(), err))
		rows = append(rows, row{e.Incident, e.Seq, string(text)})
	}
	return rows, f.Err()
}

// appendTo writes first and looks second. So SQLite takes its lock at once, and PostgreSQL waits
// for the one that writes the same position.
func appendTo(ctx context.Context, tx sqldb.Runner, after int64, rows []row) error {
	for i, r := range rows {
		position := after + 1 + int64(i)
		if err := tx.Exec(ctx,
			"INSERT INTO alwaysp1_journal (position, incident, seq, crc, entry) VALUES (?, ?, ?, ?, ?)",
			position, r.incident, r.seq, sqldb.Sum(r.fields(position)...), r.entry); err != nil {
			return err
		}
		if err := raise(ctx, tx, r); err != nil {
			return err
		}
	}
	if after <= 0 {
		return nil
	}

	var before int
	query := "SELECT COUNT(*) FROM alwaysp1_journal WHERE position = ?"
	if _, err := tx.One(ctx, query, []any{after}, &before); err != nil {
		return err
	}
	if before == 0 {
		return fmt.Errorf("sqljournal: it does not reach %d: %w", after, incident.ErrConflict)
	}
	return nil
}

// raise moves the head of an incident to its newest entry.
func raise(ctx context.Context, tx sqldb.Runner, r row) error {
	sum := headSum(r.incident, r.seq)
	changed, err := tx.Change(ctx, "UPDATE alwaysp1_incidents SET head = ?, crc = ? WHERE incident = ?",
		r.seq, sum, r.incident)
	if err != nil || changed {
		return err
	}
	return tx.Exec(ctx,
		"INSERT INTO alwaysp1_incidents (incident, head, crc, since) VALUES (?, ?, ?, "+tx.Now()+")",
		r.incident, r.seq, sum)
}

// columns are what is read of an entry.
const columns = "SELECT position, incident, seq, crc, entry FROM alwaysp1_journal "

// Read implements [incident.Journal]. Positions are without gaps, so a gap is damage.
func (s *Store) Read(ctx context.Context, after int64, limit int) ([]incident.Entry, error) {
	place := func(position int64, _ row) int64 { return position }
	query := columns + "WHERE position > ? ORDER BY position LIMIT ?"
	return s.entries(ctx, max(after, 0)+1, place, query, after, limit)
}

// Timeline implements [incident.Journal]. The entries of an incident have no gaps in Seq either.
func (s *Store) Timeline(ctx context.Context, id string) ([]incident.Entry, error) {
	place := func(_ int64, r row) int64 { return int64(r.seq) }
	return s.entries(ctx, 1, place, columns+"WHERE incident = ? ORDER BY seq", id)
}

// entries returns the entries of a query. Their places follow each other from the first; a gap is
// damage.
func (s *Store) entries(
	ctx context.Context, first int64, place func(int64, row) int64, query string, args ...any,
) (list []incident.Entry, err error) {
	for rows, err := range s.db.Rows(ctx, query, args...) {
		if err != nil {
			return nil, wrap(err)
		}
		var e incident.Entry
		position, r, err := scanRow(rows)
		if err == nil && place(position, r) != first+int64(len(list)) {
			err = fmt.Errorf("the table alwaysp1_journal is damaged: before %s something is missing: "+
				"restore the database from a backup", r.name(position))
		}
		if err == nil {
			err = json.Unmarshal([]byte(r.entry), &e)
		}
		if err != nil {
			return nil, wrap(err)
		}
		list = append(list, e)
	}
	return list, nil
}

// scanRow reads a row, and checks its checksum.
func scanRow(rows *sql.Rows) (position int64, r row, err error) {
	var sum int64
	if err := rows.Scan(&position, &r.incident, &r.seq, &sum, &r.entry); err != nil {
		return 0, r, err
	}
	return position, r, sqldb.Whole(r.name(position), sum, r.fields(position)...)
}
