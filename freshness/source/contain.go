package source

import "fmt"

// contain turns a panic of a value of the caller (a function, file system, database, transport or
// clock) into an error. It must be deferred itself.
func contain(what string, err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("source: %s panicked: %v", what, v)
	}
}
