package tracker

import (
	"slices"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A span is the interval [from, to), in nanoseconds since 1970.
type span struct{ from, to int64 }

// An effect is an interval that counts as good, or as nothing.
type effect struct {
	span
	good bool
}

// inForce returns the corrections that were known at an instant and had not been taken back by
// then, in the order of the list. Those that take others back are not among them.
func inForce(list []sla.Correction, known int64) []sla.Correction {
	type key struct{ promise, id string }
	var left []sla.Correction
	gone := map[key]bool{}
	// Backwards, for what takes another back comes after it, and may be taken back itself.
	for _, c := range slices.Backward(list) {
		switch {
		case exact.Nanos(c.EnteredAt) > known || gone[key{c.SLA, c.ID}]:
		case c.Revokes != "":
			gone[key{c.SLA, c.Revokes}] = true
		default:
			left = append(left, c)
		}
	}
	slices.Reverse(left)
	return left
}

// concerns reports whether the correction is about an objective of an SLA and touches [from, to).
func concerns(c sla.Correction, id, objective string, from, to int64) bool {
	about := c.SLA == id && (c.Objective == "" || c.Objective == objective)
	return about && exact.Nanos(c.Start) < to && exact.Nanos(c.End) > from
}

// effects returns what corrections do to [from, to): disjoint intervals within it, in order, no two
// of which could be one. An interval that one correction removes is removed, whatever others do to
// it. So a correction that is added to another never makes the figures look better than by itself.
func effects(list []sla.Correction, from, to int64) []effect {
	edges := []int64{from, to}
	for _, c := range list {
		start, end := exact.Nanos(c.Start), exact.Nanos(c.End)
		edges = append(edges, min(max(start, from), to), min(max(end, from), to))
	}
	slices.Sort(edges)

	var out []effect
	for i := 1; i < len(edges); i++ {
		piece := span{edges[i-1], edges[i]}
		if piece.from < piece.to {
			out = extend(out, piece, list)
		}
	}
	return out
}

// extend adds what happens to a piece that no correction divides.
func extend(out []effect, piece span, list []sla.Correction) []effect {
	removed, good := false, false
	for _, c := range list {
		if exact.Nanos(c.Start) <= piece.from && piece.to <= exact.Nanos(c.End) {
			removed, good = removed || !c.CountAsGood, good || c.CountAsGood
		}
	}
	if !removed && !good {
		return out
	}

	// Neighbours with one effect become one, so that the list grows with what changes.
	if n := len(out); n > 0 && out[n-1].to == piece.from && out[n-1].good == !removed {
		out[n-1].to = piece.to
		return out
	}
	return append(out, effect{piece, !removed})
}
