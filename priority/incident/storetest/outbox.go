package storetest

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/storecheck"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// claim claims with the long lease, and returns the delivery. The test ends if there is none.
func (b *bench) claim(announcer string) incident.Delivery {
	b.Helper()
	d, _, err := b.Claim(b.ctx, announcer, long)
	b.Must(err)
	if d.Incident == "" {
		b.Fatalf("%s has nothing to claim", announcer)
	}
	return d
}

// nothing checks that nothing can be claimed, and returns how long until something can.
func (b *bench) nothing(announcer, why string) time.Duration {
	b.Helper()
	d, wait, err := b.Claim(b.ctx, announcer, long)
	b.Must(err)
	if d.Incident != "" {
		b.Errorf("%s: %s claims %s", why, announcer, storecheck.Text(d))
	}
	return wait
}

// within checks how long until something can be claimed. No engine's clock is finer than a
// millisecond.
func (b *bench) within(wait, most time.Duration) {
	b.Helper()
	if wait <= 0 || wait > most+time.Millisecond {
		b.Errorf("the wait is %v, and should be above 0 and at most %v", wait, most)
	}
}

// done returns a delivery that was delivered, for Settle.
func done(d incident.Delivery, receipt string) incident.Delivery {
	d.Sent, d.Attempt, d.Receipt = d.UpTo, 0, receipt
	return d
}

// emptyOutbox checks that there is nothing to claim in a new store, and nothing to settle.
func (b *bench) emptyOutbox() {
	b.Equal("the wait", b.nothing("slack", "there is no incident"), 0)
	dead, err := b.DeadLetters(b.ctx)
	b.Must(err)
	b.Equal("dead letters", len(dead), 0)
	for fence := range int64(3) {
		d := incident.Delivery{Announcer: "slack", Incident: "inc-1", Fence: fence}
		b.Is("what was never claimed", b.Settle(b.ctx, d, 0), incident.ErrFenced)
	}
}

// claims checks that the first claim covers all entries.
func (b *bench) claims() {
	b.Must(b.Append(b.ctx, 0, notes("inc-1", 1, 3)...))
	b.Equal("the claim", b.claim("slack"), incident.Delivery{
		Announcer: "slack", Incident: "inc-1", UpTo: 3, Attempt: 1, Fence: 1,
	})
}

// leases checks that a delivery can be claimed once until its lease ends, and then with another
// fence.
func (b *bench) leases() {
	b.Must(b.Append(b.ctx, 0, note("inc-1", 1, "")))
	b.claim("slack")
	b.within(b.nothing("slack", "the lease is in force"), long)
	b.Must(b.Append(b.ctx, 1, note("inc-1", 2, "")))
	b.nothing("slack", "the lease is in force, though there is more")

	_, _, err := b.Claim(b.ctx, "pager", short)
	b.Must(err)
	b.wait(2 * short)
	b.Equal("the claim after the lease ended", b.claim("pager"), incident.Delivery{
		Announcer: "pager", Incident: "inc-1", UpTo: 2, Attempt: 2, Fence: 2,
	})
}

// delivers checks that what was delivered is not claimed again, and that its receipt comes back.
func (b *bench) delivers() {
	b.Must(b.Append(b.ctx, 0, notes("inc-1", 1, 2)...))
	receipt := hostile()[5] + " \u00e9\U0001f525"
	b.Must(b.Settle(b.ctx, done(b.claim("slack"), receipt), 0))
	b.Equal("the wait", b.nothing("slack", "all is delivered"), 0)
	b.Must(b.Append(b.ctx, 2, note("inc-1", 3, "")))
	b.Equal("the next", b.claim("slack"), incident.Delivery{
		Announcer: "slack", Incident: "inc-1", Sent: 2, UpTo: 3, Attempt: 1, Receipt: receipt, Fence: 2,
	})
}

// retries checks that a delivery that failed waits, and is of the same entries when more have come.
func (b *bench) retries() {
	b.Must(b.Append(b.ctx, 0, note("inc-1", 1, "")))
	d := b.claim("slack")
	d.Error, d.Receipt = "503 Service Unavailable", "half"
	b.Must(b.Settle(b.ctx, d, long))
	b.Must(b.Append(b.ctx, 1, note("inc-1", 2, "")))
	b.within(b.nothing("slack", "its next attempt is in an hour"), long)
	b.Must(b.Settle(b.ctx, d, 0))
	b.Equal("the second attempt", b.claim("slack"), incident.Delivery{
		Announcer: "slack", Incident: "inc-1", UpTo: 1, Attempt: 2, Receipt: "half", Error: d.Error, Fence: 2,
	})
}

