package priority

import "github.com/alwaysp1/alwaysp1/internal/enum"

// A Kind is the sort of news about an asset's health that a [Signal] brings. It is part of a
// signal's identity and chooses the words of its assessment; by itself it lowers nothing. The zero
// Kind is [KindUnspecified], and so is any value without a name.
//
// Its text is the name in lower case with hyphens ("at-risk"), and is read in upper or lower case.
type Kind int

// The kinds.
const (
	KindUnspecified Kind = iota // health changed, without further detail
	KindFailure                 // a run or a process failed
	KindStale                   // data has not landed by its limit
	KindAtRisk                  // data has not landed by its warning; the promise is still kept
	KindNotMeasured             // it could not be measured whether the asset is healthy
	KindBurn                    // an error budget is being used up too fast
	KindUnhealthy               // a health check failed
	KindAlert                   // another system raised an alert
)

var kinds = enum.Type{Name: "Kind", Names: []string{
	"unspecified", "failure", "stale", "at-risk", "not-measured", "burn", "unhealthy", "alert",
}}

// words returns what a kind means for an asset whose signal has no summary.
func (k Kind) words() string {
	switch k {
	case KindFailure:
		return "has failed"
	case KindStale:
		return "has not landed"
	case KindAtRisk:
		return "has not landed yet"
	case KindNotMeasured:
		return "could not be measured"
	case KindBurn:
		return "is using up its error budget too fast"
	case KindUnhealthy:
		return "is unhealthy"
	case KindAlert:
		return "has an alert"
	}
	return "has changed its health"
}

// condition returns the kind that stands for the states of one condition.
func (k Kind) condition() Kind {
	switch {
	case k == KindAtRisk || k == KindNotMeasured:
		return KindStale
	case !kinds.Has(int(k)):
		return KindUnspecified
	}
	return k
}

// depth returns how far from its cause a kind of news is: first why something broke, then that data
// is missing, then that an error budget burns.
func (k Kind) depth() int {
	switch k {
	case KindBurn:
		return 2
	case KindStale, KindAtRisk, KindNotMeasured:
		return 1
	}
	return 0
}

// String returns the text of k.
func (k Kind) String() string { return named(kinds, k) }

// AppendText implements [encoding.TextAppender]. It never fails.
func (k Kind) AppendText(b []byte) ([]byte, error) { return append(b, k.String()...), nil }

// MarshalText implements [encoding.TextMarshaler]. It never fails.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: the inverse of [Kind.MarshalText].
// An unknown text is an error that quotes it.
func (k *Kind) UnmarshalText(text []byte) error {
	v, err := kinds.Parse(string(text))
	if err == nil {
		*k = Kind(v)
	}
	return err
}
