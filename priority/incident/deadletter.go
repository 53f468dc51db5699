package incident

import (
	"context"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority"
)

// DeadLetters returns the announcements that were given up, by announcer and incident.
func (d *Desk) DeadLetters(ctx context.Context) ([]Delivery, error) {
	return d.store().DeadLetters(ctx)
}

// Redeliver makes an announcement that was given up due again, with all its attempts before it. It
// takes the delivery as [Desk.DeadLetters] returned it. The error wraps [ErrFenced] where the
// delivery was claimed since.
func (d *Desk) Redeliver(ctx context.Context, dead Delivery) error {
	dead.Dead, dead.Attempt = false, 0
	err := d.store().Settle(ctx, dead, 0)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wake()
	return err
}

// recordDead records a signal for each announcer that has dead letters from an earlier run.
func (d *Desk) recordDead(ctx context.Context) error {
	dead, err := d.DeadLetters(ctx)
	for _, letter := range dead {
		d.delay(announcerSignal(letter.Announcer, letter.cause(), d.clock().Now()))
	}
	return err
}

func (d *Delivery) cause() error {
	return fmt.Errorf("cannot announce %s after %d attempts: %s", plain.Name(d.Incident), d.Attempt,
		plain.Name(d.Error))
}

// announcerSignal returns the signal that an announcer is broken, or for a nil error that it works.
func announcerSignal(name string, err error, at time.Time) priority.Signal {
	s := priority.FromError("announcer:"+name, err, at)
	s.Source = "incident"
	return s
}

// record keeps a signal about the desk itself, which Run then records.
func (d *Desk) record(s priority.Signal) {
	d.delay(s)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wake()
}

// fires reports whether the signal of this identity is recorded as firing.
func (d *Desk) fires(identity string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, known := d.registry.byIdentity[identity]
	return known && d.registry.open[n] && d.registry.incidents[n].Firing
}
