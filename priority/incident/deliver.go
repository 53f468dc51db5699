package incident

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"time"
)

// A worker makes the deliveries of one announcer, one after the other.
type worker struct {
	desk      *Desk
	announcer *announcer
	wake      chan struct{}
}

// run works until ctx is done. Its error names an announcer that does not return.
func (w *worker) run(ctx context.Context) error {
	for ctx.Err() == nil {
		d, wait, err := w.desk.store().Claim(ctx, w.announcer.name, w.lease())
		if ctx.Err() == nil {
			w.desk.fault("outbox of "+w.announcer.name, err)
		}
		if err != nil || d.Incident == "" {
			w.rest(ctx, wait)
			continue
		}
		if err := w.deliver(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// rest waits until something may be due, at most as long as another desk may go unnoticed.
func (w *worker) rest(ctx context.Context, wait time.Duration) {
	every := w.desk.every()
	if wait > 0 {
		every = min(every, wait)
	}
	rest(ctx, w.desk.clock(), every, w.wake)
}

// lease is as long as an attempt and the writing of what became of it may take, so that a desk loses it only by dying, or by falling asleep.
func (w *worker) lease() time.Duration { return 3 * w.desk.timeout() }

// deliver makes one attempt, and writes down what became of it. Its error is that the attempt does not end.
func (w *worker) deliver(ctx context.Context, d Delivery) error {
	a, err := w.announcement(ctx, d)
	out := outcome{failed: failure(err)}
	if err == nil && !subsumed(d, a) {
		out, err = w.call(ctx, a)
		if err != nil {
			return err
		}
	}
	wait := w.judge(&d, a.Key, out)
	w.settle(ctx, d, wait)
	return nil
}

// subsumed reports whether the announcement is told by that of another incident: this one went on there before anybody said anything about it
// or any attempt was made, which the fence counts; and the entry there that names it is announced. In a storm that is what keeps the cause from waiting behind its symptoms.
func subsumed(d Delivery, a Announcement) bool {
	return a.Incident.Into != "" && d.Fence == 1 && !slices.ContainsFunc(a.New, func(e Entry) bool { return e.Author != "" })
}

// announcement reads the record for what is new.
func (w *worker) announcement(ctx context.Context, d Delivery) (Announcement, error) {
	key := fmt.Sprintf("%s/%d@%s", d.Incident, d.Upto, w.announcer.name)
	record, err := w.desk.store().Timeline(ctx, d.Incident)
	if err != nil {
		return Announcement{Key: key}, err
	}
	if len(record) < d.Upto || d.Sent < 0 {
		return Announcement{Key: key}, fmt.Errorf("%w: the record of %q ends at %d, before %d", ErrEntry, d.Incident, len(record), d.Upto)
	}
	i, err := Fold(slices.Values(record[:d.Upto]))
	return Announcement{Key: key, Incident: i, New: record[min(d.Sent, d.Upto):d.Upto:d.Upto], Receipt: d.Receipt, Attempt: d.Attempt}, err
}

// judge changes the delivery as the outcome of its attempt wants it, and returns how long to wait before the next.
func (w *worker) judge(d *Delivery, key string, out outcome) time.Duration {
	if out.receipt != "" {
		d.Receipt = out.receipt
	}
	if out.failed == nil {
		d.Sent, d.Attempt, d.Error = d.Upto, 0, ""
		return 0
	}
	d.Error = out.failed.text
	if d.Dead = out.failed.refused || d.Attempt >= w.desk.attempts(); d.Dead {
		return 0
	}
	return max(backOff(key, d.Attempt), out.failed.after)
}

const (
	firstWait = time.Second
	lastWait  = 5 * time.Minute
)

// backOff is how long to wait after so many attempts:
//
//	min(1 s × 2^(attempts-1), 5 min) × (1 - share / 2)
//
// where share lies in [0, 1) and is a hash of the key and the number of attempts, so that what failed together does not come back together.
func backOff(key string, attempts int) time.Duration {
	h := fnv.New64a()
	_, _ = h.Write(strconv.AppendInt([]byte(key+" "), int64(attempts), 10)) // a hash takes everything
	wait := min(firstWait<<min(max(attempts-1, 0), 20), lastWait)
	const parts = 1 << 20
	return wait - wait/2/parts*time.Duration(mix(h.Sum64())%parts)
}

// mix spreads the bits of a hash, of which the low ones differ little between keys that do.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	return x ^ x>>33
}

// settle writes a delivery back, and makes a signal of what it says about the announcer. While the store fails, it tries again for as long
// as nobody else can have claimed it: a delivery that is not written down comes twice.
func (w *worker) settle(ctx context.Context, d Delivery, wait time.Duration) {
	clk := w.desk.clock()
	until := clk.Now().Add(w.desk.timeout())
	for attempt := 1; ; attempt++ {
		err := w.settleOnce(ctx, d, wait)
		if err == nil || errors.Is(err, ErrFenced) {
			break
		}
		w.desk.fault("outbox of "+w.announcer.name, err)
		if ctx.Err() != nil || !clk.Now().Before(until) {
			return
		}
		rest(ctx, clk, backOff(d.Incident, attempt), nil)
	}
	w.report(ctx, d)
}

// settleOnce is not ended by the end of Run.
func (w *worker) settleOnce(ctx context.Context, d Delivery, wait time.Duration) error {
	ctx, cancel := w.desk.clock().WithTimeout(context.WithoutCancel(ctx), w.desk.timeout())
	defer cancel()
	return w.desk.store().Settle(ctx, d, wait)
}

// report says how the announcer is: by Err, and where a letter is dead, or the last one was brought back, by a signal.
func (w *worker) report(ctx context.Context, d Delivery) {
	name, now := w.announcer.name, w.desk.clock().Now()
	switch {
	case d.Dead:
		w.desk.fault(name, d.cause())
		w.desk.tell(ailing(name, d.cause(), now))
	case d.Error != "":
		w.desk.fault(name, fmt.Errorf("attempt %d at %s: %s", d.Attempt, plain(d.Incident), plain(d.Error)))
	default:
		w.desk.fault(name, nil)
		w.recover(ctx, now)
	}
}

// recover says that the announcer is well again, if it was said not to be, and has no dead letters left.
func (w *worker) recover(ctx context.Context, now time.Time) {
	well := ailing(w.announcer.name, nil, now)
	if !w.desk.fires(well.Identity()) {
		return
	}
	dead, err := w.desk.Dead(ctx)
	if err == nil && !slices.ContainsFunc(dead, func(d Delivery) bool { return d.Announcer == w.announcer.name }) {
		w.desk.tell(well)
	}
}
