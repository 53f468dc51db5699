package incident_test

import (
	"context"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

// What turns out to reach no primary SLA is lowered when that has lasted, and then stops no other
// work. It wants its root cause all the same.
func ExampleDesk_hysteresis() {
	classifier, ctx := priority.NewClassifier(nil), context.Background()
	desk := incident.NewDesk(classifier)
	desk.Hysteresis = &priority.Hysteresis{
		Hold:     10 * time.Minute,
		Breached: func(sla string, at time.Time) bool { return false }, // ask your tracker
	}
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	fire := func(minute int) {
		_, _, err := desk.Signal(ctx, priority.Signal{Asset: "raw.leads", Kind: priority.KindFailure,
			At: now.Add(time.Duration(minute) * time.Minute)})
		if err != nil {
			panic(err)
		}
		fmt.Printf("minute %d: %v\n", minute, desk.Focus(now).Stop)
	}
	fire(0) // what it feeds is not known yet
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "leads", Tier: sla.Secondary,
		Assets: []string{"mart.leads"}}}, sla.Feeds("raw.leads", "mart.leads"))
	if err != nil {
		panic(err)
	}
	classifier.SetCatalog(catalog)
	for minute := 5; minute <= 15; minute += 5 {
		fire(minute)
	}
	fmt.Println(desk.Focus(now))
	fmt.Println(desk.Resolve(ctx, "inc-1", "ada", now.Add(time.Hour)))
	// Output:
	// minute 0: true
	// minute 5: true
	// minute 10: true
	// minute 15: false
	// no P1 is open; 1 less urgent
	// incident: no root cause is recorded: "inc-1" cannot be resolved
}
