package freshness

import "time"

// A Span is a time between two instants. The zero Span is empty.
type Span struct {
	// Start is the first instant in the span.
	Start time.Time `json:"start"`

	// End is the first instant after it. It must lie after Start.
	End time.Time `json:"end"`

	// Why is what the span is for. It may be empty.
	Why string `json:"why,omitempty"`
}

// Contains reports whether t lies in the span. Start does, and End does not.
func (s Span) Contains(t time.Time) bool { return !t.Before(s.Start) && t.Before(s.End) }

func (s *Span) extend(t time.Time) time.Time {
	if s.Contains(t) {
		return s.End.Round(0)
	}
	return t
}
