package freshness

import (
	"errors"
	"reflect"
	"time"
)

// A Policy is a freshness rule. [MaxAge], [Deadline] and [Cadence] are rules of their own; [AllOf]
// and [AnyOf] combine rules; [Paused] and [During] limit when a rule is judged. Each is a plain
// value, and nests in the others.
//
// A policy of another package implements the two methods. It may have more of them, for the
// functions that look for these:
//
//	Dues(from, to time.Time) iter.Seq[Due]  its due instants in [from, to), oldest first: see Dues
//	Location() *time.Location               the location in which it counts days: see Location
//	Words() string                          what it promises, in prose: see Words
//	Unwrap() Policy                         the policy in it, if all it adds is when that is judged
//
// The methods of a Policy may be called by several goroutines at once.
type Policy interface {
	// Check judges at now what has landed, which is in order, oldest first.
	// It reads no clock, does no I/O and keeps nothing: the same arguments
	// give the same result. The policies of this package allocate nothing.
	// A policy that is not valid returns Unknown, not measured, ErrInvalid.
	Check(landed Landings, now time.Time) Result

	// Validate returns every fault at once, joined, each a *FieldError whose
	// path names the field as JSON does; nil when there is none. Of more than
	// 100 the rest is counted.
	Validate() error
}

// ErrInvalid is the error in the result of a policy that [Policy.Validate] refuses.
var ErrInvalid = errors.New("freshness: the policy is not valid")

// here is the path of this package.
var here = reflect.TypeFor[MaxAge]().PkgPath()

// builtin reports whether p is a policy of this package. A type that embeds one is not, although it
// has the same methods: it may judge by rules of its own.
func builtin(p Policy) bool { return p != nil && reflect.TypeOf(p).PkgPath() == here }
