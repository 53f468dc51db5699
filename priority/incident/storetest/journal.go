package storetest

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// all returns the whole journal.
func (b *bench) all() []incident.Entry {
	b.Helper()
	list, err := b.Read(b.ctx, 0, 1<<20)
	b.Must(err)
	return list
}

// emptyJournal checks that a new journal has nothing, and that appending nothing is no error.
func (b *bench) emptyJournal() {
	b.Equal("entries of a new store", len(b.all()), 0)
	list, err := b.Timeline(b.ctx, "inc-1")
	b.Must(err)
	b.Equal("entries of an incident that is not there", len(list), 0)
	b.Must(b.Append(b.ctx, 0))
	b.Equal("entries after nothing was appended", len(b.all()), 0)
}

// comeBack checks that entries come back as they were, in order, whatever their texts.
func (b *bench) comeBack() {
	var want []incident.Entry
	for i, words := range hostile() {
		want = append(want, note("inc-1", i+1, words))
	}
	b.Must(b.Append(b.ctx, 0, want...))
	b.Equal("what was read", b.all(), want)
	list, err := b.Timeline(b.ctx, "inc-1")
	b.Must(err)
	b.Equal("the timeline", list, want)
}

// names checks that incidents whose names differ by case, a space or their composition are
// different, and that such a name comes back from every field.
func (b *bench) names() {
	var all []incident.Entry
	for _, name := range append(names(), strings.Repeat("l", 1023), strings.Repeat("l", 1024)) {
		e := note(name, 1, name)
		e.Author, e.Identity, e.Asset, e.Previous, e.Other, e.To = name, name, name, name, name, name
		b.Must(b.Append(b.ctx, int64(len(all)), e))
		all = append(all, e)
	}
	b.Equal("the journal", b.all(), all)
	for _, e := range all {
		list, err := b.Timeline(b.ctx, e.Incident)
		b.Must(err)
		b.Equal("the timeline of "+strconv.Quote(e.Incident), list, []incident.Entry{e})
	}
}

