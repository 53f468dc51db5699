package freshness

import "github.com/alwaysp1/alwaysp1/internal/enum"

// A Status is where a promise of freshness stands. The zero Status is
// [Unknown].
//
// As text it is "unknown", "fresh", "at-risk" or "stale". The numbers have
// no order: which of two is worse depends on the combination (see [AllOf] and
// [AnyOf]).
type Status int

const (
	Unknown Status = iota // not yet due and nothing seen, or could not be measured
	Fresh                 // the promise is kept
	AtRisk                // past the warning; the promise is still kept
	Stale                 // the promise is broken
)

var statuses = enum.Type{Name: "Status", Names: []string{"unknown", "fresh", "at-risk", "stale"}}

// String returns the text of the status, or "Status(9)" for one that does not exist.
func (s Status) String() string { return statuses.String(int(s)) }

// AppendText implements [encoding.TextAppender]. A status that does not exist is an error.
func (s Status) AppendText(b []byte) ([]byte, error) { return statuses.Append(b, int(s)) }

// MarshalText implements [encoding.TextMarshaler]. A status that does not exist is an error.
func (s Status) MarshalText() ([]byte, error) { return s.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads the text of a status, in upper or
// lower case.
func (s *Status) UnmarshalText(text []byte) error {
	i, err := statuses.Parse(string(text))
	if err == nil {
		*s = Status(i)
	}
	return err
}
