package status

import (
	"cmp"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A row is an SLA as it is shown, and what that was made from.
type row struct {
	SLAView
	promise *sla.SLA
	report  tracker.Report
	// One for each objective.
	notes []note
	// The expected landings are filled in.
	filled bool
	// The windows are filled in.
	drawn bool
}

// build computes all of a snapshot that needs no history. What does is filled in when a page shows
// it.
func (h *Handler) build(f facts, v version) *snapshot {
	s := &snapshot{
		facts: f, version: v, latest: f.at.Add(h.cacheFor()), byID: make(map[string]*row, len(f.reports)),
	}
	for i := range f.reports {
		r := h.row(s, &f.reports[i])
		s.rows = append(s.rows, r)
		s.byID[r.ID] = r
	}

	h.addIncidents(s)
	// The order is total, since IDs are unique: a list in parts shows each SLA once.
	slices.SortStableFunc(s.rows, worstFirst) // incidents have changed levels
	s.expires = s.nextChange(s.rows, nil)
	return s
}

// worstFirst orders rows by how urgently a reader should see them.
func worstFirst(a, b *row) int {
	return cmp.Or(
		cmp.Compare(b.Level.rank(), a.Level.rank()), cmp.Compare(b.State, a.State), cmp.Compare(a.Tier, b.Tier),
		compareSet(a.due(), b.due()), cmp.Compare(a.ID, b.ID),
	)
}

// compareSet orders instants, with zero last.
func compareSet(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

// due returns when the objective that leads is due, and zero if it never is.
func (r *row) due() time.Time {
	if lead := r.lead(); lead != nil {
		return lead.Due
	}
	return time.Time{}
}

// zone returns the location of the first objective, in which a page shows what belongs to no
// objective.
func (r *row) zone() *time.Location {
	if len(r.notes) > 0 {
		return r.notes[0].zone
	}
	return time.UTC
}

// lead returns the objective that the row shows first, or nil if the SLA has none.
func (r *SLAView) lead() *ObjectiveView {
	for i := range r.Objectives {
		if r.Objectives[i].Name == r.Lead {
			return &r.Objectives[i]
		}
	}
	return nil
}

// row returns an SLA as it is shown, from its promise in the catalog and its report.
func (h *Handler) row(s *snapshot, report *tracker.Report) *row {
	promise, found := s.catalog.SLA(report.SLA)
	if !found { // the catalog was replaced after the report was made
		promise = &sla.SLA{ID: report.SLA, Name: report.Name, Tier: report.Tier}
	}

	r := &row{promise: promise, report: *report, notes: make([]note, len(report.Objectives))}
	r.SLAView = SLAView{
		ID: promise.ID, Name: promise.Title(), Description: promise.Description, Tier: promise.Tier,
		Owners: promise.Owners, Consumers: promise.Consumers, Labels: h.labels(promise.ID),
		State: report.State, DecidedBy: report.DecidedBy, Target: report.Target.String(),
		Objectives: make([]ObjectiveView, len(report.Objectives)),
	}
	if report.Maintenance != nil {
		planned := h.Publish.correction(*report.Maintenance, false)
		r.Maintenance = &planned
	}
	// The compliance of several objectives is defined for a weighted SLA alone.
	if share, ok := report.Compliance(); ok && !report.Target.IsZero() {
		r.Compliance = &share
	}
	for i := range report.Objectives {
		r.Objectives[i], r.notes[i] = h.objective(s, promise, &report.Objectives[i])
	}
	r.judge()
	return r
}

// judge sets the level of the SLA and the objective that decides it: the worst, and of equally bad
// ones the one that is due first.
func (r *row) judge() {
	var lead *ObjectiveView
	for i := range r.Objectives {
		if o := &r.Objectives[i]; lead == nil || o.Level.rank() > lead.Level.rank() ||
			o.Level == lead.Level && compareSet(o.Due, lead.Due) < 0 {
			lead = o
		}
	}
	// An SLA without objectives stays unknown.
	if lead != nil {
		r.Level, r.Lead = lead.Level, lead.Name
	}

	if r.Level == LevelKept && r.State > sla.StateMet {
		r.Level = LevelAtRisk // a weighted SLA may be worse than each of its objectives
	}
	if r.Maintenance != nil {
		r.Level = LevelMaintenance
	}
}

// nextChange returns the instant until which nothing is expected to change: neither of the given
// rows, nor of the results of checks that are not hidden. It is never after the latest instant of
// the snapshot.
func (s *snapshot) nextChange(rows []*row, hidden map[string]bool) time.Time {
	// It is asked once for all rows, and again for each reader who may not see all: what is hidden
	// must not shorten the time for which their response holds.
	next, shown := s.latest, make(map[string]bool, len(rows))
	// Instants that have passed are no change to wait for.
	change := func(t time.Time) {
		if t.After(s.at) && t.Before(next) {
			next = t
		}
	}
	check := func(t time.Time) {
		if !t.IsZero() {
			change(t)
			change(t.Add(patience)) // then it counts as forgotten
		}
	}

	for _, r := range rows {
		shown[r.ID] = true
		for i := range r.Objectives {
			check(r.Objectives[i].Next)
			change(r.Objectives[i].End)
		}
	}
	// Results are shown on the pages of SLAs downstream, so that they count for every row.
	for _, results := range s.results {
		for i := range results {
			if !hidden[results[i].Check] {
				check(results[i].NextCheck)
			}
		}
	}
	// A correction that starts or ends changes what counts, though no check runs.
	for _, c := range s.corrections {
		if shown[c.SLA] {
			change(c.Start)
			change(c.End)
		}
	}
	return next
}
