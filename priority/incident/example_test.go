package incident_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

func exampleDesk() *incident.Desk {
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "orders", Name: "Orders ready by 07:00",
		Assets: []string{"mart.orders"}}}, sla.Feeds("raw.orders", "mart.orders"))
	if err != nil {
		panic(err)
	}
	return incident.NewDesk(priority.NewClassifier(catalog))
}

// A deploy bot asks before it starts.
func ExampleDesk_Focus() {
	ctx := context.Background()
	desk, now := exampleDesk(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	deploy := func() {
		if focus := desk.Focus(now); focus.Stop {
			fmt.Println("not now:", focus.Incident.ID, "wants", focus.Needs[0])
			return
		}
		fmt.Println("deploying")
	}
	deploy()
	_, _, _ = desk.Signal(ctx, priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, At: now})
	deploy()
	// Output:
	// deploying
	// not now: inc-1 wants an owner
}

func ExampleRestoreDesk() {
	ctx := context.Background()
	desk, now := exampleDesk(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	_, _, _ = desk.Signal(ctx, priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, At: now})
	_ = desk.Acknowledge(ctx, "inc-1", "ada", now.Add(time.Minute))

	entries, _ := desk.Entries(ctx)
	again, err := incident.RestoreDesk(nil, slices.Values(entries))
	fmt.Println(err)
	timeline, _ := again.Timeline(ctx, "inc-1")
	for _, entry := range timeline {
		fmt.Printf("%d %v %q\n", entry.Seq, entry.Kind, entry.Author)
	}
	// Output:
	// <nil>
	// 1 opened ""
	// 2 acknowledged "ada"
}

func ExampleIncident_Owner() {
	ctx := context.Background()
	desk, now := exampleDesk(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	_, _, _ = desk.Signal(ctx, priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, At: now})
	_ = desk.Acknowledge(ctx, "inc-1", "ada", now)
	state, _ := desk.Incident("inc-1")
	fmt.Printf("%q %q\n", state.Owner(now.Add(4*time.Hour)), state.Owner(now.Add(4*time.Hour+time.Second)))
	// Output: "ada" ""
}
