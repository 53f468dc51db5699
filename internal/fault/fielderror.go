package fault

import (
	"fmt"
	"strconv"
	"strings"
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
	Path   string // which field, named as JSON does: objectives[1].target; empty for the whole definition
	Err    error  // the rule that it breaks, in words; it quotes the input
	Line   int    // where in the text it stands, counted from 1; 0 when it was not read from text
	Offset int    // how many bytes of the text stand before it; meaningless while Line is 0
}

// Error returns the path and the rule, as "objectives[1].target: 1.2 is not between 0 and 1",
// with the line and offset behind them when the fault was read from text.
func (e *FieldError) Error() string {
	text := "no fault"
	if e.Err != nil {
		text = Text(e.Err)
	}
	if e.Path != "" {
		text = e.Path + ": " + text
	}
	if e.Line > 0 {
		text = fmt.Sprintf("%s (line %d, offset %d)", text, e.Line, e.Offset)
	}
	return text
}

// Unwrap returns the rule without its place.
func (e *FieldError) Unwrap() error { return e.Err }

// New returns one fault. The format and its arguments are those of [fmt.Errorf].
func New(path, format string, args ...any) *FieldError {
	return &FieldError{Path: path, Err: fmt.Errorf(format, args...)}
}

// Join returns the path of a field below path.
func Join(path, field string) string {
	if path == "" || field == "" || field[0] == '[' {
		return path + field
	}
	return path + "." + field
}

// Element returns the path of the element i of the list at path.
func Element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// Within reports whether path is that of a value, or of something in it. Everything is within the
// empty path.
func Within(value, path string) bool {
	rest, ok := strings.CutPrefix(path, value)
	return ok && (value == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}
