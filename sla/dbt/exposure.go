package dbt

import (
	"cmp"
	"slices"

	"github.com/alwaysp1/alwaysp1/sla"
)

// An Exposure is a use of the data outside dbt: a dashboard, a notebook, an application. It is what
// a promise is made for.
type Exposure struct {
	// ID is dbt's unique ID, such as "exposure.shop.weekly_sales". It is an
	// asset too: what it depends on feeds it.
	ID string

	// Name is its name in the project; Label is for people, and may be empty.
	Name, Label string

	// Type is "dashboard", "notebook", "analysis", "ml" or "application".
	Type string

	// Maturity is "high", "medium", "low" or empty: how settled it is.
	// It is not how much it matters, so that no tier follows from it.
	Maturity string

	// URL is where it is found, and Description what it is.
	URL, Description string

	// Owner is responsible for it: the consumer of the data.
	Owner Owner

	// DependsOn are the IDs of the assets that it uses, each once.
	DependsOn []string
}

// An Owner is a person or a team, by name, by e-mail address, or both. The zero Owner is none.
type Owner struct {
	// Name is what dbt calls them. Empty: only an address is known.
	Name string

	// Emails are their addresses, in the order of the project: newer
	// versions of dbt may list several.
	Emails []string
}

// String returns the name, or else the first address, or else nothing.
func (o Owner) String() string {
	if o.Name == "" && len(o.Emails) > 0 {
		return o.Emails[0]
	}
	return o.Name
}

// title returns the label, or the name where there is no label.
func (e Exposure) title() string { return cmp.Or(e.Label, e.Name, e.ID) }

// SLA returns the beginning of a promise to the owner of the exposure, about the assets that it
// uses. It has no objective and no owners, which are yours to add; [Manifest.DraftSLAs] drafts
// them. Its tier is primary, the zero tier.
func (e Exposure) SLA() sla.SLA {
	return sla.SLA{
		ID: e.ID, Name: e.title(), Description: e.Description, Assets: e.assets(), Consumers: e.consumers(),
	}
}

// assets returns what the exposure uses, or else itself: a promise needs an asset.
func (e Exposure) assets() []string {
	if len(e.DependsOn) == 0 {
		return []string{e.ID}
	}
	return slices.Clone(e.DependsOn)
}

func (e Exposure) consumers() []string {
	if who := e.Owner.String(); who != "" {
		return []string{who}
	}
	return nil
}

func (m *manifestReader) exposure(key []byte) error {
	one := Exposure{ID: m.share(key)}
	err := m.record(func(key []byte) error { return m.exposureField(string(key), &one) })
	m.edges(one.DependsOn, one.ID)
	one.DependsOn = ascending(one.DependsOn)
	m.out.Exposures = append(m.out.Exposures, one)
	return err
}

func (m *manifestReader) exposureField(key string, to *Exposure) error {
	switch key {
	case "name":
		return m.text(&to.Name)
	case "label":
		return m.text(&to.Label)
	case "type":
		return m.text(&to.Type)
	case "maturity":
		return m.text(&to.Maturity)
	case "url":
		return m.text(&to.URL)
	case "description":
		return m.text(&to.Description)
	case "owner":
		return m.owner(&to.Owner)
	case "depends_on":
		return m.dependsOn(&to.DependsOn)
	}
	return m.Skip()
}

func (r *reader) owner(to *Owner) error {
	return r.record(func(key []byte) error {
		switch string(key) {
		case "name":
			return r.text(&to.Name)
		case "email":
			return r.texts(&to.Emails)
		}
		return r.Skip()
	})
}
