package storetest

import (
	"bytes"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/storecheck"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
)

// snapshots checks that each snapshot takes the place of the one of the version before, and of no
// other, and that deltas stay for the retention.
func (b *bench) snapshots() {
	b.Must(b.Append(b.ctx, run("a", 1, 3)...))
	first := keep.Snapshot{Version: 1, UpTo: keep.Position{"a": 2}, Data: []byte("one\x00\xff")}
	b.Must(b.Compact(b.ctx, first))
	got, err := b.Load(b.ctx)
	b.Must(err)
	b.Equal("the snapshot", got, first)
	b.Must(b.Compact(b.ctx, first)) // as after a commit whose outcome was unknown
	for _, other := range []keep.Snapshot{
		{Version: 1, UpTo: first.UpTo, Data: []byte("two")},
		{Version: 1, UpTo: keep.Position{"a": 1}, Data: first.Data},
	} {
		b.Is("another of that version", b.Compact(b.ctx, other), keep.ErrConflict)
	}
	b.Is("a version before the first", b.Compact(b.ctx, keep.Snapshot{}), keep.ErrConflict)
	b.Is("a version too far", b.Compact(b.ctx, keep.Snapshot{Version: 3}), keep.ErrConflict)
	unnamed := keep.Snapshot{Version: 2, UpTo: keep.Position{"\xff": 1}}
	b.Holds("a snapshot of a replica without a proper name", b.Compact(b.ctx, unnamed), "snapshot.upto: ")

	second := keep.Snapshot{
		Version: 2, UpTo: keep.Position{"a": 3, "b": 9}, Data: bytes.Repeat([]byte("2"), 1<<20),
	}
	for n, name := range hostile() {
		second.UpTo[name] = uint64(n)
	}
	b.Must(b.Compact(b.ctx, second))
	got, err = b.Load(b.ctx)
	b.Must(err)
	b.Equal("the second", got, second)

	// What the snapshot holds is kept for the retention.
	rest, err := b.Read(b.ctx, keep.Position{"a": 1}, 9)
	b.Must(err)
	b.Equal("deltas", rest, run("a", 2, 3))
	b.Must(b.Append(b.ctx, delta("a", 4)))
}

// racesToCompact checks that of those who write the same version exactly one succeeds.
func (b *bench) racesToCompact() {
	const writers = 6
	var wg sync.WaitGroup
	failures := make([]error, writers)
	for w := range writers {
		s := keep.Snapshot{Version: 1, Data: []byte(strconv.Itoa(w))}
		wg.Go(func() { failures[w] = b.Compact(b.ctx, s) })
	}
	wg.Wait()
	got, err := b.Load(b.ctx)
	b.Must(err)
	first := 0
	for w, err := range failures {
		if err == nil {
			first++
			b.Equal("the snapshot", string(got.Data), strconv.Itoa(w))
		}
	}
	b.Equal("how many were first", first, 1)
}

// excuse returns a correction whose text some encodings would change.
func excuse(id string) sla.Correction {
	return sla.Correction{
		ID: id, SLA: "orders", Start: noon, End: noon.Add(time.Hour), CountAsGood: true,
		Author: "ada", Reason: "two\nlines; \"quoted\" \U0001f525", EnteredAt: noon.Add(sla.Day),
	}
}

// corrections checks that each is kept once, by SLA and ID.
func (b *bench) corrections() {
	var want []sla.Correction
	for _, name := range hostile() {
		c := excuse(name)
		want = append(want, c)
		b.Must(b.Correct(b.ctx, c))
		b.Must(b.Correct(b.ctx, c))
	}
	other := excuse("c-1")
	other.SLA = "shop"
	for _, c := range []sla.Correction{excuse("c-1"), other} {
		want = append(want, c)
		b.Must(b.Correct(b.ctx, c))
	}
	changed := excuse("c-1")
	changed.Author = "bob"
	b.Is("another with its ID", b.Correct(b.ctx, changed), keep.ErrConflict)
	b.badCorrections()
	got, err := b.Corrections(b.ctx)
	b.Must(err)
	b.sameSet("corrections", got, want)
}

// badCorrections checks that what Correction.Validate refuses is refused, with its path.
func (b *bench) badCorrections() {
	b.Helper()
	b.Holds("a correction without an author", b.Correct(b.ctx, sla.Correction{ID: "x"}), "author: ")
	for _, name := range []string{"nul \x00", "\xff", "\u202e", strings.Repeat("l", 1<<20)} {
		for path, field := range map[string]func(c *sla.Correction) *string{
			"id: ":        func(c *sla.Correction) *string { return &c.ID },
			"sla: ":       func(c *sla.Correction) *string { return &c.SLA },
			"objective: ": func(c *sla.Correction) *string { return &c.Objective },
			"author: ":    func(c *sla.Correction) *string { return &c.Author },
			"reason: ":    func(c *sla.Correction) *string { return &c.Reason },
		} {
			c := excuse("c-bad")
			*field(&c) = name
			b.Holds(strconv.Quote(name[:min(len(name), 40)]), b.Correct(b.ctx, c), path)
		}
	}
	for _, at := range strangeTimes() {
		c := excuse("c-bad")
		c.Start = at
		b.Holds(at.String(), b.Correct(b.ctx, c), "start: ")
	}
}

