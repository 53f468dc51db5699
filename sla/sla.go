package sla

import "slices"

// An SLA is a promise to named consumers about assets.
//
// It is plain data. [SLA.Validate] finds its faults, [DecodeSLAs] reads it from JSON and
// [SLA.MarshalJSON] writes it. Only the ID is required: an SLA without objectives promises nothing
// that can be measured, but its assets matter.
//
// An SLA must not be changed while several goroutines use it.
type SLA struct {
	ID          string      // unique among all SLAs; at most 1,024 bytes
	Name        string      // for people; empty: the ID
	Description string      // may have several lines, up to 64 KiB
	Tier        Tier        // how much it matters; zero: Primary
	Owners      []string    // keep the promise; each once
	Consumers   []string    // the promise is made to them; each once
	Assets      []string    // assets that it is about, besides those of its objectives; each once
	Objectives  []Objective // its measurable parts; names are unique within the SLA

	// Target must be reached by the mean of the objectives' compliance, each with its Weight.
	// Zero: each objective must hold by itself.
	Target Target
}

// Title returns the name, or the ID if there is no name.
func (s SLA) Title() string {
	if s.Name != "" {
		return s.Name
	}
	return s.ID
}

// Clone returns a copy that shares no slice with s. Policies are shared.
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
