package schedule

import (
	"fmt"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A ParseError is a fault in the text of a [Schedule] or a [Calendar], and where it stands.
//
//	var bad *schedule.ParseError
//	if errors.As(err, &bad) {
//		fmt.Println(bad.Field, bad.Offset, bad.Reason)
//	}
type ParseError struct {
	Input  string // the whole text
	Field  string // the part at fault: "minute", "day of month", "zone"
	Offset int    // where in Input the fault begins, in bytes, from 0 to len(Input)
	Reason string // the rule that is broken, and the text that breaks it
	Err    error  // the cause, if another package found it; else nil
}

// Error returns the field, the reason, the offset and the input in one line.
// It cuts an input of more than 64 bytes, and a reason of more than 400.
func (e *ParseError) Error() string {
	reason, input := cutMiddle(e.Reason), plain.Quote(e.Input)
	return fmt.Sprintf("schedule: %s: %s (at offset %d of %s)", e.Field, reason, e.Offset, input)
}

// cutMiddle cuts a reason that quotes a long text in the middle, because its end is the rule.
func cutMiddle(reason string) string {
	const most = 400
	if len(reason) <= most {
		return reason
	}
	head, tail := reason[:most/2], reason[len(reason)-most/2:]
	return strings.ToValidUTF8(head, "") + "…" + strings.ToValidUTF8(tail, "")
}

// Unwrap returns e.Err.
func (e *ParseError) Unwrap() error { return e.Err }

// A token is a piece of an input with the place where it begins.
type token struct {
	text   string
	offset int
}

// from returns the token without its first n bytes.
func (t token) from(n int) token { return token{t.text[n:], t.offset + n} }

// upTo returns the first n bytes of the token.
func (t token) upTo(n int) token { return token{t.text[:n], t.offset} }

// errorf returns a ParseError at the token. Its Input is filled in where the whole text is known.
func (t token) errorf(field, format string, args ...any) *ParseError {
	return &ParseError{Field: field, Offset: t.offset, Reason: fmt.Sprintf(format, args...)}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// word splits the first word off t: what stands before the first white space.
func (t token) word() (first, rest token) {
	t = t.trim()
	for i := range len(t.text) {
		if isSpace(t.text[i]) {
			return t.upTo(i), t.from(i).trim()
		}
	}
	return t, t.from(len(t.text))
}

// trim drops white space before t.
func (t token) trim() token {
	for len(t.text) > 0 && isSpace(t.text[0]) {
		t = t.from(1)
	}
	return t
}
