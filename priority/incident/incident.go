package incident

import (
	"log/slog"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority"
)

// An Incident is the state of one incident, computed from its entries and from nothing else.
//
//	[Incident.State]          where it stands
//	[Incident.Owner]          who owns it at an instant
//	[Incident.Needs]          what it needs next, in words, and what of that is overdue
//	[Incident.ResponseTimes]  time to acknowledge, to mitigate and to resolve
//	[Incident.Overdue]        by how much each of them is over its target
//	[Incident.String]         one line
//
// The zero Incident has no entries. An Incident is a value, and plain data.
// Its slices are shared with copies and must not be changed.
type Incident struct {
	// ID names the incident. Identity is the identity of the condition that it is about.
	ID       string `json:"id"`
	Identity string `json:"identity"`

	// Previous is the ID of an earlier incident about the same condition, or empty.
	Previous string `json:"previous,omitempty"`

	// Assessment is the assessment of the signal that opened, reopened, lowered or raised it, or
	// recurred in it, last.
	Assessment priority.AssessmentReport `json:"assessment"`

	// Targets are its response targets. Zero: none.
	Targets ResponseTargets `json:"targets,omitzero"`

	// OpenedAt is when it was opened, and ReopenedAt when it was reopened last. Zero: never.
	OpenedAt   time.Time `json:"opened_at"`
	ReopenedAt time.Time `json:"reopened_at,omitzero"`

	// TriagedAt, AcknowledgedAt and PairedAt are when somebody looked at it, owned it, and a second
	// person worked on it, each for the first time since it was opened or reopened. MitigatedAt and
	// ResolvedAt are when that happened; they are taken back when it fires again. Zero: it has not
	// happened.
	TriagedAt      time.Time `json:"triaged_at,omitzero"`
	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"`
	PairedAt       time.Time `json:"paired_at,omitzero"`
	MitigatedAt    time.Time `json:"mitigated_at,omitzero"`
	ResolvedAt     time.Time `json:"resolved_at,omitzero"`

	// Firing reports whether the signal has not been resolved. ClearedAt is when it was, and
	// Recurrences how often it fired again.
	Firing      bool      `json:"firing,omitempty"`
	ClearedAt   time.Time `json:"cleared_at,omitzero"`
	Recurrences int       `json:"recurrences,omitempty"`

	// LeaseHolder is who acknowledged it last, and LeaseUntil until when that counts; see Owner.
	// LeaseEnded reports whether the record holds that the lease has ended.
	LeaseHolder string    `json:"lease_holder,omitempty"`
	LeaseUntil  time.Time `json:"lease_until,omitzero"`
	LeaseEnded  bool      `json:"lease_ended,omitempty"`

	// Responders lists who owned or joined it, in that order, each once.
	Responders []string `json:"responders,omitempty"`

	// Questions lists the questions that were asked, in their order.
	Questions []Question `json:"questions,omitempty"`

	// Symptoms lists the signals that this incident explains, in the order in which they were
	// attached, at most 1,000.
	Symptoms []Symptom `json:"symptoms,omitempty"`

	// RootCause is the root cause, and RootCauseBy who wrote it. Empty: none is recorded. Reopening
	// empties both, because the cause was another one, or not all of it.
	RootCause   string `json:"root_cause,omitempty"`
	RootCauseBy string `json:"root_cause_by,omitempty"`

	// CloseReason is why it was closed without a root cause, and ClosedBy who closed it. Empty: it
	// was not.
	CloseReason string `json:"close_reason,omitempty"`
	ClosedBy    string `json:"closed_by,omitempty"`

	// MergedInto is the ID of the incident of which this one is a symptom, and where it continues.
	// Empty: none.
	MergedInto string `json:"merged_into,omitempty"`

	// Links lists the IDs of incidents that may be its cause.
	Links []string `json:"links,omitempty"`

	// EntryCount is the number of its entries.
	EntryCount int `json:"entry_count"`
}

// A Question asks for context that one engineer lacks and another has.
type Question struct {
	// Seq is the Seq of the entry and At its instant. From asks, To is asked, and Text is the
	// question.
	Seq  int       `json:"seq"`
	At   time.Time `json:"at"`
	From string    `json:"from"`
	To   string    `json:"to"`
	Text string    `json:"text"`

	// Answer is the first answer, By who gave it and AnsweredAt when. Zero: it has none.
	Answer     string    `json:"answer,omitempty"`
	By         string    `json:"by,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
}

// A Symptom is a signal that is explained by an incident upstream of its asset, or about the same
// asset.
type Symptom struct {
	Identity string    `json:"identity"`        // of the signal
	Asset    string    `json:"asset"`           // of the signal
	Text     string    `json:"text"`            // what is wrong with the asset, in one line
	At       time.Time `json:"at"`              // when it was attached
	Other    string    `json:"other,omitempty"` // the ID of the incident that it was until then
}

// State returns where the incident stands. It does not depend on the time: whether the lease of an
// acknowledged incident still counts is for [Incident.Owner].
func (i Incident) State() State {
	switch {
	case i.closed():
		return StateClosed
	case !i.MitigatedAt.IsZero():
		return StateMitigated
	case i.LeaseHolder != "":
		return StateAcknowledged
	}
	return StateOpen
}

func (i *Incident) closed() bool { return !i.ResolvedAt.IsZero() || i.MergedInto != "" }

// Owner returns who owns the incident at an instant, and an empty string where it has no owner. An
// acknowledgement is a lease, which counts until its end, that instant included.
func (i Incident) Owner(now time.Time) string {
	if i.closed() || i.LeaseHolder == "" || now.After(i.LeaseUntil) {
		return ""
	}
	return i.LeaseHolder
}

// Paired reports whether at least two people have worked on the incident. A P1 needs two.
func (i Incident) Paired() bool { return len(i.Responders) >= 2 }

// String returns the incident in one line: where it stands, what it is about, who works on it, and
// how it ended:
//
//	inc-1 closed: P1 raw.orders: extract exited 1 → mart.orders; ada, bob; root cause: the disk was full
//
// Where it was closed without a root cause, the line has who closed it, and why.
func (i Incident) String() string {
	text := plain.Name(i.ID) + " " + i.State().String() + ": " + i.Assessment.Priority.String() + " " +
		i.Assessment.Text
	if len(i.Responders) > 0 {
		text += "; " + plain.Names(i.Responders, ", ")
	}
	switch {
	case i.MergedInto != "":
		text += "; merged into " + plain.Name(i.MergedInto)
	case i.CloseReason != "":
		text += "; closed without a root cause by " + plain.Name(i.ClosedBy) + ": " +
			plain.Name(i.CloseReason)
	case i.RootCause != "":
		text += "; root cause: " + plain.Name(i.RootCause)
	}
	return text
}

// LogValue implements [slog.LogValuer]: a group of the ID, the state, the priority, the asset and
// the text of the assessment.
func (i Incident) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("id", i.ID),
		slog.String("state", i.State().String()),
		slog.String("priority", i.Assessment.Priority.String()),
		slog.String("asset", i.Assessment.Signal.Asset),
		slog.String("text", i.Assessment.Text),
	)
}
