package tracker

import (
	"math/big"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A Report is where one SLA stands at an instant: the figures of each of its objectives, and what
// they come to. [Tracker.Report] makes one.
//
// It is plain data: it prints as one line ([Report.String]) or as many ([Report.Text]), is logged
// as a group ([Report.LogValue]) and travels as JSON ([Report.MarshalJSON]). The zero Report is
// about no SLA, and its state is no data. A Report is safe for concurrent use while it is not
// modified.
type Report struct {
	SLA  string    // the ID of the SLA
	Name string    // its name; empty means its ID
	Tier sla.Tier  // how much it matters
	At   time.Time // the instant that it is about
	AsOf time.Time // it is by what was known then; the same as At, unless made by ReportAsOf

	// State is the worst of its objectives' states, where no data is worse than met and better than
	// any trouble. So an SLA is met only when all of its objectives have data. Of a weighted SLA it
	// is the state of the mean, without the objectives that have no data.
	State sla.State

	// Target is that of a weighted SLA, which the weighted mean of its objectives' compliance must
	// reach. Zero: all objectives must hold.
	Target sla.Target

	DecidedBy   string            // the objective that decides the state; empty while the SLA is met
	Objectives  []ObjectiveReport // in the order of the SLA
	Corrections []sla.Correction  // those in force that touch a window, by their start; nil: none

	// Maintenance is what Tracker.Maintenance returns for At: the SLA does not run until its End.
	// Nil: it runs.
	Maintenance *sla.Correction
}

// An ObjectiveReport is where one objective stands: what was counted over its window, what is left
// of its error budget, how fast that burns, and when it will be exhausted.
//
// It is plain data, as [Report] is, and safe for concurrent use while it is not modified.
type ObjectiveReport struct {
	Name   string     // of the objective
	Check  string     // of its check, as "orders-by-7/ready"; Catalog.Objective finds both by it
	Asset  string     // the asset that is measured
	Window sla.Window // the span over which the target must hold
	Weight int64      // in a weighted SLA; 0 counts as 1

	// Start and End are the bounds of what was counted, [Start, End): the window up to the instant
	// of the report, widened to the edges that are known, by at most Resolution on either side. A
	// Resolution of zero is exact.
	Start, End time.Time
	Resolution time.Duration

	Budget sla.Budget // the target, and what was counted, with corrections: verdicts are about it
	Raw    sla.Budget // the same as recorded, without corrections
	State  sla.State  // where the objective stands
	Burns  []sla.Burn // one for each burn rule, in their order; nil: the objective has none

	// Coverage is the share of the window up to the instant of the report that was measured, from 0
	// to 1: of deadlines and slices, the share that has an outcome; for events without slices, the
	// share of the time since the first one that was recorded.
	Coverage float64
	NoData   int64 // deadlines or slices without an outcome; they count as the objective's NoData decides
	Excused  int64 // deadlines and slices that a pause or closed hours excused; they count as nothing

	// ExhaustsAt is when the error budget will be exhausted at the present burn rate, and
	// WorstExhaustsAt at that of the worst burn rule. The instant of the report: it is exhausted.
	// Zero: not within the window.
	ExhaustsAt, WorstExhaustsAt time.Time

	Worst        []Bucket          // when the most was bad, at most five, the worst first; nil: nothing was
	LateArrivals int64             // outcomes that were recorded late
	Dropped      int64             // outcomes that were too old, or too far ahead, to be counted
	LastResult   *freshness.Result // the newest result observed; nil: none
}

// maxWorst is how many of the worst buckets a report lists.
const maxWorst = 5

// title returns the name, or the ID if there is no name.
func (r Report) title() string { return sla.SLA{ID: r.SLA, Name: r.Name}.Title() }

// Objective returns the report of one objective by its name, and whether there is one.
func (r Report) Objective(name string) (ObjectiveReport, bool) {
	for _, o := range r.Objectives {
		if o.Name == name {
			return o, true
		}
	}
	return ObjectiveReport{}, false
}

// TimeLeft returns how long from an instant the error budget lasts at the present burn rate, 0 if
// it is exhausted by then; and false if it is not exhausted within the window.
func (o ObjectiveReport) TimeLeft(from time.Time) (time.Duration, bool) {
	if o.ExhaustsAt.IsZero() {
		return 0, false
	}
	return max(0, o.ExhaustsAt.Sub(from)), true
}

// Compliance returns the weighted mean of the SLIs of the objectives that have data,
//
//	Σ weight × good / total ÷ Σ weight
//
// and false if none has. It is rounded once, for people to read: verdicts do not use it.
func (r Report) Compliance() (float64, bool) {
	bad, weights := new(big.Rat), new(big.Rat)
	for _, o := range r.Objectives {
		if o.Budget.Counts.Total() > 0 {
			weight := new(big.Rat).SetInt64(max(o.Weight, 1))
			weights.Add(weights, weight)
			bad.Add(bad, weight.Mul(weight, badShare(o.Budget.Counts)))
		}
	}
	if weights.Sign() == 0 {
		return 0, false
	}
	good := bad.Sub(weights, bad)
	mean, _ := good.Quo(good, weights).Float64()
	return mean, true
}
