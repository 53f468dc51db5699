package storetest

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/storecheck"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// empty checks that a new store has nothing, and that version 0 of a document cannot be written.
func (b *bench) empty() {
	b.Equal("deltas", len(b.all()), 0)
	b.Must(b.Append(b.ctx))
	snapshot, err := b.Load(b.ctx)
	b.Must(err)
	b.Equal("the snapshot's version", snapshot.Version, 0)
	corrections, err := b.Corrections(b.ctx)
	b.Must(err)
	b.Equal("corrections", len(corrections), 0)
	d, err := b.Definitions(b.ctx)
	b.Must(err)
	b.Equal("the definitions' version", d.Version, 0)
	b.Is("a snapshot of no version", b.Compact(b.ctx, snapshot), keep.ErrConflict)
	b.Is("definitions of no version", b.Define(b.ctx, d), keep.ErrConflict)
}

// comeBack checks that deltas come back as they were, by replica and then Seq, whatever their
// names.
func (b *bench) comeBack() {
	var want []tracker.Delta
	for _, name := range hostile() {
		d := delta(name, 1)
		for _, check := range hostile() {
			landed := tracker.Record{Check: check + "/ready", At: noon, Outcome: "on-time"}
			d.Records = append(d.Records, landed)
		}
		want = append(want, d)
	}
	b.Must(b.Append(b.ctx, want...))
	slices.SortFunc(want, func(x, y tracker.Delta) int { return strings.Compare(x.Replica, y.Replica) })
	b.Equal("what was read", b.all(), want)
}

// readsOn checks that Read returns what is beyond a position, and no more than it was asked for.
func (b *bench) readsOn() {
	b.Must(b.Append(b.ctx, run("a", 1, 3)...))
	b.Must(b.Append(b.ctx, run("b", 1, 2)...))
	for _, row := range []struct {
		known keep.Position
		most  int
		want  []tracker.Delta
	}{
		{nil, 9, append(run("a", 1, 3), run("b", 1, 2)...)},
		{nil, 2, run("a", 1, 2)},
		{keep.Position{"a": 2}, 2, append(run("a", 3, 3), run("b", 1, 1)...)},
		{keep.Position{"a": 3, "b": 2, "c": 7}, 9, nil},
		{keep.Position{"a": 99}, 9, run("b", 1, 2)},
		{nil, 0, nil},
		{nil, -1, nil},
	} {
		got, err := b.Read(b.ctx, row.known, row.most)
		b.Must(err)
		if len(got)+len(row.want) > 0 {
			b.Equal("beyond "+storecheck.Text(row.known), got, row.want)
		}
	}
}

// again checks that a repeated append changes nothing, also one that holds more than the first.
func (b *bench) again() {
	b.Must(b.Append(b.ctx, run("a", 1, 2)...))
	b.Must(b.Append(b.ctx, run("a", 2, 2)...))
	b.Must(b.Append(b.ctx, run("a", 1, 4)...))
	b.Equal("what was read", b.all(), run("a", 1, 4))
}

// places checks that a delta cannot replace another, and that nothing of that append is kept.
func (b *bench) places() {
	b.Must(b.Append(b.ctx, run("a", 1, 2)...))
	other := delta("a", 2)
	other.Records[0].Good++
	b.Is("another in its place", b.Append(b.ctx, other), keep.ErrConflict)
	b.names("another in its place", b.Append(b.ctx, other), other)
	b.Is("another among some", b.Append(b.ctx, delta("b", 1), other), keep.ErrConflict)
	b.Equal("what was read", b.all(), run("a", 1, 2))
}

// names checks that an error names the replica and the Seq of a delta.
func (b *bench) names(what string, err error, d tracker.Delta) {
	b.Helper()
	b.Holds(what, err, strconv.Quote(d.Replica))
	b.Holds(what, err, strconv.FormatUint(d.Seq, 10))
}

// gaps checks that a delta that is not the next is refused.
func (b *bench) gaps() {
	for _, d := range []tracker.Delta{delta("a", 2), delta("a", 99)} {
		b.names("the first of a replica", b.Append(b.ctx, d), d)
	}
	b.Equal("deltas", len(b.all()), 0)
	b.Must(b.Append(b.ctx, run("a", 1, 2)...))
	far := delta("a", 4)
	b.names("behind the second", b.Append(b.ctx, far), far)
	b.Equal("what was read", b.all(), run("a", 1, 2))
}

