package monitor

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A script is a source that a function stands in for. It notes when it was asked.
type script struct {
	answer func(ctx context.Context) (freshness.Landings, error)

	mu    sync.Mutex
	asked []time.Time
}

func (s *script) Landings(ctx context.Context) (freshness.Landings, error) {
	s.mu.Lock()
	s.asked = append(s.asked, time.Now().Round(0))
	s.mu.Unlock()
	return s.answer(ctx)
}

// offsets returns when the source was asked, counted from start.
func (s *script) offsets(start time.Time) []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []time.Duration
	for _, at := range s.asked {
		list = append(list, at.Sub(start))
	}
	return list
}

// reporting returns a source that always reports the same landings.
func reporting(landed ...time.Time) *script {
	return &script{answer: func(context.Context) (freshness.Landings, error) { return freshness.LandedAt(landed...), nil }}
}

// hangs returns a source that returns when release is closed, and not before.
func hangs(release <-chan struct{}) *script {
	return &script{answer: func(context.Context) (freshness.Landings, error) { <-release; return nil, nil }}
}

// A record notes results, one line each.
type record struct {
	mu    sync.Mutex
	start time.Time
	lines []string
	last  map[string]freshness.Result
}

func (r *record) note(result freshness.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil {
		r.last = map[string]freshness.Result{}
	}
	r.last[result.Check] = result
	r.lines = append(r.lines, fmt.Sprintf("%v %s %v %v", result.At.Sub(r.start), result.Check, result.Status, result.Reason))
}

func (r *record) of(check string) freshness.Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last[check]
}

func (r *record) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() { r.lines = nil }()
	return r.lines
}

// rest lets time pass in a bubble, where that is free.
func rest(d time.Duration) { time.Sleep(d) }

// bubble runs a monitor in a bubble of virtual time while test drives it, and fails unless Run then
// returns the cancellation alone. A goroutine that is left behind fails the bubble.
func bubble(t *testing.T, test func(start time.Time) (*Monitor, func())) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		m, drive := test(time.Now().Round(0))
		ended := make(chan error)
		go func() { ended <- m.Run(ctx) }()
		synctest.Wait()
		drive()
		cancel()
		require.Equal(t, context.Canceled.Error(), (<-ended).Error())
	})
}

func TestMonitorRunsACheckWhenItsResultCanChange(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		source, seen := reporting(start), &record{start: start}
		m := New([]freshness.Check{{Asset: "a", Policy: freshness.MaxAge{Warn: time.Hour, Fail: 3 * time.Hour}, Source: source}}, seen.note)
		m.Every = 24 * time.Hour
		return m, func() {
			time.Sleep(30 * time.Hour)
			assert.Equal(t, []string{
				"0s a fresh on-time",
				"1h0m0.000000001s a at-risk past-warning",
				"3h0m0.000000001s a stale past-limit",
				"27h0m0.000000001s a stale past-limit",
			}, seen.take())
			assert.Equal(t, []time.Duration{0, time.Hour + 1, 3*time.Hour + 1, 27*time.Hour + 1}, source.offsets(start))
		}
	})
}

func TestMonitorSeesALandingWithinEvery(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		seen := &record{start: start}
		source := &script{answer: func(context.Context) (freshness.Landings, error) {
			if time.Since(start) < 65*time.Minute {
				return nil, nil
			}
			return freshness.LandedAt(start.Add(65 * time.Minute)), nil
		}}
		m := New([]freshness.Check{
			{Asset: "a", Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: source},
			{Asset: "b", Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: source, Every: 40 * time.Minute},
		}, seen.note)
		m.Every = 30 * time.Minute
		return m, func() {
			time.Sleep(100 * time.Minute)
			assert.Equal(t, []string{
				"0s a stale never-landed", "0s b stale never-landed", "30m0s a stale never-landed", "40m0s b stale never-landed",
				"1h0m0s a stale never-landed", "1h20m0s b fresh on-time", "1h30m0s a fresh on-time",
			}, sortedPrefix(seen.take()))
		}
	})
}

