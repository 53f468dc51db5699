package status

import (
	"context"
	"iter"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A Tracker is what a [Handler] reads about promises. *sla.Tracker is one. Its methods may be called concurrently.
//
// Where it has a method Version() uint64, whose answer is another one after anything that can change a report, nothing is
// computed again while that stays the same; else reports are made anew after a second. Where it has a method
// Moments(check string, from, to time.Time) []sla.Moment, which lists what was counted, oldest first, pages show it window by window.
type Tracker interface {
	// Catalog returns the promises, and which asset feeds which. Nil: there are none.
	Catalog() *sla.Catalog

	// Reports iterates over where all SLAs stand at an instant.
	Reports(at time.Time) iter.Seq[sla.Report]

	// Corrections lists what counts otherwise than it was recorded.
	Corrections() []sla.Correction
}

// A Desk is what a [Handler] reads about incidents. *incident.Desk is one. Its methods may be called concurrently.
type Desk interface {
	// Incidents returns all incidents, the closed ones too, in the order in which they were opened.
	Incidents() []incident.Incident

	// Timeline returns the record of one incident, the oldest entry first. It must obey its context.
	Timeline(ctx context.Context, id string) ([]incident.Entry, error)
}

// Publish says what may be shown besides the promises themselves and where they stand. The zero Publish shows nothing of it.
// Names, descriptions, owners and consumers of SLAs and the names of their objectives are part of the promise, and always shown.
type Publish struct {
	Assets bool // the IDs of assets, and what feeds what
	Texts  bool // what people and systems wrote: what signals say, notes, root causes, reasons of corrections, errors of checks
	People bool // the names of those who work on incidents or entered corrections
}

// A Handler answers how the data is, for people and for programs. [New] makes one.
//
// The last element of the path says what is asked for, so that it serves below any path that ends with a slash:
//
//	(none)         the page of all SLAs, for people
//	sla            the page of one SLA: ?id=
//	status.json    a [Page]                                        sla.json       an [SLA] with its [Details]: ?id=
//	badge.svg      a badge: ?id=, or of all                        badge.json     the same for badge services
//	summary.json   as Statuspage writes it                         schema.json    the JSON schema of Page and SLA
//	feed.atom      incidents and corrections: ?id=, or of all      calendar.ics   maintenance and deadlines: the same
//	metrics        Prometheus and OpenMetrics text                 health         application/health+json
//
// All but sla, sla.json and schema.json take a filter: consumer, tier, level and label (as "team:data"), each as often as
// wanted: of one kind, one has to match; of several kinds, each. The two lists take offset and limit, 1,000 at most.
//
// It serves GET and HEAD alone, and changes nothing. It reads no request body, and refuses a query of more than 4 KiB.
// Answers are made once and kept until something changes, for as long as nothing is expected to: see Hold. Whatever happens,
// none is made anew within a second.
//
// Set the fields before its first use. The zero Handler knows no SLA. A Handler must not be copied,
// and is safe for concurrent use by multiple goroutines.
type Handler struct {
	// Title is what the pages are called. Empty means "How is my data?".
	Title string

	// Clock tells the time; a *clock.Mock fits. Nil means the real time.
	Clock interface{ Now() time.Time }

	// Publish says what may be shown besides the promises.
	Publish Publish

	// Authorize says whether whoever sent a request may know of an SLA. It is called for each SLA, and with an empty ID for what belongs to none:
	// incidents that reach no SLA. It should be quick, may be called concurrently, and a call that panics counts as no.
	// Nil: everybody may know everything. Where it is set, a client alone may keep an answer,
	// and asks each time whether it still holds for whoever sits before it by then. What checks, corrections and symptoms say of a hidden SLA is
	// hidden with it. As of when an answer speaks is the same for all.
	Authorize func(r *http.Request, sla string) bool

	// Labels answers the labels of an SLA, by which readers filter. They are shown. Nil: there are none. It must not change what it answered.
	Labels func(sla string) map[string]string

	// Landings answers the history of an asset, oldest first, from which landings are predicted and drawn. It should know it already:
	// it takes no context. Nil: there is no history. It may be called concurrently, and must not change what it answered.
	Landings func(asset string) freshness.Landings

	// Results answers what checks said last, such as Monitor.Results of package freshness, so that assets upstream are shown
	// with their own freshness. Nil: only what the tracker observed is known.
	Results func() []freshness.Result

	// Frames lists who may show the pages in a frame, as sources of the Content-Security-Policy's frame-ancestors:
	// "'self'", "https://portal.example". Nil: nobody.
	Frames []string

	// PageSize is how many SLAs a page lists. Zero or below means 50; more than 1,000 means 1,000.
	PageSize int

	// Hold is how long an answer is kept while nothing is recorded, and no result runs out. Zero or below means a minute.
	Hold time.Duration

	tracker Tracker
	desk    Desk
	reading chan struct{} // who has it reads timelines; room for one
	turn    chan struct{} // who has it computes, and alone touches learned and what rows learn late; room for one
	last    atomic.Pointer[snapshot]
	learned learned
}

// New returns a handler that shows what a tracker and a desk know. Either may be nil.
func New(t Tracker, d Desk) *Handler {
	return &Handler{tracker: t, desk: d, reading: make(chan struct{}, 1), turn: make(chan struct{}, 1)}
}

func (h *Handler) now() time.Time {
	if h.Clock == nil {
		return time.Now()
	}
	return h.Clock.Now()
}

func (h *Handler) title() string {
	if h.Title == "" {
		return "How is my data?"
	}
	return h.Title
}

const mostListed = 1000 // SLAs in one answer

func (h *Handler) pageSize() int {
	if h.PageSize <= 0 {
		return 50
	}
	return min(h.PageSize, mostListed)
}

func (h *Handler) hold() time.Duration {
	if h.Hold <= 0 {
		return time.Minute
	}
	return h.Hold
}
