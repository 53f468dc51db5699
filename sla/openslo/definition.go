package openslo

import (
	"bytes"
	"slices"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// define completes an SLO by the definition in its annotations, which has what OpenSLO has no field
// for. Where both have a field, the visible one counts, for it is the one that people change; a
// difference is noted.
func (r *reader) define(s *draft, annotations node) {
	foreignAnnotations(annotations)
	at := annotations.Get(annotation)
	if text := at.Text(); text != "" {
		s.complete(at, text)
	}
}

func foreignAnnotations(annotations node) {
	for _, m := range annotations.Value.Members {
		if m.Name != annotation {
			annotations.Get(m.Name).Note("is not read")
		}
	}
}

func (s *draft) complete(at node, text string) {
	var d sla.SLA
	if err := d.UnmarshalJSON([]byte(text)); err != nil {
		at.Note("is not read, for it is no SLA: %w", err)
		return
	}
	if d.ID != s.ID {
		at.Note("is not read, for it is that of %s", plain.Quote(d.ID))
		return
	}

	s.Tier, s.Owners, s.Consumers, s.Assets, s.Target = d.Tier, d.Owners, d.Consumers, d.Assets, d.Target
	for _, field := range []struct {
		name, visible, defined string
	}{
		{"name", s.Name, d.Name}, {"description", s.Description, d.Description},
	} {
		if field.visible != field.defined {
			at.Note("has another %s, which does not count", field.name)
		}
	}
	for i := range s.Objectives {
		s.completeObjective(at, i, d.Objectives)
	}
	for _, o := range d.Objectives {
		if !slices.ContainsFunc(s.Objectives, func(v sla.Objective) bool { return v.Name == o.Name }) {
			at.Note("has an objective %s, which does not count", plain.Quote(o.Name))
		}
	}
}

// completeObjective completes the objective i by that of its name.
func (s *draft) completeObjective(at node, i int, list []sla.Objective) {
	o := &s.Objectives[i]
	j := slices.IndexFunc(list, func(d sla.Objective) bool { return d.Name == o.Name })
	if j < 0 {
		at.Note("has no objective %s", plain.Quote(o.Name))
		return
	}
	d := list[j]
	if field := difference(o, &d); field != "" {
		at.Note("has another %s of %s, which does not count", field, plain.Quote(o.Name))
	}

	whole := *o
	whole.NoData, whole.Weight = d.NoData, d.Weight
	if o.Burn == nil {
		whole.Burn = d.Burn
	} else if !slices.Equal(o.Burn, d.Burn) {
		at.Note("has other burn rules of %s, which do not count", plain.Quote(o.Name))
	}
	alone := sla.SLA{ID: s.ID, Target: s.Target, Objectives: []sla.Objective{whole}}
	before := sla.SLA{ID: s.ID, Target: s.Target, Objectives: []sla.Objective{*o}}
	if alone.Validate() != nil && before.Validate() == nil {
		at.Note("does not fit %s as it is visible", plain.Quote(o.Name))
		return
	}
	*o = whole
}

// difference returns the first field that OpenSLO has and that differs.
func difference(o, d *sla.Objective) string {
	switch {
	case o.Target != d.Target || o.ZeroTolerance != d.ZeroTolerance:
		return "target"
	case !o.Window.Equal(d.Window):
		return "window"
	case o.Timeslices != d.Timeslices:
		return "timeslices"
	case o.Asset != d.Asset:
		return "asset"
	case !bytes.Equal(encoded(o.Freshness), encoded(d.Freshness)):
		return "freshness"
	}
	return ""
}

func encoded(p freshness.Policy) []byte {
	if p == nil {
		return nil
	}
	data, _ := freshness.EncodePolicy(p) // both were decoded: there is a form
	return data
}
