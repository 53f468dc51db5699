package incident_test

import (
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// holding returns a classifier that holds below P1 what a proof shows to be safe for longer than a margin.
func holding(catalog *sla.Catalog, margin time.Duration,
	proof func(*sla.SLA, time.Time) (time.Time, bool)) *priority.Classifier {
	c := priority.NewClassifier(catalog)
	c.HoldMargin, c.KeptUntil = margin, proof
	return c
}
