package sla

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

type reportJSON struct {
	SLA         string            `json:"sla"`
	Name        string            `json:"name,omitempty"`
	Tier        Tier              `json:"tier"`
	At          time.Time         `json:"at"`
	AsOf        time.Time         `json:"as_of"`
	State       State             `json:"state"`
	Target      Target            `json:"target,omitzero"`
	Compliance  *float64          `json:"compliance,omitempty"`
	Culprit     string            `json:"culprit,omitempty"`
	Objectives  []ObjectiveReport `json:"objectives,omitempty"`
	Corrections []Correction      `json:"corrections,omitempty"`
	Maintenance *Correction       `json:"maintenance,omitempty"`
}

// MarshalJSON writes the report as an object:
//
//	{
//		"sla": "orders-by-7", "name": "Orders ready by 07:00", "tier": "primary",
//		"at": "2026-04-01T08:00:00Z", "as_of": "2026-04-01T08:00:00Z",
//		"state": "breached", "culprit": "ready",
//		"target": "99%", "compliance": 0.98,        (of a weighted SLA)
//		"objectives": [{
//			"name": "ready", "check": "orders-by-7/ready", "asset": "mart.orders", "weight": 1,
//			"window": "rolling 90d", "start": "…", "end": "…", "resolution": "5s",
//			"state": "breached", "target": "99%", "good": 89, "bad": 1,
//			"compliance": 0.9888, "allowed": 0, "consumed": 1.11, "remaining": -0.11,
//			"raw": {"good": 89, "bad": 1},
//			"burns": [{"rule": "page-fast", "page": true, "firing": false, "factor": "43.2", "min_events": 1,
//				"long": {"length": "1h0m0s", "good": 1, "bad": 0, "burn": 0}, "short": {"length": "5m0s", "good": 0, "bad": 0}}],
//			"coverage": 1, "silent": 0, "excused": 0,
//			"exhaustion": "…", "worst_exhaustion": "…",
//			"worst": [{"start": "…", "end": "…", "good": 0, "bad": 1}],
//			"late": 0, "dropped": 0,
//			"last": {…}                              (a freshness.Result)
//		}],
//		"corrections": [{…}], "maintenance": {…}     (each as a Correction is written)
//	}
//
// What is undefined is absent, never null and never an invented number: compliance, consumed, remaining and burn without data,
// a target under zero tolerance, an exhaustion that never comes.
func (r Report) MarshalJSON() ([]byte, error) {
	out := reportJSON{r.SLA, r.Name, r.Tier, r.At, r.AsOf, r.State, r.Target, nil, r.Culprit, r.Objectives, r.Corrections, r.Maintenance}
	if !r.Target.IsZero() {
		out.Compliance = defined(r.Compliance())
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what [Report.MarshalJSON] writes. Figures that follow from others, as compliance, are not read.
func (r *Report) UnmarshalJSON(data []byte) error {
	var in reportJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("sla: report: %w", err)
	}
	*r = Report{in.SLA, in.Name, in.Tier, in.At, in.AsOf, in.State, in.Target, in.Culprit, in.Objectives, in.Corrections, in.Maintenance}
	return nil
}

func defined(value float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &value
}

type objectiveReportJSON struct {
	Name       string            `json:"name"`
	Check      string            `json:"check"`
	Asset      string            `json:"asset"`
	Weight     int64             `json:"weight,omitempty"`
	Window     Window            `json:"window"`
	Start      time.Time         `json:"start"`
	End        time.Time         `json:"end"`
	Resolution textDuration      `json:"resolution,omitempty"`
	State      State             `json:"state"`
	Target     Target            `json:"target,omitzero"`
	Good       int64             `json:"good"`
	Bad        int64             `json:"bad"`
	Compliance *float64          `json:"compliance,omitempty"`
	Allowed    int64             `json:"allowed"`
	Consumed   *float64          `json:"consumed,omitempty"`
	Remaining  *float64          `json:"remaining,omitempty"`
	Raw        countsJSON        `json:"raw"`
	Burns      []burnJSON        `json:"burns,omitempty"`
	Coverage   float64           `json:"coverage"`
	Silent     int64             `json:"silent"`
	Excused    int64             `json:"excused"`
	Exhaustion time.Time         `json:"exhaustion,omitzero"`
	Worse      time.Time         `json:"worst_exhaustion,omitzero"`
	Worst      []momentJSON      `json:"worst,omitempty"`
	Late       int64             `json:"late"`
	Dropped    int64             `json:"dropped"`
	Last       *freshness.Result `json:"last,omitempty"`
}

type countsJSON struct {
	Good int64 `json:"good"`
	Bad  int64 `json:"bad"`
}

type momentJSON struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	countsJSON
}

