package freshness

import (
	"errors"
	"fmt"
	"reflect"
	"time"
)

// What is the caller's own may panic: a source, a policy, even an error that
// is asked for its text. Nothing of that is to end the program that checks.

// errorText returns the text of an error, whatever its Error method does.
func errorText(err error) string {
	text, v := readError(err)
	switch {
	case v == nil:
		return text
	case isNilPointer(err):
		return fmt.Sprintf("an error of type %T that is a nil pointer: return a plain nil where there is no error", err)
	}
	return fmt.Sprintf("an error of type %T that cannot be read: %v", err, v)
}

// readError returns the text of an error, or what its Error method panicked with.
func readError(err error) (text string, panicked any) {
	defer func() { panicked = recover() }()
	if err == nil {
		return "no cause was given", nil
	}
	return err.Error(), nil
}

// readable returns err itself if it has a text, and otherwise one that says
// what is the matter with it.
func readable(err error) error {
	if err == nil {
		return nil
	}
	if _, v := readError(err); v != nil {
		return fmt.Errorf("freshness: %s", errorText(err))
	}
	return err
}

// containPolicy turns the panic of a policy into a result.
// It must be deferred itself.
func containPolicy(r *Result, now time.Time) {
	if v := recover(); v != nil {
		*r = NotMeasured(fmt.Errorf("freshness: the policy panicked: %v", v), now)
	}
}

var errMissing = errors.New("is missing")

// validatePolicy returns the faults of a policy that another one or a check
// holds. That it panics is one, as a pointer to no policy does.
func validatePolicy(p Policy) (err error) {
	if p == nil {
		return errMissing
	}
	defer func() {
		switch v := recover(); {
		case v == nil:
		case isNilPointer(p):
			err = fmt.Errorf("is a nil %T%s", p, passValue(p))
		default:
			err = fmt.Errorf("its Validate panicked: %v", v)
		}
	}()
	return p.Validate()
}

func isNilPointer(v any) bool {
	value := reflect.ValueOf(v)
	return value.Kind() == reflect.Pointer && value.IsNil()
}

// passValue says what to write in place of a pointer, where a value will do.
func passValue(p Policy) string {
	of := reflect.TypeOf(p).Elem()
	if !of.Implements(reflect.TypeFor[Policy]()) {
		return ""
	}
	return fmt.Sprintf(": pass the value, %s{…}", of)
}
