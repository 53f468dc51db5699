package sla

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

type burnJSON struct {
	Rule      string         `json:"rule"`
	Page      bool           `json:"page"`
	Firing    bool           `json:"firing"`
	BurnRate  BurnRate       `json:"burn_rate"`
	MinEvents int64          `json:"min_events,omitempty"`
	Target    Target         `json:"target,omitzero"`
	Long      burnWindowJSON `json:"long"`
	Short     burnWindowJSON `json:"short"`
}

type burnWindowJSON struct {
	Length jsontree.Duration `json:"length"`
	Good   int64             `json:"good"`
	Bad    int64             `json:"bad"`
	Burn   *float64          `json:"burn,omitempty"`
}

// MarshalJSON writes an object: "rule", "page", "firing", "burn_rate", "min_events", "target", and
// the windows "long" and "short", each with "length", "good", "bad" and, if there is data, "burn".
func (b Burn) MarshalJSON() ([]byte, error) {
	window := func(length time.Duration, c Counts) burnWindowJSON {
		w := burnWindowJSON{Length: jsontree.Duration(length), Good: c.Good, Bad: c.Bad}
		if rate, ok := (Budget{b.Target, c}).Consumed(); ok {
			w.Burn = &rate
		}
		return w
	}
	return json.Marshal(burnJSON{
		b.Rule.Name, b.Rule.Page, b.Firing(), b.Rule.BurnRate, b.Rule.MinEvents, b.Target,
		window(b.Rule.Long, b.Long), window(b.Rule.Short, b.Short),
	})
}

// UnmarshalJSON reads what [Burn.MarshalJSON] writes. Whether it fires, and its rates, follow from
// the rest and are not read.
func (b *Burn) UnmarshalJSON(data []byte) error {
	var in burnJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("sla: burn: %w", err)
	}
	*b = Burn{
		Rule: BurnRule{
			in.Rule, in.Page, in.BurnRate,
			time.Duration(in.Long.Length), time.Duration(in.Short.Length), in.MinEvents,
		},
		Target: in.Target,
		Long:   Counts{in.Long.Good, in.Long.Bad},
		Short:  Counts{in.Short.Good, in.Short.Bad},
	}
	return nil
}
