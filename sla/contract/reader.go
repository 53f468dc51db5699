package contract

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/foreign"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A reader reads one contract.
type reader struct {
	Options
	doc     *foreign.Document
	file    File
	objects []string // of the schema
	element string   // of properties without one
	tiers   []sla.Tier
	places  []string // of each objective: the path of its property
	names   map[string]int
}

func newReader(o Options, document json.RawMessage) *reader {
	r := &reader{Options: o, doc: foreign.Open(document), names: map[string]int{}}
	r.file.Columns = map[string]string{}
	return r
}

func (r *reader) read() (File, error) {
	if root := r.doc.Root(); root.Value.Raw != nil {
		r.contract(root)
	}
	wrong, notes := r.doc.Locate()
	if len(wrong) == 0 {
		r.file.Notes = notes
		return r.file, nil
	}
	var faults fault.List
	for _, f := range wrong {
		faults.Put(f)
	}
	return File{Notes: notes}, faults.Err()
}

func (r *reader) contract(root foreign.Node) {
	s := &r.file.SLA
	if root.Value.Raw[0] != '{' {
		r.doc.Want("", root.Value, "an object")
		return
	}
	r.doc.Repeated("", root.Value)
	s.ID = root.Get("id").Required()
	if version := root.Get("dataContractSpecification"); version.Is() {
		r.specification(root)
	} else if !r.standard(root) {
		return
	}

	if len(r.tiers) > 0 {
		s.Tier = slices.Min(r.tiers)
	}
	var all, placed fault.List
	all.Below("", s.Validate())
	for _, f := range all.Found() {
		if f.Err.Error() != "is missing" || r.doc.Len() == 0 {
			placed.Add(r.place(f.Path), "%w", f.Err)
		}
	}
	r.doc.Validated(&placed)
}

// standard reads a contract of the Open Data Contract Standard, and reports whether it is one.
func (r *reader) standard(root foreign.Node) bool {
	version := root.Get("apiVersion")
	switch text := version.Required(); {
	case text == "":
		return false
	case !strings.HasPrefix(text, "v3."):
		version.Refuse("%s is not read: want v3, or a dataContractSpecification", plain.Quote(text))
		return false
	}
	if kind := root.Get("kind"); kind.Required() != "DataContract" && kind.Text() != "" {
		kind.Refuse("%s is not read: want DataContract", plain.Quote(kind.Text()))
	}

	s := &r.file.SLA
	s.Name = root.Get("name").Text()
	s.Description = join(root.Get("dataProduct").Text(), root.Get("description").Get("purpose").Text())
	s.Owners = owners(root.Get("team"))
	for _, n := range root.Get("schema").Items() {
		r.objects = append(r.objects, n.Get("name").Text())
	}
	r.element = root.Get("slaDefaultElement").Text()
	for _, n := range root.Get("slaProperties").Items() {
		r.property(n)
	}
	return true
}

// join returns the texts that are not empty, one a line.
func join(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), "\n")
}

// owners returns the names of a team: a list in version 3.0, an object with one since 3.1.
func owners(team foreign.Node) (list []string) {
	for _, n := range members(team).Items() {
		if name := n.Get("username").Text(); name != "" && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

func members(team foreign.Node) foreign.Node {
	if team.Is() && team.Value.Raw[0] == '{' {
		return team.Get("members")
	}
	return team
}

// place returns where in the contract a fault of the SLA stands.
func (r *reader) place(path string) string {
	for i, at := range r.places {
		if fault.Within(fault.Element("objectives", i), path) {
			return at
		}
	}
	field, _, _ := strings.Cut(path, "[")
	if field == "owners" {
		return "team"
	}
	return field
}

// A promise is a property that has been understood.
type promise struct {
	at        string // the path of the property
	name      string
	tier      sla.Tier
	objective sla.Objective
}

// property reads one property of the standard.
func (r *reader) property(n foreign.Node) {
	if !n.Object("id", "property", "value", "valueExt", "unit", "element", "driver", "description",
		"scheduler", "schedule", "column") {
		return
	}
	if at := n.Get("column"); at.Is() {
		at.Refuse("is of version 2: want element")
	}
	noteEach(n, "is not read: no standard says what it extends", "valueExt")
	r.scheduled(n)

	p := promise{at: n.Path, name: n.Get("id").Text()}
	word := n.Get("property")
	if text := word.Required(); p.name == "" {
		p.name = text
	}
	p.tier = r.tier(n.Get("driver"))
	unit := n.Get("unit")
	unit.Text() // which refuses what is none, once
	if !r.measured(&p, word, n.Get("value"), unit) {
		return
	}
	r.add(p, n.Get("element"), true)
}

// scheduled notes when a check runs, once.
func (r *reader) scheduled(n foreign.Node) {
	at := n.Get("schedule")
	if !at.Is() {
		at = n.Get("scheduler")
	}
	if at.Is() {
		at.Note("is not read: it is about when a check runs")
	}
}

func (r *reader) tier(driver foreign.Node) sla.Tier {
	text := driver.Text()
	tier, ok := r.Tiers[strings.ToLower(text)]
	if !ok && text != "" {
		driver.Note("%s has no tier: it is primary here", plain.Quote(text))
		return sla.Primary
	}
	return tier
}

// add adds an objective for each element of a promise.
func (r *reader) add(p promise, element foreign.Node, noted bool) {
	text := element.Text()
	if text == "" {
		text = r.element
	}
	if text == "" {
		object := r.only()
		if object == "" {
			object = r.file.SLA.Title()
			if noted {
				element.Note("is missing: the asset is the contract")
			}
		}
		r.addOne(p, p.name, object, "")
		return
	}

	list := strings.Split(text, ",")
	times := map[string]int{}
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
		object, _ := r.split(list[i])
		times[object]++
	}
	for _, one := range list {
		object, column := r.split(one)
		name := p.name
		switch {
		case times[object] > 1:
			name += " " + one
		case len(list) > 1:
			name += " " + object
		}
		r.addOne(p, name, object, column)
	}
}

// only returns the object of a schema that has one.
func (r *reader) only() string {
	if len(r.objects) == 1 {
		return r.objects[0]
	}
	return ""
}

// split returns the object and the column of an element. An object of the schema may have dots.
func (r *reader) split(element string) (object, column string) {
	for _, name := range r.objects {
		if rest, ok := strings.CutPrefix(element, name); ok && name != "" && len(name) > len(object) {
			if rest == "" || rest[0] == '.' {
				object, column = name, strings.TrimPrefix(rest, ".")
			}
		}
	}
	if object != "" {
		return object, column
	}
	object, column, _ = strings.Cut(element, ".")
	return object, column
}

// addOne adds an objective. A second one of its name has a number behind it.
func (r *reader) addOne(p promise, name, object, column string) {
	r.names[name]++
	if n := r.names[name]; n > 1 {
		name = fmt.Sprintf("%s %d", name, n)
	}
	o := p.objective
	o.Name, o.Asset, o.Window = name, r.Asset(object), r.Window
	if o.Target.IsZero() && !o.ZeroTolerance {
		if o.Target = r.Target; o.Target.IsZero() {
			r.doc.Add(p.at, "does not say how often: set Options.Target")
		}
	}
	if o.Window.IsZero() {
		r.doc.Add(p.at, "has no window: set Options.Window")
	}
	if column != "" {
		r.file.Columns[name] = column
	}
	r.file.SLA.Objectives = append(r.file.SLA.Objectives, o)
	r.tiers, r.places = append(r.tiers, p.tier), append(r.places, p.at)
}
