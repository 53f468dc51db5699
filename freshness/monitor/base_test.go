package monitor

import (
	"context"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// base is a day without a change of clocks near it.
var base = time.Date(2021, 3, 12, 0, 0, 0, 0, time.UTC)

// failing is a source that cannot find out.
type failing struct{ err error }

func (s failing) Landings(context.Context) (freshness.Landings, error) { return nil, s.err }
