package freshness

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// mostFaults bounds a joined error: a million faults are one mistake, and
// nobody reads a million lines.
const mostFaults = 100

// faults collects what is wrong, each a *FieldError, in the order in which it
// is found. Those after the first hundred are one more, which counts them.
type faults []error

// moreFaults counts faults that are not told.
type moreFaults int

func (n moreFaults) Error() string {
	if n == 1 {
		return "and 1 more fault"
	}
	return fmt.Sprintf("and %d more faults", int(n))
}

func (f *faults) put(fault *FieldError) {
	if len(*f) < mostFaults {
		*f = append(*f, fault)
		return
	}
	if len(*f) == mostFaults {
		*f = append(*f, &FieldError{Err: moreFaults(0)})
	}
	var inside moreFaults
	if !errors.As(fault.Err, &inside) {
		inside = 1
	}
	(*f)[mostFaults] = &FieldError{Err: inside + moreFaults(f.count()-mostFaults)}
}

// count returns how many faults there are, told or not.
func (f *faults) count() int {
	if len(*f) <= mostFaults {
		return len(*f)
	}
	return mostFaults + int((*f)[mostFaults].(*FieldError).Err.(moreFaults))
}

func (f *faults) add(path, format string, args ...any) {
	f.put(&FieldError{path, fmt.Errorf(format, args...)})
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
	f.put(&FieldError{joinPath(path, fault.Path), fault.Err})
}

// policy adds the faults of a policy that another one holds.
func (f *faults) policy(path string, p Policy) {
	f.under(path, validatePolicy(p))
}

// negative refuses a duration below zero.
func (f *faults) negative(path string, d time.Duration) {
	if d < 0 {
		f.add(path, "%v is negative", d)
	}
}

func (f faults) err() error { return errors.Join(f...) }

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

func joinPath(path, rest string) string {
	switch {
	case path == "" || rest == "":
		return path + rest
	case rest[0] == '[':
		return path + rest
	}
	return path + "." + rest
}

// indexed returns the path of an element of a list.
func indexed(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
