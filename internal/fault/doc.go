// Package fault says what is wrong with a definition, and where.
//
// A [FieldError] is one fault with its path. A [List] collects the faults of one definition, so
// that a caller is told of all of them at once. Both are shared by every floor, which is why a
// fault of a policy inside an SLA inside a file carries one path and one place.
package fault
