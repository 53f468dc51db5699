package priority

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Observe takes the assessment of a condition at an instant, and answers where it stands then.
// Conditions are told apart by the [Signal.Identity] of what was assessed.
func (h *Hysteresis) Observe(a Assessment, at time.Time) Standing {
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
		h.mu.Unlock()
		asked, broken = true, h.breached(a, at) // with no lock held; what was kept meanwhile is read again
	}
}

// Standing answers where a condition stands, and false where it is not remembered.
func (h *Hysteresis) Standing(identity string) (Standing, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s, ok := h.kept[short(identity)]
	return s, ok
}

// short stands for an identity of any length.
func short(identity string) string {
	const most = 512
	if len(identity) <= most {
		return identity
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(identity)))
}

func (h *Hysteresis) keep(identity string, s Standing) {
	if h.kept == nil {
		h.kept = map[string]Standing{}
	}
	most := max(1, cmp.Or(h.Most, defaultMost))
	if _, known := h.kept[identity]; !known && len(h.kept) >= most {
		h.forget(most - max(1, most/8))
	}
	h.kept[identity] = s
}

// forget leaves so many of those that matter most.
func (h *Hysteresis) forget(leave int) {
	type one struct {
		identity string
		Standing
	}
	all := make([]one, 0, len(h.kept))
	for identity, s := range h.kept {
		all = append(all, one{identity, s})
	}
	slices.SortFunc(all, func(x, y one) int {
		return cmp.Or(cmp.Compare(x.Priority, y.Priority), cmp.Compare(x.unsettled(), y.unsettled()), x.At.Compare(y.At), strings.Compare(x.identity, y.identity))
	})
	for _, o := range all[:max(0, len(all)-leave)] {
		delete(h.kept, o.identity)
	}
}

// unsettled is 1 where something would be lost by forgetting.
func (s Standing) unsettled() int {
	if s.Priority != s.Newest || s.Flapping {
		return 1
	}
	return 0
}
