package priority

import (
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// An AssessmentReport is an [Assessment] as plain data, with everything computed. Its JSON form
// reads back as an equal AssessmentReport. It refers to nothing of the catalog, and may be kept and
// sent. The zero AssessmentReport describes no assessment.
type AssessmentReport struct {
	// Priority and Rule are the decision. Text is the assessment in one line, as Assessment.String
	// returns it.
	Priority Priority `json:"priority"`
	Rule     Rule     `json:"rule"`
	Text     string   `json:"text"`

	// Signal is what was assessed. Known reports whether the catalog knew its asset; if not, there
	// are no impacts, and the priority rests on the Classifier's UnknownTier.
	Signal Signal `json:"signal"`
	Known  bool   `json:"known"`

	// Impact and Urgency name the levels of the matrix. They are empty if the matrix did not
	// decide.
	Impact  string `json:"impact,omitempty"`
	Urgency string `json:"urgency,omitempty"`

	// Modifiers names those of the matrix's modifiers that applied.
	Modifiers []string `json:"modifiers,omitempty"`

	// Due is the instant by which the asset has to be healthy, as Assessment.Due returns it. Zero:
	// none is known.
	Due time.Time `json:"due,omitzero"`

	// P1At is the instant from which the signal is P1, as Assessment.P1At returns it. Zero: there
	// is none.
	P1At time.Time `json:"p1_at,omitzero"`

	// Maintenance lists the corrections of the SLAs before the lead, which do not run because of
	// them.
	Maintenance []sla.Correction `json:"maintenance,omitempty"`

	// Impacts lists every SLA reached, the lead first. Reasons are those of Assessment.Reasons.
	Impacts []ImpactReport `json:"impacts,omitempty"`
	Reasons []string       `json:"reasons"`
}

// An ImpactReport is one SLA that a signal reaches, with the path as proof.
type ImpactReport struct {
	SLA       string   `json:"sla"`                 // its ID
	Name      string   `json:"name,omitempty"`      // its name for people; if empty, the ID
	Tier      sla.Tier `json:"tier"`                // how much it matters
	Owners    []string `json:"owners,omitempty"`    // who keeps it
	Consumers []string `json:"consumers,omitempty"` // the teams that it is promised to
	Path      []string `json:"path"`                // from the signal's asset to one of the SLA

	Effect Effect    `json:"effect"`         // what the signal does to it; meaningless for a resolved signal
	Until  time.Time `json:"until,omitzero"` // until when an exposed SLA has time; zero for the others
}

// Report computes everything: it walks all impacts.
func (a Assessment) Report() AssessmentReport {
	r := AssessmentReport{
		Priority: a.Priority, Rule: a.Rule, Text: a.String(),
		Signal: a.Signal, Known: a.known, Reasons: a.Reasons(),
	}
	r.Impact, r.Urgency = a.levels()
	if a.byMatrix() {
		r.Modifiers, _ = a.view.grid.applied(&a)
	}
	r.Due, _ = a.Due()
	r.P1At, _ = a.P1At()
	if a.upkeep != nil {
		r.Maintenance = slices.Clone(a.upkeep.list)
	}

	for i := range a.Impacts() {
		effect, until := a.effect(i)
		r.Impacts = append(r.Impacts, ImpactReport{
			Effect: effect, Until: until,
			SLA: i.SLA.ID, Name: i.SLA.Name, Tier: i.SLA.Tier,
			Owners: slices.Clone(i.SLA.Owners), Consumers: slices.Clone(i.SLA.Consumers), Path: i.Path,
		})
	}
	return r
}

// MarshalJSON implements [json.Marshaler]. It writes [Assessment.Report].
// An instant whose year has more than four digits is an error.
func (a Assessment) MarshalJSON() ([]byte, error) { return json.Marshal(a.Report()) }

// LogValue implements [slog.LogValuer]: a group of priority, rule, asset and text, with the lead
// SLA's ID and the due instant if there are such. It walks no impacts but the lead.
func (a Assessment) LogValue() slog.Value {
	attrs := []slog.Attr{
		slog.String("priority", a.Priority.String()), slog.String("rule", a.Rule.String()),
		slog.String("asset", a.Signal.Asset), slog.String("text", a.String()),
	}
	if lead := a.lead(); lead != nil {
		attrs = append(attrs, slog.String("sla", lead.ID))
	}
	if due, ok := a.Due(); ok {
		attrs = append(attrs, slog.Time("due", due))
	}
	return slog.GroupValue(attrs...)
}
