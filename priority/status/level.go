package status

import (
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/enum"
)

// A Level is how an SLA stands at an instant, in one word. The zero Level is LevelUnknown. As text
// it is "unknown", "kept", "maintenance", "at-risk" or "broken". From the worst on they are broken,
// at risk, unknown, maintenance, kept.
type Level int

const (
	// LevelUnknown means not measured, not checked lately, or nothing due yet. It is never
	// displayed as healthy.
	LevelUnknown Level = iota
	// LevelKept means that the data is there or not due yet, and that there is error budget left.
	LevelKept
	// LevelMaintenance means that the SLA does not run: maintenance was announced, or its check is
	// paused.
	LevelMaintenance
	// LevelAtRisk means kept now, but past its warning, or the error budget is gone or burns too
	// fast.
	LevelAtRisk
	// LevelBroken means that the data is not there although it was due.
	LevelBroken
)

var levels = enum.Type{Name: "Level", Names: []string{"unknown", "kept", "maintenance", "at-risk", "broken"}}

// byBadness lists the levels, the worst first. What is not known is worse than what is well, and
// better than trouble.
var byBadness = [...]Level{LevelBroken, LevelAtRisk, LevelUnknown, LevelMaintenance, LevelKept}

// rank returns how bad a level is, from 0 for kept to 4 for broken. It is the value of the metric
// sla_level.
func (l Level) rank() int {
	return [...]int{LevelKept: 0, LevelMaintenance: 1, LevelUnknown: 2, LevelAtRisk: 3, LevelBroken: 4}[l]
}

// words returns the level as people read it: "at risk".
func (l Level) words() string { return strings.ReplaceAll(l.String(), "-", " ") }

// heading returns the level at the start of a line: "At risk".
func (l Level) heading() string {
	words := l.words()
	return strings.ToUpper(words[:1]) + words[1:]
}

// String returns the text of the level, or "Level(9)" for one that does not exist.
func (l Level) String() string { return levels.String(int(l)) }

// AppendText implements [encoding.TextAppender]. A level that does not exist is an error.
func (l Level) AppendText(b []byte) ([]byte, error) { return levels.Append(b, int(l)) }

// MarshalText implements [encoding.TextMarshaler]. A level that does not exist is an error.
func (l Level) MarshalText() ([]byte, error) { return l.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads what String returns, in upper or
// lower case.
func (l *Level) UnmarshalText(text []byte) error {
	// Filters are typed by people, who write Broken as well as broken.
	value, err := levels.Parse(string(text))
	if err == nil {
		*l = Level(value)
	}
	return err
}