// sortedPrefix puts the first two lines, which run beside each other, in order.
func sortedPrefix(lines []string) []string {
	slices.Sort(lines[:2])
	return lines
}

func TestMonitorIsolatesHangingSources(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, seen := time.Now().Round(0), &record{}
		seen.start = start
		release := make(chan struct{})
		good := reporting(start)
		m := New([]freshness.Check{
			{Asset: "a-hangs", Policy: freshness.MaxAge{Fail: time.Hour}, Source: hangs(release)},
			{Asset: "b-hangs", Policy: freshness.MaxAge{Fail: time.Hour}, Source: hangs(release)},
			{Asset: "c", Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: good},
		}, seen.note)
		m.Parallel, m.Timeout, m.Every = 1, 20*time.Second, time.Minute
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- m.Run(ctx) }()

		time.Sleep(39 * time.Second)
		assert.Equal(t, []string{"20s a-hangs unknown not-measured"}, seen.take())
		time.Sleep(2 * time.Second)
		assert.Equal(t, []string{"40s b-hangs unknown not-measured", "40s c fresh on-time"}, seen.take())
		assert.ErrorIs(t, seen.of("a-hangs").Err, context.DeadlineExceeded)
		time.Sleep(5 * time.Minute)
		for i, at := range good.offsets(start) {
			assert.Equal(t, 40*time.Second+time.Duration(i)*time.Minute, at, "hung sources hold no place")
		}
		assert.Len(t, m.entries["a-hangs"].check.Source.(*script).offsets(start), 1, "a source that hangs is not called again")
		assert.Contains(t, seen.take(), "5m20s a-hangs unknown not-measured", "but it is reported again and again")

		cancel()
		err := <-ended
		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorContains(t, err, `have not returned: ["a-hangs" "b-hangs"]`)
		close(release)
	})
}

func TestASourceThatReturnsIsAskedAgain(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		seen := &record{start: start}
		source := &script{answer: func(context.Context) (freshness.Landings, error) {
			if time.Since(start) < time.Minute {
				time.Sleep(150 * time.Second) // and ignores its context
			}
			return freshness.LandedAt(start), nil
		}}
		m := New([]freshness.Check{{Asset: "a", Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: source}}, seen.note)
		m.Timeout, m.Every = 10*time.Second, time.Minute
		return m, func() {
			time.Sleep(5 * time.Minute)
			assert.Equal(t, []string{
				"10s a unknown not-measured", "1m10s a unknown not-measured", "2m10s a unknown not-measured",
				"3m10s a fresh on-time", "4m10s a fresh on-time",
			}, seen.take())
		}
	})
}

// Sources that obey their context, but slowly, are asked beside the others once they are known, so
// that however many there are they delay no other.
func TestSlowSourcesDelayNoOtherTwice(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		var now, most atomic.Int64
		slow := &script{answer: func(ctx context.Context) (freshness.Landings, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}}
		good := reporting(start)
		checks := []freshness.Check{{Asset: "z", Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: good}}
		for i := range 40 {
			checks = append(checks, freshness.Check{Asset: fmt.Sprint("slow", i), Policy: freshness.MaxAge{Fail: time.Hour}, Source: slow})
		}
		seen := &record{start: start}
		m := New(checks, seen.note)
		m.Parallel, m.Timeout, m.Every = 4, 10*time.Second, time.Minute
		return m, func() {
			time.Sleep(10 * time.Minute)
			asked := good.offsets(start)
			require.Greater(t, len(asked), 7)
			for i := 3; i < len(asked); i++ {
				assert.Equal(t, time.Minute, asked[i]-asked[i-1])
			}
			assert.Empty(t, m.Waiting())
			assert.LessOrEqual(t, most.Load(), int64(2*(4+1)), "Parallel and a quarter; at a timeout the next may start before the last has returned")
			assert.ErrorIs(t, seen.of("slow7").Err, context.DeadlineExceeded)
		}
	})
}

