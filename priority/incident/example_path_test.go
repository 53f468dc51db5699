package incident_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A failing load is P1, everybody reads of it, two engineers pair on it, and it is not over before
// its root cause is written.
func Example() {
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "orders", Name: "Orders ready by 07:00",
		Assets: []string{"mart.orders"}}}, sla.Feeds("raw.orders", "mart.orders"))
	if err != nil {
		panic(err)
	}
	said := make(chan string) // stands for a chat channel
	chat := incident.AnnouncerFunc(func(ctx context.Context, a incident.Announcement) (string, error) {
		for _, entry := range a.New {
			said <- entry.String()
		}
		return "", nil
	})
	desk := incident.NewDesk(priority.NewClassifier(catalog), chat)
	desk.Clock = clock.NewMock() // a service leaves it nil
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- desk.Run(ctx) }()

	at := func(minute int) time.Time { return time.Date(2026, 3, 4, 6, 18+minute, 0, 0, time.UTC) }
	opened, _, err := desk.Signal(ctx, priority.FromError("raw.orders", errors.New("extract exited 1"),
		at(0)))
	fmt.Println(<-said, err)
	fmt.Println(desk.Focus(at(0)))

	id := opened.ID
	for _, step := range []func() error{
		func() error { return desk.Acknowledge(ctx, id, "ada", at(2)) },
		func() error { return desk.Ask(ctx, id, "ada", "bob", "who fills that disk?", at(3)) },
		func() error { return desk.Join(ctx, id, "bob", at(5)) },
		func() error { return desk.Answer(ctx, id, 3, "bob", "the backup does", at(6)) },
		func() error { return desk.Mitigate(ctx, id, "bob", "loaded by hand", at(20)) },
		func() error { return desk.RecordRootCause(ctx, id, "ada", "backups are never deleted", at(40)) },
	} {
		if err := desk.Resolve(ctx, id, "ada", at(0)); !errors.Is(err, incident.ErrNoRootCause) {
			panic(err)
		}
		if err := step(); err != nil {
			panic(err)
		}
		fmt.Println(<-said)
	}
	err = desk.Resolve(ctx, id, "ada", at(41))
	fmt.Println(<-said, err)
	closed, _ := desk.Incident(id)
	fmt.Println(closed)
	fmt.Println(closed.ResponseTimes(), desk.Focus(at(41)))
	cancel()
	fmt.Println(<-ended)
	// Output:
	// 06:18 opened: P1 raw.orders: extract exited 1 → mart.orders → "Orders ready by 07:00" <nil>
	// stop for inc-1, P1 raw.orders: extract exited 1 → mart.orders → "Orders ready by 07:00"; it needs an owner, a second engineer, mitigation, its root cause in writing
	// 06:20 ada owns it until 10:20
	// 06:21 ada asks bob: who fills that disk?
	// 06:23 bob works on it too
	// 06:24 bob answers: the backup does
	// 06:38 bob mitigated it: loaded by hand
	// 06:58 ada wrote the root cause: backups are never deleted
	// 06:59 ada resolved it <nil>
	// inc-1 closed: P1 raw.orders: extract exited 1 → mart.orders → "Orders ready by 07:00"; ada, bob; root cause: backups are never deleted
	// {2m0s 20m0s 41m0s} no incident is open
	// context canceled
}
