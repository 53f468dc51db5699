package status

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

const (
	mostIncidents   = 50                  // listed in one response
	mostEntries     = 200                 // of one timeline
	mostReached     = 200                 // SLAs that an incident lists
	mostRecorded    = 50                  // SLAs that the record of an incident holds
	closedShownFor  = 90 * 24 * time.Hour // how long closed incidents are shown
	timelineTimeout = 5 * time.Second     // for all timelines of one response
	readAgainAfter  = 10 * time.Second    // how long a store that failed is spared
)

// An incidentRow is an incident as it is shown, and what that was made from.
type incidentRow struct {
	IncidentView
	from incident.Incident
}

// addIncidents adds the incidents to the snapshot, the newest first, and the open ones to the SLAs
// that they reach.
func (h *Handler) addIncidents(s *snapshot) {
	assets := map[string]reach{}
	for i := range s.incidents {
		r := &incidentRow{from: s.incidents[i]}
		r.IncidentView = h.Publish.incident(&r.from, s.at)
		r.SLAs = s.reached(&r.from, assets)
		s.all = append(s.all, r)
	}
	// An incident that was opened again comes before older ones that were not.
	slices.SortStableFunc(s.all, func(a, b *incidentRow) int {
		return cmp.Or(b.Opened.Compare(a.Opened), cmp.Compare(b.ID, a.ID))
	})

	// Rows are told newest first, so that the incidents that are listed are the newest.
	for _, i := range s.all {
		if i.from.State() == incident.StateClosed {
			continue
		}
		s.open = append(s.open, i)
		for _, id := range i.SLAs {
			if r := s.byID[id]; r != nil {
				r.add(i)
			}
		}
	}
}

// add notes that an open incident reaches the SLA. Unless it is mitigated, an SLA that is kept as
// yet is at risk. That holds for every incident, also for those beyond the ones that are listed.
func (r *row) add(i *incidentRow) {
	// The harm of a mitigated incident has ended, and with it the danger.
	if r.Level == LevelKept && i.from.State() != incident.StateMitigated {
		r.Level = LevelAtRisk
	}
	if len(r.Incidents) < mostIncidents {
		r.Incidents = append(r.Incidents, i.ID)
	}
}

// A reach is the SLAs that an asset reaches.
type reach struct {
	ids   []string
	known map[string]bool
}

// reached returns all SLAs that an incident reaches. What its assessment recorded is not enough: it
// holds the first of them only, and the lineage may have changed since. So the catalog is asked for
// an open incident, and for a closed one whose record is full. It is asked once for each asset, for
// many incidents may be of one.
func (s *snapshot) reached(i *incident.Incident, assets map[string]reach) []string {
	var now reach
	// A record that is full may be cut. Only closed incidents that are still shown are worth the
	// walk.
	full := len(i.Assessment.Impacts) >= mostRecorded && s.at.Sub(i.ResolvedAt) <= closedShownFor
	if full || i.State() != incident.StateClosed {
		asset, found := i.Assessment.Signal.Asset, false
		if now, found = assets[asset]; !found {
			now.known = map[string]bool{}
			for impact := range s.catalog.Impacts(asset) {
				now.ids, now.known[impact.SLA.ID] = append(now.ids, impact.SLA.ID), true
			}
			assets[asset] = now
		}
	}

	ids := slices.Clip(now.ids) // appending must not change what other incidents share
	for _, impact := range i.Assessment.Impacts {
		if !now.known[impact.SLA] {
			ids = append(ids, impact.SLA)
		}
	}
	return ids
}

// listed returns the incidents that the sender may see, with the SLAs that the sender may see of
// each: those that reach a selected SLA, and unless something is selected those that reach none.
func (q *request) listed(all []*incidentRow) (shown []IncidentView) {
	sees := q.sees()
	for _, r := range all {
		i := r.IncidentView
		i.SLAs = nil
		for _, id := range r.SLAs {
			// Others that the incident reaches are as hidden as everything about them.
			if sees[id] && len(i.SLAs) < mostReached {
				i.SLAs = append(i.SLAs, id)
			}
		}
		if len(i.SLAs) == 0 && !q.seesOrphan(r) {
			continue
		}
		if shown = append(shown, i); len(shown) == mostIncidents {
			break
		}
	}
	return shown
}

// seesOrphan reports whether an incident that reaches no selected SLA is shown. One may have
// reached SLAs that the catalog no longer has: nothing can be asked about those, so that the
// incident is shown only where there is nothing to ask.
func (q *request) seesOrphan(r *incidentRow) bool {
	hadSLAs := len(r.SLAs) > 0
	return q.orphans && !q.isFiltered() && !(hadSLAs && q.h.Authorize != nil)
}

// readDetails reads what only the response about one SLA shows: its incidents with their timelines,
// open ones first, and what lies upstream. A store may be slow and a lineage large. So it is done
// before the turn to compute is taken, and others are served meanwhile.
func (q *request) readDetails() error {
	// The snapshot is shared, so that its list is copied.
	recent := slices.DeleteFunc(slices.Clone(q.s.all), func(r *incidentRow) bool {
		return !r.Closed.IsZero() && q.s.at.Sub(r.Closed) > closedShownFor
	})
	slices.SortStableFunc(recent, func(a, b *incidentRow) int {
		switch {
		case a.Closed.IsZero() == b.Closed.IsZero():
			return 0
		case a.Closed.IsZero():
			return -1
		}
		return 1
	})

	if r, err := q.row(); err == nil && q.h.Publish.Assets {
		q.assets = q.upstream(r)
	}

	// One deadline for all timelines bounds the wait, however many there are.
	ctx, cancel := context.WithTimeout(q.ctx, timelineTimeout)
	defer cancel()
	q.incidents = q.listed(recent)
	for i := range q.incidents {
		q.readTimeline(ctx, &q.incidents[i])
		q.unreadable = q.unreadable || q.incidents[i].Unreadable
	}
	// A timeline that was cut short because this client left must not be cached for others.
	return context.Cause(q.ctx)
}

// readTimeline reads the timeline of an incident, or marks it as unreadable.
func (q *request) readTimeline(ctx context.Context, i *IncidentView) {
	var entries []incident.Entry
	// The desk may be the caller's own.
	err := fault.Contain("Timeline", func() (err error) {
		entries, err = q.h.desk.Timeline(ctx, i.ID)
		return err
	})
	if err != nil {
		i.Unreadable = true
		return
	}

	// Symptoms come from other assets. Those that feed nothing the reader may see would tell of
	// hidden SLAs.
	all := q.seesAll()
	if !all {
		entries = slices.DeleteFunc(slices.Clone(entries), func(e incident.Entry) bool {
			return e.Kind == incident.EntryAttached && !q.reached(e.Asset)
		})
	}
	// The newest entries matter most. How many are left out is shown.
	if n := len(entries) - mostEntries; n > 0 {
		i.Dropped, entries = n, entries[n:]
	}
	for _, e := range entries {
		i.Timeline = append(i.Timeline, q.h.Publish.entry(e, all))
	}
}

// words returns the state of an incident in words.
func (i *IncidentView) words() string {
	switch i.State {
	case incident.StateAcknowledged.String():
		return "being worked on"
	case incident.StateMitigated.String(), incident.StateClosed.String():
		return i.State
	}
	return "open, not acknowledged"
}

// responders returns who works on an incident, or how many where people are not published.
func (i *IncidentView) responders() string {
	switch {
	case i.ResponderCount == 0:
		return "no responders"
	case len(i.Responders) > 0:
		return plain.List(i.Responders)
	}
	return plain.Count(i.ResponderCount, "responder")
}
