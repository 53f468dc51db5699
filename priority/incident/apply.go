package incident

import (
	"iter"
	"slices"
	"time"
)

// mostSymptoms is how many symptoms an incident lists. Further signals belong to it too, and leave
// no entry; incidents that are merged into it leave their entries, and are not listed.
const mostSymptoms = 1000

// FromEntries returns the state of the incident with these entries, in order. The first entry that
// may not be added is an error that names it; the state is then the one before that entry. See
// [Desk] for what is refused.
func FromEntries(entries iter.Seq[Entry]) (Incident, error) {
	var i Incident
	for e := range entries {
		next, err := i.add(e)
		if err != nil {
			return i, err
		}
		i = next
	}
	return i, nil
}

// add returns the state after one more entry, and leaves i as it is. What the two share is not
// changed later: lists are cloned or clipped before they grow.
func (i Incident) add(e Entry) (Incident, error) {
	if err := i.check(e); err != nil {
		return i, err
	}
	i.EntryCount = e.Seq
	i.apply(e)
	return i, nil
}

// apply makes a checked entry part of the state.
func (i *Incident) apply(e Entry) {
	switch e.Kind {
	case EntryOpened:
		i.ID, i.Identity, i.Previous, i.OpenedAt = e.Incident, e.Identity, e.Previous, e.At
		i.fire(e)
	case EntryCleared:
		i.Firing, i.ClearedAt = false, e.At
	case EntryRecurred:
		i.fire(e)
		i.Recurrences++
	case EntryReopened:
		i.reopen(e)
	case EntryLowered:
		i.Assessment = *e.Assessment
	case EntryRaised:
		i.Assessment, i.MitigatedAt = *e.Assessment,
			time.Time{} // the mitigation did not hold, or it would not be raised
	case EntryAttached:
		i.attach(e)
	case EntryMerged:
		i.MergedInto = e.Other
	case EntryLinked:
		i.Links = append(slices.Clip(i.Links), e.Other)
	case EntryResolved:
		i.ResolvedAt = e.At
	case EntryClosedWithoutRootCause:
		i.ResolvedAt, i.CloseReason, i.ClosedBy = e.At, e.Text, e.Author
	default:
		i.applyWork(e)
	}
}

// applyWork makes what people do, short of closing the incident, part of the state.
func (i *Incident) applyWork(e Entry) {
	switch e.Kind {
	case EntryAcknowledged:
		i.LeaseHolder, i.LeaseUntil, i.LeaseEnded = e.Author, e.Until, false
		setOnce(&i.AcknowledgedAt, e.At)
		i.join(e)
	case EntryLeaseEnded:
		i.LeaseEnded = true
	case EntryJoined:
		i.join(e)
	case EntryTriaged:
		setOnce(&i.TriagedAt, e.At)
	case EntryAsked:
		q := Question{Seq: e.Seq, At: e.At, From: e.Author, To: e.To, Text: e.Text}
		i.Questions = append(slices.Clip(i.Questions), q)
	case EntryAnswered:
		i.answer(e)
	case EntryMitigated:
		setOnce(&i.MitigatedAt, e.At)
	case EntryRootCause:
		i.RootCause, i.RootCauseBy = e.Text, e.Author
	}
}

// setOnce sets an instant that is not set yet.
func setOnce(kept *time.Time, at time.Time) {
	if kept.IsZero() {
		*kept = at
	}
}

// fire takes over the assessment of a signal that fires. An earlier mitigation did not hold, and is
// taken back.
func (i *Incident) fire(e Entry) {
	i.Assessment, i.Firing, i.ClearedAt, i.MitigatedAt = *e.Assessment, true, time.Time{}, time.Time{}
	if e.Targets != nil {
		i.Targets = *e.Targets
	}
}

func (i *Incident) join(e Entry) {
	if !slices.Contains(i.Responders, e.Author) {
		i.Responders = append(slices.Clip(i.Responders), e.Author)
	}
	if i.Paired() {
		setOnce(&i.PairedAt, e.At)
	}
}

// answer keeps the first answer to a question.
func (i *Incident) answer(e Entry) {
	n := i.question(e.ReplyTo)
	if !i.Questions[n].AnsweredAt.IsZero() {
		return
	}
	i.Questions = slices.Clone(i.Questions)
	q := &i.Questions[n]
	q.Answer, q.By, q.AnsweredAt = e.Text, e.Author, e.At
}

// attach lists a symptom. Harm that spreads is not mitigated.
func (i *Incident) attach(e Entry) {
	i.MitigatedAt = time.Time{}
	if len(i.Symptoms) < mostSymptoms {
		s := Symptom{Identity: e.Identity, Asset: e.Asset, Text: e.Text, At: e.At, Other: e.Other}
		i.Symptoms = append(slices.Clip(i.Symptoms), s)
	}
}

// reopen starts over and keeps only which incident it is: what was done has not helped, and who did
// it may be gone.
func (i *Incident) reopen(e Entry) {
	*i = Incident{
		ID: i.ID, Identity: i.Identity, Previous: i.Previous,
		OpenedAt: i.OpenedAt, ReopenedAt: e.At, EntryCount: i.EntryCount,
	}
	i.fire(e)
}
