package sla

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A Target is the share that must be good: 99.95 % of events, timeslices or due instants. It is
// exact: a whole number of billionths, strictly between none and all of them.
//
// The zero Target is none, and [SLA.Validate] refuses it. "Never, not once" (100 %) is no target
// either, since it leaves no budget. Targets compare with ==. A Target is a value, and safe for
// concurrent use.
type Target struct{ good uint32 }

// billion is how many parts a whole has. It allows seven decimals of a percentage ("nine nines").
const (
	billion  = exact.Billion
	decimals = 9
)

// ParseTarget reads a target from decimal text, as a percentage ("99.95%", "99.95 %") or as a share
// ("0.9995"). The text must be exactly a number of billionths, strictly between 0 and 1. Signs,
// exponents, fractions and decimals beyond the ninth (of a percentage: the seventh) are refused,
// unless those decimals are zeros. The error is a [*FieldError] whose path is "target".
func ParseTarget(text string) (Target, error) {
	good, problem := parseBillionths(text)
	if problem != "" {
		return Target{}, fault.New("target", "%s%s", problem, targetAdvice(text))
	}
	return Target{good}, nil
}

// targetAdvice returns what was probably meant by text that is no target: a percentage without its
// sign, a comma for the point, or all of it. It returns "" where that cannot be known.
func targetAdvice(text string) string {
	number, percent := strings.CutSuffix(strings.Replace(text, ",", ".", 1), "%")
	number = strings.TrimSpace(number)
	if len(number) > 64 || strings.Trim(number, "0123456789.") != "" {
		return ""
	}
	share, ok := new(big.Rat).SetString(number)
	if !ok {
		return ""
	}

	hundred, half, one := big.NewRat(100, 1), big.NewRat(50, 1), big.NewRat(1, 1)
	if share.Cmp(hundred) == 0 || share.Cmp(one) == 0 && !percent {
		return `: write "zero_tolerance": true in its place`
	}
	meant := number
	if percent || share.Cmp(half) >= 0 { // 1.2 may be anything
		meant += "%"
	}
	if _, problem := parseBillionths(meant); problem != "" || meant == text {
		return ""
	}
	return `: write "` + meant + `"`
}

// MustTarget is [ParseTarget] for literals. It panics on an error.
func MustTarget(text string) Target {
	t, err := ParseTarget(text)
	if err != nil {
		panic(err)
	}
	return t
}

// parseBillionths returns the parts, or the rule that the text breaks.
func parseBillionths(text string) (parts uint32, problem string) {
	number, percent := strings.CutSuffix(text, "%")
	places, limits := decimals, "0 and 1"
	if percent {
		number, places, limits = strings.TrimSuffix(number, " "), decimals-2, "0% and 100%"
	}
	whole, fraction, point := strings.Cut(number, ".")
	if !digits(whole) || point && !digits(fraction) {
		return 0, fmt.Sprintf("%s is not a decimal number or percentage", plain.Quote(text))
	}

	// Zeros at the end are no decimals: 99.900% is exact. Then the digits are the number of
	// billionths.
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > places {
		return 0, fmt.Sprintf("%s has more than %d decimals", plain.Cut(text, 64), places)
	}
	sum, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 64)
	if err != nil || sum == 0 || sum >= billion {
		return 0, fmt.Sprintf("%s is not between %s", plain.Cut(text, 64), limits)
	}
	return uint32(sum), ""
}

func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// IsZero reports whether this is the zero Target.
func (t Target) IsZero() bool { return t.good == 0 }

// Billionths returns how many parts of 1,000,000,000 must be good.
func (t Target) Billionths() int64 { return int64(t.good) }

// String returns the shortest percentage that is exact, "99.95%", and "" for the zero Target.
func (t Target) String() string { return string(t.append(nil)) }

func (t Target) append(b []byte) []byte {
	if t.IsZero() {
		return b
	}
	const percent = billion / 100
	b = strconv.AppendUint(b, uint64(t.good/percent), 10)
	if rest := t.good % percent; rest != 0 {
		fraction := strings.TrimRight(strconv.Itoa(int(rest + percent))[1:], "0")
		b = append(append(b, '.'), fraction...)
	}
	return append(b, '%')
}

// AppendText implements [encoding.TextAppender].
func (t Target) AppendText(b []byte) ([]byte, error) { return t.append(b), nil }

// MarshalText implements [encoding.TextMarshaler].
func (t Target) MarshalText() ([]byte, error) { return t.append(nil), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads what [ParseTarget] reads, and empty
// text as the zero Target.
func (t *Target) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*t = Target{}
		return nil
	}
	parsed, err := ParseTarget(string(text))
	if err == nil {
		*t = parsed
	}
	return err
}

// Decimals returns how many decimals of a percentage tell a share from the target: one more than it
// has, and at least two.
func (t Target) Decimals() int {
	_, fraction, _ := strings.Cut(strings.TrimSuffix(t.String(), "%"), ".")
	return max(2, len(fraction)+1)
}

// Words returns "target 99.95%", and "zero tolerance" for the zero Target.
func (t Target) Words() string {
	if t.IsZero() {
		return "zero tolerance"
	}
	return "target " + t.String()
}

// Tolerance returns 1 − target in billionths, and 0 for the zero Target.
func (t Target) Tolerance() uint64 {
	if t.IsZero() {
		return 0
	}
	return billion - uint64(t.good)
}
