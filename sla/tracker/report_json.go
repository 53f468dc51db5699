package tracker

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A reportJSON is the JSON form of a Report, in the order of its keys.
type reportJSON struct {
	SLA         string            `json:"sla"`
	Name        string            `json:"name,omitempty"`
	Tier        sla.Tier          `json:"tier"`
	At          time.Time         `json:"at"`
	AsOf        time.Time         `json:"as_of"`
	State       sla.State         `json:"state"`
	Target      sla.Target        `json:"target,omitzero"`
	Compliance  *float64          `json:"compliance,omitempty"`
	DecidedBy   string            `json:"decided_by,omitempty"`
	Objectives  []ObjectiveReport `json:"objectives,omitempty"`
	Corrections []sla.Correction  `json:"corrections,omitempty"`
	Maintenance *sla.Correction   `json:"maintenance,omitempty"`
}

// MarshalJSON writes the report as an object:
//
//	{
//		"sla": "orders-by-7", "name": "Orders ready by 07:00", "tier": "primary",
//		"at": "2026-04-01T08:00:00Z", "as_of": "2026-04-01T08:00:00Z",
//		"state": "breached", "decided_by": "ready",
//		"target": "99%", "compliance": 0.98,        (of a weighted SLA)
//		"objectives": [{
//			"name": "ready", "check": "orders-by-7/ready", "asset": "mart.orders", "weight": 1,
//			"window": "rolling 90d", "start": "…", "end": "…", "resolution": "5s",
//			"state": "breached", "target": "99%", "good": 89, "bad": 1,
//			"compliance": 0.9888, "allowed": 0, "consumed": 1.11, "remaining": -0.11,
//			"raw": {"good": 89, "bad": 1},
//			"burns": [{
//				"rule": "page-fast", "page": true, "firing": false, "burn_rate": "43.2", "min_events": 1,
//				"long": {"length": "1h0m0s", "good": 1, "bad": 0, "burn": 0},
//				"short": {"length": "5m0s", "good": 0, "bad": 0}
//			}],
//			"coverage": 1, "no_data": 0, "excused": 0,
//			"exhausts_at": "…", "worst_exhausts_at": "…",
//			"worst": [{"start": "…", "end": "…", "good": 0, "bad": 1}],
//			"late_arrivals": 0, "dropped": 0,
//			"last_result": {…}                         (a freshness.Result)
//		}],
//		"corrections": [{…}], "maintenance": {…}     (each as a Correction is written)
//	}
//
// What is undefined is absent, never null and never an invented number: compliance, consumed,
// remaining and burn without data, a target under zero tolerance, the end of a budget that is not
// exhausted within the window.
func (r Report) MarshalJSON() ([]byte, error) {
	out := reportJSON{
		SLA: r.SLA, Name: r.Name, Tier: r.Tier, At: r.At, AsOf: r.AsOf, State: r.State, Target: r.Target,
		DecidedBy: r.DecidedBy, Objectives: r.Objectives,
		Corrections: r.Corrections, Maintenance: r.Maintenance,
	}
	if !r.Target.IsZero() {
		out.Compliance = defined(r.Compliance())
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what [Report.MarshalJSON] writes. Figures that follow from others, as
// compliance does, are not read.
func (r *Report) UnmarshalJSON(data []byte) error {
	var in reportJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("tracker: report: %w", err)
	}
	*r = Report{
		in.SLA, in.Name, in.Tier, in.At, in.AsOf, in.State, in.Target, in.DecidedBy,
		in.Objectives, in.Corrections, in.Maintenance,
	}
	return nil
}

// defined returns nil for a figure that is not defined.
func defined(value float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &value
}

// An objectiveReportJSON is the JSON form of an ObjectiveReport, in the order of its keys.
type objectiveReportJSON struct {
	Name       string            `json:"name"`
	Check      string            `json:"check"`
	Asset      string            `json:"asset"`
	Weight     int64             `json:"weight,omitempty"`
	Window     sla.Window        `json:"window"`
	Start      time.Time         `json:"start"`
	End        time.Time         `json:"end"`
	Resolution jsontree.Duration `json:"resolution,omitempty"`
	State      sla.State         `json:"state"`
	Target     sla.Target        `json:"target,omitzero"`
	Good       int64             `json:"good"`
	Bad        int64             `json:"bad"`
	Compliance *float64          `json:"compliance,omitempty"`
	Allowed    int64             `json:"allowed"`
	Consumed   *float64          `json:"consumed,omitempty"`
	Remaining  *float64          `json:"remaining,omitempty"`
	Raw        countsJSON        `json:"raw"`
	Burns      []sla.Burn        `json:"burns,omitempty"`
	Coverage   float64           `json:"coverage"`
	NoData     int64             `json:"no_data"`
	Excused    int64             `json:"excused"`
	ExhaustsAt time.Time         `json:"exhausts_at,omitzero"`
	WorstEnds  time.Time         `json:"worst_exhausts_at,omitzero"`
	Worst      []bucketJSON      `json:"worst,omitempty"`
	LateCount  int64             `json:"late_arrivals"`
	Dropped    int64             `json:"dropped"`
	LastResult *freshness.Result `json:"last_result,omitempty"`
}

// MarshalJSON writes the objective as [Report.MarshalJSON] shows.
func (o ObjectiveReport) MarshalJSON() ([]byte, error) {
	out := objectiveReportJSON{
		Name: o.Name, Check: o.Check, Asset: o.Asset, Weight: o.Weight,
		Window: o.Window, Start: o.Start, End: o.End,
		Resolution: jsontree.Duration(o.Resolution), State: o.State, Target: o.Budget.Target,
		Good: o.Budget.Counts.Good, Bad: o.Budget.Counts.Bad,
		Compliance: defined(o.Budget.Counts.Compliance()), Allowed: o.Budget.Allowed(),
		Consumed: defined(o.Budget.Consumed()), Remaining: defined(o.Budget.Remaining()),
		Raw: countsJSON(o.Raw.Counts), Coverage: o.Coverage, NoData: o.NoData, Excused: o.Excused,
		ExhaustsAt: o.ExhaustsAt, WorstEnds: o.WorstExhaustsAt,
		LateCount: o.LateArrivals, Dropped: o.Dropped, LastResult: o.LastResult,
		Burns: o.Burns,
	}
	for _, b := range o.Worst {
		out.Worst = append(out.Worst, bucketJSON{b.Start, b.End, countsJSON(b.Counts)})
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what [ObjectiveReport.MarshalJSON] writes.
func (o *ObjectiveReport) UnmarshalJSON(data []byte) error {
	var in objectiveReportJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("tracker: report of an objective: %w", err)
	}
	*o = ObjectiveReport{
		Name: in.Name, Check: in.Check, Asset: in.Asset, Weight: in.Weight,
		Window: in.Window, Start: in.Start, End: in.End,
		Resolution: time.Duration(in.Resolution), State: in.State,
		Budget:   sla.Budget{Target: in.Target, Counts: sla.Counts{Good: in.Good, Bad: in.Bad}},
		Raw:      sla.Budget{Target: in.Target, Counts: sla.Counts(in.Raw)},
		Coverage: in.Coverage, NoData: in.NoData, Excused: in.Excused,
		ExhaustsAt: in.ExhaustsAt, WorstExhaustsAt: in.WorstEnds,
		LateArrivals: in.LateCount, Dropped: in.Dropped, LastResult: in.LastResult,
		Burns: in.Burns,
	}
	for _, b := range in.Worst {
		o.Worst = append(o.Worst, Bucket{b.Start, b.End, sla.Counts(b.countsJSON)})
	}
	return nil
}
