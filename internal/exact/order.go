package exact

// FalseFirst compares two truths, as cmp.Compare does numbers: false is less than true.
func FalseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
