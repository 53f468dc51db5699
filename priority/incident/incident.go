package incident

import (
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
)

// An Incident is the state of one incident: the fold of its entries, and nothing else.
//
//	[Incident.State]  where it stands
//	[Incident.Owner]  who owns it at an instant
//	[Incident.Needs]  what it wants next, in words, and what of that is overdue
//	[Incident.Times]  how long it took to acknowledge, mitigate and resolve
//	[Incident.Late]   how much longer than it should
//	[Incident.Add]    the state after one more entry, or why it may not be added
//	[Incident.String] one line
//
// The zero Incident is one without entries: it can only be opened.
// An Incident is a value, and plain data. Its slices are shared with copies and must not be changed.
type Incident struct {
	// ID names the incident, and Identity the condition that it is about.
	ID       string `json:"id"`
	Identity string `json:"identity"`

	// Before is the ID of an earlier incident about the same condition, or empty.
	Before string `json:"before,omitempty"`

	// Report is the assessment of the signal that opened it, or that reopened it, recurred, or lowered or raised it last.
	Report priority.Report `json:"report"`

	// Targets are how fast people want to be. Zero: nobody said.
	Targets Targets `json:"targets,omitzero"`

	// OpenedAt is when it was opened, and ReopenedAt when it was reopened last. Zero: never.
	OpenedAt   time.Time `json:"opened_at"`
	ReopenedAt time.Time `json:"reopened_at,omitzero"`

	// TriagedAt, AcknowledgedAt and PairedAt are when somebody looked at it, owned it, and a second one worked on it, each for the first time
	// since it was opened or reopened; MitigatedAt and ResolvedAt are when that happened, until it fires again. Zero: it has not.
	TriagedAt      time.Time `json:"triaged_at,omitzero"`
	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"`
	PairedAt       time.Time `json:"paired_at,omitzero"`
	MitigatedAt    time.Time `json:"mitigated_at,omitzero"`
	ResolvedAt     time.Time `json:"resolved_at,omitzero"`

	// Firing says that the signal has not been resolved; ClearedAt is when it was, and Recurrences is how often it fired again.
	Firing      bool      `json:"firing,omitempty"`
	ClearedAt   time.Time `json:"cleared_at,omitzero"`
	Recurrences int       `json:"recurrences,omitempty"`

	// Lease is who acknowledged it last, and LeaseUntil until when that counts; see Owner. Lapsed: the record says that it has ended.
	Lease      string    `json:"lease,omitempty"`
	LeaseUntil time.Time `json:"lease_until,omitzero"`
	Lapsed     bool      `json:"lapsed,omitempty"`

	// Responders lists who owned or joined it, in that order, each once.
	Responders []string `json:"responders,omitempty"`

	// Requests lists the questions that were asked, in their order.
	Requests []Request `json:"requests,omitempty"`

	// Symptoms lists the signals that are explained by this incident, in the order in which they were found, at most MostSymptoms.
	Symptoms []Symptom `json:"symptoms,omitempty"`

	// RootCause is what was written, and RootCauseBy by whom. Empty: nothing yet. Reopening empties it: the cause was another, or not all of it.
	RootCause   string `json:"root_cause,omitempty"`
	RootCauseBy string `json:"root_cause_by,omitempty"`

	// Forced is why it was closed without a root cause, and ForcedBy by whom. Empty: it was not.
	Forced   string `json:"forced,omitempty"`
	ForcedBy string `json:"forced_by,omitempty"`

	// Into is the ID of the incident of which this one was found to be a symptom: it goes on there. Empty: of none.
	Into string `json:"into,omitempty"`

	// Links lists the IDs of incidents that may be its cause.
	Links []string `json:"links,omitempty"`

	// Entries counts the entries.
	Entries int `json:"entries"`
}

// A Request is a question for context that one engineer lacks and another has.
type Request struct {
	// Seq is the Seq of the entry, At its instant, From who asks and To who is asked. Text is the question.
	Seq  int       `json:"seq"`
	At   time.Time `json:"at"`
	From string    `json:"from"`
	To   string    `json:"to"`
	Text string    `json:"text"`

	// Answer is the first answer, By and AnsweredAt by whom and when. Zero: there is none.
	Answer     string    `json:"answer,omitempty"`
	By         string    `json:"by,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
}

// A Symptom is a signal that is explained by an incident upstream of its asset, or about the same asset.
type Symptom struct {
	Identity string    `json:"identity"`        // of the signal
	Asset    string    `json:"asset"`           // what it is about
	Text     string    `json:"text"`            // what is wrong with it, in one line
	At       time.Time `json:"at"`              // when it was attached
	Other    string    `json:"other,omitempty"` // the ID of the incident that it was until then, if it was one
}

// MostSymptoms is how many symptoms an incident lists. More of them belong to it all the same, and leave no entry,
// but for those that were incidents until then.
const MostSymptoms = 1000

// State returns where the incident stands. Whether a lease has lapsed is for [Incident.Owner] to say.
func (i Incident) State() State {
	switch {
	case i.closed():
		return Closed
	case !i.MitigatedAt.IsZero():
		return Harmless
	case i.Lease != "":
		return Taken
	}
	return Open
}

func (i *Incident) closed() bool { return !i.ResolvedAt.IsZero() || i.Into != "" }

// Owner returns who owns the incident at an instant, or empty where nobody does:
// an acknowledgement is a lease, which counts until its end, that instant included.
func (i Incident) Owner(now time.Time) string {
	if i.closed() || i.Lease == "" || now.After(i.LeaseUntil) {
		return ""
	}
	return i.Lease
}

// Paired reports whether two people have worked on it: a P1 wants two.
func (i Incident) Paired() bool { return len(i.Responders) >= 2 }

// String returns the incident in one line: where it stands, what it is about, who works on it, and its end:
//
//	inc-1 closed: P1 raw.orders: extract exited 1 → mart.orders → "Orders ready by 07:00"; ada, bob; root cause: the disk was full
//
// One that was closed by force says so, by whom and why.
func (i Incident) String() string {
	text := plain(i.ID) + " " + i.State().String() + ": " + i.Report.Priority.String() + " " + i.Report.Text
	if n := len(i.Responders); n > 0 {
		text += "; " + names(i.Responders)
	}
	switch {
	case i.Into != "":
		text += "; goes on in " + plain(i.Into)
	case i.Forced != "":
		text += "; closed without a root cause by " + plain(i.ForcedBy) + ": " + plain(i.Forced)
	case i.RootCause != "":
		text += "; root cause: " + plain(i.RootCause)
	}
	return text
}

// LogValue implements [slog.LogValuer]: a group of the ID, the state, the priority, the asset and the text of its report.
func (i Incident) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("id", i.ID), slog.String("state", i.State().String()), slog.String("priority", i.Report.Priority.String()),
		slog.String("asset", i.Report.Signal.Asset), slog.String("text", i.Report.Text),
	)
}

func names(list []string) string {
	words := make([]string, len(list))
	for n, name := range list {
		words[n] = plain(name)
	}
	return strings.Join(words, ", ")
}

// with returns the responders with one more.
func (i *Incident) with(who string) []string {
	if slices.Contains(i.Responders, who) {
		return i.Responders
	}
	return append(slices.Clip(i.Responders), who)
}
