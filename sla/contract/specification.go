package contract

import (
	"github.com/alwaysp1/alwaysp1/internal/foreign"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// specification reads a contract of the Data Contract Specification.
func (r *reader) specification(root foreign.Node) {
	info, s := root.Get("info"), &r.file.SLA
	s.Name, s.Description = info.Get("title").Text(), info.Get("description").Text()
	if owner := info.Get("owner").Text(); owner != "" {
		s.Owners = []string{owner}
	}
	for _, m := range root.Get("models").Value.Members {
		r.objects = append(r.objects, m.Name)
	}

	levels := root.Get("servicelevels")
	if !levels.Object("availability", "retention", "latency", "freshness", "frequency", "support", "backup") {
		return
	}
	r.level(levels.Get("availability"), "availability", "percentage", "")
	r.level(levels.Get("latency"), "latency", "threshold", "processedTimestampField", "sourceTimestampField")
	r.level(levels.Get("freshness"), "freshness", "threshold", "timestampField")
	r.frequency(levels.Get("frequency"))
	for _, name := range []string{"retention", "support", "backup"} {
		if at := levels.Get(name); at.Is() {
			at.Note("is no promise that can be measured here")
		}
	}
}

// level reads one service level, whose value and element stand in fields of its own.
func (r *reader) level(n foreign.Node, name, value, element string, unread ...string) {
	if !n.Object(append(unread, "description", value, element)...) {
		return
	}
	for _, field := range unread {
		if at := n.Get(field); at.Is() {
			at.Note("is not read: an age is that of the newest data")
		}
	}
	p := promise{at: n.Path, name: name, tier: sla.Primary}
	if r.asProperty(&p, n.Get(value)) {
		r.add(p, n.Get(element), false)
	}
}

// asProperty measures a level as the property of its name.
func (r *reader) asProperty(p *promise, value foreign.Node) bool {
	word := foreign.Node{Doc: r.doc, Path: p.at}
	word.Value.Raw = []byte(`"` + p.name + `"`)
	return r.measured(p, word, value, foreign.Node{Doc: r.doc, Path: p.at})
}

// frequency reads how often something lands. A cron is when a load begins.
func (r *reader) frequency(n foreign.Node) {
	if !n.Object("description", "type", "interval", "cron") {
		return
	}
	if at := n.Get("cron"); at.Is() {
		at.Note("is not read: it is when a load begins, and no deadline")
	}
	interval := n.Get("interval")
	if kind := n.Get("type"); !interval.Is() && kind.Is() {
		kind.Note("%s has no interval", plain.Quote(kind.Text()))
		return
	}
	p := promise{at: n.Path, name: "frequency", tier: sla.Primary}
	if r.asProperty(&p, interval) {
		r.add(p, foreign.Node{Doc: r.doc, Path: n.Path}, false)
	}
}
