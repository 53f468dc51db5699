package incident_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// note is an entry of an incident that a store takes.
func note(id string, seq int) incident.Entry {
	return incident.Entry{Incident: id, Seq: seq, At: at, Kind: incident.EntryNoted, Author: "ada", Text: "x"}
}

// A call whose context is done does nothing, and returns its cause.
func TestACallThatIsOverDoesNothing(t *testing.T) {
	m := new(incident.Memory)
	require.NoError(t, m.Append(ctx, 0, note("inc-1", 1)))
	d, _, err := m.Claim(ctx, "slack", time.Hour)
	require.NoError(t, err)
	reason := errors.New("over")
	over, cancel := context.WithCancelCause(ctx)
	cancel(reason)
	dead := d
	dead.Dead = true
	for name, call := range map[string]func() error{
		"append":   func() error { return m.Append(over, 1, note("inc-1", 2)) },
		"read":     func() error { _, err := m.Read(over, 0, 9); return err },
		"timeline": func() error { _, err := m.Timeline(over, "inc-1"); return err },
		"claim":    func() error { _, _, err := m.Claim(over, "pager", time.Hour); return err },
		"settle":   func() error { return m.Settle(over, dead, 0) },
		"dead":     func() error { _, err := m.DeadLetters(over); return err },
	} {
		require.ErrorIs(t, call(), reason, name)
	}
	list, err := m.Read(ctx, 0, 9)
	require.NoError(t, err)
	assert.Len(t, list, 1)
	letters, err := m.DeadLetters(ctx)
	require.NoError(t, err)
	assert.Empty(t, letters)
	first, _, err := m.Claim(ctx, "pager", time.Hour)
	require.NoError(t, err)
	assert.EqualValues(t, 1, first.Fence)
}

func TestReadingBeginsBehindAPosition(t *testing.T) {
	m := new(incident.Memory)
	for n := range 4 {
		require.NoError(t, m.Append(ctx, int64(n), note("inc-1", n+1)))
	}
	for _, c := range []struct {
		after int64
		most  int
		want  string
	}{
		{0, 9, "1234"}, {0, 4, "1234"}, {0, 3, "123"}, {0, 1, "1"}, {0, 0, ""}, {0, -1, ""}, {-1, 2, "12"},
		{-9, 9, "1234"},
		{1, 9, "234"}, {1, 2, "23"}, {3, 9, "4"}, {4, 9, ""}, {5, 9, ""},
	} {
		list, err := m.Read(ctx, c.after, c.most)
		require.NoError(t, err)
		got := ""
		for _, e := range list {
			got += fmt.Sprint(e.Seq)
		}
		assert.Equal(t, c.want, got, "after %d, at most %d", c.after, c.most)
	}
	list, err := m.Read(ctx, 0, 9)
	require.NoError(t, err)
	list[0].Text = "changed"
	again, err := m.Timeline(ctx, "inc-1")
	require.NoError(t, err)
	assert.Equal(t, "x", again[0].Text, "what is read is a copy")
}

