package priority_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

func exampleCatalog() *sla.Catalog {
	dublin, _ := time.LoadLocation("Europe/Dublin")
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders-by-7", Name: "Orders ready by 07:00",
		Owners: []string{"data-infra", "analytics"}, Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders",
			Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day),
			Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, dublin), Warn: time.Hour},
		}},
	}, {
		ID: "leads", Tier: sla.Secondary, Owners: []string{"growth", "analytics"}, Assets: []string{"mart.leads"},
	}}, sla.Feeds("raw.orders", "stg.orders", "mart.orders"), sla.Feeds("raw.leads", "mart.leads"))
	if err != nil {
		panic(err)
	}
	return catalog
}

func Example() {
	classifier := priority.NewClassifier(exampleCatalog())
	verdict := classifier.Classify(priority.Signal{
		Asset: "raw.orders", Kind: priority.KindFailure, Summary: "extract exited 1",
		At: time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC),
	})
	fmt.Println(verdict.Priority, verdict)
	fmt.Println(verdict.Explain())
	// Output:
	// P1 raw.orders: extract exited 1 → stg.orders → mart.orders → "Orders ready by 07:00" (finance), due in 42m
	// P1: raw.orders: extract exited 1; it feeds mart.orders (raw.orders → stg.orders → mart.orders), promised as "Orders ready by 07:00" (primary) to finance; due 2026-03-04 07:00 GMT, 42m left; P1 because it reaches a primary SLA
}

// A sender that calls its own trouble harmless is still believed only about what reaches no primary
// SLA.
func ExampleClassifier_Classify() {
	classifier := priority.NewClassifier(exampleCatalog())
	for _, asset := range []string{"raw.orders", "raw.leads", "raw.mystery"} {
		verdict := classifier.Classify(priority.Signal{Asset: asset, Severity: priority.SeverityInfo, Summary: "retrying"})
		fmt.Println(verdict.Priority, verdict.Rule, verdict)
	}
	// Output:
	// P1 always-p1 raw.orders: retrying → stg.orders → mart.orders → "Orders ready by 07:00" (finance)
	// P4 matrix raw.leads: retrying → mart.leads → "leads" (secondary)
	// P1 unknown-asset raw.mystery: retrying → unknown to the catalog
}

func ExampleClassifier_SetCatalog() {
	classifier := priority.NewClassifier(nil)
	signal := priority.Signal{Asset: "mart.leads", Summary: "is empty"}
	before := classifier.Classify(signal)
	classifier.SetCatalog(exampleCatalog())
	fmt.Println(before.Priority, before)
	after := classifier.Classify(signal)
	fmt.Println(after.Priority, after)
	// Output:
	// P1 mart.leads is empty → unknown to the catalog
	// P2 mart.leads is empty → "leads" (secondary)
}

func ExampleFromResult() {
	policy := freshness.Deadline{Due: schedule.Daily(6, 0, time.UTC), Warn: time.Hour}
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	result := policy.Check(freshness.LandedAt(now.Add(-24*time.Hour)), now)
	result.Asset = "raw.orders"

	verdict := priority.NewClassifier(exampleCatalog()).Classify(priority.FromResult(result))
	fmt.Println(verdict.Priority, verdict)
	// Output:
	// P1 raw.orders has not landed for 1d, overdue by 18m → stg.orders → mart.orders → "Orders ready by 07:00" (finance), due in 42m
}

func ExampleAssessment_Impacts() {
	verdict := priority.NewClassifier(exampleCatalog()).Classify(priority.Signal{Asset: "raw.orders"})
	for impact := range verdict.Impacts() {
		fmt.Println(impact.SLA.ID, impact.SLA.Tier, impact.Path)
	}
	// Output:
	// orders-by-7 primary [raw.orders stg.orders mart.orders]
}

func ExampleAssessment_Report() {
	verdict := priority.NewClassifier(exampleCatalog()).Classify(priority.Signal{Asset: "raw.leads", Kind: priority.KindUnhealthy})
	report := verdict.Report()
	fmt.Println(report.Known, report.Impacts[0].Owners)
	for _, reason := range report.Reasons {
		fmt.Println("-", reason)
	}
	// Output:
	// true [growth analytics]
	// - raw.leads is unhealthy
	// - it feeds mart.leads (raw.leads → mart.leads), promised as "leads" (secondary)
	// - its severity is unknown, which counts as critical
	// - P2 by impact "2 - Medium" and urgency "1 - High"
}

