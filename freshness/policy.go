package freshness

import (
	"errors"
	"fmt"
	"strconv"
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
	// path names the field as JSON does; nil when there is none.
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

// faults collects what is wrong.
type faults []error

func (f *faults) add(path, format string, args ...any) {
	*f = append(*f, &FieldError{path, fmt.Errorf(format, args...)})
}

// under adds err with path put in front of the path of each fault in it.
func (f *faults) under(path string, err error) {
	if err == nil {
		return
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			f.under(path, e)
		}
		return
	}
	var fault *FieldError
	if !errors.As(err, &fault) {
		fault = &FieldError{Err: err}
	}
	*f = append(*f, &FieldError{joinPath(path, fault.Path), fault.Err})
}

// negative refuses a duration below zero.
func (f *faults) negative(path string, d time.Duration) {
	if d < 0 {
		f.add(path, "%v is negative", d)
	}
}

func (f faults) err() error { return errors.Join(f...) }

func joinPath(path, rest string) string {
	switch {
	case path == "" || rest == "":
		return path + rest
	case rest[0] == '[':
		return path + rest
	}
	return path + "." + rest
}

// validateList refuses an empty list, and prefixes faults with an index.
func validateList(list []Policy) error {
	var f faults
	if len(list) == 0 {
		f.add("", "has no policy in it")
	}
	for i, policy := range list {
		f.policy(indexed("", i), policy)
	}
	return f.err()
}

// policy adds the faults of a policy that another one holds.
func (f *faults) policy(path string, p Policy) {
	f.under(path, validatePolicy(p))
}

// indexed returns the path of an element of a list.
func indexed(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
