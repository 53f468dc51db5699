package sla

import (
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A Correction makes an interval count otherwise than it was recorded: an outage elsewhere that is
// excused, a probe that was wrong, maintenance that the consumers agreed to. Nothing recorded is
// changed: reports have the figures with corrections and without, and list them with author and
// reason.
//
// Where corrections overlap, what any of them removes is removed; of the rest, what any of them
// calls good is good. A correction is never deleted: another one revokes it.
//
// It is plain data, and its JSON form has its fields, each in snake case. The zero Correction is
// refused by [Correction.Validate].
type Correction struct {
	ID string `json:"id"` // names it among those of its SLA; required

	// SLA is the ID of an SLA, and Objective the name of one of its objectives. Empty: all of them.
	SLA       string `json:"sla"`
	Objective string `json:"objective,omitempty"`

	// Start and End are the bounds of the interval [Start, End). Both are zero if Revokes is set.
	Start time.Time `json:"start,omitzero"`
	End   time.Time `json:"end,omitzero"`

	// CountAsGood counts what was recorded in the interval as good. False: it counts for nothing.
	CountAsGood bool `json:"count_as_good,omitempty"`

	// Author, Reason and EnteredAt are who entered it, why and when. All are required.
	// A report as of an earlier instant does not have it.
	Author    string    `json:"author"`
	Reason    string    `json:"reason"`
	EnteredAt time.Time `json:"entered_at"`

	// Revokes is the ID of an earlier correction of the same SLA that this one takes back. Empty:
	// none. A revocation may be revoked too: then the first correction is in force again.
	Revokes string `json:"revokes,omitempty"`
}

// Planned reports whether the correction was entered before its interval began. Then it is a
// maintenance window, during which the SLA does not run.
func (c Correction) Planned() bool { return c.Revokes == "" && !c.EnteredAt.After(c.Start) }

// Validate joins all faults of the correction, each a [*FieldError].
func (c Correction) Validate() error {
	var f fault.List
	f.Required("id", c.ID)
	f.Required("sla", c.SLA)
	f.Name("objective", c.Objective)
	if c.Revokes == "" {
		validateInterval(&f, c.Start, c.End)
	} else {
		f.Name("revokes", c.Revokes)
		validateRevocation(&f, c)
	}

	f.Required("author", c.Author)
	if c.Reason == "" {
		f.Add("reason", "is missing")
	}
	f.Text("reason", c.Reason)
	if c.EnteredAt.IsZero() {
		f.Add("entered_at", "is missing")
	}

	f.Written("start", c.Start)
	f.Written("end", c.End)
	f.Written("entered_at", c.EnteredAt)
	return f.Err()
}

func validateInterval(f *fault.List, start, end time.Time) {
	if start.IsZero() {
		f.Add("start", "is missing")
	}
	switch {
	case end.IsZero():
		f.Add("end", "is missing")
	case !start.IsZero() && !end.After(start):
		f.Add("end", "%s is not after start, %s",
			end.Format(time.RFC3339Nano), start.Format(time.RFC3339Nano))
	}
}

// validateRevocation refuses a revocation that corrects something as well: its meaning would depend
// on the order.
func validateRevocation(f *fault.List, c Correction) {
	if c.Revokes == c.ID {
		f.Add("revokes", "%s is its own ID", plain.Quote(c.ID))
	}
	if !c.Start.IsZero() || !c.End.IsZero() || c.CountAsGood {
		f.Add("revokes", "takes %s back and nothing else: start, end and count_as_good must be empty",
			plain.Quote(c.Revokes))
	}
}
