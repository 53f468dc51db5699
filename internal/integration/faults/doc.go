// Package faults tests what becomes of kept state when a database fails, when its file is damaged,
// and when the names in it are hostile.
package faults
