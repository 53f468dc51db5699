package monitor_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/monitor"
)

// A diary notes what a monitor reports, a line each, and when sources are asked, both counted from
// its start.
type diary struct {
	start time.Time

	mu    sync.Mutex
	lines []string
	asked []string
}

func newDiary() *diary { return &diary{start: time.Now()} }

func (d *diary) note(r freshness.Result) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf("%v %s %v %v", r.At.Sub(d.start), r.Check, r.Status, r.Reason))
}

// source returns a source that notes each call and hands it its number.
func (d *diary) source(name string, answer func(ctx context.Context, call int) freshness.Landings) freshness.Source {
	calls := 0
	return funcSource(func(ctx context.Context) (freshness.Landings, error) {
		d.mu.Lock()
		d.asked = append(d.asked, fmt.Sprintf("%v %s", time.Since(d.start), name))
		calls++
		call := calls
		d.mu.Unlock()
		return answer(ctx, call), nil
	})
}

// take returns the lines and the calls since it was last called.
func (d *diary) take() (lines, asked []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	lines, asked, d.lines, d.asked = d.lines, d.asked, nil, nil
	return lines, asked
}

// begin runs a monitor until the function it returns is called, which returns what Run does.
func begin(t *testing.T, m *monitor.Monitor) (end func() error) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	synctest.Wait()
	return func() error {
		cancel()
		return <-ended
	}
}

// pass lets virtual time pass, and what happens at its end happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

var within24h = freshness.MaxAge{Fail: 24 * time.Hour}

func TestResultsAndWaitingAreListedByName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		landed := freshness.LandedAt(time.Now())
		m := monitor.New(nil)
		m.Parallel = 20
		for i := range 20 {
			name := fmt.Sprintf("%c", 'a'+(i*7)%20)
			source := funcSource(func(ctx context.Context) (freshness.Landings, error) {
				if name >= "k" {
					<-ctx.Done()
				}
				return landed, nil
			})
			require.NoError(t, m.Add(freshness.Check{Name: name, Asset: "x" + name, Policy: within24h, Source: source}))
		}
		end := begin(t, m)
		var known, waiting []string
		for _, r := range m.Results() {
			known = append(known, r.Check)
		}
		for _, c := range m.Waiting() {
			waiting = append(waiting, c.Name)
		}
		assert.Equal(t, []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}, known)
		assert.Equal(t, []string{"k", "l", "m", "n", "o", "p", "q", "r", "s", "t"}, waiting)
		require.EqualError(t, end(), "context canceled")
	})
}

// Sources that hang are named at the end in the order of their names, and asked anew by the next
// Run, which knows nothing of the calls of the first.
func TestASourceThatHangsIsAskedAnewByTheNextRun(t *testing.T) {
	for _, tt := range []struct {
		name     string
		after    time.Duration // when the first Run is cancelled
		reported []string      // by the first Run
		again    []string      // by the second, until 1m25s
	}{
		{
			"given up on before the end", 25 * time.Second,
			[]string{"10s b unknown not-measured", "20s a unknown not-measured"},
			[]string{"1m10s b fresh on-time", "1m20s a fresh on-time"},
		},
		{
			"under way at the end", 5 * time.Second, nil,
			[]string{"1m20s a fresh on-time", "1m20s b fresh on-time", "20s a fresh on-time", "20s b fresh on-time"},
		},
		{
			"one of each", 15 * time.Second,
			[]string{"10s b unknown not-measured"},
			[]string{"1m10s b fresh on-time", "1m20s a fresh on-time", "20s a fresh on-time"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, release := newDiary(), make(chan struct{})
				hangsOnce := func(_ context.Context, call int) freshness.Landings {
					if call == 1 {
						<-release
						return nil
					}
					return freshness.LandedAt(d.start)
				}
				m := monitor.New([]freshness.Check{
					{Asset: "a", Policy: within24h, Source: d.source("a", hangsOnce), Timeout: 20 * time.Second},
					{Asset: "b", Policy: within24h, Source: d.source("b", hangsOnce), Timeout: 10 * time.Second},
				}, d.note)
				m.Every = time.Minute
				end := begin(t, m)
				pass(tt.after)
				require.EqualError(t, end(), "context canceled\n"+
					`monitor: sources that ignore their context have not returned: ["a" "b"]`)
				lines, asked := d.take()
				assert.Equal(t, tt.reported, lines)
				slices.Sort(asked)
				assert.Equal(t, []string{"0s a", "0s b"}, asked)
				assert.Equal(t, max(tt.after, 20*time.Second), time.Since(d.start), "Run waits until their timeouts")

				end = begin(t, m)
				pass(85*time.Second - time.Since(d.start))
				lines, asked = d.take()
				slices.Sort(lines)
				assert.Equal(t, tt.again, lines)
				assert.Len(t, asked, len(tt.again))
				close(release)
				pass(time.Second)
				lines, _ = d.take()
				assert.Empty(t, lines, "the calls of the first Run give no result any more")
				require.EqualError(t, end(), "context canceled")
			})
		})
	}
}

