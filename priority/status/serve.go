package status

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// A request is one request to respond to.
type request struct {
	query
	ctx context.Context
	h   *Handler
	s   *snapshot
	// The SLAs that the sender may see, the worst first.
	seen []*row
	// Those of them that match the filter.
	rows []*row
	// The sender may see incidents that reach no SLA.
	orphans bool
	// The checks of SLAs that the sender may not see.
	hidden map[string]bool
	// Of the forms of metrics, the one that the client accepts.
	accept string

	// With their timelines, for endpoints that show them.
	incidents []IncidentView
	// Upstream, for the same.
	assets []AssetView
	// A timeline could not be read.
	unreadable bool

	// Something that the sender may see is expected to change then.
	expires time.Time
}

// An endpoint makes one kind of response.
type endpoint struct {
	make func(*request) (response, error)
	// It takes a filter.
	filtered bool
	// It takes offset and limit.
	paged bool
	// It takes an ID.
	single bool
	// It shows timelines and what lies upstream.
	detailed bool
	// Its form depends on what the client accepts.
	accepts bool
}

// errNotFound is for an SLA that does not exist, and for one that the sender may not see: the two
// look the same.
var errNotFound = errors.New("status: SLA not found")

// endpointOf returns the endpoint of a name, which is the last element of a path.
func endpointOf(name string) (endpoint, bool) {
	e, found := map[string]endpoint{
		"":             {make: (*request).listHTML, filtered: true, paged: true},
		"sla":          {make: (*request).slaHTML, single: true, detailed: true},
		"status.json":  {make: (*request).pageJSON, filtered: true, paged: true},
		"sla.json":     {make: (*request).slaJSON, single: true, detailed: true},
		"badge.svg":    {make: (*request).badgeSVG, filtered: true, single: true},
		"badge.json":   {make: (*request).badgeJSON, filtered: true, single: true},
		"metrics":      {make: (*request).metrics, filtered: true, accepts: true},
		"feed.atom":    {make: (*request).feed, filtered: true, single: true},
		"calendar.ics": {make: (*request).calendar, filtered: true, single: true},
		"summary.json": {make: (*request).summary, filtered: true},
		"health":       {make: (*request).health, filtered: true},
	}[name]
	return e, found
}

// ServeHTTP responds to a request. See [Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Content-Security-Policy", h.contentPolicy())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "method not allowed: use GET or HEAD")
		return
	}

	// Only the last element counts, so that the handler works with and without http.StripPrefix.
	name := lastElement(r.URL.Path)
	if made, found := staticResponse(name); found {
		made.send(w, r, "public, max-age=86400")
		return
	}
	e, found := endpointOf(name)
	switch {
	case !found:
		refuse(w, http.StatusNotFound, "not found")
	case len(r.URL.RawQuery) > mostQuery:
		refuse(w, http.StatusRequestURITooLong, "the query is longer than "+strconv.Itoa(mostQuery)+" bytes")
	default:
		h.serve(w, r, name, e)
	}
}

// lastElement returns what stands behind the last slash of a path.
func lastElement(p string) string {
	if strings.HasSuffix(p, "/") || p == "" {
		return ""
	}
	return path.Base(p)
}

// contentPolicy allows a style sheet and images of the handler's own, and nothing else. A source
// that could end the directive is left out.
func (h *Handler) contentPolicy() string {
	// A list that comes from a configuration file may hold anything, and a header must not be
	// split.
	frames := slices.DeleteFunc(slices.Clone(h.FrameAncestors), func(source string) bool {
		return source == "" || strings.ContainsAny(source, ";, \t\r\n\x00")
	})
	return "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; " +
		"frame-ancestors " + cmp.Or(strings.Join(frames, " "), "'none'")
}

