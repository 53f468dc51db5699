package exact

import (
	"cmp"
	"math/big"
	"math/bits"
)

// A Product is a whole number of 128 bits. Verdicts compare products of counts and shares, so that
// nothing is rounded before it is compared. Products compare with ==.
type Product struct{ high, low uint64 }

// Mul returns a × b.
func Mul(a, b uint64) Product {
	high, low := bits.Mul64(a, b)
	return Product{high, low}
}

// Compare returns -1, 0 or 1 where p is less than, equal to or more than q.
func (p Product) Compare(q Product) int {
	return cmp.Or(cmp.Compare(p.high, q.high), cmp.Compare(p.low, q.low))
}

// Div returns p / d, rounded down. The quotient must fit in 64 bits: d must be more than the upper
// half of p.
func (p Product) Div(d uint64) uint64 {
	quotient, _ := bits.Div64(p.high, p.low, d)
	return quotient
}

// Big returns p as an integer of any size.
func (p Product) Big() *big.Int {
	n := new(big.Int).SetUint64(p.high)
	return n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(p.low))
}

// Ratio returns the float64 nearest to p / q, and false for a q of zero.
func (p Product) Ratio(q Product) (float64, bool) {
	if q == (Product{}) {
		return 0, false
	}
	ratio, _ := new(big.Rat).SetFrac(p.Big(), q.Big()).Float64()
	return ratio, true
}
