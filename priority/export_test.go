package priority

import (
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// EffectOn returns the effect of a on any impact, also on one that it does not reach.
func EffectOn(a Assessment, i sla.Impact) (Effect, time.Time) { return a.effect(i) }

// Reachable returns how many assets of the catalog can get at least a priority, and how many there
// are.
func (c *Classifier) Reachable(least Priority) (assets, all int) { return c.reachable(least) }

// Kept returns what Observe keeps of a condition, and false if it is not remembered.
func (h *Hysteresis) Kept(identity string) (HysteresisState, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s, ok := h.kept[short(identity)]
	return s, ok
}
