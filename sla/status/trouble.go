package status

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

const (
	mostIncidents = 50                  // listed in one answer
	mostEntries   = 200                 // of one timeline
	mostText      = 2000                // bytes of what somebody wrote
	mostReached   = 200                 // SLAs that an incident names
	mostRecorded  = 50                  // that its record names
	remembered    = 90 * 24 * time.Hour // how long closed incidents are shown
	longestRead   = 5 * time.Second     // that an answer waits for timelines
	soonRead      = 10 * time.Second    // until what could not be read is tried again
)

// troubles shows the incidents, the newest first, and tells each SLA of those that are open.
func (h *Handler) troubles(s *snapshot) {
	assets := map[string]reach{}
	for i := range s.incidents {
		t := &trouble{from: s.incidents[i]}
		t.Incident = h.Publish.incident(&t.from, s.at)
		t.SLAs = s.reached(&t.from, assets)
		s.all = append(s.all, t)
		if t.from.State() != incident.Closed {
			s.open = append(s.open, t)
		}
	}
	newestFirst := func(a, b *trouble) int {
		return cmp.Or(b.Opened.Compare(a.Opened), cmp.Compare(b.ID, a.ID))
	}
	slices.SortStableFunc(s.all, newestFirst)
	slices.SortStableFunc(s.open, newestFirst)
	for _, t := range s.open {
		for _, id := range t.SLAs {
			if r := s.byID[id]; r != nil {
				r.threatened(t)
				if len(r.Incidents) < mostIncidents {
					r.Incidents = append(r.Incidents, t.ID)
				}
			}
		}
	}
}

// threatened says that an open incident reaches a promise that is kept as yet, unless its harm has ended.
func (r *row) threatened(t *trouble) {
	if r.Level == Kept && t.from.State() != incident.Harmless {
		r.Level = AtRisk
	}
}

// A reach is what an asset reaches.
type reach struct {
	ids   []string
	known map[string]bool
}

// reached lists all SLAs that an incident reaches: now, while it is open; as was recorded, when it is closed,
// unless there were more than are recorded. What each asset reaches is found once.
func (s *snapshot) reached(i *incident.Incident, assets map[string]reach) []string {
	var now reach
	if i.State() != incident.Closed || len(i.Report.Impacts) >= mostRecorded && s.at.Sub(i.ResolvedAt) <= remembered {
		found := false
		if now, found = assets[i.Report.Signal.Asset]; !found {
			now.known = map[string]bool{}
			for impact := range s.catalog.Impacts(i.Report.Signal.Asset) {
				now.ids, now.known[impact.SLA.ID] = append(now.ids, impact.SLA.ID), true
			}
			assets[i.Report.Signal.Asset] = now
		}
	}
	ids := slices.Clip(now.ids)
	for _, impact := range i.Report.Impacts {
		if !now.known[impact.SLA] {
			ids = append(ids, impact.SLA)
		}
	}
	return ids
}

// incident shows what may be shown of an incident.
func (p Publish) incident(i *incident.Incident, now time.Time) Incident {
	shown := Incident{
		ID: i.ID, Priority: i.Report.Priority.String(), State: i.State().String(), Summary: "A data incident",
		Opened: written(i.OpenedAt), Acknowledged: written(i.AcknowledgedAt), Mitigated: written(i.MitigatedAt), Closed: written(i.ResolvedAt),
		Engaged: len(i.Responders),
	}
	if !i.ReopenedAt.IsZero() {
		shown.Opened = written(i.ReopenedAt)
	}
	for _, t := range []time.Time{shown.Opened, i.TriagedAt, i.AcknowledgedAt, i.PairedAt, i.MitigatedAt, i.ResolvedAt, i.ClearedAt} {
		if t.After(shown.Updated) {
			shown.Updated = written(t)
		}
	}
	if p.Assets {
		shown.Asset = i.Report.Signal.Asset
	}
	if p.Texts {
		shown.Summary = oneLine(cmp.Or(i.Report.Signal.Summary, i.Report.Signal.Kind.String()), mostText)
		shown.RootCause = clip(cmp.Or(i.RootCause, i.Forced), mostText)
	}
	if p.People {
		shown.Owner, shown.Responders = i.Owner(now), i.Responders
	}
	return shown
}

