package jsontree

// Repeated adds a fault for each member of an object whose name stands in it already.
// [Decoder.Object] does so itself; this is for readers that pick the members which they know.
func (d *Decoder) Repeated(path string, v Value) {
	seen := make(map[string]bool, len(v.Members))
	for _, m := range v.Members {
		if seen[m.Name] {
			d.at(m.Offset, KeyPath(path, m.Name), "comes twice")
		}
		seen[m.Name] = true
	}
}
