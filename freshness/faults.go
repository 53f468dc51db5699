package freshness

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// A FieldError is one fault in a policy or a check. A function that finds several joins them, and
// [errors.As] finds the first:
//
//	var fault *freshness.FieldError
//	if errors.As(err, &fault) {
//		fmt.Println(fault.Path)
//	}
//
// Path names the field as JSON does, "all_of[1].max_age.warn", and is empty for the whole. Err is
// the broken rule, and quotes the input. Line and Offset are the place of what was read from text.
type FieldError = fault.FieldError

var errMissing = errors.New("is missing")

// ValidatePolicy returns the faults of p. Other than [Policy.Validate], it returns one for a nil
// policy, for a nil pointer, and for a policy whose Validate panics.
func ValidatePolicy(p Policy) error {
	if p == nil {
		return errMissing
	}
	if fault.IsNil(p) {
		return fmt.Errorf("is a nil %T%s", p, passValue(p))
	}
	return fault.Contain("its Validate", p.Validate)
}

// passValue returns advice to pass a value in place of a pointer, and nothing if only the pointer
// is a policy.
func passValue(p Policy) string {
	of := reflect.TypeOf(p).Elem()
	if !of.Implements(reflect.TypeFor[Policy]()) {
		return ""
	}
	return fmt.Sprintf(": pass the value, %s{…}", of)
}

// validateList refuses an empty list, and returns the faults of each policy with its index.
func validateList(list []Policy) error {
	var f fault.List
	if len(list) == 0 {
		f.Add("", "has no policy in it")
	}
	for i, policy := range list {
		f.Below(fault.Element("", i), ValidatePolicy(policy))
	}
	return f.Err()
}
