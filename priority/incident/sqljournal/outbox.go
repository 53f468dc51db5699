package sqljournal

import (
	"context"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// candidates is how many deliveries one query finds: more than one, since replicas race for the
// first.
const candidates = 16

// A candidate is a delivery that may be claimed, as it was when it was read.
type candidate struct {
	incident.Delivery
	head  int
	sum   int64 // of its row
	fresh bool  // there is no row yet
	ready int64 // the first instant at which it may be claimed, in microseconds by the database's clock
}

// waiting finds what an announcer has to do, in the order in which it is ready. A delivery without
// a row counts as the zero row.
const waiting = `SELECT i.incident, i.head, i.crc,
	COALESCE(d.sent, 0), COALESCE(d.upto, 0), COALESCE(d.attempt, 0), COALESCE(d.receipt, ''),
	COALESCE(d.dead, 0), COALESCE(d.error, ''), COALESCE(d.fence, -1), COALESCE(d.crc, 0),
	CASE WHEN d.incident IS NULL THEN i.since WHEN d.lease > d.due THEN d.lease ELSE d.due END AS ready
FROM alwaysp1_incidents i LEFT JOIN alwaysp1_deliveries d ON d.incident = i.incident AND d.announcer = ?
WHERE i.head > COALESCE(d.upto, 0) OR (d.upto > d.sent AND d.dead = 0)
ORDER BY ready, i.incident LIMIT ?`

// Claim implements [incident.Outbox]. It reads candidates without a lock and then takes the first
// that no other replica has taken meanwhile, so that replicas do not wait for each other.
func (s *Store) Claim(
	ctx context.Context, announcer string, lease time.Duration,
) (incident.Delivery, time.Duration, error) {
	if err := (incident.Delivery{Announcer: announcer}).Validate(); err != nil {
		return incident.Delivery{}, 0, wrap(err)
	}
	now, list, err := s.waiting(ctx, announcer)
	if err != nil {
		return incident.Delivery{}, 0, wrap(err)
	}
	for _, c := range list {
		if c.ready > now {
			return incident.Delivery{}, time.Duration(c.ready-now) * time.Microsecond, nil
		}
		if won, err := s.take(ctx, &c, lease); err != nil || won {
			return c.Delivery, 0, wrap(err)
		}
	}
	if len(list) > 0 { // others have taken all that was ready, so there may be more behind
		return incident.Delivery{}, time.Millisecond, nil
	}
	return incident.Delivery{}, 0, nil
}

// waiting returns what an announcer has to do, and the time by which that is ready.
func (s *Store) waiting(ctx context.Context, announcer string) (now int64, list []candidate, err error) {
	for rows, err := range s.db.Rows(ctx, waiting, announcer, candidates) {
		c := candidate{Delivery: incident.Delivery{Announcer: announcer}}
		var headSum int64
		if err == nil {
			err = rows.Scan(&c.Incident, &c.head, &headSum, &c.Sent, &c.UpTo, &c.Attempt, &c.Receipt, &c.Dead,
				&c.Error, &c.Fence, &c.sum, &c.ready)
		}
		if err == nil {
			err = wholeHead(c.Incident, c.head, headSum)
		}
		// What was never claimed has no row, and so no sum: the query marks it by a fence of -1.
		c.fresh, c.Fence = c.Fence < 0, max(c.Fence, 0)
		if err == nil && !c.fresh {
			err = whole(c.Delivery, c.sum)
		}
		if err != nil {
			return 0, nil, err
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return 0, nil, nil
	}

	// The clock is the database's, for replicas have clocks that differ.
	if now, err = s.now(ctx); err != nil {
		return 0, nil, err
	}
	for _, c := range list {
		if err := soon(c.Delivery, now, c.ready); err != nil {
			return 0, nil, err
		}
	}
	return now, list, nil
}

// take claims a delivery, and reports whether no other replica was faster. The update names every
// column that it read, so that it changes nothing if another replica has written the row meanwhile.
func (s *Store) take(ctx context.Context, c *candidate, lease time.Duration) (bool, error) {
	was := c.Delivery
	if c.UpTo == c.Sent || c.Dead {
		c.UpTo, c.Attempt, c.Dead, c.Error = c.head, 0, false, ""
	}
	c.Attempt++
	c.Fence++
	if c.fresh {
		return s.insert(ctx, c, lease)
	}
	return s.db.Change(ctx, `UPDATE alwaysp1_deliveries
		SET upto = ?, attempt = ?, dead = 0, error = ?, fence = ?, crc = ?, lease = `+s.db.Now()+` + ?
		WHERE announcer = ? AND incident = ? AND fence = ? AND crc = ? AND sent = ? AND upto = ?
			AND attempt = ? AND dead = ?`,
		c.UpTo, c.Attempt, c.Error, c.Fence, sum(c.Delivery), lease.Microseconds(),
		c.Announcer, c.Incident, was.Fence, c.sum, was.Sent, was.UpTo, was.Attempt, number(was.Dead))
}

// insert claims a delivery that has no row. If it fails and there is a row by now, another replica
// was faster.
func (s *Store) insert(ctx context.Context, c *candidate, lease time.Duration) (bool, error) {
	failure := s.db.Exec(ctx, `INSERT INTO alwaysp1_deliveries
		(announcer, incident, sent, upto, attempt, receipt, dead, error, fence, crc, due, lease)
		VALUES (?, ?, 0, ?, ?, '', 0, '', ?, ?, 0, `+s.db.Now()+` + ?)`,
		c.Announcer, c.Incident, c.UpTo, c.Attempt, c.Fence, sum(c.Delivery), lease.Microseconds())
	if failure == nil {
		return true, nil
	}
	if _, known, err := s.fence(ctx, c.Announcer, c.Incident); err == nil && known {
		return false, nil
	}
	return false, failure
}

// fence returns the fence of a delivery, and whether it has a row.
func (s *Store) fence(ctx context.Context, announcer, id string) (fence int64, known bool, err error) {
	known, err = s.db.One(ctx, "SELECT fence FROM alwaysp1_deliveries WHERE announcer = ? AND incident = ?",
		[]any{announcer, id}, &fence)
	return fence, known, err
}

// Settle implements [incident.Outbox]. The fence in the condition keeps a replica whose lease was
// taken over from writing.
func (s *Store) Settle(ctx context.Context, d incident.Delivery, after time.Duration) error {
	if err := d.Validate(); err != nil {
		return wrap(err)
	}
	changed, err := s.db.Change(ctx, `UPDATE alwaysp1_deliveries
		SET sent = ?, upto = ?, attempt = ?, receipt = ?, dead = ?, error = ?, crc = ?, lease = 0,
			due = `+s.db.Now()+` + ?
		WHERE announcer = ? AND incident = ? AND fence = ?`,
		d.Sent, d.UpTo, d.Attempt, d.Receipt, number(d.Dead), d.Error, sum(d), after.Microseconds(),
		d.Announcer, d.Incident, d.Fence)
	if err != nil || changed {
		return wrap(err)
	}

	// MySQL does not count a row that was the same before.
	switch fence, known, err := s.fence(ctx, d.Announcer, d.Incident); {
	case err != nil:
		return wrap(err)
	case !known || fence != d.Fence:
		return fmt.Errorf("sqljournal: the delivery of %s to %s: %w",
			d.Incident, d.Announcer, incident.ErrFenced)
	}
	return nil
}

// DeadLetters implements [incident.Outbox]. They are ordered by announcer and incident.
func (s *Store) DeadLetters(ctx context.Context) (list []incident.Delivery, err error) {
	err = s.deliveries(ctx, "WHERE dead = 1", func(d incident.Delivery, _, _ int64) error {
		list = append(list, d)
		return nil
	})
	if err != nil {
		return nil, wrap(err)
	}
	return list, nil
}

// deliveries yields the rows that a condition selects, in order. A damaged row is an error.
func (s *Store) deliveries(
	ctx context.Context, where string, yield func(d incident.Delivery, due, lease int64) error,
) error {
	query := `SELECT announcer, incident, sent, upto, attempt, receipt, dead, error, fence, crc, due, lease
		FROM alwaysp1_deliveries ` + where + ` ORDER BY announcer, incident`
	for rows, err := range s.db.Rows(ctx, query) {
		var (
			d               incident.Delivery
			sum, due, lease int64
		)
		if err == nil {
			err = rows.Scan(&d.Announcer, &d.Incident, &d.Sent, &d.UpTo, &d.Attempt, &d.Receipt,
				&d.Dead, &d.Error, &d.Fence, &sum, &due, &lease)
		}
		if err == nil {
			err = whole(d, sum)
		}
		if err == nil {
			err = yield(d, due, lease)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// number returns a truth value in the form on which the engines agree.
func number(truth bool) int {
	if truth {
		return 1
	}
	return 0
}
