// Package source reads where data landed, and when: from SQL, files, HTTP or a function of yours.
//
// Every value here is a [freshness.Source]. Its Landings method returns what has landed, nothing if
// nothing ever did, and an error if that could not be found out. A check reports the error as not
// measured, and never as fresh.
//
//	[Func]     a function of yours
//	[Table]    the newest value of one column
//	[Batch]    the same of many tables, in one query
//	[Query]    a query of yours
//	[Files]    the newest file that a pattern matches
//	[HTTP]     a Last-Modified header, or a field of a JSON document
//	[ETag]     the instant at which a resource was seen to change
//
// # What does a timestamp without a zone mean?
//
// Nothing by itself. A text or a column without an offset is refused with [ErrNoZone] unless
// [Format.DefaultLocation] names its location, and a number with [ErrNoUnit] unless
// [Format.EpochUnit] names its unit. A local time that clocks showed twice is read as the earlier
// of the two, so that data never seems fresher than it is.
//
// # What about NULL, infinity and 0000-00-00?
//
// NULL is an empty table: nothing has landed. Infinity, a date of zeros and an instant outside the
// years 1 to 9999 are [ErrNotInstant]; the last is most often a number in another unit than
// EpochUnit. A timestamp in the year 1 is a landing, two thousand years old.
//
// # Content or metadata?
//
// The newest value of a column is content. What a catalogue reports about a table, a file system
// about a file or a server about a resource is metadata: it moves when columns are added or files
// copied, though no data came. Such landings are marked ([freshness.Landing.Metadata]).
//
// # What can go wrong?
//
// Everything obeys its context and a time limit of its own, and reads no more than a bound. Errors
// name hosts, tables and columns; no address with its query, no header and no password is in any of
// them.
package source
