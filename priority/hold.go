package priority

import (
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A hold keeps below P1 what has proven slack.
type hold struct {
	proof  func(promise *sla.SLA, at time.Time) (keptUntil time.Time, ok bool)
	margin time.Duration
}

func (h hold) apply(c *config) { c.hold = h }

// HoldExposed keeps a firing signal below P1 for as long as every primary SLA that it reaches is proven to have time left,
// more than the margin: the table decides, and [P2] is the most it can say. From the margin on, the signal is P1;
// [Assessment.P1At] tells the instant. Default: no hold. All that reaches a primary SLA is P1 at once.
//
// The proof is asked for each primary SLA reached: until when is it certain to be kept, though nothing gets better?
// That is what the FreshUntil of the newest results of its checks says. A schedule alone proves nothing: what was due
// this morning may not have landed. An ok of false, a zero instant, and a panic are no proof, and so is a signal without an instant;
// then the signal is P1, as it is if the margin is negative. A signal's own due instant counts too where it is earlier.
// A nil proof is no hold.
//
// With a hold, a decision about what reaches a primary SLA walks all impacts and allocates.
// The proof may be called concurrently with itself, with no lock held, and must answer at once.
func HoldExposed(margin time.Duration, proof func(promise *sla.SLA, at time.Time) (keptUntil time.Time, ok bool)) Option {
	return hold{proof, margin}
}

// ask asks for proof and takes a panic for none.
func (h *hold) ask(promise *sla.SLA, at time.Time) (until time.Time, ok bool) {
	defer func() {
		if recover() != nil {
			until, ok = time.Time{}, false
		}
	}()
	return h.proof(promise, at)
}

// held answers from which instant on the signal is P1, and whether it is not until then,
// as if the lead SLA had this tier.
func (a *Assessment) held(lead sla.Tier) (time.Time, bool) {
	if a.view.hold.margin < 0 {
		return time.Time{}, false
	}
	var (
		first time.Time
		tier  = lead
		kept  = *a // for the iteration, so that a caller's own need not be on the heap where there is no hold
	)
	for i := range kept.running() {
		if i.SLA != kept.lead() {
			tier = i.SLA.Tier
		}
		if tier != sla.Primary {
			continue
		}
		effect, until := kept.Effect(i)
		from := until.Add(-kept.view.hold.margin)
		if cut := until.Sub(from) != kept.view.hold.margin || from.IsZero(); cut || effect != EffectExposed || !kept.Signal.At.Before(from) {
			return time.Time{}, false
		}
		first = earlier(first, from)
	}
	return first, true
}

// P1At returns the instant from which on a signal is P1, if nothing changes, that [HoldExposed] holds, or that is less than P1 because
// a primary SLA is under maintenance: classify it again then, with that instant. It returns false where there is no such instant.
func (a Assessment) P1At() (time.Time, bool) {
	var first time.Time
	if a.p1At != nil {
		first = *a.p1At
	}
	if a.upkeep != nil && a.Priority < P1 {
		first = earlier(first, a.upkeep.resumes())
	}
	return first, !first.IsZero()
}
