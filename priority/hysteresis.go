package priority

import (
	"cmp"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A Hysteresis keeps the priority of a condition steady: it raises at once, and lowers late, so that whoever was called is not
// sent away and called again. The zero Hysteresis has the defaults, and is ready for use.
//
//	[Hysteresis.Observe]   take an assessment, and answer where its condition stands now
//	[Hysteresis.Next]      the same for a caller who keeps the standings: a pure function
//	[Hysteresis.Standing]  read where a condition stands
//
// A priority is lowered once every evaluation has been below it for Hold, and in Clean evaluations at least, and then to the
// highest of those. A condition that flaps is not lowered at all, and stands at the highest that it reached. Nor is P1 lowered
// while Breached says so of a primary SLA that the signal reaches. Nothing raises but an assessment that is higher.
//
// Flapping is found as Nagios does: of the last 21 evaluations, each of the 20 that may differ from the one before counts if it does,
// the oldest 0.75 and the newest 1.25 times, evenly spaced; see Nagios Core, "Detection and Handling of State Flapping".
// It begins when they add up to FlapStart percent of all 20, and ends when they fall to FlapStop percent.
//
// It goes by its caller's instants, and reads no clock. A Hysteresis is safe for concurrent use by multiple goroutines
// and must not be copied after first use. Its fields must be set before it.
type Hysteresis struct {
	// Hold is how long every evaluation must have been below a priority before that is lowered. Default: 15 minutes. Negative: no time at all.
	Hold time.Duration

	// Clean is in how many evaluations at least. Default: 3. Negative: one.
	Clean int

	// FlapStart and FlapStop are the percentages of change at which flapping begins and ends. Default: 30 and 20, as in Nagios.
	// FlapStart above 100 never begins; FlapStop above FlapStart counts as it.
	FlapStart, FlapStop int

	// Most is how many conditions Observe remembers, of less than 1 KiB each. Default: 10,000. Negative: one.
	// Beyond it those that stand lowest are forgotten, an eighth at a time: of one priority first those that stand where their newest
	// assessment is, and then those that were not heard of for longest. What is forgotten begins anew, where its next assessment is.
	Most int

	// Breached tells whether an SLA is broken at an instant, such as that a budget is exhausted. It is asked with no lock held, before P1 would be lowered,
	// about each primary SLA that the signal reaches; a panic counts as true. Nil: nothing is asked.
	Breached func(sla string, at time.Time) bool

	mu   sync.Mutex // guards what follows
	kept map[string]Standing
}

// The defaults.
const (
	defaultHold  = 15 * time.Minute
	defaultClean = 3
	defaultStart = 30
	defaultStop  = 20
	defaultMost  = 10_000
)

// A Standing is where one condition stands: the priority that counts, and what is known of how it came to it.
// The zero Standing is that of a condition that nobody has heard of. It is plain data of a fixed size, and may be kept and sent as JSON.
type Standing struct {
	Priority Priority  `json:"priority"`        // the one that counts
	Newest   Priority  `json:"newest"`          // what the newest evaluation said
	At       time.Time `json:"at,omitzero"`     // when that was, or, where that was out of order, the one before it
	Heard    bool      `json:"heard"`           // there was one
	Flapping bool      `json:"flapping"`        // it changes too often to be lowered
	Changes  uint32    `json:"changes"`         // which of the last 20 evaluations differed from the one before; the lowest bit is the newest
	Below    Priority  `json:"below,omitempty"` // the highest of the evaluations since all are below Priority
	Clean    int       `json:"clean,omitempty"` // how many they are, counted as far as it matters
	Held     int64     `json:"held,omitempty"`  // for how long they are, in nanoseconds, counted as far as it matters
}

// Next answers where a condition stands that stood there before, and was assessed at an instant: the same from the same.
// It neither reads nor changes what [Hysteresis.Observe] keeps, and can be called on a nil Hysteresis, which has the defaults.
//
// Instants may jump. One that is earlier than those before it adds no time, and if it is so by more than Hold the evaluations below are counted anew.
// One far ahead passes the time, yet not the evaluations that Clean asks for, so that a jump alone lowers nothing.
// With the zero instant an assessment can raise, and does not count towards lowering.
func (h *Hysteresis) Next(before Standing, a Assessment, at time.Time) Standing {
	return h.next(before, a.Priority, at, func() bool { return h.breached(a, at) })
}

func (h *Hysteresis) next(s Standing, p Priority, at time.Time, breached func() bool) Standing {
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

// restart counts the evaluations that are below anew, from so many on.
func (s *Standing) restart(clean int) { s.Below, s.Clean, s.Held = 0, clean, 0 }

// below counts one more evaluation that is below, and the time since the one before it.
func (h *Hysteresis) below(s *Standing, p Priority, at time.Time) {
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

// count notes whether the priority changed, and weighs the changes.
func (h *Hysteresis) count(s *Standing, p Priority) {
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
	defer func() {
		if recover() != nil {
			broken = true
		}
	}()
	for i := range a.Impacts() {
		if i.SLA.Tier != sla.Primary {
			break
		}
		if h.Breached(i.SLA.ID, at) {
			return true
		}
	}
	return false
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
	return max(1, cmp.Or(h.Clean, defaultClean))
}

func (h *Hysteresis) flapping() (start, stop int) {
	if h == nil {
		return defaultStart, defaultStop
	}
	start = min(max(cmp.Or(h.FlapStart, defaultStart), 0), 101)
	return start, min(cmp.Or(h.FlapStop, defaultStop), start)
}
