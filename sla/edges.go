package sla

// An Edge says that one asset feeds another: when From is in trouble, so is To.
// With an empty To it says only that From is known.
type Edge struct {
	From string // the asset that feeds; required
	To   string // the asset that is fed; empty when From feeds nothing yet
}

// Edges lists which assets feed which, in any order; the same edge may stand in it more than once.
// Programs that read lineage in bulk make one long list of it.
type Edges []Edge

// Feeds is a chain: each asset feeds the one behind it.
// A single asset is one that is known, whether or not it feeds anything.
// [NewCatalog] refuses a chain that holds an empty asset.
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
		list = append(list, Edge{}) // else the empty end would say that the asset before it feeds nothing
	}
	return list
}
