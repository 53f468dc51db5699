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
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "orders", Assets: []string{"mart.orders"}}},
		sla.Feeds("raw.orders", "stg.orders", "mart.orders"))
	if err != nil {
		panic(err)
	}
	desk := incident.NewDesk(priority.NewClassifier(catalog))
	fire := func(asset string) {
		i, _, err := desk.Signal(ctx, priority.Signal{Asset: asset, Kind: priority.KindFailure, At: now})
		fmt.Println(asset, "is", i.ID, err)
	}
	fire("stg.orders")
	fire("raw.orders") // its cause
	fire("mart.orders")
	fire("stg.orders")
	for _, i := range desk.Incidents() {
		fmt.Printf("%s, %d symptoms, merged into %q\n",
			strings.SplitN(i.String(), " →", 2)[0], len(i.Symptoms), i.MergedInto)
	}
	cause, _ := desk.Incident("inc-2")
	first := cause.Symptoms[0]
	fmt.Println(first.Asset, "was", first.Other)
	// Output:
	// stg.orders is inc-1 <nil>
	// raw.orders is inc-2 <nil>
	// mart.orders is inc-2 <nil>
	// stg.orders is inc-2 <nil>
	// inc-1 closed: P1 stg.orders has failed, 0 symptoms, merged into "inc-2"
	// inc-2 open: P1 raw.orders has failed, 2 symptoms, merged into ""
	// stg.orders was inc-1
}
