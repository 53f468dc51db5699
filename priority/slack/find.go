package slack

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// The bounds of a search. What is beyond them counts as missing.
const (
	pageSize  = "200"
	mostPages = 10
)

// find reads what Slack holds, if a delivery before this one left doubt. Slack has no key that
// makes a post idempotent, so each message carries what it is as metadata. If the app may not read,
// the doubt remains and the post is repeated.
func (d *delivery) find(ctx context.Context) error {
	if !d.at.doubt {
		return nil
	}
	if d.at.ts == "" {
		if err := d.findMessage(ctx); err != nil {
			return unlessRefused(err)
		}
	}
	if d.at.ts != "" && d.at.done < d.last() {
		return unlessRefused(d.findReplies(ctx))
	}
	return nil
}

// unlessRefused drops the error that nothing may be read: it must not keep the message from being
// posted.
func unlessRefused(err error) error {
	if errors.Is(err, incident.ErrPermanent) && !is(err, gone) {
		return nil
	}
	return err
}

// findMessage looks for the incident's message among the newest of the channel.
func (d *delivery) findMessage(ctx context.Context) error {
	id, err := d.channelID(ctx)
	if err != nil || id == "" {
		return err
	}
	ask := url.Values{"channel": {id}, "limit": {pageSize}, "include_all_metadata": {"true"}}
	return d.pages(ctx, "conversations.history", ask, func(page response) bool {
		for _, m := range page.Messages {
			if seq, ok := d.ours(m, inChannel); ok && tsForm.MatchString(m.TS) {
				d.at.channel, d.at.ts, d.at.shown = id, m.TS, seq
				return true
			}
		}
		return false
	})
}

// findReplies looks for the last entry in the thread.
func (d *delivery) findReplies(ctx context.Context) error {
	ask := url.Values{
		"channel": {d.at.channel}, "ts": {d.at.ts}, "limit": {pageSize}, "include_all_metadata": {"true"},
	}
	return d.pages(ctx, "conversations.replies", ask, func(page response) bool {
		for _, m := range page.Messages {
			if seq, ok := d.ours(m, inThread); ok {
				d.at.done = max(d.at.done, seq)
			}
		}
		return false
	})
}

// ours reports whether a message belongs to this incident, and returns up to which entry it goes.
func (d *delivery) ours(m posted, part string) (seq int, ok bool) {
	want := d.metadata(part, m.Metadata.Payload.Seq)
	return want.Payload.Seq, m.Metadata == want
}

// channelID returns the channel's ID: the configured one, or that of the configured name. It is
// empty if it is not found. Private channels need a scope of their own, so the public ones alone
// are tried next.
func (d *delivery) channelID(ctx context.Context) (id string, err error) {
	if channelForm.MatchString(d.channel) {
		return d.channel, nil
	}

	name := strings.TrimPrefix(d.channel, "#")
	for _, kinds := range []string{"public_channel,private_channel", "public_channel"} {
		ask := url.Values{"types": {kinds}, "limit": {pageSize}, "exclude_archived": {"true"}}
		err = d.pages(ctx, "conversations.list", ask, func(page response) bool {
			for _, c := range page.Channels {
				if c.Name == name && idForm.MatchString(c.ID) {
					id = c.ID
				}
			}
			return id != ""
		})
		if err == nil || !errors.Is(err, incident.ErrPermanent) {
			break // it could be read, or the failure may pass
		}
	}
	return id, err
}

// pages reads page after page until found returns true, or the last is read.
func (d *delivery) pages(
	ctx context.Context, method string, ask url.Values, found func(response) bool,
) error {
	for range mostPages {
		page, err := d.read(ctx, method, ask)
		if err != nil || found(page) || page.Metadata.NextCursor == "" {
			return err
		}
		ask.Set("cursor", page.Metadata.NextCursor)
	}
	return nil
}
