package priority_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// leadsCatalog has a primary SLA and a secondary one.
func leadsCatalog() *sla.Catalog {
	catalog, err := sla.NewCatalog([]sla.SLA{
		{ID: "orders", Consumers: []string{"finance"}, Assets: []string{"mart.orders"}},
		{ID: "leads", Tier: sla.Secondary, Consumers: []string{"sales"}, Assets: []string{"mart.leads"}},
	}, sla.Feeds("raw.orders", "mart.orders"), sla.Feeds("raw.leads", "mart.leads"))
	if err != nil {
		panic(err)
	}
	return catalog
}

func ExampleMatrix() {
	classifier := priority.NewClassifier(leadsCatalog())
	err := json.Unmarshal([]byte(`{
		"impacts":   [{"name": "promised", "tiers": ["primary", "secondary"]}, {"name": "other"}],
		"urgencies": [{"name": "now", "severity": "error", "time_left": "30m"}, {"name": "later"}],
		"cells":     [["P1", "P2"], ["P2", "P4"]]
	}`), &classifier.Matrix)
	fmt.Println(err)
	verdict := classifier.Classify(priority.Signal{Asset: "raw.leads", Severity: priority.SeverityWarning, Summary: "slow"})
	fmt.Println(verdict.Priority, verdict)
	// Output:
	// <nil>
	// P2 raw.leads: slow → mart.leads → "leads" (secondary; sales)
}

// At night what few people wait for may wait too; what reaches a primary SLA may not.
func ExampleMatrix_With() {
	office := schedule.MustCalendar(schedule.Hours{Weekly: schedule.Weekdays(schedule.TimeRange{Open: 9 * time.Hour, Close: 17 * time.Hour})})
	matrix, err := priority.Matrix{}.With(
		priority.Modifier{Name: "nights", Lower: true, Hours: office, Closed: true},
		priority.Modifier{Name: "many wait", Consumers: 3},
	)
	fmt.Println(err)
	classifier := priority.NewClassifier(leadsCatalog())
	classifier.Matrix = matrix
	for _, asset := range []string{"raw.leads", "raw.orders"} {
		verdict := classifier.Classify(priority.Signal{Asset: asset, Severity: priority.SeverityError, Summary: "slow", At: time.Date(2026, 3, 4, 3, 0, 0, 0, time.UTC)})
		fmt.Println(verdict.Explain())
	}
	// Output:
	// <nil>
	// P3: raw.leads: slow; it feeds mart.leads (raw.leads → mart.leads), promised as "leads" (secondary) to sales; P2 by impact "2 - Medium" and urgency "1 - High"; modifier "nights" lowers it one step; so it is P3
	// P1: raw.orders: slow; it feeds mart.orders (raw.orders → mart.orders), promised as "orders" (primary) to finance; P1 because it reaches a primary SLA
}

// A matrix that would reward less impact with more attention is refused.
func ExampleNewMatrix() {
	_, err := priority.NewMatrix(
		[]priority.ImpactLevel{{Name: "high", Tiers: []sla.Tier{sla.Primary}}, {Name: "low"}},
		[]priority.UrgencyLevel{{Name: "now", Severity: priority.SeverityError}, {Name: "later"}},
		[][]priority.Priority{{priority.P2, priority.P3}, {priority.P1}},
	)
	fmt.Println(err)
	// Output:
	// cells[1][1]: missing
	// cells[1][0]: P1 is more urgent than cells[0][0], P2, though its impact is lower
}

func ExampleMatrix_Lint() {
	matrix, _ := priority.NewMatrix(
		[]priority.ImpactLevel{{Name: "any"}},
		[]priority.UrgencyLevel{{Name: "soon", TimeLeft: 4 * time.Hour}, {Name: "now", TimeLeft: time.Hour}, {Name: "later"}},
		[][]priority.Priority{{priority.P2, priority.P3, priority.P4}},
	)
	for _, odd := range matrix.Lint() {
		fmt.Println(odd)
	}
	// Output: urgencies[1]: "now": an earlier urgency takes every signal due in 1h
}

// The zero Matrix, printed: impacts are rows and urgencies columns.
func ExampleMatrix_Cell() {
	var matrix priority.Matrix
	for _, urgency := range matrix.Urgencies() {
		fmt.Printf("%12s", urgency.Name)
	}
	fmt.Println()
	for i, impact := range matrix.Impacts() {
		for u := range matrix.Urgencies() {
			cell, _ := matrix.Cell(i, u)
			fmt.Printf("%12v", cell)
		}
		fmt.Println("  ", impact.Name, impact.Tiers)
	}
	// Output:
	//     1 - High  2 - Medium     3 - Low
	//           P1          P2          P3   1 - High [primary]
	//           P2          P3          P4   2 - Medium [secondary]
	//           P3          P4          P5   3 - Low []
}

// A failure in a test environment that reaches no primary SLA may wait one step longer.
func ExampleModifier() {
	matrix, err := priority.Matrix{}.With(priority.Modifier{
		Name: "tests", Lower: true, Asset: "raw.", Source: "airflow",
		Kinds: []priority.Kind{priority.KindFailure}, Dimensions: map[string]string{"env": "test"},
		Severity: priority.SeverityError, Tier: sla.Secondary,
	})
	fmt.Println(err)
	classifier := priority.NewClassifier(leadsCatalog())
	classifier.Matrix = matrix
	for _, env := range []string{"production", "test"} {
		verdict := classifier.Classify(priority.Signal{
			Asset: "raw.leads", Kind: priority.KindFailure, Severity: priority.SeverityError,
			Source: "airflow", Dimensions: map[string]string{"env": env},
		})
		fmt.Println(verdict.Priority, verdict.Report().Modifiers)
	}
	// Output:
	// <nil>
	// P2 []
	// P3 [tests]
}
