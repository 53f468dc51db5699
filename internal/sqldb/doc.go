// Package sqldb is what the stores have in common that keep their state in a user's own database:
// which engine it is, how statements and transactions run on all three, what time it is there, and
// how tables are made.
//
// Statements are portable: their parameters are question marks, and the few words that the engines
// spell differently come from [Dialect]. No statement is prepared, so that a pool between
// transactions, such as PgBouncer, changes nothing.
package sqldb
