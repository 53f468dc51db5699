package status

import (
	"cmp"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

const mostCorrections = 100 // listed of one SLA

// A correctionKey names a correction: its ID is unique within its SLA.
type correctionKey struct{ sla, id string }

// revoked returns which corrections are revoked. A revocation comes after what it revokes and may
// be revoked itself, so that the list is read from its end.
func revoked(list []sla.Correction) map[correctionKey]bool {
	gone := map[correctionKey]bool{}
	for _, c := range slices.Backward(list) {
		if c.Revokes != "" && !gone[correctionKey{c.SLA, c.ID}] {
			gone[correctionKey{c.SLA, c.Revokes}] = true
		}
	}
	return gone
}

// corrections returns the corrections of one SLA, the newest first.
func (h *Handler) corrections(s *snapshot, id string) (shown []CorrectionView) {
	gone := revoked(s.facts.corrections)
	for _, c := range s.facts.corrections {
		if c.SLA == id && c.Revokes == "" {
			shown = append(shown, h.Publish.correction(c, gone[correctionKey{id, c.ID}]))
		}
	}
	// They are sorted by what they are about, not by when they were entered: a reader looks for a
	// day.
	slices.SortStableFunc(shown, func(a, b CorrectionView) int {
		return cmp.Or(b.Start.Compare(a.Start), cmp.Compare(a.ID, b.ID))
	})
	return shown[:min(len(shown), mostCorrections)]
}

// effect returns what a correction does, in words.
func (c *CorrectionView) effect() string {
	switch {
	case c.Revoked:
		return "revoked"
	case c.Planned:
		return "maintenance"
	case c.CountAsGood:
		return "counts as good"
	}
	return "does not count"
}

// correctedBy reports how the corrections in force of an objective change [from, to), or the
// instant from where both are the same: whether one takes it out, and whether one counts it as
// good.
func correctedBy(
	list []sla.Correction, gone map[correctionKey]bool, id, objective string, from, to time.Time,
) (removed, good bool) {
	for _, c := range list {
		// Other SLAs, other objectives, and what is not in force are skipped.
		other := c.SLA != id || c.Objective != "" && c.Objective != objective
		if other || c.Revokes != "" || gone[correctionKey{id, c.ID}] {
			continue
		}
		// A due instant is an empty interval, which a correction touches if it starts no later.
		if from.Before(c.End) && (c.Start.Before(to) || !from.Before(c.Start)) {
			removed, good = removed || !c.CountAsGood, good || c.CountAsGood
		}
	}
	return removed, good
}
