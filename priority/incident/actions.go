package incident

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// act records what somebody did. The same action at the same instant is recorded once, so that a
// caller whose call failed may repeat it without knowing whether it was recorded.
func (d *Desk) act(ctx context.Context, e Entry) error {
	if e.At = storedInstant(e.At); !e.Until.IsZero() {
		e.Until = storedInstant(e.Until)
	}
	return d.write(ctx, func() ([]Entry, error) {
		n, known := d.registry.byID[e.Incident]
		if !known {
			return nil, fmt.Errorf("%w: %q", ErrNotFound, e.Incident)
		}
		recorded, err := d.store().Timeline(ctx, e.Incident)
		if err != nil || slices.ContainsFunc(recorded, e.repeats) {
			return nil, err
		}

		e.Seq = d.registry.incidents[n].EntryCount + 1
		_, err = d.registry.incidents[n].add(e)
		return []Entry{e}, err
	})
}

// repeats reports whether another entry records the same action.
func (e *Entry) repeats(o Entry) bool {
	return e.Kind == o.Kind && e.Author == o.Author && e.Text == o.Text &&
		e.To == o.To && e.ReplyTo == o.ReplyTo && e.At.Equal(o.At) && e.Until.Equal(o.Until)
}

// Triage records that somebody has looked at the incident, and what they found.
func (d *Desk) Triage(ctx context.Context, id, who, what string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: EntryTriaged, Author: who, Text: what})
}

// Acknowledge makes somebody the owner until now plus AckLease, that instant included. An earlier
// owner no longer is.
func (d *Desk) Acknowledge(ctx context.Context, id, who string, now time.Time) error {
	until := now.Add(d.ackLease())
	return d.act(ctx, Entry{Incident: id, At: now, Kind: EntryAcknowledged, Author: who, Until: until})
}

// Join records that somebody else works on it too. A P1 needs two engineers.
func (d *Desk) Join(ctx context.Context, id, who string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: EntryJoined, Author: who})
}

// Note adds context. Anybody may, and a closed incident takes notes too.
func (d *Desk) Note(ctx context.Context, id, who, text string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: EntryNoted, Author: who, Text: text})
}

// Ask records that somebody lacks context and asks somebody for it. The incident needs the answer
// until it is recorded.
func (d *Desk) Ask(ctx context.Context, id, from, to, what string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: EntryAsked, Author: from, To: to, Text: what})
}

// Answer records the answer to the question whose Seq is re, as the Questions of the incident list
// it. Anybody may answer, and the first answer counts.
func (d *Desk) Answer(ctx context.Context, id string, re int, who, text string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: EntryAnswered, ReplyTo: re, Author: who, Text: text})
}

// Mitigate records that the harm has ended, and how.
func (d *Desk) Mitigate(ctx context.Context, id, who, how string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: EntryMitigated, Author: who, Text: how})
}

// RecordRootCause records the root cause. A later one replaces an earlier one; the record keeps
// both.
func (d *Desk) RecordRootCause(ctx context.Context, id, who, cause string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: EntryRootCause, Author: who, Text: cause})
}

// Resolve closes an incident. Without a root cause it returns an error that wraps [ErrNoRootCause].
func (d *Desk) Resolve(ctx context.Context, id, who string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: EntryResolved, Author: who})
}

// CloseWithoutRootCause closes an incident that has no root cause. Author and reason are required,
// and are shown with the incident from then on.
func (d *Desk) CloseWithoutRootCause(ctx context.Context, id, who, reason string, now time.Time) error {
	kind := EntryClosedWithoutRootCause
	return d.act(ctx, Entry{Incident: id, At: now, Kind: kind, Author: who, Text: reason})
}
