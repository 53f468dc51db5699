package freshness

import (
	"context"
	"errors"
	"time"

	"github.com/benbjohnson/clock"
)

// A call asks one source once, in a goroutine of its own.
type call struct {
	entry    *entry
	check    Check
	started  time.Time
	deadline time.Time
	suspect  bool // it takes a place of the suspects
	hung     bool // Run has given up on it
	cancel   context.CancelCauseFunc

	// These hold the outcome, from the end of the call on.
	landed Landings // what to remember
	result Result
}

var errExit = errors.New("freshness: the source ended its goroutine")

// run makes the call. It hands itself to done unless quit is closed, for then
// nobody listens any more.
//
// The policy is applied here too, because it may be the caller's own, and so
// slow or worse.
func (c *call) run(ctx context.Context, clk clock.Clock, done chan<- *call, quit <-chan struct{}) {
	known := c.landed
	c.result = c.check.judge(nil, errExit, c.started)
	defer func() {
		select {
		case done <- c:
		case <-quit:
		}
	}()
	reported, err := c.check.report(ctx)
	now := clk.Now()
	if err != nil {
		c.result = c.check.judge(nil, err, now)
		return
	}
	landed := known.Add(reported...)
	c.result = c.check.judge(landed, nil, now)
	c.landed = remember(c.check.Policy, landed, c.result)
}

// maxRemembered is how many landings of a check are remembered at most.
const maxRemembered = 4096

// remember returns the landings that later results may depend on.
func remember(p Policy, landed Landings, r Result) Landings {
	if r.Reason == ReasonInFuture {
		landed = landed[:landed.after(r.At)]
	}
	from := max(keepFrom(p, landed, r.At), 0)
	from = max(from, len(landed)-maxRemembered)
	if from == 0 && cap(landed) < 2*len(landed)+8 {
		return landed
	}
	return append(make(Landings, 0, len(landed)-from), landed[from:]...)
}

// keepFrom returns the index of the first landing that matters to a policy at
// now or later. A policy of another package may need them all.
func keepFrom(p Policy, landed Landings, now time.Time) int {
	switch p := p.(type) {
	case MaxAge:
		return len(landed) - 1
	case Cadence:
		return len(landed) - 2
	case Deadline:
		return p.keepFrom(landed, now)
	case Paused:
		return keepFrom(p.Policy, landed, now)
	case During:
		return keepFrom(p.Policy, landed, now)
	case AllOf:
		return keepForAll(p, landed, now)
	case AnyOf:
		return keepForAll(p, landed, now)
	}
	return 0
}

func keepForAll(list []Policy, landed Landings, now time.Time) int {
	from := len(landed)
	for _, p := range list {
		from = min(from, keepFrom(p, landed, now))
	}
	return from
}

// keepFrom goes one due instant further back than a judgement at now does, for
// the sake of clocks that jump back, and keeps what makes the usual number of
// rows before that.
func (p *Deadline) keepFrom(landed Landings, now time.Time) int {
	passed, ok := p.prev(addSat(now, -p.Grace))
	if ok {
		passed, ok = p.prev(passed.due)
	}
	if !ok || passed.always {
		return 0
	}
	from := landed.after(passed.opens)
	for counts := 0; p.MinPercent > 0 && counts < usualMost && from > 0; from-- {
		if _, counted := landed[from-1].rows(); counted {
			counts++
		}
	}
	return min(from, len(landed)-1)
}
