package sla

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A FieldError is one fault in a definition: where it stands, and which rule it breaks.
// Functions that check a definition join all its faults; each is one line of the joined error,
// and [errors.As] finds the first:
//
//	var fault *sla.FieldError
//	if errors.As(err, &fault) {
//		fmt.Println(fault.Path, fault.Err)
//	}
type FieldError struct {
	Path   string // which field, as objectives[1].target; empty for the whole definition
	Err    error  // the rule that it breaks, in words
	Line   int    // where in the text it stands, counted from 1; 0 when it was not read from text
	Offset int    // how many bytes of the text stand before it; meaningless while Line is 0
}

// Error answers the path and the rule, as "objectives[1].target: 1.2 is not between 0 and 1",
// with the line and offset behind them when the fault was read from text.
func (e *FieldError) Error() string {
	text := "no fault"
	if e.Err != nil {
		text = e.Err.Error()
	}
	if e.Path != "" {
		text = e.Path + ": " + text
	}
	if e.Line > 0 {
		text = fmt.Sprintf("%s (line %d, offset %d)", text, e.Line, e.Offset)
	}
	return text
}

// Unwrap answers the fault without its place.
func (e *FieldError) Unwrap() error { return e.Err }

// fieldError is one fault, in words.
func fieldError(path, format string, args ...any) *FieldError {
	return &FieldError{Path: path, Err: fmt.Errorf(format, args...)}
}

// mostFaults bounds a joined error: a million broken edges are one mistake, and nobody reads a million lines.
const mostFaults = 100

// faults collects what is wrong, in the order in which it is found.
type faults struct {
	list []error
	more int
}

func (f *faults) add(path, format string, args ...any) { f.put(fieldError(path, format, args...)) }

func (f *faults) put(fault *FieldError) {
	if len(f.list) == mostFaults {
		f.more++
		return
	}
	f.list = append(f.list, fault)
}

// below adds what err joins, each under path.
func (f *faults) below(path string, err error) {
	if err == nil {
		return
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			f.below(path, one)
		}
		return
	}
	f.put(under(path, err))
}

// under is one error with path in front of its own.
func under(path string, err error) *FieldError {
	var ours *FieldError
	if errors.As(err, &ours) {
		moved := *ours
		moved.Path = join(path, ours.Path)
		return &moved
	}
	var theirs *freshness.FieldError
	if errors.As(err, &theirs) {
		return &FieldError{Path: join(path, theirs.Path), Err: theirs.Err}
	}
	return &FieldError{Path: path, Err: err}
}

// err joins all faults; nil when there are none.
func (f *faults) err() error {
	if f.more > 0 {
		return errors.Join(append(f.list, fmt.Errorf("and %d more faults", f.more))...)
	}
	return errors.Join(f.list...)
}

func join(path, field string) string {
	if path == "" || field == "" || field[0] == '[' {
		return path + field
	}
	return path + "." + field
}

func element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// quote quotes hostile text, cut where a reader would stop.
func quote(text string) string {
	const most = 64
	if len(text) <= most {
		return strconv.Quote(text)
	}
	end := most
	for end > most-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return strconv.Quote(text[:end]) + "…"
}
