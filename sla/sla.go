package sla

import "slices"

// An SLA is a promise to named consumers about assets.
//
// It is plain data. [SLA.Validate] says everything that is wrong with it, [DecodeSLAs] reads it from JSON and
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

	// Target makes it a weighted SLA: the mean of its objectives' compliance, each by its Weight, must reach it.
	// Zero: each objective must hold by itself.
	Target Target
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
	for i := range s.Objectives {
		s.Objectives[i].Burn = slices.Clone(s.Objectives[i].Burn)
	}
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
