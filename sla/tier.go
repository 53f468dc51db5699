package sla

import (
	"fmt"
	"strings"
)

// A Tier says how much a promise matters.
// The zero Tier is [Primary]: a promise is primary unless somebody says otherwise.
// A smaller number matters more, so that tiers order as people list them.
type Tier int

const (
	Primary   Tier = iota // whoever breaks it is paged: its trouble is always P1
	Secondary             // matters, and may wait for working hours
	Tertiary              // good to keep
)

var tierNames = [...]string{Primary: "primary", Secondary: "secondary", Tertiary: "tertiary"}

// String answers "primary", "secondary" or "tertiary", and "Tier(7)" for a value that is none of them.
func (t Tier) String() string {
	return nameOf("Tier", tierNames[:], int(t))
}

// nameOf is the name of a type's value, and the type with the number where it has none.
func nameOf(kind string, names []string, i int) string {
	if i >= 0 && i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", kind, i)
}

func (t Tier) known() bool { return t >= 0 && int(t) < len(tierNames) }

func (t Tier) problem() string {
	if t.known() {
		return ""
	}
	return fmt.Sprintf("%v is none of %s", t, strings.Join(tierNames[:], ", "))
}

// AppendText implements [encoding.TextAppender]. A value that is no tier is an error.
func (t Tier) AppendText(b []byte) ([]byte, error) {
	if !t.known() {
		return b, fieldError("tier", "%s", t.problem())
	}
	return append(b, tierNames[t]...), nil
}

// MarshalText implements [encoding.TextMarshaler]. A value that is no tier is an error.
func (t Tier) MarshalText() ([]byte, error) { return t.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler].
// It reads what String writes, in upper or lower case.
func (t *Tier) UnmarshalText(text []byte) error {
	i, err := codeOf("tier", tierNames[:], text)
	if err == nil {
		*t = Tier(i)
	}
	return err
}

// codeOf finds text among the names of a type's values, in upper or lower case.
func codeOf(kind string, names []string, text []byte) (int, error) {
	for i, name := range names {
		if strings.EqualFold(name, string(text)) {
			return i, nil
		}
	}
	return 0, fieldError(kind, "%s is none of %s", quote(string(text)), strings.Join(names, ", "))
}
