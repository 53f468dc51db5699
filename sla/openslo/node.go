package openslo

import (
	"slices"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// A node is one value of a document, or the place at which there is none. What is wrong with it
// goes to its document.
type node struct {
	doc  *document
	path string
	v    jsontree.Value
}

// is reports whether there is a value. Null is none: files hold keys with nothing behind them.
func (n node) is() bool { return n.v.Raw != nil && string(n.v.Raw) != "null" }

// get returns the member of an object.
func (n node) get(name string) node {
	at := node{doc: n.doc, path: jsontree.KeyPath(n.path, name)}
	for _, m := range n.v.Members {
		if m.Name == name {
			at.v = m.Value
			break
		}
	}
	return at
}

func (n node) refuse(format string, args ...any) { n.doc.Add(n.path, format, args...) }
func (n node) note(format string, args ...any)   { n.doc.notes.Add(n.path, format, args...) }
func (n node) missing()                          { n.refuse("is missing") }

// object reports whether there is an object, and notes what it holds beside the names.
func (n node) object(names ...string) bool {
	if !n.is() {
		return false
	}
	if n.v.Raw[0] != '{' {
		n.doc.Want(n.path, n.v, "an object")
		return false
	}

	n.doc.Repeated(n.path, n.v)
	for _, m := range n.v.Members {
		if !slices.Contains(names, m.Name) {
			n.get(m.Name).note("is not understood")
		}
	}
	return true
}

// items returns the elements of a list.
func (n node) items() []node {
	if !n.is() {
		return nil
	}
	var list []node
	n.doc.Each(n.path, n.v, func(path string, v jsontree.Value) {
		list = append(list, node{n.doc, path, v})
	})
	return list
}

// text returns a text in quotes, and nothing where there is none.
func (n node) text() (text string) {
	if n.is() {
		n.doc.Text(&text)(n.path, n.v)
	}
	return text
}

// required returns a text that must be there.
func (n node) required() string {
	before, text := n.doc.Len(), n.text()
	if text == "" && n.doc.Len() == before {
		n.missing()
	}
	return text
}

// number returns a number as it is written.
func (n node) number() string {
	if n.is() && !n.isNumber() {
		n.doc.Want(n.path, n.v, "a number")
	}
	if !n.isNumber() {
		return ""
	}
	return string(n.v.Raw)
}

func (n node) isNumber() bool {
	return n.is() && (n.v.Raw[0] == '-' || n.v.Raw[0] >= '0' && n.v.Raw[0] <= '9')
}

// truth returns whether there is a true.
func (n node) truth() (is bool) {
	if n.is() {
		n.doc.Truth(&is)(n.path, n.v)
	}
	return is
}

// scalar returns a text, or a number, true or false as it is written: what people put into labels
// without quotes.
func (n node) scalar() string {
	switch {
	case !n.is():
		return ""
	case n.isNumber(), n.v.Raw[0] == 't', n.v.Raw[0] == 'f':
		return string(n.v.Raw)
	}
	return n.text()
}

// labels returns the labels of an object by their keys. A list of values, which OpenSLO allows, is
// its first.
func (n node) labels() map[string]string {
	list := make(map[string]string, len(n.v.Members))
	for _, m := range n.v.Members {
		at := n.get(m.Name)
		if len(at.v.Items) > 0 {
			at = node{n.doc, fault.Element(at.path, 0), at.v.Items[0]}
		}
		list[m.Name] = at.scalar()
	}
	return list
}
