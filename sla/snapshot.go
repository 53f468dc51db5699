package sla

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// ErrSnapshot is wrapped by the errors about bytes that are no whole snapshot of this version: cut short, changed, or something else.
var ErrSnapshot = errors.New("sla: no whole snapshot")

// snapshotMark begins every snapshot; its number is the version of the format.
const snapshotMark = "sla tracker snapshot 1\n"

// sealed answers a payload as a snapshot: the mark, the length and the payload, and the CRC-32C of all that.
func sealed(payload []byte) []byte {
	b := make([]byte, 0, len(snapshotMark)+binary.MaxVarintLen64+len(payload)+crc32.Size)
	b = binary.AppendUvarint(append(b, snapshotMark...), uint64(len(payload)))
	b = append(b, payload...)
	return binary.BigEndian.AppendUint32(b, checksum(b))
}

// unsealed answers the payload of a snapshot.
func unsealed(data []byte) ([]byte, error) {
	if len(data) < len(snapshotMark) || string(data[:len(snapshotMark)]) != snapshotMark {
		return nil, fmt.Errorf("%w: it does not begin with %q", ErrSnapshot, snapshotMark)
	}
	d := &unpacker{data: data[len(snapshotMark):]}
	n := d.uvarint()
	if d.err != nil || n > uint64(len(d.data)) || uint64(len(d.data))-n != crc32.Size {
		return nil, fmt.Errorf("%w: it is cut short, or something follows it", ErrSnapshot)
	}
	end := len(data) - crc32.Size
	if got, want := binary.BigEndian.Uint32(data[end:]), checksum(data[:end]); got != want {
		return nil, fmt.Errorf("%w: its checksum is %08x, and it says %08x", ErrSnapshot, want, got)
	}
	return d.data[:n], nil
}

func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }
