package sqljournal

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/sqldb"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// farthest is how far ahead a delivery can wait. Its instants are set by the database, so no
// checksum covers them. An instant beyond this is damage, and would keep the announcement from ever
// being made.
const farthest = 366 * 24 * time.Hour

// soon returns an error about a delivery that is ready only beyond farthest.
func soon(d incident.Delivery, now, ready int64) error {
	if ready-now > farthest.Microseconds() {
		return fmt.Errorf("%s is damaged: it waits for more than a year: "+
			"restore the database from a backup", name(d))
	}
	return nil
}

// name names a delivery in errors.
func name(d incident.Delivery) string {
	return fmt.Sprintf("the delivery of %q to %q", d.Incident, d.Announcer)
}

// sum returns the checksum of a delivery's row.
func sum(d incident.Delivery) int64 {
	return sqldb.Sum(d.Announcer, d.Incident,
		strconv.Itoa(d.Sent), strconv.Itoa(d.UpTo), strconv.Itoa(d.Attempt),
		d.Receipt, strconv.FormatBool(d.Dead), d.Error, strconv.FormatInt(d.Fence, 10))
}

// whole returns an error about a delivery that is not as it was written.
func whole(d incident.Delivery, stored int64) error { return sqldb.Match(name(d), stored, sum(d)) }

// headSum returns the checksum of the row that holds how far an incident is.
func headSum(id string, head int) int64 { return sqldb.Sum(id, strconv.Itoa(head)) }

// wholeHead returns an error about a head that is not as it was written.
func wholeHead(id string, head int, stored int64) error {
	return sqldb.Match(fmt.Sprintf("the end of incident %q, entry %d,", id, head), stored, headSum(id, head))
}

// parted finds an incident whose head is not its last entry, or that has no head.
const parted = `SELECT j.incident, j.last, COALESCE(i.head, 0)
FROM (SELECT incident, MAX(seq) AS last FROM alwaysp1_journal GROUP BY incident) j
LEFT JOIN alwaysp1_incidents i ON i.incident = j.incident
WHERE i.head IS NULL OR i.head <> j.last ORDER BY j.incident LIMIT 1`

// check returns an error about damage that hides an announcement that is still to be made, since no
// later read would notice it.
func (s *Store) check(ctx context.Context) error {
	var (
		id         string
		last, head int
	)
	found, err := s.db.One(ctx, parted, nil, &id, &last, &head)
	if err == nil && found {
		err = fmt.Errorf("the table alwaysp1_incidents is damaged: incident %q has %d entries, "+
			"and the table has %d: restore the database from a backup", id, last, head)
	}
	if err != nil {
		return err
	}
	if err := s.checkHeads(ctx); err != nil {
		return err
	}

	now, err := s.now(ctx)
	if err != nil {
		return err
	}
	return s.deliveries(ctx, "", func(d incident.Delivery, due, lease int64) error {
		return soon(d, now, max(due, lease))
	})
}

// now returns the time by the database's clock, in microseconds.
func (s *Store) now(ctx context.Context) (now int64, err error) {
	_, err = s.db.One(ctx, "SELECT "+s.db.Now(), nil, &now)
	return now, err
}

// checkHeads checks the checksum of each incident's head.
func (s *Store) checkHeads(ctx context.Context) error {
	for rows, err := range s.db.Rows(ctx, "SELECT incident, head, crc FROM alwaysp1_incidents") {
		var (
			id     string
			head   int
			stored int64
		)
		if err == nil {
			err = rows.Scan(&id, &head, &stored)
		}
		if err == nil {
			err = wholeHead(id, head, stored)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
