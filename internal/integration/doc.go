// Package integration tests the library against real databases: SQLite in a file, and a PostgreSQL and a MariaDB
// that the tests start for themselves and throw away. See the package database below it.
package integration
