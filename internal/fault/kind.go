package fault

import (
	"errors"
	"fmt"
)

// Kind returns an error with a text of its own that [errors.Is] finds as kind. So a caller branches
// on a few kinds of fault, and a reader still learns which one it was. The format and its arguments
// are those of [fmt.Errorf].
func Kind(kind error, format string, args ...any) error {
	return kinded{fmt.Errorf(format, args...), kind}
}

type kinded struct {
	error
	kind error
}

// Is reports whether target is the kind of the error.
func (k kinded) Is(target error) bool { return target == k.kind }

// Unwrap returns what the text wraps.
func (k kinded) Unwrap() error { return errors.Unwrap(k.error) }
