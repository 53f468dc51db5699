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
		Asset: "raw.orders", Kind: priority.Failure, Summary: "extract exited 1",
		At: time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC),
	})
	fmt.Println(verdict.Priority, verdict)
	fmt.Println(verdict.Explain())
	// Output:
	// P1 raw.orders: extract exited 1 → stg.orders → mart.orders → "Orders ready by 07:00" (finance), due in 42m
	// P1: raw.orders: extract exited 1; it feeds mart.orders (raw.orders → stg.orders → mart.orders), promised as "Orders ready by 07:00" (primary) to finance; due 2026-03-04 07:00 GMT, 42m left; P1 because it reaches a primary SLA
}

// A sender that calls its own trouble harmless is still believed only about what reaches no primary SLA.
func ExampleClassifier_Classify() {
	classifier := priority.NewClassifier(exampleCatalog())
	for _, asset := range []string{"raw.orders", "raw.leads", "raw.mystery"} {
		verdict := classifier.Classify(priority.Signal{Asset: asset, Severity: priority.SeverityInfo, Summary: "retrying"})
		fmt.Println(verdict.Priority, verdict.Rule, verdict)
	}
	// Output:
	// P1 always-p1 raw.orders: retrying → stg.orders → mart.orders → "Orders ready by 07:00" (finance)
	// P4 table raw.leads: retrying → mart.leads → "leads" (secondary)
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
	verdict := priority.NewClassifier(exampleCatalog()).Classify(priority.Signal{Asset: "raw.leads", Kind: priority.Unhealthy})
	report := verdict.Report()
	for _, reason := range report.Reasons {
		fmt.Println("-", reason)
	}
	// Output:
	// - raw.leads is unhealthy
	// - it feeds mart.leads (raw.leads → mart.leads), promised as "leads" (secondary)
	// - nobody said how severe it is, which counts as critical
	// - P2 by impact "2 - Medium" and urgency "1 - High"
}

func ExampleTable() {
	var table priority.Table
	err := json.Unmarshal([]byte(`{
		"rows":    [{"name": "promised", "tiers": ["primary", "secondary"]}, {"name": "other"}],
		"columns": [{"name": "now", "severity": "error", "left": "30m"}, {"name": "later"}],
		"cells":   [["P1", "P2"], ["P2", "P4"]]
	}`), &table)
	fmt.Println(err)
	classifier := priority.NewClassifier(exampleCatalog(), priority.WithTable(table))
	verdict := classifier.Classify(priority.Signal{Asset: "raw.leads", Severity: priority.SeverityWarning, Summary: "slow"})
	fmt.Println(verdict.Priority, verdict)
	// Output:
	// <nil>
	// P2 raw.leads: slow → mart.leads → "leads" (secondary)
}

// At night what few people wait for may wait too; what reaches a primary SLA may not.
func ExampleTable_Modify() {
	office := schedule.MustCalendar(schedule.Hours{Weekly: schedule.Weekdays(schedule.Span{Open: 9 * time.Hour, Close: 17 * time.Hour})})
	table, err := priority.Table{}.Modify(
		priority.Modifier{Name: "nights", Lower: true, Hours: office, Closed: true},
		priority.Modifier{Name: "many wait", Consumers: 3},
	)
	fmt.Println(err)
	classifier := priority.NewClassifier(exampleCatalog(), priority.WithTable(table))
	for _, asset := range []string{"raw.leads", "raw.orders"} {
		verdict := classifier.Classify(priority.Signal{Asset: asset, Severity: priority.SeverityError, Summary: "slow", At: time.Date(2026, 3, 4, 3, 0, 0, 0, time.UTC)})
		fmt.Println(verdict.Explain())
	}
	// Output:
	// <nil>
	// P3: raw.leads: slow; it feeds mart.leads (raw.leads → mart.leads), promised as "leads" (secondary); P2 by impact "2 - Medium" and urgency "1 - High"; modifier "nights" lowers it one step; so it is P3
	// P1: raw.orders: slow; it feeds mart.orders (raw.orders → stg.orders → mart.orders), promised as "Orders ready by 07:00" (primary) to finance; due 2026-03-04 07:00 GMT, 4h left; P1 because it reaches a primary SLA
}

