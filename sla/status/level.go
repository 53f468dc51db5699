package status

import (
	"fmt"
	"slices"
	"strings"
)

// A Level says in one word how a promise stands at an instant, for a reader at a glance. The zero Level is Unknown.
// As text it is "unknown", "kept", "maintenance", "at-risk" or "broken". Which is worse, [Level.Worse] says.
type Level int

const (
	Unknown     Level = iota // nobody can say: not measured, not looked at lately, nothing due yet; never shown as well
	Kept                     // the data is there, or not due yet, and there is budget left
	Maintenance              // the promise does not run: maintenance was announced, or its check is paused
	AtRisk                   // kept now, but past its warning, or the budget is gone or burns too fast
	Broken                   // the data is not there although it was due
)

var (
	levelTexts = [...]string{"unknown", "kept", "maintenance", "at-risk", "broken"}
	levelRanks = [...]int{Unknown: 2, Kept: 0, Maintenance: 1, AtRisk: 3, Broken: 4}
)

func (l Level) known() bool { return l >= 0 && int(l) < len(levelTexts) }

// rank orders levels by how bad they are. What is not known is worse than what is well, and better than trouble.
func (l Level) rank() int {
	if !l.known() {
		return levelRanks[Unknown]
	}
	return levelRanks[l]
}

// Worse says whether l is a worse level than m: broken, at risk, unknown, maintenance, kept, from the worst on.
func (l Level) Worse(m Level) bool { return l.rank() > m.rank() }

// String returns the text of the level, or "Level(9)" for one that does not exist.
func (l Level) String() string {
	if !l.known() {
		return fmt.Sprintf("Level(%d)", int(l))
	}
	return levelTexts[l]
}

// AppendText implements [encoding.TextAppender]. A level that does not exist is an error.
func (l Level) AppendText(b []byte) ([]byte, error) {
	if !l.known() {
		return b, fmt.Errorf("status: level: there is no level number %d", int(l))
	}
	return append(b, levelTexts[l]...), nil
}

// MarshalText implements [encoding.TextMarshaler]. A level that does not exist is an error.
func (l Level) MarshalText() ([]byte, error) { return l.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads what String writes, in upper or lower case.
func (l *Level) UnmarshalText(text []byte) error {
	i := slices.IndexFunc(levelTexts[:], func(known string) bool { return strings.EqualFold(known, string(text)) })
	if i < 0 {
		return fmt.Errorf("status: level: %q is none of %s", text, strings.Join(levelTexts[:], ", "))
	}
	*l = Level(i)
	return nil
}
