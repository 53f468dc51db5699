package freshness

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// maxLine bounds a line of a history, in bytes.
const maxLine = 4096

// maxLineFaults bounds how many faults one history is told of.
const maxLineFaults = 20

var (
	errHeader     = errors.New(`want the header "landed_at"`)
	errNoReader   = errors.New("freshness: there is no reader to read a history from")
	errManyFaults = errors.New("and more: reading stopped here")
)

// ReadLandings reads a history: the header "landed_at", then an instant a line
// as RFC 3339 writes it, with up to 9 digits of a second. Empty lines, spaces
// around an instant, quotes around a field, a byte order mark and CRLF at line
// ends are fine. A header alone is an empty history, which is nil: nothing has landed.
//
//	landed_at
//	2020-03-25T18:11:35Z
//	2020-03-26T00:17:16Z
//
// Lines may be in any order, and the landings come back oldest first.
// An instant that comes twice is one landing.
//
// All faults are returned at once, joined, up to 20: each is a [*FieldError]
// whose path is the line, "line 7", counted from 1. A line above 4096 bytes
// ends the reading, as does an error of r, which is wrapped.
func ReadLandings(r io.Reader) (Landings, error) {
	if r == nil {
		return nil, &FieldError{Err: errNoReader}
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	h := historyReader{}
	for h.number = 1; lines.Scan(); h.number++ {
		h.line(lines.Bytes())
		if len(h.faults) == maxLineFaults {
			h.fault(errManyFaults)
			return nil, h.faults.err()
		}
	}
	if err := lines.Err(); err != nil {
		h.fault(err)
	} else if !h.headed {
		h.fault(errHeader)
	}
	if err := h.faults.err(); err != nil {
		return nil, err
	}
	return Landings(nil).Add(h.landed...), nil
}

type historyReader struct {
	number int
	headed bool
	landed Landings
	faults faults
}

func (h *historyReader) fault(err error) {
	h.faults = append(h.faults, &FieldError{fmt.Sprintf("line %d", h.number), err})
}

// line reads one line. The first that is not empty is the header.
func (h *historyReader) line(text []byte) {
	if h.number == 1 {
		text = bytes.TrimPrefix(text, []byte("\ufeff"))
	}
	field := string(unquoted(bytes.TrimSpace(text)))
	switch {
	case field == "":
	case !h.headed:
		h.header(field)
	default:
		h.instant(field)
	}
}

func (h *historyReader) header(field string) {
	if h.headed = true; field != "landed_at" {
		h.fault(fmt.Errorf("%w, not %q", errHeader, shortened(field)))
	}
}

func (h *historyReader) instant(field string) {
	at, err := time.Parse(time.RFC3339, field)
	if err != nil {
		h.fault(fmt.Errorf("%q is not an instant such as \"2006-01-02T15:04:05Z\"", shortened(field)))
		return
	}
	h.landed = append(h.landed, Landing{At: at.UTC()})
}

// unquoted takes one pair of quotes off a field.
func unquoted(field []byte) []byte {
	if n := len(field); n >= 2 && field[0] == '"' && field[n-1] == '"' {
		return field[1 : n-1]
	}
	return field
}

// shortened cuts what a message quotes.
func shortened(text string) string {
	const most = 40
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
