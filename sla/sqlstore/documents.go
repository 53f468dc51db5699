package sqlstore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/alwaysp1/alwaysp1/internal/sqldb"
	"github.com/alwaysp1/alwaysp1/sla/keep"
)

// The names of documents, of each of which the newest version counts.
const (
	snapshots   = "snapshot"
	definitions = "definitions"
)

// A document is one version of a snapshot or of the definitions, as it is stored.
type document struct {
	name    string
	version int64
	head    string // the position of a snapshot
	body    []byte
}

// fields are what the checksum of a document covers.
func (d document) fields() []string {
	return []string{d.name, strconv.FormatInt(d.version, 10), d.head, string(d.body)}
}

// newest returns the newest version of a document. Its version is 0 if there is none.
func (s *Store) newest(ctx context.Context, name string) (document, error) {
	d, sum := document{name: name}, int64(0)
	known, err := s.db.One(ctx,
		"SELECT version, crc, head, body FROM alwaysp1_documents WHERE name = ? ORDER BY version DESC LIMIT 1",
		[]any{name}, &d.version, &sum, &d.head, &d.body)
	if err == nil && known {
		err = sqldb.Whole(fmt.Sprintf("version %d of the %s", d.version, name), sum, d.fields()...)
	}
	return d, err
}

// replace writes the next version of a document and deletes those before. Two writers of one
// version meet at the key; [Store.judge] tells that from other failures.
func replace(ctx context.Context, tx sqldb.Runner, d document) error {
	if err := tx.Exec(ctx,
		"INSERT INTO alwaysp1_documents (name, version, crc, head, body) VALUES (?, ?, ?, ?, ?)",
		d.name, d.version, sqldb.Sum(d.fields()...), d.head, d.body); err != nil {
		return err
	}
	var others, last int64
	if _, err := tx.One(ctx,
		"SELECT COUNT(*), COALESCE(MAX(version), 0) FROM alwaysp1_documents WHERE name = ? AND version <> ?",
		[]any{d.name, d.version}, &others, &last); err != nil {
		return err
	}
	if last != d.version-1 {
		return notNext(d, last)
	}
	return tx.Exec(ctx, "DELETE FROM alwaysp1_documents WHERE name = ? AND version < ?", d.name, d.version)
}

// notNext returns the error about a version that does not follow the last one.
func notNext(d document, last int64) error {
	return fmt.Errorf("version %d of the %s is not the next after %d: %w",
		d.version, d.name, last, keep.ErrConflict)
}

// judge returns the error of a document that could not be written. Drivers name a violated key
// differently, so it reads which version there is: another one, and the race was lost; this one,
// and an earlier try was committed after all; the one before, and the failure is something else.
func (s *Store) judge(ctx context.Context, d document, failure error) error {
	if failure == nil {
		return nil
	}
	now, err := s.newest(ctx, d.name)
	switch {
	case err != nil || now.version == d.version-1:
		return wrap(failure)
	case now.version == d.version && now.head == d.head && bytes.Equal(now.body, d.body):
		return nil
	case now.version == d.version:
		return fmt.Errorf("sqlstore: version %d of the %s is there: %w", d.version, d.name, keep.ErrConflict)
	}
	return wrap(notNext(d, now.version))
}

// Load implements [keep.Store]. The head is read apart from the body, which may be large.
func (s *Store) Load(ctx context.Context) (keep.Snapshot, error) {
	d, err := s.newest(ctx, snapshots)
	if err != nil || d.version == 0 {
		return keep.Snapshot{}, wrap(err)
	}
	snapshot := keep.Snapshot{Version: d.version, Data: d.body}
	if err := json.Unmarshal([]byte(d.head), &snapshot.UpTo); err != nil {
		return keep.Snapshot{}, fmt.Errorf("sqlstore: the head of snapshot %d is damaged, %.80q: %w",
			d.version, d.head, err)
	}
	return snapshot, nil
}

// Compact implements [keep.Store]. The snapshot is written and the deltas are deleted in one
// transaction, so that a reader finds each delta in one of the two.
func (s *Store) Compact(ctx context.Context, snapshot keep.Snapshot) error {
	if err := snapshot.Validate(); err != nil {
		return err
	}
	head, err := encode(snapshot.UpTo)
	if err != nil {
		return wrap(err)
	}
	d := document{snapshots, snapshot.Version, head, snapshot.Data}
	err = s.db.InTx(ctx, mayPass, func(tx sqldb.Runner) error {
		if err := replace(ctx, tx, d); err != nil {
			return err
		}
		for replica, upTo := range snapshot.UpTo {
			if err := forget(ctx, tx, replica, upTo); err != nil {
				return err
			}
		}
		return nil
	})
	return s.judge(ctx, d, err)
}

// forget deletes the deltas of a replica that are old enough, up to one.
func forget(ctx context.Context, tx sqldb.Runner, replica string, upTo uint64) error {
	var last int64
	query := "SELECT COALESCE(MAX(seq), 0) FROM alwaysp1_deltas WHERE replica = ? AND seq <= ? " +
		"AND kept < " + tx.Now() + " - ?"
	args := []any{replica, int64(upTo), keep.Retention.Microseconds()}
	if _, err := tx.One(ctx, query, args, &last); err != nil || last == 0 {
		return err
	}
	if err := tx.Exec(ctx, "UPDATE alwaysp1_replicas SET gone = ? WHERE replica = ? AND gone < ?",
		last, replica, last); err != nil {
		return err
	}
	return tx.Exec(ctx, "DELETE FROM alwaysp1_deltas WHERE replica = ? AND seq <= ?", replica, last)
}

// Define implements [keep.Store].
func (s *Store) Define(ctx context.Context, given keep.Definitions) error {
	if err := given.Validate(); err != nil {
		return err
	}
	body, err := encode(given)
	if err != nil {
		return wrap(err)
	}
	d := document{definitions, given.Version, "", []byte(body)}
	err = s.db.InTx(ctx, mayPass, func(tx sqldb.Runner) error { return replace(ctx, tx, d) })
	return s.judge(ctx, d, err)
}

// Definitions implements [keep.Store].
func (s *Store) Definitions(ctx context.Context) (keep.Definitions, error) {
	d, err := s.newest(ctx, definitions)
	if err != nil || d.version == 0 {
		return keep.Definitions{}, wrap(err)
	}
	var kept keep.Definitions
	if err := json.Unmarshal(d.body, &kept); err != nil {
		return keep.Definitions{}, fmt.Errorf("sqlstore: definitions %d are damaged: %w", d.version, err)
	}
	kept.Version = d.version
	return kept, nil
}
