package storetest_test

import (
	"testing"

	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/keep/storetest"
)

// The store in memory keeps what its interface promises.
func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) keep.Store { return new(keep.Memory) })
}