type panics struct{ freshness.MaxAge }

func (panics) Check(freshness.Landings, time.Time) freshness.Result { panic("no rule") }
func (panics) Validate() error                                      { return nil }

func TestMonitorContainsPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, seen := time.Now().Round(0), &record{}
		hour := freshness.MaxAge{Fail: time.Hour}
		m := New([]freshness.Check{
			{Asset: "source", Policy: hour, Source: &script{answer: func(context.Context) (freshness.Landings, error) { panic("boom") }}},
			{Asset: "exits", Policy: hour, Source: &script{answer: func(context.Context) (freshness.Landings, error) { runtime.Goexit(); return nil, nil }}},
			{Asset: "policy", Policy: panics{}, Source: reporting(start)},
			{Asset: "fails", Policy: hour, Source: &script{answer: func(context.Context) (freshness.Landings, error) {
				return freshness.LandedAt(start), errors.New("denied")
			}}},
			{Asset: "future", Policy: hour, Source: reporting(start.Add(time.Hour))},
			{Asset: "good", Policy: hour, Source: reporting(start)},
		}, func(freshness.Result) { panic("observer") }, seen.note, nil)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- m.Run(ctx) }()
		synctest.Wait()
		for check, cause := range map[string]string{"source": "boom", "exits": "ended its goroutine", "policy": "no rule", "fails": "denied"} {
			r := seen.of(check)
			assert.Equal(t, freshness.ReasonNotMeasured, r.Reason, check)
			assert.Equal(t, check, r.Asset)
			assert.ErrorContains(t, r.Err, cause)
		}
		assert.Equal(t, freshness.ReasonInFuture, seen.of("future").Reason)
		assert.Equal(t, freshness.Fresh, seen.of("good").Status)
		cancel()
		err := <-ended
		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorContains(t, err, "a function given to the monitor panicked: observer")
	})
}

func TestMonitorForgetsTheFutureAndKeepsThePast(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		seen := &record{start: start}
		source := &script{answer: func(context.Context) (freshness.Landings, error) {
			switch d := time.Since(start); {
			case d < time.Minute:
				return freshness.LandedAt(start.Add(-time.Hour)), nil
			case d < 2*time.Minute:
				return freshness.LandedAt(start.AddDate(70, 0, 0)), nil // a typing error, soon corrected
			case d < 3*time.Minute:
				return nil, nil
			}
			return freshness.LandedAt(start.Add(150 * time.Second)), nil
		}}
		m := New([]freshness.Check{{Asset: "a", Policy: freshness.Cadence{Every: 30 * time.Minute}, Source: source}}, seen.note)
		m.Every = time.Minute
		return m, func() {
			time.Sleep(200 * time.Second)
			assert.Equal(t, []string{"0s a stale past-limit", "1m0s a unknown in-future", "2m0s a stale past-limit", "3m0s a fresh late"}, seen.take())
			assert.Equal(t, 32*time.Minute+30*time.Second, seen.of("a").Late)
		}
	})
}

