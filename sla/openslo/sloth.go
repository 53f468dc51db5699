package openslo

import (
	"maps"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// The words of Sloth, which are others in its form for Kubernetes.
type words struct {
	plugins, errorQuery, totalQuery, ratioQuery, page, ticket string
}

var (
	plainWords = words{
		plugins: "slo_plugins", errorQuery: "error_query", totalQuery: "total_query",
		ratioQuery: "error_ratio_query", page: "page_alert", ticket: "ticket_alert",
	}
	camelWords = words{
		plugins: "sloPlugins", errorQuery: "errorQuery", totalQuery: "totalQuery",
		ratioQuery: "errorRatioQuery", page: "pageAlert", ticket: "ticketAlert",
	}
)

// A slothFile is a document of Sloth that is being read.
type slothFile struct {
	words         // its own
	others  words // those of the other form
	service string
	labels  map[string]string
	names   map[string]bool
}

func (r *reader) sloth(d *document) {
	f := slothFile{words: plainWords, others: camelWords, names: map[string]bool{}}
	n := d.root()
	if d.kind == kindKubernetes {
		f.words, f.others = camelWords, plainWords
		n.object("apiVersion", "kind", "metadata", "spec", "status")
		if n = n.get("spec"); !n.is() {
			n.missing()
		}
	}
	if !n.object("version", "service", "labels", "slos", f.plugins) {
		return
	}

	f.service, f.labels = n.get("service").required(), n.get("labels").labels()
	if at := n.get(f.plugins); at.is() {
		at.note("are not run: they are programs of Sloth")
	}
	list := n.get("slos")
	before, all := d.Len(), list.items()
	if len(all) == 0 && d.Len() == before {
		list.refuse("want at least one")
	}
	for _, at := range all {
		r.slothSLO(&f, at)
	}
}

func (r *reader) slothSLO(f *slothFile, n node) {
	if !n.object("name", "description", "objective", "labels", "sli", "alerting", "plugins") {
		return
	}
	name := n.get("name")
	o := sla.Objective{Name: name.required(), Window: sla.Rolling(r.Period)}
	s := sla.SLA{ID: f.service + "-" + o.Name, Description: n.get("description").text()}
	if f.names[o.Name] && o.Name != "" {
		name.refuse("%s is the name of another SLO of this service", plain.Quote(o.Name))
	}
	f.names[o.Name] = true

	labels := maps.Clone(f.labels)
	maps.Copy(labels, n.get("labels").labels())
	if owner := labels["owner"]; owner != "" {
		s.Owners = []string{owner}
	}
	if r.Tier != nil {
		s.Tier = r.Tier(SLO{Service: f.service, Name: o.Name, Labels: labels})
	}
	if at := n.get("plugins"); at.is() {
		at.note("are not run: they are programs of Sloth")
	}

	o.Asset = r.Asset(f.service, o.Name)
	percentage(&o, n.get("objective"))
	q, ok := f.query(n.get("sli"))
	f.alerting(&o, n.get("alerting"))
	s.Objectives = []sla.Objective{o}
	r.add(name, s, func(path string) string { return slothPlace(n.path, path) })
	if ok {
		r.file.Queries[s.ID+"/"+o.Name] = q
	}
}

// percentage reads what must be good. All of it is zero tolerance.
func percentage(o *sla.Objective, n node) {
	if !n.is() {
		n.missing()
		return
	}
	switch text := n.number(); {
	case text == "":
	case whole(text) == "100":
		o.ZeroTolerance = true
		n.note("100 leaves no budget: it is zero tolerance here")
	default:
		o.Target = parseTarget(n, text+"%")
	}
}

// query returns where the numbers come from, and false where a plugin of Sloth would write that.
func (f *slothFile) query(n node) (q Query, ok bool) {
	q.Type = "prometheus"
	if !n.is() {
		n.missing()
		return q, false
	}
	if !n.object("events", "raw", "plugin") {
		return q, false
	}

	events, raw, plugin := n.get("events"), n.get("raw"), n.get("plugin")
	count := 0
	for _, at := range []node{events, raw, plugin} {
		if at.is() {
			count++
		}
	}
	switch {
	case count != 1:
		n.refuse("want one of events, raw and plugin")
	case events.is():
		f.events(&q, events)
	case raw.is():
		if raw.object(f.ratioQuery, f.others.ratioQuery) {
			q.BadRatio = f.promQL(raw, f.ratioQuery, f.others.ratioQuery)
		}
	default:
		plugin.note("is not run: it is a program of Sloth, which writes the query")
		return q, false
	}
	return q, true
}

// events reads both queries. Those in the words of the other form are one mistake, and one fault.
func (f *slothFile) events(q *Query, n node) {
	if !n.object(f.errorQuery, f.totalQuery, f.others.errorQuery, f.others.totalQuery) {
		return
	}
	before := n.doc.Len()
	q.Bad = f.promQL(n, f.errorQuery, f.others.errorQuery)
	if n.doc.Len() > before && n.get(f.others.totalQuery).is() {
		return
	}
	q.Total = f.promQL(n, f.totalQuery, f.others.totalQuery)
}

// promQL returns a query, which Sloth puts windows into.
func (f *slothFile) promQL(n node, name, other string) string {
	at := n.get(name)
	if !at.is() && n.get(other).is() {
		at.refuse("%s is written %s in this form", other, name)
		return ""
	}
	text := at.required()
	if text != "" && !strings.Contains(strings.ReplaceAll(text, " ", ""), "{{.window}}") {
		at.note("holds no {{.window}}: it is the same over every window")
	}
	return text
}

// alerting reads which kinds of alerts are off. The rules of Sloth are the default ones here.
func (f *slothFile) alerting(o *sla.Objective, n node) {
	if !n.object("name", "labels", "annotations", f.page, f.ticket) {
		return
	}
	noPages, noTickets := disabled(n.get(f.page)), disabled(n.get(f.ticket))
	if o.ZeroTolerance || !noPages && !noTickets {
		return
	}
	rules := []sla.BurnRule{} // none at all is no default
	for _, rule := range o.BurnRules() {
		if rule.Page && !noPages || !rule.Page && !noTickets {
			rules = append(rules, rule)
		}
	}
	o.Burn = rules
}

func disabled(n node) bool {
	return n.object("disable", "labels", "annotations") && n.get("disable").truth()
}

// slothPlace returns where in the SLO at a path the fault of its SLA stands.
func slothPlace(at, path string) string {
	for _, field := range []struct{ ours, theirs string }{
		{"id", ".name"}, {"description", ".description"}, {"owners", ".labels"},
		{"objectives[0].name", ".name"}, {"objectives[0].target", ".objective"},
		{"objectives[0].burn", ".alerting"},
	} {
		if strings.HasPrefix(path, field.ours) {
			return at + field.theirs
		}
	}
	return at
}
