package incident_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// Two replicas before one store see the same failure: it is one incident.
func ExampleMemory() {
	ctx, now := context.Background(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	store := new(incident.Memory)
	one, two := &incident.Desk{Store: store}, &incident.Desk{Store: store}

	failed := priority.FromError("raw.orders", errors.New("extract exited 1"), now)
	first, _, _ := one.Signal(ctx, failed)
	second, _, _ := two.Signal(ctx, failed)
	fmt.Println(first.ID, second.ID, len(two.Incidents()))
	// Output: inc-1 inc-1 1
}

// A store that is down is an error, and nothing is lost: what a monitor observed is kept and
// recorded later.
func ExampleStore() {
	ctx, now := context.Background(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	var store incident.Store = &flaky{down: true}
	desk := &incident.Desk{Store: store}

	_, _, err := desk.Signal(ctx, priority.Signal{Asset: "raw.orders", At: now})
	fmt.Println(err)
	fmt.Println(desk.Err())
	store.(*flaky).down = false
	_, known, err := desk.Signal(ctx, priority.Signal{Asset: "raw.orders", At: now})
	fmt.Println(known, err, desk.Err())
	// Output:
	// no connection
	// incident: store: no connection
	// true <nil> <nil>
}

// A flaky is a store whose journal can be out of reach.
type flaky struct {
	incident.Memory
	down bool
}

func (f *flaky) Read(ctx context.Context, after int64, most int) ([]incident.Entry, error) {
	if f.down {
		return nil, errors.New("no connection")
	}
	return f.Memory.Read(ctx, after, most)
}

// What is appended must be decided on everything before it: of two that read the same, the second
// gets an error and reads on.
func ExampleJournal() {
	ctx, now := context.Background(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	var journal incident.Journal = new(incident.Memory)
	note := incident.Entry{Incident: "inc-1", Seq: 1, At: now, Kind: incident.EntryNoted, Author: "ada",
		Text: "hello"}
	fmt.Println(journal.Append(ctx, 0, note))
	fmt.Println(journal.Append(ctx, 0, note))
	entries, err := journal.Read(ctx, 0, 10)
	fmt.Println(len(entries), err)
	// Output:
	// <nil>
	// incident: the journal has moved on
	// 1 <nil>
}

// An entry is its own announcement: once it is in the record, each announcer has a delivery to
// make.
func ExampleOutbox() {
	ctx, now := context.Background(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	store := new(incident.Memory)
	var outbox incident.Outbox = store
	_ = store.Append(ctx, 0, incident.Entry{Incident: "inc-1", Seq: 1, At: now, Kind: incident.EntryOpened})

	mine, _, _ := outbox.Claim(ctx, "slack", time.Minute)
	fmt.Println(mine.Incident, mine.Sent, mine.UpTo, mine.Attempt)
	none, _, _ := outbox.Claim(ctx, "slack", time.Minute)
	fmt.Printf("%q\n", none.Incident) // somebody is at it

	mine.Sent, mine.Receipt = mine.UpTo, "1772605080.000100"
	fmt.Println(outbox.Settle(ctx, mine, 0))
	mine.Fence--
	fmt.Println(outbox.Settle(ctx, mine, 0)) // by somebody whose lease has ended
	// Output:
	// inc-1 0 1 1
	// ""
	// <nil>
	// incident: the delivery was claimed by another
}

// What no store keeps as it is, each refuses with the name of the field.
func ExampleEntry_Validate() {
	e := incident.Entry{Incident: "inc-1", Seq: 1, Author: "ad\xe1", Text: "NUL \x00 is fine in a text",
		At: time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)}
	fmt.Println(e.Validate())
	e.Author = "adá"
	fmt.Println(e.Validate())

	// Output:
	// author: "ad\xe1" is not valid UTF-8
	// <nil>
}

// The name of an announcer is a key in every store.
func ExampleDelivery_Validate() {
	fmt.Println(incident.Delivery{Announcer: "slack"}.Validate())
	fmt.Println(incident.Delivery{}.Validate())

	// Output:
	// <nil>
	// announcer: is missing
}
