package status

import (
	"cmp"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A row is an SLA as it is shown, and what that was made of.
type row struct {
	SLA
	promise *sla.SLA
	report  sla.Report
	notes   []note // by objective: what is known beside the report
	filled  bool   // its history was looked at
	details bool   // its windows were looked at
}

// A trouble is an incident as it is shown, and what that was made of.
type trouble struct {
	Incident
	from incident.Incident
}

// build makes everything of the facts that needs no history.
func (h *Handler) build(f facts, v version) *snapshot {
	s := &snapshot{facts: f, version: v, latest: f.at.Add(h.hold()), byID: make(map[string]*row, len(f.reports))}
	s.made.limit()
	planned := s.plannedNow(h.Publish)
	for i := range f.reports {
		r := h.row(s, &f.reports[i], planned[f.reports[i].SLA])
		s.rows = append(s.rows, r)
		s.byID[r.ID] = r
	}
	h.troubles(s)
	slices.SortStableFunc(s.rows, worstFirst)
	s.until = s.bound(s.rows, nil)
	return s
}

// worstFirst orders rows by how much they want to be seen.
func worstFirst(a, b *row) int {
	return cmp.Or(
		cmp.Compare(b.Level.rank(), a.Level.rank()), cmp.Compare(b.State, a.State), cmp.Compare(a.Tier, b.Tier),
		compareSet(a.due(), b.due()), cmp.Compare(a.ID, b.ID),
	)
}

// compareSet orders instants, those that are none last.
func compareSet(a, b time.Time) int {
	if a.IsZero() != b.IsZero() {
		return 2*btoi(a.IsZero()) - 1
	}
	return a.Compare(b)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r *row) due() time.Time {
	if lead := r.lead(); lead != nil {
		return lead.Due
	}
	return time.Time{}
}

// lead is the objective that the row is about first; nil: the SLA has none.
func (r *SLA) lead() *Objective {
	for i := range r.Objectives {
		if r.Objectives[i].Name == r.Lead {
			return &r.Objectives[i]
		}
	}
	return nil
}

func (h *Handler) row(s *snapshot, report *sla.Report, planned *Correction) *row {
	promise, known := s.catalog.SLA(report.SLA)
	if !known { // the catalog was replaced meanwhile
		promise = &sla.SLA{ID: report.SLA, Name: report.Name, Tier: report.Tier}
	}
	r := &row{promise: promise, report: *report, notes: make([]note, len(report.Objectives))}
	r.SLA = SLA{
		ID: promise.ID, Name: promise.Title(), Description: promise.Description, Tier: promise.Tier,
		Owners: promise.Owners, Consumers: promise.Consumers, Labels: h.labels(promise.ID),
		State: report.State, Culprit: report.Culprit, Target: report.Target.String(), Maintenance: planned,
		Objectives: make([]Objective, len(report.Objectives)),
	}
	if share, ok := report.Compliance(); ok && !report.Target.IsZero() {
		r.Compliance = &share
	}
	for i := range report.Objectives {
		r.Objectives[i], r.notes[i] = h.objective(s, promise, &report.Objectives[i])
	}
	r.judge()
	return r
}

// judge finds the level of the SLA and the objective that decides it: the worst, and of these the one that is due first.
func (r *row) judge() {
	var lead *Objective
	for i := range r.Objectives {
		if o := &r.Objectives[i]; lead == nil || o.Level.Worse(lead.Level) ||
			o.Level == lead.Level && compareSet(o.Due, lead.Due) < 0 {
			lead = o
		}
	}
	if lead != nil {
		r.Level, r.Lead = lead.Level, lead.Name
	}
	if r.Level == Kept && r.State > sla.Met {
		r.Level = AtRisk
	}
	if r.Maintenance != nil {
		r.Level = Maintenance
	}
}

// plannedNow finds the maintenance in which an SLA does not run at present, by its ID.
func (s *snapshot) plannedNow(p Publish) map[string]*Correction {
	planned, gone := map[string]*Correction{}, revoked(s.corrections)
	for _, c := range s.corrections {
		if c.Planned() && c.Objective == "" && !gone[[2]string{c.SLA, c.ID}] && !s.at.Before(c.Start) && s.at.Before(c.End) {
			if longest := planned[c.SLA]; longest == nil || c.End.After(longest.End) {
				shown := p.correction(c, false)
				planned[c.SLA] = &shown
			}
		}
	}
	return planned
}

// revoked lists which corrections were taken back, by SLA and ID. What takes another back comes after it, and may be taken back too.
func revoked(list []sla.Correction) map[[2]string]bool {
	gone := map[[2]string]bool{}
	for _, c := range slices.Backward(list) {
		if c.Revokes != "" && !gone[[2]string{c.SLA, c.ID}] {
			gone[[2]string{c.SLA, c.Revokes}] = true
		}
	}
	return gone
}

func (p Publish) correction(c sla.Correction, gone bool) Correction {
	shown := Correction{
		ID: c.ID, Objective: c.Objective, Start: c.Start, End: c.End,
		Planned: c.Planned(), Good: c.Good, Revoked: gone, Entered: c.At,
	}
	if p.People {
		shown.Author = c.Author
	}
	if p.Texts {
		shown.Reason = c.Reason
	}
	return shown
}

// bound finds until when nothing is expected to change of some rows, and of what is known beside those that are hidden.
func (s *snapshot) bound(rows []*row, hidden map[string]bool) time.Time {
	until, shown := s.latest, make(map[string]bool, len(rows))
	soon := func(t time.Time) {
		if t.After(s.at) && t.Before(until) {
			until = t
		}
	}
	looked := func(next time.Time) {
		if !next.IsZero() {
			soon(next)
			soon(next.Add(patience))
		}
	}
	for _, r := range rows {
		shown[r.ID] = true
		for i := range r.Objectives {
			looked(r.Objectives[i].Next)
			soon(r.Objectives[i].End)
		}
	}
	for _, results := range s.results {
		for i := range results {
			if !hidden[results[i].Check] {
				looked(results[i].NextCheck)
			}
		}
	}
	for _, c := range s.corrections {
		if shown[c.SLA] {
			soon(c.Start)
			soon(c.End)
		}
	}
	return until
}

// choices lists the consumers and the labels that a filter offers.
func choices(rows []*row) (consumers, labels []string) {
	for _, r := range rows {
		consumers = append(consumers, r.Consumers...)
		for key, value := range r.Labels {
			labels = append(labels, key+":"+value)
		}
	}
	return chosen(consumers), chosen(labels)
}
