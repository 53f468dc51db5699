package sla

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// A jsonValue is one value of a JSON text, and where it stands.
// Package json alone would say neither where a value stands nor that a field came twice, and would read text that is
// not proper UTF-8 as something else.
type jsonValue struct {
	raw     []byte
	offset  int
	members []jsonMember // of an object, in order
	items   []jsonValue  // of a list
}

type jsonMember struct {
	name   string
	offset int // of the name
	value  jsonValue
}

// parseJSON reads one JSON text; the fault has no line yet.
func parseJSON(data []byte) (jsonValue, *FieldError) {
	if !utf8.Valid(data) {
		at := 0
		for r, n := utf8.DecodeRune(data); r != utf8.RuneError || n != 1; r, n = utf8.DecodeRune(data[at:]) {
			at += n
		}
		return jsonValue{}, &FieldError{Err: errors.New("the text is not valid UTF-8"), Offset: at}
	}
	var all json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		fault := &FieldError{Err: err}
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			fault.Offset = max(int(syntax.Offset)-1, 0)
		}
		return jsonValue{}, fault
	}
	s := jsonScanner{data: data}
	return s.value(), nil
}

// A jsonScanner walks a text that package json has found to be valid.
type jsonScanner struct {
	data []byte
	at   int
}

// next answers the next byte that is no space.
func (s *jsonScanner) next() byte {
	for strings.IndexByte(" \t\r\n", s.data[s.at]) >= 0 {
		s.at++
	}
	return s.data[s.at]
}

func (s *jsonScanner) value() jsonValue {
	v := jsonValue{offset: s.at}
	switch first := s.next(); first {
	case '{', '[':
		v.offset = s.at
		s.inside(&v, first == '{')
	case '"':
		v.offset = s.at
		s.text()
	default:
		v.offset = s.at
		for s.at < len(s.data) && strings.IndexByte(" \t\r\n,]}", s.data[s.at]) < 0 {
			s.at++
		}
	}
	v.raw = s.data[v.offset:s.at]
	return v
}

// inside reads an object or a list, its brackets included.
func (s *jsonScanner) inside(v *jsonValue, object bool) {
	for s.at++; ; s.at++ {
		if c := s.next(); c == '}' || c == ']' {
			s.at++
			return
		}
		if object {
			v.members = append(v.members, s.member())
		} else {
			v.items = append(v.items, s.value())
		}
		if s.next() != ',' {
			s.at++
			return
		}
	}
}

func (s *jsonScanner) member() jsonMember {
	s.next()
	m := jsonMember{offset: s.at}
	s.text()
	m.name, _ = unquote(s.data[m.offset:s.at])
	s.next()
	s.at++ // the colon
	m.value = s.value()
	return m
}

// text passes a text in quotes.
func (s *jsonScanner) text() {
	for s.at++; s.data[s.at] != '"'; s.at++ {
		if s.data[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
}

// unquote reads a valid text in quotes; ok says that it stands for proper Unicode.
// Package json reads half a surrogate pair as the replacement character: two texts would become one.
func unquote(raw []byte) (text string, ok bool) {
	_ = json.Unmarshal(raw, &text) // valid already
	return text, !strings.ContainsRune(text, utf8.RuneError) || !halfSurrogate(raw)
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

// surrogate says whether the text begins with \uD…, and then one of the given digits: 89ab for the first half.
func surrogate(raw []byte, digit string) bool {
	return len(raw) >= 6 && raw[0] == '\\' && raw[1] == 'u' && raw[2]|0x20 == 'd' && strings.IndexByte(digit, raw[3]|0x20) >= 0
}

// locate answers where the value with a path stands, or else the nearest that holds it.
func (v *jsonValue) locate(at, path string) int {
	for i := range v.members {
		if under := keyPath(at, v.members[i].name); within(under, path) {
			return v.members[i].value.locate(under, path)
		}
	}
	for i := range v.items {
		if under := element(at, i); within(under, path) {
			return v.items[i].locate(under, path)
		}
	}
	return v.offset
}

// within says whether path is that of a value or of something in it.
func within(value, path string) bool {
	rest, ok := strings.CutPrefix(path, value)
	return ok && (value == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}

// keyPath is the path of a field whose name nobody has checked.
func keyPath(path, name string) string {
	for i := range len(name) {
		if c := name[i] | 0x20; (c < 'a' || c > 'z') && (name[i] < '0' || name[i] > '9') && name[i] != '_' && name[i] != '-' {
			return path + "[" + quote(name) + "]"
		}
	}
	if name == "" || len(name) > 64 {
		return path + "[" + quote(name) + "]"
	}
	return join(path, name)
}
