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
)

// An asked is one request to answer.
type asked struct {
	question
	ctx    context.Context
	h      *Handler
	s      *snapshot
	seen   []*row          // that the sender may know of, the worst first
	rows   []*row          // of these, those that match the filter
	rest   bool            // what belongs to no SLA may be known too
	hidden map[string]bool // the checks of what the sender may not know of
	accept string
	story  []Incident
	assets []Asset
	unread bool      // not all of the story could be read
	until  time.Time // something of what the sender may know of is expected to change then
}

// An endpoint answers one kind of question.
type endpoint struct {
	make   func(*asked) (answer, error)
	listed bool // it takes a filter
	paged  bool // and parts of a list
	single bool // it takes an ID
	told   bool // it tells the story of incidents
	vary   bool // its form depends on what the client accepts
}

// errUnknown is what is answered about an SLA that there is not, or of which the sender may not know.
var errUnknown = errors.New("status: there is no such SLA")

func endpointOf(name string) (endpoint, bool) {
	e, found := map[string]endpoint{
		"":             {make: (*asked).pageHTML, listed: true, paged: true},
		"sla":          {make: (*asked).slaHTML, single: true, told: true},
		"status.json":  {make: (*asked).pageJSON, listed: true, paged: true},
		"sla.json":     {make: (*asked).slaJSON, single: true, told: true},
		"badge.svg":    {make: (*asked).badgeSVG, listed: true, single: true},
		"badge.json":   {make: (*asked).badgeJSON, listed: true, single: true},
		"metrics":      {make: (*asked).metrics, listed: true, vary: true},
		"feed.atom":    {make: (*asked).feed, listed: true, single: true},
		"calendar.ics": {make: (*asked).calendar, listed: true, single: true},
		"summary.json": {make: (*asked).summary, listed: true},
		"health":       {make: (*asked).health, listed: true},
	}[name]
	return e, found
}

// ServeHTTP answers a request. See [Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Content-Security-Policy", h.policy())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "this is for reading: GET and HEAD alone")
		return
	}
	name := lastElement(r.URL.Path)
	if a, found := fixed(name); found {
		a.send(w, r, "public, max-age=86400")
		return
	}
	e, found := endpointOf(name)
	switch {
	case !found:
		refuse(w, http.StatusNotFound, "there is nothing here")
	case len(r.URL.RawQuery) > mostQuery:
		refuse(w, http.StatusRequestURITooLong, "the query is longer than "+strconv.Itoa(mostQuery)+" bytes")
	default:
		h.serve(w, r, name, e)
	}
}

// lastElement is what stands behind the last slash.
func lastElement(p string) string {
	if strings.HasSuffix(p, "/") || p == "" {
		return ""
	}
	return path.Base(p)
}

// policy allows a style sheet and images of our own, and nothing else.
func (h *Handler) policy() string {
	frames := slices.DeleteFunc(slices.Clone(h.Frames), func(source string) bool {
		return source == "" || strings.ContainsAny(source, ";, \t\r\n\x00")
	})
	return "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors " +
		cmp.Or(strings.Join(frames, " "), "'none'")
}

func (h *Handler) serve(w http.ResponseWriter, r *http.Request, name string, e endpoint) {
	q, err := parseQuery(r.URL)
	if err != nil {
		refuse(w, http.StatusBadRequest, strings.ReplaceAll(err.Error(), "\n", "; "))
		return
	}
	q.keep(e)
	s, err := h.snapshot(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "nobody had time to answer")
		return
	}
	a := asked{question: q, ctx: r.Context(), h: h, s: s}
	rows, rest, mark := h.visible(r, s)
	a.seen, a.rows, a.rest = rows, rows, rest
	if e.listed {
		a.rows = a.chosen()
	}
	key := name + "?" + q.text() + "#" + mark
	if e.vary {
		a.accept = accepted(whole(r, "Accept"))
		w.Header().Add("Vary", "Accept")
		key += a.accept
	}
	made, err := h.answer(&a, e, key)
	switch {
	case errors.Is(err, errUnknown):
		refuse(w, http.StatusNotFound, "there is no such SLA")
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "it could not be answered")
	default:
		caching := h.caching(made.until)
		if made.code != 0 {
			caching = "no-store"
		}
		made.send(w, r, caching)
	}
}

// chosen lists the rows that match the filter.
func (a *asked) chosen() []*row {
	if len(a.values()) == 0 {
		return a.rows
	}
	return slices.DeleteFunc(slices.Clone(a.rows), func(r *row) bool { return !a.match(r) })
}

// answer finds what was answered already, or makes it.
func (h *Handler) answer(a *asked, e endpoint, key string) (*answer, error) {
	if made := a.s.made.get(key, h.now()); made != nil {
		return made, nil
	}
	a.look()
	if e.told {
		if _, err := a.row(); err != nil {
			return nil, err
		}
		if err := take(a.ctx, h.reading); err != nil {
			return nil, err
		}
		defer give(h.reading)
		if made := a.s.made.get(key, h.now()); made != nil {
			return made, nil
		}
		if err := a.tell(); err != nil {
			return nil, err
		}
	}
	if err := take(a.ctx, h.turn); err != nil {
		return nil, err
	}
	defer give(h.turn)
	now := h.now()
	if made := a.s.made.get(key, now); made != nil {
		return made, nil
	}
	made, err := e.make(a)
	if err != nil {
		return nil, err
	}
	if made.until = a.until; a.unread {
		made.again = now.Add(soonRead)
		made.until = earlier(made.again, made.until)
	}
	made.seal()
	a.s.made.put(key, &made)
	return &made, nil
}

// look finds what must not be known to the sender, and until when the rest holds: that must not tell of it either.
func (a *asked) look() {
	if a.until = a.s.until; len(a.seen) == len(a.s.rows) {
		return
	}
	a.hidden = map[string]bool{}
	for _, r := range a.s.rows {
		for i := range r.report.Objectives {
			a.hidden[r.report.Objectives[i].Check] = true
		}
	}
	for _, r := range a.seen {
		for i := range r.report.Objectives {
			delete(a.hidden, r.report.Objectives[i].Check)
		}
	}
	a.until = a.s.bound(a.seen, a.hidden)
}

// caching says how long an answer holds: until something is expected to change.
func (h *Handler) caching(until time.Time) string {
	who := "public"
	if h.Authorize != nil {
		who = "private, no-cache" // by the next time, the same client may be somebody else
	}
	seconds := max(0, int64(until.Sub(h.now())/time.Second))
	return who + ", max-age=" + strconv.FormatInt(seconds, 10) + ", must-revalidate"
}

// refuse answers in words why there is no answer.
func refuse(w http.ResponseWriter, code int, why string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(why + "\n"))
}

// row finds the SLA that the question names.
func (a *asked) row() (*row, error) {
	for _, r := range a.rows {
		if r.ID == a.id {
			return r, nil
		}
	}
	return nil, errUnknown
}

// page cuts the part out of the rows that is asked for.
func (a *asked) page() []*row {
	limit := a.limit
	if limit == 0 {
		limit = a.h.pageSize()
	}
	first := min(a.offset, len(a.rows))
	return a.rows[first:min(first+limit, len(a.rows))]
}
