package sla

import (
	"math/big"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A Report says where one SLA stands at an instant: each of its objectives in figures, and what that comes to.
// [Tracker.Report] makes one.
//
// It is plain data: it prints as one line ([Report.String]) or as many ([Report.Text]), is logged as a group
// ([Report.LogValue]) and travels as JSON ([Report.MarshalJSON]). The zero Report is about nothing, and its state no data.
// A Report is safe for concurrent use as long as nobody changes it.
type Report struct {
	SLA  string    // the ID of the SLA
	Name string    // what people call it; empty means its ID
	Tier Tier      // how much it matters
	At   time.Time // the instant that was asked about
	AsOf time.Time // what was known then is reported; the same as At unless somebody asked for another
	// State is the worst of its objectives', where no data is worse than met and better than any trouble: so an SLA is met only
	// when all of them have data. Of a weighted SLA it is that of the mean, in which objectives without data have no part.
	State  State
	Target Target // of a weighted SLA, which the weighted mean of the compliance must reach; zero: all objectives must hold
	// Culprit names the objective that decides the state; empty while the SLA is met.
	Culprit     string
	Objectives  []ObjectiveReport // in the order of the SLA
	Corrections []Correction      // those known that touch a window, by their start; nil: none
	Maintenance *Correction       // the planned window that At lies in, so that the SLA does not run; nil: none
}

// An ObjectiveReport says where one objective stands: what was counted over its window, what is left of its budget,
// how fast that burns, and when it will be gone.
//
// It is plain data, as [Report] is, and safe for concurrent use as long as nobody changes it.
type ObjectiveReport struct {
	Name       string        // of the objective
	Check      string        // of its check, as "orders-by-7/ready"; Catalog.Objective finds both by it
	Asset      string        // the asset that is measured
	Window     Window        // the span over which the target must hold
	Weight     int64         // in a weighted SLA; 0 counts as 1
	Start, End time.Time     // what was counted, from Start until just before End: the window up to the instant asked about, to the edges that are known
	Resolution time.Duration // how far Start and End may lie beyond what was asked for; zero: not at all

	Budget Budget // the target and what was counted, corrected: verdicts are about it
	Raw    Budget // as recorded, before any correction
	State  State  // where the objective stands
	Burns  []Burn // one for each burn rule, in their order; nil: the objective has none

	// Coverage is the share of the window up to the instant asked about that was measured, from 0 to 1:
	// of the deadlines and slices that there were, those with an outcome; of the time, for events without slices,
	// that since the first one recorded.
	Coverage float64
	Silent   int64 // deadlines or slices without an outcome; they count as the Silence of the objective says
	Excused  int64 // deadlines that a pause or closed hours excused; they count as nothing

	// Exhaustion is when the budget will be gone if it goes on burning as it does at present, and WorstExhaustion
	// if as in the worst of the burn alerts. The instant asked about: it is gone. Zero: never within the window.
	Exhaustion, WorstExhaustion time.Time

	Worst   []Moment          // when the most was bad, the worst first; nil: nothing was
	Late    int64             // outcomes that were booked into their past
	Dropped int64             // outcomes that were too old, or too far ahead, to be counted
	Last    *freshness.Result // the newest result observed; nil: none
}

// A Moment is a part of a window in which something was bad: a deadline, a slice, or as short a span as is still known.
// A Moment is a value, and safe for concurrent use.
type Moment struct {
	Start  time.Time // the first instant in it
	End    time.Time // the first instant after it; the same as Start for a deadline
	Counts Counts    // what there was, as recorded
}

// mostWorst is how many of the worst moments a report lists.
const mostWorst = 5

// Title answers the name, or the ID where there is no name.
func (r Report) Title() string { return SLA{ID: r.SLA, Name: r.Name}.Title() }

// Objective finds the report of one objective by its name, and says whether there is one.
func (r Report) Objective(name string) (ObjectiveReport, bool) {
	for _, o := range r.Objectives {
		if o.Name == name {
			return o, true
		}
	}
	return ObjectiveReport{}, false
}

// TimeLeft answers how long from an instant until the budget is gone at the present burn, 0 when it is gone by then;
// and false when it never will be.
func (o ObjectiveReport) TimeLeft(from time.Time) (time.Duration, bool) {
	if o.Exhaustion.IsZero() {
		return 0, false
	}
	return max(0, o.Exhaustion.Sub(from)), true
}

// Compliance answers the weighted mean of what the objectives kept, Σ weight × good / total ÷ Σ weight,
// over those that have data, and false where none has. It is rounded once, for people to read.
func (r Report) Compliance() (float64, bool) {
	sum, weights := new(big.Rat), new(big.Int)
	for _, o := range r.Objectives {
		good, _ := o.Budget.Counts.parts()
		if total := o.Budget.Counts.Total(); total > 0 {
			weight := big.NewInt(max(o.Weight, 1))
			share := new(big.Rat).SetFrac(new(big.Int).SetUint64(good), new(big.Int).SetUint64(total))
			sum.Add(sum, share.Mul(share, new(big.Rat).SetInt(weight)))
			weights.Add(weights, weight)
		}
	}
	if weights.Sign() == 0 {
		return 0, false
	}
	mean, _ := sum.Quo(sum, new(big.Rat).SetInt(weights)).Float64()
	return mean, true
}
