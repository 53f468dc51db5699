package freshness

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// jsonResult is the form of a Result in JSON.
type jsonResult struct {
	Asset      string            `json:"asset,omitempty"`
	Check      string            `json:"check,omitempty"`
	Status     Status            `json:"status"`
	Reason     Reason            `json:"reason"`
	At         time.Time         `json:"at"`
	Landing    *Landing          `json:"landing,omitempty"`
	Due        time.Time         `json:"due,omitzero"`
	Slack      jsontree.Duration `json:"slack,omitzero"`
	LastDue    time.Time         `json:"last_due,omitzero"`
	Late       jsontree.Duration `json:"late,omitzero"`
	Age        jsontree.Duration `json:"age,omitzero"`
	FreshUntil time.Time         `json:"fresh_until,omitzero"`
	NextCheck  time.Time         `json:"next_check,omitzero"`
	Until      time.Time         `json:"until,omitzero"`
	Err        string            `json:"error,omitempty"`
}

// MarshalJSON writes the result as an object whose fields are named as those
// of Result, in lower case with underscores. Zero fields are left out,
// "landing" where nothing has landed, durations are text such as "1h0m0s", and
// the error is its text. An instant before the year 0 or after 9999 is an
// error, for RFC 3339 cannot write it.
func (r Result) MarshalJSON() ([]byte, error) {
	out := jsonResult{
		Asset: r.Asset, Check: r.Check, Status: r.Status, Reason: r.Reason, At: r.At,
		Due: r.Due, Slack: jsontree.Duration(r.Slack), LastDue: r.LastDue, Late: jsontree.Duration(r.Late),
		Age: jsontree.Duration(r.Age), FreshUntil: r.FreshUntil, NextCheck: r.NextCheck, Until: r.Until,
	}
	if r.Landed {
		out.Landing = &r.Landing
	}
	if r.Err != nil {
		out.Err = fault.Text(r.Err)
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what [Result.MarshalJSON] writes. The error comes back
// as its text alone: [errors.Is] no longer finds its causes.
func (r *Result) UnmarshalJSON(data []byte) error {
	var in jsonResult
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("freshness: result: %w", err)
	}
	*r = Result{
		Asset: in.Asset, Check: in.Check, Status: in.Status, Reason: in.Reason, At: in.At,
		Due: in.Due, Slack: time.Duration(in.Slack), LastDue: in.LastDue, Late: time.Duration(in.Late),
		Age: time.Duration(in.Age), FreshUntil: in.FreshUntil, NextCheck: in.NextCheck, Until: in.Until,
	}

	if in.Landing != nil {
		r.Landed, r.Landing = true, *in.Landing
	}
	if in.Err != "" {
		r.Err = errors.New(in.Err)
	}
	return nil
}
