package sla

// An Edge is a pair of assets of which one feeds the other: if From is unhealthy, so is To. With an
// empty To it only makes From known.
type Edge struct {
	From string // the asset that feeds; required
	To   string // the asset that is fed; empty when From feeds nothing yet
}

// Edges lists which assets feed which, in any order. An edge may stand in it more than once.
// Programs that read lineage in bulk make one long list.
type Edges []Edge

// Feeds returns a chain: each asset feeds the one behind it. A single asset becomes known, and
// feeds nothing. [NewCatalog] refuses a chain that holds an empty asset.
func Feeds(assets ...string) Edges {
	switch len(assets) {
	case 0:
		return nil
	case 1:
		return Edges{{From: assets[0]}}
	}
	list := make(Edges, len(assets)-1)
	for i := range list {
		list[i] = Edge{From: assets[i], To: assets[i+1]}
	}
	if assets[len(assets)-1] == "" {
		list = append(list, Edge{}) // or the empty end would be taken for a known asset that feeds nothing
	}
	return list
}
