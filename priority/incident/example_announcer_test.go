package incident_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A bell is an announcer that rings for what is new, and asks to be tried again later when it was
// rung too often.
type bell struct{ rung int }

func (b *bell) Name() string { return "bell" }

func (b *bell) Announce(ctx context.Context, a incident.Announcement) (receipt string, err error) {
	if b.rung++; b.rung > 1 {
		return "", &incident.RetryError{Err: errors.New("rung too often"), After: time.Minute}
	}
	for _, entry := range a.New {
		fmt.Println("ding:", a.Incident.ID, entry.Kind)
	}
	return "rung", nil
}

func ExampleAnnouncer() {
	var announcer incident.Announcer = &bell{}
	news := incident.Announcement{
		Key: "inc-1/1@bell", Attempt: 1,
		Incident: incident.Incident{ID: "inc-1"},
		New:      []incident.Entry{{Incident: "inc-1", Seq: 1, Kind: incident.EntryOpened}},
	}
	fmt.Println(announcer.Announce(context.Background(), news))

	_, err := announcer.Announce(context.Background(), news)
	var retry *incident.RetryError
	fmt.Println(errors.As(err, &retry), retry.After, errors.Is(err, incident.ErrPermanent))
	// Output:
	// ding: inc-1 opened
	// rung <nil>
	// true 1m0s false
}

func ExampleAnnouncerFunc() {
	quiet := incident.AnnouncerFunc(func(ctx context.Context, a incident.Announcement) (string, error) {
		return "", fmt.Errorf("%w: no such channel", incident.ErrPermanent)
	})
	_, err := quiet.Announce(context.Background(), incident.Announcement{})
	fmt.Println(err)
	// Output: incident: announcement cannot be delivered: no such channel
}
