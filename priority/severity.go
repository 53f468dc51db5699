package priority

// A Severity says how bad its sender holds a [Signal] to be. Above [SeverityUnknown] a larger value is worse.
// Nobody's silence makes a signal harmless: the zero Severity, SeverityUnknown, counts as [SeverityCritical],
// and so does any value without a name.
// Where a primary promise is reached, severity decides nothing; see [Classifier].
//
// Its text is "unknown", "info", "warning", "error" or "critical", and is read without regard to case.
type Severity int

// The severities, those of the PagerDuty Events API.
const (
	SeverityUnknown  Severity = iota // nobody said: counts as the worst
	SeverityInfo                     // nothing is wrong yet
	SeverityWarning                  // something will be wrong unless somebody acts
	SeverityError                    // something is wrong
	SeverityCritical                 // the worst
)

func severities() scale { return scale{"unknown", "info", "warning", "error", "critical"} }

// rank is the severity that s counts as.
func (s Severity) rank() Severity {
	if s <= SeverityUnknown || s > SeverityCritical {
		return SeverityCritical
	}
	return s
}

// String returns the text of s.
func (s Severity) String() string { return severities().text(int(s)) }

// AppendText implements [encoding.TextAppender]. It never fails.
func (s Severity) AppendText(b []byte) ([]byte, error) { return append(b, s.String()...), nil }

// MarshalText implements [encoding.TextMarshaler]. It never fails.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: the inverse of [Severity.MarshalText].
// An unknown text is an error that quotes it: the caller decides whether to go on with SeverityUnknown.
func (s *Severity) UnmarshalText(text []byte) error {
	v, err := severities().parse("severity", text)
	if err == nil {
		*s = Severity(v)
	}
	return err
}
