package sla

import (
	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// DecodeSLAs reads SLAs from JSON: a list of them, or one alone, as in
//
//	{
//		"id": "orders-by-7",
//		"name": "Orders ready by 07:00",
//		"description": "Finance closes the books on it.",
//		"tier": "primary",
//		"owners": ["data-infra", "analytics"],
//		"consumers": ["finance"],
//		"assets": ["mart.refunds"],
//		"objectives": [{
//			"name": "ready",
//			"asset": "mart.orders",
//			"target": "99%",
//			"window": "rolling 90d",
//			"freshness": {"deadline": {"due": "CRON_TZ=Europe/Dublin 0 7 * * *", "warn": "1h0m0s"}}
//		}]
//	}
//
// Targets are those of [ParseTarget], in quotes or as a number; windows those of [ParseWindow];
// policies those of [freshness.DecodePolicy]. Only the id, and the name, asset, target and window
// of an objective, are required. An objective may have more. Weights belong to a "target" of the
// SLA itself:
//
//	"zero_tolerance": true                              in place of its target
//	"timeslices": {"length": "5m", "target": "99%"}
//	"no_data": "bad"                                    or "ignored", "good"
//	"burn": [{"name": "fast", "page": true, "burn_rate": "14.4", "long": "1h", "short": "5m",
//		"min_events": 100}]
//	"weight": 3
//
// The error joins all faults in the order of the text, each a [*FieldError] with path, line and
// offset; paths are those of [NewCatalog], and in a list the ID of the SLA stands before the rule.
// Unknown fields, fields that come twice, null, text that is not proper Unicode, IDs that two SLAs
// share, and what [SLA.Validate] refuses are faults.
//
// An [SLA] within other JSON is read by package json, which stops at the first faulty one.
func DecodeSLAs(data []byte) ([]SLA, error) {
	root, err := jsontree.Parse(data)
	if err != nil {
		return nil, err
	}
	if root.Raw[0] == '{' {
		s, err := decodeSLA(data, root)
		if err != nil {
			return nil, err
		}
		return []SLA{s}, nil
	}

	const path = "slas"
	list, d := make([]SLA, 0, len(root.Items)), decoder{}
	d.Each(path, root, func(path string, v jsontree.Value) {
		var s SLA
		d.sla(&s, path, v)
		list = append(list, s)
	})

	var f fault.List
	validateAll(&f, path, list)
	d.Validated(&f)
	if d.Len() == 0 {
		return list, nil
	}
	withIDs(d.Found(), path, list)
	return nil, d.Located(data, path, &root)
}

// UnmarshalJSON reads one element of [DecodeSLAs]. On an error the SLA is unchanged.
func (s *SLA) UnmarshalJSON(data []byte) error {
	root, err := jsontree.Parse(data)
	if err != nil {
		return err
	}
	decoded, err := decodeSLA(data, root)
	if err == nil {
		*s = decoded
	}
	return err
}

func decodeSLA(data []byte, root jsontree.Value) (SLA, error) {
	var s SLA
	d := decoder{}
	d.sla(&s, "", root)
	var f fault.List
	s.validate(&f, "")
	d.Validated(&f)
	if d.Len() == 0 {
		return s, nil
	}
	return SLA{}, d.Located(data, "", &root)
}

// A decoder reads SLAs.
type decoder struct{ jsontree.Decoder }

func (d *decoder) sla(s *SLA, path string, v jsontree.Value) {
	d.Object(path, v,
		jsontree.On("id", d.Text(&s.ID)),
		jsontree.On("name", d.Text(&s.Name)),
		jsontree.On("description", d.Text(&s.Description)),
		jsontree.On("tier", d.Unmarshal(&s.Tier)),
		jsontree.On("owners", d.Texts(&s.Owners)),
		jsontree.On("consumers", d.Texts(&s.Consumers)),
		jsontree.On("assets", d.Texts(&s.Assets)),
		jsontree.On("target", d.target(&s.Target)),
		jsontree.On("objectives", func(path string, v jsontree.Value) {
			d.Each(path, v, func(path string, v jsontree.Value) {
				var o Objective
				d.objective(&o, path, v)
				s.Objectives = append(s.Objectives, o)
			})
		}),
	)
}

func (d *decoder) objective(o *Objective, path string, v jsontree.Value) {
	d.Object(path, v,
		jsontree.On("name", d.Text(&o.Name)),
		jsontree.On("asset", d.Text(&o.Asset)),
		jsontree.On("target", d.target(&o.Target)),
		jsontree.On("window", d.Unmarshal(&o.Window)),
		jsontree.On("freshness", func(path string, v jsontree.Value) {
			policy, err := freshness.DecodePolicy(v.Raw)
			d.Inner(path, v, err)
			o.Freshness = policy
		}),
		jsontree.On("zero_tolerance", d.Truth(&o.ZeroTolerance)),
		jsontree.On("timeslices", func(path string, v jsontree.Value) {
			d.Object(path, v,
				jsontree.On("length", d.Duration(&o.Timeslices.Length)),
				jsontree.On("target", d.target(&o.Timeslices.Target)),
			)
		}),
		jsontree.On("no_data", d.Unmarshal(&o.NoData)),
		jsontree.On("burn", func(path string, v jsontree.Value) {
			o.Burn = []BurnRule{} // an empty list is none; nil would be the default
			d.Each(path, v, func(path string, v jsontree.Value) {
				var r BurnRule
				d.rule(&r, path, v)
				o.Burn = append(o.Burn, r)
			})
		}),
		jsontree.On("weight", jsontree.Number(&d.Decoder, &o.Weight)),
	)
}

func (d *decoder) rule(r *BurnRule, path string, v jsontree.Value) {
	d.Object(path, v,
		jsontree.On("name", d.Text(&r.Name)),
		jsontree.On("page", d.Truth(&r.Page)),
		jsontree.On("burn_rate", d.Unmarshal(&r.BurnRate)),
		jsontree.On("long", d.Duration(&r.Long)),
		jsontree.On("short", d.Duration(&r.Short)),
		jsontree.On("min_events", jsontree.Number(&d.Decoder, &r.MinEvents)),
	)
}

// target reads a target from text, or from a number as it is written: 0.9995 need not be a float to
// be exact.
func (d *decoder) target(to *Target) func(path string, v jsontree.Value) {
	return func(path string, v jsontree.Value) {
		if c := v.Raw[0]; c >= '0' && c <= '9' || c == '-' {
			v.Raw = []byte(`"` + string(v.Raw) + `"`)
		}
		d.Unmarshal(to)(path, v)
	}
}
