package status

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
)

// baselines holds when assets usually land, for as long as their histories stay the same: learning
// one is the most expensive part of a page.
type baselines map[baselineKey]learnedBaseline

// A baselineKey is what a baseline was learned for: days and hours differ by location.
type baselineKey struct{ asset, zone string }

// A learnedBaseline is a baseline and how to tell whether its history has changed. Histories only
// grow at their end, so that their length and newest landing are enough.
type learnedBaseline struct {
	length int       // of the history that it was learned from
	newest time.Time // landing of that history
	usual  *history.Baseline
}

const (
	mostBaselines = 20_000
	learnedFrom   = 180 * 24 * time.Hour // how much of the past tells what is usual
)

// learn returns when an asset usually lands, or nil if its history is too short.
func (b *baselines) learn(asset string, landed freshness.Landings, zone *time.Location) *history.Baseline {
	newest, ok := landed.Newest()
	if !ok {
		return nil
	}
	key := baselineKey{asset, zone.String()}
	last, found := (*b)[key]
	// A history that was cut at its start has another length, and is learned again.
	if found && last.length == len(landed) && last.newest.Equal(newest.At) {
		return last.usual
	}

	// An old habit must not outweigh the present one, so that only the last months are learned
	// from.
	usual, err := history.Learn(since(landed, newest.At.Add(-learnedFrom)), zone)
	if err != nil {
		usual = nil
	}
	// As in the cache, what is too much is dropped at once: assets that are gone leave nothing
	// behind for ever.
	if *b == nil || len(*b) >= mostBaselines {
		*b = baselines{}
	}
	(*b)[key] = learnedBaseline{len(landed), newest.At, usual}
	return usual
}

// since cuts off what landed before an instant.
func since(landed freshness.Landings, from time.Time) freshness.Landings {
	for len(landed) > 0 && landed[0].At.Before(from) {
		landed = landed[1:]
	}
	return landed
}

// fill adds to a row when landings are expected. The caller holds the turn to compute.
func (h *Handler) fill(s *snapshot, r *row) {
	if r.filled {
		return
	}
	r.filled = true
	for i := range r.Objectives {
		o, n := &r.Objectives[i], &r.notes[i]
		// A landing is predicted for a due instant. Without one there is nothing to be expected.
		if n.rule == nil || o.Due.IsZero() {
			continue
		}
		asset := r.report.Objectives[i].Asset
		landed := h.landings(asset)
		if usual := h.baselines.learn(asset, landed, n.zone); usual != nil {
			o.Expected = expected(usual.Predict(landed, s.at, o.Due), n.zone)
		}
	}
}

// expected returns a prediction as it is shown, or nil if there is none.
func expected(p history.Prediction, zone *time.Location) *ExpectedLanding {
	// What has landed is no longer expected.
	if p.Landed || p.Expected.IsZero() {
		return nil
	}
	return &ExpectedLanding{
		By: within(p.Expected, zone), Earliest: within(p.Earliest, zone), Latest: within(p.Latest, zone),
		Chance: p.Chance, Miss: p.Miss, Cases: p.Waiting,
	}
}
