package incident

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A worker makes the deliveries of one announcer, one after the other.
type worker struct {
	desk      *Desk
	announcer *announcer
	wakeup    chan struct{}
}

// run works until ctx is done. Its error names an announcer that does not return.
func (w *worker) run(ctx context.Context) error {
	for ctx.Err() == nil {
		d, wait, err := w.desk.store().Claim(ctx, w.announcer.name, w.lease())
		if ctx.Err() == nil {
			w.desk.setFault("outbox of "+w.announcer.name, err)
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

// rest waits until something may be due, but not longer than Every, after which another desk's
// entries are looked for.
func (w *worker) rest(ctx context.Context, wait time.Duration) {
	longest := w.desk.every()
	if wait > 0 {
		longest = min(longest, wait)
	}
	rest(ctx, w.desk.clock(), longest, w.wakeup)
}

// lease returns how long a delivery is claimed: as long as an attempt and storing its result may
// take, so that a desk loses a claim only when it dies or is suspended.
func (w *worker) lease() time.Duration { return 3 * w.desk.timeout() }

// deliver makes one attempt and stores its result. Its error is that the attempt does not end.
func (w *worker) deliver(ctx context.Context, d Delivery) error {
	a, err := w.announcement(ctx, d)
	out := outcome{failed: failureOf(err)}
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

// subsumed reports whether the announcement of another incident tells all of this one: the incident
// was merged into that one before a person did anything and before any attempt, which the fence
// counts. The entry there that attaches it is announced. In a storm this keeps the cause from
// waiting behind its symptoms.
func subsumed(d Delivery, a Announcement) bool {
	byPerson := func(e Entry) bool { return e.Author != "" }
	return a.Incident.MergedInto != "" && d.Fence == 1 && !slices.ContainsFunc(a.New, byPerson)
}

// announcement reads what is new from the record.
func (w *worker) announcement(ctx context.Context, d Delivery) (Announcement, error) {
	key := fmt.Sprintf("%s/%d@%s", d.Incident, d.UpTo, w.announcer.name)
	recorded, err := w.desk.store().Timeline(ctx, d.Incident)
	if err != nil {
		return Announcement{Key: key}, err
	}
	if len(recorded) < d.UpTo || d.Sent < 0 {
		return Announcement{Key: key}, fmt.Errorf("%w: the record of %q ends at %d, before %d",
			ErrInvalidEntry, d.Incident, len(recorded), d.UpTo)
	}

	i, err := FromEntries(slices.Values(recorded[:d.UpTo]))
	return Announcement{
		Key: key, Incident: i, New: recorded[min(d.Sent, d.UpTo):d.UpTo:d.UpTo],
		Receipt: d.Receipt, Attempt: d.Attempt,
	}, err
}

// judge changes the delivery by the outcome of its attempt, and returns how long to wait before the
// next one.
func (w *worker) judge(d *Delivery, key string, out outcome) time.Duration {
	if out.receipt != "" {
		d.Receipt = out.receipt
	}
	if out.failed == nil {
		d.Sent, d.Attempt, d.Error = d.UpTo, 0, ""
		return 0
	}
	d.Error = out.failed.text
	if d.Dead = out.failed.permanent || d.Attempt >= w.desk.maxAttempts(); d.Dead {
		return 0
	}
	return max(backOff(key, d.Attempt), out.failed.after)
}

const (
	firstWait = time.Second
	lastWait  = 5 * time.Minute
)

// backOff returns how long to wait after so many attempts:
//
//	min(1 s × 2^(attempts-1), 5 min) × (1 - share / 2)
//
// where share is in [0, 1), a hash of the key and the number of attempts. Announcements that failed
// together are so spread over time instead of being tried again together.
func backOff(key string, attempts int) time.Duration {
	h := fnv.New64a()
	_, _ = h.Write(strconv.AppendInt([]byte(key+" "), int64(attempts), 10)) // a hash never fails
	wait := min(firstWait<<min(max(attempts-1, 0), 20), lastWait)
	const parts = 1 << 20
	return wait - wait/2/parts*time.Duration(exact.Mix(0, h.Sum64())%parts)
}

// settle stores a delivery, and then records a signal where it shows that the announcer is broken
// or works again. While the store fails, it tries again for as long as no other desk can have
// claimed the delivery: a delivery that is not stored is made twice.
func (w *worker) settle(ctx context.Context, d Delivery, wait time.Duration) {
	clk := w.desk.clock()
	until := clk.Now().Add(w.desk.timeout())
	for attempt := 1; ; attempt++ {
		err := w.settleOnce(ctx, d, wait)
		if err == nil || errors.Is(err, ErrFenced) {
			break
		}
		w.desk.setFault("outbox of "+w.announcer.name, err)
		if ctx.Err() != nil || !clk.Now().Before(until) {
			return
		}
		rest(ctx, clk, backOff(d.Incident, attempt), nil)
	}
	w.report(ctx, d)
}

// settleOnce stores a delivery. The end of Run does not cut it short.
func (w *worker) settleOnce(ctx context.Context, d Delivery, wait time.Duration) error {
	ctx, cancel := w.desk.clock().WithTimeout(context.WithoutCancel(ctx), w.desk.timeout())
	defer cancel()
	return w.desk.store().Settle(ctx, d, wait)
}

// report keeps how the announcer is for Err. It records a signal when a letter is dead, and when
// the last dead one was delivered after all.
func (w *worker) report(ctx context.Context, d Delivery) {
	name, now := w.announcer.name, w.desk.clock().Now()
	switch {
	case d.Dead:
		w.desk.setFault(name, d.cause())
		w.desk.record(announcerSignal(name, d.cause(), now))
	case d.Error != "":
		w.desk.setFault(name, fmt.Errorf("attempt %d at %s: %s",
			d.Attempt, plain.Name(d.Incident), plain.Name(d.Error)))
	default:
		w.desk.setFault(name, nil)
		w.recovered(ctx, now)
	}
}

// recovered records that the announcer works again, if it is recorded as broken and has no dead
// letters left.
func (w *worker) recovered(ctx context.Context, now time.Time) {
	resolved := announcerSignal(w.announcer.name, nil, now)
	if !w.desk.fires(resolved.Identity()) {
		return
	}
	dead, err := w.desk.DeadLetters(ctx)
	own := func(d Delivery) bool { return d.Announcer == w.announcer.name }
	if err == nil && !slices.ContainsFunc(dead, own) {
		w.desk.record(resolved)
	}
}
