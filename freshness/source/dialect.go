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
	Backtick                  // `name`, as MySQL, MariaDB and BigQuery write it
	Bracket                   // [name], as SQL Server writes it
	numDialect                // how many there are

	dialectUnknown = Dialect(-1)
)

// Quote answers names, joined by dots, as one identifier: for a table, its schema and its own name.
// Whatever they hold is part of the name, quotes and dots included. A name that is empty, holds a NUL,
// is not valid UTF-8 or is longer than 128 bytes is an error.
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
		switch {
		case name == "":
			return "", errors.New("source: a name is empty")
		case len(name) > 128:
			return "", fmt.Errorf("source: a name of %d bytes: 128 is the most", len(name))
		case strings.ContainsRune(name, 0) || !utf8.ValidString(name):
			return "", fmt.Errorf("source: the name %q holds what no name may", name)
		}
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(begin + strings.ReplaceAll(name, end, end+end) + end)
	}
	return b.String(), nil
}