func ExamplePriority() {
	var least priority.Priority
	err := least.UnmarshalText([]byte("p2"))
	fmt.Println(least, err, priority.P1 >= least, priority.P3 >= least)
	// Output:
	// P2 <nil> true false
}

func ExampleFromError() {
	load := func() error { return errors.New("extract exited 1") }
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	verdict := priority.NewClassifier(exampleCatalog()).Classify(priority.FromError("raw.leads", load(), now))
	fmt.Println(verdict.Priority, verdict)
	// Output:
	// P2 raw.leads: extract exited 1 → mart.leads → "leads" (secondary)
}

func ExampleFromAlert() {
	rules, _ := sla.DefaultBurnRules(30 * sla.Day)
	alert := sla.Alert{ // as a tracker returns it
		SLA: "leads", Check: "leads/complete", Asset: "mart.leads", Firing: true, At: time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC),
		Burn: sla.Burn{Rule: rules[0], Target: sla.MustTarget("99%"), Long: sla.Counts{Good: 80, Bad: 20}, Short: sla.Counts{Good: 9, Bad: 3}},
	}
	verdict := priority.NewClassifier(exampleCatalog()).Classify(priority.FromAlert(alert))
	fmt.Println(verdict.Priority, verdict.Reasons()[0])
	// Output:
	// P2 mart.leads is using up the error budget of leads/complete too fast: page-fast fires: burns 20 times the budget over 1h and 25 times the budget over 5m, above 14.4
}

func ExampleFromHealthCheck() {
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	signal := priority.FromHealthCheck(context.Background(), "raw.orders", func(context.Context) error {
		panic("index out of range")
	}, now)
	verdict := priority.NewClassifier(exampleCatalog()).Classify(signal)
	fmt.Println(verdict.Priority, verdict.Reasons()[0])
	// Output:
	// P1 raw.orders could not be checked: its health check panicked: index out of range
}

func ExampleFromAlertmanager() {
	body := []byte(`{"version": "4", "alerts": [
		{"status": "firing", "labels": {"alertname": "LoadSlow", "table": "raw.orders", "level": "warning"},
		 "annotations": {"summary": "slower than usual"}, "startsAt": "2026-03-04T06:00:00Z"}]}`)
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	signals, err := priority.FromAlertmanager(body, priority.AlertLabels{Asset: "table", Severity: "level"}, now)
	fmt.Println(err)
	for _, signal := range signals {
		verdict := priority.NewClassifier(exampleCatalog()).Classify(signal)
		fmt.Println(verdict.Priority, verdict)
		fmt.Println(signal.Identity())
	}
	// Output:
	// <nil>
	// P1 raw.orders: slower than usual → stg.orders → mart.orders → "Orders ready by 07:00" (finance), due in 42m
	// "alertmanager" alert "raw.orders" "alertname"="LoadSlow"
}

// A job that was healthy an hour ago and has sent no heartbeat since is not healthy.
func ExampleSignal_Expire() {
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	heartbeat := priority.Signal{Asset: "raw.leads", Kind: priority.KindUnhealthy, Resolved: true, Summary: "is well", At: now, Expires: now.Add(time.Hour)}
	verdict := priority.NewClassifier(exampleCatalog()).Classify(heartbeat.Expire(now.Add(2 * time.Hour)))
	fmt.Println(verdict.Priority, verdict.Reasons()[0])
	// Output:
	// P2 raw.leads was last heard of at 2026-03-04 06:18 UTC: is well
}

// A service that keeps the newest result of each check can prove that a promise has time left, and
// let a P1 wait for a margin.
func ExampleClassifier_keptUntil() {
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	landedEarly := freshness.Result{Status: freshness.Fresh, FreshUntil: now.Add(25 * time.Hour)}
	newest := map[string]freshness.Result{"orders-by-7": landedEarly}

	classifier := priority.NewClassifier(exampleCatalog())
	classifier.HoldMargin = 2 * time.Hour
	classifier.KeptUntil = func(promise *sla.SLA, at time.Time) (time.Time, bool) {
		result, ok := newest[promise.ID]
		return result.FreshUntil, ok && result.Kept()
	}
	signal := priority.Signal{Asset: "raw.orders", Severity: priority.SeverityWarning, Summary: "slow", At: now}
	verdict := classifier.Classify(signal)
	from, held := verdict.P1At()
	fmt.Println(verdict.Priority, held, from)
	signal.At = from
	fmt.Println(classifier.Classify(signal).Priority)
	// Output:
	// P2 true 2026-03-05 05:18:00 +0000 UTC
	// P1
}

