package status

import (
	"context"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// facts are all that responses are made from, as it was at one instant. They never change.
type facts struct {
	at          time.Time
	catalog     *sla.Catalog
	reports     []tracker.Report
	corrections []sla.Correction
	incidents   []incident.Incident
	// By asset.
	results map[string][]freshness.Result
}

// A version changes whenever facts may have changed, but for the time.
type version struct {
	tracker uint64
	catalog *sla.Catalog
	// Entries of all incidents: their record only grows.
	desk int
}

// A snapshot holds what was computed from facts, and the responses that were made from it.
type snapshot struct {
	facts
	version version
	// It is not kept any longer, whatever happens.
	latest time.Time
	// Something in it is expected to change then.
	expires time.Time
	// The worst first.
	rows []*row
	byID map[string]*row
	// The newest first.
	open []*incidentRow
	// Open and closed, the newest first.
	all   []*incidentRow
	cache cache
}

const youngFor = time.Second // a younger snapshot is not computed again, whatever was recorded

// young reports whether the snapshot is too new to be computed again. A new catalog is shown at
// once.
func (s *snapshot) young(now time.Time, c *sla.Catalog) bool {
	return s != nil && !now.Before(s.at) && now.Sub(s.at) < youngFor && s.version.catalog == c
}

// holds reports whether the snapshot still holds at an instant.
func (s *snapshot) holds(now time.Time, v version) bool {
	return s != nil && !now.Before(s.at) && now.Before(s.expires) && s.version == v
}

// snapshot returns a snapshot that holds now. One request at a time computes; others wait for it.
func (h *Handler) snapshot(ctx context.Context) (*snapshot, error) {
	if s := h.last.Load(); s.young(h.now(), h.catalog()) {
		return s, nil
	}
	if err := take(ctx, h.turn); err != nil {
		return nil, err
	}
	defer give(h.turn)

	// The request that had the turn before may have made the snapshot that this one waited to make.
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

// catalog returns the catalog of the tracker, and nil if there is none.
func (h *Handler) catalog() *sla.Catalog {
	if h.tracker == nil {
		return nil
	}
	return h.tracker.Catalog()
}

// take waits for a turn. The zero Handler has no channel, and nothing that is worth a turn.
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

// give ends a turn.
func give(turn chan struct{}) {
	if turn != nil {
		<-turn
	}
}

// version returns what the facts depend on. It is read before them: what is recorded meanwhile
// makes another version, and so is not missed.
func (h *Handler) version() version {
	v := version{catalog: h.catalog()}
	if h.tracker != nil {
		v.tracker = h.tracker.Version()
	}
	// The desk has no version of its own. The number of entries of all incidents serves as one,
	// since entries are only added.
	if h.desk != nil {
		for _, i := range h.desk.Incidents() {
			v.desk += i.EntryCount
		}
	}
	return v
}

// read asks everybody for the facts at an instant. Results of the caller's checks are sorted by
// asset, which is how pages look for them.
func (h *Handler) read(now time.Time) facts {
	// The monotonic clock is dropped: instants are compared with those of other machines. The
	// catalog is read first. If it is replaced before the reports are made, some reports find no
	// promise, which row expects.
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
	for _, r := range call("Results", h.Results) {
		f.results[r.Asset] = append(f.results[r.Asset], r)
	}
	return f
}

// landings returns the history of an asset, as far as the caller's function knows it.
func (h *Handler) landings(asset string) freshness.Landings {
	if h.Landings == nil {
		return nil
	}
	return call("Landings", func() freshness.Landings { return h.Landings(asset) })
}

// labels returns the labels of an SLA, as far as the caller's function knows them.
func (h *Handler) labels(id string) map[string]string {
	if h.Labels == nil {
		return nil
	}
	return call("Labels", func() map[string]string { return h.Labels(id) })
}

// call returns what a function of the caller returns, and nothing if it is nil or panics: the rest
// of a page is worth showing without it.
func call[T any](what string, f func() T) (value T) {
	if f != nil {
		_ = fault.Contain(what, func() error {
			value = f()
			return nil
		})
	}
	return value
}
