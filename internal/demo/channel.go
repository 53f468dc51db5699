package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/slack"
	"github.com/alwaysp1/alwaysp1/priority/slack/slacktest"
)

const engineering = "engineering"

// A story is the longest outage of a history as its engineers would have seen it: each result goes
// to a desk, the desk announces to a Slack in memory, and people act. Landings and instants are
// real; people and their words are made up.
type story struct {
	desk    *incident.Desk
	channel *slacktest.Workspace
	clock   *clock.Mock
	until   time.Time
	sent    chan int // how many entries of the incident the channel has
	seen    int
	id      string
	people  []act
}

// A watched is a store that reports how far each delivery got once nothing of it is under way: the
// clock must not go on before that.
type watched struct {
	*incident.Memory
	sent chan<- int
}

// Settle implements [incident.Outbox].
func (w *watched) Settle(ctx context.Context, d incident.Delivery, after time.Duration) error {
	err := w.Memory.Settle(ctx, d, after)
	if err == nil {
		w.sent <- d.Sent
	}
	return err
}

// An act is what somebody does at an instant.
type act struct {
	at time.Time
	do func(ctx context.Context, id string, now time.Time) error
}

// longest returns the longest outage of less than a day.
func longest(breaches []freshness.Span) (outage freshness.Span, ok bool) {
	for _, b := range breaches {
		if length := b.End.Sub(b.Start); length < 24*time.Hour && length > outage.End.Sub(outage.Start) {
			outage, ok = b, true
		}
	}
	return outage, ok
}

// showChannel replays the longest outage and prints the channel as a reader sees it.
func showChannel(ctx context.Context, w io.Writer, r *replay) error {
	first, last := r.landed[0].At, r.landed[len(r.landed)-1].At
	result, err := history.Backtest(r.objective.Freshness, r.landed, first, last)
	if err != nil {
		return err
	}
	outage, ok := longest(result.Breaches)
	if !ok {
		fmt.Fprintln(w, "The promise was never broken for less than a day: there is no incident to show.")
		return nil
	}

	s := newStory(r.classifier, outage)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	done := make(chan error, 1)
	go func() { done <- s.desk.Run(ctx) }()

	var failure error
	again := &replay{
		promise: r.promise, objective: r.objective, chain: r.chain,
		classifier: r.classifier, landed: r.landed,
	}
	again.heard = func(result freshness.Result) {
		if failure == nil && result.At.After(outage.Start.Add(-2*time.Hour)) && !result.At.After(s.until) {
			failure = s.hear(ctx, result)
		}
	}
	again.run()

	cancel()
	<-done
	if failure == nil {
		fmt.Fprint(w, s.channel.Show(engineering))
	}
	return failure
}

// newStory returns the story of an outage: its desk, its channel, and what people do.
func newStory(c *priority.Classifier, outage freshness.Span) *story {
	s := &story{
		channel: slacktest.New("xoxb-demo", engineering),
		clock:   clock.NewMock(),
		until:   outage.End.Add(24 * time.Hour),
		sent:    make(chan int, 64),
	}
	s.channel.Now = s.clock.Now
	announcer := slack.New("xoxb-demo", "#"+engineering)
	announcer.Client, announcer.Mentions = s.channel.Client(), []string{"here"}
	s.desk = incident.NewDesk(c, announcer)
	s.desk.Store = &watched{Memory: &incident.Memory{Clock: s.clock}, sent: s.sent}
	s.desk.Clock, s.desk.Every = s.clock, 1000*time.Hour // each step is waited for

	s.takeTurns(outage)
	s.respond(outage.Start, outage.End)
	slices.SortStableFunc(s.people, func(a, b act) int { return a.at.Compare(b.at) })
	return s
}

// takeTurns lets two people acknowledge in turn, each before the lease of the other ends.
func (s *story) takeTurns(outage freshness.Span) {
	at := outage.Start.Add(4 * time.Minute)
	for turn := 0; at.Before(outage.End); turn++ {
		who := []string{"ada", "grace"}[turn%2]
		s.people = append(s.people, act{at, func(ctx context.Context, id string, now time.Time) error {
			return s.desk.Acknowledge(ctx, id, who, now)
		}})
		at = at.Add(4*time.Hour - 10*time.Minute)
	}
}

// respond lets people do what an incident needs until it is resolved.
func (s *story) respond(began, ended time.Time) {
	const (
		note  = "the publisher's page has moved; the job finds nothing to load"
		fix   = "loads from the new address; all days since are there"
		cause = "an empty download counted as a success; it is an error now, and pages"
	)
	d := s.desk
	s.people = append(s.people, []act{
		{began.Add(9 * time.Minute), func(ctx context.Context, id string, now time.Time) error {
			return d.Join(ctx, id, "grace", now)
		}},
		{began.Add(20 * time.Minute), func(ctx context.Context, id string, now time.Time) error {
			return d.Note(ctx, id, "grace", note, now)
		}},
		{ended.Add(10 * time.Minute), func(ctx context.Context, id string, now time.Time) error {
			return d.Mitigate(ctx, id, "ada", fix, now)
		}},
		{ended.Add(40 * time.Minute), func(ctx context.Context, id string, now time.Time) error {
			return d.RecordRootCause(ctx, id, "grace", cause, now)
		}},
		{ended.Add(45 * time.Minute), func(ctx context.Context, id string, now time.Time) error {
			return d.Resolve(ctx, id, "ada", now)
		}},
	}...)
}

// hear lets those act who would have acted by now, and hands the result to the desk.
func (s *story) hear(ctx context.Context, result freshness.Result) error {
	for len(s.people) > 0 && s.id != "" && !s.people[0].at.After(result.At) {
		now := s.people[0].at
		s.clock.Set(now)
		if err := s.people[0].do(ctx, s.id, now); err != nil {
			return err
		}

		s.people = s.people[1:]
		if err := s.wait(ctx); err != nil {
			return err
		}
	}

	s.clock.Set(result.At)
	i, has, err := s.desk.Signal(ctx, priority.FromResult(result))
	if err != nil || !has {
		return err
	}
	s.id = i.ID
	return s.wait(ctx)
}

// wait waits until the channel has all entries.
func (s *story) wait(ctx context.Context) error {
	i, _ := s.desk.Incident(s.id)
	for s.seen < i.EntryCount {
		select {
		case s.seen = <-s.sent:
		case <-ctx.Done():
			cause := context.Cause(ctx)
			return fmt.Errorf("the channel has %d of %d entries: %w", s.seen, i.EntryCount, cause)
		}
	}
	return nil
}
