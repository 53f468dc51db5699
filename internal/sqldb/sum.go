package sqldb

import (
	"fmt"
	"hash/crc32"
)

// Sum is the checksum that a row keeps of its own fields, so that one that a disk has changed is not taken for what was written:
// the CRC-32C of the fields and their lengths.
func Sum(fields ...string) int64 {
	sum := uint32(0)
	for _, field := range fields {
		sum = crc32.Update(sum, castagnoli, fmt.Appendf(nil, "%d ", len(field)))
		sum = crc32.Update(sum, castagnoli, []byte(field))
	}
	return int64(sum)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Whole refuses a row that is not as it was written; what names it in the error.
func Whole(what string, sum int64, fields ...string) error { return Match(what, sum, Sum(fields...)) }

// Match does so where the checksum of the fields is known.
func Match(what string, sum, want int64) error {
	if sum != want {
		return fmt.Errorf("%s is damaged: its checksum is %08x, and it says %08x: restore the database from a backup", what, want, sum)
	}
	return nil
}
