package sla

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A BurnRate is how many times as fast as planned an error budget burns. At 1 it lasts exactly for
// the window of its objective; at 14.4 a budget of 30 days lasts for 50 hours. It is exact: a
// fraction of two whole numbers, such as 14/15.
//
// The zero BurnRate is none. Burn rates compare with ==. A BurnRate is a value, and safe for
// concurrent use.
type BurnRate struct{ over, under uint64 } // in lowest terms, each at most mostTerm

// mostTerm bounds both terms, so that their products with a billion fit 64 bits.
const mostTerm uint64 = 1 << 34

// ParseBurnRate reads a burn rate from decimal text ("14.4") or from a fraction ("14/15"). It must
// be positive, and a fraction of whole numbers of at most 2^34 in lowest terms. The error is a
// [*FieldError] whose path is "burn_rate".
func ParseBurnRate(text string) (BurnRate, error) {
	over, under, fraction := strings.Cut(text, "/")
	whole, decimals, point := strings.Cut(over, ".")
	switch {
	case len(text) > 64,
		!digits(whole), point && (fraction || !digits(decimals)),
		fraction && (!digits(under) || strings.Trim(under, "0") == ""):
		return BurnRate{}, fault.New("burn_rate",
			"%s is not a decimal number or a fraction, as 14.4 or 14/15", plain.Quote(text))
	}

	if !fraction {
		under = "1" + strings.Repeat("0", len(decimals))
	}
	a, _ := new(big.Int).SetString(whole+decimals, 10) // digits only
	b, _ := new(big.Int).SetString(under, 10)
	rate, ok := burnRateOf(new(big.Rat).SetFrac(a, b))
	if !ok {
		return BurnRate{}, fault.New("burn_rate",
			"%s is zero, or needs numbers above %d as a fraction", text, mostTerm)
	}
	return rate, nil
}

// MustBurnRate is [ParseBurnRate] for literals. It panics on an error.
func MustBurnRate(text string) BurnRate {
	rate, err := ParseBurnRate(text)
	if err != nil {
		panic(err)
	}
	return rate
}

func burnRateOf(ratio *big.Rat) (BurnRate, bool) {
	over, under := ratio.Num(), ratio.Denom()
	if over.Sign() <= 0 || !over.IsUint64() || !under.IsUint64() {
		return BurnRate{}, false
	}
	if over.Uint64() > mostTerm || under.Uint64() > mostTerm {
		return BurnRate{}, false
	}
	return BurnRate{over.Uint64(), under.Uint64()}, true
}

// IsZero reports whether this is the zero BurnRate.
func (r BurnRate) IsZero() bool { return r == BurnRate{} }

// String returns a decimal number that is exact in at most nine decimals, "14.4", and otherwise a
// fraction, "14/15". It returns "" for the zero BurnRate.
func (r BurnRate) String() string { return string(r.append(nil)) }

func (r BurnRate) append(b []byte) []byte {
	if r.IsZero() {
		return b
	}
	if billion%r.under == 0 {
		ratio := new(big.Rat).SetFrac(new(big.Int).SetUint64(r.over), new(big.Int).SetUint64(r.under))
		text := ratio.FloatString(decimals)
		return append(b, strings.TrimSuffix(strings.TrimRight(text, "0"), ".")...)
	}
	b = strconv.AppendUint(b, r.over, 10)
	return strconv.AppendUint(append(b, '/'), r.under, 10)
}

// AppendText implements [encoding.TextAppender].
func (r BurnRate) AppendText(b []byte) ([]byte, error) { return r.append(b), nil }

// MarshalText implements [encoding.TextMarshaler].
func (r BurnRate) MarshalText() ([]byte, error) { return r.append(nil), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads what [ParseBurnRate] reads, and
// empty text as the zero BurnRate.
func (r *BurnRate) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = BurnRate{}
		return nil
	}
	parsed, err := ParseBurnRate(string(text))
	if err == nil {
		*r = parsed
	}
	return err
}

// exceeded reports whether bad / total is strictly more than the burn rate times a tolerance in
// billionths.
func (r BurnRate) exceeded(c Counts, tolerance uint64) bool {
	_, bad := c.Parts()
	return exact.Mul(bad, billion*r.under).Compare(exact.Mul(c.Total(), r.over*tolerance)) > 0
}

// reachable returns the highest burn rate under a target, which is that of only bad outcomes, 1 /
// (1 − target), and whether it is above this one.
func (r BurnRate) reachable(t Target) (highest string, ok bool) {
	tolerance := t.Tolerance()
	highest = new(big.Rat).SetFrac64(billion, int64(tolerance)).FloatString(2)
	below := exact.Mul(r.over, tolerance).Compare(exact.Mul(r.under, billion)) < 0
	return strings.TrimSuffix(strings.TrimRight(highest, "0"), "."), below
}
