// Package enum gives a type whose values are small numbers its text forms: one style for all of
// them.
package enum

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A Type holds the names of a type whose values are the numbers from 0 on. It gives such a type its
// text forms.
type Type struct {
	Name  string   // as Go calls it, "Tier"
	Path  string   // the path of a fault; empty: Name in lower case
	Names []string // by value; a value whose name is empty has none
}

// Has reports whether a value has a name.
func (t Type) Has(value int) bool { return value >= 0 && value < len(t.Names) && t.Names[value] != "" }

// String returns the name of a value, and "Tier(7)" for one that has none.
func (t Type) String(value int) string {
	if t.Has(value) {
		return t.Names[value]
	}
	return fmt.Sprintf("%s(%d)", t.Name, value)
}

// Problem returns what is wrong with a value that has no name, and nothing for one that has.
func (t Type) Problem(value int) string {
	if t.Has(value) {
		return ""
	}
	return fmt.Sprintf("%s is none of %s", t.String(value), t.list())
}

// Append appends the name of a value. A value that has none is a [*fault.FieldError].
func (t Type) Append(b []byte, value int) ([]byte, error) {
	if problem := t.Problem(value); problem != "" {
		return b, fault.New(t.path(), "%s", problem)
	}
	return append(b, t.Names[value]...), nil
}

// Parse returns the value of a name, in upper or lower case. A name that no value has is a
// [*fault.FieldError].
func (t Type) Parse(name string) (int, error) {
	for value, known := range t.Names {
		if known != "" && strings.EqualFold(known, name) {
			return value, nil
		}
	}
	return 0, fault.New(t.path(), "%s is none of %s", plain.Quote(name), t.list())
}

func (t Type) path() string { return cmp.Or(t.Path, strings.ToLower(t.Name)) }

func (t Type) list() string {
	known := slices.DeleteFunc(slices.Clone(t.Names), func(name string) bool { return name == "" })
	return strings.Join(known, ", ")
}
