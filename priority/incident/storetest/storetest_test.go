package storetest_test

import (
	"testing"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/incident/storetest"
)

// The store in memory keeps what its interface promises, on a clock that the test turns.
func TestMemory(t *testing.T) {
	mock := clock.NewMock()
	storetest.Run(t, func(*testing.T) incident.Store { return &incident.Memory{Clock: mock} }, mock.Add)
}
