package contract

import (
	"github.com/alwaysp1/alwaysp1/internal/foreign"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// specification reads a contract of the Data Contract Specification.
func (r *reader) specification(root foreign.Node) {
	r.info(root.Get("info"))
	for _, m := range root.Get("models").Value.Members {
		r.objects = append(r.objects, m.Name)
	}
	r.levels(root.Get("servicelevels"))
}

func (r *reader) info(n foreign.Node) {
	s := &r.file.SLA
	s.Name, s.Description = n.Get("title").Text(), n.Get("description").Text()
	if owner := n.Get("owner").Text(); owner != "" {
		s.Owners = []string{owner}
	}
}

func (r *reader) levels(n foreign.Node) {
	if n.Object("availability", "retention", "latency", "freshness", "frequency", "support", "backup") {
		r.eachLevel(n)
	}
}

func (r *reader) eachLevel(n foreign.Node) {
	r.level(n.Get("availability"), "availability", "percentage", "")
	r.level(n.Get("latency"), "latency", "threshold", "processedTimestampField", "sourceTimestampField")
	r.level(n.Get("freshness"), "freshness", "threshold", "timestampField")
	r.frequency(n.Get("frequency"))
	noteEach(n, "is no promise that can be measured here", "retention", "support", "backup")
}

// noteEach notes why members are not read, where they are there.
func noteEach(n foreign.Node, why string, names ...string) {
	for _, name := range names {
		if at := n.Get(name); at.Is() {
			at.Note("%s", why)
		}
	}
}

// level reads one service level, whose value and element stand in fields of its own.
func (r *reader) level(n foreign.Node, name, value, element string, unread ...string) {
	if !n.Object(append(unread, "description", value, element)...) {
		return
	}
	noteEach(n, "is not read: an age is that of the newest data", unread...)
	r.addLevel(n.Path, name, n.Get(value), n.Get(element))
}

func (r *reader) addLevel(at, name string, value, element foreign.Node) {
	p := promise{at: at, name: name, tier: sla.Primary}
	if r.asProperty(&p, value) {
		r.add(p, element, false)
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
	noteEach(n, "is not read: it is when a load begins, and no deadline", "cron")
	interval := n.Get("interval")
	if kind := n.Get("type"); !interval.Is() && kind.Is() {
		kind.Note("%s has no interval", plain.Quote(kind.Text()))
		return
	}
	r.addLevel(n.Path, "frequency", interval, foreign.Node{Doc: r.doc, Path: n.Path})
}