// A source that did not return in time is asked in the places of the suspects, a quarter as many,
// until it has returned in time, and afterwards among the others.
func TestASourceThatReturnsIsNoSuspectAnyMore(t *testing.T) {
	for _, tt := range []struct {
		parallel int
		asked    []string // the second look, of suspects
	}{
		{4, []string{"1m10s a", "1m15s b", "1m20s c"}},
		{8, []string{"1m10s a", "1m10s b", "1m15s c"}},
		{12, []string{"1m10s a", "1m10s b", "1m10s c"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDiary()
			slowAtFirst := func(ctx context.Context, call int) freshness.Landings {
				if call == 1 {
					<-ctx.Done()
					return nil
				}
				<-time.After(5 * time.Second)
				return freshness.LandedAt(d.start)
			}
			m := monitor.New(nil)
			for _, name := range []string{"a", "b", "c"} {
				require.NoError(t, m.Add(freshness.Check{Asset: name, Policy: within24h, Source: d.source(name, slowAtFirst)}))
			}
			m.Parallel, m.Timeout, m.Every = tt.parallel, 10*time.Second, time.Minute
			end := begin(t, m)
			pass(30 * time.Second)
			d.take()

			pass(70 * time.Second)
			_, asked := d.take()
			slices.Sort(asked)
			assert.Equal(t, tt.asked, asked, "parallel %d", tt.parallel)
			m.ResumeAll()
			synctest.Wait()
			_, asked = d.take()
			slices.Sort(asked)
			assert.Equal(t, []string{"1m40s a", "1m40s b", "1m40s c"}, asked, "all at once again")
			require.EqualError(t, end(), "context canceled")
		})
	}
}

// What a source reports of the middle of a pause is no judgement, although it was asked before the
// pause began.
func TestAPauseThatBeginsDuringACallHidesItsResult(t *testing.T) {
	for _, tt := range []struct {
		name   string
		until  time.Duration
		lines  []string
		events []string
	}{
		{
			"the pause lasts", 2 * time.Hour,
			[]string{"1m0s a unknown paused", "1m0s a unknown paused", "2h1m0s a stale never-landed"},
			[]string{"entered unknown (paused)", "entered stale (never-landed)"},
		},
		{
			"the pause is over when the call ends", time.Minute,
			[]string{"1m0s a stale never-landed", "2m0s a stale never-landed"},
			[]string{"entered stale (never-landed)"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDiary()
				source := d.source("a", func(context.Context, int) freshness.Landings {
					<-time.After(time.Minute)
					return nil
				})
				m := monitor.New([]freshness.Check{{Asset: "a", Policy: within24h, Source: source}}, d.note)
				m.Timeout, m.Every = 5*time.Minute, 5*time.Hour
				var events []string
				m.Changed = func(e monitor.Change) {
					events = append(events, fmt.Sprintf("entered %v (%v)", e.Result.Status, e.Result.Reason))
				}
				end := begin(t, m)
				pass(30 * time.Second)
				require.NoError(t, m.Pause(d.start.Add(tt.until), "a"))
				pass(4 * time.Hour)
				lines, asked := d.take()
				assert.Equal(t, tt.lines, lines)
				assert.Len(t, asked, 2)
				assert.Equal(t, tt.events, events)
				require.EqualError(t, end(), "context canceled")
			})
		})
	}
}

