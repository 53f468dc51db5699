package tracker

import (
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A Tracker counts what was good and bad of the objectives of a catalog, and reports at any instant
// where their SLAs stand.
//
//   - [New] makes one; [Tracker.SetCatalog] replaces its catalog while it runs
//   - [Tracker.Record] counts events; [Tracker.Recorder] does so where it must cost next to nothing
//   - [Tracker.Observe] counts what a monitor finds
//   - [Tracker.Report] and [Tracker.Reports] return where SLAs stand, [Tracker.ReportAsOf] by what was known
//   - [Tracker.Alerts] returns which burn rules began to fire or stopped since the last call
//   - [Tracker.Correct] enters an outage, a wrong probe or maintenance, and [Tracker.Corrections] lists them
//   - [Tracker.Maintenance] returns until when an SLA does not run
//   - [Tracker.Snapshot] and [Tracker.Restore] keep all that over a restart
//   - [Tracker.Deltas] and [Tracker.Apply] share it between replicas
//   - [Tracker.Buckets] lists what was counted, and [Tracker.Version] changes when that does
//   - [Tracker.Unmatched] returns how much came for objectives that the catalog does not have
//
// It reads no clock, starts nothing and does no I/O. Its memory is bounded: old counts are kept in
// ever longer stretches of time, and a report states how far its bounds lie from what was asked.
// What is late or out of order is counted when it happened, as long as that is in the window.
//
// The zero Tracker has no objectives. Set its fields before its first use. A Tracker must not be
// copied, and is safe for concurrent use by multiple goroutines.
type Tracker struct {
	// Replica names this process in the deltas that it makes. Empty: no deltas are kept.
	Replica string

	mu          sync.RWMutex // guards what follows, but not what a tracked holds
	catalog     *sla.Catalog
	ready       bool                 // the roster is that of the catalog
	roster      roster               // what is tracked
	recorders   map[string]*Recorder // by the name of the check
	corrections []sla.Correction     // in the order in which they were entered

	// What the catalog has lost while a rule fired, by name. Alerts empties it.
	lost []*tracked

	alerting sync.Mutex // one call of Alerts at a time; taken before mu
	asked    bool       // Alerts was called
	alerted  int64      // the instant of its last call

	replicated replicated // the deltas that were made and applied

	unmatched unmatched
	changes   atomic.Uint64 // what was observed, corrected, applied, restored or replaced; see Version
}

// New returns an empty Tracker for the objectives of a catalog. A nil catalog is valid and has no
// objectives.
func New(c *sla.Catalog) *Tracker { return &Tracker{catalog: c} }

// Catalog returns the catalog whose objectives are tracked.
func (t *Tracker) Catalog() *sla.Catalog {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.catalog
}

// SetCatalog replaces the catalog. The counts of an objective stay if the new catalog has an
// objective of the same name in the same SLA that measures the same: the same asset, and by events,
// by slices of the same length and target, or by deadlines. Its target, window and burn rules may
// differ. All other counts are dropped.
func (t *Tracker) SetCatalog(c *sla.Catalog) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.changes.Add(1)
	t.catalog = c
	if t.ready {
		t.build()
	}
}

// read locks for reading, and builds the roster first if that was not done. By then the fields of t
// are set.
func (t *Tracker) read() {
	t.mu.RLock()
	if t.ready {
		return
	}
	t.mu.RUnlock()

	t.mu.Lock()
	if !t.ready {
		t.build()
	}
	t.mu.Unlock()
	t.mu.RLock()
}

// write locks for writing, with the roster built.
func (t *Tracker) write() {
	t.mu.Lock()
	if !t.ready {
		t.build()
	}
}

// build makes the roster of the catalog, and keeps what is tracked already of the same measure.
func (t *Tracker) build() {
	before := t.roster
	t.ready, t.roster = true, newRoster(t.catalog, &before, &shapes{deltas: t.Replica != ""})
	for _, k := range t.roster.order {
		t.pin(k)
	}

	for _, k := range before.order {
		if t.roster.find(k.check()) != k && len(k.rare.firing()) > 0 {
			t.lost = append(t.lost, k)
		}
	}
	for check, r := range t.recorders {
		r.to.Store(t.countsEvents(check))
	}
}

// countsEvents returns what is tracked of an objective about events, and nil if there is no such
// objective.
func (t *Tracker) countsEvents(check string) *tracked {
	if k := t.roster.find(check); k != nil && k.shape.kind.ofEvents() {
		return k
	}
	return nil
}

