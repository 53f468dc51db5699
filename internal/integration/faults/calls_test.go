package faults

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/steps"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/incident/sqljournal"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/sqlstore"
)

// A pair is both stores on a database whose steps go past a hook, and both on one whose steps do
// not, as another process has them.
type pair struct {
	db     *sql.DB
	counts *sqlstore.Store
	record *sqljournal.Store

	sound       *sql.DB
	otherCounts *sqlstore.Store
	otherRecord *sqljournal.Store

	hook func(step string, made bool) error // nil: nothing happens
}

func newPair(t *testing.T, dsn [2]string) *pair {
	t.Helper()
	p := new(pair)
	var err error
	p.sound, err = sql.Open(dsn[0], dsn[1])
	require.NoError(t, err)
	t.Cleanup(func() { p.sound.Close() })
	p.db, err = steps.Open(dsn[0], dsn[1], func(step string, made bool) error {
		if p.hook == nil {
			return nil
		}
		return p.hook(step, made)
	})
	require.NoError(t, err)
	t.Cleanup(func() { p.db.Close() })
	empty(t, p.sound)
	p.otherCounts, p.otherRecord = stores(t, p.sound)
	p.counts, p.record = stores(t, p.db)
	return p
}

// count makes the hook count the steps that begin with some words, and fail them if asked to.
func (p *pair) count(words string, failure error) *int {
	n := new(int)
	p.hook = func(step string, made bool) error {
		if made || !strings.HasPrefix(step, words) {
			return nil
		}
		*n++
		return failure
	}
	return n
}

// entry is a note in the record of an incident.
func entry(id string, seq int) incident.Entry {
	return incident.Entry{Incident: id, Seq: seq, Kind: incident.EntryNoted, Author: "ada", Text: "found it", At: noon}
}

// seed keeps something of each kind: an old delta that the next snapshot may forget, and a dead
// letter.
func (p *pair) seed(t *testing.T) (claimed incident.Delivery) {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, p.otherCounts.Append(ctx, append(marks("a", 1, 3), marks("b", 1, 1)...)...))
	require.NoError(t, p.otherCounts.Compact(ctx, snapshot(1, keep.Position{"a": 1})))
	age(t, p.sound, 61, "replica = 'a' AND seq = 1")
	require.NoError(t, p.otherCounts.Correct(ctx, excused))
	require.NoError(t, p.otherCounts.Define(ctx, keep.Definitions{Version: 1}))
	require.NoError(t, p.otherRecord.Append(ctx, 0, entry("inc-1", 1), entry("inc-1", 2), entry("inc-2", 1)))
	for range 2 {
		d, _, err := p.otherRecord.Claim(ctx, "slack", time.Hour)
		require.NoError(t, err)
		if d.Incident == "inc-2" {
			d.Dead = true
			require.NoError(t, p.otherRecord.Settle(ctx, d, 0))
			continue
		}
		claimed = d
	}
	require.NoError(t, p.otherRecord.Append(ctx, 3, entry("inc-2", 2)))
	return claimed
}

