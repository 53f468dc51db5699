package freshness_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// Backups is a source: it knows when the last backup ended.
type Backups struct{ Ended time.Time }

// Landings reports the last backup, or nothing if there was none.
func (b Backups) Landings(ctx context.Context) (freshness.Landings, error) {
	if b.Ended.IsZero() {
		return nil, ctx.Err()
	}
	return freshness.LandedAt(b.Ended), ctx.Err()
}

func ExampleSource() {
	now := time.Date(2021, 3, 4, 12, 0, 0, 0, time.UTC)
	for _, source := range []freshness.Source{Backups{now.Add(-time.Hour)}, Backups{}} {
		landed, err := source.Landings(context.Background())
		fmt.Println(len(landed), err)
	}
	// Output:
	// 1 <nil>
	// 0 <nil>
}

func ExampleCheck() {
	now := time.Date(2021, 3, 4, 12, 0, 0, 0, time.UTC)
	backups := freshness.Check{
		Asset:  "backups",
		Policy: freshness.MaxAge{Fail: 24 * time.Hour},
		Source: Backups{Ended: now.Add(-25 * time.Hour)},
	}
	fmt.Println(backups.Run(context.Background(), now))

	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("shutting down"))
	fmt.Println(backups.Run(ctx, now)) // that it could not be measured is an answer
	// Output:
	// backups: stale (past-limit): landed 2021-03-03 11:00:00 UTC, due 2021-03-04 11:00:00 UTC, overdue 1h
	// backups: unknown (not-measured): context canceled
}

// A monitor on a mock clock, as a test would run one: it looks once, and is
// told to stop.
func ExampleMonitor() {
	mock := clock.NewMock()
	mock.Set(time.Date(2021, 3, 4, 12, 0, 0, 0, time.UTC))
	ctx, cancel := context.WithCancel(context.Background())

	monitor := freshness.NewMonitor([]freshness.Check{{
		Asset:  "backups",
		Policy: freshness.MaxAge{Warn: 12 * time.Hour, Fail: 24 * time.Hour},
		Source: Backups{Ended: mock.Now().Add(-13 * time.Hour)},
	}}, func(r freshness.Result) {
		fmt.Println(r)
		cancel()
	})
	monitor.Clock = mock
	fmt.Println("waiting for", monitor.Waiting()[0].Asset)
	fmt.Println(monitor.Run(ctx))
	// Output:
	// waiting for backups
	// backups: at-risk (past-warning): landed 2021-03-03 23:00:00 UTC, due 2021-03-04 23:00:00 UTC, 11h left
	// context canceled
}

// Events come when a state changes, not at each look.
func ExampleEvent() {
	ctx, cancel := context.WithCancel(context.Background())
	mock := clock.NewMock()
	monitor := freshness.NewMonitor([]freshness.Check{{
		Asset: "backups", Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: Backups{},
	}})
	monitor.Clock = mock
	monitor.Remind = time.Hour
	monitor.Changed = func(e freshness.Event) {
		fmt.Println(e, "| reminder:", e.Reminder, "| recovered:", e.Recovered())
		cancel()
	}
	fmt.Println(monitor.Run(ctx))
	// Output:
	// entered backups: stale (never-landed): nothing landed | reminder: false | recovered: false
	// context canceled
}
