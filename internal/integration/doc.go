// Package integration tests the library against real databases: SQLite in a file, and a PostgreSQL
// and a MariaDB that the tests start for themselves and throw away. See the package database below
// it.
//
// The tests of crashes and of replicas kill processes. They do so once over as a part of CI;
// ALWAYSP1_ROUNDS=20 makes them do it twenty times:
//
//	CI=1 ALWAYSP1_ROUNDS=20 go test -timeout=60m -run='TestCrash$|TestThreeReplicas' .
package integration