// What no store keeps is refused, with all that is wrong and where it stands.
func TestWhatNoStoreKeepsIsRefused(t *testing.T) {
	m := new(incident.Memory)
	bad := note("inc-1", 0)
	bad.Author, bad.Text = "a\xff", "b\xff"
	err := m.Append(ctx, 0, note("inc-1", 1), bad)
	for _, want := range []string{"entries[1].", "seq: 0 is not counted from 1", "author", "text"} {
		require.ErrorContains(t, err, want)
	}
	assert.NotContains(t, err.Error(), "entries[0]")
	list, err := m.Read(ctx, 0, 9)
	require.NoError(t, err)
	assert.Empty(t, list, "all of them, or none")
	for name, field := range map[string]func(*incident.Entry){
		"author":   func(e *incident.Entry) { e.Author = "\xff" },
		"text":     func(e *incident.Entry) { e.Text = "\xff" },
		"identity": func(e *incident.Entry) { e.Identity = "\xff" },
		"asset":    func(e *incident.Entry) { e.Asset = "\xff" },
		"previous": func(e *incident.Entry) { e.Previous = "\xff" },
		"other":    func(e *incident.Entry) { e.Other = "\xff" },
		"to":       func(e *incident.Entry) { e.To = "\xff" },
		"incident": func(e *incident.Entry) { e.Incident = "" },
		"at":       func(e *incident.Entry) { e.At = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"until":    func(e *incident.Entry) { e.Until = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"seq":      func(e *incident.Entry) { e.Seq = -1 },
	} {
		e := note("inc-1", 1)
		require.NoError(t, e.Validate())
		field(&e)
		require.ErrorContains(t, e.Validate(), name+": ")
	}
	_, _, err = m.Claim(ctx, "", time.Hour)
	require.ErrorContains(t, err, "incident: announcer: ")
	for name, d := range map[string]incident.Delivery{
		"announcer": {Announcer: "a\x00"}, "receipt": {Announcer: "a", Receipt: "\x00"},
		"error": {Announcer: "a", Error: "\xff"},
	} {
		require.ErrorContains(t, m.Settle(ctx, d, 0), "incident: "+name+": ")
	}
	require.NoError(t, incident.Delivery{Announcer: "a", Receipt: "b", Error: "c"}.Validate())
}

// Of what is due the one that has waited longest is first; of those that have waited alike, the
// one whose incident was opened first.
func TestWhoIsClaimedFirst(t *testing.T) {
	mock := clock.NewMock()
	m := &incident.Memory{Clock: mock}
	claim := func() string {
		d, wait, err := m.Claim(ctx, "slack", time.Minute)
		require.NoError(t, err)
		if d.Incident == "" {
			return fmt.Sprint("wait ", wait)
		}
		return d.Incident
	}
	assert.Equal(t, "wait 0s", claim(), "nothing is known of")
	for n, id := range []string{"b", "a", "c"} {
		require.NoError(t, m.Append(ctx, int64(n), note(id, 1)))
	}
	assert.Equal(t, "b a c", strings.Join([]string{claim(), claim(), claim()}, " "))
	mock.Add(20 * time.Second)
	assert.Equal(t, "wait 40s", claim())
	settle := func(id string, fence int64, after time.Duration) {
		require.NoError(t, m.Settle(ctx, incident.Delivery{Announcer: "slack", Incident: id, UpTo: 1,
			Attempt: 1, Fence: fence}, after))
	}
	settle("c", 1, 10*time.Second)
	settle("a", 1, -time.Second)
	assert.Equal(t, "a", claim(), "a negative time is none")
	assert.Equal(t, "wait 10s", claim())
	mock.Add(10 * time.Second)
	assert.Equal(t, "c", claim(), "at that instant")
	mock.Add(30 * time.Second)
	assert.Equal(t, "b", claim(), "the end of a lease is its end")
	settle("b", 2, 0)
	mock.Add(time.Second)
	assert.Equal(t, "b", claim())
}

// A delivery that is done is left alone until its incident goes on.
func TestWhatIsDeliveredIsLeftAlone(t *testing.T) {
	m := &incident.Memory{Clock: clock.NewMock()}
	require.NoError(t, m.Append(ctx, 0, note("inc-1", 1)))
	claim := func() incident.Delivery {
		d, _, err := m.Claim(ctx, "slack", time.Minute)
		require.NoError(t, err)
		return d
	}
	d := claim()
	require.NoError(t, m.Append(ctx, 1, note("inc-1", 2)))
	d.Sent = d.UpTo
	require.NoError(t, m.Settle(ctx, d, 0))
	d = claim()
	assert.Equal(t, incident.Delivery{Announcer: "slack", Incident: "inc-1", Sent: 1, UpTo: 2, Attempt: 1,
		Fence: 2}, d, "there was more meanwhile")
	d.Dead, d.Error = true, "no"
	require.NoError(t, m.Settle(ctx, d, 0))
	assert.Empty(t, claim().Incident)
	require.NoError(t, m.Append(ctx, 2, note("inc-1", 3)))
	d = claim()
	assert.Equal(t, incident.Delivery{Announcer: "slack", Incident: "inc-1", Sent: 1, UpTo: 3, Attempt: 1,
		Fence: 3}, d, "what is dead comes along")
	require.ErrorIs(t, m.Settle(ctx, incident.Delivery{Announcer: "slack", Incident: "inc-9", Fence: 1}, 0),
		incident.ErrFenced)
	d.Fence--
	require.ErrorIs(t, m.Settle(ctx, d, 0), incident.ErrFenced)
}

func TestDeadLettersAreInOrder(t *testing.T) {
	m := new(incident.Memory)
	for n, id := range []string{"b", "a"} {
		require.NoError(t, m.Append(ctx, int64(n), note(id, 1)))
	}
	for _, announcer := range []string{"slack", "pager"} {
		for range 2 {
			d, _, err := m.Claim(ctx, announcer, time.Hour)
			require.NoError(t, err)
			d.Dead = true
			require.NoError(t, m.Settle(ctx, d, 0))
		}
	}
	for range 10 {
		dead, err := m.DeadLetters(ctx)
		require.NoError(t, err)
		got := ""
		for _, d := range dead {
			got += d.Announcer + "/" + d.Incident + " "
		}
		require.Equal(t, "pager/a pager/b slack/a slack/b ", got)
	}
}

// A store without a clock of its own goes by the real one, and that of a desk by the desk's.
func TestAStoreGoesByItsClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := new(incident.Memory)
		require.NoError(t, m.Append(ctx, 0, note("inc-1", 1)))
		_, _, err := m.Claim(ctx, "slack", time.Minute)
		require.NoError(t, err)
		time.Sleep(59 * time.Second)
		_, wait, err := m.Claim(ctx, "slack", time.Minute)
		require.NoError(t, err)
		assert.Equal(t, time.Second, wait)
	})
}
