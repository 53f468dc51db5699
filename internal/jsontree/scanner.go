package jsontree

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

const (
	firstRead  = 4 << 10  // bytes that are read at first: most texts are small
	bufferSize = 64 << 10 // bytes that are read at a time then
	maxDepth   = 256      // nested values; definitions and dbt have about a dozen
	maxText    = 1 << 20  // bytes of a text that are kept; the rest is cut off
)

// A Scanner walks through one JSON text of any size, in one pass, and keeps only what its caller
// asks for. It checks the grammar as strictly as [json.Valid] does, so that what is skipped is
// known to be whole. Values that nest more than 256 deep are refused.
//
// Its methods return a [*fault.FieldError] with the path, line and offset of what is wrong. After
// an error the Scanner must not be used. Bytes that it returns are valid until its next call.
type Scanner struct {
	src  io.Reader
	err  error // of src, sticky
	buf  []byte
	pos  int // of the next byte in buf
	base int // bytes of the text before buf
	line int

	path  []step
	token []byte // the last text or literal
	cut   bool   // token was too long, and lacks its end

	broken bool // skipWhole has found a fault, which is yet to be placed
}

// A step is one part of the path to a value: a key, or an index.
type step struct {
	key   []byte
	at    Place // of the key
	index int   // isKey, or noStep while neither is known
}

const (
	isKey = -1 - iota
	noStep
)

// NewScanner returns a Scanner that reads src through a buffer of 64 KiB, whatever the size of the
// text.
func NewScanner(src io.Reader) *Scanner {
	s := &Scanner{src: src, line: 1, buf: make([]byte, 0, firstRead)}
	if src == nil {
		s.err = errNoReader
	}
	return s
}

// scan returns a Scanner of a text in memory, which it does not copy.
func scan(data []byte) *Scanner { return &Scanner{buf: data, err: io.EOF, line: 1} }

// fill reads more if all is consumed. It reports false at the end of the text, or at an error of
// the reader.
func (s *Scanner) fill() bool {
	if s.pos < len(s.buf) {
		return true
	}
	if s.err != nil {
		return false
	}
	s.base += len(s.buf)
	if len(s.buf) == firstRead {
		s.buf = make([]byte, 0, bufferSize)
	}
	s.buf, s.pos = s.buf[:0], 0

	for idle := 0; s.err == nil && len(s.buf) == 0; idle++ {
		if idle == 100 { // as bufio does: a reader that never reads must not hold us for ever
			s.err = io.ErrNoProgress
			break
		}
		var n int
		n, s.err = s.src.Read(s.buf[:cap(s.buf)])
		s.buf = s.buf[:n]
	}
	return len(s.buf) > 0
}

// Peek returns the first byte of what follows, white space left out, and 0 at the end of the text.
func (s *Scanner) Peek() byte {
	for s.fill() {
		switch c := s.buf[s.pos]; c {
		case '\n':
			s.line++
		case ' ', '\t', '\r':
		default:
			return c
		}
		s.pos++
	}
	return 0
}

// next takes one byte, white space or not; ok is false at the end.
func (s *Scanner) next() (c byte, ok bool) {
	if !s.fill() {
		return 0, false
	}
	c = s.buf[s.pos]
	s.pos++
	return c, true
}

func (s *Scanner) take(want byte) error {
	if s.Peek() != want {
		return s.unexpected(strconv.QuoteRune(rune(want)))
	}
	s.pos++
	return nil
}

// Object reads an object. It calls field for each key; field must read the value. The key is valid
// until field returns.
func (s *Scanner) Object(field func(key []byte) error) error {
	return s.each('{', '}', func(int) error {
		if s.Peek() != '"' {
			return s.unexpected("a key in quotes")
		}

		place := s.Place()
		key, err := s.Text()
		if err != nil {
			return err
		}

		// The path outlives the key, whose bytes the next call overwrites.
		at := &s.path[len(s.path)-1]
		at.key, at.at, at.index = append(at.key[:0], key...), place, isKey
		if err := s.take(':'); err != nil {
			return err
		}
		return field(at.key)
	})
}

// Array reads an array. It calls item for each element; item must read it.
func (s *Scanner) Array(item func(i int) error) error {
	return s.each('[', ']', func(i int) error {
		s.path[len(s.path)-1].index = i
		return item(i)
	})
}

// each walks through what stands between two brackets, separated by commas.
func (s *Scanner) each(left, right byte, one func(i int) error) error {
	if err := s.take(left); err != nil {
		return err
	}
	if len(s.path) == maxDepth {
		return s.Fault(errTooDeep)
	}
	s.push()
	defer s.pop()

	if s.Peek() == right {
		s.pos++
		return nil
	}
	for i := 0; ; i++ {
		if err := one(i); err != nil {
			return err
		}
		switch s.Peek() {
		case ',':
			s.pos++
		case right:
			s.pos++
			return nil
		default:
			return s.unexpected("',' or " + strconv.QuoteRune(rune(right)))
		}
	}
}

// push adds a step, in the memory of an earlier one if there was one.
func (s *Scanner) push() {
	s.path = slices.Grow(s.path, 1)[:len(s.path)+1]
	s.path[len(s.path)-1].index = noStep
}

func (s *Scanner) pop() { s.path = s.path[:len(s.path)-1] }

// Skip reads any value, and keeps nothing of it.
func (s *Scanner) Skip() error {
	if s.skipWhole() {
		return nil
	}
	switch s.Peek() {
	case '{':
		return s.Object(func([]byte) error { return s.Skip() })
	case '[':
		return s.Array(func(int) error { return s.Skip() })
	case '"':
		return s.scanText(false)
	}
	_, err := s.Literal()
	return err
}

// Literal reads a number, true, false or null, and returns it as it is written.
func (s *Scanner) Literal() ([]byte, error) {
	s.token, s.cut = s.token[:0], false
	s.Peek()
	at := s.Place()
	for s.fill() && inLiteral(s.buf[s.pos]) {
		s.keep(s.buf[s.pos : s.pos+1])
		s.pos++
	}
	if len(s.token) > 0 && json.Valid(s.token) {
		return s.token, nil
	}
	if len(s.token) > 0 && s.fill() {
		return nil, s.FaultAt(at, notJSON("%q is not a value", plain.Cut(string(s.token), 40)))
	}
	return nil, s.unexpected("a value")
}

func inLiteral(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || c == '-' || c == '+' || c == '.' || c == 'E'
}

// SkipMark skips a byte order mark, which some editors write in front of a text.
func (s *Scanner) SkipMark() error {
	for i, mark := range []byte("\xef\xbb\xbf") {
		if !s.fill() || s.buf[s.pos] != mark {
			if i == 0 {
				return nil
			}
			return s.unexpected("a byte order mark")
		}
		s.pos++
	}
	return nil
}

// End makes sure that nothing but white space follows, and that the reader did not fail.
func (s *Scanner) End() error {
	if s.Peek() != 0 || s.fill() {
		return s.unexpected("the end of the text")
	}
	if s.err != nil && !errors.Is(s.err, io.EOF) {
		return s.Fault(s.err)
	}
	return nil
}