// While its database is upgraded, as was agreed the day before, an SLA does not run.
// In a service the function is the method Maintenance of a tracker.
func ExampleClassifier_maintenance() {
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	upgrade := sla.Correction{
		ID: "upgrade", SLA: "orders-by-7", Start: now.Add(-time.Hour), End: now.Add(time.Hour),
		Author: "ops", Reason: "database upgrade", EnteredAt: now.AddDate(0, 0, -1),
	}
	classifier := priority.NewClassifier(exampleCatalog())
	classifier.Maintenance = func(id string, at time.Time) (sla.Correction, bool) {
		return upgrade, id == upgrade.SLA
	}
	signal := priority.Signal{Asset: "raw.orders", Summary: "is down", At: now}
	verdict := classifier.Classify(signal)
	fmt.Println(verdict.Priority, verdict)
	fmt.Println(verdict.Report().Maintenance[0].Reason)
	signal.At, _ = verdict.P1At()
	fmt.Println(classifier.Classify(signal).Priority)
	// Output:
	// P3 raw.orders is down → "Orders ready by 07:00", under maintenance for 1h
	// database upgrade
	// P1
}

func ExampleAssessment_Counterfactuals() {
	signal := priority.Signal{Asset: "raw.orders", Severity: priority.SeverityWarning}
	lowest := priority.P1
	for _, other := range priority.NewClassifier(exampleCatalog()).Classify(signal).Counterfactuals() {
		fmt.Println(other)
		lowest = min(lowest, other.Priority)
	}
	fmt.Println(lowest)
	// Output:
	// would be P3 if SLA "orders-by-7" were secondary
	// would be P4 if SLA "orders-by-7" were tertiary
	// would be P5 if it were resolved
	// P5
}

func ExampleReplay() {
	record := []priority.Signal{
		{Asset: "raw.orders", Severity: priority.SeverityInfo}, {Asset: "raw.leads", Severity: priority.SeverityInfo}, {Asset: "raw.mystery", Severity: priority.SeverityInfo},
	}
	before := priority.NewClassifier(exampleCatalog())
	after := priority.NewClassifier(exampleCatalog())
	after.UnknownTier = sla.Tertiary
	for diff := range priority.Replay(slices.Values(record), before, after) {
		fmt.Println(diff)
		fmt.Println(record[diff.Index].Asset, diff.Before.Rule, diff.After.Rule)
	}
	// Output:
	// 2: P1 → P5, raw.mystery has changed its health → unknown to the catalog
	// raw.mystery unknown-asset matrix
}

// A load that fails and recovers all night is one P1, and not twenty.
func ExampleHysteresis() {
	classifier := priority.NewClassifier(exampleCatalog())
	var steady priority.Hysteresis
	now := time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	for i, well := range []bool{false, true, true, true, false, true, true, true, true} {
		at := now.Add(time.Duration(i) * 6 * time.Minute)
		verdict := classifier.Classify(priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, At: at, Resolved: well})
		fmt.Print(verdict.Priority, " stands at ", steady.Observe(verdict, at).Priority, "; ")
	}
	// Output:
	// P1 stands at P1; P5 stands at P1; P5 stands at P1; P5 stands at P1; P1 stands at P1; P5 stands at P1; P5 stands at P1; P5 stands at P1; P5 stands at P5;
}

// Priority is enough for what looks at many signals and explains few.
func ExampleClassifier_Priority() {
	classifier := priority.NewClassifier(exampleCatalog())
	count := map[priority.Priority]int{}
	for _, asset := range []string{"raw.orders", "stg.orders", "raw.leads"} {
		count[classifier.Priority(&priority.Signal{Asset: asset, Severity: priority.SeverityWarning})]++
	}
	fmt.Println(count)
	// Output: map[P3:1 P1:2]
}

// The lead is the SLA that the text forms name, and Due is when it has to be met.
func ExampleAssessment_Lead() {
	at := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	verdict := priority.NewClassifier(exampleCatalog()).Classify(priority.Signal{Asset: "raw.orders", At: at})
	lead, _ := verdict.Lead()
	due, _ := verdict.Due()
	fmt.Println(lead.SLA.Title(), lead.Path, due.Sub(at))
	// Output: Orders ready by 07:00 [raw.orders stg.orders mart.orders] 42m0s
}

func ExampleAssessment_Due() {
	at := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	classifier := priority.NewClassifier(exampleCatalog())
	for _, signal := range []priority.Signal{
		{Asset: "raw.orders", At: at},
		{Asset: "raw.orders", At: at, Due: at.Add(12 * time.Minute)},
		{Asset: "raw.leads", At: at},
	} {
		due, known := classifier.Classify(signal).Due()
		fmt.Println(known, due.Format("15:04"))
	}
	// Output:
	// true 07:00
	// true 06:30
	// false 00:00
}

