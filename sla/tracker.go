package sla

import (
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A Tracker counts what was good and bad of the objectives of a catalog, and says at any instant where their SLAs stand.
//
//   - [NewTracker] makes one; [Tracker.SetCatalog] gives it another catalog while it runs
//   - [Tracker.Record] counts events; [Tracker.Recorder] does so where it must cost next to nothing
//   - [Tracker.Observe] counts what a [freshness.Monitor] finds
//   - [Tracker.Report] and [Tracker.Reports]: where an SLA stands, and where all do; [Tracker.ReportAsOf]: as was known then
//   - [Tracker.Alerts]: which burn alerts began to fire or stopped since the last call
//   - [Tracker.Correct] enters an outage excused, a probe found wrong or maintenance; [Tracker.Corrections] lists them,
//     and [Tracker.Maintenance] says whether an SLA does not run
//   - [Tracker.Snapshot] and [Tracker.Restore] keep all that over a restart; [Tracker.Deltas] and [Tracker.Apply] share it between replicas
//   - [Tracker.Moments] lists what was counted, and [Tracker.Version] says whether that has changed
//   - [Tracker.Unknown] says what came for objectives that the catalog does not have
//
// It reads no clock, starts nothing and does no I/O: each method is told the instant that it is about. Its memory is bounded:
// old counts are kept by ever longer stretches of time, and a report says how far its bounds lie from what was asked.
// What is late or out of order lands in its own past, as long as that is in the window.
//
// The zero Tracker knows no objective. Set its fields before its first use. A Tracker must not be copied,
// and is safe for concurrent use by multiple goroutines.
type Tracker struct {
	// Replica names this process in what it tells other replicas. Empty: nothing is kept for them.
	Replica string

	mu          sync.RWMutex // guards what follows, but not what a tracked holds
	catalog     *Catalog
	ready       bool                 // the catalog was looked at
	roster      roster               // what is tracked
	recorders   map[string]*Recorder // by the name of the check
	corrections []Correction         // as they were entered

	lost []*tracked // what the catalog has lost while a rule fired, by name; Alerts empties it

	alerting sync.Mutex // one call of Alerts at a time; taken before mu
	asked    bool       // there was one
	alerted  int64      // the instant of the last one

	replicated replicated // what other replicas were told, and told

	strange strangers
	changes atomic.Uint64 // what was observed, corrected, applied, restored or replaced; see Version
}

// NewTracker answers a tracker of the objectives of a catalog, which may be nil. Nothing was counted yet.
func NewTracker(c *Catalog) *Tracker { return &Tracker{catalog: c} }

// Catalog answers the catalog whose objectives are tracked.
func (t *Tracker) Catalog() *Catalog {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.catalog
}

// SetCatalog replaces the catalog. What was counted of an objective stays if the new one has an objective of the same
// name in the same SLA that measures the same: the same asset, and by events, by slices of the same length and target,
// or by deadlines. Its target, window and burn rules may differ. What was counted of others is forgotten.
func (t *Tracker) SetCatalog(c *Catalog) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.changes.Add(1)
	t.catalog = c
	if t.ready {
		t.build()
	}
}

// read locks for reading, and looks at the catalog first if nobody has. The fields of t are set by then.
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

// build tracks the objectives of the catalog, and keeps what is tracked already of the same measure.
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

// countsEvents answers what is tracked of an objective about events, and nil where there is no such objective.
func (t *Tracker) countsEvents(check string) *tracked {
	if k := t.roster.find(check); k != nil && k.shape.kind.ofEvents() {
		return k
	}
	return nil
}

// Record counts events at an instant, good and bad ones, for an objective by the name of its check, as "orders-api/available".
// Negative numbers count as 0. An objective that the catalog does not have, and one about freshness, which
// [Tracker.Observe] counts, are errors; they are counted by [Tracker.Unknown] too.
// It allocates nothing. To look the name up only once, see [Tracker.Recorder].
func (t *Tracker) Record(check string, at time.Time, good, bad int64) error {
	t.read()
	k := t.countsEvents(check)
	t.mu.RUnlock()
	if k == nil {
		t.strange.add(check)
		return t.notEvents(check)
	}
	k.add(at, good, bad)
	return nil
}

// notEvents says why events cannot be recorded.
func (t *Tracker) notEvents(check string) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.roster.find(check) == nil {
		return fmt.Errorf("sla: the catalog has no objective %s", quote(check))
	}
	return fmt.Errorf("sla: %s is about freshness: its outcomes come from results, not from events", quote(check))
}

