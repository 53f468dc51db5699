// Package exact computes with whole numbers that must not wrap and must not be rounded: products of
// 128 bits, instants as nanoseconds, and sums that saturate.
package exact
