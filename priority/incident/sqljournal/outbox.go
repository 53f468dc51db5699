package sqljournal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// candidates is how many deliveries one look finds: more than one, since replicas race for the first.
const candidates = 16

// A candidate is a delivery that may be claimed, as it was when it was read.
type candidate struct {
	incident.Delivery
	head  int
	sum   int64 // of its row
	fresh bool  // there is no row yet
	ready int64 // the first instant at which it may be claimed, in microseconds by the database's clock
}

// waiting finds what an announcer has to do, by when it may be done; a delivery without a row counts as the zero row.
const waiting = `SELECT i.incident, i.head, i.crc,
	COALESCE(d.sent, 0), COALESCE(d.upto, 0), COALESCE(d.attempt, 0), COALESCE(d.receipt, ''), COALESCE(d.dead, 0), COALESCE(d.error, ''),
	COALESCE(d.fence, -1), COALESCE(d.crc, 0),
	CASE WHEN d.incident IS NULL THEN i.since WHEN d.lease > d.due THEN d.lease ELSE d.due END AS ready
FROM alwaysp1_incidents i LEFT JOIN alwaysp1_deliveries d ON d.incident = i.incident AND d.announcer = ?
WHERE i.head > COALESCE(d.upto, 0) OR (d.upto > d.sent AND d.dead = 0)
ORDER BY ready, i.incident LIMIT ?`

// Claim implements [incident.Outbox].
func (s *Store) Claim(ctx context.Context, announcer string, lease time.Duration) (incident.Delivery, time.Duration, error) {
	if err := (incident.Delivery{Announcer: announcer}).Validate(); err != nil {
		return incident.Delivery{}, 0, fmt.Errorf("sqljournal: %w", err)
	}
	now, list, err := s.waiting(ctx, announcer)
	if err != nil {
		return incident.Delivery{}, 0, fmt.Errorf("sqljournal: %w", err)
	}
	for _, c := range list {
		if c.ready > now {
			return incident.Delivery{}, time.Duration(c.ready-now) * time.Microsecond, nil
		}
		if won, err := s.take(ctx, &c, lease); err != nil || won {
			return c.Delivery, 0, err
		}
	}
	if len(list) > 0 { // others have taken all that was ready: look again soon
		return incident.Delivery{}, time.Millisecond, nil
	}
	return incident.Delivery{}, 0, nil
}

func (s *Store) waiting(ctx context.Context, announcer string) (now int64, list []candidate, err error) {
	rows, err := s.db.QueryContext(ctx, s.dialect.Bind(waiting), announcer, candidates)
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		c := candidate{Delivery: incident.Delivery{Announcer: announcer}}
		var headSum int64
		if err := rows.Scan(&c.Incident, &c.head, &headSum, &c.Sent, &c.Upto, &c.Attempt, &c.Receipt, &c.Dead, &c.Error, &c.Fence, &c.sum, &c.ready); err != nil {
			return 0, nil, err
		}
		if err := wholeHead(c.Incident, c.head, headSum); err != nil {
			return 0, nil, err
		}
		c.fresh, c.Fence = c.Fence < 0, max(c.Fence, 0)
		if !c.fresh {
			if err := whole(c.Delivery, c.sum); err != nil {
				return 0, nil, err
			}
		}
		list = append(list, c)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || len(list) == 0 {
		return 0, list, err
	}
	if err := s.db.QueryRowContext(ctx, "SELECT "+s.dialect.Now()).Scan(&now); err != nil {
		return 0, nil, err
	}
	for _, c := range list {
		if err := soon(c.Delivery, now, c.ready); err != nil {
			return 0, nil, err
		}
	}
	return now, list, nil
}

// take claims a delivery, and says whether nobody else was faster.
func (s *Store) take(ctx context.Context, c *candidate, lease time.Duration) (bool, error) {
	was := c.Delivery
	if c.Upto == c.Sent || c.Dead {
		c.Upto, c.Attempt, c.Dead, c.Error = c.head, 0, false, ""
	}
	c.Attempt++
	c.Fence++
	if c.fresh {
		return s.insert(ctx, c, lease)
	}
	return s.changed(s.db.ExecContext(ctx, s.dialect.Bind(`UPDATE alwaysp1_deliveries
		SET upto = ?, attempt = ?, dead = 0, error = ?, fence = ?, crc = ?, lease = `+s.dialect.Now()+` + ?
		WHERE announcer = ? AND incident = ? AND fence = ? AND crc = ? AND sent = ? AND upto = ? AND attempt = ? AND dead = ?`),
		c.Upto, c.Attempt, c.Error, c.Fence, sum(c.Delivery), lease.Microseconds(),
		c.Announcer, c.Incident, was.Fence, c.sum, was.Sent, was.Upto, was.Attempt, number(was.Dead)))
}

