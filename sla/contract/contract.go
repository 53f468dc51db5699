package contract

import (
	"encoding/json"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// Options say what a contract does not. The zero Options read a contract that promises no more than
// an availability, for which no Target is needed; a Window always is.
type Options struct {
	Target sla.Target // of what is promised without a share; "within 4 hours", but how often?
	Window sla.Window // of every objective

	// Tiers is the tier of each driver, in lower case. Nil: regulatory is Primary, operational and
	// analytics are Secondary.
	Tiers map[string]sla.Tier

	// Location is the zone of a time of availability that has none. Nil: such a time is a fault.
	Location *time.Location

	// Asset returns the asset of an object of the schema. Nil: its name.
	Asset func(object string) string
}

// A File is what a contract promises.
type File struct {
	// SLA is a draft for people to read. Its tier is the highest of what drives its objectives. It
	// has no consumers: a contract names none.
	SLA sla.SLA

	// Columns has the column that holds the times of an objective, by its name, where the contract
	// names one: for a table of package source.
	Columns map[string]string

	// Notes are what was not understood, and what means something else here. Each has the path,
	// line and offset of its field; of more than a hundred the rest is counted.
	Notes []*sla.FieldError
}

// Read reads one contract: of the Open Data Contract Standard, version 3, or of the Data Contract
// Specification.
//
// The error joins all faults, each a [*sla.FieldError] with path, line and offset. Then the file
// holds nothing but its notes.
func (o Options) Read(document json.RawMessage) (File, error) {
	if o.Asset == nil {
		o.Asset = func(object string) string { return object }
	}
	if o.Tiers == nil {
		o.Tiers = map[string]sla.Tier{
			"regulatory": sla.Primary, "operational": sla.Secondary, "analytics": sla.Secondary,
		}
	}
	return newReader(o, document).read()
}
