// Package sqljournal keeps the record of incidents, and the state of their announcements, in the
// user's own database, through database/sql.
//
// A [Store] is an [incident.Store]: a desk that has one loses nothing when its program is killed,
// and shares its incidents with the desks of other replicas on the same database. Call [Migrate]
// once, when a new version of your program is rolled out, and [Open] in each process.
//
// # Which databases?
//
// PostgreSQL 13 and later, SQLite 3.24 and later, and MySQL 8 or MariaDB 10.5 and later, through a
// driver of your choice: open the database with sql.Open. SQLite needs a busy timeout, for example
// of 5 seconds, if more than one connection writes. Nothing is prepared on a connection, so that
// PgBouncer may pool transactions. A driver that prepares by itself must be configured not to, as
// pgx is with default_query_exec_mode=exec or simple_protocol.
//
// # What is written together?
//
// An entry is its announcement: the state of an announcer is how far into the record of an incident
// it got. So no crash parts the two, and nothing has to be kept in step.
//
// # Which replica sends?
//
// The one that holds the lease of a delivery. Leases go by the clock of the database, so that a
// replica whose clock is wrong neither keeps a lease nor breaks one. Each claim has its own fence,
// so that a replica that was paused cannot overwrite what another did meanwhile.
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
// An entry is one short transaction. A claim reads the incidents that have something to announce.
// The record of closed incidents is kept.
//
// # What if the database is damaged?
//
// Each row has a checksum, and rows follow each other without gaps. A row that is not as it was
// written is an error when it is read, and nothing is written then. [Open] looks for damage that
// would hide an announcement that is still to be made. To [Migrate], a file of SQLite that was lost
// or is empty is a new one; [Open] refuses it.
//
// # Compatibility
//
// The module is v0: names may still change. What will not: only [Migrate] changes tables, and a
// version of this package that does not know theirs never does.
package sqljournal
