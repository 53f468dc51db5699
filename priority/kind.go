package priority

// A Kind says what sort of news about an asset's health a [Signal] brings.
// It is part of a signal's identity and chooses the words of its assessment; of itself it lowers nothing.
// The zero Kind is [Unspecified], and so is taken any value without a name.
//
// Its text is the name in lower case, with hyphens ("at-risk"), and is read without regard to case.
type Kind int

// The kinds.
const (
	Unspecified Kind = iota // health changed, and nobody said how
	Failure                 // a run or a process failed
	Stale                   // data has not landed by its limit
	AtRisk                  // data has not landed by its warning; the promise is still kept
	Unmeasured              // nobody could find out whether the asset is well
	Burn                    // a budget is being used up too fast
	Unhealthy               // a health check said no
	Alert                   // another system raised an alert
)

func kinds() scale {
	return scale{"unspecified", "failure", "stale", "at-risk", "unmeasured", "burn", "unhealthy", "alert"}
}

// says is what a kind says of an asset where the signal has no summary.
func (k Kind) says() string {
	switch k {
	case Failure:
		return "has failed"
	case Stale:
		return "has not landed"
	case AtRisk:
		return "has not landed yet"
	case Unmeasured:
		return "could not be measured"
	case Burn:
		return "is using up its budget too fast"
	case Unhealthy:
		return "is unhealthy"
	case Alert:
		return "has an alert"
	}
	return "has changed its health"
}

// String returns the text of k.
func (k Kind) String() string { return kinds().text(int(k)) }

// AppendText implements [encoding.TextAppender]. It never fails.
func (k Kind) AppendText(b []byte) ([]byte, error) { return append(b, k.String()...), nil }

// MarshalText implements [encoding.TextMarshaler]. It never fails.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: the inverse of [Kind.MarshalText].
// An unknown text is an error that quotes it.
func (k *Kind) UnmarshalText(text []byte) error {
	v, err := kinds().parse("kind", text)
	if err == nil {
		*k = Kind(v)
	}
	return err
}
