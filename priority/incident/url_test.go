package incident_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

func TestAnIDIsOneSegmentOfItsAddress(t *testing.T) {
	address := incident.URLUnder("https://status.example.com/incidents/")
	for id, want := range map[string]string{
		"inc-1": "https://status.example.com/incidents/inc-1",
		"a/b?c": "https://status.example.com/incidents/a%2Fb%3Fc",
		"x y|z": "https://status.example.com/incidents/x%20y%7Cz",
		"":      "https://status.example.com/incidents/",
	} {
		assert.Equal(t, want, address(incident.Incident{ID: id}))
	}
}

func ExampleURLUnder() {
	address := incident.URLUnder("https://status.example.com/incidents/")
	fmt.Println(address(incident.Incident{ID: "inc-1"}))
	// Output: https://status.example.com/incidents/inc-1
}
