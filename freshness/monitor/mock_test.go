package monitor_test

import (
	"context"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/monitor"
)

type funcSource func(ctx context.Context) (freshness.Landings, error)

func (f funcSource) Landings(ctx context.Context) (freshness.Landings, error) { return f(ctx) }

// runOn runs a monitor on a mock clock until the test ends.
func runOn(t *testing.T, mock *clock.Mock, m *monitor.Monitor) {
	t.Helper()
	m.Clock = mock
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- m.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.EqualError(t, <-ended, context.Canceled.Error())
	})
}

// next moves the clock until a result has come, one step at a time: the mock does not wait for
// those it has woken.
func next(t *testing.T, mock *clock.Mock, results <-chan freshness.Result, step time.Duration) freshness.Result {
	t.Helper()
	for range 1000 {
		select {
		case r := <-results:
			return r
		case <-time.After(5 * time.Millisecond):
			mock.Add(step)
		}
	}
	require.Fail(t, "no result")
	return freshness.Result{}
}

func TestMonitorRunsOnAMockClock(t *testing.T) {
	mock := clock.NewMock()
	start := mock.Now()
	results := make(chan freshness.Result, 10)
	source := funcSource(func(context.Context) (freshness.Landings, error) { return freshness.LandedAt(start), nil })
	m := monitor.New([]freshness.Check{{
		Asset: "raw.orders", Source: source, Policy: freshness.MaxAge{Warn: time.Hour, Fail: 2 * time.Hour},
	}}, func(r freshness.Result) { results <- r })
	m.Every = 12 * time.Hour
	runOn(t, mock, m)

	r := next(t, mock, results, 0)
	assert.Equal(t, freshness.Fresh, r.Status)
	assert.True(t, r.At.Equal(start))
	r = next(t, mock, results, 30*time.Minute)
	assert.Equal(t, freshness.AtRisk, r.Status)
	r = next(t, mock, results, 30*time.Minute)
	assert.Equal(t, freshness.Stale, r.Status)
	r = next(t, mock, results, time.Hour)
	assert.GreaterOrEqual(t, r.At.Sub(start), 14*time.Hour, "nothing can change, so that Every alone decides")
}

func TestMonitorTimesOutOnAMockClock(t *testing.T) {
	mock := clock.NewMock()
	results := make(chan freshness.Result, 10)
	source := funcSource(func(ctx context.Context) (freshness.Landings, error) {
		<-ctx.Done()
		return nil, context.Cause(ctx)
	})
	m := monitor.New([]freshness.Check{{Asset: "a", Source: source, Policy: freshness.MaxAge{Fail: time.Hour}}},
		func(r freshness.Result) { results <- r })
	runOn(t, mock, m)
	r := next(t, mock, results, 10*time.Second)
	assert.Equal(t, freshness.ReasonNotMeasured, r.Reason)
	assert.ErrorIs(t, r.Err, context.DeadlineExceeded)
}
