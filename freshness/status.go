package freshness

import (
	"fmt"
	"strings"
)

// A Status says where a promise of freshness stands. The zero Status is
// [Unknown].
//
// As text it is "unknown", "fresh", "at-risk" or "stale". The numbers only
// tell the four apart; which of two is worse is for a combination to say
// (see [AllOf] and [AnyOf]).
type Status int

const (
	Unknown Status = iota // not yet due and nothing seen, or could not be measured
	Fresh                 // the promise is kept
	AtRisk                // past the warning; the promise is still kept
	Stale                 // the promise is broken
)

var statusText = [...]string{"unknown", "fresh", "at-risk", "stale"}

// String returns the text of the status, or "Status(9)" for one that does not
// exist.
func (s Status) String() string {
	if s < 0 || int(s) >= len(statusText) {
		return fmt.Sprintf("Status(%d)", int(s))
	}
	return statusText[s]
}

// MarshalText returns the text of the status; a status that does not exist is
// an error.
func (s Status) MarshalText() ([]byte, error) { return s.AppendText(nil) }

// AppendText appends what [Status.MarshalText] returns.
func (s Status) AppendText(b []byte) ([]byte, error) {
	return appendCode(b, statusText[:], int(s), "status")
}

// UnmarshalText reads a status, in upper or lower case.
func (s *Status) UnmarshalText(text []byte) error {
	i, err := findCode(statusText[:], string(text), "status")
	if err == nil {
		*s = Status(i)
	}
	return err
}

func appendCode(b []byte, codes []string, i int, kind string) ([]byte, error) {
	if i < 0 || i >= len(codes) {
		return b, fmt.Errorf("freshness: there is no %s number %d", kind, i)
	}
	return append(b, codes[i]...), nil
}

func findCode(codes []string, text, kind string) (int, error) {
	for i, code := range codes {
		if strings.EqualFold(code, text) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("freshness: unknown %s %q: want one of %s", kind, text, strings.Join(codes, ", "))
}
