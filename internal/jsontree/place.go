package jsontree

import (
	"bytes"
	"errors"
	"io"

	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// ErrMalformed is found by [errors.Is] in the error of a text that is not JSON, ends too early, or
// holds the markers of an unresolved merge.
var ErrMalformed = errors.New("malformed JSON")

var (
	errNoReader = errors.New("there is no reader to read it from")
	errMerge    = fault.Kind(ErrMalformed, "merge conflict markers: resolve the conflict")
	errEmpty    = fault.Kind(ErrMalformed, "ends too early: it is empty")
	errTooDeep  = notJSON("nested deeper than %d", maxDepth)
)

func notJSON(format string, args ...any) error {
	return fault.Kind(ErrMalformed, "not JSON: "+format, args...)
}

// A Place is where something stands in a text.
type Place struct {
	Line   int // counted from 1
	Offset int // bytes of the text before it
}

// Place returns where the scanner stands: after [Scanner.Peek], at the first byte of what follows.
func (s *Scanner) Place() Place { return Place{s.line, s.base + s.pos} }

// KeyPlace returns where the key stands whose value is being read. Outside of objects it is
// meaningless.
func (s *Scanner) KeyPlace() Place { return s.path[len(s.path)-1].at }

// Fault returns err with the path and the place where the scanner stands.
func (s *Scanner) Fault(err error) *fault.FieldError { return s.FaultAt(s.Place(), err) }

// FaultAt returns err with the path where the scanner stands, and another place.
func (s *Scanner) FaultAt(at Place, err error) *fault.FieldError {
	return &fault.FieldError{Path: s.where(), Err: err, Line: at.Line, Offset: at.Offset}
}

// where returns the path to the value that is being read.
func (s *Scanner) where() string {
	path := ""
	for _, at := range s.path {
		switch at.index {
		case noStep:
		case isKey:
			path = KeyPath(path, string(at.key))
		default:
			path = fault.Element(path, at.index)
		}
	}
	return path
}

// unexpected returns what stands at the place where want was wanted.
func (s *Scanner) unexpected(want string) error {
	if !s.fill() {
		return s.early(want)
	}
	found := s.buf[s.pos]
	broken := s.Fault(notJSON("want %s, not %q", want, rune(found)))
	if s.merge(found) {
		broken.Err = errMerge
	}
	return broken
}

func (s *Scanner) early(want string) error {
	switch {
	case s.err != nil && !errors.Is(s.err, io.EOF):
		return s.Fault(s.err)
	case s.base+s.pos == 0:
		return s.Fault(errEmpty)
	}
	return s.Fault(fault.Kind(ErrMalformed, "ends too early: want %s", want))
}

// merge reports whether the seven marks of a merge follow, and consumes them.
func (s *Scanner) merge(mark byte) bool {
	if bytes.IndexByte([]byte("<=>|"), mark) < 0 {
		return false
	}
	for range 7 {
		if c, ok := s.next(); !ok || c != mark {
			return false
		}
	}
	return true
}
