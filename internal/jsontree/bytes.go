package jsontree

// ScanBytes returns a Scanner of a text in memory. It reads data without a copy, so data must not
// change before the Scanner is done.
func ScanBytes(data []byte) *Scanner { return scan(data) }
