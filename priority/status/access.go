package status

import (
	"crypto/sha256"
	"fmt"
	"net/http"

	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// visible returns the SLAs that the sender of a request may see, and whether they may see incidents
// that reach no SLA.
//
// The mark is part of the cache key: it is the same for all readers who may see the same, and for
// no one else. It is a digest of one bit for each SLA, since a list of 10,000 IDs would be a long
// key.
func (h *Handler) visible(r *http.Request, s *snapshot) (rows []*row, orphans bool, mark string) {
	if h.Authorize == nil {
		return s.rows, true, ""
	}

	// There is one bit for each SLA and one for orphans, in the order of the rows, which is that of
	// the snapshot: a mark means nothing to another snapshot, and neither does its cache.
	bits := make([]byte, len(s.rows)/8+1)
	for i, row := range s.rows {
		if h.allowed(r, row.ID) {
			rows = append(rows, row)
			bits[i/8] |= 1 << (i % 8)
		}
	}
	if orphans = h.allowed(r, ""); orphans {
		bits[len(s.rows)/8] |= 1 << (len(s.rows) % 8)
	}
	return rows, orphans, fmt.Sprintf("%x", sha256.Sum256(bits))
}

// allowed calls Authorize. A panic is contained, and counts as false.
func (h *Handler) allowed(r *http.Request, id string) (may bool) {
	_ = fault.Contain("Authorize", func() error {
		may = h.Authorize(r, id)
		return nil
	})
	return may
}

// hide finds the checks that must stay hidden from the sender, and until when the rest holds: the
// instant at which the response expires must not tell when a hidden check runs.
func (q *request) hide() {
	if q.expires = q.s.expires; len(q.seen) == len(q.s.rows) {
		return
	}

	// IDs may hold slashes, so that checks of two SLAs may bear one name. It is hidden only if
	// neither SLA may be seen.
	q.hidden = map[string]bool{}
	for _, r := range q.s.rows {
		for i := range r.report.Objectives {
			q.hidden[r.report.Objectives[i].Check] = true
		}
	}
	for _, r := range q.seen {
		for i := range r.report.Objectives {
			delete(q.hidden, r.report.Objectives[i].Check)
		}
	}
	q.expires = q.s.nextChange(q.seen, q.hidden)
}

// sees returns which SLAs the response is about, by ID: those that the sender may see and has
// selected.
func (q *request) sees() map[string]bool {
	sees := make(map[string]bool, len(q.rows))
	for _, r := range q.rows {
		sees[r.ID] = q.id == "" || q.id == r.ID
	}
	return sees
}

// seesAll reports whether the sender may see all SLAs.
func (q *request) seesAll() bool { return len(q.seen) == len(q.s.rows) }

// reached reports whether an asset feeds an SLA that the sender may see.
func (q *request) reached(asset string) bool {
	// The lineage is asked which SLAs the asset reaches, and not each SLA for its lineage: an asset
	// reaches few.
	seen := make(map[string]bool, len(q.seen))
	for _, r := range q.seen {
		seen[r.ID] = true
	}
	for impact := range q.s.catalog.Impacts(asset) {
		if seen[impact.SLA.ID] {
			return true
		}
	}
	return false
}
