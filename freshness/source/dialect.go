package source

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Dialect is how a database quotes names. The zero Dialect is [DialectStandard].
type Dialect int

const (
	DialectStandard Dialect = iota // "name", as PostgreSQL, SQLite, Oracle, Snowflake and others write it
	DialectBacktick                // `name`, as MySQL and MariaDB write it
	DialectBracket                 // [name], as SQL Server writes it
	numDialect                     // how many there are

	dialectUnknown = Dialect(-1)
)

// Quote returns names, joined by dots, as one identifier: for a table, its schema and its own name.
// All characters are part of the name, quotes and dots included.
//
// It is an error if a name is empty, holds a NUL, is not valid UTF-8, or is longer than 128 bytes.
// The limit of DialectStandard is 63 bytes, for PostgreSQL cuts a longer name and would read
// another table. A backslash is an error except in DialectBracket: some databases read it as an
// escape, which would open the quotes. The text of a [Query] may use any name.
func (d Dialect) Quote(names ...string) (string, error) {
	if d < 0 || d >= numDialect {
		return "", fmt.Errorf("source: Dialect(%d) is not a dialect", int(d))
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

// checkName refuses a name that cannot be quoted safely: see [Dialect.Quote].
func (d Dialect) checkName(name string) error {
	most, bad := [...]int{63, 128, 128}[d], [...]string{"\x00\\", "\x00\\", "\x00"}[d]
	switch {
	case name == "":
		return errors.New("source: a name is empty")
	case len(name) > most:
		return fmt.Errorf("source: a name of %d bytes: %d is the most", len(name), most)
	case strings.ContainsAny(name, bad) || !utf8.ValidString(name):
		return fmt.Errorf("source: the name %q holds a character that no name may hold", name)
	}
	return nil
}
