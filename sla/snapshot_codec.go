package sla

import (
	"encoding/binary"
	"errors"
	"math"
	"unicode/utf8"
)

// An unpacker reads what the append functions of encoding/binary wrote. After the first fault it reads zeros.
type unpacker struct {
	data []byte
	err  error
}

func (d *unpacker) fail(problem string) {
	if d.err == nil {
		d.err = errors.New(problem)
	}
	d.data = nil
}

// require fails with a problem unless all is well.
func (d *unpacker) require(ok bool, problem string) {
	if !ok {
		d.fail(problem)
	}
}

// uvarint reads a number in its one shortest form.
func (d *unpacker) uvarint() uint64 {
	n, size := binary.Uvarint(d.data)
	if size <= 0 || size > 1 && d.data[size-1] == 0 {
		d.fail("a number is cut short or malformed")
		return 0
	}
	d.data = d.data[size:]
	return n
}

func (d *unpacker) varint() int64 {
	n := d.uvarint()
	return int64(n>>1) ^ -int64(n&1)
}

// natural reads a number that an int64 holds.
func (d *unpacker) natural() int64 {
	n := d.uvarint()
	d.require(n <= math.MaxInt64, "a number is too large")
	return int64(n & math.MaxInt64)
}

func (d *unpacker) byte() byte {
	if len(d.data) == 0 {
		d.fail("it ends too early")
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return b
}

func (d *unpacker) bool() bool {
	b := d.byte()
	d.require(b <= 1, "a mark is neither set nor clear")
	return b == 1
}

// length reads how many elements follow, of which each takes a byte or more.
func (d *unpacker) length() int {
	n := d.uvarint()
	if n > uint64(len(d.data)) {
		d.fail("it ends too early")
		return 0
	}
	return int(n)
}

// bytes reads some bytes behind their number.
func (d *unpacker) bytes() []byte {
	n := d.length()
	out := d.data[:n:n]
	d.data = d.data[n:]
	return out
}

func (d *unpacker) text() string {
	text := string(d.bytes())
	d.require(utf8.ValidString(text), "a text is not valid UTF-8")
	return text
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func appendBool(b []byte, set bool) []byte {
	if set {
		return append(b, 1)
	}
	return append(b, 0)
}

func appendCounts(b []byte, c Counts) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(c.Good)), uint64(c.Bad))
}

func (d *unpacker) counts() Counts { return Counts{Good: d.natural(), Bad: d.natural()} }

// ascending says whether no element is followed by one that is not larger.
func ascending[T any](list []T, compare func(a, b T) int) bool {
	for i := 1; i < len(list); i++ {
		if compare(list[i-1], list[i]) >= 0 {
			return false
		}
	}
	return true
}
