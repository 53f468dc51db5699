package status

import (
	"cmp"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

// Publish selects what is shown besides the SLAs and where they stand. The zero Publish shows
// nothing of it. Names, descriptions, owners and consumers of SLAs and the names of their
// objectives are always shown.
type Publish struct {
	// Assets shows the IDs of assets, and what feeds what.
	Assets bool

	// Texts shows what people and systems wrote: summaries of signals, notes, root causes, reasons
	// of corrections, and errors of checks.
	Texts bool

	// People shows the names of those who work on incidents or entered corrections.
	People bool
}

const mostText = 2000 // bytes of one text

// prose returns a text that somebody wrote in lines, cut to what is shown of it.
func prose(text string) string { return plain.Cut(plain.Prose(text), mostText) }

// correction returns a correction as it is shown, or maintenance, which is a planned one.
func (p Publish) correction(c sla.Correction, revoked bool) CorrectionView {
	shown := CorrectionView{
		ID: c.ID, Objective: c.Objective, Start: c.Start, End: c.End,
		Planned: c.Planned(), CountAsGood: c.CountAsGood, Revoked: revoked, Entered: c.EnteredAt,
	}
	if p.People {
		shown.Author = c.Author
	}
	if p.Texts {
		shown.Reason = prose(c.Reason)
	}
	return shown
}

// incident returns an incident as it is shown. Which SLAs it reaches is added later, for that
// depends on the reader.
func (p Publish) incident(i *incident.Incident, now time.Time) IncidentView {
	shown := IncidentView{
		ID: i.ID, Priority: i.Assessment.Priority.String(), State: i.State().String(), Summary: "A data incident",
		Opened: written(i.OpenedAt), Acknowledged: written(i.AcknowledgedAt), Mitigated: written(i.MitigatedAt),
		Closed: written(i.ResolvedAt), ResponderCount: len(i.Responders),
	}
	// An incident that was opened again is new to a reader since then.
	if !i.ReopenedAt.IsZero() {
		shown.Opened = written(i.ReopenedAt)
	}
	shown.Updated = latest(shown.Opened, i.TriagedAt, i.AcknowledgedAt, i.PairedAt, i.MitigatedAt,
		i.ResolvedAt, i.ClearedAt)

	signal := i.Assessment.Signal
	if p.Assets {
		shown.Asset = signal.Asset
	}
	if p.Texts {
		shown.Summary = plain.Cut(plain.Line(cmp.Or(signal.Summary, signal.Kind.String())), mostText)
		shown.RootCause = prose(cmp.Or(i.RootCause, i.CloseReason))
	}
	if p.People {
		shown.Owner, shown.Responders = i.Owner(now), i.Responders
	}
	return shown
}

// entry returns one line of a timeline. The text of a symptom names assets and SLAs, so that it is
// shown only where assets are published, to a reader who may see all SLAs.
func (p Publish) entry(e incident.Entry, seesAll bool) EntryView {
	shown := EntryView{At: written(e.At), Kind: e.Kind.String(), Words: entryWords(e.Kind)}
	if p.People {
		shown.Author = e.Author
	}
	if p.Texts && (e.Kind != incident.EntryAttached || p.Assets && seesAll) {
		shown.Text = prose(e.Text)
		// An incident that opens or recurs has no text of its own: the summary of its signal
		// stands in its place.
		if e.Text == "" && e.Assessment != nil {
			shown.Text = prose(e.Assessment.Signal.Summary)
		}
	}
	return shown
}

// entryWords returns what an entry records, without who did it: that is shown where people are
// published.
func entryWords(k incident.EntryKind) string {
	return map[incident.EntryKind]string{
		incident.EntryOpened:                 "Opened",
		incident.EntryCleared:                "Signal resolved",
		incident.EntryRecurred:               "Fired again",
		incident.EntryReopened:               "Reopened",
		incident.EntryAcknowledged:           "Acknowledged",
		incident.EntryJoined:                 "Responder joined",
		incident.EntryNoted:                  "Context added",
		incident.EntryMitigated:              "Mitigated",
		incident.EntryRootCause:              "Root cause recorded",
		incident.EntryResolved:               "Resolved",
		incident.EntryClosedWithoutRootCause: "Closed without a root cause",
		incident.EntryTriaged:                "Triaged",
		incident.EntryAsked:                  "Context requested",
		incident.EntryAnswered:               "Question answered",
		incident.EntryLeaseEnded:             "Acknowledgement expired",
		incident.EntryAttached:               "Symptom attached",
		incident.EntryMerged:                 "Merged into another incident",
		incident.EntryLinked:                 "Linked to a possible cause",
		incident.EntryLowered:                "Priority lowered",
		incident.EntryRaised:                 "Priority raised",
	}[k]
}
