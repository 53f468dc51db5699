package history

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// maxLine bounds a line of a history, in bytes.
const maxLine = 4096

// maxLineFaults bounds how many faults of one history are returned: a file of another kind is one
// mistake, and is not read to its end.
const maxLineFaults = 20

// column is the header of a history, and the path of the faults of its instants.
const column = "landed_at"

var (
	errNoReader   = errors.New("history: there is no reader to read a history from")
	errManyFaults = errors.New("and more: reading stopped here")
)

// ReadLandings reads a history: the header "landed_at", then an instant a line in the form of RFC
// 3339, with up to 9 digits of a second. Empty lines, spaces around an instant, quotes around a
// field, a byte order mark and CRLF at line ends are allowed.
//
//	landed_at
//	2020-03-25T18:11:35Z
//	2020-03-26T00:17:16Z
//
// Lines may be in any order; landings are returned oldest first. An instant that comes twice is one
// landing. A header alone is an empty history, which is nil: nothing has landed.
//
// All faults are returned at once, joined, up to 20, each a [*freshness.FieldError] with the line
// and the offset at which the line begins. A line above 4096 bytes ends the reading, as does an
// error of r, which is wrapped.
func ReadLandings(r io.Reader) (freshness.Landings, error) {
	if r == nil {
		return nil, &freshness.FieldError{Err: errNoReader}
	}

	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	h := historyReader{number: 1}
	lines.Split(h.split)
	for ; lines.Scan(); h.number++ {
		h.line(lines.Bytes())
		if h.faults.Len() == maxLineFaults {
			h.fault("", errManyFaults)
			return nil, h.faults.Err()
		}
		h.start = h.end
	}

	if err := lines.Err(); err != nil {
		h.fault("", err)
	} else if !h.headed {
		h.fault("", fmt.Errorf("want the header %q", column))
	}
	if err := h.faults.Err(); err != nil {
		return nil, err
	}
	return freshness.Landings(nil).Add(h.landed...), nil
}

type historyReader struct {
	number     int // of the line, counted from 1
	start, end int // offsets of the line, and behind it
	headed     bool
	landed     freshness.Landings
	faults     fault.List
}

// split is [bufio.ScanLines], and keeps count of the bytes.
func (h *historyReader) split(data []byte, atEOF bool) (advance int, line []byte, err error) {
	advance, line, err = bufio.ScanLines(data, atEOF)
	h.end += advance
	return advance, line, err
}

func (h *historyReader) fault(path string, err error) {
	h.faults.Put(&freshness.FieldError{Path: path, Err: err, Line: h.number, Offset: h.start})
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
	if h.headed = true; field != column {
		h.fault("", fmt.Errorf("want the header %q, not %s", column, plain.Quote(field)))
	}
}

func (h *historyReader) instant(field string) {
	at, err := time.Parse(time.RFC3339, field)
	if err != nil {
		const form = "2006-01-02T15:04:05Z"
		h.fault(column, fmt.Errorf("%s is not an instant such as %q", plain.Quote(field), form))
		return
	}
	h.landed = append(h.landed, freshness.Landing{At: at.UTC()})
}

// unquoted returns a field without one pair of quotes around it.
func unquoted(field []byte) []byte {
	if n := len(field); n >= 2 && field[0] == '"' && field[n-1] == '"' {
		return field[1 : n-1]
	}
	return field
}
