package priority

import (
	"cmp"
	"slices"
	"strings"
)

// mostCauses is how many causes are listed of one signal.
const mostCauses = 8

// Causes groups what is firing at one moment by what explains it: for each assessment, the places in the list of those that do,
// the one to attach it to first; and nil for one that stands by itself, because nothing upstream of it is firing.
//
// A signal is explained by those about assets that feed its own, through any number of others, and that nothing in the list
// explains in turn. Every such source counts: as long as one of them fires, the signal has a cause, and once none does,
// it stands by itself in the next answer, so that nothing is ever hidden behind what is over. At most eight are listed.
// What is less urgent explains nothing: a [P1] never hangs on what nobody was called for. Nor does what is resolved.
//
// Signals about one asset are one trouble, and so are those about assets that feed each other in a circle:
// one of them stands, and explains the others. It, and the order of several causes, is settled by the more urgent;
// then by the kind, where a failure, an unhealthy check or an alert comes before missing data, and that before a burning budget;
// then by the asset's ID, then by the identity. So the grouping depends on what is firing, and not on the order of arrival.
//
// No priority is changed. Causes asks the catalog in use, and walks what lies upstream of the list once for each priority in it:
// for one signal at a time, [github.com/alwaysp1/alwaysp1/sla.Catalog.Causes] does less.
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

// causeOrder lists the places of what is firing, those to attach others to first.
func causeOrder(firing []Assessment) []int {
	order := make([]int, 0, len(firing))
	for i := range firing {
		if firing[i].Firing() {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &firing[i], &firing[j]
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.Signal.Kind.depth(), b.Signal.Kind.depth()),
			strings.Compare(a.Signal.Asset, b.Signal.Asset), cmp.Compare(i, j))
	})
	return settle(firing, order)
}

// settle puts signals of one priority, depth and asset in the order of their identities, which are costly to make.
func settle(firing []Assessment, order []int) []int {
	peers := func(i, j int) bool {
		a, b := &firing[i], &firing[j]
		return a.Priority == b.Priority && a.Signal.Kind.depth() == b.Signal.Kind.depth() && a.Signal.Asset == b.Signal.Asset
	}
	for begin, end := 0, 0; begin < len(order); begin = end {
		for end = begin + 1; end < len(order) && peers(order[begin], order[end]); {
			end++
		}
		if end-begin > 1 {
			identities := map[int]string{}
			for _, at := range order[begin:end] {
				identities[at] = firing[at].Signal.Identity()
			}
			slices.SortStableFunc(order[begin:end], func(i, j int) int { return strings.Compare(identities[i], identities[j]) })
		}
	}
	return order
}

// depth says how far from its cause a kind of news is: why something broke, that data is missing, that a budget burns.
func (k Kind) depth() int {
	switch k {
	case Burn:
		return 2
	case Stale, AtRisk, Unmeasured:
		return 1
	}
	return 0
}
