package monitor

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// At the end nothing is reported that the end itself has caused. Each round ends while a function
// is busy, so that Run finds calls that have returned and its own end at the same moment, and may
// take either first.
func TestCancellationIsNotAResult(t *testing.T) {
	for range 20 {
		bubble(t, func(start time.Time) (*Monitor, func()) {
			obedient := &script{answer: func(ctx context.Context) (freshness.Landings, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}}
			checks := []freshness.Check{{Asset: "paused", Policy: freshness.MaxAge{Fail: time.Hour}, Source: reporting(start)}}
			for i := range 5 {
				checks = append(checks, freshness.Check{Asset: fmt.Sprint(i), Policy: freshness.MaxAge{Fail: time.Hour}, Source: obedient})
			}
			m := New(checks, func(r freshness.Result) {
				assert.Equal(t, "paused", r.Asset, "%v", r)
				rest(time.Second)
			})
			m.Every, m.Timeout = time.Minute, time.Hour
			require.NoError(t, m.Pause(time.Time{}, "paused"))
			return m, func() { rest(time.Minute + time.Second/2) }
		})
	}
}

func TestAFunctionMayPauseACheckWhoseResultItHas(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		var m *Monitor
		seen := &record{start: start}
		m = New([]freshness.Check{{Asset: "a", Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: reporting(start)}}, seen.note, func(r freshness.Result) {
			if r.Status == freshness.Fresh && r.At.Equal(start) {
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
	var s changes
	for i, tt := range []struct {
		status freshness.Status
		reason freshness.Reason
		event  string // empty: none
	}{
		{freshness.Unknown, freshness.ReasonNotDue, ""},
		{freshness.Unknown, freshness.ReasonNotMeasured, "entered unknown (not-measured): "},
		{freshness.Unknown, freshness.ReasonNotMeasured, ""},
		{freshness.Unknown, freshness.ReasonInFuture, "entered unknown (in-future): "},
		{freshness.Unknown, freshness.ReasonNotDue, "recovered unknown (not-due): "},
		{freshness.Fresh, freshness.ReasonOnTime, ""},
		{freshness.AtRisk, freshness.ReasonPastWarning, "entered at-risk (past-warning): "},
		{freshness.AtRisk, freshness.ReasonInGrace, ""},
		{freshness.Stale, freshness.ReasonPastLimit, "entered stale (past-limit): "},
		{freshness.Unknown, freshness.ReasonPaused, "entered unknown (paused): "},
		{freshness.Stale, freshness.ReasonPastLimit, "entered stale (past-limit): "},
		{freshness.Fresh, freshness.ReasonLate, "recovered fresh (late): "},
	} {
		change, ok := s.next(freshness.Result{Status: tt.status, Reason: tt.reason, At: base.Add(time.Duration(i)), Err: context.Canceled}, 0)
		require.Equal(t, tt.event != "", ok, "step %d: %v", i, change)
		if ok {
			assert.Contains(t, change.String(), tt.event, "step %d", i)
		}
	}
	assert.False(t, (&s).reminds(time.Hour))
}
