package sqldb

import (
	"fmt"
	"hash/crc32"
)

// Sum returns the checksum that a row keeps of its own fields, so that a row that a disk has
// changed is found: the CRC-32C of the fields and their lengths.
func Sum(fields ...string) int64 {
	sum := uint32(0)
	for _, field := range fields {
		sum = crc32.Update(sum, castagnoli, fmt.Appendf(nil, "%d ", len(field)))
		sum = crc32.Update(sum, castagnoli, []byte(field))
	}
	return int64(sum)
}

// castagnoli is the polynomial of CRC-32C, for which processors have an instruction.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Whole returns an error about a row that is not as it was written. The error names the row by
// what.
func Whole(what string, sum int64, fields ...string) error { return Match(what, sum, Sum(fields...)) }

// Match is like [Whole], for a checksum that is already computed.
func Match(what string, sum, want int64) error {
	if sum != want {
		return fmt.Errorf("%s is damaged: its checksum is %08x, and the row has %08x: "+
			"restore the database from a backup", what, want, sum)
	}
	return nil
}
