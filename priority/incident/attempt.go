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

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/internal/storable"
)

var (
	errHung = errors.New("the announcer does not return")
	errExit = errors.New("the announcer ended its goroutine")
)

// An announcer is an [Announcer] with its name.
type announcer struct {
	Announcer
	name string
}

// named returns the announcers of a list that are not nil, no two of them with the same name.
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

// An outcome is the result of an attempt.
type outcome struct {
	receipt string
	failed  *failure // nil: delivered
}

// A failure is what the error of a failed attempt means. An error is the caller's code, so it is
// read once, where a panic in it is contained.
type failure struct {
	text      string
	permanent bool
	after     time.Duration
}

func failureOf(err error) *failure {
	if err == nil {
		return nil
	}
	f := &failure{permanent: errors.Is(err, ErrPermanent)}
	f.text = storable.Clean(plain.Cut(fault.Text(err), longestSummary)) // a server may have returned anything
	var retry *RetryError
	if errors.As(err, &retry) {
		f.after = retry.After
	}
	return f
}

// call makes one attempt, in a goroutine of its own because it may hang or panic. Its time limit is
// not cut short by the end of Run. The error of call is that the attempt has not ended.
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

// wait waits for an announcer that is past its time limit and should return now. Where it does not,
// it holds up only its own worker: other announcers go on, and the end of Run does not wait for it.
func (w *worker) wait(ctx context.Context, done <-chan outcome) (outcome, error) {
	grace := w.desk.clock().Timer(time.Second)
	defer grace.Stop()
	select {
	case out := <-done:
		return out, nil
	case <-grace.C:
	}

	w.desk.setFault(w.announcer.name, errHung)
	w.desk.record(announcerSignal(w.announcer.name, errHung, w.desk.clock().Now()))
	select {
	case out := <-done:
		return out, nil
	case <-ctx.Done():
		return outcome{}, fmt.Errorf("incident: announcer %s: %w", plain.Name(w.announcer.name), errHung)
	}
}

func (w *worker) attempt(ctx context.Context, a Announcement, done chan<- outcome) {
	out := outcome{failed: failureOf(errExit)} // stays where the announcer calls runtime.Goexit
	defer func() { done <- out }()
	panicked := fault.Contain("the announcer", func() error {
		receipt, err := w.announcer.Announce(ctx, a)
		out = outcome{storable.Clean(receipt), failureOf(err)}
		return nil
	})
	if panicked != nil {
		out = outcome{failed: failureOf(panicked)}
	}
}
