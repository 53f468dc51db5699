package tracker_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// Whatever arrives twice, or in another order, is there once.
func ExampleMergeDeltas() {
	at := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	first := tracker.Delta{Replica: "a", Seq: 1, Records: []tracker.Record{{Check: "orders-api/available", At: at, Span: 5 * time.Second, Good: 99, Bad: 1}}}
	second := tracker.Delta{Replica: "a", Seq: 2}
	other := tracker.Delta{Replica: "b", Seq: 1}
	for _, d := range tracker.MergeDeltas([]tracker.Delta{second, other}, []tracker.Delta{first, other}) {
		fmt.Println(d.Replica, d.Seq)
	}
	// Output:
	// a 1
	// a 2
	// b 1
}

func ExampleDelta_Validate() {
	var d tracker.Delta
	text := `{"replica": "a", "records": [{"check": "orders-by-7/ready", "at": "2026-03-01T07:00:00Z", "outcome": "tardy"}]}`
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		fmt.Println(err)
	}
	fmt.Println(d.Validate())
	// Output:
	// seq: is missing
	// records[0].outcome: "tardy" is not on-time, excused, late or missing
}
