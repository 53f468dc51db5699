package incident_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

// What fires downstream of an open incident is its symptom, in whatever order the two arrive.
func ExampleDesk_Signal_symptom() {
	ctx, now := context.Background(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "orders", Assets: []string{"mart.orders"}}}, sla.Feeds("raw.orders", "stg.orders", "mart.orders"))
	if err != nil {
		panic(err)
	}
	desk := incident.NewDesk(priority.NewClassifier(catalog))
	fire := func(asset string) {
		i, _, err := desk.Signal(ctx, priority.Signal{Asset: asset, Kind: priority.Failure, At: now})
		fmt.Println(asset, "is", i.ID, err)
	}
	fire("stg.orders")
	fire("raw.orders") // its cause
	fire("mart.orders")
	fire("stg.orders")
	for _, i := range desk.Incidents() {
		fmt.Println(strings.SplitN(i.String(), " →", 2)[0], len(i.Symptoms), i.Into)
	}
	// Output:
	// stg.orders is inc-1 <nil>
	// raw.orders is inc-2 <nil>
	// mart.orders is inc-2 <nil>
	// stg.orders is inc-2 <nil>
	// inc-1 closed: P1 stg.orders has failed 0 inc-2
	// inc-2 open: P1 raw.orders has failed 2
}
