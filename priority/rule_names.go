package priority

import "github.com/alwaysp1/alwaysp1/internal/enum"

// A Rule is the one of a [Classifier]'s rules that decided. The zero Rule is [RuleMatrix]. Its text
// is "matrix", "always-p1", "unknown-asset", "resolved" or "held", and is read in upper or lower
// case.
type Rule int

// The rules.
const (
	RuleMatrix       Rule = iota // the matrix of impact and urgency
	RuleAlwaysP1                 // the asset reaches a primary SLA
	RuleUnknownAsset             // the catalog does not know the asset, so it may reach a primary SLA
	RuleResolved                 // the asset is healthy again
	RuleHeld                     // the asset reaches primary SLAs, and all of them are proven to have time left
)

var rules = enum.Type{Name: "Rule", Names: []string{
	"matrix", "always-p1", "unknown-asset", "resolved", "held",
}}

// String returns the text of r. A value without a name has that of RuleMatrix.
func (r Rule) String() string { return named(rules, r) }

// AppendText implements [encoding.TextAppender]. It never fails.
func (r Rule) AppendText(b []byte) ([]byte, error) { return append(b, r.String()...), nil }

// MarshalText implements [encoding.TextMarshaler]. It never fails.
func (r Rule) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: the inverse of [Rule.MarshalText].
func (r *Rule) UnmarshalText(text []byte) error {
	v, err := rules.Parse(string(text))
	if err == nil {
		*r = Rule(v)
	}
	return err
}
