// Package exact computes with whole numbers that must not wrap and must not be rounded: products of
// 128 bits, instants as nanoseconds, sums that saturate, and the order of truth values.
package exact
