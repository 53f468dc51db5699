package priority

import (
	"cmp"
	"slices"
	"strings"
)

// mostCauses is how many causes are listed for one signal.
const mostCauses = 8

// Causes groups what is firing at one moment by what explains it. For each assessment it returns
// the indexes of those that explain it, the one to attach it to first, and nil for one that stands
// alone because nothing upstream of it is firing.
//
// A signal is explained by those about assets that feed its own, through any number of others, and
// that nothing in the list explains in turn. Every such source counts: as long as one of them
// fires, the signal has a cause. Once none does, the signal stands alone in the next result, so
// that nothing is hidden behind a cause that is over. At most eight causes are listed.
//
// A less urgent signal explains nothing, so that a [P1] never depends on something that called no
// engineer. Neither does a resolved one.
//
// Signals about one asset are one problem, and so are those about assets that feed each other in a
// cycle: one of them stands alone and explains the others. Which one, and the order of several
// causes, is decided by the more urgent; then by the kind, where a failure, an unhealthy check or
// an alert comes before missing data, and that before a burning error budget; then by the asset's
// ID; then by the identity. The grouping therefore depends on what is firing, and not on the order
// of arrival.
//
// No priority is changed. Causes uses the catalog in use, and walks what is upstream of the list
// once for each priority in it. For one signal at a time,
// [github.com/alwaysp1/alwaysp1/sla.Catalog.Causes] costs less.
func (c *Classifier) Causes(firing []Assessment) [][]int {
	out := make([][]int, len(firing))
	order := causeOrder(firing)
	assets := make([]string, len(order))
	for i, at := range order {
		assets[i] = firing[at].Signal.Asset
	}

	for begin, end := 0, 0; begin < len(order); begin = end {
		for end = begin; end < len(order) && firing[order[end]].Priority == firing[order[begin]].Priority; {
			end++
		}
		causes := c.Catalog().CausesAmong(assets[:end], mostCauses)
		for i := begin; i < end; i++ {
			for _, place := range causes[i] {
				if place != i {
					out[order[i]] = append(out[order[i]], order[place])
				}
			}
		}
	}
	return out
}

// causeOrder returns the indexes of what is firing, those to attach others to first.
func causeOrder(firing []Assessment) []int {
	order := make([]int, 0, len(firing))
	for i := range firing {
		if firing[i].Firing() {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(compareCauses(&firing[i], &firing[j]), cmp.Compare(i, j))
	})
	byIdentity(firing, order)
	return order
}

// compareCauses orders assessments by priority, kind and asset.
func compareCauses(a, b *Assessment) int {
	return cmp.Or(
		cmp.Compare(b.Priority, a.Priority),
		cmp.Compare(a.Signal.Kind.depth(), b.Signal.Kind.depth()),
		strings.Compare(a.Signal.Asset, b.Signal.Asset),
	)
}

// byIdentity sorts neighbors that are otherwise equal by their identities. Identities are costly to
// make, and most signals need none.
func byIdentity(firing []Assessment, order []int) {
	for begin, end := 0, 0; begin < len(order); begin = end {
		first := &firing[order[begin]]
		for end = begin + 1; end < len(order) && compareCauses(first, &firing[order[end]]) == 0; {
			end++
		}
		if end-begin < 2 {
			continue
		}

		identities := map[int]string{}
		for _, at := range order[begin:end] {
			identities[at] = firing[at].Signal.Identity()
		}
		slices.SortStableFunc(order[begin:end], func(i, j int) int {
			return strings.Compare(identities[i], identities[j])
		})
	}
}
