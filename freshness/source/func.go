package source

import (
	"context"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A Func is a function that reports landings, used as a [freshness.Source].
// It must be safe for concurrent use if the source is used so.
type Func func(ctx context.Context) (freshness.Landings, error)

// Landings calls f.
func (f Func) Landings(ctx context.Context) (freshness.Landings, error) { return f(ctx) }
