package sla

import (
	"math/big"
	"strconv"
	"strings"
)

// A Factor is how many times as fast as planned a budget burns: at 1 it lasts exactly for the window of its objective,
// at 14.4 a budget of 30 days lasts for 50 hours. It is exact: a fraction of two whole numbers, as 14/15.
//
// The zero Factor is none: [BurnRule.Validate] refuses it.
// Factors compare with ==. A Factor is a value, and safe for concurrent use.
type Factor struct{ over, under uint64 } // in lowest terms, each at most mostTerm

// mostTerm bounds both terms, so that their products with a billion fit 64 bits.
const mostTerm uint64 = 1 << 34

// ParseFactor reads a factor from decimal text ("14.4") or from a fraction ("14/15").
// It must be positive, and a fraction of whole numbers of at most 2^34 in lowest terms.
// The error is a [*FieldError] whose path is "factor".
func ParseFactor(text string) (Factor, error) {
	over, under, fraction := strings.Cut(text, "/")
	whole, decimals, point := strings.Cut(over, ".")
	switch {
	case len(text) > 64,
		!digits(whole), point && (fraction || !digits(decimals)),
		fraction && (!digits(under) || strings.Trim(under, "0") == ""):
		return Factor{}, fieldError("factor", "%s is not a decimal number or a fraction, as 14.4 or 14/15", quote(text))
	}
	if !fraction {
		under = "1" + strings.Repeat("0", len(decimals))
	}
	a, _ := new(big.Int).SetString(whole+decimals, 10) // digits only
	b, _ := new(big.Int).SetString(under, 10)
	f, ok := factorOf(new(big.Rat).SetFrac(a, b))
	if !ok {
		return Factor{}, fieldError("factor", "%s is zero, or needs numbers above %d as a fraction", text, mostTerm)
	}
	return f, nil
}

// MustFactor is [ParseFactor] for literals: it panics where that answers an error.
func MustFactor(text string) Factor {
	f, err := ParseFactor(text)
	if err != nil {
		panic(err)
	}
	return f
}

func factorOf(ratio *big.Rat) (Factor, bool) {
	over, under := ratio.Num(), ratio.Denom()
	if over.Sign() <= 0 || !over.IsUint64() || !under.IsUint64() || over.Uint64() > mostTerm || under.Uint64() > mostTerm {
		return Factor{}, false
	}
	return Factor{over.Uint64(), under.Uint64()}, true
}

// IsZero says whether this is the zero Factor, which is none.
func (f Factor) IsZero() bool { return f == Factor{} }

// String answers a decimal number where it says exactly this factor in at most nine decimals, as "14.4",
// and a fraction where none does, as "14/15". The zero Factor answers "".
func (f Factor) String() string { return string(f.append(nil)) }

func (f Factor) append(b []byte) []byte {
	if f.IsZero() {
		return b
	}
	if billion%f.under == 0 {
		ratio := new(big.Rat).SetFrac(new(big.Int).SetUint64(f.over), new(big.Int).SetUint64(f.under))
		text := ratio.FloatString(decimals)
		return append(b, strings.TrimSuffix(strings.TrimRight(text, "0"), ".")...)
	}
	b = strconv.AppendUint(b, f.over, 10)
	return strconv.AppendUint(append(b, '/'), f.under, 10)
}

// AppendText implements [encoding.TextAppender]; it writes what String answers.
func (f Factor) AppendText(b []byte) ([]byte, error) { return f.append(b), nil }

// MarshalText implements [encoding.TextMarshaler]; it writes what String answers.
func (f Factor) MarshalText() ([]byte, error) { return f.append(nil), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
// It reads what [ParseFactor] reads, and empty text as the zero Factor.
func (f *Factor) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*f = Factor{}
		return nil
	}
	parsed, err := ParseFactor(string(text))
	if err == nil {
		*f = parsed
	}
	return err
}

// exceeded says whether bad / total is strictly more than the factor times a tolerance in billionths.
func (f Factor) exceeded(c Counts, tolerance uint64) bool {
	_, bad := c.parts()
	return wide(bad, billion*f.under).compare(wide(c.Total(), f.over*tolerance)) > 0
}

// reachable answers the highest burn rate that there is under a target, when all is bad: 1 / (1 − target).
// A factor that is as high or higher can never be exceeded.
func (f Factor) reachable(b Budget) (highest string, ok bool) {
	tolerance := b.tolerance()
	highest = new(big.Rat).SetFrac64(billion, int64(tolerance)).FloatString(2)
	return strings.TrimSuffix(strings.TrimRight(highest, "0"), "."), wide(f.over, tolerance).compare(wide(f.under, billion)) < 0
}
