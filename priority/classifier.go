package priority

import (
	"sync/atomic"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A Classifier turns a [Signal] into an [Assessment].
//
//	[NewClassifier]          with a catalog, and options
//	[Classifier.Classify]    decide about one signal
//	[Classifier.Priority]    the priority alone
//	[Classifier.Causes]      group what fires by what explains it
//	[Classifier.Lint]        what is odd about its table, and how much of the catalog can be P1
//	[Classifier.SetCatalog]  go on with a newer catalog
//
// It decides by the first of these that applies:
//
//	a resolved signal                        the last cell of the table, its least urgent
//	its asset reaches a primary SLA          P1, always
//	the catalog does not know its asset      as if it reached a primary SLA: P1; see [AssumeUnknown]
//	anything else                            the table: the most important tier reached, by urgency; then its modifiers
//
// Nothing lowers the second: no severity, claim, kind, or order of arrival, and no option,
// but that [HoldExposed] can put it off while every such promise is proven to have time left.
// What does not run is not reached: see [WithMaintenance].
//
// The decision is pure. It reads no clock, so that the same signal before the same catalog gets the same assessment,
// and it is monotone: one more edge or SLA in the catalog, a worse severity, an earlier due instant, never lowers a priority.
// (An asset that becomes known is the exception that it should be: the catalog then knows what it reaches.)
//
// The zero Classifier knows no asset, and neither does the nil one, for which no catalog can be set. A Classifier is safe for concurrent use by multiple goroutines,
// and must not be copied after first use.
type Classifier struct {
	view atomic.Pointer[view]
}

// A view is what one decision sees, whatever is replaced meanwhile. It never changes.
type view struct {
	catalog *sla.Catalog
	config
	grid *grid
}

// A config is what options set.
type config struct {
	table   Table
	unknown sla.Tier
	hold    hold

	maintenance maintenance
}

// An Option changes a [Classifier]. None can lower what reaches a primary SLA,
// but that [HoldExposed] can delay it while the promise is proven to be safe.
type Option interface{ apply(*config) }

type tableOption Table

func (o tableOption) apply(c *config) { c.table = Table(o) }

// WithTable replaces the table that decides below the always-P1 rule. Default: the zero [Table], ServiceNow's.
func WithTable(t Table) Option { return tableOption(t) }

type unknownOption sla.Tier

func (o unknownOption) apply(c *config) { c.unknown = sla.Tier(o) }

// AssumeUnknown sets the tier that an asset is assumed to reach while the catalog does not know it.
// Default: [sla.Primary], for what nobody has mapped may feed anything. A value that is no tier means sla.Primary too.
// Whatever is assumed, the assessment says that it is.
func AssumeUnknown(t sla.Tier) Option { return unknownOption(t) }

// NewClassifier returns a classifier before this catalog. With a nil catalog it knows no asset.
// A nil option is ignored; of two that set the same, the last counts.
func NewClassifier(catalog *sla.Catalog, options ...Option) *Classifier {
	var c config
	for _, option := range options {
		if option != nil {
			option.apply(&c)
		}
	}
	if c.unknown < sla.Primary || c.unknown >= nothing {
		c.unknown = sla.Primary
	}
	classifier := new(Classifier)
	classifier.view.Store(newView(catalog, c))
	return classifier
}

func newView(catalog *sla.Catalog, c config) *view {
	return &view{catalog: catalog, config: c, grid: c.table.filled()}
}

// Catalog returns the catalog in use, or nil.
func (c *Classifier) Catalog() *sla.Catalog { return c.load().catalog }

// Table returns the table in use.
func (c *Classifier) Table() Table { return c.load().table }

// SetCatalog makes every decision from now on see another catalog. Each decision sees one of the two, whole;
// assessments that were made before go on explaining themselves by the catalog that they saw.
// A nil Classifier ignores it.
func (c *Classifier) SetCatalog(catalog *sla.Catalog) {
	if c == nil {
		return
	}
	c.view.Store(newView(catalog, c.load().config))
}

func (c *Classifier) load() *view {
	if c == nil {
		return newView(nil, config{})
	}
	if v := c.view.Load(); v != nil {
		return v
	}
	c.view.CompareAndSwap(nil, newView(nil, config{}))
	return c.view.Load()
}

// Classify decides about a signal. It looks the asset up once, whatever the number of SLAs, and allocates nothing;
// what the [Assessment] explains, it works out when it is asked.
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

// Priority returns the priority that [Classifier.Classify] would give the signal, and nothing else: for what looks at many signals
// and explains few. Where the asset reaches a primary SLA it costs half as much, for a Signal and an Assessment are larger than
// what is looked up. It neither keeps nor changes the signal. A nil signal counts as the zero one.
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

// tier is the most important one that an asset reaches, or nothing.
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
		a.Rule = RuleTable
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

// base is what the table says, before its modifiers.
func (a *Assessment) base() Priority {
	p := a.view.grid.cell(a.place())
	if a.Rule == RuleHeld {
		return min(P2, p)
	}
	return p
}

// place finds the signal's row and column in the table.
func (a *Assessment) place() (row, column int) {
	return a.view.grid.impact(&a.Signal, a.tier), a.view.grid.urgency(&a.Signal)
}
