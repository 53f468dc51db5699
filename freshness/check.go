package freshness

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// A Source reports what has landed.
//
// Landings returns the landings that it knows of, in any order; the newest is enough. Nil means
// that nothing ever landed, and an error that this could not be found out. It must return soon
// after ctx is done, and may be called by several goroutines at once.
type Source interface {
	Landings(ctx context.Context) (Landings, error)
}

// A Check is a policy applied to what a source reports about an asset.
// The zero Check measures nothing.
type Check struct {
	// Name names the check, such as "orders-by-7/ready". Empty means the name
	// of the asset. In a monitor, each name must be unique.
	Name string

	// Asset is the asset that the landings are about.
	Asset string

	// Policy is the rule. Nil is not valid.
	Policy Policy

	// Source reports what has landed. Nil is not valid.
	Source Source

	// Every is the longest time between two looks of a monitor.
	// Zero means the Every of the monitor.
	Every time.Duration

	// Timeout is how long a monitor waits for the source.
	// Zero means the Timeout of the monitor.
	Timeout time.Duration
}

// Validate returns all faults, joined: neither a name nor an asset, no policy or one with faults,
// no source, and a negative duration.
func (c Check) Validate() error {
	var f fault.List
	if c.ID() == "" {
		f.Add("name", "is missing, and so is asset")
	}
	f.Below("policy", ValidatePolicy(c.Policy))
	if c.Source == nil {
		f.Add("source", "is missing")
	}
	f.Negative("every", c.Every)
	f.Negative("timeout", c.Timeout)
	return f.Err()
}

// ID returns the name of the check, or that of its asset if it has none.
func (c Check) ID() string {
	if c.Name != "" {
		return c.Name
	}
	return c.Asset
}

// Run asks the source once and judges at now what it reports.
//
// It always returns a result. If the source or the policy fails or panics, that is [Unknown],
// [ReasonNotMeasured] and the cause. Run returns when the source does: only a
// [github.com/alwaysp1/alwaysp1/freshness/monitor.Monitor] gives up on a source that ignores ctx.
func (c Check) Run(ctx context.Context, now time.Time) Result {
	landed, err := c.Ask(ctx)
	return c.Judge(Landings(nil).Add(landed...), err, now)
}

// Judge applies the policy to what has landed, which must be in order, and names the result. If err
// is not nil, asking failed, and the result is not measured. Judge reads no clock and does no I/O.
func (c Check) Judge(landed Landings, err error, now time.Time) (r Result) {
	defer func() { r.Asset, r.Check, r.Err = c.Asset, c.ID(), fault.Readable(r.Err) }()
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

// Ask asks the source what has landed. It returns a panic of the source as an error.
// [Check.Run] asks and judges.
func (c Check) Ask(ctx context.Context) (landed Landings, err error) {
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

// containPolicy turns the panic of a policy into a result. It must be deferred itself.
func containPolicy(r *Result, now time.Time) {
	if v := recover(); v != nil {
		*r = NotMeasured(fmt.Errorf("freshness: the policy panicked: %v", v), now)
	}
}