// sameSet compares two lists without their order, which writes in one instant of the store's clock
// may change.
func (b *bench) sameSet(what string, got, want []sla.Correction) {
	b.Helper()
	count := map[string]int{}
	for _, c := range want {
		count[storecheck.Text(c)]++
	}
	for _, c := range got {
		count[storecheck.Text(c)]--
	}
	for c, n := range count {
		if n != 0 {
			b.Errorf("%s: %s is there %d times too few", what, c, n)
		}
	}
}

// definitions checks that they take the place of those of the version before, and of no others.
func (b *bench) definitions() {
	first := keep.Definitions{
		Version: 1,
		SLAs: []sla.SLA{{ID: "orders", Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders", Target: sla.MustTarget("99.95%"),
			Window: sla.CalendarMonth(31, nil), Freshness: freshness.MaxAge{Fail: time.Hour},
		}}}},
		Feeds: sla.Feeds("raw.orders", "mart.orders"),
	}
	b.Must(b.Define(b.ctx, first))
	got, err := b.Definitions(b.ctx)
	b.Must(err)
	b.Equal("the definitions", got, first)
	b.Equal("their version", got.Version, 1)
	b.Must(b.Define(b.ctx, first)) // as after a commit whose outcome was unknown
	for _, name := range []string{"", "nul \x00", "\xff"} {
		bad := keep.Definitions{Version: 2, SLAs: []sla.SLA{{ID: name}}}
		b.Holds("an SLA named "+strconv.Quote(name), b.Define(b.ctx, bad), "slas[0].id: ")
	}

	second := first
	second.Feeds = nil
	b.Is("others of that version", b.Define(b.ctx, second), keep.ErrConflict)
	b.Is("definitions of no version", b.Define(b.ctx, keep.Definitions{}), keep.ErrConflict)
	second.Version, second.SLAs = 2, nil
	b.Must(b.Define(b.ctx, second))
	got, err = b.Definitions(b.ctx)
	b.Must(err)
	b.Equal("the second", got, second)
	b.Equal("their version", got.Version, 2)
	b.Is("those before", b.Define(b.ctx, first), keep.ErrConflict)
}

// promise returns definitions of one SLA.
func promise(id string) keep.Definitions {
	ready := sla.Objective{
		Name: "ready", Asset: "mart.orders", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
		Freshness: freshness.MaxAge{Fail: time.Hour},
	}
	return keep.Definitions{
		SLAs:  []sla.SLA{{ID: id, Objectives: []sla.Objective{ready}}},
		Feeds: sla.Feeds("raw.orders", "mart.orders"),
	}
}

// manyVersions checks that versions are compared as numbers: 10 comes after 9.
func (b *bench) manyVersions() {
	for version := int64(1); version <= 12; version++ {
		name := "version-" + strconv.FormatInt(version, 10)
		snapshot := keep.Snapshot{
			Version: version, UpTo: keep.Position{"a": uint64(version)}, Data: []byte(name),
		}
		b.Must(b.Compact(b.ctx, snapshot))
		got, err := b.Load(b.ctx)
		b.Must(err)
		b.Equal("the snapshot", got, snapshot)

		d := promise(name)
		d.Version = version
		b.Must(b.Define(b.ctx, d))
		back, err := b.Definitions(b.ctx)
		b.Must(err)
		b.Equal("the definitions", back, d)
		b.Equal("their version", back.Version, version)
	}
}

// apart changes what the store was given, and then what it returned: the store must keep copies.
func (b *bench) apart() {
	given := delta("a", 1)
	b.Must(b.Append(b.ctx, given))
	given.Records[0].Good = 99
	b.Equal("what was read", b.all(), run("a", 1, 1))

	b.Must(b.Correct(b.ctx, excuse("c-1")))
	one := func() keep.Snapshot {
		return keep.Snapshot{Version: 1, UpTo: keep.Position{"a": 1}, Data: []byte("one")}
	}
	snapshot := one()
	b.Must(b.Compact(b.ctx, snapshot))
	d := promise("orders")
	d.Version = 1
	b.Must(b.Define(b.ctx, d))
	for range 2 {
		snapshot.UpTo["b"], snapshot.Data[0] = 9, 'x'
		d.SLAs[0].Objectives[0].Name, d.Feeds[0].From = "changed", "changed"
		d.SLAs[0].ID = "changed"

		var err error
		snapshot, err = b.Load(b.ctx)
		b.Must(err)
		b.Equal("the snapshot", snapshot, one())
		d, err = b.Definitions(b.ctx)
		b.Must(err)
		b.Equal("the definitions", d, promise("orders"))
		list, err := b.Corrections(b.ctx)
		b.Must(err)
		b.Equal("the corrections", list, []sla.Correction{excuse("c-1")})
		list[0].Author = "changed"
	}
}
