package sqljournal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/sqldb"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// farthest is how far ahead a delivery can wait. The instants are the database's own, so that no checksum holds them;
// one beyond that is nobody's wish, and would keep the announcement from ever being made.
const farthest = 366 * 24 * time.Hour

func soon(d incident.Delivery, now, ready int64) error {
	if ready-now > farthest.Microseconds() {
		return fmt.Errorf("%s is damaged: it waits for more than a year: restore the database from a backup", name(d))
	}
	return nil
}

func name(d incident.Delivery) string {
	return fmt.Sprintf("the delivery of %q to %q", d.Incident, d.Announcer)
}

// sum is the checksum of a delivery's row.
func sum(d incident.Delivery) int64 {
	return sqldb.Sum(d.Announcer, d.Incident, strconv.Itoa(d.Sent), strconv.Itoa(d.Upto), strconv.Itoa(d.Attempt),
		d.Receipt, strconv.FormatBool(d.Dead), d.Error, strconv.FormatInt(d.Fence, 10))
}

func whole(d incident.Delivery, stored int64) error { return sqldb.Match(name(d), stored, sum(d)) }

// headSum is the checksum of what says how far an incident is.
func headSum(id string, head int) int64 { return sqldb.Sum(id, strconv.Itoa(head)) }

func wholeHead(id string, head int, stored int64) error {
	return sqldb.Match(fmt.Sprintf("the end of incident %q, entry %d,", id, head), stored, headSum(id, head))
}

// parted finds an incident whose end is not where its record ends, one whose end is unknown included.
const parted = `SELECT j.incident, j.last, COALESCE(i.head, 0)
FROM (SELECT incident, MAX(seq) AS last FROM alwaysp1_journal GROUP BY incident) j
LEFT JOIN alwaysp1_incidents i ON i.incident = j.incident
WHERE i.head IS NULL OR i.head <> j.last ORDER BY j.incident LIMIT 1`

// check refuses what would hide an announcement that is still to be made, and so would not be read again.
func (s *Store) check(ctx context.Context) error {
	var (
		id         string
		last, head int
	)
	switch err := s.db.QueryRowContext(ctx, parted).Scan(&id, &last, &head); {
	case err == nil:
		return fmt.Errorf("the table alwaysp1_incidents is damaged: incident %q has %d entries, and %d are said to be there: restore the database from a backup", id, last, head)
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	if err := s.checkHeads(ctx); err != nil {
		return err
	}
	var now int64
	if err := s.db.QueryRowContext(ctx, "SELECT "+s.dialect.Now()).Scan(&now); err != nil {
		return err
	}
	return s.deliveries(ctx, "", func(d incident.Delivery, due, lease int64) error {
		return soon(d, now, max(due, lease))
	})
}

func (s *Store) checkHeads(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, "SELECT incident, head, crc FROM alwaysp1_incidents")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var (
			id     string
			head   int
			stored int64
		)
		if err := rows.Scan(&id, &head, &stored); err != nil {
			return err
		}
		if err := wholeHead(id, head, stored); err != nil {
			return err
		}
	}
	return rows.Err()
}
