// Package sqlstore keeps tracked state in the user's own database, through database/sql.
//
// A [Store] is a [keep.Store]: with it a tracker survives the end of its process, and the trackers
// of many replicas share one database. Call [Migrate] once, when a new version of your program is
// rolled out, and [Open] in each process; then [keep.Open] makes the keeper of a tracker.
//
//	db, err := sql.Open("sqlite", "file:state.db?_pragma=busy_timeout(5000)")
//	// …
//	err = sqlstore.Migrate(ctx, db)
//	// …
//	store, err := sqlstore.Open(ctx, db)
//	// …
//	keeper, err := keep.Open(ctx, t, store)
//
// # Which databases?
//
// PostgreSQL 13 and later, SQLite 3.24 and later, and MySQL 8 or MariaDB 10.5 and later, through a
// driver of your choice. SQLite needs a busy timeout if more than one connection writes. Nothing is
// prepared on a connection, so that PgBouncer may pool transactions. A driver that prepares by
// itself must be configured not to, as pgx is with default_query_exec_mode=exec or simple_protocol.
//
// # What is in it?
//
// Tables whose names begin with alwaysp1_: deltas as JSON text, how far each replica has come, the
// newest snapshot, corrections and definitions. Instants are whole microseconds in UTC, by the
// clock of the database.
//
// # What if a replica stops in the middle of a write?
//
// Its locks block the others. PostgreSQL ends its transaction after 5 seconds without a statement,
// and the others go on. MySQL and MariaDB do so after wait_timeout, which is 8 hours unless you set
// it, for example in the DSN. Until then, and on SQLite, writes of others fail when their own wait
// is over.
//
// # What does it cost?
//
// A flush is one transaction, however many events it holds. Looking for what is new reads one short
// row for each replica name. Deltas that a snapshot holds are deleted after [keep.Retention]. A row
// is as large as a snapshot: about 120 bytes for each objective, for which max_allowed_packet of
// MySQL must leave room.
//
// # What if the database is damaged?
//
// Each row has a checksum, and rows follow each other without gaps. A row that is not as it was
// written is an error when it is read, and nothing is written then. [Open] looks for damage that
// would hide deltas. To [Migrate], a file of SQLite that was lost or is empty is a new one; [Open]
// refuses it.
//
// # Compatibility
//
// The module is v0: names may still change. What will not: only [Migrate] changes tables, and a
// version of this package that does not know theirs never does.
package sqlstore
