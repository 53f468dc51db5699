package keep_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

func shop() *tracker.Tracker {
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "shop", Objectives: []sla.Objective{{
		Name: "available", Asset: "svc.shop", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
	}}}})
	if err != nil {
		panic(err)
	}
	return tracker.New(catalog)
}

// Two replicas share a store: what one recorded, the other reports; and so does one that starts
// after both have ended.
func ExampleKeeper() {
	ctx, noon := context.Background(), time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	store := new(keep.Memory) // or sqlstore.Open(ctx, db)

	var keepers []*keep.Keeper
	for _, name := range []string{"replica-a", "replica-b"} {
		t := shop()
		t.Replica = name
		keeper, err := keep.Open(ctx, t, store)
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

// A service that stops: the end of the context makes Run flush what was recorded, and return.
func ExampleKeeper_Run() {
	t, store := shop(), new(keep.Memory) // or sqlstore.Open(ctx, db)
	t.Replica = "replica-a"
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	keeper, err := keep.Open(ctx, t, store)
	if err != nil {
		fmt.Println(err)
		return
	}
	keeper.Every = time.Minute
	keeper.CompactAfterDeltas = 1000
	keeper.ShutdownTimeout = 10 * time.Second
	ended := make(chan error)
	go func() { ended <- keeper.Run(ctx) }()

	noon := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	_ = t.Record("shop/available", noon, 90, 0) // kept within a minute
	fmt.Println(keeper.Flush(ctx))              // or now
	fmt.Println(keeper.Correct(ctx, sla.Correction{
		ID: "c-1", SLA: "shop", Start: noon.Add(time.Hour), End: noon.Add(2 * time.Hour),
		Author: "ada", Reason: "an upgrade", EnteredAt: noon,
	}))
	_ = t.Record("shop/available", noon, 9, 1)
	stop()
	fmt.Println(errors.Is(<-ended, context.Canceled), keeper.Err())

	later := shop()
	later.Replica = "replica-b"
	if _, err := keep.Open(context.Background(), later, store); err != nil {
		fmt.Println(err)
	}
	report, _ := later.Report("shop", noon.Add(time.Minute))
	fmt.Println(report.Objectives[0].Budget.Counts, len(later.Corrections()))

	// Output:
	// <nil>
	// <nil>
	// true <nil>
	// 99 good, 1 bad of 100 1
}

// A replica that was paused for longer than old deltas are kept starts again, from the snapshot.
func ExampleKeeper_Compact() {
	ctx, now := context.Background(), clock.NewMock()
	now.Set(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))
	store := &keep.Memory{Clock: now}
	open := func(name string) (*keep.Keeper, *tracker.Tracker) {
		t := shop()
		t.Replica = name
		keeper, err := keep.Open(ctx, t, store)
		if err != nil {
			panic(err)
		}
		keeper.Clock = now
		return keeper, t
	}

	paused, _ := open("paused")
	awake, _ := open("awake")
	fmt.Println(awake.Record(ctx, "shop/available", now.Now(), 99, 1))
	now.Add(keep.Retention + time.Second)
	fmt.Println(awake.Compact(ctx)) // Run does so after CompactAfterDeltas

	err := paused.Sync(ctx)
	fmt.Println(errors.Is(err, keep.ErrBehind))
	_, t := open("paused")
	report, _ := t.Report("shop", now.Now())
	fmt.Println(report.Objectives[0].Budget.Counts)

	// Output:
	// <nil>
	// <nil>
	// true
	// 99 good, 1 bad of 100
}

// Definitions and corrections are kept beside the counts. Of two writers of a version, the second
// gets an error.
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
	delta := tracker.Delta{Replica: "replica-a", Seq: 1, Records: []tracker.Record{{
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

// The error has the path of each field that no store keeps.
func ExampleDefinitions_Validate() {
	fmt.Println(keep.Definitions{Version: 1, SLAs: []sla.SLA{{ID: "shop"}, {ID: "shop\x00"}}}.Validate())

	// Output:
	// slas[1].id: "shop\x00" holds the control character U+0000
}

// A position of the caller's own may have names that no store keeps.
func ExampleSnapshot_Validate() {
	fmt.Println(keep.Snapshot{Version: 1, UpTo: keep.Position{"replica-a": 7}}.Validate())
	fmt.Println(keep.Snapshot{Version: 1, UpTo: keep.Position{"": 7}}.Validate())

	// Output:
	// <nil>
	// snapshot.upto: is missing
}
