// Package contract drafts an SLA from a data contract: of the Open Data Contract Standard (ODCS),
// version 3, or of the Data Contract Specification.
//
// A contract says "within four hours", and neither how often nor over which window: these are the
// caller's, in [Options]. [Options.Read] takes the contract as JSON, in which numbers stand as they
// were written, and returns a [File] with one SLA and notes about what is no promise here. The SLA
// is a draft for people to read.
//
// # What becomes of a property?
//
//	latency, freshness       a freshness.MaxAge with a skew of a minute, of the object of its element
//	frequency                a freshness.Cadence; hourly, daily and weekly are read too
//	timeOfAvailability       a freshness.Deadline of each day
//	availability, errorRate  an objective about events with that target; an error rate is 100 less it
//	anything else            a note
//
// Names of properties are read in upper or lower case, and so are the two-letter words of the
// standard. An objective is named by the id of its property, or else by the property as it is
// written; of several elements each has the object behind that.
//
// # How are values read?
//
// A length is a number and a unit (ms, s, m or min for minutes, h, d, w and their words), both in
// one text ("90m"), or ISO 8601 ("P1DT12H"). Fractions are exact: 1.5 h is 90 minutes. A month or a
// year has no fixed length, and is a fault; so are null, true, zero and what is negative.
//
// A time of availability is "07:00" with a time zone as its unit or in [Options], or has an offset:
// "09:00-08:00". An offset follows no clock changes, which is noted. "08:00-18:00" is a span of
// hours, and a note; "09:00-10:00" can be both, and is a fault.
//
// # Whose is it?
//
// The usernames of the team are the owners. The driver of a property gives its tier, and the SLA has
// the highest of these: regulatory is primary, operational and analytics are secondary, and what has
// no driver is primary.
//
// # Concurrency
//
// [Options.Read] may be called by several goroutines at once. Nothing here reads a clock or starts a
// goroutine.
package contract
