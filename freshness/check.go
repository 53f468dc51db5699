package freshness

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Source reports what has landed.
//
// Landings returns what it knows, in any order: the newest landing is enough,
// earlier ones are welcome. Nil means that nothing ever landed, and an error
// that it could not find out. It must return soon after ctx is done, and may
// be called by several goroutines at once.
type Source interface {
	Landings(ctx context.Context) (Landings, error)
}

// A Check is a policy applied to what a source reports about an asset.
// The zero Check measures nothing.
type Check struct {
	// Name names the check, such as "orders-by-7/ready". Empty means that
	// the asset names it. A Monitor wants every name once.
	Name string

	// Asset is the asset that the landings are about.
	Asset string

	// Policy is the rule. Nil is not valid.
	Policy Policy

	// Source reports what has landed. Nil is not valid.
	Source Source

	// Every is the longest time between two looks of a Monitor.
	// Zero means what the Monitor says.
	Every time.Duration

	// Timeout is how long a Monitor lets the source take.
	// Zero means what the Monitor says.
	Timeout time.Duration
}

// Validate returns every fault at once: no name and no asset, no policy or
// one with faults, no source.
func (c Check) Validate() error {
	var f faults
	if c.id() == "" {
		f.add("name", "is missing, and so is asset")
	}
	f.policy("policy", c.Policy)
	if c.Source == nil {
		f.add("source", "is missing")
	}
	f.negative("every", c.Every)
	f.negative("timeout", c.Timeout)
	return f.err()
}

func (c Check) id() string {
	if c.Name != "" {
		return c.Name
	}
	return c.Asset
}

// Run asks the source once and judges at now what it reports.
//
// It always answers: a source or a policy that fails or panics gives
// [Unknown], [ReasonNotMeasured] and the cause. It returns when the source
// does: only a [Monitor] gives up on a source that does not obey ctx.
func (c Check) Run(ctx context.Context, now time.Time) Result {
	landed, err := c.report(ctx)
	return c.judge(Landings(nil).Add(landed...), err, now)
}

// judge applies the policy to a report and names the result.
func (c Check) judge(landed Landings, err error, now time.Time) (r Result) {
	defer func() { r.Asset, r.Check, r.Err = c.Asset, c.id(), readable(r.Err) }()
	defer containPolicy(&r, now)
	switch {
	case err != nil:
		return NotMeasured(err, now)
	case c.Policy == nil:
		return NotMeasured(errNoPolicy, now)
	}
	return c.Policy.Check(landed, now)
}

var (
	errNoPolicy = errors.New("freshness: the check has no policy")
	errNoSource = errors.New("freshness: the check has no source")
)

// report asks the source, in order, and turns a panic into an error.
func (c Check) report(ctx context.Context) (landed Landings, err error) {
	defer func() {
		if v := recover(); v != nil {
			landed, err = nil, fmt.Errorf("freshness: the source panicked: %v", v)
		}
	}()
	if c.Source == nil {
		return nil, errNoSource
	}
	return c.Source.Landings(ctx)
}
