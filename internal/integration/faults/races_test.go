package faults

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
)

// A transaction of counts is tried three times where it fails before its commit; and once where it
// cannot begin, its commit fails, its context has ended, or another was first.
func TestHowOftenATransactionIsTried(t *testing.T) {
	for name, source := range engines {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, source(t))
			p.seed(t)
			for step, want := range map[string]int{"INSERT INTO alwaysp1_deltas": 3, "begin": 1, "commit": 1} {
				n := p.count(step, errFault)
				err := p.counts.Append(t.Context(), recorded("a", 4))
				require.ErrorIs(t, err, errFault)
				require.Equal(t, want, *n, step)
				require.Equal(t, step == "commit", strings.Contains(err.Error(), "whether it was committed is unknown"))
			}
			n := p.count("begin", nil)
			require.ErrorIs(t, p.counts.Append(t.Context(), recorded("a", 2)), keep.ErrConflict)
			require.Equal(t, 1, *n, "another was first")

			ctx, cancel := context.WithCancel(t.Context())
			begun := 0
			p.hook = func(step string, made bool) error {
				if step == "begin" && !made {
					begun++
				}
				if made || !strings.HasPrefix(step, "INSERT") {
					return nil
				}
				cancel()
				return errFault
			}
			require.Error(t, p.counts.Append(ctx, recorded("a", 4)))
			require.Equal(t, 1, begun, "its context has ended")

			p.hook = nil
			require.NoError(t, p.counts.Append(t.Context(), recorded("a", 4)))
			beyond(t, p.otherCounts, keep.Position{"a": 3, "b": 1}, recorded("a", 4))
		})
	}
}

// once fails the first step that begins with some words, before or after it is made, and lets
// another process do something first.
func (p *pair) once(words string, made bool, first func()) {
	done := false
	p.hook = func(step string, after bool) error {
		if done || after != made || !strings.HasPrefix(step, words) {
			return nil
		}
		done = true
		if first != nil {
			first()
		}
		return errFault
	}
}

// What the next snapshot and the next definitions come to when their commit fails: kept, where it
// was made all the same; nothing, where it was not; and a conflict where another was first.
func TestACommitOfADocumentFails(t *testing.T) {
	ours, theirs := keep.Position{"a": 1, "b": 1}, keep.Position{"a": 2}
	other := snapshot(2, ours)
	other.Data = []byte("another's")
	define := func(version int64, id string) keep.Definitions {
		return keep.Definitions{Version: version, SLAs: []sla.SLA{{ID: id}}}
	}
	for name, source := range engines {
		t.Run(name, func(t *testing.T) {
			ctx, dsn := t.Context(), source(t)
			for _, row := range []struct {
				name  string
				made  bool
				first func(*pair) error
				text  string // of the conflict; empty if there is none
				kept  bool
			}{
				{"it was made", true, nil, "", true},
				{"it was not made", false, nil, "", false},
				{"another made the same", false, func(p *pair) error {
					return p.both(ctx, snapshot(2, ours), define(2, "shop"))
				}, "", true},
				{"another made one of another position", false, func(p *pair) error {
					return p.both(ctx, snapshot(2, theirs), define(2, "post"))
				}, "version 2 of the ", false},
				{"another made one of other contents", false, func(p *pair) error {
					return p.both(ctx, other, define(2, "post"))
				}, "version 2 of the ", false},
				{"others made two", false, func(p *pair) error {
					if err := p.both(ctx, snapshot(2, ours), define(2, "shop")); err != nil {
						return err
					}
					return p.both(ctx, snapshot(3, ours), define(3, "shop"))
				}, "is not the next after 3", false},
			} {
				for what, call := range map[string]func(p *pair) error{
					"snapshot":    func(p *pair) error { return p.counts.Compact(ctx, snapshot(2, ours)) },
					"definitions": func(p *pair) error { return p.counts.Define(ctx, define(2, "shop")) },
				} {
					p := newPair(t, dsn)
					p.seed(t)
					words := "commit"
					if row.first != nil {
						words = "begin" // or SQLite would have them wait for each other
					}
					p.once(words, row.made, func() {
						if row.first != nil {
							assert.NoError(t, row.first(p))
						}
					})
					err := call(p)
					switch {
					case row.kept:
						require.NoError(t, err, "%s: %s", what, row.name)
					case row.text != "":
						require.ErrorIs(t, err, keep.ErrConflict, "%s: %s", what, row.name)
						require.ErrorContains(t, err, row.text)
						require.ErrorContains(t, err, what)
					default:
						require.ErrorIs(t, err, errFault, "%s: %s", what, row.name)
						require.NotErrorIs(t, err, keep.ErrConflict, "%s: %s", what, row.name)
						require.NoError(t, call(p), "and it may be called again")
					}
				}
			}
		})
	}
}