// allOrNothing checks that one delta that is refused keeps the others of its append from being
// kept.
func (b *bench) allOrNothing() {
	if b.Append(b.ctx, append(run("a", 1, 3), delta("b", 2))...) == nil {
		b.Error("a gap was kept")
	}
	b.Equal("deltas", len(b.all()), 0)
	b.Must(b.Append(b.ctx, run("a", 1, 1)...))
	b.Equal("what was read", b.all(), run("a", 1, 1))
}

// refuses checks that what Delta.Validate refuses is refused, with its path.
func (b *bench) refuses() {
	bad := []string{
		"", "nul \x00", "\xff", "\u202eright to left", "line\nbreak",
		strings.Repeat("l", 1025), strings.Repeat("l", 1<<20),
	}
	for _, name := range bad {
		err := b.Append(b.ctx, delta("a", 1), delta(name, 1))
		b.Holds("replica "+strconv.Quote(name[:min(len(name), 40)]), err, "deltas[1].replica: ")
	}
	for _, name := range []string{"", "nul \x00", "\xff"} {
		d := delta("a", 1)
		d.Records[1].Check = name
		b.Holds("check "+strconv.Quote(name), b.Append(b.ctx, d), "deltas[0].records[1].check: ")
	}
	for _, at := range strangeTimes() {
		d := delta("a", 1)
		d.Records[1].At = at
		b.Holds(at.String(), b.Append(b.ctx, d), "deltas[0].records[1].at: ")
	}
	b.Holds("a delta without a number", b.Append(b.ctx, delta("a", 0)), "deltas[0].seq: ")
	b.Equal("deltas", len(b.all()), 0)
}

// strangeTimes returns instants whose text does not read back as the same instant.
func strangeTimes() []time.Time {
	return []time.Time{
		time.Date(1900, 1, 1, 0, 0, 0, 0, time.FixedZone("LMT", -1521)),
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// times checks that instants come back to the nanosecond, whatever their zone.
func (b *bench) times() {
	d := delta("a", 1)
	at := time.Date(2026, 3, 29, 1, 30, 0, 123456789, time.FixedZone("", 3600))
	d.Records[1].At = at
	b.Must(b.Append(b.ctx, d))
	c := excuse("c-1")
	c.Start = at
	b.Must(b.Correct(b.ctx, c))
	back := b.all()
	list, err := b.Corrections(b.ctx)
	b.Must(err)
	if len(back) != 1 || len(list) != 1 || !back[0].Records[1].At.Equal(at) || !list[0].Start.Equal(at) {
		b.Errorf("%v comes back as\n%s\n%s", at, storecheck.Text(back), storecheck.Text(list))
	}
}

// races makes replicas append at once. Each repeats a call whose outcome it does not know.
func (b *bench) races() {
	const replicas, each = 5, 12
	var want []tracker.Delta
	var wg sync.WaitGroup
	failures := make([]error, replicas)
	for r := range replicas {
		name := "r" + strconv.Itoa(r)
		want = append(want, run(name, 1, each)...)
		wg.Go(func() { failures[r] = b.appendAll(name, each) })
	}
	wg.Wait()
	b.Must(errors.Join(failures...))
	b.Equal("what was read", b.all(), want)
}

// appendAll appends each delta twice, and tries again when a transaction lost a race.
func (b *bench) appendAll(replica string, n int) (err error) {
	for seq := 1; seq <= n; seq++ {
		for range 20 {
			if err = b.Append(b.ctx, delta(replica, seq)); err == nil {
				break
			}
		}
		if err == nil {
			err = b.Append(b.ctx, delta(replica, seq))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ended checks that a call whose context has ended returns an error, and has no effect.
func (b *bench) ended() {
	b.Must(b.Append(b.ctx, delta("a", 1)))
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	_, readErr := b.Read(ctx, nil, 1)
	_, loadErr := b.Load(ctx)
	_, correctionsErr := b.Corrections(ctx)
	_, definitionsErr := b.Definitions(ctx)
	calls := []error{
		b.Append(ctx, delta("a", 2)), readErr, loadErr, correctionsErr, definitionsErr,
		b.Compact(ctx, keep.Snapshot{Version: 1}), b.Correct(ctx, excuse("c-1")),
		b.Define(ctx, keep.Definitions{Version: 1}),
	}
	if i := slices.Index(calls, nil); i >= 0 {
		b.Errorf("call %d of %d returns no error", i+1, len(calls))
	}

	b.Equal("what was read", b.all(), run("a", 1, 1))
	snapshot, err := b.Load(b.ctx)
	b.Must(err)
	b.Equal("the snapshot's version", snapshot.Version, 0)
}
