package monitor

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
)

func TestAZeroMonitorCanBeUsed(t *testing.T) {
	var m Monitor
	seen := make(chan Change, 1)
	m.Changed = func(e Change) { seen <- e }
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- m.Run(ctx) }()
	require.NoError(t, m.Add(freshness.Check{Asset: "a", Policy: freshness.MaxAge{Fail: 1}, Source: failing{}}))
	assert.Equal(t, freshness.Stale, (<-seen).Result.Status)
	assert.True(t, m.Remove("a"))
	assert.Error(t, m.Pause(base, "a"))
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
}

// All checks that a monitor has are paused and resumed; one that is added meanwhile is not paused.
func TestAllChecksArePausedAndResumed(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		check := func(asset string) freshness.Check {
			return freshness.Check{Asset: asset, Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: reporting(start)}
		}
		seen := &record{start: start}
		m := New([]freshness.Check{check("a"), check("b")}, seen.note)
		m.Every, m.Parallel = 12*time.Hour, 1
		return m, func() {
			seen.take()
			time.Sleep(time.Hour)
			m.PauseAll(start.Add(3 * time.Hour))
			synctest.Wait()
			require.NoError(t, m.Add(check("c")))
			synctest.Wait()
			assert.Equal(t, []string{"1h0m0s a unknown paused", "1h0m0s b unknown paused", "1h0m0s c fresh on-time"}, seen.take())
			assert.True(t, seen.of("b").Until.Equal(start.Add(3*time.Hour)))

			time.Sleep(time.Hour)
			m.ResumeAll()
			synctest.Wait()
			assert.Equal(t, []string{"2h0m0s a fresh on-time", "2h0m0s b fresh on-time", "2h0m0s c fresh on-time"}, seen.take())
		}
	})
}
