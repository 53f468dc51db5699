package source

import (
	"context"
	"errors"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A Func is a function used as a [freshness.Source].
// It must be safe for concurrent use if the source is used so.
type Func func(ctx context.Context) (freshness.Landings, error)

// Landings calls f. It returns an error if f is nil or panics.
func (f Func) Landings(ctx context.Context) (landed freshness.Landings, err error) {
	if f == nil {
		return nil, errors.New("source: the Func is nil")
	}
	defer contain("the function", &err)
	return f(ctx)
}
