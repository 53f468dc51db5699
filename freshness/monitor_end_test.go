package freshness

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// At the end nothing is reported that the end itself has caused. Each round
// ends while a function is busy, so that Run finds calls that have returned
// and its own end at the same moment, and may take either first.
func TestCancellationIsNotAResult(t *testing.T) {
	for range 20 {
		bubble(t, func(start time.Time) (*Monitor, func()) {
			obedient := &script{answer: func(ctx context.Context) (Landings, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}}
			checks := []Check{{Asset: "paused", Policy: MaxAge{Fail: time.Hour}, Source: says(start)}}
			for i := range 5 {
				checks = append(checks, Check{Asset: fmt.Sprint(i), Policy: MaxAge{Fail: time.Hour}, Source: obedient})
			}
			m := NewMonitor(checks, func(r Result) {
				assert.Equal(t, "paused", r.Asset, "%v", r)
				rest(time.Second)
			})
			m.Every, m.Timeout = time.Minute, time.Hour
			require.NoError(t, m.Pause(time.Time{}, "paused"))
			return m, func() { rest(time.Minute + time.Second/2) }
		})
	}
}

func TestAFunctionMayPauseWhatItIsToldOf(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		var m *Monitor
		seen := &record{start: start}
		m = NewMonitor([]Check{{Asset: "a", Policy: MaxAge{Fail: 24 * time.Hour}, Source: says(start)}}, seen.note, func(r Result) {
			if r.Status == Fresh && r.At.Equal(start) {
				assert.NoError(t, m.Pause(start.Add(time.Hour), "a"))
			}
		})
		m.Every = 12 * time.Hour
		return m, func() {
			rest(2 * time.Hour)
			assert.Equal(t, []string{"0s a fresh on-time", "0s a unknown paused", "1h0m0s a fresh on-time"}, seen.take())
		}
	})
}

func TestEachReasonOfUnknownIsAStateOfItsOwn(t *testing.T) {
	var told told
	for i, tt := range []struct {
		status Status
		reason Reason
		event  string // empty: none
	}{
		{Unknown, ReasonNotDue, ""},
		{Unknown, ReasonNotMeasured, "entered unknown (not-measured): "},
		{Unknown, ReasonNotMeasured, ""},
		{Unknown, ReasonInFuture, "entered unknown (in-future): "},
		{Unknown, ReasonNotDue, "recovered unknown (not-due): "},
		{Fresh, ReasonOnTime, ""},
		{AtRisk, ReasonPastWarning, "entered at-risk (past-warning): "},
		{AtRisk, ReasonInGrace, ""},
		{Stale, ReasonPastLimit, "entered stale (past-limit): "},
		{Unknown, ReasonPaused, "entered unknown (paused): "},
		{Stale, ReasonPastLimit, "entered stale (past-limit): "},
		{Fresh, ReasonLate, "recovered fresh (late): "},
	} {
		event, ok := told.next(Result{Status: tt.status, Reason: tt.reason, At: base.Add(time.Duration(i)), Err: context.Canceled}, 0)
		require.Equal(t, tt.event != "", ok, "step %d: %v", i, event)
		if ok {
			assert.Contains(t, event.String(), tt.event, "step %d", i)
		}
	}
	assert.False(t, (&told).reminds(time.Hour))
}