// both has another process keep a snapshot and definitions.
func (p *pair) both(ctx context.Context, s keep.Snapshot, d keep.Definitions) error {
	if err := p.otherCounts.Compact(ctx, s); err != nil {
		return err
	}
	return p.otherCounts.Define(ctx, d)
}

// So it is with a correction.
func TestACorrectionFails(t *testing.T) {
	for name, source := range engines {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			p := newPair(t, source(t))
			p.once("INSERT", false, nil)
			err := p.counts.Correct(ctx, excused)
			require.ErrorIs(t, err, errFault)
			require.NotErrorIs(t, err, keep.ErrConflict)
			p.once("INSERT", true, nil)
			require.NoError(t, p.counts.Correct(ctx, excused), "it was made all the same")
			changed := excused
			changed.Author = "bob"
			p.once("INSERT", false, nil)
			require.ErrorIs(t, p.counts.Correct(ctx, changed), keep.ErrConflict)
			list, err := p.otherCounts.Corrections(ctx)
			require.NoError(t, err)
			require.Equal(t, []sla.Correction{excused}, list)
		})
	}
}

// An append to the record that fails is a conflict where another has appended meanwhile, but not
// where its own commit may have been made.
func TestAnAppendToTheRecordFails(t *testing.T) {
	for name, source := range engines {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			p := newPair(t, source(t))
			require.NoError(t, p.record.Append(ctx, 0, entry("inc-1", 1)))
			p.once("INSERT", false, nil)
			err := p.record.Append(ctx, 1, entry("inc-1", 2))
			require.ErrorIs(t, err, errFault)
			require.NotErrorIs(t, err, incident.ErrConflict, "no one was first")

			p.once("begin", false, func() { assert.NoError(t, p.otherRecord.Append(ctx, 1, entry("inc-2", 1))) })
			err = p.record.Append(ctx, 1, entry("inc-1", 2))
			require.ErrorIs(t, err, incident.ErrConflict)
			require.ErrorContains(t, err, "it ends at 2, not at 1")

			for _, made := range []bool{false, true} {
				p.once("commit", made, nil)
				err = p.record.Append(ctx, 2, entry("inc-1", 2))
				require.ErrorIs(t, err, errFault)
				require.NotErrorIs(t, err, incident.ErrConflict)
				require.ErrorContains(t, err, "whether it was committed is unknown")
			}
			list, err := p.record.Read(ctx, 2, 9)
			require.NoError(t, err)
			require.Equal(t, []incident.Entry{entry("inc-1", 2)}, list, "the second was made")
		})
	}
}

// A delivery that another desk claims between the look and the claim is its own; the next is
// claimed in its place, and where there is none it is soon looked again.
func TestAnotherDeskClaimsFirst(t *testing.T) {
	for name, source := range engines {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			p := newPair(t, source(t))
			for n, words := range []string{"INSERT INTO alwaysp1_deliveries", "UPDATE alwaysp1_deliveries"} {
				require.NoError(t, p.record.Append(ctx, int64(2*n), entry("inc-1", n+1), entry("inc-2", n+1)))
				var first incident.Delivery
				claimFirst := func() {
					d, _, err := p.otherRecord.Claim(ctx, "slack", time.Hour)
					assert.NoError(t, err)
					first = d
				}
				p.before(words, claimFirst)
				second, wait, err := p.record.Claim(ctx, "slack", time.Hour)
				require.NoError(t, err)
				require.Zero(t, wait)
				require.ElementsMatch(t, []string{"inc-1", "inc-2"}, []string{first.Incident, second.Incident})

				settle := func(d incident.Delivery) {
					p.hook = nil
					d.Sent, d.Attempt = d.UpTo, 0
					require.NoError(t, p.record.Settle(ctx, d, 0))
				}
				settle(second)
				require.NoError(t, p.record.Settle(ctx, first, 0)) // to be tried again, alone
				p.before("UPDATE alwaysp1_deliveries", claimFirst)
				none, wait, err := p.record.Claim(ctx, "slack", time.Hour)
				require.NoError(t, err)
				require.Zero(t, none)
				require.Equal(t, time.Millisecond, wait)
				require.Equal(t, 2, first.Attempt)
				settle(first)
			}
		})
	}
}

// before lets another process do something before the first step that begins with some words.
func (p *pair) before(words string, first func()) {
	done := false
	p.hook = func(step string, made bool) error {
		if !done && !made && strings.HasPrefix(step, words) {
			done = true
			first()
		}
		return nil
	}
}