// timeline reads what happened. What cannot be read is said to be so.
func (a *asked) timeline(ctx context.Context, i *Incident) {
	defer contain(func() { i.Timeline, i.Dropped, i.Unread = nil, 0, true })
	entries, err := a.h.desk.Timeline(ctx, i.ID)
	if err != nil {
		i.Unread = true
		return
	}
	all := len(a.seen) == len(a.s.rows)
	if !all {
		entries = slices.DeleteFunc(slices.Clone(entries), func(e incident.Entry) bool { return e.Kind == incident.Attached && !a.reached(e.Asset) })
	}
	if n := len(entries) - mostEntries; n > 0 {
		i.Dropped, entries = n, entries[n:]
	}
	for _, e := range entries {
		i.Timeline = append(i.Timeline, a.h.Publish.entry(e, all))
	}
}

// reached says whether an asset feeds an SLA that the sender may know of.
func (a *asked) reached(asset string) bool {
	for impact := range a.s.catalog.Impacts(asset) {
		if slices.ContainsFunc(a.seen, func(r *row) bool { return r.ID == impact.SLA.ID }) {
			return true
		}
	}
	return false
}

// entry shows what may be shown of an entry. What a symptom is said to be names assets and SLAs: it is for those who may know of all of them.
func (p Publish) entry(e incident.Entry, all bool) Entry {
	shown := Entry{At: written(e.At), Kind: e.Kind.String(), Words: kindWords(e.Kind)}
	if p.People {
		shown.Author = e.Author
	}
	if p.Texts && (e.Kind != incident.Attached || p.Assets && all) {
		shown.Text = clip(e.Text, mostText)
		if e.Text == "" && e.Report != nil {
			shown.Text = clip(e.Report.Signal.Summary, mostText)
		}
	}
	return shown
}

// kindWords says what happened, whoever did it.
func kindWords(k incident.Kind) string {
	return map[incident.Kind]string{
		incident.Opened: "It was opened", incident.Cleared: "The signal was resolved", incident.Recurred: "It fired again",
		incident.Reopened: "It was reopened", incident.Owned: "Somebody owns it", incident.Joined: "Somebody works on it too",
		incident.Noted: "Context was added", incident.Mitigated: "The harm has ended", incident.RootCaused: "The root cause was written",
		incident.Resolved: "It was resolved", incident.Forced: "It was closed without a root cause", incident.Triaged: "Somebody looked at it",
		incident.Asked: "Context was asked for", incident.Answered: "A question was answered", incident.Lapsed: "Nobody owns it any more",
		incident.Attached: "It has a symptom", incident.Merged: "It goes on in another", incident.Linked: "Its cause may be another",
		incident.Lowered: "It is less urgent now", incident.Raised: "It is more urgent again",
	}[k]
}

// corrections shows what was corrected or is planned of one SLA, the newest first.
func (h *Handler) corrections(s *snapshot, id string) (shown []Correction) {
	gone := revoked(s.facts.corrections)
	for _, c := range s.facts.corrections {
		if c.SLA == id && c.Revokes == "" {
			shown = append(shown, h.Publish.correction(c, gone[[2]string{id, c.ID}]))
		}
	}
	slices.SortStableFunc(shown, func(a, b Correction) int {
		return cmp.Or(b.Start.Compare(a.Start), cmp.Compare(a.ID, b.ID))
	})
	return shown[:min(len(shown), 100)]
}

// touches finds the corrections in force of an objective that touch [from, to), or the instant from where both are the same.
func touches(list []sla.Correction, gone map[[2]string]bool, id, objective string, from, to time.Time) (removed, good bool) {
	for _, c := range list {
		if c.SLA != id || c.Revokes != "" || gone[[2]string{id, c.ID}] || c.Objective != "" && c.Objective != objective {
			continue
		}
		if from.Before(c.End) && (c.Start.Before(to) || !from.Before(c.Start)) {
			removed, good = removed || !c.Good, good || c.Good
		}
	}
	return removed, good
}
