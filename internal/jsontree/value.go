package jsontree

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A Value is one value of a JSON text, and where it stands.
type Value struct {
	Raw     []byte // as it was written
	Offset  int    // how many bytes of the text stand before it
	Members []Member
	Items   []Value
}

// A Member is one field of an object.
type Member struct {
	Name   string
	Offset int // of the name
	Value  Value
}

// Parse reads one JSON text. What is not JSON, or not valid UTF-8, is a fault with its line and
// offset.
func Parse(data []byte) (Value, error) {
	if at := firstInvalid(data); at < len(data) {
		return Value{}, &fault.FieldError{Err: errNotUTF8, Line: lineAt(data, at), Offset: at}
	}
	t := tree{scan(data), data}
	root, err := t.value()
	if err == nil {
		err = t.End()
	}
	var broken *fault.FieldError
	if errors.As(err, &broken) {
		broken.Path = "" // the text is broken, and not one of its fields
		return Value{}, broken
	}
	return root, nil
}

var errNotUTF8 = errors.New("the text is not valid UTF-8")

// firstInvalid returns the offset of the first byte that is not valid UTF-8, and the length of data
// if all is valid.
func firstInvalid(data []byte) int {
	if utf8.Valid(data) {
		return len(data)
	}
	at := 0
	for r, n := utf8.DecodeRune(data); r != utf8.RuneError || n != 1; r, n = utf8.DecodeRune(data[at:]) {
		at += n
	}
	return at
}

// lineAt returns the line of the byte at offset, counted from 1.
func lineAt(data []byte, offset int) int { return 1 + bytes.Count(data[:offset], []byte{'\n'}) }

// A tree reads the values of a text in memory.
type tree struct {
	*Scanner
	data []byte
}

func (t tree) value() (v Value, err error) {
	first := t.Peek()
	v.Offset = t.pos // all of the text is in the buffer

	switch first {
	case '{':
		err = t.Object(func(key []byte) error { return t.member(&v, string(key)) })
	case '[':
		err = t.Array(func(int) error {
			item, err := t.value()
			v.Items = append(v.Items, item)
			return err
		})
	default:
		err = t.Skip()
	}

	v.Raw = t.data[v.Offset:t.pos]
	return v, err
}

// member reads the value of a key, which the scanner has just read.
func (t tree) member(v *Value, name string) error {
	at := t.KeyPlace().Offset
	value, err := t.value()
	v.Members = append(v.Members, Member{Name: name, Offset: at, Value: value})
	return err
}

// Locate returns where the value with a path stands, or else the nearest that holds it.
func (v *Value) Locate(at, path string) int {
	for i := range v.Members {
		if under := KeyPath(at, v.Members[i].Name); fault.Within(under, path) {
			return v.Members[i].Value.Locate(under, path)
		}
	}
	for i := range v.Items {
		if under := fault.Element(at, i); fault.Within(under, path) {
			return v.Items[i].Locate(under, path)
		}
	}
	return v.Offset
}

// KeyPath returns the path of a field whose name has not been checked: in quotes if it is not
// plain.
func KeyPath(path, name string) string {
	if name == "" || len(name) > 64 || strings.ContainsFunc(name, odd) {
		return path + "[" + plain.Quote(name) + "]"
	}
	return fault.Join(path, name)
}

// odd reports whether a character would have to be guessed in a path.
func odd(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	return !letter && (r < '0' || r > '9') && r != '_' && r != '-'
}
