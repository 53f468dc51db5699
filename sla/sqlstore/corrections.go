package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/alwaysp1/alwaysp1/internal/sqldb"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
)

// Correct implements [keep.Store].
func (s *Store) Correct(ctx context.Context, c sla.Correction) error {
	if err := c.Validate(); err != nil {
		return err
	}
	body, err := encode(c)
	if err != nil {
		return wrap(err)
	}
	failure := s.db.Exec(ctx,
		"INSERT INTO alwaysp1_corrections (sla, id, position, crc, body) VALUES (?, ?, "+s.db.Now()+", ?, ?)",
		c.SLA, c.ID, sqldb.Sum(c.SLA, c.ID, body), body)
	if failure == nil {
		return nil
	}

	// Drivers name a violated key differently, so what is kept decides what the failure was.
	var kept string
	known, err := s.db.One(ctx, "SELECT body FROM alwaysp1_corrections WHERE sla = ? AND id = ?",
		[]any{c.SLA, c.ID}, &kept)
	switch {
	case err != nil || !known:
		return wrap(failure)
	case kept != body:
		return fmt.Errorf("sqlstore: correction %q of %q: %w", c.ID, c.SLA, keep.ErrConflict)
	}
	return nil
}

// Corrections implements [keep.Store]. Those kept in the same microsecond are in the order of their
// IDs.
func (s *Store) Corrections(ctx context.Context) (list []sla.Correction, err error) {
	query := "SELECT sla, id, crc, body FROM alwaysp1_corrections ORDER BY position, sla, id"
	for rows, err := range s.db.Rows(ctx, query) {
		var c sla.Correction
		var sum int64
		var body []byte
		if err == nil {
			err = rows.Scan(&c.SLA, &c.ID, &sum, &body)
		}
		if err == nil {
			err = sqldb.Whole(fmt.Sprintf("correction %q of %q", c.ID, c.SLA), sum, c.SLA, c.ID, string(body))
		}
		if err != nil {
			return nil, wrap(err)
		}
		if err := json.Unmarshal(body, &c); err != nil {
			return nil, fmt.Errorf("sqlstore: correction %q of %q, %.80q: %w", c.ID, c.SLA, body, err)
		}
		list = append(list, c)
	}
	return list, nil
}
