package incident

import (
	"fmt"
	"slices"
	"strings"
)

// A State says where an incident stands. The zero State is Open. Its text is the name in lower case, and is read without regard to case.
type State int

// The states.
const (
	Open     State = iota // nobody has acknowledged it
	Taken                 // somebody has, though the lease may have lapsed; it does harm yet
	Harmless              // it was mitigated, and is not over
	Closed                // it was resolved, closed by force, or goes on in another
)

func states() []string { return []string{"open", "taken", "harmless", "closed"} }

// String returns the text of s. A value without a name is taken for Open.
func (s State) String() string {
	if s < Open || s > Closed {
		s = Open
	}
	return states()[s]
}

// AppendText implements [encoding.TextAppender]. It never fails.
func (s State) AppendText(b []byte) ([]byte, error) { return append(b, s.String()...), nil }

// MarshalText implements [encoding.TextMarshaler]. It never fails.
func (s State) MarshalText() ([]byte, error) { return s.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]: the inverse of [State.MarshalText].
func (s *State) UnmarshalText(text []byte) error {
	n := slices.IndexFunc(states(), func(name string) bool { return strings.EqualFold(name, string(text)) })
	if n < 0 {
		return fmt.Errorf("incident: unknown state %q: want one of %s", text, strings.Join(states(), ", "))
	}
	*s = State(n)
	return nil
}
