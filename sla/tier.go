package sla

import "github.com/alwaysp1/alwaysp1/internal/enum"

// A Tier is how much a promise matters. The zero Tier is [Primary]. A smaller number matters more,
// so that tiers order as people list them.
type Tier int

const (
	Primary   Tier = iota // what reaches it is always P1
	Secondary             // may wait for working hours
	Tertiary              // good to keep
)

var tiers = enum.Type{Name: "Tier", Names: []string{"primary", "secondary", "tertiary"}}

// String returns "primary", "secondary" or "tertiary", and "Tier(7)" for a value that is none of
// them.
func (t Tier) String() string { return tiers.String(int(t)) }

func (t Tier) problem() string { return tiers.Problem(int(t)) }

// AppendText implements [encoding.TextAppender]. A value that is no tier is an error.
func (t Tier) AppendText(b []byte) ([]byte, error) { return tiers.Append(b, int(t)) }

// MarshalText implements [encoding.TextMarshaler]. A value that is no tier is an error.
func (t Tier) MarshalText() ([]byte, error) { return t.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads the texts of String, in upper or
// lower case.
func (t *Tier) UnmarshalText(text []byte) error {
	i, err := tiers.Parse(string(text))
	if err == nil {
		*t = Tier(i)
	}
	return err
}
