// Package plain writes what people read: one safe line of somebody's text, a cut at a rune, a
// duration, a percentage, a count with its noun, and the names of an enumeration.
//
// Each of these has one form here, so that the same duration reads the same in a report, in Slack
// and on the page.
package plain
