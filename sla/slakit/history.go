package slakit

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

// Nightly is a promise that an asset is there by each due instant, over 90 days: with one objective, named "ready".
// A target that cannot be read is found by [New]: then the SLA does not pass its validation.
func Nightly(id, asset, target string, due schedule.Schedule) sla.SLA {
	parsed, _ := sla.ParseTarget(target)
	return sla.SLA{ID: id, Objectives: []sla.Objective{{
		Name: "ready", Asset: asset, Target: parsed, Window: sla.Rolling(90 * sla.Day), Freshness: freshness.Deadline{Due: due},
	}}}
}

// Service is a promise about events, over 30 days: with one objective, named "available", of which [Sim.Traffic] and
// Tracker.Record count. A target that cannot be read is found by [New].
func Service(id, asset, target string) sla.SLA {
	parsed, _ := sla.ParseTarget(target)
	return sla.SLA{ID: id, Objectives: []sla.Objective{{
		Name: "available", Asset: asset, Target: parsed, Window: sla.Rolling(30 * sla.Day),
	}}}
}

// A Change is what makes one night of [Nights] differ from the others.
type Change struct {
	Night   int           // counted from 1
	Late    time.Duration // how much later than the others it lands; negative: earlier
	Missing bool          // nothing lands
}

// Late is a night on which data lands later than on the others.
func Late(night int, by time.Duration) Change { return Change{Night: night, Late: by} }

// Missing is a night on which nothing lands.
func Missing(night int) Change { return Change{Night: night, Missing: true} }

// Nights are the landings of so many nights, one a day of the calendar of from's location, each so long after its midnight on the wall
// clock; but for the changes. A night is counted from 1, which is from's day; one that no change names is like the others.
func Nights(from time.Time, nights int, at time.Duration, changes ...Change) []time.Time {
	var list []time.Time
	y, m, d := from.Date()
	for night := range nights {
		late, missing := time.Duration(0), false
		for _, c := range changes {
			if c.Night == night+1 {
				late, missing = late+c.Late, missing || c.Missing
			}
		}
		if !missing {
			// Date counts on the wall clock, and lateness is elapsed time.
			seconds := int(at / time.Second)
			list = append(list, time.Date(y, m, d+night, 0, 0, seconds, int(at%time.Second), from.Location()).Add(late))
		}
	}
	return list
}
