package priority

// A Rule says which of a [Classifier]'s rules decided. The zero Rule is [RuleTable].
// Its text is "table", "always-p1", "unknown-asset", "resolved" or "held", and is read without regard to case.
type Rule int

// The rules.
const (
	RuleTable        Rule = iota // the table of impact and urgency
	RuleAlwaysP1                 // the asset reaches a primary SLA
	RuleUnknownAsset             // the catalog does not know the asset, so it may reach a primary SLA
	RuleResolved                 // the asset is well again
	RuleHeld                     // the asset reaches primary SLAs, and all of them are proven to have time left
)

func rules() scale { return scale{"table", "always-p1", "unknown-asset", "resolved", "held"} }

// String returns the text of r.
func (r Rule) String() string { return rules().text(int(r)) }

// AppendText implements [encoding.TextAppender]. It never fails.
func (r Rule) AppendText(b []byte) ([]byte, error) { return append(b, r.String()...), nil }

// MarshalText implements [encoding.TextMarshaler]. It never fails.
func (r Rule) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: the inverse of [Rule.MarshalText].
func (r *Rule) UnmarshalText(text []byte) error {
	v, err := rules().parse("rule", text)
	if err == nil {
		*r = Rule(v)
	}
	return err
}
