// Package freshness says whether data is fresh: when it must land, whether it
// did, and when to look again.
package freshness
