package dbt

import (
	"slices"
	"strings"
)

// A rawNode is what is kept of a node until it is known what it is.
type rawNode struct {
	name, relation, materialized, group string
	attached                            string // the asset that a test is of
	parents                             []string
}

func (m *manifestReader) node(key []byte) error {
	id, raw := m.share(key), rawNode{}
	err := m.record(func(key []byte) error { return m.nodeField(string(key), &raw) })
	if err == nil {
		m.keep(id, raw)
	}
	return err
}

func (m *manifestReader) keep(id string, raw rawNode) {
	kind, _, _ := strings.Cut(id, ".")
	if kind == "test" || kind == "unit_test" {
		m.test(id, raw)
	} else if isAsset(id) {
		m.asset(id, kind, raw)
	}
}

func (m *manifestReader) asset(id, kind string, raw rawNode) {
	m.edges(raw.parents, id)
	m.out.Nodes = append(m.out.Nodes, Node{
		ID: id, Type: kind, Name: raw.name, Relation: raw.relation, Materialized: raw.materialized,
	})
	m.owned = append(m.owned, raw.group)
}

func (m *manifestReader) nodeField(key string, to *rawNode) error {
	switch key {
	case "name":
		return m.text(&to.name)
	case "relation_name":
		return m.text(&to.relation)
	case "group":
		return m.text(&to.group)
	case "attached_node", "tested_node_unique_id":
		return m.id(&to.attached)
	case "depends_on":
		return m.dependsOn(&to.parents)
	case "config":
		return m.only("materialized", func() error { return m.text(&to.materialized) })
	}
	return m.Skip()
}

// dependsOn reads the IDs of what something is made from.
func (m *manifestReader) dependsOn(to *[]string) error {
	return m.only("nodes", func() error {
		return m.list(func(int) error { return m.parent(to) })
	})
}

func (m *manifestReader) parent(to *[]string) error {
	id, err := m.oneID()
	if id != "" {
		*to = append(*to, id)
	}
	return err
}

// test notes which assets a test is about: the one that it is attached to, or else all that it
// reads.
func (m *manifestReader) test(id string, raw rawNode) {
	if assets := raw.tested(); len(assets) > 0 {
		m.out.tested[id] = assets
	}
}

func (raw rawNode) tested() []string {
	if isAsset(raw.attached) {
		return []string{raw.attached}
	}
	return slices.DeleteFunc(raw.parents, func(id string) bool { return !isAsset(id) })
}

func (m *manifestReader) source(key []byte) error {
	one := Source{ID: m.share(key)}
	var inConfig Criteria
	unread, err := m.row(func() error {
		return m.record(func(key []byte) error { return m.sourceField(string(key), &one, &inConfig) })
	})
	if one.Criteria == (Criteria{}) {
		one.Criteria = inConfig
	}
	one.Err = unread
	m.out.Sources = append(m.out.Sources, one)
	return err
}

func (m *manifestReader) sourceField(key string, to *Source, inConfig *Criteria) error {
	switch key {
	case "source_name":
		return m.text(&to.SourceName)
	case "name":
		return m.text(&to.Name)
	case "relation_name":
		return m.text(&to.Relation)
	case "loader":
		return m.text(&to.Loader)
	case "freshness":
		return m.criteria(&to.Criteria)
	case "config":
		return m.record(func(key []byte) error {
			if string(key) == "freshness" {
				return m.criteria(inConfig)
			}
			return m.loadedAt(string(key), to)
		})
	}
	return m.loadedAt(key, to)
}

// loadedAt reads how dbt finds the newest load: beside the name, or in the configuration.
func (m *manifestReader) loadedAt(key string, to *Source) error {
	var found string
	switch key {
	case "loaded_at_field":
		err := m.text(&found)
		to.LoadedAtField = max(to.LoadedAtField, found)
		return err
	case "loaded_at_query":
		err := m.text(&found)
		to.LoadedAtQuery = max(to.LoadedAtQuery, found)
		return err
	}
	return m.Skip()
}

func (m *manifestReader) group(key []byte) error {
	_, name, _ := strings.Cut(string(key), ".") // group.<package>.<name>
	_, name, _ = strings.Cut(name, ".")
	var owner Owner
	err := m.record(func(key []byte) error {
		switch string(key) {
		case "name":
			return m.text(&name)
		case "owner":
			return m.owner(&owner)
		}
		return m.Skip()
	})

	if m.groups == nil {
		m.groups = map[string]string{}
	}
	m.groups[name] = owner.String()
	return err
}
