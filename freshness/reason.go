package freshness

import "github.com/alwaysp1/alwaysp1/internal/enum"

// A Reason is why a [Result] has its status. The set is closed, so that an
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
	ReasonPartial                    // what landed for it is too little, or was not counted
	ReasonInFuture                   // the newest landing lies in the future
	ReasonNotMeasured                // the source or the policy failed; see the error
	ReasonOutsideHours               // not judged outside working time
	ReasonPaused                     // not judged during a pause
)

var reasons = enum.Type{Name: "Reason", Names: []string{
	"none", "on-time", "not-due", "late", "past-warning", "in-grace", "past-limit",
	"never-landed", "partial", "in-future", "not-measured", "outside-hours", "paused",
}}

// String returns the text of the reason, or "Reason(99)" for one that does not exist.
func (r Reason) String() string { return reasons.String(int(r)) }

// AppendText implements [encoding.TextAppender]. A reason that does not exist is an error.
func (r Reason) AppendText(b []byte) ([]byte, error) { return reasons.Append(b, int(r)) }

// MarshalText implements [encoding.TextMarshaler]. A reason that does not exist is an error.
func (r Reason) MarshalText() ([]byte, error) { return r.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads the text of a reason, in upper or
// lower case.
func (r *Reason) UnmarshalText(text []byte) error {
	i, err := reasons.Parse(string(text))
	if err == nil {
		*r = Reason(i)
	}
	return err
}
