package priority

import (
	"sync/atomic"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A Classifier turns a [Signal] into an [Assessment].
//
//	[NewClassifier]          makes one for a catalog
//	[Classifier.Classify]    decides about one signal
//	[Classifier.Priority]    returns the priority alone
//	[Classifier.Causes]      groups what is firing by what explains it
//	[Classifier.Lint]        finds what is odd about its matrix
//	[Classifier.SetCatalog]  replaces the catalog
//
// The first of these rules that applies decides:
//
//	a resolved signal                       the last cell of the matrix, its least urgent
//	its asset reaches a primary SLA         P1, always
//	the catalog does not know its asset     as if it reached an SLA of UnknownTier: P1 by default
//	anything else                           the matrix, then its modifiers
//
// Nothing lowers the second: no severity, claim, kind or order of arrival, and no field, except
// that KeptUntil can delay it while every such promise is proven to have time left. An SLA under
// planned maintenance is not reached; see Maintenance.
//
// The decision is pure. It reads no clock, so the same signal and the same catalog give the same
// assessment. It is also monotone: one more edge or SLA in the catalog, a worse severity or an
// earlier due instant never lowers a priority. The one exception is an asset that becomes known,
// because the catalog then has what it reaches.
//
// The zero Classifier has an empty catalog, and so does a nil one, whose catalog cannot be set. The
// fields must be set before first use and not change afterwards. A Classifier is safe for
// concurrent use by multiple goroutines. It must not be copied after first use.
type Classifier struct {
	// Matrix decides below the always-P1 rule. Default: the zero Matrix, which is ServiceNow's.
	Matrix Matrix

	// UnknownTier is the tier that an asset is assumed to reach while the catalog does not know it.
	// Default: sla.Primary, because an unmapped asset may feed anything. A value that is no tier
	// counts as sla.Primary. The assessment always shows the assumption.
	UnknownTier sla.Tier

	// Maintenance returns the correction that covers an instant of an SLA; a tracker's method
	// Maintenance does. During planned maintenance the SLA does not run, so a firing signal has no
	// impact on it. All other SLAs that the signal reaches count as always, the first of them as
	// the lead. The assessment names the maintenance, and Assessment.P1At returns when a primary
	// SLA runs again. Default: nil, no maintenance.
	//
	// Only a correction that is planned, by sla.Correction.Planned, and covers the SLA as a whole
	// at that instant counts. Any other result, and a panic, is no maintenance, and neither is a
	// signal without an instant.
	//
	// When set, a decision asks about the lead SLA. If that is under maintenance, it also walks the
	// other impacts and allocates. Maintenance may be called concurrently, with no lock held, and
	// must not block.
	Maintenance func(sla string, at time.Time) (sla.Correction, bool)

	// KeptUntil returns until when a promise is certain to be kept even if nothing improves, which
	// is the FreshUntil of the newest results of its checks. A schedule alone proves nothing: what
	// was due this morning may not have landed. A false ok, a zero instant and a panic are no
	// proof. Default: nil, and whatever reaches a primary SLA is P1 at once.
	//
	// When set, a firing signal stays below P1 as long as every primary SLA that it reaches is
	// proven to be kept for longer than HoldMargin. The matrix then decides, up to P2. From the
	// margin on, the signal is P1; Assessment.P1At returns that instant. A signal's own due
	// instant counts too if it is earlier. A signal without an instant is P1.
	//
	// When set, a decision about what reaches a primary SLA walks all impacts and allocates.
	// KeptUntil may be called concurrently, with no lock held, and must not block.
	KeptUntil func(promise *sla.SLA, at time.Time) (keptUntil time.Time, ok bool)

	// HoldMargin is how long before the end of its proof a signal becomes P1. Zero: at the end of
	// the proof. Negative: nothing is held. It has no effect while KeptUntil is nil.
	HoldMargin time.Duration

	view atomic.Pointer[view]
}

// A view is what one decision sees, whatever is replaced meanwhile. It never changes.
// A view without a grid is a catalog that was set before the fields were read.
type view struct {
	catalog     *sla.Catalog
	grid        *grid
	unknown     sla.Tier
	maintenance maintenance
	hold        hold
}

// NewClassifier returns a Classifier for a catalog. A nil catalog is valid and knows no asset.
func NewClassifier(catalog *sla.Catalog) *Classifier {
	c := new(Classifier)
	c.SetCatalog(catalog)
	return c
}

// Catalog returns the catalog in use, or nil.
func (c *Classifier) Catalog() *sla.Catalog { return c.load().catalog }

// SetCatalog replaces the catalog for every later decision. A decision sees one of the two as a
// whole. Assessments made before keep explaining themselves by the catalog that they saw. On a nil
// Classifier SetCatalog has no effect.
func (c *Classifier) SetCatalog(catalog *sla.Catalog) {
	if c != nil {
		c.view.Store(&view{catalog: catalog})
	}
}

// load returns the view in use. The first call after a new catalog completes it with the fields.
func (c *Classifier) load() *view {
	if c == nil {
		return new(Classifier).newView(nil)
	}
	for {
		v := c.view.Load()
		if v != nil && v.grid != nil {
			return v
		}

		var catalog *sla.Catalog
		if v != nil {
			catalog = v.catalog
		}
		// A catalog that is set at the same moment wins, and is completed in the next round.
		c.view.CompareAndSwap(v, c.newView(catalog))
	}
}

func (c *Classifier) newView(catalog *sla.Catalog) *view {
	unknown := c.UnknownTier
	if unknown < sla.Primary || unknown >= nothing {
		unknown = sla.Primary
	}
	return &view{
		catalog: catalog, grid: c.Matrix.filled(), unknown: unknown,
		maintenance: c.Maintenance, hold: hold{proof: c.KeptUntil, margin: c.HoldMargin},
	}
}

// Classify decides about a signal. It looks the asset up once, whatever the number of SLAs, and
// allocates nothing. The explanations of the [Assessment] are computed on request.
func (c *Classifier) Classify(s Signal) (a Assessment) {
	v := c.load()
	reach, known := v.catalog.Reach(s.Asset)
	a.Signal, a.view, a.reach, a.known, a.tier = s, v, reach, known, v.tier(reach, known)
	if v.maintenance != nil {
		a.maintain()
	}
	a.judge(a.tier)
	return a
}

// Priority returns only the priority that [Classifier.Classify] would give the signal, for callers
// that look at many signals and explain few. Where the asset reaches a primary SLA it costs about
// half as much, because a Signal and an Assessment are larger than what is looked up. It neither
// keeps nor changes the signal. A nil signal counts as the zero one.
func (c *Classifier) Priority(s *Signal) Priority {
	if s == nil {
		s = &Signal{}
	}
	v := c.load()
	reach, known := v.catalog.Reach(s.Asset)
	tier := v.tier(reach, known)
	if tier == sla.Primary && !s.Resolved && v.hold.proof == nil && v.maintenance == nil {
		return P1
	}

	a := Assessment{Signal: *s, view: v, reach: reach, known: known, tier: tier}
	if v.maintenance != nil {
		a.maintain()
	}
	a.judge(a.tier)
	return a.Priority
}

// tier returns the most important tier that an asset reaches, or nothing.
func (v *view) tier(reach sla.Reach, known bool) sla.Tier {
	if !known {
		return v.unknown
	}
	if tier, reaches := reach.Tier(); reaches {
		return tier
	}
	return nothing
}

// judge applies the rules to what the signal reaches, as if the lead SLA had this tier.
func (a *Assessment) judge(lead sla.Tier) {
	switch {
	case a.Signal.Resolved:
		a.Rule, a.Priority = RuleResolved, a.view.grid.least()
	case a.tier == sla.Primary && a.known:
		a.primary(lead)
	case a.tier == sla.Primary:
		a.Rule, a.Priority = RuleUnknownAsset, P1
	default:
		a.Rule = RuleMatrix
		a.Priority = a.view.grid.modify(a.base(), a)
	}
}

// primary applies the always-P1 rule.
func (a *Assessment) primary(lead sla.Tier) {
	a.Rule, a.Priority = RuleAlwaysP1, P1
	if a.view.hold.proof == nil {
		return
	}
	if from, ok := a.held(lead); ok {
		a.Rule, a.p1At = RuleHeld, &from
		a.Priority = a.view.grid.modify(a.base(), a)
	}
}

// base returns the priority of the signal's cell, before modifiers.
func (a *Assessment) base() Priority {
	p := a.view.grid.cell(a.place())
	if a.Rule == RuleHeld {
		return min(P2, p)
	}
	return p
}

// place returns the signal's row and column in the matrix.
func (a *Assessment) place() (row, column int) {
	return a.view.grid.impact(&a.Signal, a.tier), a.view.grid.urgency(&a.Signal)
}
