package priority

import "github.com/alwaysp1/alwaysp1/internal/enum"

// A Severity is how bad its sender considers a [Signal] to be. Above [SeverityUnknown] a larger
// value is worse. A missing severity does not make a signal harmless: the zero Severity,
// SeverityUnknown, counts as [SeverityCritical], and so does any value without a name. Where a
// primary SLA is reached, severity decides nothing; see [Classifier].
//
// Its text is "unknown", "info", "warning", "error" or "critical", and is read in upper or lower
// case.
type Severity int

// The severities are those of the PagerDuty Events API, and unknown.
const (
	SeverityUnknown  Severity = iota // not given: counts as the worst
	SeverityInfo                     // nothing is wrong yet
	SeverityWarning                  // something will be wrong unless an engineer acts
	SeverityError                    // something is wrong
	SeverityCritical                 // the worst
)

var severities = enum.Type{Name: "Severity", Names: []string{
	"unknown", "info", "warning", "error", "critical",
}}

// rank returns the severity that s counts as.
func (s Severity) rank() Severity {
	if s <= SeverityUnknown || s > SeverityCritical {
		return SeverityCritical
	}
	return s
}

// String returns the text of s. A value without a name has that of SeverityUnknown.
func (s Severity) String() string { return named(severities, s) }

// AppendText implements [encoding.TextAppender]. It never fails.
func (s Severity) AppendText(b []byte) ([]byte, error) { return append(b, s.String()...), nil }

// MarshalText implements [encoding.TextMarshaler]. It never fails.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: the inverse of [Severity.MarshalText]. An
// unknown text is an error that quotes it. The caller decides whether to continue with
// SeverityUnknown.
func (s *Severity) UnmarshalText(text []byte) error {
	v, err := severities.Parse(string(text))
	if err == nil {
		*s = Severity(v)
	}
	return err
}

// named returns the name of an enum's value, and that of its zero value for one without a name:
// senders may hold any number, and a text form that fails would hide the signal.
func named[T ~int](t enum.Type, value T) string {
	if !t.Has(int(value)) {
		value = 0
	}
	return t.Names[value]
}
