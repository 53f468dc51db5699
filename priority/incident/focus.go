package incident

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
)

// A Focus tells other programs, such as a deploy bot or a scheduler, whether proactive work should stop, and for what.
// The zero Focus is that it need not. It is plain data, with a JSON form: {"stop":false}.
type Focus struct {
	// Stop says that it should: an incident is open that stands at P1.
	Stop bool `json:"stop"`

	// Incident is the one to work on. Meaningless unless Stop.
	Incident Incident `json:"incident,omitzero"`

	// Needs is what that incident wants, the most pressing first; see Incident.Needs.
	Needs []string `json:"needs,omitempty"`

	// Queue lists the other open incidents, the most pressing first. Those that were lowered are the last; where there are no others, it lists them, and nothing stops.
	Queue []Incident `json:"queue,omitempty"`
}

// Focus returns what the team should do at an instant: nothing but the incident that presses most, while any is open at P1.
// What is more urgent comes first; then harm comes before what was mitigated, then what is due first, then what was opened first.
func (d *Desk) Focus(now time.Time) Focus {
	open := d.open()
	if len(open) == 0 {
		return Focus{}
	}
	slices.SortStableFunc(open, before)
	if open[0].Report.Priority < priority.P1 {
		return Focus{Queue: open}
	}
	return Focus{Stop: true, Incident: open[0], Needs: open[0].Needs(now), Queue: open[1:]}
}

// String returns the focus in one line: "stop for inc-1, P1 raw.orders: extract exited 1 …; it needs an owner, a second engineer; 2 more wait".
func (f Focus) String() string {
	switch n := len(f.Queue); {
	case !f.Stop && n == 0:
		return "no incident is open"
	case !f.Stop:
		return "no P1 is open; " + strconv.Itoa(n) + " less urgent"
	}
	text := "stop for " + f.Incident.ID + ", " + f.Incident.Report.Priority.String() + " " + f.Incident.Report.Text
	if len(f.Needs) > 0 {
		text += "; it needs " + strings.Join(f.Needs, ", ")
	}
	if n := len(f.Queue); n == 1 {
		text += "; 1 more waits"
	} else if n > 1 {
		text += "; " + strconv.Itoa(n) + " more wait"
	}
	return text
}

// before orders incidents by how much they press. The sort is stable, so that what presses alike stays in the order of opening.
func before(a, b Incident) int {
	due, dueB := a.Report.Due, b.Report.Due
	return cmp.Or(
		cmp.Compare(b.Report.Priority, a.Report.Priority), sooner(a.MitigatedAt.IsZero(), b.MitigatedAt.IsZero()), sooner(!due.IsZero(), !dueB.IsZero()),
		due.Compare(dueB), a.OpenedAt.Compare(b.OpenedAt),
	)
}

// sooner puts what is so before what is not.
func sooner(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
