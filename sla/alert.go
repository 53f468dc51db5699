package sla

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// An Alert says that a burn rule began to fire, or stopped. [Tracker.Alerts] makes alerts.
//
// Only changes are alerts; which rules still fire, a [Report] says. An Alert is plain data: it prints as one line,
// is logged as a group and travels as JSON. It is a value, and safe for concurrent use.
type Alert struct {
	SLA    string    // the ID of the SLA
	Check  string    // the objective, as "orders-by-7/ready"
	Asset  string    // the asset that is measured
	Tier   Tier      // how much the SLA matters
	Burn   Burn      // the rule, and what it was held against when this changed
	Firing bool      // it fires now; false: it has recovered
	Since  time.Time // when it began to fire
	At     time.Time // when this changed: Since where it fires, and when it ended where it has recovered
}

// String answers in one line which objective it is about, what changed, and why:
//
//	orders-by-7/ready (mart.orders): page: page-fast fires: burns 20 times the budget over 1h and 18 times the budget over 5m, above 14.4
//	orders-by-7/ready (mart.orders): recovered after 45m: page-fast is quiet: …
func (a Alert) String() string {
	return fmt.Sprintf("%s (%s): %s: %v", oneLine(a.Check), oneLine(a.Asset), a.change(), a.Burn)
}

func (a Alert) change() string {
	switch {
	case !a.Firing:
		return "recovered after " + string(appendLength(nil, a.At.Sub(a.Since).Round(time.Second)))
	case a.Burn.Rule.Page:
		return "page"
	}
	return "ticket"
}

// LogValue implements [slog.LogValuer].
func (a Alert) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("sla", a.SLA), slog.String("check", a.Check), slog.String("asset", a.Asset), slog.String("tier", a.Tier.String()),
		slog.Bool("firing", a.Firing), slog.Time("since", a.Since), slog.Time("at", a.At), slog.String("burn", a.Burn.String()))
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
	Burn   burnJSON  `json:"burn"`
}

// MarshalJSON writes the alert as an object: "sla", "check", "asset", "tier", "firing", "since", "at", "text", which is what
// String answers, and "burn" as in a report.
func (a Alert) MarshalJSON() ([]byte, error) {
	return json.Marshal(alertJSON{a.SLA, a.Check, a.Asset, a.Tier, a.Firing, a.Since, a.At, a.String(), a.Burn.json()})
}

// UnmarshalJSON reads what [Alert.MarshalJSON] writes; the text follows from the rest, and is not read.
func (a *Alert) UnmarshalJSON(data []byte) error {
	var in alertJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("sla: alert: %w", err)
	}
	*a = Alert{in.SLA, in.Check, in.Asset, in.Tier, in.Burn.burn(), in.Firing, in.Since, in.At}
	return nil
}
