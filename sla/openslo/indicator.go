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
	in, ref := n.Get("indicator"), n.Get("indicatorRef")
	if in.Is() && ref.Is() {
		n.Refuse("has an indicator and an indicatorRef: want one of the two")
		return indicator{known: true}
	}
	return r.either(in, ref)
}

func (r *reader) either(in, ref node) indicator {
	if ref.Is() {
		return r.referred(ref)
	}
	return r.standing(in)
}

func (r *reader) standing(in node) indicator {
	if !in.Is() {
		return indicator{}
	}
	indicatorHead(in)
	return r.indicator(in.Get("spec"))
}

func indicatorHead(in node) {
	if in.Object("metadata", "spec") && in.Get("metadata").Is() {
		metadata(in.Get("metadata"))
		unread(in.Get("metadata"))
	}
}

func (r *reader) referred(ref node) indicator {
	found, ok := r.indicators[ref.Text()]
	if !ok {
		ref.Refuse("there is no SLI that is named %s", plain.Quote(ref.Text()))
	}
	found.known = true
	return found
}

// indicator returns what the spec of an SLI measures.
func (r *reader) indicator(spec node) indicator {
	i := indicator{known: true}
	if object(spec, "description", "ratioMetric", "thresholdMetric") {
		r.measured(&i, spec)
	}
	return i
}

func (r *reader) measured(i *indicator, spec node) {
	switch ratio, threshold := spec.Get("ratioMetric"), spec.Get("thresholdMetric"); {
	case ratio.Is() == threshold.Is():
		spec.Refuse("want one of ratioMetric and thresholdMetric")
	case ratio.Is():
		r.ratio(i, ratio)
	default:
		i.threshold = true
		i.query.Threshold = r.metric(i, threshold, "threshold")
	}
}

func (r *reader) ratio(i *indicator, n node) {
	if !n.Object("counter", "good", "bad", "total", "raw", "rawType") {
		return
	}
	i.query.Counter = n.Get("counter").Truth()
	good, bad, total, raw := n.Get("good"), n.Get("bad"), n.Get("total"), n.Get("raw")
	if raw.Is() {
		if good.Is() || bad.Is() || total.Is() {
			n.Refuse("has raw beside good, bad or total: raw is a ratio already")
		}
		r.raw(i, raw, n.Get("rawType"))
		return
	}

	i.query.Good, i.query.Bad = r.metric(i, good, "good"), r.metric(i, bad, "bad")
	i.query.Total = r.metric(i, total, "total")
	if !total.Is() {
		total.Missing()
	} else if !good.Is() && !bad.Is() && i.asset == "" {
		n.Refuse("has neither good nor bad")
	}
}

func (r *reader) raw(i *indicator, n, kind node) {
	switch text := r.metric(i, n, "ratio"); known(kind, "success", "failure") {
	case "success":
		i.query.GoodRatio = text
	case "failure":
		i.query.BadRatio = text
	}
}

// metric returns the query of a metric, and keeps the spec of its source.
func (r *reader) metric(i *indicator, n node, role string) string {
	if !n.Object("metricSource") {
		return ""
	}
	source := n.Get("metricSource")
	if !object(source, "type", "metricSourceRef", "spec") {
		return ""
	}

	kind, spec := r.sourceType(source), source.Get("spec")
	// A query has one source: parts of two sources are noted, and the first keeps its name.
	if i.query.Type != "" && kind != "" && kind != i.query.Type {
		source.Get("type").Note("%s is another source than %s", plain.Quote(kind), plain.Quote(i.query.Type))
	} else if kind != "" {
		i.query.Type = kind
	}
	if kind == ours && role == "total" {
		promised(i, spec)
	}
	if !spec.Is() {
		return ""
	}
	if i.query.Source == nil {
		i.query.Source = map[string]json.RawMessage{}
	}
	i.query.Source[role] = slices.Clone(spec.Value.Raw)
	return queryText(spec)
}

// queryText returns the query of a spec if it is one text. Specs of other shapes are in
// Query.Source alone.
func queryText(spec node) string {
	if at := spec.Get("query"); at.Is() && at.Value.Raw[0] == '"' {
		return at.Text()
	}
	return ""
}

// sourceType returns the type of a source, which may be that of a DataSource.
func (r *reader) sourceType(n node) string {
	if ref := n.Get("metricSourceRef"); ref.Is() {
		d := r.byName[[2]string{kindSource, ref.Text()}]
		if d == nil {
			ref.Note("there is no DataSource that is named %s", plain.Quote(ref.Text()))
		} else if at := d.Root().Get("spec").Get("type"); !n.Get("type").Is() && at.Is() {
			return at.Scalar()
		}
	}
	return n.Get("type").Text()
}

// promised reads what is ours: the asset, and its policy.
func promised(i *indicator, spec node) {
	if object(spec, "asset", "freshness") {
		i.asset = spec.Get("asset").Required()
		i.policy = policyOf(spec.Get("freshness"))
	}
}

func policyOf(n node) freshness.Policy {
	if !n.Is() {
		return nil
	}
	policy, err := freshness.DecodePolicy(n.Value.Raw)
	n.Doc.Inner(n.Path, n.Value, err)
	return policy
}
