package priority

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A Priority is how urgent something is. A larger value is more urgent, so priorities compare with
// < and max. No value means "none". The zero Priority is [P3], the ordinary case.
//
// Its text is "P1" to "P5" for the named values, "P6" and on for a matrix that goes further down in
// steps of four, and a name with an offset for values in between: Priority(6) is "P2+2". Every
// Priority has a text, and that text reads back as the same Priority.
type Priority int

// The named priorities. As in log/slog, the numbers matter less than their order and their gaps:
// P3 is zero because an unset Priority should be neither silent nor alarming.
// P1 is the largest, so that max finds it and "at least P2" reads p >= P2.
// They are four apart, so that a caller's own scale fits between two names without renumbering any.
// Nothing that this package assesses is above P1.
const (
	P1 Priority = 8  // a primary promise is reached: stop proactive work, two engineers
	P2 Priority = 4  // high
	P3 Priority = 0  // moderate
	P4 Priority = -4 // low
	P5 Priority = -8 // planning
)

// step is the distance between two named priorities.
const step = P2 - P3

// String returns the text of p, such as "P1" or "P2+2".
func (p Priority) String() string {
	text, _ := p.AppendText(nil)
	return string(text)
}

// AppendText implements [encoding.TextAppender]. It never fails.
func (p Priority) AppendText(b []byte) ([]byte, error) {
	below, _ := exact.FloorDiv(int(p), int(step)) // the named priority at or below p, counted upward from P3
	below = min(below, int(P1/step))
	b = strconv.AppendInt(append(b, 'P'), 3-int64(below), 10)
	if offset := int(p) - below*int(step); offset != 0 {
		b = strconv.AppendInt(append(b, '+'), int64(offset), 10)
	}
	return b, nil
}

// MarshalText implements [encoding.TextMarshaler]. It never fails.
func (p Priority) MarshalText() ([]byte, error) { return p.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler], and with it JSON strings and flags. It reads
// what [Priority.String] writes, in upper or lower case, with any offset: "P2", "p2", "P2+2",
// "P2-1".
func (p *Priority) UnmarshalText(text []byte) error {
	parsed, err := parsePriority(string(text))
	if err != nil {
		return fault.New("priority", `%s is not a priority such as "P1" or "P2+2": %w`,
			plain.Quote(string(text)), err)
	}
	*p = parsed
	return nil
}

func parsePriority(text string) (Priority, error) {
	digits, found := strings.CutPrefix(strings.ToUpper(text), "P")
	if !found {
		return 0, errors.New("it does not begin with P")
	}
	name, offset := digits, int64(0)
	if at := strings.IndexAny(digits, "+-"); at >= 0 {
		var err error
		if offset, err = strconv.ParseInt(digits[at:], 10, 64); err != nil {
			return 0, err
		}
		name = digits[:at]
	}
	n, err := strconv.ParseUint(name, 10, 62)
	if err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, errors.New("the most urgent name is P1")
	}
	return fit(big.NewInt(3-int64(n)), offset)
}

// fit adds an offset to a count of steps, and refuses what an int cannot hold.
func fit(steps *big.Int, offset int64) (Priority, error) {
	total := steps.Mul(steps, big.NewInt(int64(step)))
	total.Add(total, big.NewInt(offset))
	if !total.IsInt64() || total.Int64() < math.MinInt || total.Int64() > math.MaxInt {
		return 0, strconv.ErrRange
	}
	return Priority(total.Int64()), nil
}