func TestMonitorReportsOnlyChanges(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		source := &script{answer: func(context.Context) (freshness.Landings, error) {
			switch d := time.Since(start); {
			case d < 4*time.Hour:
				return freshness.LandedAt(start), nil
			case d < 5*time.Hour:
				return nil, errors.New("denied")
			}
			return freshness.LandedAt(start.Add(5 * time.Hour)), nil
		}}
		var events []string
		m := New([]freshness.Check{{Asset: "a", Policy: freshness.MaxAge{Warn: time.Hour, Fail: 2 * time.Hour}, Source: source}})
		m.Every, m.Remind = 7*time.Minute, 30*time.Minute
		m.Changed = func(e Change) {
			kind := map[bool]string{false: "entered", true: "still"}[e.Reminder]
			if e.Recovered() {
				kind = "recovered"
			}
			assert.Contains(t, e.String(), kind+" a: ")
			events = append(events, fmt.Sprintf("%v %s %v, was %v, since %v", e.Result.At.Sub(start).Round(time.Minute), kind, e.Result.Status, e.Was, e.Since.Sub(start).Round(time.Minute)))
		}
		return m, func() {
			time.Sleep(330 * time.Minute)
			synctest.Wait()
			assert.Equal(t, []string{
				"1h0m0s entered at-risk, was fresh, since 1h0m0s",
				"1h30m0s still at-risk, was at-risk, since 1h0m0s",
				"2h0m0s entered stale, was at-risk, since 2h0m0s",
				"2h30m0s still stale, was stale, since 2h0m0s",
				"3h0m0s still stale, was stale, since 2h0m0s",
				"3h30m0s still stale, was stale, since 2h0m0s",
				"4h0m0s entered unknown, was stale, since 4h0m0s",
				"4h30m0s still unknown, was unknown, since 4h0m0s",
				"5h0m0s recovered fresh, was unknown, since 4h0m0s",
			}, events)
		}
	})
}

func TestMonitorPausesAndResumes(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		seen, source := &record{start: start}, reporting(start)
		m := New([]freshness.Check{{Asset: "a", Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: source}}, seen.note)
		m.Every = 12 * time.Hour
		return m, func() {
			time.Sleep(time.Hour)
			require.NoError(t, m.Pause(start.Add(3*time.Hour), "a"))
			time.Sleep(time.Hour)
			assert.Equal(t, []string{"0s a fresh on-time", "1h0m0s a unknown paused"}, seen.take())
			assert.True(t, seen.of("a").Until.Equal(start.Add(3*time.Hour)))
			time.Sleep(2 * time.Hour)
			assert.Equal(t, []string{"3h0m0s a fresh on-time"}, seen.take())

			assert.ErrorContains(t, m.Pause(time.Time{}, "a", "b"), `no check ["b"]`)
			time.Sleep(20 * time.Hour)
			assert.Equal(t, []string{"4h0m0s a unknown paused", "16h0m0s a unknown paused"}, seen.take())
			assert.Len(t, source.offsets(start), 2, "a paused check does not ask its source")
			require.NoError(t, m.Resume("a"))
			synctest.Wait()
			assert.Equal(t, []string{"24h0m0s a fresh on-time"}, seen.take())
			assert.Error(t, m.Resume("b"))
		}
	})
}

func TestMonitorAddsAndRemovesWhileItRuns(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		seen := &record{start: start}
		m := New(nil, seen.note)
		m.Every = time.Hour
		release := make(chan struct{})
		check := func(name string, s freshness.Source) freshness.Check {
			return freshness.Check{Name: name, Asset: "a", Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: s}
		}
		return m, func() {
			time.Sleep(time.Minute)
			require.NoError(t, m.Add(check("one", reporting(start))))
			require.NoError(t, m.Add(check("hangs", hangs(release))))
			assert.ErrorContains(t, m.Add(check("one", reporting(start))), `name: "one" comes twice`)
			assert.ErrorContains(t, m.Add(freshness.Check{}), "policy: is missing")
			synctest.Wait()
			assert.Equal(t, []string{"1m0s one fresh on-time"}, seen.take())
			require.Len(t, m.Waiting(), 1)
			assert.Equal(t, "hangs", m.Waiting()[0].Name)
			require.Len(t, m.Results(), 1)
			assert.Equal(t, "one", m.Results()[0].Check)

			assert.True(t, m.Remove("one"))
			assert.False(t, m.Remove("one"))
			assert.True(t, m.Remove("hangs"))
			close(release)
			time.Sleep(10 * time.Hour)
			assert.Empty(t, seen.take(), "removed checks give no result")
			assert.Empty(t, m.Waiting())
			assert.Empty(t, m.Results())
		}
	})
}

