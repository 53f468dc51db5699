package tracker

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// ErrSnapshot is wrapped by the errors of [Tracker.Restore]: the bytes are not a snapshot of this
// version, or they were truncated or changed.
var ErrSnapshot = errors.New("tracker: snapshot is truncated or corrupt")

// snapshotMark begins every snapshot; its number is the version of the format.
const snapshotMark = "sla tracker snapshot 1\n"

// sealed returns a payload as a snapshot: the mark, the length, the payload, and the CRC-32C of all
// that.
func sealed(payload []byte) []byte {
	b := make([]byte, 0, len(snapshotMark)+binary.MaxVarintLen64+len(payload)+crc32.Size)
	b = binary.AppendUvarint(append(b, snapshotMark...), uint64(len(payload)))
	b = append(b, payload...)
	return binary.BigEndian.AppendUint32(b, checksum(b))
}

// unsealed returns the payload of a snapshot.
func unsealed(data []byte) ([]byte, error) {
	if len(data) < len(snapshotMark) || string(data[:len(snapshotMark)]) != snapshotMark {
		return nil, fmt.Errorf("%w: it does not begin with %q", ErrSnapshot, snapshotMark)
	}

	d := &ledger.Unpacker{Data: data[len(snapshotMark):]}
	n := d.Uvarint()
	if d.Err != nil || n > uint64(len(d.Data)) || uint64(len(d.Data))-n != crc32.Size {
		return nil, fmt.Errorf("%w: its length is not the one it states", ErrSnapshot)
	}

	end := len(data) - crc32.Size
	if got, want := checksum(data[:end]), binary.BigEndian.Uint32(data[end:]); got != want {
		return nil, fmt.Errorf("%w: checksum is %08x, want %08x", ErrSnapshot, got, want)
	}
	return d.Data[:n], nil
}

// checksum returns the CRC-32C. It finds damage, and does not protect from forgery.
func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }
