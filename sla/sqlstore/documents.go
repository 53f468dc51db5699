package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/alwaysp1/alwaysp1/internal/sqldb"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
)

// The documents of which the newest version counts.
const (
	snapshots   = "snapshot"
	definitions = "definitions"
)

// newest reads the newest version of a document; of none the version is 0.
func (s *Store) newest(ctx context.Context, on runner, name string) (version int64, head string, body []byte, err error) {
	var sum int64
	known, err := s.one(ctx, on, "SELECT version, crc, head, body FROM alwaysp1_documents WHERE name = ? ORDER BY version DESC LIMIT 1", []any{name},
		&version, &sum, &head, &body)
	if err == nil && known {
		err = sqldb.Whole(fmt.Sprintf("version %d of the %s", version, name), sum, name, strconv.FormatInt(version, 10), head, string(body))
	}
	return version, head, body, err
}

// replace writes the next version of a document and drops those before. That two writers make one version is refused by the key;
// what the driver calls that is told from other failures by looking.
func (s *Store) replace(ctx context.Context, tx *sql.Tx, name string, version int64, head string, body []byte) error {
	if err := s.exec(ctx, tx, "INSERT INTO alwaysp1_documents (name, version, crc, head, body) VALUES (?, ?, ?, ?, ?)",
		name, version, sqldb.Sum(name, strconv.FormatInt(version, 10), head, string(body)), head, body); err != nil {
		return err
	}
	before, after := int64(0), int64(0)
	if _, err := s.one(ctx, tx, "SELECT COUNT(*), COALESCE(MAX(version), 0) FROM alwaysp1_documents WHERE name = ? AND version <> ?", []any{name, version}, &before, &after); err != nil {
		return err
	}
	if after != version-1 {
		return fmt.Errorf("version %d of the %s is not the next after %d: %w", version, name, after, keep.ErrConflict)
	}
	return s.exec(ctx, tx, "DELETE FROM alwaysp1_documents WHERE name = ? AND version < ?", name, version)
}

// judge tells a lost race from other failures: there is another version by now. Where it is this one, an earlier try was kept after all.
func (s *Store) judge(ctx context.Context, name string, version int64, head string, body []byte, failure error) error {
	if failure == nil {
		return nil
	}
	now, oldHead, old, err := s.newest(ctx, s.db, name)
	switch {
	case err != nil || now == version-1:
		return wrap(failure)
	case now == version && oldHead == head && bytes.Equal(old, body):
		return nil
	case now == version:
		return fmt.Errorf("sqlstore: version %d of the %s is there: %w", version, name, keep.ErrConflict)
	}
	return fmt.Errorf("sqlstore: version %d of the %s is not the next after %d: %w", version, name, now, keep.ErrConflict)
}

// Load implements [keep.Store].
func (s *Store) Load(ctx context.Context) (keep.Snapshot, error) {
	version, head, body, err := s.newest(ctx, s.db, snapshots)
	if err != nil || version == 0 {
		return keep.Snapshot{}, wrap(err)
	}
	snapshot := keep.Snapshot{Version: version, Data: body}
	if err := json.Unmarshal([]byte(head), &snapshot.Upto); err != nil {
		return keep.Snapshot{}, fmt.Errorf("sqlstore: the head of snapshot %d is damaged, %.80q: %w", version, head, err)
	}
	return snapshot, nil
}

// Compact implements [keep.Store].
func (s *Store) Compact(ctx context.Context, snapshot keep.Snapshot) error {
	if err := snapshot.Validate(); err != nil {
		return err
	}
	head, err := encode(snapshot.Upto)
	if err != nil {
		return wrap(err)
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		if err := s.replace(ctx, tx, snapshots, snapshot.Version, head, snapshot.Data); err != nil {
			return err
		}
		for replica, upto := range snapshot.Upto {
			if err := s.forget(ctx, tx, replica, upto); err != nil {
				return err
			}
		}
		return nil
	})
	return s.judge(ctx, snapshots, snapshot.Version, head, snapshot.Data, err)
}

// forget deletes the deltas of a replica that are old enough, up to one.
func (s *Store) forget(ctx context.Context, tx *sql.Tx, replica string, upto uint64) error {
	var last int64
	if _, err := s.one(ctx, tx, "SELECT COALESCE(MAX(seq), 0) FROM alwaysp1_deltas WHERE replica = ? AND seq <= ? AND kept < "+s.dialect.Now()+" - ?",
		[]any{replica, int64(upto), keep.Grace.Microseconds()}, &last); err != nil || last == 0 {
		return err
	}
	if err := s.exec(ctx, tx, "UPDATE alwaysp1_replicas SET gone = ? WHERE replica = ? AND gone < ?", last, replica, last); err != nil {
		return err
	}
	return s.exec(ctx, tx, "DELETE FROM alwaysp1_deltas WHERE replica = ? AND seq <= ?", replica, last)
}

// Define implements [keep.Store].
func (s *Store) Define(ctx context.Context, d keep.Definitions) error {
	if err := d.Validate(); err != nil {
		return err
	}
	body, err := encode(d)
	if err != nil {
		return wrap(err)
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error { return s.replace(ctx, tx, definitions, d.Version, "", []byte(body)) })
	return s.judge(ctx, definitions, d.Version, "", []byte(body), err)
}

// Definitions implements [keep.Store].
func (s *Store) Definitions(ctx context.Context) (keep.Definitions, error) {
	version, _, body, err := s.newest(ctx, s.db, definitions)
	if err != nil || version == 0 {
		return keep.Definitions{}, wrap(err)
	}
	var d keep.Definitions
	if err := json.Unmarshal(body, &d); err != nil {
		return keep.Definitions{}, fmt.Errorf("sqlstore: definitions %d are damaged: %w", version, err)
	}
	d.Version = version
	return d, nil
}

// Correct implements [keep.Store].
func (s *Store) Correct(ctx context.Context, c sla.Correction) error {
	if err := c.Validate(); err != nil {
		return err
	}
	body, err := encode(c)
	if err != nil {
		return wrap(err)
	}
	failure := s.exec(ctx, s.db, "INSERT INTO alwaysp1_corrections (sla, id, position, crc, body) VALUES (?, ?, "+s.dialect.Now()+", ?, ?)",
		c.SLA, c.ID, sqldb.Sum(c.SLA, c.ID, body), body)
	if failure == nil {
		return nil
	}
	var kept string
	known, err := s.one(ctx, s.db, "SELECT body FROM alwaysp1_corrections WHERE sla = ? AND id = ?", []any{c.SLA, c.ID}, &kept)
	switch {
	case err != nil || !known:
		return wrap(failure)
	case kept != body:
		return fmt.Errorf("sqlstore: correction %q of %q: %w", c.ID, c.SLA, keep.ErrConflict)
	}
	return nil
}

// Corrections implements [keep.Store]. Those kept in the same microsecond are in the order of their IDs.
func (s *Store) Corrections(ctx context.Context) (list []sla.Correction, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT sla, id, crc, body FROM alwaysp1_corrections ORDER BY position, sla, id")
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var sum int64
		var body []byte
		var c sla.Correction
		if err := rows.Scan(&c.SLA, &c.ID, &sum, &body); err != nil {
			return nil, wrap(err)
		}
		if err := sqldb.Whole(fmt.Sprintf("correction %q of %q", c.ID, c.SLA), sum, c.SLA, c.ID, string(body)); err != nil {
			return nil, wrap(err)
		}
		if err := json.Unmarshal(body, &c); err != nil {
			return nil, fmt.Errorf("sqlstore: correction %q of %q, %.80q: %w", c.ID, c.SLA, body, err)
		}
		list = append(list, c)
	}
	return list, wrap(rows.Err())
}