// calls are all that can be asked of both stores, with the claim of inc-1 in hand.
var calls = map[string]func(ctx context.Context, p *pair, d incident.Delivery) error{
	"sqlstore.Migrate": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		return sqlstore.Migrate(ctx, p.db)
	},
	"sqlstore.Open": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		_, err := sqlstore.Open(ctx, p.db)
		return err
	},
	"Append the next": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		return p.counts.Append(ctx, recorded("a", 4))
	},
	"Append of a new replica": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		return p.counts.Append(ctx, marks("c", 1, 2)...)
	},
	"Append again": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		return p.counts.Append(ctx, marks("a", 2, 2)...)
	},
	"Read": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		_, err := p.counts.Read(ctx, nil, 99)
		return err
	},
	"Load": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		_, err := p.counts.Load(ctx)
		return err
	},
	"Compact": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		return p.counts.Compact(ctx, snapshot(2, keep.Position{"a": 2}))
	},
	"Correct": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		other := excused
		other.ID = "c-2"
		return p.counts.Correct(ctx, other)
	},
	"Correct again": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		return p.counts.Correct(ctx, excused)
	},
	"Corrections": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		_, err := p.counts.Corrections(ctx)
		return err
	},
	"Define": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		return p.counts.Define(ctx, keep.Definitions{Version: 2, SLAs: []sla.SLA{{ID: "shop"}}})
	},
	"Define again": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		return p.counts.Define(ctx, keep.Definitions{Version: 1})
	},
	"Definitions": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		_, err := p.counts.Definitions(ctx)
		return err
	},
	"sqljournal.Migrate": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		return sqljournal.Migrate(ctx, p.db)
	},
	"sqljournal.Open": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		_, err := sqljournal.Open(ctx, p.db)
		return err
	},
	"Append of entries": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		return p.record.Append(ctx, 4, entry("inc-1", 3), entry("inc-3", 1))
	},
	"Read of entries": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		_, err := p.record.Read(ctx, 1, 2)
		return err
	},
	"Timeline": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		_, err := p.record.Timeline(ctx, "inc-1")
		return err
	},
	"Claim of an announcer that is new": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		return claim(ctx, p, "pager")
	},
	"Claim": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		return claim(ctx, p, "slack")
	},
	"Settle": func(ctx context.Context, p *pair, d incident.Delivery) error {
		d.Sent, d.Attempt = d.UpTo, 0
		return p.record.Settle(ctx, d, 0)
	},
	"Settle of what is another's": func(ctx context.Context, p *pair, d incident.Delivery) error {
		d.Fence = 7
		err := p.record.Settle(ctx, d, 0)
		if errors.Is(err, incident.ErrFenced) {
			return nil
		}
		return err
	},
	"Dead": func(ctx context.Context, p *pair, _ incident.Delivery) error {
		_, err := p.record.DeadLetters(ctx)
		return err
	},
}

// claim wants no wait beside an error.
func claim(ctx context.Context, p *pair, announcer string) error {
	_, wait, err := p.record.Claim(ctx, announcer, time.Hour)
	if err != nil && wait != 0 {
		return fmt.Errorf("beside a failure it returns a wait of %v", wait)
	}
	return err
}

// Each call returns the error where a step fails and none is made after it, whichever step it is.
// What was not committed is not there.
func TestEachCallReturnsTheFailureOfAStep(t *testing.T) {
	for name, source := range engines {
		t.Run(name, func(t *testing.T) {
			dsn := source(t)
			for what, ask := range calls {
				p := newPair(t, dsn)
				d := p.seed(t)
				before := p.contents(t)
				for at := 1; ; at++ {
					n := 0
					p.hook = func(_ string, made bool) error {
						if !made {
							n++
						}
						if n >= at {
							return errFault
						}
						return nil
					}
					err := ask(t.Context(), p, d)
					p.hook = nil
					if n < at {
						require.NoError(t, err, what)
						require.Greater(t, at, 1, "%s asks nothing of the database", what)
						break
					}
					require.Error(t, err, "%s, step %d", what, at)
					if what != "Correct again" && what != "Define again" { // those end with the engine's own words
						require.ErrorIs(t, err, errFault, "%s, step %d", what, at)
					}
					require.NotErrorIs(t, err, keep.ErrConflict, "%s, step %d", what, at)
					require.NotErrorIs(t, err, incident.ErrConflict, "%s, step %d", what, at)
					require.Equal(t, before, p.contents(t), "%s, step %d", what, at)
				}
			}
		})
	}
}

// contents is what is in the tables.
func (p *pair) contents(t *testing.T) (text []string) {
	t.Helper()
	for _, query := range []string{
		"SELECT replica, head, gone FROM alwaysp1_replicas ORDER BY replica",
		"SELECT replica, seq, body FROM alwaysp1_deltas ORDER BY replica, seq",
		"SELECT sla, id, body FROM alwaysp1_corrections ORDER BY sla, id",
		"SELECT name, version, head FROM alwaysp1_documents ORDER BY name, version",
		"SELECT incident, seq, entry FROM alwaysp1_journal ORDER BY position",
		"SELECT incident, head, crc FROM alwaysp1_incidents ORDER BY incident",
		"SELECT announcer, incident, crc FROM alwaysp1_deliveries ORDER BY announcer, incident",
	} {
		rows, err := p.sound.QueryContext(t.Context(), query)
		require.NoError(t, err)
		for rows.Next() {
			var a, b, c string
			require.NoError(t, rows.Scan(&a, &b, &c))
			text = append(text, a+" "+b+" "+c)
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
	}
	return text
}
