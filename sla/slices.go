package sla

import "time"

// Slices says that slices of time are counted, and not what happens in them: a slice is one outcome, good or bad, however
// many events it holds. So a busy hour weighs no more than a quiet one. Slices begin at the Unix epoch and follow each other
// without gaps: those of five minutes begin at :00, :05 and so on, in UTC.
//
// A slice without events is what the objective's [Silence] says.
//
// The zero Slices is none: outcomes are counted as they come. Slices compare with ==.
// A Slices is a value, and safe for concurrent use.
type Slices struct {
	Length time.Duration // of each slice; whole seconds, and at most the objective's window
	Target Target        // the share of a slice's events that must be good for the slice to be good; zero: all of them
}

// IsZero says whether this is the zero Slices, which is none.
func (s Slices) IsZero() bool { return s == Slices{} }

func (s Slices) validate(f *faults, path string, w Window) {
	switch {
	case s.IsZero():
	case s.Length <= 0:
		f.add(path+".length", "%v is no length: it must be positive", s.Length)
	case s.Length%time.Second != 0:
		f.add(path+".length", "%v is not a whole number of seconds", s.Length)
	case s.Length > w.nominal() && w.nominal() > 0:
		f.add(path+".length", "%v is longer than the window, %v", s.Length, w)
	}
}

// A Silence says what it means when nothing was recorded: for a slice of time without events, and for a due instant that
// nobody observed. The zero Silence is [SilenceIgnored]. Reports say by their coverage how much of it there was.
type Silence int

const (
	SilenceIgnored Silence = iota // it counts for nothing: the share is of what was measured
	SilenceGood                   // it counts as good: who has nothing to say is well
	SilenceBad                    // it counts as bad: who keeps a promise must be heard
)

var silenceNames = [...]string{"ignored", "good", "bad"}

func (s Silence) known() bool { return s >= 0 && int(s) < len(silenceNames) }

// String answers "ignored", "good" or "bad", and "Silence(7)" for a value that is none of them.
func (s Silence) String() string { return nameOf("Silence", silenceNames[:], int(s)) }

// AppendText implements [encoding.TextAppender]. A value that is no silence is an error.
func (s Silence) AppendText(b []byte) ([]byte, error) {
	if !s.known() {
		return b, fieldError("silence", "%v is none of ignored, good, bad", s)
	}
	return append(b, silenceNames[s]...), nil
}

// MarshalText implements [encoding.TextMarshaler]. A value that is no silence is an error.
func (s Silence) MarshalText() ([]byte, error) { return s.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads what String writes, in upper or lower case.
func (s *Silence) UnmarshalText(text []byte) error {
	i, err := codeOf("silence", silenceNames[:], text)
	if err == nil {
		*s = Silence(i)
	}
	return err
}
