// Package foreign reads JSON that other programs define: members are picked by name, null is
// absent, and what is not understood is noted.
//
// Package jsontree reads what this module defines, where an unknown member is a fault.
package foreign

import (
	"encoding/json"
	"errors"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// A Document is one JSON text, and what is wrong with it.
type Document struct {
	jsontree.Decoder                  // faults
	Notes            jsontree.Decoder // what was not understood, or means something else here
	data             []byte
	tree             jsontree.Value
}

// Open parses a document. One that is not JSON holds a fault, and its root is not there.
func Open(data json.RawMessage) *Document {
	d := &Document{data: data}
	var broken *fault.FieldError
	if errors.As(d.parse(), &broken) {
		d.Put(broken)
	}
	return d
}

func (d *Document) parse() (err error) {
	d.tree, err = jsontree.Parse(d.data)
	return err
}

// Root returns the whole document.
func (d *Document) Root() Node { return Node{Doc: d, Value: d.tree} }

// Locate finds the places of all faults and notes, and returns both.
func (d *Document) Locate() (faults, notes []*fault.FieldError) {
	_, _ = d.Located(d.data, "", &d.tree), d.Notes.Located(d.data, "", &d.tree)
	return d.All(), d.Notes.All()
}
