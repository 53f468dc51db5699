package openslo_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/openslo"
)

const search = `{
	"apiVersion": "openslo/v1",
	"kind": "SLO",
	"metadata": {"name": "search", "displayName": "Search"},
	"spec": {
		"service": "web-shop",
		"indicator": {"metadata": {"name": "answers"}, "spec": {"ratioMetric": {
			"counter": true,
			"bad": {"metricSource": {"type": "prometheus", "spec": {"query": "search_errors_total"}}},
			"total": {"metricSource": {"type": "prometheus", "spec": {"query": "searches_total"}}}
		}}},
		"timeWindow": [{"duration": "1M", "isRolling": true}],
		"budgetingMethod": "Occurrences",
		"objectives": [{"displayName": "answered", "target": 0.999}]
	}
}`

func ExampleRead() {
	file, err := openslo.Read(json.RawMessage(search))
	fmt.Println(err)
	for _, s := range file.SLAs {
		o := s.Objectives[0]
		q := file.Queries[s.ID+"/"+o.Name]
		fmt.Println(s.Title(), o.Asset, o.Target, o.Window)
		fmt.Println(q.Bad, "of", q.Total, q.Counter)
	}
	for _, note := range file.Notes {
		fmt.Println(note)
	}
	// Output:
	// <nil>
	// Search web-shop 99.9% rolling 30d
	// search_errors_total of searches_total true
	// spec.timeWindow[0].duration: "1M" is 30d here, whatever the calendar has (line 12, offset 457)
}

func ExampleRead_faults() {
	broken := strings.Replace(search, "0.999", "99.9", 1)
	_, err := openslo.Read(json.RawMessage(broken))
	fmt.Println(err)
	// Output:
	// spec.objectives[0].target: 99.9 is above 1: did you mean targetPercent? (line 14, offset 575)
}

func ExampleOptions_Read() {
	options := openslo.Options{
		Asset:  func(service, slo string) string { return service + "." + slo },
		Tier:   func(s openslo.SLO) sla.Tier { return map[string]sla.Tier{"2": sla.Secondary}[s.Labels["tier"]] },
		Period: 28 * sla.Day,
	}
	file, err := options.Read(json.RawMessage(`{
		"version": "prometheus/v1", "service": "shop", "labels": {"owner": "web", "tier": 2},
		"slos": [{
			"name": "orders", "objective": 99.9,
			"sli": {"events": {"error_query": "sum(rate(errors[{{.window}}]))", "total_query": "sum(rate(all[{{.window}}]))"}},
			"alerting": {"name": "Orders", "ticket_alert": {"disable": true}}
		}]
	}`))
	fmt.Println(err, len(file.Notes))
	s := file.SLAs[0]
	fmt.Println(s.ID, s.Owners, s.Tier, s.Objectives[0].Asset, s.Objectives[0].Window)
	for _, rule := range s.Objectives[0].Burn {
		fmt.Println(rule.Name, rule.BurnRate)
	}
	// Output:
	// <nil> 0
	// shop-orders [web] secondary shop.orders rolling 28d
	// page-fast 13.44
	// page-slow 5.6
}

func ExampleWrite() {
	promise := sla.SLA{
		ID: "orders", Tier: sla.Secondary,
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders", Target: sla.MustTarget("99%"), Window: sla.CalendarMonth(1, nil),
		}},
	}
	documents, err := openslo.Write([]sla.SLA{promise})
	fmt.Println(err)
	file, err := openslo.Read(documents...)
	fmt.Println(file.SLAs[0].Tier, file.SLAs[0].Objectives[0].Window, len(file.Notes), err)
	// Output:
	// <nil>
	// secondary month UTC 0 <nil>
}

func ExampleQuery() {
	file, err := openslo.Read(json.RawMessage(`{
		"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "pages"},
		"spec": {
			"service": "web",
			"indicator": {"spec": {"ratioMetric": {
				"rawType": "failure", "raw": {"metricSource": {"type": "prometheus", "spec": {"query": "error_ratio"}}}
			}}},
			"timeWindow": [{"duration": "28d", "isRolling": true}],
			"budgetingMethod": "RatioTimeslices",
			"objectives": [{"displayName": "served", "target": 0.99, "timeSliceWindow": "5m"}]
		}
	}`))
	q := file.Queries["pages/served"]
	fmt.Printf("%q %q of each %v, %v\n", q.GoodRatio, q.BadRatio, q.RatioOfSlices, err)
	fmt.Println(string(q.Source["ratio"]))
	// Output:
	// "" "error_ratio" of each 5m0s, <nil>
	// {"query": "error_ratio"}
}
