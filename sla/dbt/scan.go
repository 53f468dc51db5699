package dbt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

const (
	firstRead  = 4 << 10  // what is read at first: most files are small
	bufferSize = 64 << 10 // what is read at a time then
	maxDepth   = 256      // of nested values; dbt writes a dozen
	maxString  = 1 << 20  // of a text that is kept; the rest is cut off
	maxFaults  = 1000     // kept of one file
)

// A scanner walks through JSON of any size and keeps only what its caller asks
// for. It checks the grammar as strictly as [json.Valid], so that what is
// skipped is known to be whole.
type scanner struct {
	src  io.Reader
	err  error // of src, sticky
	buf  []byte
	pos  int   // of the next byte in buf
	base int64 // bytes before buf
	line int

	kind  string
	path  []step
	token []byte

	valueLine int   // where the value stands that began last
	valueAt   int64 //
	faults
}

// A step is one part of the path to a value: a key, or an index.
type step struct {
	key   []byte
	index int // isKey, or none yet
}

const (
	isKey = -1 - iota
	noStep
)

func newScanner(src io.Reader, kind string) *scanner {
	return &scanner{src: src, kind: kind, line: 1, buf: make([]byte, 0, firstRead)}
}

// fill reads more. It reports false at the end of the file, or at an error.
func (s *scanner) fill() bool {
	if s.pos < len(s.buf) {
		return true
	}
	s.base += int64(len(s.buf))
	if len(s.buf) == firstRead {
		s.buf = make([]byte, 0, bufferSize)
	}
	s.buf, s.pos = s.buf[:0], 0
	if s.src == nil {
		s.err = errNoReader
	}
	for idle := 0; s.err == nil && len(s.buf) == 0; idle++ {
		if idle == 100 {
			s.err = io.ErrNoProgress
			break
		}
		var n int
		n, s.err = s.src.Read(s.buf[:cap(s.buf)])
		s.buf = s.buf[:n]
	}
	return len(s.buf) > 0
}

