package sla

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strings"
)

// A Budget is what a target leaves to be missed, held against what was.
//
// Of so many outcomes, (1 − target) × total may be bad. All verdicts compare whole numbers of 128 bits:
// nothing is rounded before it is compared, and nothing wraps. Answers in float64 are rounded once, for people to read.
//
// With the zero Target it is the budget of zero tolerance: not one outcome may be bad.
// Budgets compare with ==. A Budget is a value, and safe for concurrent use.
type Budget struct {
	Target Target // the share that must be good; zero: all of them
	Counts Counts // what there was
}

// A State says where a promise stands. A larger number is a worse state, but the zero State says that nothing is known.
type State int

const (
	NoData    State = iota // nothing was measured: neither kept nor broken
	Met                    // kept, and some budget is left
	AtRisk                 // kept, and its budget burns so fast that a rule pages: see Report
	Exhausted              // kept, and the budget is used to the last: the next bad outcome may break it
	Breached               // broken: fewer were good than the target asks
)

var stateNames = [...]string{"no-data", "met", "at-risk", "exhausted", "breached"}

func (s State) known() bool { return s >= 0 && int(s) < len(stateNames) }

// String answers "no-data", "met", "at-risk", "exhausted" or "breached", and "State(7)" for a value that is none of them.
func (s State) String() string {
	return nameOf("State", stateNames[:], int(s))
}

// AppendText implements [encoding.TextAppender]. A value that is no state is an error.
func (s State) AppendText(b []byte) ([]byte, error) {
	if !s.known() {
		return b, fieldError("state", "%v is none of %s", s, strings.Join(stateNames[:], ", "))
	}
	return append(b, stateNames[s]...), nil
}

// MarshalText implements [encoding.TextMarshaler]. A value that is no state is an error.
func (s State) MarshalText() ([]byte, error) { return s.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler].
// It reads what String writes, in upper or lower case.
func (s *State) UnmarshalText(text []byte) error {
	i, err := codeOf("state", stateNames[:], text)
	if err == nil {
		*s = State(i)
	}
	return err
}

// State answers where the promise stands: [NoData] while the total is 0; else by comparing bad / total with 1 − target.
// A promise includes its limit: at exactly the target it is kept, and its budget exhausted.
// With zero tolerance it is met until the first bad outcome breaches it.
func (b Budget) State() State {
	_, bad := b.Counts.parts()
	switch missed := b.missed().compare(b.allowed()); {
	case b.Counts.Total() == 0:
		return NoData
	case missed > 0:
		return Breached
	case missed == 0 && bad > 0:
		return Exhausted
	}
	return Met
}

// tolerance is 1 − target, in billionths.
func (b Budget) tolerance() uint64 {
	if b.Target.IsZero() {
		return 0
	}
	return billion - uint64(b.Target.good)
}

// missed is what was bad, and allowed what may be, both in billionths of an outcome.
func (b Budget) missed() product {
	_, bad := b.Counts.parts()
	return wide(bad, billion)
}

func (b Budget) allowed() product { return wide(b.Counts.Total(), b.tolerance()) }

// Allowed answers how many of the outcomes that there were may be bad: the whole part of (1 − target) × total.
func (b Budget) Allowed() int64 { return int64(min(b.allowed().over(billion), math.MaxInt64)) }

// Left answers how many more of them may be bad; negative when too many were.
// It is about the outcomes so far: each further one that is good adds to the budget.
func (b Budget) Left() int64 {
	_, bad := b.Counts.parts()
	return b.Allowed() - int64(bad)
}

// Consumed answers how much of the budget was used, (bad / total) / (1 − target): 1 is all of it, and it may be more.
// Over the window of a burn alert the same ratio is the burn rate: 1 uses the budget up at exactly the end of the window
// of the objective.
// It answers false where there is no data, and under zero tolerance, where there is no budget to use.
func (b Budget) Consumed() (float64, bool) { return nearest(b.missed(), b.allowed()) }

// Remaining answers 1 − consumed: how much of the budget is left, negative when too much was used, and rounded once.
// It answers false where [Budget.Consumed] does.
func (b Budget) Remaining() (float64, bool) {
	missed, allowed := b.missed().big(), b.allowed().big()
	if allowed.Sign() == 0 {
		return 0, false
	}
	ratio, _ := new(big.Rat).SetFrac(missed.Sub(allowed, missed), allowed).Float64()
	return ratio, true
}

// String answers the state and the numbers behind it, as "breached: 97 good, 3 bad of 100, target 99%, 2 bad too many".
func (b Budget) String() string {
	text := b.State().String()
	if b.Counts.Total() > 0 {
		text += ": " + b.Counts.String()
	}
	return text + ", " + b.room()
}

// room says the target, and how many more may be bad.
func (b Budget) room() string {
	target := b.targetText()
	switch left := b.Left(); {
	case b.Counts.Total() == 0:
		return target
	case left < 0:
		return fmt.Sprintf("%s, %d bad too many", target, -left)
	default:
		return fmt.Sprintf("%s, %d more may be bad", target, left)
	}
}

func (b Budget) targetText() string {
	if b.Target.IsZero() {
		return "zero tolerance"
	}
	return "target " + b.Target.String()
}

// A product is a whole number of 128 bits.
type product struct{ high, low uint64 }

func wide(a, b uint64) product {
	high, low := bits.Mul64(a, b)
	return product{high, low}
}

func (p product) compare(q product) int {
	return cmp.Or(cmp.Compare(p.high, q.high), cmp.Compare(p.low, q.low))
}

// over divides by d, which must be more than the upper half.
func (p product) over(d uint64) uint64 {
	quotient, _ := bits.Div64(p.high, p.low, d)
	return quotient
}

func (p product) big() *big.Int {
	n := new(big.Int).SetUint64(p.high)
	return n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(p.low))
}
