package status

import (
	"context"
	"iter"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A Reporter is what a [Handler] reads about SLAs. *tracker.Tracker is one. Its methods may be
// called concurrently.
type Reporter interface {
	// Catalog returns the SLAs, and which asset feeds which. Nil means that there are none.
	Catalog() *sla.Catalog

	// Reports iterates over the reports of all SLAs at an instant.
	Reports(at time.Time) iter.Seq[tracker.Report]

	// Corrections returns the intervals that count otherwise than they were recorded, in the order
	// in which they were entered.
	Corrections() []sla.Correction

	// Buckets returns what was counted of an objective in [from, to), oldest first. The objective
	// is named by its check, as "orders-by-7/ready". Pages draw its windows from it. Nil means that
	// it is not known.
	Buckets(check string, from, to time.Time) []tracker.Bucket

	// Version returns a number that differs after anything that can change a report or a
	// correction. While it stays the same nothing is computed again, until Handler.CacheFor is
	// over. An implementation that cannot tell returns a new number each time; reports are then
	// made again after a second.
	Version() uint64
}

// An IncidentReader is what a [Handler] reads about incidents. *incident.Desk is one. Its methods
// may be called concurrently.
type IncidentReader interface {
	// Incidents returns all incidents, closed ones included, in the order in which they were
	// opened.
	Incidents() []incident.Incident

	// Timeline returns the record of one incident, oldest entry first. It must obey its context.
	Timeline(ctx context.Context, id string) ([]incident.Entry, error)
}
