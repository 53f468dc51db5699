package sla_test

import (
	"fmt"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A misspelled asset is accepted, since lineage may be incomplete; Lint finds it, and what was meant.
func ExampleCatalog_Lint() {
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "books", Owners: []string{"ada", "bob"}, Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "model.shop.financ", Target: sla.MustTarget("95%"),
			Window: sla.Rolling(90 * sla.Day), Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, nil)},
		}},
	}}, sla.Feeds("source.shop.orders", "model.shop.finance"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for asset := range catalog.Assets() {
		fmt.Println(asset)
	}
	for orphan := range catalog.Orphans() {
		fmt.Println("orphan:", orphan)
	}
	for _, finding := range catalog.Lint(nil, nil) {
		fmt.Println(finding.Path)
		fmt.Println(finding.Err)
	}
	// Output:
	// model.shop.financ
	// model.shop.finance
	// source.shop.orders
	// orphan: model.shop.financ
	// slas[0].objectives[0].asset
	// SLA "books": "model.shop.financ" has no edge and no check, so that no failure reaches it: did you mean "model.shop.finance"?
}
