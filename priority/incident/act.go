package incident

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// act records what somebody did. The same once more, to the instant, is recorded already: whoever could not learn whether it was may say it again.
func (d *Desk) act(ctx context.Context, e Entry) error {
	if e.At = stamp(e.At); !e.Until.IsZero() {
		e.Until = stamp(e.Until)
	}
	return d.write(ctx, func() ([]Entry, error) {
		n, known := d.state.numbers[e.Incident]
		if !known {
			return nil, fmt.Errorf("%w: %q", ErrUnknown, e.Incident)
		}
		record, err := d.store().Timeline(ctx, e.Incident)
		if err != nil || slices.ContainsFunc(record, e.says) {
			return nil, err
		}
		e.Seq = d.state.incidents[n].Entries + 1
		_, err = d.state.incidents[n].Add(e)
		return []Entry{e}, err
	})
}

// says reports whether another entry says the same.
func (e *Entry) says(o Entry) bool {
	return e.Kind == o.Kind && e.Author == o.Author && e.Text == o.Text && e.To == o.To && e.Re == o.Re && e.At.Equal(o.At) && e.Until.Equal(o.Until)
}

// Triage records that somebody has looked at the incident, and what they found.
func (d *Desk) Triage(ctx context.Context, id, who, what string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: Triaged, Author: who, Text: what})
}

// Acknowledge makes somebody the owner until now plus [Lease]. Whoever owned it before no longer does.
func (d *Desk) Acknowledge(ctx context.Context, id, who string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: Owned, Author: who, Until: now.Add(Lease)})
}

// Join records that somebody works on it too. A P1 wants two.
func (d *Desk) Join(ctx context.Context, id, who string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: Joined, Author: who})
}

// Note adds context. Anybody may, also when it is closed.
func (d *Desk) Note(ctx context.Context, id, who, text string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: Noted, Author: who, Text: text})
}

// Ask records that somebody lacks context and asks somebody for it. The incident needs the answer until it is there.
func (d *Desk) Ask(ctx context.Context, id, who, whom, what string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: Asked, Author: who, To: whom, Text: what})
}

// Answer answers the question whose Seq is re, as the incident's Requests list it. Anybody may; the first answer counts.
func (d *Desk) Answer(ctx context.Context, id string, re int, who, text string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: Answered, Re: re, Author: who, Text: text})
}

// Mitigate records that the harm has ended, and how.
func (d *Desk) Mitigate(ctx context.Context, id, who, how string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: Mitigated, Author: who, Text: how})
}

// RootCause records the root cause. A later one takes the place of an earlier; the record keeps both.
func (d *Desk) RootCause(ctx context.Context, id, who, cause string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: RootCaused, Author: who, Text: cause})
}

// Resolve closes an incident. Without a root cause that is [ErrNoRootCause].
func (d *Desk) Resolve(ctx context.Context, id, who string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: Resolved, Author: who})
}

// Force closes an incident that has no root cause. Author and reason are required, and stay in its state.
func (d *Desk) Force(ctx context.Context, id, who, reason string, now time.Time) error {
	return d.act(ctx, Entry{Incident: id, At: now, Kind: Forced, Author: who, Text: reason})
}
