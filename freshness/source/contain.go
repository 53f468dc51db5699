package source

import (
	"fmt"
	"reflect"
)

// contain turns a panic of what the caller passed (a function, a file system, a database, a transport, a clock)
// into an error. It must be deferred itself.
func contain(what string, err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("source: %s panicked: %v", what, v)
	}
}

// isNil reports whether an interface holds nothing, or a pointer to nothing.
func isNil(v any) bool {
	value := reflect.ValueOf(v)
	return v == nil || value.Kind() == reflect.Pointer && value.IsNil()
}
