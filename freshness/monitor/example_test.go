package monitor_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/monitor"
)

// A table is a source that knows when the table was last loaded.
type table struct{ loaded time.Time }

func (t table) Landings(context.Context) (freshness.Landings, error) {
	if t.loaded.IsZero() {
		return nil, nil // never
	}
	return freshness.LandedAt(t.loaded), nil
}

// daily returns a check of a table that must never be older than a day.
func daily(asset string, loaded time.Time) freshness.Check {
	policy := freshness.MaxAge{Warn: 12 * time.Hour, Fail: 24 * time.Hour}
	return freshness.Check{Asset: asset, Policy: policy, Source: table{loaded}}
}

// noon returns a clock as a test has one. A service leaves Monitor.Clock nil, for the real time.
func noon() *clock.Mock {
	mock := clock.NewMock()
	mock.Set(time.Date(2021, 3, 4, 12, 0, 0, 0, time.UTC))
	return mock
}

func ExampleMonitor() {
	now := noon()
	ctx, stop := context.WithCancel(context.Background())

	m := monitor.New([]freshness.Check{daily("orders", now.Now().Add(-13*time.Hour))}, func(r freshness.Result) {
		fmt.Println(r)
		stop()
	})
	m.Clock = now
	fmt.Println("waiting for", m.Waiting()[0].Asset)
	fmt.Println(m.Run(ctx))
	// Output:
	// waiting for orders
	// orders: at-risk (past-warning): landed 2021-03-03 23:00:00 UTC, due 2021-03-04 23:00:00 UTC, 11h left
	// context canceled
}

// A warehouse that charges for each query is asked by at most two checks at once, within a minute
// of the instant that a result names, and otherwise once an hour.
func ExampleNew() {
	now := noon()
	ctx, stop := context.WithCancel(context.Background())

	var m *monitor.Monitor
	m = monitor.New([]freshness.Check{daily("orders", now.Now()), daily("stock", time.Time{})}, func(freshness.Result) {
		if len(m.Waiting()) == 0 {
			stop()
		}
	})
	m.Clock = now
	m.Parallel, m.Timeout = 2, 10*time.Second
	m.Every, m.Jitter = time.Hour, time.Minute
	_ = m.Run(ctx)
	for _, r := range m.Results() {
		fmt.Println(r.Check, r.Status, r.Reason)
	}
	// Output:
	// orders fresh on-time
	// stock stale never-landed
}

// A change is reported when a state begins, and as a reminder while it lasts, however often the
// check runs.
func ExampleChange() {
	ctx, stop := context.WithCancel(context.Background())
	m := monitor.New([]freshness.Check{daily("orders", time.Time{})})
	m.Clock = noon()
	m.Remind = time.Hour
	m.Changed = func(c monitor.Change) {
		fmt.Println(c)
		fmt.Println("was", c.Was, "since", c.Since.Format("15:04"), "reminder:", c.Reminder, "recovered:", c.Recovered())
		fmt.Println(c.Result.Reason)
		stop()
	}
	fmt.Println(m.Run(ctx))
	// Output:
	// entered orders: stale (never-landed): nothing landed
	// was unknown since 12:00 reminder: false recovered: false
	// never-landed
	// context canceled
}

// Assets come and go while the monitor runs.
func ExampleMonitor_Add() {
	m := monitor.New(nil)
	fmt.Println(m.Add(daily("orders", time.Time{})))
	fmt.Println(m.Add(daily("orders", time.Time{})))
	fmt.Println(len(m.Waiting()), m.Remove("orders"), len(m.Waiting()))
	// Output:
	// <nil>
	// name: "orders" comes twice
	// 1 true 0
}

// run runs a monitor until it has given n results, which it prints.
func run(m *monitor.Monitor, results <-chan freshness.Result, n int) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- m.Run(ctx) }()
	for range n {
		fmt.Println(<-results)
	}
	stop()
	<-ended
}

// A deploy rebuilds two tables. Their checks are paused for half an hour at most, and resumed when
// it is over.
func ExampleMonitor_Pause() {
	now, results := noon(), make(chan freshness.Result)
	loaded := now.Now().Add(-time.Hour)
	m := monitor.New([]freshness.Check{daily("orders", loaded), daily("stock", loaded), daily("users", loaded)},
		func(r freshness.Result) { results <- r })
	m.Clock, m.Parallel = now, 1 // one source after the other, so that the results have an order

	fmt.Println(m.Pause(now.Now().Add(30*time.Minute), "orders", "stock"))
	run(m, results, 3)
	fmt.Println(m.Resume("orders", "stock", "customers"))
	run(m, results, 2)
	// Output:
	// <nil>
	// orders: unknown (paused): nothing landed, until 2021-03-04 12:30:00 UTC
	// stock: unknown (paused): nothing landed, until 2021-03-04 12:30:00 UTC
	// users: fresh (on-time): landed 2021-03-04 11:00:00 UTC, due 2021-03-05 11:00:00 UTC, 23h left
	// monitor: there is no check ["customers"]
	// orders: fresh (on-time): landed 2021-03-04 11:00:00 UTC, due 2021-03-05 11:00:00 UTC, 23h left
	// stock: fresh (on-time): landed 2021-03-04 11:00:00 UTC, due 2021-03-05 11:00:00 UTC, 23h left
}

// The warehouse is down for maintenance, which ends when somebody ends it.
func ExampleMonitor_PauseAll() {
	now, results := noon(), make(chan freshness.Result)
	m := monitor.New([]freshness.Check{daily("orders", now.Now())}, func(r freshness.Result) { results <- r })
	m.Clock = now

	m.PauseAll(time.Time{})
	run(m, results, 1)
	m.ResumeAll()
	run(m, results, 1)
	// Output:
	// orders: unknown (paused): nothing landed
	// orders: fresh (on-time): landed 2021-03-04 12:00:00 UTC, due 2021-03-05 12:00:00 UTC, 1d left
}

// A page shows what the monitor knows, and what it does not know yet.
func ExampleMonitor_Results() {
	now, results := noon(), make(chan freshness.Result)
	m := monitor.New([]freshness.Check{daily("orders", now.Now().Add(-25*time.Hour))}, func(r freshness.Result) { results <- r })
	m.Clock = now
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for _, r := range m.Results() {
			fmt.Fprintln(w, r.Check, "is", r.Status)
		}
		for _, c := range m.Waiting() {
			fmt.Fprintln(w, c.ID(), "has no result yet")
		}
	})

	run(m, results, 1)
	_ = m.Add(daily("stock", now.Now()))
	response := httptest.NewRecorder()
	page.ServeHTTP(response, httptest.NewRequest("GET", "/", nil))
	text, _ := io.ReadAll(response.Body)
	fmt.Print(string(text))
	// Output:
	// orders: stale (past-limit): landed 2021-03-03 11:00:00 UTC, due 2021-03-04 11:00:00 UTC, overdue 1h
	// orders is stale
	// stock has no result yet
}
