// Package storecheck is what the conformance suites of the two kinds of stores have in common: how
// a check compares, and what it reports about a store that fails it.
package storecheck

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// A T is a test that reports what a store should have done.
type T struct{ *testing.T }

// Must ends the test if there is an error.
func (t T) Must(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Equal compares the JSON forms of two values, which is what a store keeps.
func (t T) Equal(what string, got, want any) {
	t.Helper()
	if g, w := Text(got), Text(want); g != w {
		t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}

// Is checks that an error wraps one that callers of a store tell apart.
func (t T) Is(what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: the error is %v, and should wrap %q", what, err, want)
	}
}

// Holds checks that there is an error whose text holds another, such as the path of a field.
func (t T) Holds(what string, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: the error is %.200v, and should hold %q", what, err, text)
	}
}

// Text returns the JSON form of a value, or why it has none.
func Text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
