// Package schedule says when: instants that follow clocks or elapsed time, exact across changes of the clocks.
package schedule