type burnJSON struct {
	Rule      string         `json:"rule"`
	Page      bool           `json:"page"`
	Firing    bool           `json:"firing"`
	Factor    Factor         `json:"factor"`
	MinEvents int64          `json:"min_events,omitempty"`
	Target    Target         `json:"target,omitzero"`
	Long      burnWindowJSON `json:"long"`
	Short     burnWindowJSON `json:"short"`
}

type burnWindowJSON struct {
	Length textDuration `json:"length"`
	countsJSON
	Burn *float64 `json:"burn,omitempty"`
}

// A textDuration is written as text, as "1h0m0s".
type textDuration time.Duration

func (d textDuration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

func (d *textDuration) UnmarshalText(text []byte) error {
	read, err := time.ParseDuration(string(text))
	*d = textDuration(read)
	return err
}

func (b Burn) json() burnJSON {
	window := func(length time.Duration, c Counts) burnWindowJSON {
		return burnWindowJSON{textDuration(length), countsJSON(c), defined(Budget{b.Target, c}.Consumed())}
	}
	return burnJSON{b.Rule.Name, b.Rule.Page, b.Firing(), b.Rule.Factor, b.Rule.MinEvents, b.Target, window(b.Rule.Long, b.Long), window(b.Rule.Short, b.Short)}
}

func (b burnJSON) burn() Burn {
	rule := BurnRule{b.Rule, b.Page, b.Factor, time.Duration(b.Long.Length), time.Duration(b.Short.Length), b.MinEvents}
	return Burn{rule, b.Target, Counts(b.Long.countsJSON), Counts(b.Short.countsJSON)}
}

// MarshalJSON writes the objective as [Report.MarshalJSON] shows.
func (o ObjectiveReport) MarshalJSON() ([]byte, error) {
	out := objectiveReportJSON{
		Name: o.Name, Check: o.Check, Asset: o.Asset, Weight: o.Weight, Window: o.Window, Start: o.Start, End: o.End,
		Resolution: textDuration(o.Resolution), State: o.State, Target: o.Budget.Target,
		Good: o.Budget.Counts.Good, Bad: o.Budget.Counts.Bad, Compliance: defined(o.Budget.Counts.Compliance()),
		Allowed: o.Budget.Allowed(), Consumed: defined(o.Budget.Consumed()), Remaining: defined(o.Budget.Remaining()),
		Raw: countsJSON(o.Raw.Counts), Coverage: o.Coverage, Silent: o.Silent, Excused: o.Excused,
		Exhaustion: o.Exhaustion, Worse: o.WorstExhaustion, Late: o.Late, Dropped: o.Dropped, Last: o.Last,
	}
	for _, b := range o.Burns {
		out.Burns = append(out.Burns, b.json())
	}
	for _, m := range o.Worst {
		out.Worst = append(out.Worst, momentJSON{m.Start, m.End, countsJSON(m.Counts)})
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what [ObjectiveReport.MarshalJSON] writes.
func (o *ObjectiveReport) UnmarshalJSON(data []byte) error {
	var in objectiveReportJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("sla: report of an objective: %w", err)
	}
	*o = ObjectiveReport{
		Name: in.Name, Check: in.Check, Asset: in.Asset, Weight: in.Weight, Window: in.Window, Start: in.Start, End: in.End,
		Resolution: time.Duration(in.Resolution), State: in.State,
		Budget: Budget{in.Target, Counts{in.Good, in.Bad}}, Raw: Budget{in.Target, Counts(in.Raw)},
		Coverage: in.Coverage, Silent: in.Silent, Excused: in.Excused,
		Exhaustion: in.Exhaustion, WorstExhaustion: in.Worse, Late: in.Late, Dropped: in.Dropped, Last: in.Last,
	}
	for _, b := range in.Burns {
		o.Burns = append(o.Burns, b.burn())
	}
	for _, m := range in.Worst {
		o.Worst = append(o.Worst, Moment{m.Start, m.End, Counts(m.countsJSON)})
	}
	return nil
}

// MarshalJSON writes "start", "end", "good" and "bad".
func (m Moment) MarshalJSON() ([]byte, error) {
	return json.Marshal(momentJSON{m.Start, m.End, countsJSON(m.Counts)})
}

// UnmarshalJSON reads what [Moment.MarshalJSON] writes.
func (m *Moment) UnmarshalJSON(data []byte) error {
	var in momentJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("sla: moment: %w", err)
	}
	*m = Moment{in.Start, in.End, Counts(in.countsJSON)}
	return nil
}
