package priority

import (
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A hold keeps below P1 what is proven to have time left: the fields KeptUntil and HoldMargin of a
// Classifier.
type hold struct {
	proof  func(promise *sla.SLA, at time.Time) (keptUntil time.Time, ok bool)
	margin time.Duration
}

// ask asks for proof. A panic is no proof.
func (h *hold) ask(promise *sla.SLA, at time.Time) (until time.Time, ok bool) {
	err := fault.Contain("KeptUntil", func() error {
		until, ok = h.proof(promise, at)
		return nil
	})
	return until, ok && err == nil
}

// held returns the instant from which the signal is P1, and reports whether it is held until then,
// as if the lead SLA had this tier.
func (a *Assessment) held(lead sla.Tier) (time.Time, bool) {
	margin := a.view.hold.margin
	if margin < 0 {
		return time.Time{}, false
	}
	var (
		first time.Time
		tier  = lead
		kept  = *a // a copy, so that the iteration does not move the caller's value to the heap
	)
	for i := range kept.running() {
		if i.SLA != kept.lead() {
			tier = i.SLA.Tier
		}
		if tier != sla.Primary {
			continue
		}

		effect, until := kept.effect(i)
		from := until.Add(-margin)
		// A margin that reaches before the first instant a Time can hold has wrapped, and proves
		// nothing.
		wrapped := until.Sub(from) != margin || from.IsZero()
		if wrapped || effect != EffectExposed || !kept.Signal.At.Before(from) {
			return time.Time{}, false
		}
		first = exact.Earlier(first, from)
	}
	return first, true
}

// P1At returns the instant from which the signal is P1 if nothing else changes, and true, for a
// signal that is held, by [Classifier].KeptUntil, or is less than P1 because a primary SLA is under
// maintenance. Classify the signal again with that instant. P1At returns false if there is no such
// instant.
func (a Assessment) P1At() (time.Time, bool) {
	var first time.Time
	if a.p1At != nil {
		first = *a.p1At
	}
	if a.upkeep != nil && a.Priority < P1 {
		first = exact.Earlier(first, a.upkeep.resumes())
	}
	return first, !first.IsZero()
}
