package incident

import (
	"context"
	"errors"
	"fmt"
	"path"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/storable"
	"github.com/alwaysp1/alwaysp1/priority"
)

var (
	errHung = errors.New("it does not return")
	errExit = errors.New("the announcer ended its goroutine")
)

// An announcer is an [Announcer] with its name.
type announcer struct {
	Announcer
	name string
}

// named names announcers, each by another name.
func named(list []Announcer) []*announcer {
	var all []*announcer
	seen := map[string]int{}
	for _, a := range list {
		if a == nil {
			continue
		}
		name := nameOf(a)
		if seen[name]++; seen[name] > 1 {
			name += "-" + strconv.Itoa(seen[name])
		}
		all = append(all, &announcer{a, name})
	}
	return all
}

func nameOf(a Announcer) string {
	if n, ok := a.(interface{ Name() string }); ok && n.Name() != "" {
		return n.Name()
	}
	kind := reflect.TypeOf(a)
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	return strings.TrimPrefix(path.Base("/"+kind.PkgPath()), "/")
}

// An outcome is what an attempt ended with.
type outcome struct {
	receipt string
	failed  *failed // nil: delivered
}

// A failed attempt, as its error says: an error is code of the caller's, and is asked once.
type failed struct {
	text    string
	refused bool
	after   time.Duration
}

func failure(err error) *failed {
	if err == nil {
		return nil
	}
	f := &failed{text: said(err.Error()), refused: errors.Is(err, ErrRefused)}
	var retry *RetryError
	if errors.As(err, &retry) {
		f.after = retry.After
	}
	return f
}

// said is an error's text as every store keeps it: a server may have answered anything.
func said(text string) string { return storable.Clean(cut(text, longestSummary)) }

// call makes one attempt, in a goroutine of its own because it may hang or panic, with a time limit that the end of Run does not cut short.
// Its error is that the attempt has not ended.
func (w *worker) call(ctx context.Context, a Announcement) (outcome, error) {
	limited, cancel := w.desk.clock().WithTimeout(context.WithoutCancel(ctx), w.desk.timeout())
	defer cancel()
	done := make(chan outcome, 1)
	go w.attempt(limited, a, done)
	select {
	case out := <-done:
		return out, nil
	case <-limited.Done():
		return w.wait(ctx, done)
	}
}

// wait is for an announcer that is past its time. It should return now; where it does not, no other announcer waits for it, nor does the end of Run.
func (w *worker) wait(ctx context.Context, done <-chan outcome) (outcome, error) {
	grace := w.desk.clock().Timer(time.Second)
	defer grace.Stop()
	select {
	case out := <-done:
		return out, nil
	case <-grace.C:
	}
	w.desk.fault(w.announcer.name, errHung)
	w.desk.tell(ailing(w.announcer.name, errHung, w.desk.clock().Now()))
	select {
	case out := <-done:
		return out, nil
	case <-ctx.Done():
		return outcome{}, fmt.Errorf("incident: announcer %s: %w", plain(w.announcer.name), errHung)
	}
}

func (w *worker) attempt(ctx context.Context, a Announcement, done chan<- outcome) {
	out := outcome{failed: failure(errExit)}
	defer func() {
		if cause := recover(); cause != nil {
			out.failed = &failed{text: said(fmt.Sprintf("the announcer panicked: %v", cause))}
		}
		done <- out
	}()
	receipt, err := w.announcer.Announce(ctx, a)
	out = outcome{storable.Clean(receipt), failure(err)}
}

// tell has a signal about the desk itself recorded by Run.
func (d *Desk) tell(s priority.Signal) {
	d.delay(s)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wake()
}

// fires reports whether the signal of this identity is recorded as firing.
func (d *Desk) fires(identity string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, known := d.state.newest[identity]
	return known && d.state.open[n] && d.state.incidents[n].Firing
}
