// Package sqljournal keeps the record of incidents, and where their
// announcements stand, in the user's own database, through database/sql.
//
// A [Store] is an [incident.Store]: a desk that is made with it loses nothing
// when its program is killed, and shares its incidents with the desks of other
// replicas on the same database. Call [Migrate] once, when a new version of
// your program is rolled out, and [Open] in each process.
//
// # Which databases?
//
// PostgreSQL 13 and later, SQLite 3.24 and later, and MySQL 8 or MariaDB 10.5
// and later, through a driver of your choice: open the database with sql.Open.
// SQLite wants a busy timeout, for example of 5 seconds, where more than one
// connection writes. Nothing is prepared on a connection, so that PgBouncer may
// pool transactions; a driver that prepares by itself must be told not to, as
// pgx is with default_query_exec_mode=exec or simple_protocol.
//
// # What is written together?
//
// An entry is its announcement: where an announcer stands is how far into the
// record of an incident it got. So no crash parts the two, and there is nothing
// to keep in step.
//
// # Who sends, when there are replicas?
//
// Whoever holds the lease of a delivery. It goes by the clock of the database,
// so that a replica whose clock is wrong neither keeps a lease nor breaks one;
// and each claim has its own fence, so that a replica that was paused and wakes
// up cannot write over what another did meanwhile.
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
// An entry is one short transaction. A claim reads the incidents that have
// something to announce. The record of closed incidents is kept.
//
// # What if the database is damaged?
//
// Each row has a checksum, and rows follow each other without gaps: what is not
// as it was written is an error when it is read, and nothing is written then.
// What would hide an announcement that is still to be made is looked for by
// [Open]. To [Migrate], a file of SQLite that was lost or is empty is a new one;
// [Open] refuses it.
//
// # Compatibility
//
// The module is v0: names may still change. What will not: tables are changed
// by [Migrate] alone, and never by a version of this package that does not know
// theirs.
package sqljournal
