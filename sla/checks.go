package sla

import (
	"strings"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// Checks returns one check for each objective about freshness, in the order of [Catalog.SLAs] and
// of their objectives.
//
// A check is named after its SLA and objective, "orders-by-7/ready": [Catalog.Objective] finds both
// by that name. source returns where the landings of an asset come from. It is called once for each
// asset, so that all checks of an asset share a source. [freshness.Check.Validate] refuses a check
// whose source is nil. The function itself must not be nil.
func (c *Catalog) Checks(source func(asset string) freshness.Source) []freshness.Check {
	var checks []freshness.Check
	sources := map[string]freshness.Source{}

	for s := range c.SLAs() {
		for _, o := range s.Objectives {
			if o.Freshness == nil {
				continue
			}
			if _, asked := sources[o.Asset]; !asked {
				sources[o.Asset] = source(o.Asset)
			}
			checks = append(checks, freshness.Check{
				Name: s.ID + "/" + o.Name, Asset: o.Asset, Policy: o.Freshness, Source: sources[o.Asset],
			})
		}
	}
	return checks
}

// Objective returns an SLA and its objective by the name of their check, "orders-by-7/ready", and
// whether there are such. Both belong to the catalog and must not be changed.
func (c *Catalog) Objective(check string) (*SLA, *Objective, bool) {
	slash := strings.LastIndexByte(check, '/') // names of objectives hold none
	if slash < 0 {
		return nil, nil, false
	}
	s, ok := c.SLA(check[:slash])
	if !ok {
		return nil, nil, false
	}
	for i := range s.Objectives {
		if s.Objectives[i].Name == check[slash+1:] {
			return s, &s.Objectives[i], true
		}
	}
	return nil, nil, false
}
