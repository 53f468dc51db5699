package freshness

import "fmt"

// A Reason says why a [Result] has its status. The set is closed, so that an
// empty table, a broken probe and an overdue load are never mixed up.
// The zero Reason means that nothing was judged; its text is "none".
//
// As text a reason is its name in lower case, with hyphens: "past-limit".
type Reason int

const (
	ReasonNone         Reason = iota // nothing was judged
	ReasonOnTime                     // landed in time
	ReasonNotDue                     // nothing for it yet, and it is not due
	ReasonLate                       // landed after it was due and after the grace: broken, then cleared
	ReasonPastWarning                // nothing for it yet, and the warning has passed
	ReasonInGrace                    // due has passed and the grace has not; or landed within the grace
	ReasonPastLimit                  // nothing for it, and the limit has passed
	ReasonNeverLanded                // nothing has ever landed, and something should have
	ReasonPartial                    // what landed for it is too little, or nobody counted
	ReasonInFuture                   // the newest landing lies in the future
	ReasonNotMeasured                // the source or the policy failed; see the error
	ReasonOutsideHours               // not judged outside working time
	ReasonPaused                     // not judged during a pause
)

var reasonText = [...]string{
	"none", "on-time", "not-due", "late", "past-warning", "in-grace", "past-limit",
	"never-landed", "partial", "in-future", "not-measured", "outside-hours", "paused",
}

// String returns the text of the reason, or "Reason(99)" for one that does
// not exist.
func (r Reason) String() string {
	if r < 0 || int(r) >= len(reasonText) {
		return fmt.Sprintf("Reason(%d)", int(r))
	}
	return reasonText[r]
}

// MarshalText returns the text of the reason; a reason that does not exist is
// an error.
func (r Reason) MarshalText() ([]byte, error) { return r.AppendText(nil) }

// AppendText appends what [Reason.MarshalText] returns.
func (r Reason) AppendText(b []byte) ([]byte, error) {
	return appendCode(b, reasonText[:], int(r), "reason")
}

// UnmarshalText reads a reason, in upper or lower case.
func (r *Reason) UnmarshalText(text []byte) error {
	i, err := findCode(reasonText[:], string(text), "reason")
	if err == nil {
		*r = Reason(i)
	}
	return err
}
