package sla_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// Four ways to count the same requests, and what each would page for.
func ExampleObjective() {
	available := sla.Objective{Name: "available", Asset: "svc.shop", Target: sla.MustTarget("99.9%"),
		Window: sla.Rolling(30 * sla.Day)}
	fast := available
	fast.Name, fast.Target = "fast", sla.MustTarget("95%")
	// good timeslices have 99 % good requests
	fast.Timeslices = sla.Timeslices{Length: 5 * time.Minute, Target: sla.MustTarget("99%")}
	fast.NoData = sla.NoDataGood
	lossless := sla.Objective{Name: "lossless", Asset: "svc.shop", ZeroTolerance: true,
		Window: sla.CalendarMonth(1, nil)}

	shop := sla.SLA{ID: "shop", Objectives: []sla.Objective{available, fast, lossless}}
	fmt.Println(shop.Validate())
	for _, o := range shop.Objectives {
		fmt.Println(o.Name, len(o.BurnRules()), "burn rules, no data is", o.NoData)
	}

	fast.Timeslices = sla.Timeslices{}
	fmt.Println(sla.SLA{ID: "shop", Objectives: []sla.Objective{fast}}.Validate())

	// Output:
	// <nil>
	// available 4 burn rules, no data is ignored
	// fast 4 burn rules, no data is good
	// lossless 0 burn rules, no data is ignored
	// objectives[0].no_data: events that did not happen cannot be counted as good: set timeslices
}

func ExampleTimeslices() {
	fmt.Println(sla.Timeslices{}.IsZero(), sla.Timeslices{Length: time.Minute}.IsZero())
	// Output:
	// true false
}

func ExampleNoData() {
	var s sla.NoData
	fmt.Println(s)
	fmt.Println(s.UnmarshalText([]byte("golden")))
	// Output:
	// ignored
	// no_data: "golden" is none of ignored, good, bad
}

// An outage of the provider is excused a day later; the night's upgrade was announced before.
func ExampleCorrection() {
	start := time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	upgrade := sla.Correction{
		ID: "c-1", SLA: "orders-by-7", Start: start, End: start.Add(2 * time.Hour),
		Author: "ada", Reason: "warehouse upgrade, agreed with finance",
		EnteredAt: start.Add(-48 * time.Hour),
	}
	outage := upgrade
	outage.ID, outage.EnteredAt = "c-2", start.Add(24*time.Hour)
	fmt.Println(upgrade.Planned(), outage.Planned())

	outage.Author, outage.End = "", start
	fmt.Println(outage.Validate())

	// Output:
	// true false
	// end: 2026-03-04T02:00:00Z is not after start, 2026-03-04T02:00:00Z
	// author: is missing
}

// A promise that is sound, and will disappoint.
func ExampleSLA_Lint() {
	orders := sla.SLA{ID: "orders-by-7", Owners: []string{"ada"}, Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "complete", Asset: "mart.orders", Target: sla.MustTarget("99.9%"),
			Window: sla.CalendarWeek(time.Monday, nil), Burn: []sla.BurnRule{},
		}}}
	for _, finding := range orders.Lint(map[string]int64{"complete": 24}, nil) {
		fmt.Println(finding)
	}

	// Output:
	// owners: "ada" alone keeps it: one engineer on leave must not stop the work
	// objectives[0].target: 99.9% of about 168 events in week from Monday UTC leaves none that may be bad: the first breaks it, as zero tolerance would
}

// A burn rate is exact, as decimal text or as a fraction. One that the target can never reach is refused.
func ExampleParseBurnRate() {
	for _, text := range []string{"14.4", "14/15", "-1"} {
		fmt.Println(sla.ParseBurnRate(text))
	}
	rule := sla.BurnRule{Name: "never", BurnRate: sla.MustBurnRate("14.4"), Long: time.Hour, Short: 5 * time.Minute}
	fmt.Println(rule.Validate(sla.MustTarget("90%")))

	// Output:
	// 14.4 <nil>
	// 14/15 <nil>
	//  burn_rate: "-1" is not a decimal number or a fraction, as 14.4 or 14/15
	// burn_rate: 14.4 can never be exceeded: with a target of 90% the burn rate is at most 10
}
