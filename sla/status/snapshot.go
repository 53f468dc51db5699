package status

import (
	"context"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A facts is all that an answer rests on, as it was at one instant. It is never changed.
type facts struct {
	at          time.Time
	catalog     *sla.Catalog
	reports     []sla.Report
	corrections []sla.Correction
	incidents   []incident.Incident
	results     map[string][]freshness.Result // by asset
}

// A version tells whether facts may have changed. Where the tracker does not say, counted is false.
type version struct {
	tracker uint64
	counted bool
	catalog *sla.Catalog
	desk    int // entries in the record of incidents
}

// A snapshot is the answers that rest on the same facts.
type snapshot struct {
	facts
	version version
	latest  time.Time // it is not kept any longer, whatever happens
	until   time.Time // something is expected to change then
	rows    []*row    // the worst first
	byID    map[string]*row
	open    []*trouble // incidents, the newest first
	all     []*trouble
	made    answers
}

const soonest = time.Second // what is younger is not computed again, whatever was recorded

// young says whether the snapshot is too new to be made again.
func (s *snapshot) young(now time.Time, c *sla.Catalog) bool {
	return s != nil && !now.Before(s.at) && now.Sub(s.at) < soonest && s.version.catalog == c
}

// holds says whether the snapshot still holds at an instant, when all is still as it was.
func (s *snapshot) holds(now time.Time, v version) bool {
	return s != nil && !now.Before(s.at) && now.Before(s.until) && v.counted && s.version == v
}

// snapshot returns what holds now. It computes when that changed, one request at a time; the others wait for it.
func (h *Handler) snapshot(ctx context.Context) (*snapshot, error) {
	if s := h.last.Load(); s.young(h.now(), h.catalog()) {
		return s, nil
	}
	if err := take(ctx, h.turn); err != nil {
		return nil, err
	}
	defer give(h.turn)
	s, now := h.last.Load(), h.now()
	if s.young(now, h.catalog()) {
		return s, nil
	}
	v := h.version()
	if s.holds(now, v) {
		return s, nil
	}
	s = h.build(h.read(now), v)
	h.last.Store(s)
	return s, nil
}

func (h *Handler) catalog() *sla.Catalog {
	if h.tracker == nil {
		return nil
	}
	return h.tracker.Catalog()
}

// take waits for a turn. The zero Handler has nothing to wait for.
func take(ctx context.Context, turn chan struct{}) error {
	if turn == nil {
		return nil
	}
	select {
	case turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func give(turn chan struct{}) {
	if turn != nil {
		<-turn
	}
}

// version asks what the facts depend on. It is asked before they are read: what is recorded meanwhile makes another.
func (h *Handler) version() version {
	v := version{catalog: h.catalog(), counted: h.tracker == nil}
	if t, ok := h.tracker.(interface{ Version() uint64 }); ok {
		v.tracker, v.counted = t.Version(), true
	}
	if h.desk != nil && v.counted {
		for _, i := range h.desk.Incidents() {
			v.desk += i.Entries
		}
	}
	return v
}

func (h *Handler) read(now time.Time) facts {
	f := facts{at: now.Round(0), results: map[string][]freshness.Result{}}
	if h.tracker != nil {
		f.catalog = h.tracker.Catalog()
		for r := range h.tracker.Reports(f.at) {
			f.reports = append(f.reports, r)
		}
		f.corrections = h.tracker.Corrections()
	}
	if h.desk != nil {
		f.incidents = h.desk.Incidents()
	}
	for _, r := range h.results() {
		f.results[r.Asset] = append(f.results[r.Asset], r)
	}
	return f
}

// results asks the caller's function; one that panics knows nothing.
func (h *Handler) results() (list []freshness.Result) {
	if h.Results == nil {
		return nil
	}
	defer contain(func() { list = nil })
	return h.Results()
}

// history asks the caller's function; one that panics knows nothing.
func (h *Handler) history(asset string) (landed freshness.Landings) {
	if h.Landings == nil {
		return nil
	}
	defer contain(func() { landed = nil })
	return h.Landings(asset)
}

// labels asks the caller's function; one that panics knows nothing.
func (h *Handler) labels(id string) (labels map[string]string) {
	if h.Labels == nil {
		return nil
	}
	defer contain(func() { labels = nil })
	return h.Labels(id)
}

// contain is deferred around a caller's function, and calls what else when that panics.
func contain(instead func()) {
	if recover() != nil {
		instead()
	}
}
