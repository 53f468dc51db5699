package sqldb

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBind(t *testing.T) {
	const statement = "UPDATE t SET a = ? WHERE b = ? AND c = ?"
	assert.Equal(t, "UPDATE t SET a = $1 WHERE b = $2 AND c = $3", PostgreSQL.bind(statement))
	assert.Equal(t, statement, SQLite.bind(statement))
	assert.Equal(t, statement, MySQL.bind(statement))
	assert.Equal(t, "SELECT 1", PostgreSQL.bind("SELECT 1"))
}

func TestSchema(t *testing.T) {
	const statement = "CREATE TABLE t (a {id}, b {text}, c {blob})"
	assert.Equal(t, `CREATE TABLE t (a TEXT COLLATE "C", b TEXT, c BYTEA)`, PostgreSQL.Schema(statement))
	assert.Equal(t, "CREATE TABLE t (a TEXT, b TEXT, c BLOB)", SQLite.Schema(statement))
	assert.Equal(t, "CREATE TABLE t (a VARBINARY(1024), b LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, c LONGBLOB)", MySQL.Schema(statement))
	assert.Equal(t, "PostgreSQL SQLite MySQL Dialect(0)", PostgreSQL.String()+" "+SQLite.String()+" "+MySQL.String()+" "+Dialect(0).String())
}

func TestSum(t *testing.T) {
	assert.EqualValues(t, 0x560c913b, Sum("a", "bc"))
	assert.NotEqual(t, Sum("a", "bc"), Sum("ab", "c"))
	assert.NoError(t, Whole("x", Sum("a", "bc"), "a", "bc"))
	assert.ErrorContains(t, Whole("x", 7, "a", "bc"), "x is damaged: its checksum is 560c913b, and the row has 00000007: restore")
}
