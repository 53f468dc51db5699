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
	i := slices.IndexFunc(n.Value.Members, func(m jsontree.Member) bool { return m.Name == name })
	if i >= 0 {
		at.Value = n.Value.Members[i].Value
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
	if !n.isObject() {
		return false
	}
	n.Doc.Repeated(n.Path, n.Value)
	n.noteBeside(names)
	return true
}

func (n Node) isObject() bool {
	is := n.Is() && n.Value.Raw[0] == '{'
	if n.Is() && !is {
		n.Doc.Want(n.Path, n.Value, "an object")
	}
	return is
}

func (n Node) noteBeside(names []string) {
	for _, m := range n.Value.Members {
		if !slices.Contains(names, m.Name) {
			n.Get(m.Name).Note("is not understood")
		}
	}
}

// Items returns the elements of a list.
func (n Node) Items() (list []Node) {
	if n.Is() {
		n.Doc.Each(n.Path, n.Value, func(path string, v jsontree.Value) {
			list = append(list, Node{n.Doc, path, v})
		})
	}
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
func (n Node) Number() (written string) {
	if n.IsNumber() {
		written = string(n.Value.Raw)
	} else if n.Is() {
		n.Doc.Want(n.Path, n.Value, "a number")
	}
	return written
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
	if n.IsNumber() || n.isTruth() {
		return string(n.Value.Raw)
	}
	return n.Text()
}

func (n Node) isTruth() bool { return n.Is() && (n.Value.Raw[0] == 't' || n.Value.Raw[0] == 'f') }

// Labels returns the labels of an object by their keys. A list of values, which OpenSLO allows, is
// its first.
func (n Node) Labels() map[string]string {
	list := make(map[string]string, len(n.Value.Members))
	for _, m := range n.Value.Members {
		list[m.Name] = n.Get(m.Name).first().Scalar()
	}
	return list
}

// first returns the first element of a list that has one, and any other value as it is.
func (n Node) first() Node {
	if len(n.Value.Items) == 0 {
		return n
	}
	return Node{n.Doc, fault.Element(n.Path, 0), n.Value.Items[0]}
}
