package ledger_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

var noon = exact.Nanos(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))

// What one replica drains another applies. Both then hold the same counts.
func ExampleLedger() {
	spec := &ledger.Spec{Window: sla.Rolling(sla.Day), Deltas: true}
	one, other := ledger.New(spec), ledger.New(spec)
	one.Add(noon, 99, 1)
	for _, booking := range one.Drain() {
		fmt.Printf("%q\n", other.Refusal(booking))
		other.Apply(booking)
	}
	fmt.Println(other.Sum(noon, noon+1).Counts, len(other.Drain()))
	// Output:
	// ""
	// 99 good, 1 bad of 100 0
}

// A spec with deadlines keeps outcomes. Better evidence wins, in whatever order it comes.
func ExampleSpec() {
	l := ledger.New(&ledger.Spec{Window: sla.Rolling(sla.Day), Deadlines: true})
	fmt.Println(l.Observe(noon, ledger.Outcome{Kind: ledger.Missing}))
	fmt.Println(l.Observe(noon, ledger.Outcome{Kind: ledger.Late, Late: time.Hour}))
	fmt.Println(l.Observe(noon, ledger.Outcome{Kind: ledger.Missing}))
	for _, due := range l.Dues(nil, noon, noon+1) {
		fmt.Println(due.Kind, due.Late)
	}
	// Output:
	// true
	// true
	// false
	// late 1h0m0s
}

// A ledger is kept over a restart, and bytes that are cut short are refused.
func ExampleUnpacker() {
	spec := &ledger.Spec{Window: sla.Rolling(sla.Day)}
	before := ledger.New(spec)
	before.Add(noon, 7, 0)
	data := before.AppendTo(nil)

	whole := &ledger.Unpacker{Data: data}
	fmt.Println(ledger.Decode(spec, whole).Sum(noon, noon+1).Counts, whole.Err)
	cut := &ledger.Unpacker{Data: data[:len(data)/2]}
	ledger.Decode(spec, cut)
	fmt.Println(cut.Err)
	// Output:
	// 7 good, 0 bad of 7 <nil>
	// a number is cut short or malformed
}
