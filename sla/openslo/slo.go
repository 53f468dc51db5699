package openslo

import (
	"errors"
	"fmt"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/sla"
)

// bare returns the rule of a fault, without the path that its type has: the field has one already.
func bare(err error) error {
	var inner *fault.FieldError
	if errors.As(err, &inner) {
		return inner.Err
	}
	return err
}

// The ways in which OpenSLO counts.
const (
	occurrences = "Occurrences"
	timeslices  = "Timeslices"
	ratioSlices = "RatioTimeslices"
)

// A draft is an SLO that is being read: what its objectives share.
type draft struct {
	sla.SLA
	spec    node
	service string
	method  string
	window  sla.Window
	shared  indicator
	rules   []sla.BurnRule
	queries map[string]Query // by the name of the objective
}

func (r *reader) slo(d *document) {
	root := d.Root()
	meta, spec := root.Get("metadata"), root.Get("spec")
	s := &draft{spec: spec, queries: map[string]Query{}}
	s.ID, s.Name = d.name, meta.Get("displayName").Text()
	if !object(spec, "description", "service", "indicator", "indicatorRef", "timeWindow", "budgetingMethod",
		"objectives", "alertPolicies") {
		return
	}

	s.Description, s.service = spec.Get("description").Text(), spec.Get("service").Required()
	s.method = known(spec.Get("budgetingMethod"), occurrences, timeslices, ratioSlices)
	s.window = window(spec.Get("timeWindow"))
	s.shared = r.inline(spec)
	s.rules = r.alerts(spec.Get("alertPolicies"))
	r.tier(s, meta.Get("labels"))
	r.objectives(s)

	r.define(s, meta.Get("annotations"))
	r.add(meta.Get("name"), s.SLA, place)
	for name, q := range s.queries {
		r.file.Queries[s.ID+"/"+name] = q
	}
}

// tier has the caller weigh the labels. Without a caller who would, they are noted.
func (r *reader) tier(s *draft, labels node) {
	switch {
	case r.Tier != nil:
		s.Tier = r.Tier(SLO{Service: s.service, Name: s.ID, Labels: labels.Labels()})
	case labels.Is():
		labels.Note("are not read")
	}
}

func (r *reader) objectives(s *draft) {
	list := s.spec.Get("objectives")
	before, all := list.Doc.Len(), list.Items()
	if len(all) == 0 && list.Doc.Len() == before {
		list.Refuse("want at least one")
	}

	times := make(map[string]int, len(all))
	for _, n := range all {
		if at := n.Get("displayName"); at.Is() && at.Value.Raw[0] == '"' {
			times[string(at.Value.Raw)]++
		}
	}
	known := s.shared.known
	for i, n := range all {
		own := r.objective(s, n, i, times)
		known = known || own
	}
	if !known {
		s.spec.Refuse("has no indicator: want indicator or indicatorRef, here or in each objective")
	}
}

// objective reads one objective, and reports whether it has an indicator of its own.
func (r *reader) objective(s *draft, n node, i int, times map[string]int) (own bool) {
	o := sla.Objective{Name: fmt.Sprintf("objective-%d", i+1), Window: s.window, Burn: s.rules}
	if !n.Object("displayName", "op", "value", "target", "targetPercent", "timeSliceTarget", "timeSliceWindow",
		"indicator", "indicatorRef", "compositeWeight") {
		s.Objectives = append(s.Objectives, o)
		return false
	}

	name := n.Get("displayName")
	if text := name.Text(); text != "" && !strings.Contains(text, "/") && times[string(name.Value.Raw)] == 1 {
		o.Name = text
	}
	target(&o, n)
	if o.ZeroTolerance && o.Burn != nil {
		s.spec.Get("alertPolicies").Note("do not apply where there is no budget to burn")
		o.Burn = nil
	}
	if at := n.Get("compositeWeight"); at.Is() {
		at.Note("is not kept: weights here are those of a mean, and all objectives must hold")
	}

	// OpenSLO has one indicator for all objectives or one for each, never both.
	of := r.inline(n)
	if own = of.known; own && s.shared.known {
		n.Refuse("has an indicator beside that of the SLO: want one of the two")
	} else if !own {
		of = s.shared
	}
	r.measure(s, &o, n, of)
	s.Objectives = append(s.Objectives, o)
	return own
}

// measure sets what an objective is about, and keeps its query.
func (r *reader) measure(s *draft, o *sla.Objective, n node, of indicator) {
	r.about(s, o, of)
	operator(&of.query, n, of)
	s.slices(o, &of.query, n)
	if of.known && of.query.Type != ours {
		s.queries[o.Name] = of.query
	}
}

func (r *reader) about(s *draft, o *sla.Objective, of indicator) {
	o.Asset, o.Freshness = of.asset, of.policy
	if of.query.Type != ours {
		o.Asset = r.Asset(s.service, s.ID)
	}
}

// operator reads what a threshold is compared with. A ratio is compared with nothing.
func operator(q *Query, n node, of indicator) {
	switch op, value := n.Get("op"), n.Get("value"); {
	case of.threshold:
		q.Op, q.Value = known(op, "lte", "gte", "lt", "gt"), number(value)
	case of.known:
		notUsed("a ratio has no threshold", op, value)
	}
}

func notUsed(why string, list ...node) {
	for _, at := range list {
		if at.Is() {
			at.Note("is not used: %s", why)
		}
	}
}

// slices reads how an objective counts time.
func (s *draft) slices(o *sla.Objective, q *Query, n node) {
	length, share := n.Get("timeSliceWindow"), n.Get("timeSliceTarget")
	switch s.method {
	case timeslices:
		o.Timeslices = sla.Timeslices{Length: sliceLength(length)}
		o.Timeslices.Target = sliceTarget(share)
		return
	case ratioSlices:
		q.RatioOfSlices = sliceLength(length)
		length = node{Doc: n.Doc}
	}
	if s.method != "" {
		notUsed("the budgeting method is "+s.method, length, share)
	}
}

// place returns where in an SLO the fault of an SLA stands.
func place(path string) string {
	first, rest, inside := strings.Cut(path, ".")
	if inside && strings.HasPrefix(first, "objectives[") {
		field, _, _ := strings.Cut(rest, ".")
		field, _, _ = strings.Cut(field, "[")
		return objectivePlace("spec."+first, field)
	}
	switch first {
	case "id":
		return "metadata.name"
	case "name":
		return "metadata.displayName"
	case "description":
		return "spec.description"
	}
	return "metadata.annotations"
}

func objectivePlace(at, field string) string {
	switch field {
	case "name":
		return at + ".displayName"
	case "asset":
		return "spec.service"
	case "target":
		return at + ".target"
	case "window":
		return "spec.timeWindow"
	case "timeslices":
		return at + ".timeSliceWindow"
	case "burn":
		return "spec.alertPolicies"
	case "freshness":
		return "spec.indicator"
	}
	return "metadata.annotations"
}
