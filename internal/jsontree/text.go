package jsontree

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Text reads a text in quotes and returns what it stands for. What is not proper Unicode becomes
// U+FFFD. A text longer than 1 MiB is cut.
func (s *Scanner) Text() ([]byte, error) {
	if err := s.scanText(true); err != nil {
		return nil, err
	}
	text, _ := unquote(s.token)
	return text, nil
}

// scanText reads a text in quotes. If keep is set, s.token is the text as it is written, with its
// quotes.
func (s *Scanner) scanText(keep bool) error {
	if err := s.take('"'); err != nil {
		return err
	}

	// Whole stretches are copied at once: most of a file is text without escapes.
	s.token, s.cut = append(s.token[:0], '"'), false
	for s.fill() {
		rest := s.buf[s.pos:]
		n := literal(rest)
		s.pos += n
		if keep {
			s.keep(rest[:n])
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

// literal counts the bytes of a text that stand for themselves.
func literal(b []byte) int {
	for i, c := range b {
		if c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return len(b)
}

// special reads a quote, which ends the text, or an escape.
func (s *Scanner) special(keep bool) (done bool, err error) {
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

func (s *Scanner) escape(keep bool) error {
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
		s.keep(escape)
	}
	return nil
}

// keep adds to s.token, until it is long enough: the rest is cut off, between two characters.
func (s *Scanner) keep(part []byte) {
	room := maxText - len(s.token)
	switch {
	case s.cut:
	case len(part) <= room:
		s.token = append(s.token, part...)
	default:
		s.cut = true
		for room > 0 && !utf8.RuneStart(part[room]) {
			room--
		}
		if part[0] != '\\' { // half an escape is none
			s.token = append(s.token, part[:room]...)
		}
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// unquote returns what a text in quotes stands for; ok reports whether it is proper Unicode.
// Package json reads half a surrogate pair as the replacement character: two texts would become
// one. Without escapes the result is a part of raw, so that keys cost no allocation.
func unquote(raw []byte) (text []byte, ok bool) {
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner, true
	}
	var read string
	if json.Unmarshal(raw, &read) != nil {
		return inner, false
	}
	return []byte(read), !strings.ContainsRune(read, utf8.RuneError) || !halfSurrogate(raw)
}

func halfSurrogate(raw []byte) bool {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return false
		}
		raw = raw[i:]
		switch {
		case !surrogate(raw, "89ab") && !surrogate(raw, "cdef"):
			raw = raw[2:]
		case surrogate(raw, "89ab") && surrogate(raw[6:], "cdef"):
			raw = raw[12:]
		default:
			return true
		}
	}
}

// surrogate reports whether the text begins with \uD…, and then one of the given digits: 89ab for
// the first half.
func surrogate(raw []byte, digit string) bool {
	return len(raw) >= 6 && raw[0] == '\\' && raw[1] == 'u' && raw[2]|0x20 == 'd' &&
		strings.IndexByte(digit, raw[3]|0x20) >= 0
}
