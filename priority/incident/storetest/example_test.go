package storetest_test

import (
	"fmt"
	"testing"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/incident/storetest"
)

// TestStore is the test in your own test file, with your store in place of the one in memory.
var TestStore = func(t *testing.T) {
	storetest.Run(t, func(*testing.T) incident.Store { return new(incident.Memory) }, nil)
}

// One test runs all checks of a store.
func ExampleRun() {
	everything := func(_, _ string) (bool, error) { return true, nil }
	fmt.Println("passed:", testing.RunTests(everything, []testing.InternalTest{{Name: "TestStore", F: TestStore}}))

	// Output:
	// passed: true
}
