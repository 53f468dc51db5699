// Package storecheck is what the conformance suites of the two kinds of stores
// have in common: what a check says of a store that fails it.
//
// # Compatibility
//
// The package is internal to this module and promises nothing.
package storecheck

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// A T is a test that says what a store should have done.
type T struct{ *testing.T }

// Must ends the test at an error that should not be.
func (t T) Must(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Equal compares what two values read as JSON: that is how a store keeps them.
func (t T) Equal(what string, got, want any) {
	t.Helper()
	if g, w := Text(got), Text(want); g != w {
		t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}

// Is checks that an error wraps one of those that a store tells apart.
func (t T) Is(what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: the error is %v, and should wrap %q", what, err, want)
	}
}

// Says checks that an error holds some text, such as the path of the field that is at fault.
func (t T) Says(what string, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: the error is %.200v, and should hold %q", what, err, text)
	}
}

// Text is a value as a store keeps it, or why it cannot.
func Text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
