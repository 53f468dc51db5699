// Package sqldb is what the stores have in common that keep their state in a
// user's own database: which engine it is, how one statement is written for
// all three, what time it is there, and how tables are made.
//
// Statements are portable: their parameters are question marks, and the few
// words that the engines spell differently are written by [Dialect] alone. No
// statement is prepared, so that a pool between transactions, such as
// PgBouncer, changes nothing.
//
// # Compatibility
//
// The package is internal to this module and promises nothing.
package sqldb
