package sla

import (
	"encoding/json"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// slaJSON is the JSON form of an SLA. What is empty is left out.
type slaJSON struct {
	ID          string          `json:"id"`
	Name        string          `json:"name,omitempty"`
	Description string          `json:"description,omitempty"`
	Tier        Tier            `json:"tier,omitempty"`
	Owners      []string        `json:"owners,omitempty"`
	Consumers   []string        `json:"consumers,omitempty"`
	Assets      []string        `json:"assets,omitempty"`
	Target      Target          `json:"target,omitzero"`
	Objectives  []objectiveJSON `json:"objectives,omitempty"`
}

type objectiveJSON struct {
	Name          string          `json:"name"`
	Asset         string          `json:"asset"`
	Target        Target          `json:"target,omitzero"`
	ZeroTolerance bool            `json:"zero_tolerance,omitempty"`
	Window        Window          `json:"window"`
	Freshness     json.RawMessage `json:"freshness,omitempty"`
	Timeslices    *timeslicesJSON `json:"timeslices,omitempty"`
	NoData        NoData          `json:"no_data,omitempty"`
	Burn          *[]ruleJSON     `json:"burn,omitempty"`
	Weight        int64           `json:"weight,omitempty"`
}

type timeslicesJSON struct {
	Length string `json:"length"`
	Target Target `json:"target,omitzero"`
}

type ruleJSON struct {
	Name      string   `json:"name"`
	Page      bool     `json:"page,omitempty"`
	BurnRate  BurnRate `json:"burn_rate"`
	Long      string   `json:"long"`
	Short     string   `json:"short"`
	MinEvents int64    `json:"min_events,omitempty"`
}

// MarshalJSON writes {"name": "fast", "page": true, "burn_rate": "14.4", "long": "1h0m0s", "short":
// "5m0s", "min_events": 100}.
func (r BurnRule) MarshalJSON() ([]byte, error) { return json.Marshal(r.json()) }

func (r BurnRule) json() ruleJSON {
	return ruleJSON{r.Name, r.Page, r.BurnRate, r.Long.String(), r.Short.String(), r.MinEvents}
}

// UnmarshalJSON reads what MarshalJSON writes. The error joins all faults, each a [*FieldError];
// then the rule is unchanged. [BurnRule.Validate] checks whether it fits an objective.
func (r *BurnRule) UnmarshalJSON(data []byte) error {
	root, err := jsontree.Parse(data)
	if err != nil {
		return err
	}
	var rule BurnRule
	d := decoder{}
	if d.rule(&rule, "", root); d.Len() > 0 {
		return d.Located(data, "", &root)
	}
	*r = rule
	return nil
}

// MarshalJSON writes the form of [DecodeSLAs], which reads it back as an equal SLA. It refuses an
// SLA that does not pass [SLA.Validate], and a policy that has no JSON form.
func (s SLA) MarshalJSON() ([]byte, error) {
	var f fault.List
	s.validate(&f, "")
	out := slaJSON{s.ID, s.Name, s.Description, s.Tier, s.Owners, s.Consumers, s.Assets, s.Target, nil}
	for i := range s.Objectives {
		out.Objectives = append(out.Objectives, s.Objectives[i].json(&f, fault.Element("objectives", i)))
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

func (o *Objective) json(f *fault.List, path string) objectiveJSON {
	out := objectiveJSON{
		Name: o.Name, Asset: o.Asset, Target: o.Target, ZeroTolerance: o.ZeroTolerance,
		Window: o.Window, NoData: o.NoData, Weight: o.Weight,
	}
	if !o.Timeslices.IsZero() {
		out.Timeslices = &timeslicesJSON{o.Timeslices.Length.String(), o.Timeslices.Target}
	}
	if o.Burn != nil {
		rules := make([]ruleJSON, len(o.Burn))
		for i, r := range o.Burn {
			rules[i] = r.json()
		}
		out.Burn = &rules
	}

	if o.Freshness != nil && f.Len() == 0 {
		policy, err := freshness.EncodePolicy(o.Freshness)
		f.Below(fault.Join(path, "freshness"), err)
		out.Freshness = policy
	}
	return out
}
