package source

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Dialect says how a database quotes names. The zero Dialect is [Standard].
type Dialect int

const (
	Standard   Dialect = iota // "name", as PostgreSQL, SQLite, Oracle, Snowflake and others write it
	Backtick                  // `name`, as MySQL and MariaDB write it
	Bracket                   // [name], as SQL Server writes it
	numDialect                // how many there are

	dialectUnknown = Dialect(-1)
)

// Quote answers names, joined by dots, as one identifier: for a table, its schema and its own name.
// Whatever they hold is part of the name, quotes and dots included.
//
// A name is an error that is empty, holds a NUL, is not valid UTF-8, or is longer than 128 bytes, in Standard than 63:
// PostgreSQL cuts a longer one, and would answer for another table. So is one with a backslash, except in Bracket:
// some databases read it as an escape, which would open the quotes. A [Query] of yours may use any name.
func (d Dialect) Quote(names ...string) (string, error) {
	if d < 0 || d >= numDialect {
		return "", fmt.Errorf("source: Dialect(%d) is none", int(d))
	}
	if len(names) == 0 {
		return "", errors.New("source: a name is missing")
	}
	begin, end := [...]string{`"`, "`", "["}[d], [...]string{`"`, "`", "]"}[d]
	var b strings.Builder
	for i, name := range names {
		if err := d.checkName(name); err != nil {
			return "", err
		}
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(begin + strings.ReplaceAll(name, end, end+end) + end)
	}
	return b.String(), nil
}

// checkName refuses what no name may be.
func (d Dialect) checkName(name string) error {
	most, bad := [...]int{63, 128, 128}[d], [...]string{"\x00\\", "\x00\\", "\x00"}[d]
	switch {
	case name == "":
		return errors.New("source: a name is empty")
	case len(name) > most:
		return fmt.Errorf("source: a name of %d bytes: %d is the most", len(name), most)
	case strings.ContainsAny(name, bad) || !utf8.ValidString(name):
		return fmt.Errorf("source: the name %q holds what no name may", name)
	}
	return nil
}
