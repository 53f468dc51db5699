package tracker

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// A tracked is what is known of one objective. There may be a million, of a few hundred bytes each:
// what can be derived is not kept. Its first three fields change only under the lock of the
// tracker.
type tracked struct {
	sla       *sla.SLA
	objective *sla.Objective
	shape     *shape
	ledger    *ledger.Ledger
	began     atomic.Int64 // the oldest instant of which something is known; at first the largest int64

	mu     sync.Mutex // guards what follows
	follow *follower  // of an objective about freshness, once there was a result
	rare   *rare      // nil until a rule fires or a key is used
}

// A rare is what few objectives need.
type rare struct {
	fires []firing // the burn rules that fire
	once  onceKeys
}

// firing returns the rules that fire. A nil rare has none.
func (r *rare) firing() []firing {
	if r == nil {
		return nil
	}
	return r.fires
}

// more returns what few objectives need, and makes it if there is none yet. The objective is
// locked.
func (k *tracked) more() *rare {
	if k.rare == nil {
		k.rare = &rare{}
	}
	return k.rare
}

// check returns the name of the objective's check.
func (k *tracked) check() string { return checkName(k.sla, k.objective) }

// add counts events. It takes the lock of the ledger alone, never that of the objective.
func (k *tracked) add(at time.Time, good, bad int64) {
	ns := exact.Nanos(at)
	k.begin(ns)
	k.ledger.Add(ns, good, bad)
}

// begin notes that something is known of an instant.
func (k *tracked) begin(ns int64) {
	for began := k.began.Load(); ns < began && !k.began.CompareAndSwap(began, ns); began = k.began.Load() {
	}
}
