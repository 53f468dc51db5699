package alwaysp1_test

import (
	"context"
	"fmt"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A load fails at 06:18, far upstream of a promise. It is P1, everybody sees it, two engineers pair on it,
// deploys wait, and it is not over before its root cause is written down.
func Example_incident() {
	ctx, at := context.Background(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	catalog, err := sla.NewCatalog(
		[]sla.SLA{{ID: "orders-by-7", Name: "Orders ready by 07:00", Consumers: []string{"finance"}, Assets: []string{"mart.orders"}}},
		sla.Feeds("raw.orders", "stg.orders", "mart.orders"),
	)
	if err != nil {
		panic(err)
	}
	announced := make(chan string)
	channel := incident.AnnouncerFunc(func(_ context.Context, a incident.Announcement) (string, error) { // or slack.New(token, "#engineering")
		for _, entry := range a.New {
			announced <- fmt.Sprintf("%s %v %s%s", entry.At.Format("15:04"), entry.Kind, entry.Author, entry.Text)
		}
		return "", nil
	})
	desk := incident.NewDesk(priority.NewClassifier(catalog), channel)
	mock := clock.NewMock() // in a service, leave Clock as it is: the real time
	mock.Set(at)
	desk.Clock = mock
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { _ = desk.Run(ctx) }()

	opened, _, err := desk.Signal(ctx, priority.Signal{Asset: "raw.orders", Kind: priority.Failure, Summary: "extract exited 1", At: at})
	fmt.Println(<-announced, opened.Report.Priority, err)
	fmt.Println(desk.Focus(at).Stop, desk.Focus(at).Needs)
	for minute, act := range []func(now time.Time) error{
		func(now time.Time) error { return desk.Acknowledge(ctx, opened.ID, "ada", now) },
		func(now time.Time) error { return desk.Join(ctx, opened.ID, "grace", now) },
		func(now time.Time) error { return desk.Resolve(ctx, opened.ID, "ada", now) },
		func(now time.Time) error {
			return desk.RootCause(ctx, opened.ID, "grace", ": the source's certificate had expired", now)
		},
		func(now time.Time) error { return desk.Resolve(ctx, opened.ID, "ada", now) },
	} {
		if err := act(at.Add(time.Duration(minute+1) * time.Minute)); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(<-announced)
	}
	fmt.Println(desk.Focus(at.Add(time.Hour)).Stop)
	// Output:
	// 06:18 opened  P1 <nil>
	// true [an owner a second engineer mitigation its root cause in writing]
	// 06:19 owned ada
	// 06:20 joined grace
	// incident: it has no root cause in writing: "inc-1" cannot be resolved
	// 06:22 root-caused grace: the source's certificate had expired
	// 06:23 resolved ada
	// false
}