// fences checks that a desk whose lease was taken over cannot settle.
func (b *bench) fences() {
	b.Must(b.Append(b.ctx, 0, note("inc-1", 1, "")))
	paused, _, err := b.Claim(b.ctx, "slack", short)
	b.Must(err)
	b.wait(2 * short)
	awake := b.claim("slack")
	b.Is("a desk that was paused", b.Settle(b.ctx, done(paused, "paused"), 0), incident.ErrFenced)
	b.nothing("slack", "the second lease is in force")
	b.Must(b.Settle(b.ctx, done(awake, "awake"), 0))
	b.Is("a desk that was paused, again", b.Settle(b.ctx, done(paused, "paused"), 0), incident.ErrFenced)
	b.Must(b.Append(b.ctx, 1, note("inc-1", 2, "")))
	b.Equal("the receipt", b.claim("slack").Receipt, "awake")
}

// dead returns the dead letters.
func (b *bench) dead() []incident.Delivery {
	b.Helper()
	list, err := b.DeadLetters(b.ctx)
	b.Must(err)
	return list
}

// bury claims a delivery, and settles it as a dead letter.
func (b *bench) bury(announcer string) incident.Delivery {
	b.Helper()
	d := b.claim(announcer)
	d.Dead, d.Error = true, "channel_not_found"
	b.Must(b.Settle(b.ctx, d, 0))
	return d
}

// deadLetters checks that a dead letter cannot be claimed until Settle revives it.
func (b *bench) deadLetters() {
	b.Must(b.Append(b.ctx, 0, note("inc-1", 1, ""), note("inc-2", 1, "")))
	slack := []incident.Delivery{b.bury("slack"), b.bury("slack")}
	pager := b.bury("pager")
	b.nothing("slack", "both are dead letters")
	b.Equal("dead letters", b.dead(), []incident.Delivery{pager, slack[0], slack[1]})
	back := slack[1]
	back.Dead = false
	b.Must(b.Settle(b.ctx, back, 0))
	b.Equal("dead letters that are left", b.dead(), []incident.Delivery{pager, slack[0]})
	got := b.claim("slack")
	b.Equal("what was brought back", got, incident.Delivery{
		Announcer: "slack", Incident: "inc-2", UpTo: 1, Attempt: 2, Error: slack[1].Error, Fence: 2,
	})
}

// deadGivesWay checks that a new entry makes a dead letter a delivery again, with attempts from 1.
func (b *bench) deadGivesWay() {
	b.Must(b.Append(b.ctx, 0, note("inc-1", 1, "")))
	b.bury("slack")
	b.Must(b.Append(b.ctx, 1, note("inc-1", 2, "")))
	b.Equal("the next", b.claim("slack"), incident.Delivery{
		Announcer: "slack", Incident: "inc-1", UpTo: 2, Attempt: 1, Fence: 2,
	})
	b.Equal("dead letters", len(b.dead()), 0)
}

// announcers checks that each announcer has deliveries of its own, however similar the names are.
func (b *bench) announcers() {
	b.Must(b.Append(b.ctx, 0, note("inc-1", 1, "")))
	b.Must(b.Settle(b.ctx, done(b.claim("slack"), "one"), 0))
	for _, other := range append([]string{"slack ", "SLACK", strings.Repeat("l", 1024)}, names()...) {
		b.Equal("the claim of "+other, b.claim(other), incident.Delivery{
			Announcer: other, Incident: "inc-1", UpTo: 1, Attempt: 1, Fence: 1,
		})
	}
}

// order checks that the delivery that has waited longest is claimed first.
func (b *bench) order() {
	for i, id := range []string{"inc-1", "inc-2", "inc-3"} {
		b.Must(b.Append(b.ctx, int64(i), note(id, 1, "")))
		b.wait(5 * time.Millisecond)
	}
	first := b.claim("slack")
	b.Equal("the first", first.Incident, "inc-1")
	b.Must(b.Settle(b.ctx, first, 0)) // to be tried again, behind those that have waited longer
	for _, id := range []string{"inc-2", "inc-3", "inc-1"} {
		b.Equal("the next", b.claim("slack").Incident, id)
	}
}

// racesToClaim checks that desks that claim at once get each delivery once.
func (b *bench) racesToClaim() {
	const incidents, desks = 24, 6
	var list []incident.Entry
	for i := range incidents {
		list = append(list, note("inc-"+strconv.Itoa(i), 1, ""))
	}
	b.Must(b.Append(b.ctx, 0, list...))
	claimed := make([][]string, desks)
	failures := make([]error, desks)
	var wg sync.WaitGroup
	for n := range desks {
		wg.Go(func() { claimed[n], failures[n] = b.claimAll() })
	}
	wg.Wait()
	b.Must(errors.Join(failures...))

	times := map[string]int{}
	for _, ids := range claimed {
		for _, id := range ids {
			times[id]++
		}
	}
	b.Equal("how many were claimed", len(times), incidents)
	for id, n := range times {
		if n != 1 {
			b.Errorf("%s was claimed %d times", id, n)
		}
	}
}

// claimAll claims until nothing can be claimed for long.
func (b *bench) claimAll() (ids []string, err error) {
	for {
		d, wait, err := b.Claim(b.ctx, "slack", long)
		switch {
		case err != nil:
			return ids, err
		case d.Incident != "":
			ids = append(ids, d.Incident)
		case wait == 0 || wait > long/2:
			return ids, nil
		}
	}
}
