package foreign

import (
	"slices"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// A Node is one value of a document, or the place at which there is none. What is wrong with it
// goes to its document.
type Node struct {
	Doc   *Document
	Path  string
	Value jsontree.Value
}

// Is reports whether there is a value. Null is none: files hold keys with nothing behind them.
func (n Node) Is() bool { return n.Value.Raw != nil && string(n.Value.Raw) != "null" }

// Get returns the member of an object.
func (n Node) Get(name string) Node {
	at := Node{Doc: n.Doc, Path: jsontree.KeyPath(n.Path, name)}
	for _, m := range n.Value.Members {
		if m.Name == name {
			at.Value = m.Value
			break
		}
	}
	return at
}

// Refuse adds a fault. The format and its arguments are those of [fmt.Errorf].
func (n Node) Refuse(format string, args ...any) { n.Doc.Add(n.Path, format, args...) }

// Note adds a note, as Refuse does a fault.
func (n Node) Note(format string, args ...any) { n.Doc.Notes.Add(n.Path, format, args...) }

// Missing adds the fault that there is no value.
func (n Node) Missing() { n.Refuse("is missing") }

// Object reports whether there is an object, and notes what it holds beside the names.
func (n Node) Object(names ...string) bool {
	if !n.Is() {
		return false
	}
	if n.Value.Raw[0] != '{' {
		n.Doc.Want(n.Path, n.Value, "an object")
		return false
	}

	n.Doc.Repeated(n.Path, n.Value)
	for _, m := range n.Value.Members {
		if !slices.Contains(names, m.Name) {
			n.Get(m.Name).Note("is not understood")
		}
	}
	return true
}

// Items returns the elements of a list.
func (n Node) Items() []Node {
	if !n.Is() {
		return nil
	}
	var list []Node
	n.Doc.Each(n.Path, n.Value, func(path string, v jsontree.Value) {
		list = append(list, Node{n.Doc, path, v})
	})
	return list
}

// Text returns a text in quotes, and nothing where there is none.
func (n Node) Text() (text string) {
	if n.Is() {
		n.Doc.Text(&text)(n.Path, n.Value)
	}
	return text
}

// Required returns a text that must be there.
func (n Node) Required() string {
	before, text := n.Doc.Len(), n.Text()
	if text == "" && n.Doc.Len() == before {
		n.Missing()
	}
	return text
}

// Number returns a number as it is written.
func (n Node) Number() string {
	if n.Is() && !n.IsNumber() {
		n.Doc.Want(n.Path, n.Value, "a number")
	}
	if !n.IsNumber() {
		return ""
	}
	return string(n.Value.Raw)
}

// IsNumber reports whether there is a number.
func (n Node) IsNumber() bool {
	return n.Is() && (n.Value.Raw[0] == '-' || n.Value.Raw[0] >= '0' && n.Value.Raw[0] <= '9')
}

// Truth returns whether there is a true.
func (n Node) Truth() (is bool) {
	if n.Is() {
		n.Doc.Truth(&is)(n.Path, n.Value)
	}
	return is
}

// Scalar returns a text, or a number, true or false as it is written: what people put into labels
// without quotes.
func (n Node) Scalar() string {
	switch {
	case !n.Is():
		return ""
	case n.IsNumber(), n.Value.Raw[0] == 't', n.Value.Raw[0] == 'f':
		return string(n.Value.Raw)
	}
	return n.Text()
}

// Labels returns the labels of an object by their keys. A list of values, which OpenSLO allows, is
// its first.
func (n Node) Labels() map[string]string {
	list := make(map[string]string, len(n.Value.Members))
	for _, m := range n.Value.Members {
		at := n.Get(m.Name)
		if len(at.Value.Items) > 0 {
			at = Node{n.Doc, fault.Element(at.Path, 0), at.Value.Items[0]}
		}
		list[m.Name] = at.Scalar()
	}
	return list
}
