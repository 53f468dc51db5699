package sla

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// An Alert is a change of a burn rule: it began to fire, or stopped. Tracker.Alerts makes alerts,
// and a tracker.Report has the rules that still fire.
//
// An Alert is plain data: it prints as one line, is logged as a group and travels as JSON. It is a
// value, and safe for concurrent use.
type Alert struct {
	SLA    string    // the ID of the SLA
	Check  string    // the objective, as "orders-by-7/ready"
	Asset  string    // the asset that is measured
	Tier   Tier      // of the SLA
	Burn   Burn      // the rule, and what it was compared with when this changed
	Firing bool      // false: it has recovered
	Since  time.Time // when it began to fire
	At     time.Time // when this changed: Since if it fires, else when it recovered
}

// String returns one line: the objective, what changed, and why.
//
//	orders-by-7/ready (mart.orders): page: page-fast fires: burns 20 times the budget over 1h and …
//	orders-by-7/ready (mart.orders): recovered after 45m: page-fast is quiet: …
func (a Alert) String() string {
	return fmt.Sprintf("%s (%s): %s: %v", plain.Line(a.Check), plain.Line(a.Asset), a.change(), a.Burn)
}

func (a Alert) change() string {
	switch {
	case !a.Firing:
		return "recovered after " + plain.Duration(a.At.Sub(a.Since))
	case a.Burn.Rule.Page:
		return "page"
	}
	return "ticket"
}

// LogValue implements [slog.LogValuer].
func (a Alert) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("sla", a.SLA), slog.String("check", a.Check), slog.String("asset", a.Asset),
		slog.String("tier", a.Tier.String()), slog.Bool("firing", a.Firing),
		slog.Time("since", a.Since), slog.Time("at", a.At), slog.String("burn", a.Burn.String()))
}

type alertJSON struct {
	SLA    string    `json:"sla"`
	Check  string    `json:"check"`
	Asset  string    `json:"asset"`
	Tier   Tier      `json:"tier"`
	Firing bool      `json:"firing"`
	Since  time.Time `json:"since"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
	Burn   Burn      `json:"burn"`
}

// MarshalJSON writes an object: "sla", "check", "asset", "tier", "firing", "since", "at", "text",
// which is the result of String, and "burn" as in a report.
func (a Alert) MarshalJSON() ([]byte, error) {
	return json.Marshal(alertJSON{
		a.SLA, a.Check, a.Asset, a.Tier, a.Firing, a.Since, a.At, a.String(), a.Burn,
	})
}

// UnmarshalJSON reads what [Alert.MarshalJSON] writes. The text follows from the rest and is not
// read.
func (a *Alert) UnmarshalJSON(data []byte) error {
	var in alertJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("sla: alert: %w", err)
	}
	*a = Alert{in.SLA, in.Check, in.Asset, in.Tier, in.Burn, in.Firing, in.Since, in.At}
	return nil
}
