package freshness

import (
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// Needed returns the landings that a judgement at now or later may depend on: the newest of landed,
// which is in order. A policy of another package may depend on all of them.
func Needed(p Policy, landed Landings, now time.Time) Landings {
	return landed[max(0, neededFrom(p, landed, now)):]
}

// neededFrom returns the index of the first landing that matters to a policy at now or later. It
// may be negative.
func neededFrom(p Policy, landed Landings, now time.Time) int {
	if has, ok := p.(interface{ neededFrom(Landings, time.Time) int }); ok && builtin(p) {
		return has.neededFrom(landed, now)
	}
	return 0
}

func (p MaxAge) neededFrom(landed Landings, _ time.Time) int { return len(landed) - 1 }

func (p Cadence) neededFrom(landed Landings, _ time.Time) int { return len(landed) - 2 }

func (p Paused) neededFrom(landed Landings, now time.Time) int {
	return neededFrom(p.Policy, landed, now)
}

func (p During) neededFrom(landed Landings, now time.Time) int {
	return neededFrom(p.Policy, landed, now)
}

func (p AllOf) neededFrom(landed Landings, now time.Time) int { return partsNeedFrom(p, landed, now) }

func (p AnyOf) neededFrom(landed Landings, now time.Time) int { return partsNeedFrom(p, landed, now) }

func partsNeedFrom(list []Policy, landed Landings, now time.Time) int {
	from := len(landed)
	for _, p := range list {
		from = min(from, neededFrom(p, landed, now))
	}
	return from
}

// neededFrom goes one due instant further back than a judgement at now does, for clocks that jump
// back, and keeps what makes the usual number of rows before that.
func (p Deadline) neededFrom(landed Landings, now time.Time) int {
	passed, ok := p.prev(exact.AddTime(now, -p.Grace))
	if ok {
		passed, ok = p.prev(passed.due)
	}
	if !ok || passed.always {
		return 0
	}
	from := landed.After(passed.opens)
	for counts := 0; p.MinPercent > 0 && counts < usualMost && from > 0; from-- {
		if _, counted := landed[from-1].rows(); counted {
			counts++
		}
	}
	return min(from, len(landed)-1)
}