// Record counts good and bad events at an instant for an objective, by the name of its check as
// "orders-api/available". Negative numbers count as 0. An objective that the catalog does not have
// is an error, and so is one about freshness, whose outcomes [Tracker.Observe] counts;
// [Tracker.Unmatched] counts both. It allocates nothing. [Tracker.Recorder] looks the name up only
// once.
func (t *Tracker) Record(check string, at time.Time, good, bad int64) error {
	t.read()
	k := t.countsEvents(check)
	t.mu.RUnlock()
	if k == nil {
		t.unmatched.add(check)
		return t.notEvents(check)
	}
	k.add(at, good, bad)
	return nil
}

// notEvents returns why events cannot be recorded.
func (t *Tracker) notEvents(check string) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.roster.find(check) == nil {
		return fmt.Errorf("tracker: the catalog has no objective %s", plain.Quote(check))
	}
	const why = "its outcomes come from results, not from events"
	return fmt.Errorf("tracker: %s is about freshness: %s", plain.Quote(check), why)
}

// Report returns where an SLA stands at an instant, by all that is known, and whether the catalog
// has it. The instant may be in the past: outcomes after it are excluded, but corrections entered
// after it apply.
func (t *Tracker) Report(id string, at time.Time) (Report, bool) {
	return t.report(id, at, at, everything)
}

// ReportAsOf returns where an SLA stood at an instant by what was known at another: without the
// corrections that were entered after that, and without what was recorded after that, even if it
// belongs before at. Of what was recorded late, the newest 64 entries of each objective are told
// apart, to 5 seconds.
func (t *Tracker) ReportAsOf(id string, at, known time.Time) (Report, bool) {
	return t.report(id, at, known, exact.Nanos(known))
}

// report makes a report without the monotonic part of its instants, which would not survive JSON.
func (t *Tracker) report(id string, at, asOf time.Time, known int64) (Report, bool) {
	t.read()
	defer t.mu.RUnlock()
	s, ok := t.catalog.SLA(id)
	if !ok {
		return Report{}, false
	}
	return t.reportOf(s, at.Round(0), asOf.Round(0), known), true
}

// Reports iterates over the reports of all SLAs at an instant, by tier, then by ID. It holds no
// lock while the loop body runs.
func (t *Tracker) Reports(at time.Time) iter.Seq[Report] {
	return func(yield func(Report) bool) {
		for s := range t.Catalog().SLAs() {
			if r, ok := t.Report(s.ID, at); ok && !yield(r) {
				return
			}
		}
	}
}

// Observe counts what a check found: it can be passed to monitor.New. The check of a result names
// the objective.
//
// An objective about a [freshness.Deadline] counts each due instant once: on time, late or missing.
// A miss stays a miss when the data lands late, and data that landed before it was due counts
// though no result follows. Due instants without a result while they could be judged count as the
// [sla.NoData] of the objective decides; those in a pause or closed hours are excused.
//
// Any other objective counts slices of time: kept until the FreshUntil of a result, and broken from
// there until the newest landing of a result that is kept again. Time that no result covers counts
// as the [sla.NoData] decides.
//
// A result that is Unknown counts nothing as good. Results that repeat, come late, or come after a
// clock was set back, count nothing twice: a due instant has one outcome, and the first result that
// covers a stretch of time counts it.
func (t *Tracker) Observe(r freshness.Result) {
	t.read()
	k := t.roster.find(r.Check)
	if k == nil || k.shape.kind.ofEvents() {
		t.mu.RUnlock()
		t.unmatched.add(r.Check)
		return
	}
	o, shape := k.objective, k.shape
	t.mu.RUnlock()
	k.observe(r, o, shape)
	t.changes.Add(1)
}

// Unmatched returns how many results and events came for objectives that the catalog does not have,
// or that count something else, and the check that the last of them named.
func (t *Tracker) Unmatched() (count int64, last string) {
	t.unmatched.mu.Lock()
	defer t.unmatched.mu.Unlock()
	return t.unmatched.count, t.unmatched.last
}

// An unmatched counts what came for objectives that the catalog does not have.
type unmatched struct {
	mu    sync.Mutex // guards both
	count int64
	last  string
}

// add counts one more, and remembers its check as the last.
func (u *unmatched) add(check string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.count, u.last = u.count+1, check
}
