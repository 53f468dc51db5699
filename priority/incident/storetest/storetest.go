package storetest

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/internal/storecheck"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// The leases of the tests. The short one is left to end.
const (
	long  = time.Hour
	short = 50 * time.Millisecond
)

// Run runs all checks, each as a subtest with a store of its own: open makes an empty one, or ends
// the test. The function wait advances the store's clock by at least so long. A nil wait sleeps,
// for stores that go by the real time.
func Run(t *testing.T, open func(t *testing.T) incident.Store, wait func(time.Duration)) {
	if wait == nil {
		wait = clock.New().Sleep
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			c.run(&bench{T: storecheck.T{T: t}, Store: open(t), ctx: t.Context(), wait: wait})
		})
	}
}

// A check is one promise of the interface.
type check struct {
	name string
	run  func(*bench)
}

var checks = []check{
	{"an empty journal", (*bench).emptyJournal},
	{"entries come back as they were", (*bench).comeBack},
	{"names are told apart", (*bench).names},
	{"bad entries and names are refused", (*bench).refuses},
	{"reading goes on from a position", (*bench).readsOn},
	{"behind another position nothing is added", (*bench).conflicts},
	{"of many who append one is first", (*bench).racesToAppend},
	{"a call whose context has ended does nothing", (*bench).ended},
	{"an empty outbox", (*bench).emptyOutbox},
	{"a claim begins an announcement", (*bench).claims},
	{"a lease holds, and ends", (*bench).leases},
	{"what is delivered is delivered", (*bench).delivers},
	{"a retry is of the same entries", (*bench).retries},
	{"who was fenced off writes nothing", (*bench).fences},
	{"dead letters stay until they are brought back", (*bench).deadLetters},
	{"a dead letter gives way to what comes next", (*bench).deadGivesWay},
	{"announcers do not meet", (*bench).announcers},
	{"who waited longest is first", (*bench).order},
	{"of many who claim each has another", (*bench).racesToClaim},
}

// A bench is one test and its store.
type bench struct {
	storecheck.T
	incident.Store
	ctx  context.Context
	wait func(time.Duration)
}

// names returns names that differ by what some engine or collation ignores.
func names() []string {
	return []string{
		" ", "trailing ", "trailing", "UPPER", "upper", "e\u0301", "\u00e9", "e", "stra\u00dfe", "strasse",
		"\u05e9\u05dc\u05d5\u05dd", "\u202eright to left\u202c", "\U0001f525", "\U0001f526", "line\nbreak",
		"'; DROP TABLE alwaysp1_journal; --", `"quoted" and \backslashed\`,
		"? $1 :name @p %s", "100% _%",
	}
}

// note returns an entry that is valid at any place, since a store does not compute an incident's
// state.
func note(id string, seq int, words string) incident.Entry {
	return incident.Entry{
		Incident: id, Seq: seq, Kind: incident.EntryNoted, Author: "ada", Text: words,
		At: time.Date(2026, 3, 29, 5, 40, 0, 123456789, time.UTC),
	}
}

// notes returns the entries of one incident from a Seq to another.
func notes(id string, from, to int) (list []incident.Entry) {
	for seq := from; seq <= to; seq++ {
		list = append(list, note(id, seq, "note "+strconv.Itoa(seq)))
	}
	return list
}

// hostile returns texts that some engine or encoding would change.
func hostile() []string {
	return []string{
		"", " ", "trailing ", "'; DROP TABLE alwaysp1_journal; --", `"quoted" and \backslashed\`,
		"? $1 :name @p %s",
		"nul \x00 inside", "\u202eright to left\u202c", "line\nbreak\r\n\ttab", "e\u0301 and \u00e9", "\U0001f525",
		"\u2028\ufeff\ufffd", strings.Repeat("long ", 200_000),
	}
}
