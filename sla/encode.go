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
	Objectives  []objectiveJSON `json:"objectives,omitempty"`
}

type objectiveJSON struct {
	Name      string          `json:"name"`
	Asset     string          `json:"asset"`
	Target    Target          `json:"target"`
	Window    Window          `json:"window"`
	Freshness json.RawMessage `json:"freshness,omitempty"`
}

// MarshalJSON writes the form that [DecodeSLA] reads back as an equal SLA.
// What DecodeSLA would refuse is refused here: an SLA that does not pass [SLA.Validate],
// and a policy that has no JSON form.
func (s SLA) MarshalJSON() ([]byte, error) {
	var f faults
	s.validate(&f, "")
	out := slaJSON{s.ID, s.Name, s.Description, s.Tier, s.Owners, s.Consumers, s.Assets, nil}
	for i := range s.Objectives {
		out.Objectives = append(out.Objectives, s.Objectives[i].json(&f, element("objectives", i)))
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

func (o *Objective) json(f *faults, path string) objectiveJSON {
	out := objectiveJSON{o.Name, o.Asset, o.Target, o.Window, nil}
	if o.Freshness != nil && len(f.list) == 0 {
		policy, err := freshness.EncodePolicy(o.Freshness)
		f.below(join(path, "freshness"), err)
		out.Freshness = policy
	}
	return out
}

// UnmarshalJSON reads what [DecodeSLA] reads.
func (s *SLA) UnmarshalJSON(data []byte) error {
	decoded, err := DecodeSLA(data)
	if err == nil {
		*s = decoded
	}
	return err
}
