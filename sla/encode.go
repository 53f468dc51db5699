package sla

import (
	"encoding/json"

	"github.com/alwaysp1/alwaysp1/freshness"
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
	Slices        *slicesJSON     `json:"slices,omitempty"`
	Silence       Silence         `json:"silence,omitempty"`
	Burn          *[]ruleJSON     `json:"burn,omitempty"`
	Weight        int64           `json:"weight,omitempty"`
}

type slicesJSON struct {
	Length string `json:"length"`
	Target Target `json:"target,omitzero"`
}

type ruleJSON struct {
	Name      string `json:"name"`
	Page      bool   `json:"page,omitempty"`
	Factor    Factor `json:"factor"`
	Long      string `json:"long"`
	Short     string `json:"short"`
	MinEvents int64  `json:"min_events,omitempty"`
}

// MarshalJSON writes the form that UnmarshalJSON and [DecodeSLAs] read:
// {"name": "fast", "page": true, "factor": "14.4", "long": "1h0m0s", "short": "5m0s", "min_events": 100}.
func (r BurnRule) MarshalJSON() ([]byte, error) { return json.Marshal(r.json()) }

func (r BurnRule) json() ruleJSON {
	return ruleJSON{r.Name, r.Page, r.Factor, r.Long.String(), r.Short.String(), r.MinEvents}
}

// UnmarshalJSON reads what MarshalJSON writes. The error joins everything that is wrong, each a [*FieldError];
// on any the rule stays as it was. Whether it fits an objective is for [BurnRule.Validate] to say.
func (r *BurnRule) UnmarshalJSON(data []byte) error {
	root, fault := parseJSON(data)
	if fault != nil {
		return fault
	}
	var rule BurnRule
	d := decoder{}
	if d.rule(&rule, "", root); len(d.list) > 0 {
		return d.located(data, "", &root)
	}
	*r = rule
	return nil
}

// MarshalJSON writes the form that [DecodeSLAs] and UnmarshalJSON read back as an equal SLA.
// What they would refuse is refused here: an SLA that does not pass [SLA.Validate],
// and a policy that has no JSON form.
func (s SLA) MarshalJSON() ([]byte, error) {
	var f faults
	s.validate(&f, "")
	out := slaJSON{s.ID, s.Name, s.Description, s.Tier, s.Owners, s.Consumers, s.Assets, s.Target, nil}
	for i := range s.Objectives {
		out.Objectives = append(out.Objectives, s.Objectives[i].json(&f, element("objectives", i)))
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

func (o *Objective) json(f *faults, path string) objectiveJSON {
	out := objectiveJSON{
		Name: o.Name, Asset: o.Asset, Target: o.Target, ZeroTolerance: o.ZeroTolerance, Window: o.Window, Silence: o.Silence, Weight: o.Weight,
	}
	if !o.Slices.IsZero() {
		out.Slices = &slicesJSON{o.Slices.Length.String(), o.Slices.Target}
	}
	if o.Burn != nil {
		rules := make([]ruleJSON, len(o.Burn))
		for i, r := range o.Burn {
			rules[i] = r.json()
		}
		out.Burn = &rules
	}
	if o.Freshness != nil && len(f.list) == 0 {
		policy, err := freshness.EncodePolicy(o.Freshness)
		f.below(join(path, "freshness"), err)
		out.Freshness = policy
	}
	return out
}
