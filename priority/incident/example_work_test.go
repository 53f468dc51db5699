package incident_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// Two engineers work on one incident: one triages it, asks for context, and is answered.
func ExampleDesk_Triage() {
	ctx, now := context.Background(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	desk := incident.NewDesk(nil)
	desk.AckLease = time.Hour // the owner of a short shift
	_, _, _ = desk.Signal(ctx, priority.Signal{Asset: "raw.orders", At: now})

	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	must(desk.Triage(ctx, "inc-1", "ada", "the disk is full", now.Add(time.Minute)))
	must(desk.Acknowledge(ctx, "inc-1", "ada", now.Add(2*time.Minute)))
	must(desk.Ask(ctx, "inc-1", "ada", "grace", "what fills it?", now.Add(3*time.Minute)))
	must(desk.Answer(ctx, "inc-1", 4, "grace", "the old backups", now.Add(4*time.Minute)))
	alone, _ := desk.Incident("inc-1")
	must(desk.Join(ctx, "inc-1", "grace", now.Add(5*time.Minute)))
	paired, _ := desk.Incident("inc-1")

	question := paired.Questions[0]
	fmt.Println(question.Text, question.Answer, question.AnsweredAt.Sub(question.At))
	fmt.Println(alone.Paired(), paired.Paired(), paired.Needs(now.Add(6*time.Minute)))
	fmt.Println(paired.Needs(now.Add(2 * time.Hour))) // the lease has ended
	// Output:
	// what fills it? the old backups 1m0s
	// false true [mitigation its root cause in writing]
	// [an owner mitigation its root cause in writing]
}

// An incident is reopened when its signal fires again soon after its close. Later, a new one is
// opened that names it.
func ExampleDesk_Signal_reopened() {
	ctx, now := context.Background(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	desk := incident.NewDesk(nil)
	desk.ReopenWithin = 7 * 24 * time.Hour
	for _, day := range []int{0, 7, 15} {
		at := now.AddDate(0, 0, day)
		i, _, _ := desk.Signal(ctx, priority.Signal{Asset: "raw.orders", At: at})
		fmt.Printf("day %d: %s, reopened %t, follows %q\n", day, i.ID, !i.ReopenedAt.IsZero(), i.Previous)
		_ = desk.CloseWithoutRootCause(ctx, i.ID, "ada", "it ran again by itself", at)
	}
	// Output:
	// day 0: inc-1, reopened false, follows ""
	// day 7: inc-1, reopened true, follows ""
	// day 15: inc-2, reopened false, follows "inc-1"
}

// A chat command replies in words of its own where the desk refuses it.
func ExampleDesk_Resolve() {
	ctx, now := context.Background(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	desk := incident.NewDesk(nil)
	_, _, _ = desk.Signal(ctx, priority.Signal{Asset: "raw.orders", At: now})
	reply := func(err error) {
		switch {
		case errors.Is(err, incident.ErrNotFound):
			fmt.Println("Which incident do you mean?")
		case errors.Is(err, incident.ErrNoRootCause):
			fmt.Println("What was the root cause?")
		case errors.Is(err, incident.ErrClosed):
			fmt.Println("It is closed already.")
		case errors.Is(err, incident.ErrInvalidEntry):
			fmt.Println("Something is missing:", err)
		default:
			fmt.Println("Done:", err)
		}
	}

	reply(desk.Resolve(ctx, "inc-7", "ada", now))
	reply(desk.Resolve(ctx, "inc-1", "ada", now))
	reply(desk.RecordRootCause(ctx, "inc-1", "ada", "", now))
	reply(desk.RecordRootCause(ctx, "inc-1", "ada", "the certificate had expired", now))
	reply(desk.Resolve(ctx, "inc-1", "ada", now))
	reply(desk.Acknowledge(ctx, "inc-1", "ada", now))
	// Output:
	// Which incident do you mean?
	// What was the root cause?
	// Something is missing: incident: invalid entry: root-cause 2 of "inc-1": it has no text
	// Done: <nil>
	// Done: <nil>
	// It is closed already.
}
