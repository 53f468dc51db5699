package exact

// Mix is the step of SplitMix64 (G. L. Steele and others, "Fast
// Splittable Pseudorandom Number Generators", 2014). It is one to one in n.
func Mix(version, n uint64) uint64 {
	n += version*3 + 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}
