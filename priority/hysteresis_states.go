package priority

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Observe takes the assessment of a condition at an instant, and returns the state of the condition
// then. Conditions are distinguished by the [Signal.Identity] of what was assessed.
func (h *Hysteresis) Observe(a Assessment, at time.Time) HysteresisState {
	identity := short(a.Signal.Identity())
	asked, broken := false, false
	for {
		h.mu.Lock()
		ask := false
		s := h.next(h.kept[identity], a.Priority, at, func() bool { ask = !asked; return ask || broken })
		if !ask {
			h.keep(identity, s)
			h.mu.Unlock()
			return s
		}

		// Breached is the caller's and may be slow: it is called with no lock held. The state may
		// change meanwhile, so it is read again.
		h.mu.Unlock()
		asked, broken = true, h.breached(a, at)
	}
}

// short returns a text of bounded length for an identity of any length.
func short(identity string) string {
	const most = 512
	if len(identity) <= most {
		return identity
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(identity)))
}

func (h *Hysteresis) keep(identity string, s HysteresisState) {
	if h.kept == nil {
		h.kept = map[string]HysteresisState{}
	}
	most := max(1, cmp.Or(h.MaxConditions, defaultMost))
	if _, known := h.kept[identity]; !known && len(h.kept) >= most {
		h.forget(most - max(1, most/8))
	}
	h.kept[identity] = s
}

// forget keeps so many of the conditions that matter most.
func (h *Hysteresis) forget(leave int) {
	type one struct {
		identity string
		HysteresisState
	}
	all := make([]one, 0, len(h.kept))
	for identity, s := range h.kept {
		all = append(all, one{identity, s})
	}
	slices.SortFunc(all, func(x, y one) int {
		return cmp.Or(
			cmp.Compare(x.Priority, y.Priority),
			cmp.Compare(x.unsettled(), y.unsettled()),
			x.At.Compare(y.At),
			strings.Compare(x.identity, y.identity),
		)
	})
	for _, o := range all[:max(0, len(all)-leave)] {
		delete(h.kept, o.identity)
	}
}

// unsettled returns 1 if something would be lost by forgetting the condition.
func (s HysteresisState) unsettled() int {
	if s.Priority != s.Newest || s.Flapping {
		return 1
	}
	return 0
}
