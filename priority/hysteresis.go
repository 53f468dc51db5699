package priority

import (
	"cmp"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A Hysteresis keeps the priority of a condition steady: it raises at once and lowers late, so that
// an engineer who was called is not sent away and called again. The zero Hysteresis has the
// defaults and is ready for use.
//
//	[Hysteresis.Observe]  takes an assessment and returns the state of its condition
//	[Hysteresis.Next]     the same for a caller who keeps the states: a pure function
//
// A priority is lowered once every evaluation has been below it for Hold and in at least
// CleanEvaluations evaluations, and then to the highest of those. A condition that flaps is not
// lowered at all, and stays at the highest priority that it reached. P1 is not lowered while
// Breached returns true for a primary SLA that the signal reaches. Only an assessment with a higher
// priority raises.
//
// Flapping is detected as in Nagios. Of the last 21 evaluations, each of the 20 that can differ
// from the one before counts if it does, with a weight from 0.75 for the oldest to 1.25 for the
// newest, evenly spaced; see Nagios Core, "Detection and Handling of State Flapping". Flapping
// begins when the weights add up to FlapStartPercent of all 20, and ends when they fall to
// FlapStopPercent.
//
// It uses its caller's instants and reads no clock. A Hysteresis is safe for concurrent use by
// multiple goroutines. Its fields must be set before first use, and it must not be copied after.
type Hysteresis struct {
	// Hold is how long every evaluation must have been below a priority before that is lowered.
	// Default: 15 minutes. Negative: no time at all.
	Hold time.Duration

	// CleanEvaluations is in how many evaluations at least. Default: 3. Negative: one.
	CleanEvaluations int

	// FlapStartPercent and FlapStopPercent are the percentages of change at which flapping begins
	// and ends. Default: 30 and 20, as in Nagios. A FlapStartPercent above 100 disables the
	// detection. A FlapStopPercent above FlapStartPercent counts as equal to it.
	FlapStartPercent, FlapStopPercent int

	// MaxConditions is how many conditions Observe remembers, of less than 1 KiB each. Default:
	// 10,000. Negative: one. Beyond it the least important are forgotten, an eighth at a time:
	// those of the lowest priority first, among them those whose priority equals that of their
	// newest assessment, and among them those without news for longest. A forgotten condition
	// begins anew with its next assessment.
	MaxConditions int

	// Breached reports whether an SLA is broken at an instant, such as that an error budget is
	// exhausted. It is called before P1 would be lowered, for each primary SLA that the signal
	// reaches, with no lock held. A panic counts as true. Nil: nothing is asked.
	Breached func(sla string, at time.Time) bool

	mu   sync.Mutex // guards what follows
	kept map[string]HysteresisState
}

// The defaults.
const (
	defaultHold  = 15 * time.Minute
	defaultClean = 3
	defaultStart = 30
	defaultStop  = 20
	defaultMost  = 10_000
)

// A HysteresisState is the state of one condition: the priority that counts, and how it came to it.
// The zero HysteresisState is that of a condition without an evaluation. It is plain data of a
// fixed size, and may be kept and sent as JSON.
type HysteresisState struct {
	Priority Priority  `json:"priority"`        // the one that counts
	Newest   Priority  `json:"newest"`          // that of the newest evaluation
	At       time.Time `json:"at,omitzero"`     // when that was; an instant out of order is left out
	Heard    bool      `json:"heard"`           // there was an evaluation
	Flapping bool      `json:"flapping"`        // it changes too often to be lowered
	Changes  uint32    `json:"changes"`         // which of the last 20 were a change; bit 0 is the newest
	Below    Priority  `json:"below,omitempty"` // the highest of the evaluations since all are below Priority
	Clean    int       `json:"clean,omitempty"` // the number of those, counted as far as it matters
	Held     int64     `json:"held,omitempty"`  // for how long, in nanoseconds, counted as far as it matters
}

// Next returns the state of a condition that had a state before and was assessed at an instant. It
// is a pure function: it neither reads nor changes what [Hysteresis.Observe] keeps. It can be
// called on a nil Hysteresis, which has the defaults.
//
// Instants may jump. One that is earlier than those before it adds no time; if it is earlier by
// more than Hold, the evaluations below are counted anew. One far ahead adds its time, but not the
// evaluations that CleanEvaluations requires, so that a jump alone lowers nothing. With the zero
// instant an assessment can raise, and does not count towards lowering.
func (h *Hysteresis) Next(before HysteresisState, a Assessment, at time.Time) HysteresisState {
	return h.next(before, a.Priority, at, func() bool { return h.breached(a, at) })
}

func (h *Hysteresis) next(s HysteresisState, p Priority, at time.Time, breached func() bool) HysteresisState {
	h.count(&s, p)
	s.Newest, s.Heard = p, true
	switch {
	case p >= s.Priority:
		s.Priority, s.At = p, at
		s.restart(0)
		return s
	case at.IsZero():
		return s
	}

	h.below(&s, p, at)
	if s.Flapping || s.Clean < h.clean() || s.Held < int64(h.hold()) || s.Priority >= P1 && breached() {
		return s
	}
	s.Priority = s.Below
	s.restart(0)
	return s
}

// restart counts the evaluations below anew, beginning with so many.
func (s *HysteresisState) restart(clean int) { s.Below, s.Clean, s.Held = 0, clean, 0 }

// below counts one more evaluation below, and the time since the one before it.
func (h *Hysteresis) below(s *HysteresisState, p Priority, at time.Time) {
	hold, passed := h.hold(), at.Sub(s.At)
	if s.Clean == 0 || passed < -hold {
		s.restart(1)
		s.Below, s.At = p, at
		return
	}
	s.Below = max(s.Below, p)
	s.Clean = min(s.Clean+1, h.clean())
	if passed > 0 {
		s.Held, s.At = s.Held+int64(min(passed, hold-time.Duration(s.Held))), at
	}
}

// count records whether the priority changed, and weighs the changes.
func (h *Hysteresis) count(s *HysteresisState, p Priority) {
	const history = 20
	if !s.Heard {
		s.Priority = p
		return
	}
	s.Changes = s.Changes << 1 & (1<<history - 1)
	if p != s.Newest {
		s.Changes |= 1
	}

	// In parts of 76, the weights are the whole numbers 95, 93 … 57, and add up to 1520.
	const all = 1520
	sum := 0
	for age := range history {
		if s.Changes>>age&1 == 1 {
			sum += 95 - 2*age
		}
	}

	start, stop := h.flapping()
	switch percent := sum * 100; {
	case percent >= start*all:
		s.Flapping = true
	case percent <= stop*all:
		s.Flapping = false
	}
}

// breached asks about each primary SLA that the signal reaches.
func (h *Hysteresis) breached(a Assessment, at time.Time) (broken bool) {
	if h == nil || h.Breached == nil {
		return false
	}
	err := fault.Contain("Breached", func() error {
		for i := range a.Impacts() {
			if broken || i.SLA.Tier != sla.Primary {
				break // primary SLAs come first
			}
			broken = h.Breached(i.SLA.ID, at)
		}
		return nil
	})
	return broken || err != nil
}

func (h *Hysteresis) hold() time.Duration {
	if h == nil {
		return defaultHold
	}
	return max(0, cmp.Or(h.Hold, defaultHold))
}

func (h *Hysteresis) clean() int {
	if h == nil {
		return defaultClean
	}
	return max(1, cmp.Or(h.CleanEvaluations, defaultClean))
}

func (h *Hysteresis) flapping() (start, stop int) {
	if h == nil {
		return defaultStart, defaultStop
	}
	start = min(max(cmp.Or(h.FlapStartPercent, defaultStart), 0), 101)
	return start, min(cmp.Or(h.FlapStopPercent, defaultStop), start)
}
