package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/enum"
	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// A Dialect is an engine that statements are written for. The zero Dialect is none.
type Dialect int

const (
	PostgreSQL Dialect = iota + 1 // 13 and later
	SQLite                        // 3.24 and later
	MySQL                         // MySQL 8 and later, and MariaDB 10.5 and later
)

var dialects = enum.Type{
	Name: "Dialect", Names: []string{PostgreSQL: "PostgreSQL", SQLite: "SQLite", MySQL: "MySQL"},
}

// String returns the name of the engine, and "Dialect(7)" for a value that is none.
func (d Dialect) String() string { return dialects.String(int(d)) }

// detect returns which engine a database is. A database that is down fails both queries by which
// engines are told apart, so the error holds both of theirs.
func detect(ctx context.Context, db *sql.DB) (Dialect, error) {
	if db == nil {
		return 0, errors.New("the database is nil: open one with sql.Open and a driver of your choice")
	}
	var version string
	errVersion := db.QueryRowContext(ctx, "SELECT version()").Scan(&version)
	if errVersion == nil {
		if strings.HasPrefix(version, "PostgreSQL") {
			return PostgreSQL, nil
		}
		return mysql(ctx, db, version)
	}
	errSQLite := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version)
	if errSQLite == nil {
		return SQLite, nil
	}
	return 0, fmt.Errorf("which engine is it? %w; and %w", errVersion, errSQLite)
}

// mysql tells MySQL and MariaDB, which have UTC_TIMESTAMP, from engines that only have a version
// too.
func mysql(ctx context.Context, db *sql.DB, version string) (Dialect, error) {
	var now int64
	if err := db.QueryRowContext(ctx, "SELECT "+MySQL.Now()).Scan(&now); err != nil {
		return 0, fmt.Errorf("%q is neither PostgreSQL, SQLite, MySQL nor MariaDB: %w", version, err)
	}
	return MySQL, nil
}

// bind returns a statement whose parameters are question marks as the engine wants them.
// A statement must hold no other question mark.
func (d Dialect) bind(statement string) string {
	if d != PostgreSQL {
		return statement
	}
	var b strings.Builder
	n := 0
	for part := range strings.SplitSeq(statement, "?") {
		if n > 0 {
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		}
		b.WriteString(part)
		n++
	}
	return b.String()
}

// Now returns an expression for the time by the database's own clock, in microseconds since the
// Unix epoch, whatever the zone of the session. All replicas share that clock, so a wrong clock on
// one of them does no harm. Within a transaction the time may go on or stand still.
func (d Dialect) Now() string {
	switch d {
	case PostgreSQL:
		return "(CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT))"
	case SQLite: // milliseconds, and not as a float: julianday would be off by some
		return "(CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + " +
			"CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000)"
	default:
		return "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)))"
	}
}

// Schema returns a statement that makes a table, with the engine's types in place of {id}, a short
// name that a key may hold and that is compared byte by byte; {text}, text of any length; and
// {blob}, bytes.
func (d Dialect) Schema(statement string) string {
	id, text, blob := "TEXT", "TEXT", "BLOB"
	switch d {
	case PostgreSQL:
		id, blob = `TEXT COLLATE "C"`, "BYTEA"
	case MySQL: // VARBINARY, since a collation would ignore spaces at the end of a name
		id = "VARBINARY(" + strconv.Itoa(fault.MostName) + ")"
		text, blob = "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "LONGBLOB"
	}
	return strings.NewReplacer("{id}", id, "{text}", text, "{blob}", blob).Replace(statement)
}
