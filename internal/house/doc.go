// Package house holds the rules of this module that no compiler checks, as tests: which package may
// import which, what may ship, what must be documented and shown, and what the exported API is.
//
// Each rule is a function from a read tree to its faults, and stands beside small trees that break
// it, so that every rule is seen to fail whenever it is seen to pass. There is nothing to import
// here.
package house