// peek returns the next byte that is not white space; 0 at the end.
func (s *scanner) peek() byte {
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
func (s *scanner) next() (c byte, ok bool) {
	if !s.fill() {
		return 0, false
	}
	c = s.buf[s.pos]
	s.pos++
	return c, true
}

func (s *scanner) take(want byte) error {
	if s.peek() != want {
		return s.unexpected(strconv.QuoteRune(rune(want)))
	}
	s.pos++
	return nil
}

// object calls field for each key; field must consume the value. The key is
// good until field returns.
func (s *scanner) object(field func(key []byte) error) error {
	return s.each('{', '}', func(i int) error {
		if s.peek() != '"' {
			return s.unexpected("a key in quotes")
		}
		if err := s.scanString(true); err != nil {
			return err
		}
		at := &s.path[len(s.path)-1]
		at.key, at.index = append(at.key[:0], s.unquoted()...), isKey
		if err := s.take(':'); err != nil {
			return err
		}
		return field(at.key)
	})
}

// array calls item for each element; item must consume it.
func (s *scanner) array(item func(i int) error) error {
	return s.each('[', ']', func(i int) error {
		s.path[len(s.path)-1].index = i
		return item(i)
	})
}

// each walks through what stands between two brackets, separated by commas.
func (s *scanner) each(left, right byte, one func(i int) error) error {
	if err := s.take(left); err != nil {
		return err
	}
	if len(s.path) == maxDepth {
		return s.fail(errTooDeep)
	}
	s.push()
	defer s.pop()
	if s.peek() == right {
		s.pos++
		return nil
	}
	for i := 0; ; i++ {
		if err := one(i); err != nil {
			return err
		}
		switch s.peek() {
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

// push adds a step, in the memory of an earlier one where there was one.
func (s *scanner) push() {
	if len(s.path) < cap(s.path) {
		s.path = s.path[:len(s.path)+1]
		s.path[len(s.path)-1].index = noStep
		return
	}
	s.path = append(s.path, step{index: noStep})
}

func (s *scanner) pop() { s.path = s.path[:len(s.path)-1] }

// skip consumes any value.
func (s *scanner) skip() error {
	switch c := s.peek(); c {
	case '{':
		return s.object(func([]byte) error { return s.skip() })
	case '[':
		return s.array(func(int) error { return s.skip() })
	case '"':
		return s.scanString(false)
	default:
		return s.scanLiteral()
	}
}

// scanString consumes a string. When keep is set, s.token is the string as it
// stands in the file, with its quotes.
func (s *scanner) scanString(keep bool) error {
	s.pos++
	s.token = append(s.token[:0], '"')
	for s.fill() {
		rest := s.buf[s.pos:]
		n := plain(rest)
		s.pos += n
		if keep {
			s.keep(rest[:n]...)
		}
		if n == len(rest) {
			continue
		}
		if done, err := s.special(keep); done || err != nil {
			return err
		}
	}
	return s.unexpected("the end of a string")
}

// plain counts the bytes of a string that mean themselves.
func plain(b []byte) int {
	for i, c := range b {
		if c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return len(b)
}

// special consumes a quote, which ends the string, or an escape.
func (s *scanner) special(keep bool) (done bool, err error) {
	switch s.buf[s.pos] {
	case '"':
		s.pos++
		s.token = append(s.token, '"')
		return true, nil
	case '\\':
		return false, s.escape(keep)
	}
	return false, s.unexpected("the end of a string")
}

func (s *scanner) escape(keep bool) error {
	s.pos++
	c, ok := s.next()
	if !ok {
		return s.unexpected("the end of a string")
	}
	if bytes.IndexByte([]byte(`"\/bfnrtu`), c) < 0 {
		s.pos--
		return s.unexpected("an escape")
	}
	escape := append(make([]byte, 0, 6), '\\', c)
	for c == 'u' && len(escape) < 6 {
		if !s.fill() || !isHex(s.buf[s.pos]) {
			return s.unexpected("a hexadecimal digit")
		}
		escape = append(escape, s.buf[s.pos])
		s.pos++
	}
	if keep {
		s.keep(escape...)
	}
	return nil
}

// keep adds to s.token, unless it is long enough: the rest is cut off.
func (s *scanner) keep(part ...byte) {
	if len(s.token)+len(part) <= maxString {
		s.token = append(s.token, part...)
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// unquoted returns the text of the string in s.token.
func (s *scanner) unquoted() []byte {
	inner := s.token[1 : len(s.token)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner
	}
	var text string
	if json.Unmarshal(s.token, &text) != nil {
		return inner
	}
	return []byte(text)
}

// scanLiteral consumes a number, true, false or null into s.token.
func (s *scanner) scanLiteral() error {
	s.token = s.token[:0]
	line, start := s.line, s.base+int64(s.pos)
	for s.fill() {
		c := s.buf[s.pos]
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'z' || c == '-' || c == '+' || c == '.' || c == 'E') {
			break
		}
		s.keep(c)
		s.pos++
	}
	if len(s.token) > 0 && json.Valid(s.token) {
		return nil
	}
	if len(s.token) > 0 && s.fill() {
		return s.failAt(line, start, fmt.Errorf("%w: %q is not a value", ErrSyntax, s.token))
	}
	return s.unexpected("a value")
}

// end makes sure that nothing follows.
func (s *scanner) end() error {
	if s.peek() != 0 || s.fill() {
		return s.unexpected("the end of the file")
	}
	if s.err != nil && !errors.Is(s.err, io.EOF) {
		return s.fail(s.err)
	}
	return nil
}

// start passes over a byte order mark, and checks that an object follows.
func (s *scanner) start() error {
	for i, mark := range []byte("\xef\xbb\xbf") {
		if !s.fill() || s.buf[s.pos] != mark {
			if i == 0 {
				break
			}
			return s.unexpected("a byte order mark")
		}
		s.pos++
	}
	switch c := s.peek(); {
	case c == '{':
		return nil
	case c == '[' || c == '"':
		return s.fail(fmt.Errorf("%w: it holds no object", ErrWrongKind))
	}
	return s.unexpected("'{'")
}
