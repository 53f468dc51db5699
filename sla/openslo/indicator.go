package openslo

import (
	"encoding/json"
	"slices"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// ours is the type of a metric source whose spec is an asset, and a policy of package freshness.
const ours = "alwaysp1"

// An indicator is what an SLI of OpenSLO measures.
type indicator struct {
	known     bool // it was there, whatever is wrong with it
	query     Query
	threshold bool
	asset     string           // of a source that is ours
	policy    freshness.Policy // of such a source
}

// inline returns the indicator that stands in n, as "indicator" or by its name as "indicatorRef".
func (r *reader) inline(n node) indicator {
	in, ref := n.get("indicator"), n.get("indicatorRef")
	switch {
	case in.is() && ref.is():
		n.refuse("has an indicator and an indicatorRef: want one of the two")
		return indicator{known: true}
	case in.is():
		if in.object("metadata", "spec") && in.get("metadata").is() {
			metadata(in.get("metadata"))
			unread(in.get("metadata"))
		}
		return r.indicator(in.get("spec"))
	case !ref.is():
		return indicator{}
	}

	name := ref.text()
	found, ok := r.indicators[name]
	if !ok {
		ref.refuse("there is no SLI that is named %s", plain.Quote(name))
	}
	found.known = true
	return found
}

// indicator returns what the spec of an SLI measures.
func (r *reader) indicator(spec node) indicator {
	i := indicator{known: true}
	if !spec.is() {
		spec.missing()
		return i
	}
	if !spec.object("description", "ratioMetric", "thresholdMetric") {
		return i
	}

	ratio, threshold := spec.get("ratioMetric"), spec.get("thresholdMetric")
	if ratio.is() == threshold.is() {
		spec.refuse("want one of ratioMetric and thresholdMetric")
		return i
	}
	if ratio.is() {
		r.ratio(&i, ratio)
		return i
	}
	i.threshold = true
	i.query.Threshold = r.metric(&i, threshold, "threshold")
	return i
}

func (r *reader) ratio(i *indicator, n node) {
	if !n.object("counter", "good", "bad", "total", "raw", "rawType") {
		return
	}
	i.query.Counter = n.get("counter").truth()
	good, bad, total, raw := n.get("good"), n.get("bad"), n.get("total"), n.get("raw")
	if raw.is() {
		if good.is() || bad.is() || total.is() {
			n.refuse("has raw beside good, bad or total: raw is a ratio already")
		}
		r.raw(i, raw, n.get("rawType"))
		return
	}

	i.query.Good, i.query.Bad = r.metric(i, good, "good"), r.metric(i, bad, "bad")
	i.query.Total = r.metric(i, total, "total")
	if !total.is() {
		total.missing()
	} else if !good.is() && !bad.is() && i.asset == "" {
		n.refuse("has neither good nor bad")
	}
}

func (r *reader) raw(i *indicator, n, kind node) {
	text := r.metric(i, n, "ratio")
	switch known(kind, "success", "failure") {
	case "success":
		i.query.GoodRatio = text
	case "failure":
		i.query.BadRatio = text
	}
}

// metric returns the query of a metric, and keeps the spec of its source.
func (r *reader) metric(i *indicator, n node, role string) string {
	if !n.object("metricSource") {
		return ""
	}
	source := n.get("metricSource")
	if !source.is() {
		source.missing()
		return ""
	}
	if !source.object("type", "metricSourceRef", "spec") {
		return ""
	}

	kind, spec := r.sourceType(source), source.get("spec")
	if i.query.Type != "" && kind != "" && kind != i.query.Type {
		source.get("type").note("%s is another source than %s", plain.Quote(kind), plain.Quote(i.query.Type))
	} else if kind != "" {
		i.query.Type = kind
	}
	if kind == ours && role == "total" {
		promised(i, spec)
	}
	if !spec.is() {
		return ""
	}
	if i.query.Source == nil {
		i.query.Source = map[string]json.RawMessage{}
	}
	i.query.Source[role] = slices.Clone(spec.v.Raw)
	return queryText(spec)
}

// queryText returns the query of a spec if it is one text. Specs of other shapes are in
// Query.Source alone.
func queryText(spec node) string {
	if at := spec.get("query"); at.is() && at.v.Raw[0] == '"' {
		return at.text()
	}
	return ""
}

// sourceType returns the type of a source, which may be that of a DataSource.
func (r *reader) sourceType(n node) string {
	if ref := n.get("metricSourceRef"); ref.is() {
		d := r.byName[[2]string{kindSource, ref.text()}]
		if d == nil {
			ref.note("there is no DataSource that is named %s", plain.Quote(ref.text()))
		} else if at := d.root().get("spec").get("type"); !n.get("type").is() && at.is() {
			return at.scalar()
		}
	}
	return n.get("type").text()
}

// promised reads what is ours: the asset, and its policy.
func promised(i *indicator, spec node) {
	if !spec.is() {
		spec.missing()
		return
	}
	if !spec.object("asset", "freshness") {
		return
	}
	i.asset = spec.get("asset").required()
	if at := spec.get("freshness"); at.is() {
		policy, err := freshness.DecodePolicy(at.v.Raw)
		at.doc.Inner(at.path, at.v, err)
		i.policy = policy
	}
}