// serve responds to a request for something that is made from facts.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, name string, e endpoint) {
	parsed, err := parseQuery(r.URL)
	if err != nil {
		refuse(w, http.StatusBadRequest, "bad query: "+strings.ReplaceAll(err.Error(), "\n", "; "))
		return
	}
	// Two addresses that differ only in what the endpoint ignores are one request to the cache.
	parsed.reduce(e)
	s, err := h.snapshot(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "the request was canceled")
		return
	}

	// The snapshot is fixed for the whole request: what is recorded meanwhile makes another.
	q := request{query: parsed, ctx: r.Context(), h: h, s: s}
	// Rights are asked for before the cache, and are part of its key: a response never reaches a
	// reader with other rights.
	rows, orphans, mark := h.visible(r, s)
	q.seen, q.rows, q.orphans = rows, rows, orphans
	if e.filtered {
		q.rows = q.matching()
	}
	key := name + "?" + q.text() + "#" + mark
	if e.accepts {
		q.accept = metricsForm(joined(r, "Accept"))
		w.Header().Add("Vary", "Accept")
		key += q.accept
	}

	// Errors are not shown: they may hold what the reader must not see.
	made, err := h.respond(&q, e, key)
	switch {
	case errors.Is(err, errNotFound):
		refuse(w, http.StatusNotFound, "SLA not found")
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "internal error")
	default:
		made.send(w, r, h.caching(made))
	}
}

// matching returns the rows that match the filter.
func (q *request) matching() []*row {
	if len(q.values()) == 0 {
		return q.rows
	}
	return slices.DeleteFunc(slices.Clone(q.rows), func(r *row) bool { return !q.match(r) })
}

// respond returns the response from the cache, or makes it. It looks into the cache again after
// each wait, since the request that it waited for may have made the same response.
func (h *Handler) respond(q *request, e endpoint, key string) (*response, error) {
	// Most requests end here.
	if made := q.s.cache.get(key, h.now()); made != nil {
		return made, nil
	}
	q.hide()
	if e.detailed {
		if _, err := q.row(); err != nil {
			return nil, err
		}
		// An SLA that is not found costs no wait, and tells by no delay that it exists.
		if err := take(q.ctx, h.reading); err != nil {
			return nil, err
		}
		defer give(h.reading)
		if made := q.s.cache.get(key, h.now()); made != nil {
			return made, nil
		}
		if err := q.readDetails(); err != nil {
			return nil, err
		}
	}

	// The details are read. From here on nothing waits for a store.
	if err := take(q.ctx, h.turn); err != nil {
		return nil, err
	}
	defer give(h.turn)
	now := h.now()
	if made := q.s.cache.get(key, now); made != nil {
		return made, nil
	}
	made, err := e.make(q)
	if err != nil {
		return nil, err
	}
	// A store that failed may be back soon, but must not be asked again by each reader meanwhile.
	if made.expires = q.expires; q.unreadable {
		made.stale = now.Add(readAgainAfter)
		made.expires = exact.Earlier(made.stale, made.expires)
	}
	made.seal()
	q.s.cache.put(key, &made)
	return &made, nil
}

// caching returns the Cache-Control header of a response: it holds until something is expected to
// change.
func (h *Handler) caching(made *response) string {
	if made.code != 0 {
		return "no-store"
	}
	scope := "public"
	if h.Authorize != nil {
		scope = "private, no-cache" // the next reader at the same client may have other rights
	}
	// Whole seconds are rounded down: a response must not outlive what it shows.
	seconds := max(0, int64(made.expires.Sub(h.now())/time.Second))
	return scope + ", max-age=" + strconv.FormatInt(seconds, 10) + ", must-revalidate"
}

// row returns the SLA that the query names.
func (q *request) row() (*row, error) {
	for _, r := range q.rows {
		if r.ID == q.id {
			return r, nil
		}
	}
	return nil, errNotFound
}

// page returns the part of the rows that offset and limit select.
func (q *request) page() []*row {
	// An offset beyond the end is an empty part, and no error: SLAs may have gone since the link
	// was made.
	first := min(q.offset, len(q.rows))
	return q.rows[first:min(first+q.pageSize(), len(q.rows))]
}

// pageSize returns how many SLAs the request asks for at most.
func (q *request) pageSize() int { return cmp.Or(q.limit, q.h.pageSize()) }

// isFiltered reports whether less than all SLAs are asked for.
func (q *request) isFiltered() bool { return q.id != "" || len(q.values()) > 0 }

// counts returns how many of the selected SLAs are in each level, and the worst level.
func (q *request) counts() (counts LevelCounts, worst Level) {
	for i, r := range q.rows {
		if i == 0 {
			worst = r.Level // rows are sorted
		}
		counts.add(r.Level)
	}
	return counts, worst
}
