package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/storecheck"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// Run runs all checks, each as a subtest with a store of its own: open makes an empty one, or ends
// the test.
func Run(t *testing.T, open func(t *testing.T) keep.Store) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			c.run(&bench{T: storecheck.T{T: t}, Store: open(t), ctx: t.Context()})
		})
	}
}

// A check is one promise of the interface.
type check struct {
	name string
	run  func(*bench)
}

var checks = []check{
	{"an empty store", (*bench).empty},
	{"deltas come back as they were", (*bench).comeBack},
	{"reading goes on from a position", (*bench).readsOn},
	{"what is kept may be kept again", (*bench).again},
	{"a place belongs to one process", (*bench).places},
	{"no delta is missing between two", (*bench).gaps},
	{"an append is all or nothing", (*bench).allOrNothing},
	{"bad deltas are refused", (*bench).refuses},
	{"times are exact", (*bench).times},
	{"replicas append at once", (*bench).races},
	{"snapshots follow each other", (*bench).snapshots},
	{"of many snapshots one is first", (*bench).racesToCompact},
	{"corrections are kept once", (*bench).corrections},
	{"definitions follow each other", (*bench).definitions},
	{"versions have any number of digits", (*bench).manyVersions},
	{"nothing is shared with the caller", (*bench).apart},
	{"a call whose context has ended does nothing", (*bench).ended},
}

// A bench is one test and its store.
type bench struct {
	storecheck.T
	keep.Store
	ctx context.Context
}

var noon = time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)

// delta returns the n-th of a replica. Its counts depend on n, so that no two are the same.
func delta(replica string, n int) tracker.Delta {
	return tracker.Delta{Replica: replica, Seq: uint64(n), Records: []tracker.Record{
		{
			Check: "shop/available", At: noon.Add(time.Duration(n) * time.Minute), Span: 5 * time.Second,
			Good: int64(n), Bad: 1,
		},
		{Check: "orders/ready", At: noon.Add(time.Duration(n) * sla.Day), Outcome: "late", Late: time.Hour},
	}}
}

// run returns the deltas of a replica from one to another.
func run(replica string, from, to int) (list []tracker.Delta) {
	for n := from; n <= to; n++ {
		list = append(list, delta(replica, n))
	}
	return list
}

// hostile returns names that some engine or encoding would change.
func hostile() []string {
	return []string{
		" ", "trailing ", "trailing", "100% _%", "\u05e9\u05dc\u05d5\u05dd", "? $1 :name @p %s",
		"'; DROP TABLE alwaysp1_deltas; --", `"quoted" and \backslashed\`, "e\u0301", "\u00e9", "\U0001f525",
		"UPPER", "upper", strings.Repeat("l", 1023), strings.Repeat("l", 1024),
	}
}

// all returns everything that is kept.
func (b *bench) all() []tracker.Delta {
	b.Helper()
	list, err := b.Read(b.ctx, nil, 1<<20)
	b.Must(err)
	return list
}