// insert claims a delivery that has no row. Where it fails because there is one by now, somebody else was faster.
func (s *Store) insert(ctx context.Context, c *candidate, lease time.Duration) (bool, error) {
	_, failure := s.db.ExecContext(ctx, s.dialect.Bind(`INSERT INTO alwaysp1_deliveries
		(announcer, incident, sent, upto, attempt, receipt, dead, error, fence, crc, due, lease)
		VALUES (?, ?, 0, ?, ?, '', 0, '', ?, ?, 0, `+s.dialect.Now()+` + ?)`),
		c.Announcer, c.Incident, c.Upto, c.Attempt, c.Fence, sum(c.Delivery), lease.Microseconds())
	if failure == nil {
		return true, nil
	}
	if _, known, err := s.fence(ctx, c.Announcer, c.Incident); err == nil && known {
		return false, nil
	}
	return false, fmt.Errorf("sqljournal: %w", failure)
}

func (s *Store) changed(done sql.Result, err error) (bool, error) {
	if err != nil {
		return false, fmt.Errorf("sqljournal: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

func (s *Store) fence(ctx context.Context, announcer, id string) (fence int64, known bool, err error) {
	err = s.db.QueryRowContext(ctx, s.dialect.Bind("SELECT fence FROM alwaysp1_deliveries WHERE announcer = ? AND incident = ?"), announcer, id).Scan(&fence)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return fence, err == nil, err
}

// Settle implements [incident.Outbox].
func (s *Store) Settle(ctx context.Context, d incident.Delivery, after time.Duration) error {
	if err := d.Validate(); err != nil {
		return fmt.Errorf("sqljournal: %w", err)
	}
	changed, err := s.changed(s.db.ExecContext(ctx, s.dialect.Bind(`UPDATE alwaysp1_deliveries
		SET sent = ?, upto = ?, attempt = ?, receipt = ?, dead = ?, error = ?, crc = ?, lease = 0, due = `+s.dialect.Now()+` + ?
		WHERE announcer = ? AND incident = ? AND fence = ?`),
		d.Sent, d.Upto, d.Attempt, d.Receipt, number(d.Dead), d.Error, sum(d), after.Microseconds(), d.Announcer, d.Incident, d.Fence))
	if err != nil || changed {
		return err
	}
	// MySQL counts only rows that it had to change.
	switch fence, known, err := s.fence(ctx, d.Announcer, d.Incident); {
	case err != nil:
		return fmt.Errorf("sqljournal: %w", err)
	case !known || fence != d.Fence:
		return fmt.Errorf("sqljournal: the delivery of %s to %s: %w", d.Incident, d.Announcer, incident.ErrFenced)
	}
	return nil
}

// Dead implements [incident.Outbox].
func (s *Store) Dead(ctx context.Context) (list []incident.Delivery, err error) {
	err = s.deliveries(ctx, "WHERE dead = 1", func(d incident.Delivery, _, _ int64) error {
		list = append(list, d)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("sqljournal: %w", err)
	}
	return list, nil
}

// deliveries reads rows, in order, and refuses one that is damaged.
func (s *Store) deliveries(ctx context.Context, where string, yield func(d incident.Delivery, due, lease int64) error) error {
	rows, err := s.db.QueryContext(ctx, `SELECT announcer, incident, sent, upto, attempt, receipt, dead, error, fence, crc, due, lease
		FROM alwaysp1_deliveries `+where+` ORDER BY announcer, incident`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var (
			d               incident.Delivery
			sum, due, lease int64
		)
		if err := rows.Scan(&d.Announcer, &d.Incident, &d.Sent, &d.Upto, &d.Attempt, &d.Receipt, &d.Dead, &d.Error, &d.Fence, &sum, &due, &lease); err != nil {
			return err
		}
		if err := whole(d, sum); err != nil {
			return err
		}
		if err := yield(d, due, lease); err != nil {
			return err
		}
	}
	return rows.Err()
}

// number is a truth as the engines agree on it.
func number(truth bool) int {
	if truth {
		return 1
	}
	return 0
}