func TestWhatWaitsForAPlaceMayBeRemovedOrPaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		slow := func(context.Context, int) freshness.Landings {
			<-time.After(10 * time.Second)
			return freshness.LandedAt(d.start)
		}
		m := monitor.New(nil, d.note)
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			require.NoError(t, m.Add(freshness.Check{Asset: name, Policy: within24h, Source: d.source(name, slow)}))
		}
		m.Parallel, m.Every = 1, time.Hour
		end := begin(t, m)
		pass(5 * time.Second)
		require.True(t, m.Remove("b"))
		require.NoError(t, m.Pause(time.Time{}, "c"))
		pass(time.Minute)
		lines, asked := d.take()
		assert.Equal(t, []string{"0s a", "10s d", "20s e"}, asked)
		lines = slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, " c ") })
		assert.Equal(t, []string{"10s a fresh on-time", "20s d fresh on-time", "30s e fresh on-time"}, lines)
		assert.Equal(t, freshness.ReasonPaused, m.Results()[1].Reason, "of c")
		require.EqualError(t, end(), "context canceled")
	})
}

// A source that was given up on is not named at the end if it has returned by then, though Run did
// not come to see it.
func TestASourceThatReturnsJustBeforeTheEndIsNotNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		d, release := newDiary(), make(chan struct{})
		m := monitor.New([]freshness.Check{
			{Asset: "hangs", Policy: within24h, Source: d.source("hangs", func(context.Context, int) freshness.Landings {
				<-release
				return nil
			})},
			{Asset: "last", Policy: within24h, Source: d.source("last", func(context.Context, int) freshness.Landings {
				<-time.After(time.Minute)
				return nil
			}), Timeout: time.Hour},
		}, d.note, func(r freshness.Result) {
			if r.Check == "last" {
				close(release)
				cancel()
				synctest.Wait()
			}
		})
		require.EqualError(t, m.Run(ctx), "context canceled")
		lines, _ := d.take()
		assert.Equal(t, []string{"30s hangs unknown not-measured", "1m0s last stale never-landed"}, lines)
	})
}

// The share of a check in the jitter is its name's alone: the same in each process, in each
// version.
func TestTheShareOfTheJitterIsAHashOfTheName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		source := funcSource(func(context.Context) (freshness.Landings, error) { return freshness.LandedAt(start), nil })
		want, got := map[string]time.Duration{}, map[string]time.Duration{}
		m := monitor.New(nil, func(r freshness.Result) {
			if !r.At.Equal(start) {
				got[r.Check] = r.At.Sub(start) - time.Hour - 1
			}
		})
		m.Every, m.Jitter = 24*time.Hour, time.Hour
		for _, name := range []string{"raw.orders", "mart.orders/ready", "é", "x"} {
			require.NoError(t, m.Add(freshness.Check{Asset: name, Policy: freshness.MaxAge{Fail: time.Hour}, Source: source}))
			fnv := fnv.New32a()
			fnv.Write([]byte(name))
			h := fnv.Sum32() // and the finalizer of MurmurHash3
			h = (h ^ h>>16) * 0x85ebca6b
			h = (h ^ h>>13) * 0xc2b2ae35
			h ^= h >> 16
			want[name] = time.Duration(float64(h) / (1 << 32) * float64(time.Hour))
		}
		end := begin(t, m)
		pass(3 * time.Hour)
		assert.Equal(t, want, got)
		require.EqualError(t, end(), "context canceled")
	})
}