// Report answers where an SLA stands at an instant, by all that is known, and whether the catalog has it.
// An instant in the past is welcome: what was counted after it is left out, but corrections that were entered later are not.
func (t *Tracker) Report(id string, at time.Time) (Report, bool) {
	return t.report(id, at, at, everything)
}

// ReportAsOf answers where an SLA stood at an instant by what was known at another: without the corrections that were entered
// and without what was counted after it, even where that belongs before at. Of bookings into the past the newest 64 of
// each objective are told apart, to 5 seconds.
func (t *Tracker) ReportAsOf(id string, at, known time.Time) (Report, bool) {
	return t.report(id, at, known, nanos(known))
}

func (t *Tracker) report(id string, at, asOf time.Time, known int64) (Report, bool) {
	t.read()
	defer t.mu.RUnlock()
	s, ok := t.catalog.SLA(id)
	if !ok {
		return Report{}, false
	}
	return t.reportOf(s, at.Round(0), asOf.Round(0), known), true
}

// Reports iterates over the reports of all SLAs at an instant, by tier, then by ID. No lock is held while the caller has one.
func (t *Tracker) Reports(at time.Time) iter.Seq[Report] {
	return func(yield func(Report) bool) {
		for s := range t.Catalog().SLAs() {
			if r, ok := t.Report(s.ID, at); ok && !yield(r) {
				return
			}
		}
	}
}

// Observe counts what a check found: it fits [freshness.NewMonitor]. The check of a result names the objective.
//
// An objective about a [freshness.Deadline] counts each due instant once: on time, late or missing. A miss stays a miss
// when the data lands late, and what landed before it was due counts though nobody looks again. Due instants that nobody
// looked at while they could be judged count as the [Silence] of the objective says; those in a pause or closed hours
// are excused. Any other objective counts slices of time: kept until the FreshUntil of a result, broken from there until
// the newest landing of a result that is kept again. Time that no result covers counts as the silence says.
//
// A result that is Unknown counts nothing as good. Results that repeat, or come late, or after a clock was set back,
// count nothing twice: a deadline is known by its instant, the first that looked at a stretch of time has counted it.
func (t *Tracker) Observe(r freshness.Result) {
	t.read()
	k := t.roster.find(r.Check)
	if k == nil || k.shape.kind.ofEvents() {
		t.mu.RUnlock()
		t.strange.add(r.Check)
		return
	}
	o, shape := k.objective, k.shape
	t.mu.RUnlock()
	k.observe(r, o, shape)
	t.changes.Add(1)
}

// Unknown answers how many results and events came for objectives that the catalog does not have, or that count something
// else, and the check that the last of them named.
func (t *Tracker) Unknown() (count int64, last string) {
	t.strange.mu.Lock()
	defer t.strange.mu.Unlock()
	return t.strange.count, t.strange.last
}

// strangers counts what came for nobody.
type strangers struct {
	mu    sync.Mutex // guards both
	count int64
	last  string
}

func (s *strangers) add(check string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count, s.last = s.count+1, check
}

// A tracked is what is known of one objective. There may be a million, and each of a few hundred bytes: what is derived is not kept.
// Its first three fields change only under the lock of the tracker.
type tracked struct {
	sla       *SLA
	objective *Objective
	shape     *shape
	ledger    *ledger
	began     atomic.Int64 // the oldest instant that something was known of; the largest int64 while there is none

	mu     sync.Mutex // guards what follows
	follow *follower  // of an objective about freshness, once something was observed
	rare   *rare      // nil until a rule fired or a key was used
}

// A rare is what few objectives need.
type rare struct {
	fires []firing // the burn rules that fire
	once  onceKeys
}

func (r *rare) firing() []firing {
	if r == nil {
		return nil
	}
	return r.fires
}

// more answers what few objectives need. The objective is locked.
func (k *tracked) more() *rare {
	if k.rare == nil {
		k.rare = &rare{}
	}
	return k.rare
}

// check is the name of the objective's check.
func (k *tracked) check() string { return checkName(k.sla, k.objective) }

func (k *tracked) add(at time.Time, good, bad int64) {
	ns := nanos(at)
	k.begin(ns)
	k.ledger.add(ns, good, bad)
}

// begin notes that something is known of an instant.
func (k *tracked) begin(ns int64) {
	for began := k.began.Load(); ns < began && !k.began.CompareAndSwap(began, ns); began = k.began.Load() {
	}
}
