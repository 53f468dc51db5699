package sla_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// Whatever arrives twice, or in another order, is there once.
func ExampleMergeDeltas() {
	at := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	first := sla.Delta{Replica: "a", Seq: 1, Bookings: []sla.Booking{{Check: "orders-api/available", At: at, Span: 5 * time.Second, Good: 99, Bad: 1}}}
	second := sla.Delta{Replica: "a", Seq: 2}
	other := sla.Delta{Replica: "b", Seq: 1}
	for _, d := range sla.MergeDeltas([]sla.Delta{second, other}, []sla.Delta{first, other}) {
		fmt.Println(d.Replica, d.Seq)
	}
	// Output:
	// a 1
	// a 2
	// b 1
}

func ExampleDelta_Validate() {
	var d sla.Delta
	text := `{"replica": "a", "bookings": [{"check": "orders-by-7/ready", "at": "2026-03-01T07:00:00Z", "outcome": "tardy"}]}`
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		fmt.Println(err)
	}
	fmt.Println(d.Validate())
	// Output:
	// seq: is missing
	// bookings[0].outcome: "tardy" is not on-time, excused, late or missing
}
