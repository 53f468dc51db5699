package keep_test

import (
	"context"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
)

func shop() *sla.Tracker {
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "shop", Objectives: []sla.Objective{{
		Name: "available", Asset: "svc.shop", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
	}}}})
	if err != nil {
		panic(err)
	}
	return sla.NewTracker(catalog)
}

// Two replicas share a store: what one recorded, the other reports; and so does one that starts after both have ended.
func ExampleKeeper() {
	ctx, noon := context.Background(), time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	store := new(keep.Memory) // or sqlstore.Open(ctx, db)

	var keepers []*keep.Keeper
	for _, name := range []string{"replica-a", "replica-b"} {
		tracker := shop()
		tracker.Replica = name
		keeper, err := keep.Open(ctx, tracker, store)
		if err != nil {
			fmt.Println(err)
			return
		}
		keepers = append(keepers, keeper)
	}
	fmt.Println(keepers[0].Record(ctx, "shop/available", noon, 90, 0))
	fmt.Println(keepers[1].Record(ctx, "shop/available", noon, 9, 1))

	later := shop()
	later.Replica = "replica-c"
	if _, err := keep.Open(ctx, later, store); err != nil {
		fmt.Println(err)
	}
	report, _ := later.Report("shop", noon.Add(time.Minute))
	fmt.Println(report)

	// Output:
	// <nil>
	// <nil>
	// shop: exhausted: available: 99% of 100 good, target 99%, 0 more may be bad
}

// Definitions and corrections are kept beside the counts; of two writers, the second is told.
func ExampleStore() {
	ctx := context.Background()
	var store keep.Store = new(keep.Memory)
	fmt.Println(store.Define(ctx, keep.Definitions{Version: 1, SLAs: []sla.SLA{{ID: "shop"}}, Feeds: sla.Feeds("raw.shop", "svc.shop")}))
	fmt.Println(store.Define(ctx, keep.Definitions{Version: 1}))
	d, err := store.Definitions(ctx)
	fmt.Println(d.Version, d.SLAs[0].ID, d.Feeds, err)

	// Output:
	// <nil>
	// keep: definitions 1 are not the next after 1: keep: another was first
	// 1 shop [{raw.shop svc.shop}] <nil>
}

// One delta, kept twice and read once.
func ExampleMemory() {
	ctx, store := context.Background(), new(keep.Memory)
	delta := sla.Delta{Replica: "replica-a", Seq: 1, Bookings: []sla.Booking{{
		Check: "shop/available", At: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC), Span: 5 * time.Second, Good: 90,
	}}}
	fmt.Println(store.Append(ctx, delta), store.Append(ctx, delta))
	list, err := store.Read(ctx, nil, 10)
	fmt.Println(len(list), err)
	list, err = store.Read(ctx, keep.Position{"replica-a": 1}, 10)
	fmt.Println(len(list), err)

	// Output:
	// <nil> <nil>
	// 1 <nil>
	// 0 <nil>
}

// What no store keeps is refused with the name of the field, by each of them.
func ExampleDefinitions_Validate() {
	fmt.Println(keep.Definitions{Version: 1, SLAs: []sla.SLA{{ID: "shop"}, {ID: "shop\x00"}}}.Validate())

	// Output:
	// slas[1].id: "shop\x00" holds the control character U+0000
}

// A position that a tracker made has proper names; one that came from elsewhere may not.
func ExampleSnapshot_Validate() {
	fmt.Println(keep.Snapshot{Version: 1, Upto: keep.Position{"replica-a": 7}}.Validate())
	fmt.Println(keep.Snapshot{Version: 1, Upto: keep.Position{"": 7}}.Validate())

	// Output:
	// <nil>
	// snapshot.upto: is missing
}
