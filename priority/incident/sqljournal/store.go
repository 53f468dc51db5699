package sqljournal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/alwaysp1/alwaysp1/internal/sqldb"
	"github.com/alwaysp1/alwaysp1/internal/storable"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A Store keeps the entries of all incidents, and the deliveries of all announcers, in a database.
//
//	[Migrate]  make the tables, or bring them to this version
//	[Open]     a store on tables that are there
//
// Its errors hold the database's own, wrapped. What a journal and an outbox promise stands at [incident.Store].
// A Store is safe for concurrent use by multiple goroutines, and by any number of processes.
type Store struct {
	db      *sql.DB
	dialect sqldb.Dialect
}

var _ incident.Store = (*Store)(nil)

var schema = sqldb.Schema{
	Store: "sqljournal",
	Versions: [][]string{{
		`CREATE TABLE IF NOT EXISTS alwaysp1_journal (
			position BIGINT NOT NULL PRIMARY KEY,
			incident {id} NOT NULL,
			seq      BIGINT NOT NULL,
			crc      BIGINT NOT NULL,
			entry    {text} NOT NULL,
			UNIQUE (incident, seq))`,
		`CREATE TABLE IF NOT EXISTS alwaysp1_incidents (
			incident {id} NOT NULL PRIMARY KEY,
			head     BIGINT NOT NULL,
			crc      BIGINT NOT NULL,
			since    BIGINT NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS alwaysp1_deliveries (
			announcer {id} NOT NULL,
			incident  {id} NOT NULL,
			sent      BIGINT NOT NULL,
			upto      BIGINT NOT NULL,
			attempt   BIGINT NOT NULL,
			receipt   {text} NOT NULL,
			dead      SMALLINT NOT NULL,
			error     {text} NOT NULL,
			fence     BIGINT NOT NULL,
			crc       BIGINT NOT NULL,
			due       BIGINT NOT NULL,
			lease     BIGINT NOT NULL,
			PRIMARY KEY (announcer, incident))`,
	}},
}

// Migrate makes the tables, all named alwaysp1_…, or brings them to the version that this package knows.
// It does nothing where they are, and any number of replicas may call it at once.
// Tables of a newer version are an error, and stay as they are.
func Migrate(ctx context.Context, db *sql.DB) error { return schema.Migrate(ctx, db) }

// Open returns a store on a database whose tables [Migrate] has made. It asks the database which engine it is, reads
// how far each incident and each delivery is, and refuses what is damaged. It writes nothing.
// The database stays the caller's to close, after the store's last use.
func Open(ctx context.Context, db *sql.DB) (*Store, error) {
	dialect, err := schema.Open(ctx, db)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, dialect: dialect}
	if err := s.check(ctx); err != nil {
		return nil, fmt.Errorf("sqljournal: %w", err)
	}
	return s, nil
}

// Append implements [incident.Journal]: all entries, or none.
func (s *Store) Append(ctx context.Context, after int64, entries ...incident.Entry) error {
	rows, err := encode(entries)
	if err != nil || len(rows) == 0 {
		return err
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error { return s.append(ctx, tx, after, rows) })
	if err == nil || errors.Is(err, incident.ErrConflict) {
		return err
	}
	return s.judge(ctx, after, err)
}

// judge tells a conflict from other failures without asking what a driver calls it: somebody else has appended
// meanwhile, or the end is not there yet. A commit whose outcome is unknown looks like somebody else's,
// or like nobody's; it stays the error that it is.
func (s *Store) judge(ctx context.Context, after int64, failure error) error {
	var unknown *commitError
	if errors.As(failure, &unknown) {
		return fmt.Errorf("sqljournal: %w", failure)
	}
	var end int64
	if err := s.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(position), 0) FROM alwaysp1_journal").Scan(&end); err == nil && end != after {
		return fmt.Errorf("sqljournal: it ends at %d, not at %d: %w", end, after, incident.ErrConflict)
	}
	return fmt.Errorf("sqljournal: %w", failure)
}

// A row is an entry as it is stored.
type row struct {
	incident string
	seq      int
	entry    string
}

// fields are what the checksum of an entry is about.
func (r row) fields(position int64) []string {
	return []string{strconv.FormatInt(position, 10), r.incident, strconv.Itoa(r.seq), r.entry}
}

func (r row) name(position int64) string {
	return fmt.Sprintf("entry %d of %q, at position %d,", r.seq, r.incident, position)
}

