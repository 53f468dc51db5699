package sla_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// Four ways to count the same requests, and what each would page for.
func ExampleObjective() {
	available := sla.Objective{Name: "available", Asset: "svc.shop", Target: sla.MustTarget("99.9%"), Window: sla.Rolling(30 * sla.Day)}
	fast := available
	fast.Name, fast.Target = "fast", sla.MustTarget("95%")
	fast.Slices = sla.Slices{Length: 5 * time.Minute, Target: sla.MustTarget("99%")} // good slices have 99 % good requests
	fast.Silence = sla.SilenceGood
	lossless := sla.Objective{Name: "lossless", Asset: "svc.shop", ZeroTolerance: true, Window: sla.Monthly(1, nil)}

	shop := sla.SLA{ID: "shop", Objectives: []sla.Objective{available, fast, lossless}}
	fmt.Println(shop.Validate())
	for _, o := range shop.Objectives {
		fmt.Println(o.Name, len(o.BurnRules()), "burn rules, silence is", o.Silence)
	}

	fast.Slices = sla.Slices{}
	fmt.Println(sla.SLA{ID: "shop", Objectives: []sla.Objective{fast}}.Validate())

	// Output:
	// <nil>
	// available 4 burn rules, silence is ignored
	// fast 4 burn rules, silence is good
	// lossless 0 burn rules, silence is ignored
	// objectives[0].silence: events that did not happen cannot be counted as good: count slices of time
}

func ExampleSlices() {
	fmt.Println(sla.Slices{}.IsZero(), sla.Slices{Length: time.Minute}.IsZero())
	// Output:
	// true false
}

func ExampleSilence() {
	var s sla.Silence
	fmt.Println(s)
	fmt.Println(s.UnmarshalText([]byte("golden")))
	// Output:
	// ignored
	// silence: "golden" is none of ignored, good, bad
}

// An outage of the provider is excused a day later; the night's upgrade was announced before.
func ExampleCorrection() {
	start := time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	upgrade := sla.Correction{
		ID: "c-1", SLA: "orders-by-7", Start: start, End: start.Add(2 * time.Hour),
		Author: "ada", Reason: "warehouse upgrade, agreed with finance", At: start.Add(-48 * time.Hour),
	}
	outage := upgrade
	outage.ID, outage.At = "c-2", start.Add(24*time.Hour)
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
	orders := sla.SLA{ID: "orders-by-7", Owners: []string{"ada"}, Consumers: []string{"finance"}, Objectives: []sla.Objective{{
		Name: "complete", Asset: "mart.orders", Target: sla.MustTarget("99.9%"), Window: sla.Weekly(time.Monday, nil), Burn: []sla.BurnRule{},
	}}}
	for _, finding := range orders.Lint(map[string]int64{"complete": 24}, nil) {
		fmt.Println(finding)
	}

	// Output:
	// owners: "ada" alone keeps it: one engineer on leave must not stop the work
	// objectives[0].target: 99.9% of about 168 events in week from Monday UTC leaves none that may be bad: the first breaks it, as zero tolerance would
}
