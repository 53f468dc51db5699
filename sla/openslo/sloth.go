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
	n := d.Root()
	if d.kind == kindKubernetes {
		f.words, f.others = camelWords, plainWords
		n.Object("apiVersion", "kind", "metadata", "spec", "status")
		if n = n.Get("spec"); !n.Is() {
			n.Missing()
		}
	}
	if !n.Object("version", "service", "labels", "slos", f.plugins) {
		return
	}

	f.service, f.labels = n.Get("service").Required(), n.Get("labels").Labels()
	if at := n.Get(f.plugins); at.Is() {
		at.Note("are not run: they are programs of Sloth")
	}
	list := n.Get("slos")
	before, all := d.Len(), list.Items()
	if len(all) == 0 && d.Len() == before {
		list.Refuse("want at least one")
	}
	for _, at := range all {
		r.slothSLO(&f, at)
	}
}

func (r *reader) slothSLO(f *slothFile, n node) {
	if !n.Object("name", "description", "objective", "labels", "sli", "alerting", "plugins") {
		return
	}
	name := n.Get("name")
	o := sla.Objective{Name: name.Required(), Window: sla.Rolling(r.Period)}
	s := sla.SLA{ID: f.service + "-" + o.Name, Description: n.Get("description").Text()}
	if f.names[o.Name] && o.Name != "" {
		name.Refuse("%s is the name of another SLO of this service", plain.Quote(o.Name))
	}
	f.names[o.Name] = true

	labels := maps.Clone(f.labels)
	maps.Copy(labels, n.Get("labels").Labels())
	if owner := labels["owner"]; owner != "" {
		s.Owners = []string{owner}
	}
	if r.Tier != nil {
		s.Tier = r.Tier(SLO{Service: f.service, Name: o.Name, Labels: labels})
	}
	if at := n.Get("plugins"); at.Is() {
		at.Note("are not run: they are programs of Sloth")
	}

	o.Asset = r.Asset(f.service, o.Name)
	percentage(&o, n.Get("objective"))
	q, ok := f.query(n.Get("sli"))
	f.alerting(&o, n.Get("alerting"))
	s.Objectives = []sla.Objective{o}
	r.add(name, s, func(path string) string { return slothPlace(n.Path, path) })
	if ok {
		r.file.Queries[s.ID+"/"+o.Name] = q
	}
}

// percentage reads what must be good. All of it is zero tolerance.
func percentage(o *sla.Objective, n node) {
	text := number(n)
	if o.ZeroTolerance = whole(text) == "100"; o.ZeroTolerance {
		n.Note("100 leaves no budget: it is zero tolerance here")
	} else if text != "" {
		o.Target = parseTarget(n, text+"%")
	}
}

// query returns where the numbers come from, and false where a plugin of Sloth would write that.
func (f *slothFile) query(n node) (q Query, ok bool) {
	q.Type = "prometheus"
	if object(n, "events", "raw", "plugin") {
		ok = f.indicator(&q, n)
	}
	return q, ok
}

func (f *slothFile) indicator(q *Query, n node) bool {
	switch events, raw, plugin := n.Get("events"), n.Get("raw"), n.Get("plugin"); {
	case count(events, raw, plugin) != 1:
		n.Refuse("want one of events, raw and plugin")
	case events.Is():
		f.events(q, events)
	case raw.Is():
		f.ratio(q, raw)
	default:
		plugin.Note("is not run: it is a program of Sloth, which writes the query")
		return false
	}
	return true
}

// count returns how many of the nodes are there.
func count(list ...node) (there int) {
	for _, n := range list {
		if n.Is() {
			there++
		}
	}
	return there
}

func (f *slothFile) ratio(q *Query, n node) {
	if n.Object(f.ratioQuery, f.others.ratioQuery) {
		q.BadRatio = f.promQL(n, f.ratioQuery, f.others.ratioQuery)
	}
}

// events reads both queries. Those in the words of the other form are one mistake, and one fault.
func (f *slothFile) events(q *Query, n node) {
	if !n.Object(f.errorQuery, f.totalQuery, f.others.errorQuery, f.others.totalQuery) {
		return
	}
	before := n.Doc.Len()
	q.Bad = f.promQL(n, f.errorQuery, f.others.errorQuery)
	if n.Doc.Len() > before && n.Get(f.others.totalQuery).Is() {
		return
	}
	q.Total = f.promQL(n, f.totalQuery, f.others.totalQuery)
}

// promQL returns a query, which Sloth puts windows into.
func (f *slothFile) promQL(n node, name, other string) string {
	at := n.Get(name)
	if !at.Is() && n.Get(other).Is() {
		at.Refuse("%s is written %s in this form", other, name)
		return ""
	}
	text := at.Required()
	if text != "" && !strings.Contains(strings.ReplaceAll(text, " ", ""), "{{.window}}") {
		at.Note("holds no {{.window}}: it is the same over every window")
	}
	return text
}

// alerting reads which kinds of alerts are off. The rules of Sloth are the default ones here.
func (f *slothFile) alerting(o *sla.Objective, n node) {
	if !n.Object("name", "labels", "annotations", f.page, f.ticket) {
		return
	}
	noPages, noTickets := disabled(n.Get(f.page)), disabled(n.Get(f.ticket))
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
	return n.Object("disable", "labels", "annotations") && n.Get("disable").Truth()
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
