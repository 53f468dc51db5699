package status

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A Handler serves how data stands, for people and for programs. [New] returns one.
//
// The last element of the path selects the form, so that it serves below any path that ends with a
// slash:
//
//	(none)         the list of SLAs, for people
//	sla            the page of one SLA: ?id=
//	status.json    a [Page]
//	sla.json       an [SLAView] with its [SLADetails]: ?id=
//	schema.json    the JSON schema of Page and SLAView
//	badge.svg      a badge: ?id=, or of all
//	badge.json     the same for badge services
//	summary.json   in the form of Statuspage
//	feed.atom      incidents and corrections: ?id=, or of all
//	calendar.ics   maintenance and deadlines: ?id=, or of all
//	metrics        Prometheus and OpenMetrics text
//	health         application/health+json
//
// All but sla, sla.json and schema.json take a filter: consumer, tier, level and label (as
// "team:data"), each as often as needed. Of one kind, one value has to match; of several kinds,
// each. The two lists take offset and limit, 1,000 at most.
//
// It serves GET and HEAD only, and changes nothing. It reads no request body, and refuses a query
// of more than 4 KiB. A response is kept until something changes or is expected to, see CacheFor.
// None is made again within a second.
//
// Set the fields before the first use. The zero Handler has no SLAs. A Handler must not be copied
// after first use, and is safe for concurrent use by multiple goroutines.
type Handler struct {
	// Title is the title of the pages. Empty means "How is my data?".
	Title string

	// Clock tells the time; a *clock.Mock fits. Nil means the real time.
	Clock interface{ Now() time.Time }

	// Publish selects what is shown besides the SLAs.
	Publish Publish

	// Authorize reports whether the sender of a request may see an SLA. It is called for each SLA,
	// and with an empty ID for incidents that reach no SLA. It should be quick, and may be called
	// concurrently. A call that panics counts as false. Nil means that everyone may see everything.
	//
	// Where it is set, responses may be stored by the client only, which must revalidate them. What
	// checks, corrections and symptoms tell about a hidden SLA is hidden with it. The instant a
	// response is valid for is the same for all.
	Authorize func(r *http.Request, sla string) bool

	// Labels returns the labels of an SLA, by which readers filter. They are shown. Nil means that
	// there are none. It must not change a map that it has returned.
	Labels func(sla string) map[string]string

	// Landings returns the history of an asset, oldest first, from which landings are predicted and
	// drawn. It takes no context, so it should have the history at hand. Nil means that there is
	// none. It may be called concurrently, and must not change a slice that it has returned.
	Landings func(asset string) freshness.Landings

	// Results returns the newest results of checks, such as Monitor.Results of package
	// freshness/monitor, so that assets upstream are shown with their own freshness. Nil means that
	// only what the tracker observed is known.
	Results func() []freshness.Result

	// FrameAncestors lists who may show the pages in a frame, as sources of the
	// Content-Security-Policy directive frame-ancestors: "'self'", "https://portal.example". Nil
	// means no one.
	FrameAncestors []string

	// PageSize is how many SLAs a page lists. Zero or below means 50; more than 1,000 means 1,000.
	PageSize int

	// CacheFor is how long a response is kept while nothing is recorded and no result runs out.
	// Zero or below means a minute.
	CacheFor time.Duration

	tracker Reporter
	desk    IncidentReader

	// Each of the two channels has room for one, and is held by the request that may do the work.
	// Timelines are read without the turn to compute, so that a store that hangs delays only those
	// who asked for a timeline.
	reading chan struct{} // held while timelines are read
	turn    chan struct{} // held while responses are computed; guards baselines, and what rows fill in late

	last      atomic.Pointer[snapshot]
	baselines baselines
}

// New returns a handler that shows what a tracker and a desk know. Either may be nil.
func New(t Reporter, d IncidentReader) *Handler {
	return &Handler{tracker: t, desk: d, reading: make(chan struct{}, 1), turn: make(chan struct{}, 1)}
}

// now returns the time of the handler's clock. It is the only place where the package reads one.
func (h *Handler) now() time.Time {
	if h.Clock == nil {
		return time.Now()
	}
	return h.Clock.Now()
}

// title returns the title of the pages.
func (h *Handler) title() string {
	if h.Title == "" {
		return "How is my data?"
	}
	return h.Title
}

const mostListed = 1000 // SLAs in one response

// pageSize returns how many SLAs a page lists.
func (h *Handler) pageSize() int {
	if h.PageSize <= 0 {
		return 50
	}
	return min(h.PageSize, mostListed)
}

// cacheFor returns how long a snapshot is kept at most.
func (h *Handler) cacheFor() time.Duration {
	if h.CacheFor <= 0 {
		return time.Minute
	}
	return h.CacheFor
}