// A table that would reward less impact with more attention is refused.
func ExampleNewTable() {
	_, err := priority.NewTable(
		[]priority.Row{{Name: "high", Tiers: []sla.Tier{sla.Primary}}, {Name: "low"}},
		[]priority.Column{{Name: "now", Severity: priority.SeverityError}, {Name: "later"}},
		[][]priority.Priority{{priority.P2, priority.P3}, {priority.P1}},
	)
	fmt.Println(err)
	// Output:
	// cells[1][1]: missing
	// cells[1][0]: P1 is more urgent than cells[0][0], P2, though its impact is lower
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
	alert := sla.Alert{ // as a tracker answers it
		SLA: "leads", Check: "leads/complete", Asset: "mart.leads", Firing: true, At: time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC),
		Burn: sla.Burn{Rule: rules[0], Target: sla.MustTarget("99%"), Long: sla.Counts{Good: 80, Bad: 20}, Short: sla.Counts{Good: 9, Bad: 3}},
	}
	verdict := priority.NewClassifier(exampleCatalog()).Classify(priority.FromAlert(alert))
	fmt.Println(verdict.Priority, verdict.Reasons()[0])
	// Output:
	// P2 mart.leads is using up the budget of leads/complete too fast: page-fast fires: burns 20 times the budget over 1h and 25 times the budget over 5m, above 14.4
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
		{"status": "firing", "labels": {"alertname": "LoadSlow", "table": "raw.orders", "severity": "warning"},
		 "annotations": {"summary": "slower than usual"}, "startsAt": "2026-03-04T06:00:00Z"}]}`)
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	signals, err := priority.FromAlertmanager(body, priority.AlertLabels{Asset: "table"}, now)
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

// A job that was well an hour ago, and of which nobody has heard since, is not well.
func ExampleSignal_AsOf() {
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	heartbeat := priority.Signal{Asset: "raw.leads", Kind: priority.Unhealthy, Resolved: true, Summary: "is well", At: now, Expires: now.Add(time.Hour)}
	verdict := priority.NewClassifier(exampleCatalog()).Classify(heartbeat.AsOf(now.Add(2 * time.Hour)))
	fmt.Println(verdict.Priority, verdict.Reasons()[0])
	// Output:
	// P2 raw.leads was last heard of at 2026-03-04 06:18 UTC: is well
}

// A service that keeps the newest result of each check can prove that a promise has time left, and let a P1 wait for its margin.
func ExampleHoldExposed() {
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	landedEarly := freshness.Result{Status: freshness.Fresh, FreshUntil: now.Add(25 * time.Hour)}
	newest := map[string]freshness.Result{"orders-by-7": landedEarly}

	classifier := priority.NewClassifier(exampleCatalog(), priority.HoldExposed(2*time.Hour, func(promise *sla.SLA, at time.Time) (time.Time, bool) {
		result, ok := newest[promise.ID]
		return result.FreshUntil, ok && result.Kept()
	}))
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

// While its database is upgraded, as was agreed the day before, an SLA does not run. In a service the function is a tracker's Maintenance.
func ExampleWithMaintenance() {
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	upgrade := sla.Correction{
		ID: "upgrade", SLA: "orders-by-7", Start: now.Add(-time.Hour), End: now.Add(time.Hour),
		Author: "ops", Reason: "database upgrade", At: now.AddDate(0, 0, -1),
	}
	classifier := priority.NewClassifier(exampleCatalog(), priority.WithMaintenance(func(id string, at time.Time) (sla.Correction, bool) {
		return upgrade, id == upgrade.SLA
	}))
	signal := priority.Signal{Asset: "raw.orders", Summary: "is down", At: now}
	verdict := classifier.Classify(signal)
	fmt.Println(verdict.Priority, verdict)
	signal.At, _ = verdict.P1At()
	fmt.Println(classifier.Classify(signal).Priority)
	// Output:
	// P3 raw.orders is down → "Orders ready by 07:00", under maintenance for 1h
	// P1
}

func ExampleAssessment_Counterfactuals() {
	signal := priority.Signal{Asset: "raw.orders", Severity: priority.SeverityWarning}
	for _, other := range priority.NewClassifier(exampleCatalog()).Classify(signal).Counterfactuals() {
		fmt.Println(other)
	}
	// Output:
	// would be P3 if SLA "orders-by-7" were secondary
	// would be P4 if SLA "orders-by-7" were tertiary
	// would be P5 if it were resolved
}

func ExampleReplay() {
	record := []priority.Signal{
		{Asset: "raw.orders", Severity: priority.SeverityInfo}, {Asset: "raw.leads", Severity: priority.SeverityInfo}, {Asset: "raw.mystery", Severity: priority.SeverityInfo},
	}
	before := priority.NewClassifier(exampleCatalog())
	after := priority.NewClassifier(exampleCatalog(), priority.AssumeUnknown(sla.Tertiary))
	for change := range priority.Replay(slices.Values(record), before, after) {
		fmt.Println(change)
	}
	// Output:
	// 2: P1 → P5, raw.mystery has changed its health → unknown to the catalog
}

func ExampleTable_Lint() {
	table, _ := priority.NewTable(
		[]priority.Row{{Name: "any"}},
		[]priority.Column{{Name: "soon", Left: 4 * time.Hour}, {Name: "now", Left: time.Hour}, {Name: "later"}},
		[][]priority.Priority{{priority.P2, priority.P3, priority.P4}},
	)
	for _, odd := range table.Lint() {
		fmt.Println(odd)
	}
	// Output: columns[1] "now": an earlier column takes every signal due in 1h0m0s
}

// A load that fails and recovers all night is one P1, and not twenty.
func ExampleHysteresis() {
	classifier := priority.NewClassifier(exampleCatalog())
	var steady priority.Hysteresis
	now := time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	for i, well := range []bool{false, true, true, true, false, true, true, true, true} {
		at := now.Add(time.Duration(i) * 6 * time.Minute)
		verdict := classifier.Classify(priority.Signal{Asset: "raw.orders", Kind: priority.Failure, At: at, Resolved: well})
		fmt.Print(verdict.Priority, " stands at ", steady.Observe(verdict, at).Priority, "; ")
	}
	// Output:
	// P1 stands at P1; P5 stands at P1; P5 stands at P1; P5 stands at P1; P1 stands at P1; P5 stands at P1; P5 stands at P1; P5 stands at P1; P5 stands at P5;
}
