package priority

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// FromError turns an error into a firing signal that an asset failed, of kind Failure and unknown severity,
// with the error's text as its summary; and a nil error into a resolved signal of the same identity.
// Set the source and the dimensions where more than one thing may report failures of the asset.
//
// An error that is a typed nil is an error, as everywhere in Go. One whose Error method panics is named by its type.
func FromError(asset string, err error, at time.Time) Signal {
	s := Signal{Asset: asset, Kind: Failure, At: at}
	if err == nil {
		s.Severity, s.Summary, s.Resolved = SeverityInfo, "is well again", true
		return s
	}
	s.Summary = errorText(err)
	return s
}

// errorText reads an error's text, which is a method of the caller's and may panic.
func errorText(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("an error of type %T that cannot be read", err)
		}
	}()
	return err.Error()
}

// FromHealthCheck runs a health check of an asset and returns a signal of kind Unhealthy from the source "health":
// resolved when the check returns nil, and else firing, with the error's text as its summary.
// A check that is nil or panics, and one that is not begun because ctx has ended, is a firing signal too:
// what could not be checked is not well. A nil ctx counts as [context.Background].
//
// FromHealthCheck returns when the check does. A check must obey its context, which is how to bound it in time.
func FromHealthCheck(ctx context.Context, asset string, check func(context.Context) error, at time.Time) Signal {
	s := FromError(asset, run(ctx, check), at)
	s.Kind, s.Source = Unhealthy, "health"
	return s
}

// run calls the check where it can be called, and turns a panic into an error.
func run(ctx context.Context, check func(context.Context) error) (err error) {
	if ctx == nil {
		ctx = context.Background()
	}
	if ctx.Err() != nil {
		return fmt.Errorf("could not be checked: %w", context.Cause(ctx))
	}
	if check == nil {
		return errors.New("has no health check to run")
	}
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("could not be checked: its health check panicked: %v", cause)
		}
	}()
	return check(ctx)
}

// FromAlert turns what a tracker says of a burning budget into a signal of kind Burn about the asset that the objective measures,
// from the source "sla", with the objective as dimension "check" and the rule's name as dimension "rule": so each rule of each objective
// is a condition of its own. Firing, it is critical if the rule pages, and else a warning; recovered, it is resolved.
// What burns its budget puts the SLA at risk; see [Assessment.Effect].
func FromAlert(a sla.Alert) Signal {
	s := Signal{
		Asset: a.Asset, Kind: Burn, Source: "sla", At: a.At, Resolved: !a.Firing, Severity: SeverityWarning,
		Dimensions: map[string]string{"check": a.Check, "rule": a.Burn.Rule.Name},
		Summary:    "is using up the budget of " + a.Check + " too fast: " + a.Burn.String(),
	}
	switch {
	case s.Resolved:
		s.Severity, s.Summary = SeverityInfo, "is no longer using up the budget of "+a.Check+" too fast: "+a.Burn.String()
	case a.Burn.Rule.Page:
		s.Severity = SeverityCritical
	}
	return s
}
