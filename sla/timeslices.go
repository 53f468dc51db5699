package sla

import (
	"time"

	"github.com/alwaysp1/alwaysp1/internal/enum"
	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// Timeslices makes fixed pieces of time the outcomes of an objective, and not what happens in them:
// a timeslice is one outcome, good or bad, however many events it holds. So a busy hour weighs no
// more than a quiet one. They begin at the Unix epoch and follow each other without gaps: those of
// five minutes begin at :00, :05 and so on, in UTC. One without events counts as [NoData] has it.
//
// The zero Timeslices is none: outcomes are counted as they come. Timeslices compare with ==. A
// Timeslices is a value, and safe for concurrent use.
type Timeslices struct {
	Length time.Duration // whole seconds, and at most the objective's window
	Target Target        // the share of its events that must be good; zero: all of them
}

// IsZero reports whether this is the zero Timeslices.
func (s Timeslices) IsZero() bool { return s == Timeslices{} }

func (s Timeslices) validate(f *fault.List, path string, w Window) {
	switch {
	case s.IsZero():
	case s.Length <= 0:
		f.Add(path+".length", "%v is no length: it must be positive", s.Length)
	case s.Length%time.Second != 0:
		f.Add(path+".length", "%v is not a whole number of seconds", s.Length)
	case s.Length > w.Nominal() && w.Nominal() > 0:
		f.Add(path+".length", "%v is longer than the window, %v", s.Length, w)
	}
}

// NoData is how it counts if nothing was recorded: in a timeslice without events, and at a due
// instant that was not observed. The zero NoData is [NoDataIgnored]. The coverage in a report is
// the share that was measured.
type NoData int

const (
	NoDataIgnored NoData = iota // counts for nothing: the share is of what was measured
	NoDataGood                  // counts as good
	NoDataBad                   // counts as bad
)

var noDataTexts = enum.Type{Name: "NoData", Path: "no_data", Names: []string{"ignored", "good", "bad"}}

// String returns "ignored", "good" or "bad", and "NoData(7)" for a value that is none of them.
func (n NoData) String() string { return noDataTexts.String(int(n)) }

// AppendText implements [encoding.TextAppender]. A value without a text is an error.
func (n NoData) AppendText(b []byte) ([]byte, error) { return noDataTexts.Append(b, int(n)) }

// MarshalText implements [encoding.TextMarshaler]. A value without a text is an error.
func (n NoData) MarshalText() ([]byte, error) { return n.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads the texts of String, in upper or
// lower case.
func (n *NoData) UnmarshalText(text []byte) error {
	i, err := noDataTexts.Parse(string(text))
	if err == nil {
		*n = NoData(i)
	}
	return err
}
