package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// aDay is how long a day of the history takes behind the page.
const aDay = 20 * time.Second

// A fast is a clock that begins in the past and runs faster than time.
type fast struct {
	from  time.Time
	began time.Time
	times int64 // as fast as time
	stop  time.Time
}

// Now returns what the clock shows, which is never later than the end of the history.
func (f fast) Now() time.Time {
	now := f.from.Add(time.Since(f.began) * time.Duration(f.times))
	if now.After(f.stop) {
		return f.stop
	}
	return now
}

// until waits until the clock shows an instant, or the context ends.
func (f fast) until(ctx context.Context, at time.Time) {
	wait := at.Sub(f.Now()) / time.Duration(f.times)
	if wait <= 0 {
		return
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}

// A stage is the history behind the page: what a service would have around its tracker and desk.
type stage struct {
	clock   fast
	tracker *tracker.Tracker
	desk    *incident.Desk
	replay  *replay

	mu   sync.Mutex
	last freshness.Result
}

func newStage(r *replay, catalog *sla.Catalog) *stage {
	first, last := r.landed[0].At, r.landed[len(r.landed)-1].At
	return &stage{
		replay:  r,
		tracker: tracker.New(catalog),
		desk:    incident.NewDesk(priority.NewClassifier(catalog)),
		clock: fast{
			from: first.Add(last.Sub(first) / 5), began: time.Now(),
			times: int64(24 * time.Hour / aDay), stop: last,
		},
	}
}

func (s *stage) handler() http.Handler {
	h := status.New(s.tracker, s.desk)
	h.Clock, h.Title = s.clock, "Is it there yet?"
	h.Publish = status.Publish{Assets: true, Texts: true, People: true}

	h.Landings = func(asset string) freshness.Landings {
		if asset != s.replay.objective.Asset {
			return nil
		}
		return s.replay.between(time.Time{}, s.clock.Now())
	}
	h.Results = func() []freshness.Result {
		s.mu.Lock()
		defer s.mu.Unlock()
		return []freshness.Result{s.last}
	}

	mux := http.NewServeMux()
	mux.Handle("/status/", h)
	mux.Handle("/", http.RedirectHandler("/status/", http.StatusFound))
	return mux
}

// run replays: what lies before the clock at once, the rest as the clock comes to it.
func (s *stage) run(ctx context.Context) {
	again := *s.replay
	again.heard = func(result freshness.Result) {
		if s.clock.until(ctx, result.At); ctx.Err() == nil {
			s.hear(ctx, result)
		}
	}
	again.days, again.before = nil, freshness.Result{}
	again.run()
}

// hear does what a monitor's observers do, and what people do once the data is there: they record
// the root cause.
func (s *stage) hear(ctx context.Context, result freshness.Result) {
	s.mu.Lock()
	s.last = result
	s.mu.Unlock()
	s.tracker.Observe(result)
	i, has, err := s.desk.Signal(ctx, priority.FromResult(result))
	if err != nil || !has || i.Firing || i.State() == incident.StateClosed {
		return
	}

	const cause = "made up for the demo: the publisher was late"
	for n, act := range []func(now time.Time) error{
		func(now time.Time) error { return s.desk.Acknowledge(ctx, i.ID, "ada", now) },
		func(now time.Time) error { return s.desk.Join(ctx, i.ID, "grace", now) },
		func(now time.Time) error {
			return s.desk.RecordRootCause(ctx, i.ID, "grace", cause, now)
		},
		func(now time.Time) error { return s.desk.Resolve(ctx, i.ID, "ada", now) },
	} {
		now := result.At.Add(time.Duration(n+1) * time.Minute)
		_ = act(now) // a desk in memory fails only when the context ends
	}
}

// serve shows the history behind a status page until the context ends.
func serve(ctx context.Context, w io.Writer, address string, r *replay) error {
	catalog, err := sla.NewCatalog([]sla.SLA{r.promise}, sla.Feeds(r.chain...))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}

	s := newStage(r, catalog)
	go s.run(ctx)
	fmt.Fprintf(w, "http://%s/status/ shows %s from %s on, a day in %s\n",
		listener.Addr(), r.promise.Title(), plain.Minute(s.clock.from), plain.Duration(aDay))

	server := &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
