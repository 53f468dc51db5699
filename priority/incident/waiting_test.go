package incident_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

// safe is a classifier before which orders are safe for an hour from an instant on, whatever is
// put.
func safe(t testing.TB, begin time.Time) *priority.Classifier {
	return holding(ordersCatalog(t), 0, func(*sla.SLA, time.Time) (time.Time, bool) {
		return begin.Add(time.Hour), true
	})
}

// What waits, and what is heard of the condition meanwhile: whether a P1 is opened when the hour
// is over, and of which signal.
func TestWhatIsHeardMeanwhile(t *testing.T) {
	for _, c := range []struct {
		name      string
		meanwhile func(begin time.Time) []priority.Signal
		want      string // the summary of the signal that opens it; empty: none does
	}{
		{"nothing", func(time.Time) []priority.Signal { return nil }, "exited 1"},
		{"a resolved one, delayed", func(begin time.Time) []priority.Signal {
			return []priority.Signal{resolved("raw.orders", begin.Add(-time.Second))}
		}, "exited 1"},
		{"a resolved one of the same instant", func(begin time.Time) []priority.Signal {
			return []priority.Signal{resolved("raw.orders", begin)}
		}, ""},
		{"a resolved one, of no instant", func(time.Time) []priority.Signal {
			return []priority.Signal{resolved("raw.orders", time.Time{})}
		}, ""},
		{"a resolved one, delayed, that expires before", func(begin time.Time) []priority.Signal {
			s := resolved("raw.orders", begin.Add(-time.Second))
			s.Summary, s.Expires = "is well", begin.Add(10*time.Minute)
			return []priority.Signal{s}
		}, "exited 1"},
		{"a firing one, later", func(begin time.Time) []priority.Signal {
			s := firing("raw.orders", begin.Add(time.Minute))
			s.Summary = "exited 2"
			return []priority.Signal{s}
		}, "exited 2"},
		{"a firing one, delayed: what fires counts however old it is",
			func(begin time.Time) []priority.Signal {
				s := firing("raw.orders", begin.Add(-time.Minute))
				s.Summary = "exited 3"
				return []priority.Signal{s}
			}, "exited 3"},
		{"resolved, and firing again", func(begin time.Time) []priority.Signal {
			s := firing("raw.orders", begin.Add(2*time.Minute))
			s.Summary = "exited 4"
			return []priority.Signal{resolved("raw.orders", begin.Add(time.Minute)), s}
		}, "exited 4"},
		{"another condition, delayed and resolved", func(begin time.Time) []priority.Signal {
			s := resolved("raw.orders", begin.Add(-time.Minute))
			s.Source = "another"
			return []priority.Signal{s}
		}, "exited 1"},
		{"another condition of an earlier instant, firing", func(begin time.Time) []priority.Signal {
			s := firing("raw.orders", begin.Add(-time.Minute))
			s.Source, s.Summary = "another", "exited 5"
			return []priority.Signal{s}
		}, "exited 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				d := incident.NewDesk(safe(t, begin))
				end := running(d)
				first := firing("raw.orders", begin)
				first.Source = "the first"
				for n, s := range append([]priority.Signal{first}, c.meanwhile(begin)...) {
					if s.Source == "" {
						s.Source = "the first"
					}
					_, known := signal(t, d, s)
					require.False(t, known, n)
				}
				time.Sleep(time.Hour + 3*time.Second)
				synctest.Wait()
				if c.want == "" {
					assert.Empty(t, d.Incidents())
				} else {
					require.NotEmpty(t, d.Incidents())
					assert.Equal(t, priority.P1, d.Incidents()[0].Assessment.Priority)
					assert.Contains(t, openings(d), c.want)
					assert.False(t, d.Incidents()[0].Assessment.Signal.At.Before(begin.Add(time.Hour)),
						"it is of the instant at which it counts")
				}
				require.Error(t, end())
			})
		})
	}
}

// openings lists the summaries of what fires: that of an incident, and the text of each of its
// symptoms.
func openings(d *incident.Desk) (text string) {
	for _, i := range d.Incidents() {
		text += i.Assessment.Signal.Summary + "\n"
		for _, s := range i.Symptoms {
			text += s.Text + "\n"
		}
	}
	return text
}

// Of an expiry and the end of a hold, the first counts.
func TestTheFirstOfSeveralInstantsCounts(t *testing.T) {
	for _, c := range []struct{ expires, opens time.Duration }{
		{30 * time.Minute, 30 * time.Minute}, {90 * time.Minute, time.Hour}, {0, time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			begin := time.Now()
			d := incident.NewDesk(holding(ordersCatalog(t), 0, func(_ *sla.SLA, at time.Time) (time.Time, bool) {
				return begin.Add(time.Hour), at.Before(begin.Add(20 * time.Minute)) // what is not proven any more counts at once
			}))
			end := running(d)
			s := firing("raw.orders", begin)
			if c.expires > 0 {
				s.Expires = begin.Add(c.expires)
			}
			signal(t, d, s)
			time.Sleep(c.opens - time.Second)
			synctest.Wait()
			assert.Empty(t, d.Incidents(), c)
			time.Sleep(3 * time.Second)
			synctest.Wait()
			assert.Len(t, d.Incidents(), 1, c)
			require.Error(t, end())
		})
	}
}

// What fires at P1 does not expire: it waits for nothing.
func TestWhatIsP1AlreadyIsNotPutAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := incident.NewDesk(classifier(t))
		end := running(d)
		s := firing("raw.orders", time.Now())
		s.Expires = s.At.Add(10 * time.Minute)
		signal(t, d, s)
		require.NoError(t, d.CloseWithoutRootCause(ctx, "inc-1", "ada", "gone", time.Now()))
		time.Sleep(time.Hour)
		synctest.Wait()
		i, _ := d.Incident("inc-1")
		assert.Equal(t, incident.StateClosed, i.State())
		assert.Len(t, entries(t, d), 2)
		require.Error(t, end())
	})
}

// A signal that expires is unknown from the first instant after that on.
func TestTheInstantOfAnExpiryIsNotOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := incident.NewDesk(classifier(t))
		d.Every = time.Minute
		end := running(d)
		s := resolved("raw.orders", time.Now())
		s.Expires = s.At.Add(10 * time.Minute) // when the desk looks, to the nanosecond
		signal(t, d, s)
		time.Sleep(10*time.Minute + time.Second)
		synctest.Wait()
		assert.Empty(t, d.Incidents())
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Len(t, d.Incidents(), 1)
		require.Error(t, end())
	})
}

// Up to 10,000 wait; one that waits already is renewed beyond that, and one that leaves makes room.
func TestTenThousandWaitAndNoMore(t *testing.T) {
	d := incident.NewDesk(safe(t, at))
	put := func(n int, resolved bool) {
		s := firing("raw.orders", at)
		s.Dimensions, s.Resolved = map[string]string{"n": fmt.Sprint(n)}, resolved
		signal(t, d, s)
	}
	for n := range 10_000 {
		put(n, false)
	}
	put(0, false)
	require.NoError(t, d.Err())
	put(0, true)
	put(10_000, false)
	require.NoError(t, d.Err(), "there was room for one")
	put(10_001, false)
	require.ErrorContains(t, d.Err(), "1 signals that count for more later were lost")
	put(10_002, true)
	require.ErrorContains(t, d.Err(), "1 signals that count for more later were lost",
		"what is resolved waits for nothing")
}