// Where most assets can be P1, P1 means little.
func ExampleClassifier_Lint() {
	for _, odd := range priority.NewClassifier(exampleCatalog()).Lint() {
		fmt.Println(odd.Path, "-", odd.Err)
	}
	// Output: catalog - 3 of 5 assets can be P1
}

// Rule is for programs what the reasons are for people.
func ExampleRule() {
	classifier := priority.NewClassifier(exampleCatalog())
	for _, signal := range []priority.Signal{{Asset: "raw.orders"}, {Asset: "raw.orders", Resolved: true}, {Asset: "raw.mystery"}} {
		switch verdict := classifier.Classify(signal); verdict.Rule {
		case priority.RuleAlwaysP1, priority.RuleUnknownAsset:
			fmt.Println("wake an engineer:", verdict.Rule)
		case priority.RuleResolved:
			fmt.Println("all clear")
		}
	}
	// Output:
	// wake an engineer: always-p1
	// all clear
	// wake an engineer: unknown-asset
}

// What another system calls "sev0" is no severity here. An unknown one counts as critical, and the
// reasons have it.
func ExampleSeverity() {
	classifier := priority.NewClassifier(exampleCatalog())
	for _, text := range []string{"Warning", "sev0"} {
		severity := priority.SeverityUnknown
		if err := severity.UnmarshalText([]byte(text)); err != nil {
			fmt.Println(err)
		}
		verdict := classifier.Classify(priority.Signal{Asset: "raw.leads", Severity: severity})
		as := classifier.Classify(priority.Signal{Asset: "raw.leads", Severity: priority.SeverityCritical})
		fmt.Println(verdict.Priority, verdict.Priority == as.Priority)
	}
	// Output:
	// P3 false
	// severity: "sev0" is none of unknown, info, warning, error, critical
	// P2 true
}

// Without a summary, the kind chooses the words.
func ExampleKind() {
	classifier := priority.NewClassifier(exampleCatalog())
	for _, kind := range []priority.Kind{
		priority.KindUnspecified, priority.KindFailure, priority.KindStale, priority.KindAtRisk,
		priority.KindNotMeasured, priority.KindBurn, priority.KindUnhealthy, priority.KindAlert,
	} {
		verdict := classifier.Classify(priority.Signal{Asset: "x", Kind: kind})
		fmt.Printf("%-13v%s\n", kind, verdict.Reasons()[0])
	}
	// Output:
	// unspecified  x has changed its health
	// failure      x has failed
	// stale        x has not landed
	// at-risk      x has not landed yet
	// not-measured x could not be measured
	// burn         x is using up its error budget too fast
	// unhealthy    x is unhealthy
	// alert        x has an alert
}

// A sender's claim can raise a priority, and never lowers one.
func ExampleSignal() {
	classifier := priority.NewClassifier(exampleCatalog())
	for _, signal := range []priority.Signal{
		{Asset: "raw.leads", Severity: priority.SeverityInfo},
		{Asset: "raw.leads", Severity: priority.SeverityInfo, Urgency: "1 - High"},
		{Asset: "raw.orders", Severity: priority.SeverityInfo, Impact: "3 - Low"},
	} {
		fmt.Println(classifier.Classify(signal).Priority)
	}
	// Output:
	// P4
	// P2
	// P1
}

// A service that keeps the states itself, in a database for instance, uses Next. This condition
// changes at every evaluation: after a while it flaps, and is lowered no more.
func ExampleHysteresis_Next() {
	steady := priority.Hysteresis{
		Hold: time.Minute, CleanEvaluations: 2, FlapStartPercent: 40, FlapStopPercent: 25, MaxConditions: 1000,
	}
	var state priority.HysteresisState
	now := time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	for i := range 12 {
		verdict := priority.Assessment{Priority: priority.P2}
		if i%2 == 1 {
			verdict.Priority = priority.P4
		}
		state = steady.Next(state, verdict, now.Add(time.Duration(i)*time.Hour))
	}
	stored, _ := json.Marshal(state)
	fmt.Println(state.Priority, state.Flapping)
	fmt.Println(string(stored))
	// Output:
	// P2 true
	// {"priority":"P2","newest":"P4","at":"2026-03-04T13:00:00Z","heard":true,"flapping":true,"changes":2047,"below":"P4","clean":1}
}