func TestFunctionsMayCallTheMonitor(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		var m *Monitor
		var order []string
		m = New([]freshness.Check{{Asset: "a", Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: reporting(start)}},
			func(r freshness.Result) {
				order = append(order, "first "+r.Check)
				assert.Len(t, m.Results(), 1, "the monitor knows what it tells")
				if r.Check == "a" {
					assert.NoError(t, m.Add(freshness.Check{Asset: "b", Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: reporting(start)}))
					m.Remove("a")
				}
			},
			func(r freshness.Result) { order = append(order, "second "+r.Check) })
		m.Every = 24 * time.Hour
		m.Changed = func(e Change) { order = append(order, "changed "+e.Result.Check) }
		return m, func() {
			time.Sleep(time.Hour)
			synctest.Wait()
			assert.Equal(t, []string{"first a", "second a", "first b", "second b"}, order)
		}
	})
}

func TestMonitorRunsOnceAtATimeAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now().Round(0)
		source := reporting(start)
		m := New([]freshness.Check{{Asset: "a", Policy: freshness.MaxAge{Fail: 24 * time.Hour}, Source: source}})
		m.Every = time.Hour
		for range 2 {
			ctx, cancel := context.WithCancelCause(t.Context())
			ended := make(chan error)
			go func() { ended <- m.Run(ctx) }()
			synctest.Wait()
			assert.ErrorContains(t, m.Run(ctx), "already running")
			cancel(errors.New("deploy"))
			assert.EqualError(t, <-ended, "deploy")
		}
		assert.Len(t, source.offsets(start), 1, "the second run goes on where the first ended")

		bad := New([]freshness.Check{{Asset: "a", Policy: freshness.MaxAge{}, Source: source}, {Asset: "b", Policy: freshness.MaxAge{Warn: 1}, Source: source}, {Asset: "b", Policy: freshness.MaxAge{Warn: 1}, Source: source}})
		err := bad.Run(t.Context())
		assert.ErrorContains(t, err, "checks[0].policy: ")
		assert.ErrorContains(t, err, "checks[2].name: ")
	})
}

func TestJitterSpreadsTheLooks(t *testing.T) {
	bubble(t, func(start time.Time) (*Monitor, func()) {
		var checks []freshness.Check
		for i := range 100 {
			checks = append(checks, freshness.Check{Asset: fmt.Sprint(i), Policy: freshness.MaxAge{Fail: time.Hour}, Source: reporting(start)})
		}
		var offsets []time.Duration
		m := New(checks, func(r freshness.Result) {
			if r.At.After(start) {
				offsets = append(offsets, r.At.Sub(start)-time.Hour-1)
			}
		})
		m.Jitter, m.Every = time.Minute, 24*time.Hour
		return m, func() {
			time.Sleep(2 * time.Hour)
			synctest.Wait()
			require.Len(t, offsets, 100)
			assert.GreaterOrEqual(t, offsets[0], time.Duration(0))
			assert.Less(t, offsets[99], time.Minute)
			assert.Greater(t, offsets[99]-offsets[0], 40*time.Second)
			assert.Greater(t, len(slices.Compact(offsets)), 90)
		}
	})
}

func TestRememberingIsBounded(t *testing.T) {
	var landed freshness.Landings
	for i := range 10000 {
		landed = append(landed, freshness.Landing{At: base.Add(time.Duration(i) * time.Second)})
	}
	r := freshness.Result{At: base.Add(time.Hour * 24)}
	assert.Len(t, remember(panics{}, landed, r), maxRemembered)
	assert.Len(t, remember(freshness.MaxAge{Fail: 1}, landed, r), 1)
	assert.Len(t, remember(freshness.Cadence{Every: 1}, landed, r), 2)
	assert.Len(t, remember(freshness.AllOf{freshness.MaxAge{Fail: 1}, freshness.Paused{Policy: freshness.Cadence{Every: 1}}}, landed, r), 2)
	assert.LessOrEqual(t, cap(remember(freshness.MaxAge{Fail: 1}, landed, r)), 1, "what is forgotten is freed")
	assert.Empty(t, remember(freshness.MaxAge{Fail: 1}, nil, r))
}
