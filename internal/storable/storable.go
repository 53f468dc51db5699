// Package storable decides, once and above all engines, which names, texts and instants every store keeps as they are.
//
// # Compatibility
//
// The package is internal to this module and promises nothing.
package storable

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// MostName is how many bytes a name may have that is a key: two of them are what an index of any of the engines holds.
const MostName = 1 << 10

// Name refuses a name that not every engine would keep as it is: one that is empty or longer than [MostName] bytes,
// is not valid UTF-8, or holds NUL. The error says what a name must be, after the path of the field.
func Name(path, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%s: is missing", path)
	case len(name) > MostName:
		return fmt.Errorf("%s: %.40q… is longer than %d bytes", path, name, MostName)
	default:
		return Text(path, name)
	}
}

// Text refuses text that not every engine would keep as it is: what is not valid UTF-8, or holds NUL.
func Text(path, text string) error {
	if err := JSON(path, text); err != nil {
		return err
	}
	if strings.ContainsRune(text, 0) {
		return fmt.Errorf("%s: %.40q holds NUL", path, text)
	}
	return nil
}

// JSON refuses text that its form in JSON would change: what is not valid UTF-8. It may hold NUL.
func JSON(path, text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%s: %.40q is not valid UTF-8", path, text)
	}
	return nil
}

// Instant refuses an instant that would read back as another one: the offset of its zone has parts of a minute, as before there were time
// zones, or its year is not one of 0 to 9999.
func Instant(path string, at time.Time) error {
	_, offset := at.Zone()
	if year := at.Year(); year < 0 || year > 9999 || offset%60 != 0 || offset <= -86400 || offset >= 86400 {
		return fmt.Errorf("%s: %v has no exact text: give it in UTC, in the years 0 to 9999", path, at)
	}
	return nil
}

// Below puts the path of a struct before each of the errors that are joined in one.
func Below(path string, err error) error {
	list, joined := err.(interface{ Unwrap() []error })
	if !joined {
		return fmt.Errorf("%s.%w", path, err)
	}
	var faults []error
	for _, fault := range list.Unwrap() {
		faults = append(faults, Below(path, fault))
	}
	return errors.Join(faults...)
}

// Clean makes of any text one that [Text] takes: what it would refuse becomes U+FFFD.
func Clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd")
}
