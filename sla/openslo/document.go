package openslo

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/foreign"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A node is one value of a document.
type node = foreign.Node

// A document is one of a file, and what is wrong with it.
type document struct {
	*foreign.Document
	kind string
	name string
}

// The kinds of documents. Those of Sloth are not OpenSLO's: they have no name there.
const (
	kindSLO        = "SLO"
	kindSLI        = "SLI"
	kindPolicy     = "AlertPolicy"
	kindCondition  = "AlertCondition"
	kindSource     = "DataSource"
	kindService    = "Service"
	kindTarget     = "AlertNotificationTarget"
	kindSloth      = "prometheus/v1"
	kindKubernetes = "PrometheusServiceLevel"
)

// open parses a document and finds out what it is. A document without a kind is not read further.
func open(data json.RawMessage) *document {
	d := &document{Document: foreign.Open(data)}
	if root := d.Root(); root.Is() {
		d.identify(root)
	}
	return d
}

func (d *document) identify(root node) {
	if root.Value.Raw[0] != '{' {
		d.Want("", root.Value, "an object")
		return
	}
	if version := root.Get("version"); version.Is() && !root.Get("apiVersion").Is() {
		d.kind = known(version, kindSloth)
		return
	}

	api := root.Get("apiVersion")
	switch text := api.Required(); text {
	case "":
	case "openslo/v1":
		d.kind = known(root.Get("kind"), kindSLO, kindSLI, kindPolicy, kindCondition,
			kindSource, kindService, kindTarget)
	case "sloth.slok.dev/v1":
		d.kind = known(root.Get("kind"), kindKubernetes)
	default:
		api.Refuse("%s is not read: want openslo/v1 or sloth.slok.dev/v1", plain.Quote(text))
	}
}

// known returns the text of a node if it is among the choices.
func known(n node, choices ...string) string {
	before, text := n.Doc.Len(), n.Text()
	for _, choice := range choices {
		if text == choice {
			return text
		}
	}
	if n.Is() && n.Doc.Len() == before {
		n.Refuse("%s is not read: want %s", plain.Quote(text), plain.Names(choices, ", "))
	} else if !n.Is() && n.Doc.Len() == before {
		n.Missing()
	}
	return ""
}

// object notes what the head of an OpenSLO document holds beside its name, and returns that name.
func (d *document) object() string {
	root := d.Root()
	root.Object("apiVersion", "kind", "metadata", "spec")
	return metadata(root.Get("metadata"))
}

// metadata returns the name in the metadata of an object.
func metadata(n node) string {
	if !n.Is() {
		n.Missing()
		return ""
	}
	if !n.Object("name", "displayName", "labels", "annotations") {
		return ""
	}
	return n.Get("name").Required()
}

// unread notes the labels and annotations that mean nothing here.
func unread(meta node) {
	for _, name := range []string{"labels", "annotations"} {
		if at := meta.Get(name); at.Is() {
			at.Note("are not read")
		}
	}
}

// A reader reads the documents of one file.
type reader struct {
	Options
	docs       []*document
	file       File
	byName     map[[2]string]*document // by kind and name
	ids        map[string]bool
	indicators map[string]indicator
	conditions map[string]sla.BurnRule
	policies   map[string][]sla.BurnRule
}

func (r *reader) read() {
	r.name()
	for _, d := range r.docs {
		switch d.kind {
		case kindCondition:
			r.conditions[d.name] = r.condition(d.name, d.Root().Get("spec"))
		case kindSLI:
			r.indicators[d.name] = r.indicator(d.Root().Get("spec"))
		}
	}
	for _, d := range r.docs {
		if d.kind == kindPolicy {
			r.policies[d.name] = r.policy(d.Root().Get("spec"))
		}
	}

	for _, d := range r.docs {
		switch d.kind {
		case kindSLO:
			r.slo(d)
		case kindSloth, kindKubernetes:
			r.sloth(d)
		case kindService, kindSource, kindTarget:
			d.Root().Get("kind").Note("%s is not read: it promises nothing", d.kind)
		}
	}
}

// name reads the names by which documents refer to each other.
func (r *reader) name() {
	for _, d := range r.docs {
		if d.kind == "" || d.kind == kindSloth || d.kind == kindKubernetes {
			continue
		}
		d.name = d.object()
		if d.kind != kindSLO {
			unread(d.Root().Get("metadata"))
		}
		key := [2]string{d.kind, d.name}
		if r.byName[key] != nil && d.name != "" {
			at := d.Root().Get("metadata").Get("name")
			at.Refuse("%s is the name of another %s", plain.Quote(d.name), d.kind)
			continue
		}
		r.byName[key] = d
	}
}

// add keeps an SLA whose ID is new and which is valid. place returns where a fault of the SLA
// stands in its document.
func (r *reader) add(id node, s sla.SLA, place func(path string) string) {
	if r.ids[s.ID] && s.ID != "" && !id.Doc.Has(id.Path) {
		id.Refuse("makes %s, which is the ID of another SLA", plain.Quote(s.ID))
	}
	r.ids[s.ID] = true

	var all, placed fault.List
	all.Below("", s.Validate())
	for _, f := range all.Found() {
		// What must be there has been asked for: what is missing now could not be read, perhaps in
		// another document.
		if f.Err.Error() != "is missing" || !r.faulty() {
			placed.Add(place(f.Path), "%w", f.Err)
		}
	}
	id.Doc.Validated(&placed)
	r.file.SLAs = append(r.file.SLAs, s)
}

func (r *reader) faulty() bool {
	return slices.ContainsFunc(r.docs, func(d *document) bool { return d.Len() > 0 })
}

// done returns the file, or its notes and all faults. Where there are several documents, each fault
// has the number of its own, for lines are counted in each.
func (r *reader) done() (File, error) {
	var faults, notes fault.List
	for i, d := range r.docs {
		wrong, noted := d.Locate()
		for _, f := range wrong {
			faults.Put(r.numbered(i, f))
		}
		for _, f := range noted {
			notes.Put(r.numbered(i, f))
		}
	}
	if err := faults.Err(); err != nil {
		return File{Notes: notes.All()}, err
	}
	r.file.Notes = notes.All()
	return r.file, nil
}

func (r *reader) numbered(i int, f *fault.FieldError) *fault.FieldError {
	if len(r.docs) == 1 {
		return f
	}
	moved := *f
	moved.Err = fmt.Errorf("document %d: %w", i+1, f.Err)
	return &moved
}