// refuses checks that what Entry.Validate and Delivery.Validate refuse is refused, with its path.
func (b *bench) refuses() {
	bad := []string{"", "nul \x00", "\xff", strings.Repeat("l", 1025), strings.Repeat("l", 1<<20)}
	for _, name := range bad {
		named := " named " + strconv.Quote(name[:min(len(name), 40)])
		err := b.Append(b.ctx, 0, note("inc-1", 1, ""), note(name, 1, ""))
		b.Holds("an incident"+named, err, "entries[1].incident: ")
		_, _, err = b.Claim(b.ctx, name, long)
		b.Holds("an announcer"+named, err, "announcer: ")
	}
	for path, change := range map[string]func(e *incident.Entry){
		"author: ":   func(e *incident.Entry) { e.Author = "\xff" },
		"text: ":     func(e *incident.Entry) { e.Text = "\xff" },
		"identity: ": func(e *incident.Entry) { e.Identity = "\xff" },
		"asset: ":    func(e *incident.Entry) { e.Asset = "\xff" },
		"previous: ": func(e *incident.Entry) { e.Previous = "\xff" },
		"other: ":    func(e *incident.Entry) { e.Other = "\xff" },
		"to: ":       func(e *incident.Entry) { e.To = "\xff" },
		"seq: ":      func(e *incident.Entry) { e.Seq = 0 },
		"at: ":       func(e *incident.Entry) { e.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"until: ": func(e *incident.Entry) {
			e.Until = time.Date(1900, 1, 1, 0, 0, 0, 0, time.FixedZone("LMT", -1521))
		},
	} {
		e := note("inc-1", 1, "")
		change(&e)
		b.Holds("an entry", b.Append(b.ctx, 0, e), "entries[0]."+path)
	}
	b.Equal("entries", len(b.all()), 0)

	b.Must(b.Append(b.ctx, 0, note("inc-1", 1, "")))
	for _, text := range []string{"nul \x00", "\xff"} {
		d := b.claim("slack" + strconv.Itoa(len(text)))
		d.Receipt = text
		b.Holds("a receipt", b.Settle(b.ctx, d, 0), "receipt: ")
		d.Receipt, d.Error = "", text
		b.Holds("an error", b.Settle(b.ctx, d, 0), "error: ")
	}
}

// readsOn checks that Read returns what is behind a position, and no more than it was asked for.
func (b *bench) readsOn() {
	first, second := notes("inc-1", 1, 3), notes("inc-2", 1, 2)
	b.Must(b.Append(b.ctx, 0, first...))
	b.Must(b.Append(b.ctx, 3, second...))
	for _, row := range []struct {
		after int64
		most  int
		want  []incident.Entry
	}{
		{0, 2, first[:2]},
		{2, 2, []incident.Entry{first[2], second[0]}},
		{4, 10, second[1:]},
		{5, 10, nil},
		{99, 10, nil},
	} {
		got, err := b.Read(b.ctx, row.after, row.most)
		b.Must(err)
		if len(got)+len(row.want) > 0 {
			b.Equal("after "+strconv.FormatInt(row.after, 10), got, row.want)
		}
	}
	list, err := b.Timeline(b.ctx, "inc-2")
	b.Must(err)
	b.Equal("the timeline of the second", list, second)
}

// conflicts checks that only an append behind the last position is accepted.
func (b *bench) conflicts() {
	b.Must(b.Append(b.ctx, 0, notes("inc-1", 1, 2)...))
	for _, after := range []int64{0, 1, 3, 99} {
		err := b.Append(b.ctx, after, notes("inc-2", 1, 3)...)
		b.Is("behind "+strconv.FormatInt(after, 10), err, incident.ErrConflict)
	}
	b.Equal("the journal", b.all(), notes("inc-1", 1, 2))
}

// racesToAppend makes replicas append to an incident each. They read on and try again, as a desk
// does.
func (b *bench) racesToAppend() {
	const replicas, each = 6, 8
	var wg sync.WaitGroup
	failures := make([]error, replicas)
	for r := range replicas {
		wg.Go(func() { failures[r] = b.appendAll("inc-"+strconv.Itoa(r), each) })
	}
	wg.Wait()
	b.Must(errors.Join(failures...))

	b.Equal("how many there are", len(b.all()), replicas*each)
	for r := range replicas {
		id := "inc-" + strconv.Itoa(r)
		list, err := b.Timeline(b.ctx, id)
		b.Must(err)
		b.Equal("the timeline of "+id, list, notes(id, 1, each))
	}
}

// appendAll appends the entries of an incident one after the other, however often another is
// faster.
func (b *bench) appendAll(id string, n int) error {
	var end int64
	for seq := 1; seq <= n; {
		err := b.Append(b.ctx, end, note(id, seq, "note "+strconv.Itoa(seq)))
		if err == nil {
			seq++
			end++
			continue
		}
		if !errors.Is(err, incident.ErrConflict) {
			return err
		}
		more, err := b.Read(b.ctx, end, 1<<20)
		if err != nil {
			return err
		}
		end += int64(len(more))
	}
	return nil
}

// ended checks that a call whose context has ended returns an error, and has no effect.
func (b *bench) ended() {
	b.Must(b.Append(b.ctx, 0, note("inc-1", 1, "")))
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	_, readErr := b.Read(ctx, 0, 1)
	_, timelineErr := b.Timeline(ctx, "inc-1")
	_, _, claimErr := b.Claim(ctx, "slack", long)
	_, deadErr := b.DeadLetters(ctx)
	calls := []error{
		b.Append(ctx, 1, note("inc-1", 2, "")), readErr, timelineErr, claimErr, deadErr,
		b.Settle(ctx, incident.Delivery{Announcer: "slack", Incident: "inc-1"}, 0),
	}
	if i := slices.Index(calls, nil); i >= 0 {
		b.Errorf("call %d of %d returns no error", i+1, len(calls))
	}
	b.Equal("entries", len(b.all()), 1)
	d := b.claim("slack")
	b.Equal("the fence of the first claim", d.Fence, 1)
}
