package sla

import (
	"slices"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// An SLA is a promise to named consumers about assets.
//
// It is plain data. [SLA.Validate] says everything that is wrong with it, [DecodeSLA] reads it from JSON and
// [SLA.MarshalJSON] writes it. [NewCatalog] finds what feeds it, and [Catalog.Checks] what must be checked for it.
//
// Only the ID is required; an SLA without objectives promises nothing that can be measured,
// but its assets are known to matter.
//
// An SLA must not be changed while several goroutines use it.
type SLA struct {
	ID          string      // names the SLA among all others, in reports and ties; at most 1,024 bytes
	Name        string      // what people call it; empty means its ID
	Description string      // anything else that a reader should know; may have several lines, up to 64 KiB
	Tier        Tier        // how much it matters; zero is Primary
	Owners      []string    // who keeps the promise; each once
	Consumers   []string    // to whom it was made; each once
	Assets      []string    // assets that it is about, besides those of its objectives; each once
	Objectives  []Objective // its measurable parts; names are unique within the SLA
}

// An Objective is one measurable part of an SLA: over the window, the target's share must be good.
// An objective about freshness counts deadlines, or the share of time, as its policy says.
type Objective struct {
	Name      string           // names the objective within its SLA; required, at most 1,024 bytes, no slash
	Asset     string           // the asset that is measured; required
	Target    Target           // the share that must be good; required
	Window    Window           // the span over which it must be; required
	Freshness freshness.Policy // when data must land; required
}

// Title answers the name, or the ID where there is no name.
func (s SLA) Title() string {
	if s.Name != "" {
		return s.Name
	}
	return s.ID
}

// Clone answers a copy that shares no slice with s. Policies are shared.
func (s SLA) Clone() SLA {
	s.Owners = slices.Clone(s.Owners)
	s.Consumers = slices.Clone(s.Consumers)
	s.Assets = slices.Clone(s.Assets)
	s.Objectives = slices.Clone(s.Objectives)
	return s
}

// assets calls f with every asset that the SLA is about.
func (s *SLA) assets(f func(asset string)) {
	for i := range s.Objectives {
		f(s.Objectives[i].Asset)
	}
	for _, asset := range s.Assets {
		f(asset)
	}
}
