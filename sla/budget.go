package sla

import (
	"fmt"
	"math"
	"math/big"

	"github.com/alwaysp1/alwaysp1/internal/enum"
	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// A Budget is an error budget: the outcomes that a target allows to be bad, (1 − target) × total,
// compared with those that were.
//
// Verdicts compare whole numbers of 128 bits: nothing is rounded before it is compared, and nothing
// wraps. Results in float64 are rounded once, for people to read.
//
// The zero Target means zero tolerance: not one outcome may be bad. Budgets compare with ==. A
// Budget is a value, and safe for concurrent use.
type Budget struct {
	Target Target // the share that must be good; zero: all of them
	Counts Counts // the outcomes
}

// A State is where a promise stands over its window. A larger number is a worse state; in the zero
// State nothing is known.
type State int

const (
	StateNoData    State = iota // nothing was measured: neither kept nor broken
	StateMet                    // kept, and some budget is left
	StateAtRisk                 // kept, and its budget burns so fast that a rule pages; only reports have it
	StateExhausted              // kept, and nothing is left of the budget: the next bad outcome may break it
	StateBreached               // broken: fewer were good than the target asks
)

var states = enum.Type{Name: "State", Names: []string{"no-data", "met", "at-risk", "exhausted", "breached"}}

// String returns "no-data", "met", "at-risk", "exhausted" or "breached", and "State(7)" for a value
// that is none of them.
func (s State) String() string { return states.String(int(s)) }

// AppendText implements [encoding.TextAppender]. A value that is no state is an error.
func (s State) AppendText(b []byte) ([]byte, error) { return states.Append(b, int(s)) }

// MarshalText implements [encoding.TextMarshaler]. A value that is no state is an error.
func (s State) MarshalText() ([]byte, error) { return s.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads the texts of String, in upper or
// lower case.
func (s *State) UnmarshalText(text []byte) error {
	i, err := states.Parse(string(text))
	if err == nil {
		*s = State(i)
	}
	return err
}

// State compares bad / total with 1 − target. It returns [StateNoData] if the total is 0. At
// exactly the target the promise is kept and its budget exhausted. With zero tolerance it is met
// until the first bad outcome breaches it.
func (b Budget) State() State {
	_, bad := b.Counts.Parts()
	switch missed := b.missed().Compare(b.allowed()); {
	case b.Counts.Total() == 0:
		return StateNoData
	case missed > 0:
		return StateBreached
	case missed == 0 && bad > 0:
		return StateExhausted
	}
	return StateMet
}

// missed is the number of bad outcomes, and allowed how many may be bad. Both are in billionths of
// an outcome, so that they compare as integers.
func (b Budget) missed() exact.Product {
	_, bad := b.Counts.Parts()
	return exact.Mul(bad, billion)
}

func (b Budget) allowed() exact.Product { return exact.Mul(b.Counts.Total(), b.Target.Tolerance()) }

// Allowed returns how many of the outcomes so far may be bad: the whole part of (1 − target) ×
// total.
func (b Budget) Allowed() int64 { return int64(min(b.allowed().Div(billion), math.MaxInt64)) }

// AllowedLeft returns how many more of them may be bad. It is negative if too many were. Each
// further good outcome adds to the budget.
func (b Budget) AllowedLeft() int64 {
	_, bad := b.Counts.Parts()
	return b.Allowed() - int64(bad)
}

// Consumed returns the used share of the budget, (bad / total) / (1 − target): 1 is all of it, and
// it may be more. Over the window of a burn rule the same ratio is the burn rate: at 1 the budget
// lasts exactly for the window of the objective. It returns false if there is no data, and under
// zero tolerance, where there is no budget.
func (b Budget) Consumed() (float64, bool) { return b.missed().Ratio(b.allowed()) }

// Remaining returns 1 − consumed, rounded once. It is negative if too much was used. It returns
// false if [Budget.Consumed] does.
func (b Budget) Remaining() (float64, bool) {
	missed, allowed := b.missed().Big(), b.allowed().Big()
	if allowed.Sign() == 0 {
		return 0, false
	}
	ratio, _ := new(big.Rat).SetFrac(missed.Sub(allowed, missed), allowed).Float64()
	return ratio, true
}

// String returns the state and its numbers: "breached: 97 good, 3 bad of 100, target 99%, 2 bad too
// many".
func (b Budget) String() string {
	text := b.State().String()
	if b.Counts.Total() > 0 {
		text += ": " + b.Counts.String()
	}
	return text + ", " + b.Room()
}

// Room returns the target and what is left: "target 99%, 2 more may be bad".
func (b Budget) Room() string {
	target := b.Target.Words()
	switch left := b.AllowedLeft(); {
	case b.Counts.Total() == 0:
		return target
	case left < 0:
		return fmt.Sprintf("%s, %d bad too many", target, -left)
	default:
		return fmt.Sprintf("%s, %d more may be bad", target, left)
	}
}
