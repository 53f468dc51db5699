package incident_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

func ordersCatalog(t testing.TB) *sla.Catalog {
	c, err := sla.NewCatalog([]sla.SLA{{ID: "orders", Assets: []string{"mart.orders"}}},
		sla.Feeds("raw.orders", "mart.orders"))
	require.NoError(t, err)
	return c
}

// What is held below P1 becomes P1 by itself, though its sender sends it once.
func TestWhatIsHeldBecomesP1ByItself(t *testing.T) {
	for name, classifier := range map[string]func(begin time.Time) *priority.Classifier{
		"proven to be safe for an hour": func(begin time.Time) *priority.Classifier {
			return holding(ordersCatalog(t), 0, func(*sla.SLA, time.Time) (time.Time, bool) { return begin.Add(time.Hour), true })
		},
		"under maintenance for an hour": func(begin time.Time) *priority.Classifier {
			c := priority.NewClassifier(ordersCatalog(t))
			c.Maintenance = func(id string, _ time.Time) (sla.Correction, bool) {
				return sla.Correction{SLA: id, Start: begin.Add(-time.Minute), End: begin.Add(time.Hour), EnteredAt: begin.Add(-time.Hour)}, true
			}
			return c
		},
	} {
		for _, resolves := range []time.Duration{-time.Minute, 0, 30 * time.Minute, 2 * time.Hour} {
			t.Run(fmt.Sprint(name, ", resolved as of ", resolves), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					begin := time.Now()
					d := incident.NewDesk(classifier(begin))
					ctx, cancel := context.WithCancel(t.Context())
					done := make(chan error)
					go func() { done <- d.Run(ctx) }()
					_, known := signal(t, d, firing("raw.orders", begin))
					require.False(t, known)
					if resolves != 0 && resolves < time.Hour {
						signal(t, d, resolved("raw.orders", begin.Add(resolves)))
					}
					time.Sleep(time.Hour - time.Second)
					synctest.Wait()
					assert.Empty(t, d.Incidents(), "not yet")
					time.Sleep(3 * time.Second)
					synctest.Wait()
					if resolves == 30*time.Minute {
						assert.Empty(t, d.Incidents(), "it was resolved meanwhile")
					} else {
						require.Len(t, d.Incidents(), 1)
						assert.Equal(t, priority.P1, d.Incidents()[0].Assessment.Priority)
						assert.True(t, d.Focus(begin).Stop)
					}
					cancel()
					<-done
				})
			})
		}
	}
}

// As long as the proof goes on, so does the waiting.
func TestWhatIsProvenAnewWaitsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		d := incident.NewDesk(holding(ordersCatalog(t), time.Minute, func(_ *sla.SLA, at time.Time) (time.Time, bool) {
			return at.Add(10 * time.Minute), at.Before(begin.Add(5 * time.Hour))
		}))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- d.Run(ctx) }()
		signal(t, d, firing("raw.orders", begin))
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		assert.Empty(t, d.Incidents())
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		assert.Len(t, d.Incidents(), 1)
		cancel()
		<-done
	})
}

func TestWhatWaitsIsBounded(t *testing.T) {
	d := incident.NewDesk(holding(ordersCatalog(t), 0, func(_ *sla.SLA, at time.Time) (time.Time, bool) { return at.Add(time.Hour), true }))
	for n := range 10_001 {
		s := firing("raw.orders", at)
		s.Dimensions = map[string]string{"n": fmt.Sprint(n)}
		signal(t, d, s)
	}
	require.ErrorContains(t, d.Err(), "1 signals that count for more later were lost: more than 10000 waited")
}

// The store fails for so long that more conditions come than are kept.
func TestWhatDoesNotFitWhileTheStoreFailsIsSaid(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	d.Store = &scissors{Memory: new(incident.Memory), at: 1, forever: true}
	for n := range 10_002 {
		d.Observe(freshness.Result{Asset: "raw.orders", Check: fmt.Sprint(n), Status: freshness.Stale,
			Reason: freshness.ReasonPastLimit, At: at})
	}
	err := d.Err()
	require.ErrorContains(t, err, "10000 signals wait to be recorded")
	require.ErrorContains(t, err, "2 signals were lost: more than 10000 waited")
}

// A sender that reports every five minutes that all is well, and one day stops.
func TestWhatExpiresIsUnknownAndNotWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		d := incident.NewDesk(classifier(t))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- d.Run(ctx) }()
		for range 10 {
			s := resolved("raw.orders", time.Now().UTC())
			s.Expires = s.At.Add(10 * time.Minute)
			_, known := signal(t, d, s)
			require.False(t, known)
			time.Sleep(5 * time.Minute)
		}
		time.Sleep(5*time.Minute - time.Second)
		synctest.Wait()
		assert.Empty(t, d.Incidents(), "the instant itself is not over")
		time.Sleep(3 * time.Second)
		synctest.Wait()
		require.Len(t, d.Incidents(), 1)
		assert.Contains(t, d.Incidents()[0].Assessment.Text,
			"was last heard of at "+begin.Add(45*time.Minute).UTC().Format("2006-01-02 15:04"))
		signal(t, d, resolved("raw.orders", time.Now()))
		i, _ := d.Incident("inc-1")
		assert.False(t, i.Firing)
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		assert.Len(t, entries(t, d), 2, "it is unknown once")
		cancel()
		<-done
	})
}

func TestWhatWasMinorAndExpiresIsRaised(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newSwitchboard(t)
		d := incident.NewDesk(board.Classifier)
		d.Hysteresis = &priority.Hysteresis{Hold: -1, CleanEvaluations: -1}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- d.Run(ctx) }()
		signal(t, d, firing("raw.orders", time.Now()))
		board.set(t, sla.Secondary)
		minor := firing("raw.orders", time.Now())
		minor.Severity, minor.Expires = priority.SeverityInfo, minor.At.Add(time.Hour)
		signal(t, d, minor)
		require.Equal(t, priority.P4, level(t, d, "inc-1"))
		time.Sleep(time.Hour + 3*time.Second)
		synctest.Wait()
		assert.Equal(t, priority.P2, level(t, d, "inc-1"), "of unknown severity, which counts as the worst")
		cancel()
		<-done
	})
}
