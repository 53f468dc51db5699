package sla

import "github.com/alwaysp1/alwaysp1/internal/fault"

// A FieldError is one fault in a definition: its Path, as "objectives[1].target", and Err, the rule
// that it breaks; and the Line and Offset if it was read from text. Joined faults are one a line,
// and [errors.As] finds the first. It is the same type as freshness.FieldError.
type FieldError = fault.FieldError
