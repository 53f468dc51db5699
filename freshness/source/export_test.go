package source

// These are the reasons that tests tell apart. A caller sees ErrNotInstant, and the reason in the message.
var (
	ErrInfinite = errInfinite
	ErrZeroDate = errZeroDate
	ErrRange    = errRange
)
