package incident

import "github.com/alwaysp1/alwaysp1/internal/enum"

// A State is where an incident stands. The zero State is StateOpen. As text it is "open",
// "acknowledged", "mitigated" or "closed", and is read in upper or lower case.
type State int

// The states.
const (
	StateOpen         State = iota // not acknowledged yet
	StateAcknowledged              // acknowledged, though the lease may have ended; the harm goes on
	StateMitigated                 // the harm has ended; the incident is not closed
	StateClosed                    // it was resolved, closed without a root cause, or merged into another
)

var states = enum.Type{Name: "State", Names: []string{"open", "acknowledged", "mitigated", "closed"}}

// String returns the text of s, or "State(9)" for a state that does not exist.
func (s State) String() string { return states.String(int(s)) }

// AppendText implements [encoding.TextAppender]. A state that does not exist is an error.
func (s State) AppendText(b []byte) ([]byte, error) { return states.Append(b, int(s)) }

// MarshalText implements [encoding.TextMarshaler]. A state that does not exist is an error.
func (s State) MarshalText() ([]byte, error) { return s.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads the text of a state, in upper or
// lower case.
func (s *State) UnmarshalText(text []byte) error {
	i, err := states.Parse(string(text))
	if err == nil {
		*s = State(i)
	}
	return err
}
