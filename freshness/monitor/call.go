package monitor

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A call asks one source once, in a goroutine of its own.
type call struct {
	entry    *entry
	check    freshness.Check
	started  time.Time
	deadline time.Time
	suspect  bool // it takes a place that is kept for suspects
	hung     bool // Run has given up on it
	cancel   context.CancelCauseFunc

	// These hold the outcome once the call has ended.
	landed freshness.Landings // what to remember
	result freshness.Result
}

var errExit = errors.New("monitor: the source ended its goroutine")

// run makes the call, and hands it to done. Once quit is closed it drops it instead, because Run
// has returned and nothing receives from done.
//
// The policy is applied here as well, because it may be the caller's own, and as slow as a source.
func (c *call) run(ctx context.Context, clk clock.Clock, done chan<- *call, quit <-chan struct{}) {
	known := c.landed
	c.result = c.check.Judge(nil, errExit, c.started) // stands only if the source calls runtime.Goexit
	defer func() {
		select {
		case done <- c:
		case <-quit:
		}
	}()

	reported, err := c.check.Ask(ctx)
	now := clk.Now()
	if err != nil {
		c.result = c.check.Judge(nil, err, now)
		return
	}
	landed := known.Add(reported...)
	c.result = c.check.Judge(landed, nil, now)
	c.landed = remember(c.check.Policy, landed, c.result)
}

// maxRemembered is how many landings of a check are remembered at most.
const maxRemembered = 4096

// remember returns the landings that later results may depend on.
//
// A landing in the future is left out: it is most likely an error that its source will correct, and
// would hide every landing before it until then.
func remember(p freshness.Policy, landed freshness.Landings, r freshness.Result) freshness.Landings {
	if r.Reason == freshness.ReasonInFuture {
		landed = landed[:landed.After(r.At)]
	}
	needed := freshness.Needed(p, landed, r.At)
	needed = needed[max(0, len(needed)-maxRemembered):]
	if len(needed) == len(landed) && cap(landed) < 2*len(landed)+8 {
		return landed
	}
	return slices.Clone(needed) // a part of landed would keep all of its array alive
}
