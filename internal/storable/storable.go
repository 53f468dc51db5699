// Package storable decides, once for all engines, which names and texts every store keeps as they
// are.
//
// A database may cut a name, compare it without its case, or refuse a byte in it. What one engine
// would change is refused for all of them, so that a record can move from one store to another.
package storable

import (
	"strings"
	"unicode/utf8"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// Name adds a fault for a name that not every engine keeps as it is: one that is empty, is longer
// than [fault.MostName] bytes, is not valid UTF-8, or holds NUL. Two names of that length are what
// an index of any of the engines holds.
func Name(f *fault.List, path, name string) {
	switch {
	case name == "":
		f.Add(path, "is missing")
	case len(name) > fault.MostName:
		f.Add(path, "%s is longer than %d bytes", plain.Quote(name), fault.MostName)
	default:
		Text(f, path, name)
	}
}

// Text adds a fault for text that not every engine keeps as it is: one that is not valid UTF-8, or
// holds NUL.
func Text(f *fault.List, path, text string) {
	switch {
	case !utf8.ValidString(text):
		JSON(f, path, text)
	case strings.ContainsRune(text, 0):
		f.Add(path, "%s holds NUL", plain.Quote(text))
	}
}

// JSON adds a fault for text that its form in JSON changes: one that is not valid UTF-8. It may
// hold NUL.
func JSON(f *fault.List, path, text string) {
	if !utf8.ValidString(text) {
		f.Add(path, "%s is not valid UTF-8", plain.Quote(text))
	}
}

// Clean returns text that [Text] accepts: what it would refuse becomes U+FFFD.
func Clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd")
}
