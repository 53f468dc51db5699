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
	d.kind = kindOf(root.Get("version"), root.Get("apiVersion"), root.Get("kind"))
}

func kindOf(version, api, kind node) string {
	if version.Is() && !api.Is() {
		return known(version, kindSloth)
	}
	return kindIn(api, kind)
}

func kindIn(api, kind node) string {
	if choices := kindsOf(api); choices != nil {
		return known(kind, choices...)
	}
	return ""
}

// kinds has those that are read of each apiVersion.
var kinds = map[string][]string{
	"openslo/v1": {
		kindSLO, kindSLI, kindPolicy, kindCondition, kindSource, kindService, kindTarget,
	},
	"sloth.slok.dev/v1": {kindKubernetes},
}

func kindsOf(api node) []string {
	text := api.Required()
	choices, ok := kinds[text]
	if !ok && text != "" {
		api.Refuse("%s is not read: want openslo/v1 or sloth.slok.dev/v1", plain.Quote(text))
	}
	return choices
}

// known returns the text of a node if it is among the choices.
func known(n node, choices ...string) string {
	before, text := n.Doc.Len(), n.Text()
	if n.Doc.Len() == before && !slices.Contains(choices, text) {
		unknown(n, text, choices)
		return ""
	}
	return text
}

func unknown(n node, text string, choices []string) {
	if !n.Is() {
		n.Missing()
		return
	}
	n.Refuse("%s is not read: want %s", plain.Quote(text), plain.Names(choices, ", "))
}

// object is [foreign.Node.Object] for an object that must be there.
func object(n node, names ...string) bool {
	if !n.Is() {
		n.Missing()
	}
	return n.Object(names...)
}

// number returns a number that must be there, as it is written.
func number(n node) string {
	if !n.Is() {
		n.Missing()
	}
	return n.Number()
}

// object notes what the head of an OpenSLO document holds beside its name, and returns that name.
func (d *document) object() string {
	root := d.Root()
	root.Object("apiVersion", "kind", "metadata", "spec")
	return metadata(root.Get("metadata"))
}

// metadata returns the name in the metadata of an object.
func metadata(n node) string {
	if !object(n, "name", "displayName", "labels", "annotations") {
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

// read takes several passes, for a document may refer to one that comes later.
func (r *reader) read() {
	r.name()
	for _, pass := range []func(*document){r.readPart, r.readPolicy, r.readPromise, ignore} {
		for _, d := range r.docs {
			pass(d)
		}
	}
}

// readPart reads what refers to no other document by its name, but perhaps to a DataSource.
func (r *reader) readPart(d *document) {
	switch spec := d.Root().Get("spec"); d.kind {
	case kindCondition:
		r.conditions[d.name] = r.condition(d.name, spec)
	case kindSLI:
		r.indicators[d.name] = r.indicator(spec)
	}
}

func (r *reader) readPolicy(d *document) {
	if d.kind == kindPolicy {
		r.policies[d.name] = r.policy(d.Root().Get("spec"))
	}
}

func (r *reader) readPromise(d *document) {
	switch d.kind {
	case kindSLO:
		r.slo(d)
	case kindSloth, kindKubernetes:
		r.sloth(d)
	}
}

func ignore(d *document) {
	switch d.kind {
	case kindService, kindSource, kindTarget:
		d.Root().Get("kind").Note("%s is not read: it promises nothing", d.kind)
	}
}

// name reads the names by which documents refer to each other.
func (r *reader) name() {
	for _, d := range r.docs {
		if d.kind != "" && d.kind != kindSloth && d.kind != kindKubernetes {
			r.nameObject(d)
		}
	}
}

func (r *reader) nameObject(d *document) {
	d.name = d.object()
	if d.kind != kindSLO {
		unread(d.Root().Get("metadata"))
	}
	r.register(d)
}

func (r *reader) register(d *document) {
	key := [2]string{d.kind, d.name}
	if r.byName[key] != nil && d.name != "" {
		d.Root().Get("metadata").Get("name").Refuse("%s is the name of another %s", plain.Quote(d.name), d.kind)
		return
	}
	r.byName[key] = d
}

// add keeps an SLA whose ID is new and which is valid. place returns where a fault of the SLA
// stands in its document.
func (r *reader) add(id node, s sla.SLA, place func(path string) string) {
	if r.ids[s.ID] && s.ID != "" && !id.Doc.Has(id.Path) {
		id.Refuse("makes %s, which is the ID of another SLA", plain.Quote(s.ID))
	}
	r.ids[s.ID] = true
	r.validate(id.Doc, &s, place)
	r.file.SLAs = append(r.file.SLAs, s)
}

func (r *reader) validate(d *foreign.Document, s *sla.SLA, place func(path string) string) {
	var all, placed fault.List
	all.Below("", s.Validate())
	for _, f := range all.Found() {
		// What must be there has been asked for: what is missing now could not be read, perhaps in
		// another document.
		if f.Err.Error() != "is missing" || !r.faulty() {
			placed.Add(place(f.Path), "%w", f.Err)
		}
	}
	d.Validated(&placed)
}

func (r *reader) faulty() bool {
	return slices.ContainsFunc(r.docs, func(d *document) bool { return d.Len() > 0 })
}

// done returns the file, or its notes and all faults. Where there are several documents, each fault
// has the number of its own, for lines are counted in each.
func (r *reader) done() (File, error) {
	faults, notes := r.located()
	if err := faults.Err(); err != nil {
		return File{Notes: notes.All()}, err
	}
	r.file.Notes = notes.All()
	return r.file, nil
}

func (r *reader) located() (faults, notes fault.List) {
	for i, d := range r.docs {
		wrong, noted := d.Locate()
		r.put(&faults, i, wrong)
		r.put(&notes, i, noted)
	}
	return faults, notes
}

func (r *reader) put(list *fault.List, i int, found []*fault.FieldError) {
	for _, f := range found {
		list.Put(r.numbered(i, f))
	}
}

func (r *reader) numbered(i int, f *fault.FieldError) *fault.FieldError {
	if len(r.docs) == 1 {
		return f
	}
	moved := *f
	moved.Err = fmt.Errorf("document %d: %w", i+1, f.Err)
	return &moved
}
