package slatest

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

// Nightly returns an SLA whose asset must have landed by each due instant, over 90 days. It has one
// objective, named "ready". A target that cannot be parsed fails in [New], where the SLA is
// validated.
func Nightly(id, asset, target string, due schedule.Schedule) sla.SLA {
	parsed, _ := sla.ParseTarget(target)
	return sla.SLA{ID: id, Objectives: []sla.Objective{{
		Name: "ready", Asset: asset, Target: parsed, Window: sla.Rolling(90 * sla.Day),
		Freshness: freshness.Deadline{Due: due},
	}}}
}

// Service returns an SLA about events, over 30 days. It has one objective, named "available", whose
// events [Sim.Traffic] and Tracker.Record count. A target that cannot be parsed fails in [New].
func Service(id, asset, target string) sla.SLA {
	parsed, _ := sla.ParseTarget(target)
	return sla.SLA{ID: id, Objectives: []sla.Objective{{
		Name: "available", Asset: asset, Target: parsed, Window: sla.Rolling(30 * sla.Day),
	}}}
}

// An Exception is how one night of [Nights] differs from the others. Those of one night add up.
type Exception struct {
	Night   int           // counted from 1
	Late    time.Duration // how much later than the others it lands; negative means earlier
	Missing bool          // nothing lands
}

// Late returns the exception of a night on which data lands later than on the others.
func Late(night int, by time.Duration) Exception { return Exception{Night: night, Late: by} }

// Missing returns the exception of a night on which nothing lands.
func Missing(night int) Exception { return Exception{Night: night, Missing: true} }

// Nights returns the landings of so many nights, one for each calendar day in the location of from,
// at a time after midnight on the wall clock, with the exceptions applied. Night 1 is the day of
// from.
func Nights(from time.Time, nights int, at time.Duration, exceptions ...Exception) []time.Time {
	var list []time.Time
	y, m, d := from.Date()
	for night := range nights {
		late, missing := time.Duration(0), false
		for _, e := range exceptions {
			if e.Night == night+1 {
				late, missing = late+e.Late, missing || e.Missing
			}
		}
		if missing {
			continue
		}

		// Date counts on the wall clock, and lateness is elapsed time.
		seconds, nanos := int(at/time.Second), int(at%time.Second)
		list = append(list, time.Date(y, m, d+night, 0, 0, seconds, nanos, from.Location()).Add(late))
	}
	return list
}
