package priority

import (
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A Report is an [Assessment] as data, with everything worked out. Its JSON form reads back as the same Report.
// It holds nothing of the catalog, and may be kept and sent.
// The zero Report says nothing.
type Report struct {
	// Priority and Rule are the decision. Text is the assessment in one line, as Assessment.String gives it.
	Priority Priority `json:"priority"`
	Rule     Rule     `json:"rule"`
	Text     string   `json:"text"`

	// Signal is what was assessed, and Known whether the catalog knew its asset.
	Signal Signal `json:"signal"`
	Known  bool   `json:"known"`

	// Impact and Urgency name the row and the column of the table, where the table decided.
	Impact  string `json:"impact,omitempty"`
	Urgency string `json:"urgency,omitempty"`

	// Modifiers names those of the table's that applied.
	Modifiers []string `json:"modifiers,omitempty"`

	// Due is the instant by which the asset has to be well. Zero: none is known.
	Due time.Time `json:"due,omitzero"`

	// P1At is the instant from which on the signal is P1, as Assessment.P1At gives it. Zero: there is none.
	P1At time.Time `json:"p1_at,omitzero"`

	// Maintenance lists what was planned for the SLAs before the lead, which for that do not run.
	Maintenance []sla.Correction `json:"maintenance,omitempty"`

	// Impacts lists every SLA reached, the lead first. Reasons are the words of Assessment.Reasons.
	Impacts []ImpactReport `json:"impacts,omitempty"`
	Reasons []string       `json:"reasons"`
}

// An ImpactReport is one SLA that a signal reaches, and the path as proof.
type ImpactReport struct {
	SLA       string   `json:"sla"`                 // its ID
	Name      string   `json:"name,omitempty"`      // what people call it; empty means its ID
	Tier      sla.Tier `json:"tier"`                // how much it matters
	Owners    []string `json:"owners,omitempty"`    // who keeps it
	Consumers []string `json:"consumers,omitempty"` // to whom it was made
	Path      []string `json:"path"`                // from the asset to one that the SLA is about

	Effect Effect    `json:"effect"`         // what the signal does to it; means nothing of a resolved signal
	Until  time.Time `json:"until,omitzero"` // until when an exposed SLA has time; zero for the others
}

// Report works everything out: it walks all impacts.
func (a Assessment) Report() Report {
	r := Report{
		Priority: a.Priority, Rule: a.Rule, Text: a.String(),
		Signal: a.Signal, Known: a.known, Reasons: a.Reasons(),
	}
	r.Impact, r.Urgency = a.Cell()
	if a.tabled() {
		r.Modifiers, _ = a.view.grid.modified(&a)
	}
	r.Due, _ = a.Due()
	r.P1At, _ = a.P1At()
	if a.upkeep != nil {
		r.Maintenance = slices.Clone(a.upkeep.list)
	}
	for i := range a.Impacts() {
		effect, until := a.Effect(i)
		r.Impacts = append(r.Impacts, ImpactReport{
			Effect: effect, Until: until,
			SLA: i.SLA.ID, Name: i.SLA.Name, Tier: i.SLA.Tier,
			Owners: slices.Clone(i.SLA.Owners), Consumers: slices.Clone(i.SLA.Consumers), Path: i.Path,
		})
	}
	return r
}

// MarshalJSON implements [json.Marshaler]: the JSON form of [Assessment.Report].
// An instant whose year has more than four digits is an error.
func (a Assessment) MarshalJSON() ([]byte, error) { return json.Marshal(a.Report()) }

// LogValue implements [slog.LogValuer]: a group of priority, rule, asset, text, and of the lead SLA's ID and the due instant
// where there are such. It walks no impacts but the lead.
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
