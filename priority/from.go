package priority

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/sla"
)

// FromError returns a firing signal that an asset failed, of kind KindFailure and unknown severity,
// with the error's text as its summary. For a nil error it returns a resolved signal of the same
// identity. Set the source and the dimensions if more than one thing reports failures of the asset.
//
// A typed nil is an error, as everywhere in Go. An error whose Error method panics is named by its
// type.
func FromError(asset string, err error, at time.Time) Signal {
	s := Signal{Asset: asset, Kind: KindFailure, At: at}
	if err == nil {
		s.Severity, s.Summary, s.Resolved = SeverityInfo, "is well again", true
		return s
	}
	s.Summary = fault.Text(err)
	return s
}

// FromHealthCheck runs a health check of an asset and returns a signal of kind KindUnhealthy from
// the source "health": resolved if the check returns nil, and else firing, with the error's text as
// its summary.
//
// A check that is nil or panics is a firing signal, and so is one that is not run because ctx has
// ended: what could not be checked is not healthy. A nil ctx counts as [context.Background].
//
// FromHealthCheck returns when the check does. To bound it in time, give it a context that ends and
// a check that obeys it.
func FromHealthCheck(
	ctx context.Context, asset string, check func(context.Context) error, at time.Time,
) Signal {
	s := FromError(asset, run(ctx, check), at)
	s.Kind, s.Source = KindUnhealthy, "health"
	return s
}

// run calls the check if it can be called, and turns a panic into an error.
func run(ctx context.Context, check func(context.Context) error) error {
	if ctx == nil {
		ctx = context.Background()
	}
	if ctx.Err() != nil {
		return fmt.Errorf("could not be checked: %w", context.Cause(ctx))
	}
	if check == nil {
		return errors.New("has no health check to run")
	}
	return fault.Contain("could not be checked: its health check", func() error { return check(ctx) })
}

// FromAlert turns a tracker's alert about a burn rate into a signal of kind KindBurn about the
// asset that the objective measures, from the source "sla". The objective is its dimension "check"
// and the rule's name its dimension "rule", so each rule of each objective is a condition of its
// own. A firing alert is critical if the rule pages, and else a warning; a recovered one is
// resolved. A burn rate above its limit puts the SLA at risk; see [Effect].
func FromAlert(a sla.Alert) Signal {
	s := Signal{
		Asset: a.Asset, Kind: KindBurn, Source: "sla",
		At: a.At, Resolved: !a.Firing, Severity: SeverityWarning,
		Dimensions: map[string]string{"check": a.Check, "rule": a.Burn.Rule.Name},
		Summary:    "is using up the error budget of " + a.Check + " too fast: " + a.Burn.String(),
	}
	switch {
	case s.Resolved:
		s.Severity = SeverityInfo
		s.Summary = "is no longer using up the error budget of " + a.Check + " too fast: " + a.Burn.String()
	case a.Burn.Rule.Page:
		s.Severity = SeverityCritical
	}
	return s
}
