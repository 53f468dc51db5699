package fault

import (
	"fmt"
	"reflect"
)

// Contain calls f, which is a user's code, and returns its error. A panic becomes an error that
// says what panicked: a caller's policy, source or clock must not end the program that asks it.
func Contain(what string, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%s panicked: %s", what, panicText(v))
		}
	}()
	return f()
}

// Text returns the text of an error, whatever its Error method does. It returns a text for nil as
// well.
func Text(err error) string {
	text, panicked := read(err)
	switch {
	case panicked == nil:
		return text
	case IsNil(err):
		const advice = "return a plain nil where there is no error"
		return fmt.Sprintf("an error of type %T that is a nil pointer: %s", err, advice)
	}
	return fmt.Sprintf("an error of type %T that cannot be read: %s", err, panicText(panicked))
}

// Readable returns err if its text can be read, and otherwise an error that says why it cannot. Nil
// stays nil.
func Readable(err error) error {
	if err == nil {
		return nil
	}
	if _, panicked := read(err); panicked != nil {
		return fmt.Errorf("%s", Text(err))
	}
	return err
}

// IsNil reports whether an interface holds nothing, or a pointer to nothing.
func IsNil(v any) bool {
	value := reflect.ValueOf(v)
	return v == nil || value.Kind() == reflect.Pointer && value.IsNil()
}

// read returns the text of an error, or what its Error method panicked with.
func read(err error) (text string, panicked any) {
	defer func() { panicked = recover() }()
	if err == nil {
		return "no cause was given", nil
	}
	return err.Error(), nil
}

// panicText returns the text of a panic's value, whose own methods may panic again.
func panicText(v any) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("a value of type %T", v)
		}
	}()
	return fmt.Sprint(v)
}
