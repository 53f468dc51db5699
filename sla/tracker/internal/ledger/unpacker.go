package ledger

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"
	"unicode/utf8"

	"github.com/alwaysp1/alwaysp1/sla"
)

// An Unpacker reads what the Append functions of this package and of encoding/binary wrote. After
// the first fault it reads zeros, so that a reader checks Err once, at the end. It must not be used
// by several goroutines at once.
type Unpacker struct {
	Data []byte // what is not read yet
	Err  error  // the first fault; nil while there is none
}

// Fail records a fault, unless there is one already, and ends the reading.
func (d *Unpacker) Fail(problem string) {
	if d.Err == nil {
		d.Err = errors.New(problem)
	}
	d.Data = nil
}

// Require fails with a problem unless ok.
func (d *Unpacker) Require(ok bool, problem string) {
	if !ok {
		d.Fail(problem)
	}
}

// Uvarint reads a number in its shortest form. No other form is accepted, so that equal bytes mean
// equal values.
func (d *Unpacker) Uvarint() uint64 {
	n, size := binary.Uvarint(d.Data)
	if size <= 0 || size > 1 && d.Data[size-1] == 0 {
		d.Fail("a number is cut short or malformed")
		return 0
	}
	d.Data = d.Data[size:]
	return n
}

// Varint reads a number that may be negative.
func (d *Unpacker) Varint() int64 {
	n := d.Uvarint()
	return int64(n>>1) ^ -int64(n&1)
}

// Natural reads a number that an int64 holds.
func (d *Unpacker) Natural() int64 {
	n := d.Uvarint()
	d.Require(n <= math.MaxInt64, "a number is too large")
	return int64(n & math.MaxInt64)
}

// Byte reads one byte.
func (d *Unpacker) Byte() byte {
	if len(d.Data) == 0 {
		d.Fail("it ends too early")
		return 0
	}
	b := d.Data[0]
	d.Data = d.Data[1:]
	return b
}

// Bool reads what AppendBool wrote.
func (d *Unpacker) Bool() bool {
	b := d.Byte()
	d.Require(b <= 1, "a mark is neither set nor clear")
	return b == 1
}

// Length reads how many elements follow, each of a byte or more. So a forged length cannot make a
// reader allocate more than the bytes that there are.
func (d *Unpacker) Length() int {
	n := d.Uvarint()
	if n > uint64(len(d.Data)) {
		d.Fail("it ends too early")
		return 0
	}
	return int(n)
}

// Bytes reads bytes behind their number. They belong to Data.
func (d *Unpacker) Bytes() []byte {
	n := d.Length()
	out := d.Data[:n:n]
	d.Data = d.Data[n:]
	return out
}

// Text reads what AppendText wrote, which must be valid UTF-8.
func (d *Unpacker) Text() string {
	text := string(d.Bytes())
	d.Require(utf8.ValidString(text), "a text is not valid UTF-8")
	return text
}

// AppendText appends a text behind the number of its bytes.
func AppendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// AppendBool appends a byte: 1 for true, 0 for false.
func AppendBool(b []byte, set bool) []byte {
	if set {
		return append(b, 1)
	}
	return append(b, 0)
}

// AppendCounts appends two counts, which must not be negative.
func AppendCounts(b []byte, c sla.Counts) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(c.Good)), uint64(c.Bad))
}

// Counts reads what AppendCounts wrote.
func (d *Unpacker) Counts() sla.Counts { return sla.Counts{Good: d.Natural(), Bad: d.Natural()} }

// ascending reports whether the key of each element is larger than that of the one before.
func ascending[T any, K cmp.Ordered](list []T, key func(T) K) bool {
	for i := 1; i < len(list); i++ {
		if key(list[i-1]) >= key(list[i]) {
			return false
		}
	}
	return true
}
