package dbt

import (
	"io"
	"slices"
	"strings"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A Manifest is what a manifest.json holds: every asset of a dbt project, what feeds what, how
// fresh the sources must be, and who uses the result.
//
// Its lists are in ascending order of their IDs. What is disabled in the project is in none of them
// but Disabled.
//
// A Manifest is safe for concurrent use by multiple goroutines, as long as none of them changes it.
type Manifest struct {
	Metadata

	// Sources are the tables that others load.
	Sources []Source

	// Nodes are the models, seeds, snapshots, metrics and other assets that dbt
	// builds or knows. Tests are none: see Manifest.AssetsOf.
	Nodes []Node

	// Exposures are the dashboards and programs that use the assets.
	Exposures []Exposure

	// Disabled are the IDs of what is switched off.
	Disabled []string

	// Warnings are the values that could not be understood. Of more than a hundred, the last one
	// counts the rest.
	Warnings []*sla.FieldError

	edges  sla.Edges
	tested map[string][]string // by the ID of a test
}

// A Source is a table that others load and dbt reads.
type Source struct {
	// ID is dbt's unique ID, "source.<package>.<source>.<table>". It is the
	// name of the asset.
	ID string

	// SourceName and Name are the source's and the table's names.
	SourceName, Name string

	// Relation is the table's name in the warehouse, quoted.
	Relation string

	// Loader is the tool that loads it. Empty: the project does not name it.
	Loader string

	// LoadedAtField and LoadedAtQuery are how dbt finds the newest load.
	// Both empty: from the metadata of the warehouse.
	LoadedAtField, LoadedAtQuery string

	// Criteria are the limits on its age. Zero: nothing is promised.
	Criteria Criteria

	// Err is what could not be understood about it. Nil: all of it was.
	Err error
}

// A Node is an asset that dbt builds or knows, and that is no source.
type Node struct {
	// ID is dbt's unique ID, such as "model.shop.orders". It is the name of
	// the asset.
	ID string

	// Type is the part of the ID before the first dot: "model", "seed",
	// "snapshot", "metric", "semantic_model", "saved_query" or "function".
	Type string

	// Name is its name within its package.
	Name string

	// Relation is its table's name in the warehouse, quoted. Empty: none.
	Relation string

	// Materialized is how it is built: "table", "incremental", "view", "ephemeral" and more.
	// A view holds no data: building it lands nothing.
	Materialized string

	// Owner is the owner of the group that it belongs to: a name, or else an e-mail address.
	// Empty: none is named.
	Owner string
}

// ReadManifest reads a manifest.json of schema version 1 to 12 or 20, written by dbt Core or by the
// newer engine. It reads src to its end and keeps a small part: memory grows with the number of
// assets and edges, and not with the SQL and the documentation that fill most of such a file.
//
// The error, if any, is a [*sla.FieldError]. A single value that cannot be understood does not
// spoil the file: it is in [Source.Err], or among the warnings.
func ReadManifest(src io.Reader) (*Manifest, error) {
	m := newManifestReader(src)
	if err := m.file(&m.out.Metadata, m.section); err != nil {
		return nil, err
	}
	return m.finish(), nil
}

// A manifestReader gathers a manifest, section by section, in any order.
type manifestReader struct {
	*reader
	out     Manifest
	ids     map[string]string // each ID once, because each stands in many places
	entered map[string]bool   // the IDs that have an entry
	groups  map[string]string // the owner of each
	owned   []string          // the group of each node
}

func newManifestReader(src io.Reader) *manifestReader {
	return &manifestReader{
		reader: newReader(src, kindManifest),
		out:    Manifest{tested: map[string][]string{}}, ids: map[string]string{}, entered: map[string]bool{},
	}
}

func (m *manifestReader) section(key []byte) error {
	switch string(key) {
	case "nodes", "metrics", "semantic_models", "saved_queries", "functions", "unit_tests":
		return m.entries(m.once(m.node))
	case "sources":
		return m.entries(m.once(m.source))
	case "exposures":
		return m.entries(m.once(m.exposure))
	case "groups":
		return m.entries(m.group)
	case "child_map":
		return m.entries(m.children)
	case "disabled":
		return m.disabled()
	}
	return m.Skip()
}

// entries reads an object whose keys are IDs. What stands under an empty one is a fault: no name
// would lead to it.
func (m *manifestReader) entries(one func(id []byte) error) error {
	return m.record(func(id []byte) error {
		if len(id) == 0 {
			return m.pass("an entry needs an ID")
		}
		return one(id)
	})
}

// pass leaves out an entry, and notes why.
func (m *manifestReader) pass(why string) error {
	m.begin()
	m.bad("%s", why)
	return m.Skip()
}

// once reads the first entry of an ID alone.
func (m *manifestReader) once(one func(id []byte) error) func(id []byte) error {
	return func(id []byte) error {
		if !m.enter(id) {
			return m.pass("this ID has an entry already, which counts")
		}
		return one(id)
	}
}

// enter reports whether this is the first entry of an ID.
func (m *manifestReader) enter(id []byte) bool {
	known := m.share(id)
	again := m.entered[known]
	m.entered[known] = true
	return !again
}

// id reads a unique ID into to.
func (m *manifestReader) id(to *string) error {
	if m.Peek() != '"' {
		return m.text(to)
	}
	text, err := m.Text()
	if err == nil {
		*to = m.share(text)
	}
	return err
}

func (m *manifestReader) share(id []byte) string {
	if known, ok := m.ids[string(id)]; ok {
		return known
	}
	fresh := string(id)
	m.ids[fresh] = fresh
	return fresh
}

func (m *manifestReader) children(key []byte) error {
	parent := m.share(key)
	return m.list(func(int) error {
		child, err := m.oneID()
		m.edge(parent, child)
		return err
	})
}

func (m *manifestReader) oneID() (id string, err error) {
	err = m.id(&id)
	return id, err
}

func (m *manifestReader) edges(parents []string, child string) {
	for _, parent := range parents {
		m.edge(parent, child)
	}
}

func (m *manifestReader) edge(parent, child string) {
	if isAsset(parent) && isAsset(child) {
		m.out.edges = append(m.out.edges, sla.Edge{From: parent, To: child})
	}
}

// isAsset reports whether an ID is of something that has health of its own. A test, say, is about
// that of another asset.
func isAsset(id string) bool {
	kind, name, _ := strings.Cut(id, ".")
	switch kind {
	case "", "test", "unit_test", "analysis", "operation", "macro", "rpc",
		"sql_operation", "sql operation", "group", "doc":
		return false
	}
	return name != ""
}

// disabled reads a map of lists, as dbt writes since 2021, or a list.
func (m *manifestReader) disabled() error {
	if m.Peek() == '[' {
		return m.Array(m.disabledOne)
	}
	return m.entries(m.disabledList)
}

func (m *manifestReader) disabledList(id []byte) error {
	m.out.Disabled = append(m.out.Disabled, m.share(id))
	return m.Skip()
}

func (m *manifestReader) disabledOne(int) error {
	var id string
	err := m.only("unique_id", func() error { return m.id(&id) })
	if id != "" {
		m.out.Disabled = append(m.out.Disabled, id)
	}
	return err
}

// finish orders everything, once all sections are read.
func (m *manifestReader) finish() *Manifest {
	m.arrange()
	out := &m.out
	out.Disabled = m.reallyDisabled()
	out.edges = m.uniqueEdges()
	out.Warnings = m.faults.All()
	return out
}

// arrange gives the nodes their owners, which stand in the order of the file, and then orders all.
func (m *manifestReader) arrange() {
	for i, group := range m.owned {
		m.out.Nodes[i].Owner = m.groups[group]
	}
	slices.SortFunc(m.out.Sources, func(a, b Source) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(m.out.Nodes, func(a, b Node) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(m.out.Exposures, func(a, b Exposure) int { return strings.Compare(a.ID, b.ID) })
}

// reallyDisabled leaves out what is enabled elsewhere: a name may be both, when another package
// switches one of two models of the same name off.
func (m *manifestReader) reallyDisabled() []string {
	enabled := map[string]bool{}
	m.out.each(func(id string) { enabled[id] = true })
	slices.Sort(m.out.Disabled)
	return slices.DeleteFunc(slices.Compact(m.out.Disabled), func(id string) bool { return enabled[id] })
}

// uniqueEdges orders the edges, and leaves out doubles and what is disabled; from what is tested
// too.
func (m *manifestReader) uniqueEdges() sla.Edges {
	off := setOf(m.out.Disabled)
	m.untest(off)
	edges := slices.DeleteFunc(m.out.edges, func(e sla.Edge) bool { return off[e.From] || off[e.To] })
	slices.SortFunc(edges, compareEdges)
	return slices.Clip(slices.Compact(edges))
}

func (m *manifestReader) untest(off map[string]bool) {
	for test, assets := range m.out.tested {
		m.out.tested[test] = slices.DeleteFunc(assets, func(id string) bool { return off[id] })
	}
}

func setOf(ids []string) map[string]bool {
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}
