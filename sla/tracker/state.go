package tracker

import (
	"math/big"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A part is what an SLA's state is made of: one objective, as it stands.
type part struct {
	name   string
	budget sla.Budget
	state  sla.State
	weight int64
}

// composed returns the state of an SLA, and the name of the part that decides it; an empty name if
// the SLA is met.
//
// Without a target of its own all parts must hold: the worst state is the SLA's. Of several parts
// in that state the one with the least budget left decides, and of equals the first. A part without
// data proves nothing: an SLA of which no part is worse than met has no data as soon as one part
// has none.
//
// With a target, the mean of the parts' compliance must reach it, each part by its weight, without
// those that have no data. The part that costs the mean most decides: weight × (1 − compliance).
func composed(target sla.Target, parts []part) (sla.State, string) {
	if target.IsZero() {
		return worst(parts)
	}
	return weighted(target, parts)
}

// worst returns the worst state of all parts, and the part that decides it.
func worst(parts []part) (sla.State, string) {
	var decides *part
	for i := range parts {
		if p := &parts[i]; decides == nil || p.worse(decides) {
			decides = p
		}
	}
	switch {
	case decides == nil:
		return sla.StateNoData, ""
	case decides.state == sla.StateMet:
		return sla.StateMet, ""
	}
	return decides.state, decides.name
}

// rank orders states by how bad they are: no data is worse than met, and better than any trouble.
func rank(s sla.State) int {
	if s == sla.StateNoData {
		return 2*int(sla.StateMet) + 1
	}
	return 2 * int(s)
}

// worse reports whether a part decides before another. The first of equals decides, for neither is
// worse.
func (p *part) worse(q *part) bool {
	if rank(p.state) != rank(q.state) {
		return rank(p.state) > rank(q.state)
	}
	return p.remaining().Cmp(q.remaining()) < 0
}

// remaining returns 1 − (bad / total) / (1 − target), exactly. Without data it is 1; without a
// budget it is 1 − bad.
func (p *part) remaining() *big.Rat {
	spent := badShare(p.budget.Counts)
	if tolerance := p.budget.Target.Tolerance(); tolerance > 0 {
		spent.Mul(spent, big.NewRat(exact.Billion, int64(tolerance)))
	} else {
		_, bad := p.budget.Counts.Parts()
		spent.SetInt(new(big.Int).SetUint64(bad))
	}
	return spent.Sub(big.NewRat(1, 1), spent)
}

// badShare returns bad / total, exactly; 0 without data.
func badShare(c sla.Counts) *big.Rat {
	_, bad := c.Parts()
	total := c.Total()
	if total == 0 {
		return new(big.Rat)
	}
	return new(big.Rat).SetFrac(new(big.Int).SetUint64(bad), new(big.Int).SetUint64(total))
}

// weighted compares the exact mean Σ weight × good / total ÷ Σ weight with the target, by what each
// part costs it. At exactly the target the promise is kept, and its budget exhausted.
func weighted(target sla.Target, parts []part) (sla.State, string) {
	lost, weights, most := new(big.Rat), new(big.Rat), new(big.Rat)
	costliest, atRisk := "", ""
	for i := range parts {
		p := &parts[i]
		if p.budget.Counts.Total() == 0 {
			continue
		}
		weight := new(big.Rat).SetInt64(max(p.weight, 1))
		weights.Add(weights, weight)
		cost := weight.Mul(weight, badShare(p.budget.Counts))
		lost.Add(lost, cost)
		if cost.Cmp(most) > 0 {
			most, costliest = cost, p.name
		}
		if p.state == sla.StateAtRisk && atRisk == "" {
			atRisk = p.name
		}
	}
	if weights.Sign() == 0 {
		return sla.StateNoData, ""
	}

	allowed := new(big.Rat).Mul(weights, big.NewRat(exact.Billion-target.Billionths(), exact.Billion))
	switch lost.Cmp(allowed) {
	case 1:
		return sla.StateBreached, costliest
	case 0:
		return sla.StateExhausted, costliest
	}
	if atRisk != "" {
		return sla.StateAtRisk, atRisk
	}
	return sla.StateMet, ""
}
