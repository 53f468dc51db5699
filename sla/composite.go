package sla

import "math/big"

// A part is what an SLA's state is made of: one objective, as it stands.
type part struct {
	name   string
	budget Budget
	state  State
	weight int64
}

// composed answers the state of an SLA, and the name of the part that decides it; none where all is well.
//
// Without a target of its own, all parts must hold: the worst state is the SLA's, and of several parts that are in it
// the culprit is the one with the least budget left, and then the first. A part without data is no proof of anything:
// an SLA of which nothing is worse than met is without data as soon as one part is.
//
// With a target, the mean of the parts' compliance must reach it, each by its weight; those without data are left out.
// The culprit is the part that costs the mean most: weight × (1 − compliance).
func composed(target Target, parts []part) (State, string) {
	if target.IsZero() {
		return worst(parts)
	}
	return weighted(target, parts)
}

func worst(parts []part) (State, string) {
	var culprit *part
	for i := range parts {
		if p := &parts[i]; culprit == nil || p.worse(culprit) {
			culprit = p
		}
	}
	switch {
	case culprit == nil:
		return NoData, ""
	case culprit.state == Met:
		return Met, ""
	}
	return culprit.state, culprit.name
}

// rank orders states by how bad they are: what is not known is worse than what is well, and better than any trouble.
func (s State) rank() int {
	if s == NoData {
		return 2*int(Met) + 1
	}
	return 2 * int(s)
}

func (p *part) worse(q *part) bool {
	if p.state.rank() != q.state.rank() {
		return p.state.rank() > q.state.rank()
	}
	return p.remaining().Cmp(q.remaining()) < 0
}

// remaining is 1 − (bad / total) / (1 − target), exactly. Without data it is 1; without a budget it is minus the bad outcomes.
func (p *part) remaining() *big.Rat {
	_, bad := p.budget.Counts.parts()
	total := p.budget.Counts.Total()
	if total == 0 {
		return big.NewRat(1, 1)
	}
	spent := new(big.Rat).SetFrac(new(big.Int).SetUint64(bad), new(big.Int).SetUint64(total))
	if tolerance := p.budget.tolerance(); tolerance > 0 {
		spent.Mul(spent, big.NewRat(billion, int64(tolerance)))
	} else {
		spent.SetInt(new(big.Int).SetUint64(bad))
	}
	return spent.Sub(big.NewRat(1, 1), spent)
}

// weighted compares the exact mean Σ weight × good / total ÷ Σ weight with the target.
// At exactly the target the promise is kept, and its budget used to the last.
func weighted(target Target, parts []part) (State, string) {
	lost, weights, most := new(big.Rat), new(big.Rat), new(big.Rat)
	culprit, risk := "", ""
	for i := range parts {
		p := &parts[i]
		_, bad := p.budget.Counts.parts()
		total := p.budget.Counts.Total()
		if total == 0 {
			continue
		}
		weight := new(big.Rat).SetInt64(max(p.weight, 1))
		cost := new(big.Rat).SetFrac(new(big.Int).SetUint64(bad), new(big.Int).SetUint64(total))
		cost.Mul(cost, weight)
		weights.Add(weights, weight)
		lost.Add(lost, cost)
		if cost.Cmp(most) > 0 {
			most, culprit = cost, p.name
		}
		if p.state == AtRisk && risk == "" {
			risk = p.name
		}
	}
	if weights.Sign() == 0 {
		return NoData, ""
	}
	allowed := new(big.Rat).Mul(weights, big.NewRat(billion-target.Billionths(), billion))
	switch lost.Cmp(allowed) {
	case 1:
		return Breached, culprit
	case 0:
		return Exhausted, culprit
	}
	if risk != "" {
		return AtRisk, risk
	}
	return Met, ""
}