func encode(entries []incident.Entry) ([]row, error) {
	var faults []error
	rows := make([]row, 0, len(entries))
	for i, e := range entries {
		text, err := json.Marshal(e)
		if err := errors.Join(e.Validate(), err); err != nil {
			faults = append(faults, storable.Below(fmt.Sprintf("entries[%d]", i), err))
		}
		rows = append(rows, row{e.Incident, e.Seq, string(text)})
	}
	return rows, errors.Join(faults...)
}

// append writes first and looks second: so SQLite takes its lock at once, and PostgreSQL waits for whoever
// writes the same position.
func (s *Store) append(ctx context.Context, tx *sql.Tx, after int64, rows []row) error {
	for i, r := range rows {
		if err := s.exec(ctx, tx, "INSERT INTO alwaysp1_journal (position, incident, seq, crc, entry) VALUES (?, ?, ?, ?, ?)",
			after+1+int64(i), r.incident, r.seq, sqldb.Sum(r.fields(after+1+int64(i))...), r.entry); err != nil {
			return err
		}
		if err := s.raise(ctx, tx, r); err != nil {
			return err
		}
	}
	if after <= 0 {
		return nil
	}
	var before int
	if err := tx.QueryRowContext(ctx, s.dialect.Bind("SELECT COUNT(*) FROM alwaysp1_journal WHERE position = ?"), after).Scan(&before); err != nil {
		return err
	}
	if before == 0 {
		return fmt.Errorf("sqljournal: it does not reach %d: %w", after, incident.ErrConflict)
	}
	return nil
}

// raise moves the head of an incident to its newest entry.
func (s *Store) raise(ctx context.Context, tx *sql.Tx, r row) error {
	sum := headSum(r.incident, r.seq)
	done, err := tx.ExecContext(ctx, s.dialect.Bind("UPDATE alwaysp1_incidents SET head = ?, crc = ? WHERE incident = ?"), r.seq, sum, r.incident)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return s.exec(ctx, tx, "INSERT INTO alwaysp1_incidents (incident, head, crc, since) VALUES (?, ?, ?, "+s.dialect.Now()+")", r.incident, r.seq, sum)
}

// columns are what is read of an entry.
const columns = "SELECT position, incident, seq, crc, entry FROM alwaysp1_journal "

// Read implements [incident.Journal].
func (s *Store) Read(ctx context.Context, after int64, limit int) ([]incident.Entry, error) {
	place := func(position int64, _ row) int64 { return position }
	return s.entries(ctx, max(after, 0)+1, place, columns+"WHERE position > ? ORDER BY position LIMIT ?", after, limit)
}

// Timeline implements [incident.Journal].
func (s *Store) Timeline(ctx context.Context, id string) ([]incident.Entry, error) {
	place := func(_ int64, r row) int64 { return int64(r.seq) }
	return s.entries(ctx, 1, place, columns+"WHERE incident = ? ORDER BY seq", id)
}

// entries reads entries whose places follow each other from the first.
func (s *Store) entries(ctx context.Context, first int64, place func(int64, row) int64, query string, args ...any) (list []incident.Entry, err error) {
	rows, err := s.db.QueryContext(ctx, s.dialect.Bind(query), args...)
	if err != nil {
		return nil, fmt.Errorf("sqljournal: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var e incident.Entry
		position, r, err := scan(rows)
		if err == nil && place(position, r) != first+int64(len(list)) {
			err = fmt.Errorf("the table alwaysp1_journal is damaged: before %s, something is missing: restore the database from a backup", r.name(position))
		}
		if err == nil {
			err = json.Unmarshal([]byte(r.entry), &e)
		}
		if err != nil {
			return nil, fmt.Errorf("sqljournal: %w", err)
		}
		list = append(list, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("sqljournal: %w", err)
	}
	return list, nil
}

func scan(rows *sql.Rows) (position int64, r row, err error) {
	var sum int64
	if err := rows.Scan(&position, &r.incident, &r.seq, &sum, &r.entry); err != nil {
		return 0, r, err
	}
	return position, r, sqldb.Whole(r.name(position), sum, r.fields(position)...)
}

func (s *Store) exec(ctx context.Context, tx *sql.Tx, statement string, args ...any) error {
	_, err := tx.ExecContext(ctx, s.dialect.Bind(statement), args...)
	return err
}

// A commitError is a commit that may have happened.
type commitError struct{ err error }

func (e *commitError) Error() string { return "whether it was committed is unknown: " + e.err.Error() }
func (e *commitError) Unwrap() error { return e.err }

// inTx runs f in a transaction.
func (s *Store) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.dialect.Begin(ctx, s.db)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return &commitError{err}
	}
	return nil
}
