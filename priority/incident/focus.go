package incident

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/priority"
)

// A Focus tells other programs, such as a deploy bot or a scheduler, whether proactive work should
// stop, and for which incident. The zero Focus stops nothing. It is plain data, with a JSON form:
// {"stop":false}.
type Focus struct {
	// Stop reports whether proactive work should stop: an incident is open at P1.
	Stop bool `json:"stop"`

	// Incident is the one to work on. It is meaningless unless Stop.
	Incident Incident `json:"incident,omitzero"`

	// Needs is what that incident needs, the most pressing first; see Incident.Needs.
	Needs []string `json:"needs,omitempty"`

	// Queue lists the other open incidents, the most pressing first and those that were lowered
	// last. It may list incidents where nothing stops: all of them were lowered.
	Queue []Incident `json:"queue,omitempty"`
}

// Focus returns what the team should do at an instant: while an incident is open at P1, only the
// most pressing one. The more urgent incident comes first, then one whose harm goes on, then the
// one that is due first, then the one that was opened first.
func (d *Desk) Focus(now time.Time) Focus {
	open := d.open()
	if len(open) == 0 {
		return Focus{}
	}
	slices.SortStableFunc(open, comparePressing)
	if open[0].Assessment.Priority < priority.P1 {
		return Focus{Queue: open}
	}
	return Focus{Stop: true, Incident: open[0], Needs: open[0].Needs(now), Queue: open[1:]}
}

// String returns the focus in one line: "stop for inc-1, P1 raw.orders: extract exited 1 …; it
// needs an owner, a second engineer; 2 more wait".
func (f Focus) String() string {
	waiting := len(f.Queue)
	switch {
	case !f.Stop && waiting == 0:
		return "no incident is open"
	case !f.Stop:
		return "no P1 is open; " + strconv.Itoa(waiting) + " less urgent"
	}

	text := "stop for " + f.Incident.ID + ", " + f.Incident.Assessment.Priority.String() + " " +
		f.Incident.Assessment.Text
	if len(f.Needs) > 0 {
		text += "; it needs " + strings.Join(f.Needs, ", ")
	}
	switch {
	case waiting == 1:
		text += "; 1 more waits"
	case waiting > 1:
		text += "; " + strconv.Itoa(waiting) + " more wait"
	}
	return text
}

// comparePressing orders incidents by how much they press. The sort is stable, so that equal ones
// stay in the order of opening.
func comparePressing(a, b Incident) int {
	dueA, dueB := a.Assessment.Due, b.Assessment.Due
	return cmp.Or(
		cmp.Compare(b.Assessment.Priority, a.Assessment.Priority),
		exact.FalseFirst(!a.MitigatedAt.IsZero(), !b.MitigatedAt.IsZero()),
		exact.FalseFirst(dueA.IsZero(), dueB.IsZero()),
		dueA.Compare(dueB),
		a.OpenedAt.Compare(b.OpenedAt),
	)
}
