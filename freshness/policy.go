package freshness

import (
	"errors"
	"time"
)

// A Policy is a freshness rule. [MaxAge], [Deadline] and [Cadence] are rules
// of their own; [AllOf] and [AnyOf] combine rules; [Paused] and [During] say
// when a rule is not judged. Each is a plain value, and nests in the others.
//
// To write another, implement the two methods. A policy may be asked by
// several goroutines at once.
type Policy interface {
	// Check judges at now what has landed, which is in order, oldest first.
	// It reads no clock, does no I/O and keeps nothing: the same arguments
	// give the same result. The policies of this package allocate nothing.
	// A policy that is not valid answers Unknown, not measured, ErrInvalid.
	Check(landed Landings, now time.Time) Result

	// Validate returns every fault at once, joined, each a *FieldError whose
	// path names the field as JSON does; nil when there is none. Of more than
	// 100 the rest is counted.
	Validate() error
}

// ErrInvalid is why a policy that [Policy.Validate] refuses measures nothing.
var ErrInvalid = errors.New("freshness: the policy is not valid")

// A FieldError is one fault in a policy or a check. A function that finds
// several joins them; [errors.As] finds the first:
//
//	var fault *freshness.FieldError
//	if errors.As(err, &fault) { fmt.Println(fault.Path) }
type FieldError struct {
	// Path names the field as JSON does: "all_of[1].max_age.warn". Empty
	// means the whole.
	Path string

	// Err says what is wrong, and quotes the input.
	Err error
}

// Error returns the path and the fault: "max_age.warn: -1h0m0s is negative".
func (e *FieldError) Error() string {
	if e.Path == "" {
		return errorText(e.Err)
	}
	return e.Path + ": " + errorText(e.Err)
}

// Unwrap returns the fault without its path.
func (e *FieldError) Unwrap() error { return e.Err }
