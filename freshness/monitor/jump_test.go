package monitor

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A jumpy clock is set to other times, as a machine's is. Its timers run on.
type jumpy struct {
	clock.Clock
	by atomic.Int64
}

func (c *jumpy) Now() time.Time        { return time.Now().Round(0).Add(time.Duration(c.by.Load())) }
func (c *jumpy) jump(by time.Duration) { c.by.Add(int64(by)) }

const year = 365 * 24 * time.Hour

// However the clock is set, a check is looked at again within twice Every, no more often than
// before, and each look gives one result.
func TestAClockThatJumpsNeitherStopsNorSpinsAMonitor(t *testing.T) {
	for name, jumps := range map[string][]time.Duration{
		"none":                       {0},
		"back an hour":               {-time.Hour},
		"back to before Run":         {-48 * time.Hour},
		"forward a year":             {year},
		"forward a year, and back":   {year, -year},
		"forward, back, and forward": {time.Hour, -2 * time.Hour, time.Hour},
		"back again and again":       {-time.Hour, -time.Hour, -time.Hour, -time.Hour},
		"to the year 9999":           {250 * year},
	} {
		jumping := &jumpy{Clock: clock.New()}
		bubble(t, func(start time.Time) (*Monitor, func()) {
			source, seen := reporting(start), &record{start: start}
			m := New([]freshness.Check{{Asset: "a", Policy: freshness.MaxAge{Warn: time.Hour, Fail: 30 * time.Hour}, Source: source}}, seen.note)
			m.Clock, m.Remind = jumping, time.Hour
			var events atomic.Int64
			m.Changed = func(Change) { events.Add(1) }
			return m, func() {
				for _, by := range jumps {
					rest(3*time.Hour + 5*time.Minute)
					jumping.jump(by)
				}
				before := int(events.Load())
				rest(12 * time.Hour)
				asked := source.offsets(start)
				end, changes := time.Since(start), int(events.Load())-before
				assert.Len(t, seen.take(), len(asked), "%s: a result for each look", name)
				for i, at := range append(asked[1:], end) {
					assert.LessOrEqual(t, at-asked[i], 20*time.Minute, "%s: asked at %v", name, asked)
				}
				assert.LessOrEqual(t, len(asked), int(end/(10*time.Minute))+10*(1+len(jumps)), name)
				if !slices.Contains(jumps, -48*time.Hour) && name != "back again and again" {
					assert.GreaterOrEqual(t, changes, 8, "%s: reminded of what lasts", name)
				}
				assert.LessOrEqual(t, changes, 15, name)
			}
		})
	}
}

// The clock may jump while a source is asked, and back before its result is handed on.
func TestAClockThatJumpsWhileASourceIsAsked(t *testing.T) {
	jumping := &jumpy{Clock: clock.New()}
	bubble(t, func(start time.Time) (*Monitor, func()) {
		calls := 0
		source := &script{answer: func(context.Context) (freshness.Landings, error) {
			if calls++; calls == 3 {
				jumping.jump(year)
			}
			return freshness.LandedAt(start), nil
		}}
		m := New([]freshness.Check{{Asset: "a", Policy: freshness.MaxAge{Fail: time.Hour}, Source: source}}, func(r freshness.Result) {
			if r.At.Sub(start) > year/2 {
				jumping.jump(-year)
			}
		})
		m.Clock = jumping
		return m, func() {
			rest(3 * time.Hour)
			assert.GreaterOrEqual(t, len(source.offsets(start)), 17)
		}
	})
}

// A source that does not return is given up on in time, and a monitor that is started anew looks at
// once, wherever the clock has been set.
func TestAClockThatIsSetBackProlongsNoTimeout(t *testing.T) {
	jumping := &jumpy{Clock: clock.New()}
	bubble(t, func(start time.Time) (*Monitor, func()) {
		release := make(chan struct{})
		seen := &record{start: start}
		m := New([]freshness.Check{
			{Asset: "hangs", Policy: freshness.MaxAge{Fail: time.Hour}, Source: hangs(release)},
			{Asset: "ticks", Policy: freshness.MaxAge{Fail: time.Hour}, Source: reporting(start), Every: 5 * time.Second},
		}, seen.note)
		m.Clock = jumping
		return m, func() {
			rest(7 * time.Second)
			jumping.jump(-10 * time.Hour)
			rest(time.Minute)
			r := seen.of("hangs")
			assert.ErrorIs(t, r.Err, context.DeadlineExceeded)
			assert.ErrorContains(t, r.Err, "has not returned for 30s")
			close(release)
			rest(time.Minute)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		start := time.Now().Round(0)
		jumping := &jumpy{Clock: clock.New()}
		source := reporting(start)
		m := New([]freshness.Check{{Asset: "a", Policy: freshness.MaxAge{Fail: time.Hour}, Source: source}})
		m.Clock = jumping
		for _, by := range []time.Duration{year, -year, -year} {
			ctx, cancel := context.WithTimeout(t.Context(), 25*time.Minute)
			jumping.jump(by)
			require.ErrorIs(t, m.Run(ctx), context.DeadlineExceeded)
			cancel()
		}
		assert.GreaterOrEqual(t, len(source.offsets(start)), 6)
	})
}
