// Package sqlstore keeps tracked state in the user's own database, through
// database/sql.
//
// A [Store] is a [keep.Store]: with it a tracker survives the end of its
// process, and the trackers of many replicas share one database. Call [Migrate]
// once, when a new version of your program is rolled out, and [Open] in each
// process; then [keep.Open] makes the keeper of a tracker.
//
//	db, err := sql.Open("sqlite", "file:state.db?_pragma=busy_timeout(5000)")
//	// …
//	err = sqlstore.Migrate(ctx, db)
//	// …
//	store, err := sqlstore.Open(ctx, db)
//	// …
//	keeper, err := keep.Open(ctx, tracker, store)
//
// # Which databases?
//
// PostgreSQL 13 and later, SQLite 3.24 and later, and MySQL 8 or MariaDB 10.5
// and later, through a driver of your choice. SQLite wants a busy timeout where
// more than one connection writes. Nothing is prepared on a connection, so that
// PgBouncer may pool transactions; a driver that prepares by itself must be
// told not to, as pgx is with default_query_exec_mode=exec or simple_protocol.
//
// # What is in it?
//
// Tables whose names begin with alwaysp1_: deltas as JSON text, how far each
// replica has come, the newest snapshot, corrections and definitions. Instants
// are whole microseconds in UTC, by the clock of the database.
//
// # What if a replica stops in the middle of a write?
//
// What it has locked holds the others up. On PostgreSQL its transaction is ended
// after 5 seconds of silence, and the others go on. MySQL and MariaDB do so after
// wait_timeout, which is 8 hours unless you set it, for example in the DSN; until
// then, and on SQLite, writes of others fail once their own wait is over.
//
// # What does it cost?
//
// A flush is one transaction, however many events it holds. Looking for what is
// new reads one short row for each replica name. Deltas that a snapshot holds
// are deleted after [keep.Grace]. A row is as large as a snapshot: some 120 bytes
// for each objective, which max_allowed_packet of MySQL must leave room for.
//
// # What if the database is damaged?
//
// Each row has a checksum, and rows follow each other without gaps: what is not
// as it was written is an error when it is read, and nothing is written then.
// What would hide deltas is looked for by [Open]. To [Migrate], a file of SQLite
// that was lost or is empty is a new one; [Open] refuses it.
//
// # Compatibility
//
// The module is v0: names may still change. What will not: tables are changed
// by [Migrate] alone, and never by a version of this package that does not know
// theirs.
package sqlstore
