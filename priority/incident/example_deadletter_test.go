package incident_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A chat is an announcer whose channel may be missing. It passes on what it announced.
type chat struct {
	name      string
	missing   atomic.Bool
	announced chan string
}

func (c *chat) Name() string { return c.name }

func (c *chat) Announce(_ context.Context, a incident.Announcement) (string, error) {
	if c.missing.Load() && a.Incident.ID == "inc-1" {
		return "", fmt.Errorf("%w: there is no channel #data", incident.ErrPermanent)
	}
	last := a.New[len(a.New)-1]
	c.announced <- fmt.Sprint(c.name, ": ", a.Incident.Assessment.Signal.Asset, " ", last.Kind)
	return "", nil
}

// An announcement that is refused for good is a dead letter, and the other announcers tell of it.
// Once the channel exists, it is delivered after all.
func ExampleDesk_Redeliver() {
	slack := &chat{name: "slack", announced: make(chan string, 9)}
	pager := &chat{name: "pager", announced: make(chan string, 9)}
	slack.missing.Store(true)
	desk := incident.NewDesk(nil, slack, pager)
	desk.MaxAttempts = 5
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- desk.Run(ctx) }()

	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	_, _, _ = desk.Signal(ctx, priority.Signal{Asset: "raw.orders", At: now})
	fmt.Println(<-pager.announced)
	fmt.Println(<-pager.announced)
	fmt.Println(<-slack.announced)

	dead, _ := desk.DeadLetters(ctx)
	fmt.Println(len(dead), dead[0].Announcer, dead[0].Incident, dead[0].Error)
	slack.missing.Store(false)
	fmt.Println(desk.Redeliver(ctx, dead[0]))
	fmt.Println(<-slack.announced)
	stop()
	fmt.Println(<-done)
	// Output:
	// pager: raw.orders opened
	// pager: announcer:slack opened
	// slack: announcer:slack opened
	// 1 slack inc-1 incident: announcement cannot be delivered: there is no channel #data
	// <nil>
	// slack: raw.orders opened
	// context canceled
}
