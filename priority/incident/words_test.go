package incident_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// Every line that an entry, an incident, its needs and a focus are shown as.
func TestEveryLineAsItIsRead(t *testing.T) {
	var b strings.Builder
	show := func(name string, what ...any) { fmt.Fprintln(&b, append([]any{name + ":"}, what...)...) }
	for k := incident.EntryOpened; k <= incident.EntryRaised+1; k++ {
		e := incident.Entry{
			Kind: k, At: at, Author: "ada", Text: "text", To: "bob", Other: "inc-2", Until: at.Add(time.Hour),
			Assessment: at1(priority.P2),
		}
		show("an entry", e)
		if e.Assessment = nil; k == incident.EntryOpened || k == incident.EntryRaised {
			show("without a report", e)
		}
	}
	show("in its zone", incident.Entry{Kind: incident.EntryJoined, At: at.In(time.FixedZone("JST", 9*60*60)),
		Author: "ada"})
	show("names that are none", incident.Entry{Kind: incident.EntryAsked, At: at, Author: "", To: "\n",
		Text: ""})

	who := func(i incident.Incident, names ...string) incident.Incident {
		i.Responders = names
		return i
	}
	open := fold(t, opened)
	show("an incident", open)
	show("with responders", who(open, "ada", "b\nb"))
	show("with a cause", fold(t, opened, did(incident.EntryRootCause, "ada", "the\ndisk")))
	show("closed by force", fold(t, opened, did(incident.EntryClosedWithoutRootCause, "ada\n", "gone\n")))
	show("closed by force, with a cause", fold(t, opened, did(incident.EntryRootCause, "ada", "disk"),
		did(incident.EntryClosedWithoutRootCause, "ada", "gone")))
	show("merged", fold(t, opened, merged))
	show("resolved", fold(t, opened, did(incident.EntryRootCause, "ada", "disk"),
		did(incident.EntryResolved, "ada", "")))

	for _, n := range []int{240, 241} {
		show(fmt.Sprint("a text of ", n, " bytes"), did(incident.EntryNoted, "ada", strings.Repeat("x", n)))
		show(fmt.Sprint("of ", n+1, " bytes, the last but one a rune of two"),
			did(incident.EntryNoted, "ada", strings.Repeat("x", n-2)+"éx"))
		show(fmt.Sprint("of runes of four bytes, from ", n, " on"),
			did(incident.EntryNoted, "ada", strings.Repeat("x", n-3)+"😀😀"))
	}
	show("broken UTF-8", did(incident.EntryNoted, "ada", "a\xffb"))

	one, queue := fold(t, opened), []incident.Incident{fold(t, opened), fold(t, opened)}
	show("a focus on nothing", incident.Focus{})
	show("a focus on what is less", incident.Focus{Queue: queue})
	show("a focus alone", incident.Focus{Stop: true, Incident: one, Needs: one.Needs(at)})
	show("a focus, and one waits", incident.Focus{Stop: true, Incident: one, Queue: queue[:1]})
	show("a focus, and two wait", incident.Focus{Stop: true, Incident: one, Needs: []string{"an owner"},
		Queue: queue})
	golden(t, "lines.txt", b.String())
}

// What an incident needs, and what of that is overdue, to the second.
func TestWhatIsOverdueAsItIsRead(t *testing.T) {
	targets := incident.ResponseTargets{Acknowledge: time.Minute, Mitigate: 2 * time.Minute,
		Resolve: 3 * time.Minute}
	first := opened
	first.Targets = &targets
	cause := did(incident.EntryRootCause, "ada", "disk")
	var b strings.Builder
	for _, c := range []struct {
		name string
		list []incident.Entry
	}{
		{"just opened", []incident.Entry{first}},
		{"owned", []incident.Entry{first, owned("ada", at.Add(500*time.Hour))}},
		{"owned, and the lease has ended", []incident.Entry{first, owned("ada", minute(1).Add(1))}},
		{"two work on it", []incident.Entry{first, did(incident.EntryJoined, "ada", ""),
			did(incident.EntryJoined, "bob", "")}},
		{"lowered", []incident.Entry{first, lowered}},
		{"asked, twice, and answered once", []incident.Entry{first, asked("ada", "bob", "1"),
			asked("ada", "e\nve", "2"), asked("ada", "gus", "3"), answered(2, "bob", "x")}},
		{"mitigated", []incident.Entry{first, did(incident.EntryMitigated, "ada", "x")}},
		{"the cause is written", []incident.Entry{first, cause}},
		{"mitigated, and the cause is written",
			[]incident.Entry{first, cause, did(incident.EntryMitigated, "ada", "x")}},
		{"closed", []incident.Entry{first, did(incident.EntryClosedWithoutRootCause, "ada", "x")}},
		{"merged", []incident.Entry{first, merged}},
	} {
		i := fold(t, c.list...)
		fmt.Fprintln(&b, c.name)
		for _, after := range []time.Duration{
			time.Minute, time.Minute + time.Second, 3 * time.Minute, 3*time.Minute + 1, 4 * time.Minute,
			62*time.Minute + 59*time.Second,
			time.Hour + 2*time.Minute, 25 * time.Hour, 49*time.Hour + 6*time.Minute,
		} {
			fmt.Fprintf(&b, "  %v: %s\n", after, strings.Join(i.Needs(at.Add(after)), ", "))
		}
	}
	golden(t, "needs.txt", b.String())
}

// How long it took and how late it was, by the clock and in working time.
func TestTimesAreCountedFromTheLastBegin(t *testing.T) {
	targets := incident.ResponseTargets{Acknowledge: 2 * time.Minute, Mitigate: 3 * time.Minute,
		Resolve: 4 * time.Minute}
	first, again := opened, reopened
	first.Targets, again.Targets = &targets, &targets
	for _, c := range []struct {
		name  string
		list  []incident.Entry
		times incident.ResponseTimes
		late  incident.ResponseTimes // at minute 10
	}{
		{"nothing was done", []incident.Entry{first}, incident.ResponseTimes{-1, -1, -1},
			incident.ResponseTimes{8 * time.Minute, 7 * time.Minute, 6 * time.Minute}},
		{"all in time", []incident.Entry{first, owned("ada", minute(9)),
			did(incident.EntryMitigated, "ada", "x"),
			did(incident.EntryClosedWithoutRootCause, "ada", "x")},
			incident.ResponseTimes{time.Minute, 2 * time.Minute, 3 * time.Minute}, incident.ResponseTimes{}},
		{"all just in time", []incident.Entry{
			first, cleared, owned("ada", minute(9)), did(incident.EntryMitigated, "ada", "x"),
			did(incident.EntryClosedWithoutRootCause, "ada", "x"),
		}, incident.ResponseTimes{2 * time.Minute, 3 * time.Minute, 4 * time.Minute},
			incident.ResponseTimes{}},
		{"all late", []incident.Entry{
			first, cleared, recurred, owned("ada", minute(9)), did(incident.EntryMitigated, "ada", "x"),
			did(incident.EntryClosedWithoutRootCause, "ada", "x"),
		}, incident.ResponseTimes{3 * time.Minute, 4 * time.Minute, 5 * time.Minute},
			incident.ResponseTimes{time.Minute, time.Minute, time.Minute}},
		{"closed, and nothing else", []incident.Entry{first, cleared, recurred, cleared, recurred,
			did(incident.EntryClosedWithoutRootCause, "ada", "x")},
			incident.ResponseTimes{-1, -1, 5 * time.Minute},
			incident.ResponseTimes{3 * time.Minute, 2 * time.Minute, time.Minute}},
		{"reopened", []incident.Entry{first, owned("ada", minute(9)),
			did(incident.EntryClosedWithoutRootCause, "ada", "x"), again,
			owned("ada", minute(9))},
			incident.ResponseTimes{time.Minute, -1, -1}, incident.ResponseTimes{0, 4 * time.Minute,
				3 * time.Minute}},
		{"without targets", []incident.Entry{opened, owned("ada", minute(9))},
			incident.ResponseTimes{time.Minute, -1, -1}, incident.ResponseTimes{}},
		{"merged", []incident.Entry{first, merged}, incident.ResponseTimes{-1, -1, -1},
			incident.ResponseTimes{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := fold(t, c.list...)
			assert.Equal(t, c.times, i.ResponseTimes())
			assert.Equal(t, c.late, i.Overdue(minute(10)))
		})
	}
	office, err := schedule.ParseCalendar("mon-fri 09:00-17:00")
	require.NoError(t, err)
	targets.Calendar = office
	first.Targets = &targets
	assert.Zero(t, fold(t, first, owned("ada", minute(9))).ResponseTimes().Acknowledge,
		"before work no time counts")
	back := owned("ada", minute(9))
	back.At = minute(-60 * 24)
	assert.Zero(t, fold(t, first, back).ResponseTimes().Acknowledge, "a clock that jumped back")
}

// Where an incident stands, and who owns it.
func TestWhereAnIncidentStands(t *testing.T) {
	for _, c := range []struct {
		name  string
		list  []incident.Entry
		want  incident.State
		owner string // at minute 5
	}{
		{"opened", []incident.Entry{opened}, incident.StateOpen, ""},
		{"joined", []incident.Entry{opened, did(incident.EntryJoined, "ada", "")}, incident.StateOpen, ""},
		{"owned", []incident.Entry{opened, owned("ada", minute(9))}, incident.StateAcknowledged, "ada"},
		{"owned up to now", []incident.Entry{opened, owned("ada", minute(5))}, incident.StateAcknowledged,
			"ada"},
		{"owned up to a moment ago", []incident.Entry{opened, owned("ada", minute(5).Add(-1))},
			incident.StateAcknowledged, ""},
		{"mitigated", []incident.Entry{opened, did(incident.EntryMitigated, "ada", "x")},
			incident.StateMitigated, ""},
		{"owned and mitigated", []incident.Entry{opened, owned("ada", minute(9)),
			did(incident.EntryMitigated, "ada", "x")}, incident.StateMitigated, "ada"},
		{"closed", []incident.Entry{opened, owned("ada", minute(9)),
			did(incident.EntryClosedWithoutRootCause, "ada", "x")},
			incident.StateClosed, ""},
		{"merged", []incident.Entry{opened, owned("ada", minute(9)), merged}, incident.StateClosed, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := fold(t, c.list...)
			assert.Equal(t, c.want, i.State())
			assert.Equal(t, c.owner, i.Owner(minute(5)))
		})
	}
	for n, paired := range []bool{false, false, true, true} {
		list := []incident.Entry{opened}
		for _, who := range []string{"ada", "bob", "eve"}[:n] {
			list = append(list, did(incident.EntryJoined, who, ""))
		}
		assert.Equal(t, paired, fold(t, list...).Paired())
	}
}

// Texts of states and kinds, and of what is none.
func TestTextsOfStatesAndKinds(t *testing.T) {
	for s := incident.StateOpen; s <= incident.StateClosed; s++ {
		text, err := s.AppendText([]byte("is "))
		require.NoError(t, err)
		assert.Equal(t, "is "+s.String(), string(text))
	}
	for _, s := range []incident.State{-1, incident.StateClosed + 1} {
		text, err := s.AppendText([]byte("is "))
		require.Error(t, err)
		assert.Equal(t, "is ", string(text))
		assert.Equal(t, fmt.Sprintf("State(%d)", int(s)), s.String())
	}
	text, err := incident.EntryOpened.AppendText([]byte("is "))
	require.NoError(t, err)
	assert.Equal(t, "is opened", string(text))
	for _, k := range []incident.EntryKind{-1, 0, incident.EntryRaised + 1} {
		text, err := k.AppendText([]byte("is "))
		require.Error(t, err)
		assert.Equal(t, "is ", string(text))
		assert.Equal(t, fmt.Sprintf("EntryKind(%d)", int(k)), k.String())
	}
	for _, text := range []string{"", "x", "opened "} {
		k := incident.EntryJoined
		require.Error(t, k.UnmarshalText([]byte(text)))
		assert.Equal(t, incident.EntryJoined, k)
	}
}

// What presses more comes first: the more urgent, then harm, then what has a due instant, then
// the earlier one, then the first opened.
func TestWhatPressesMoreComesFirst(t *testing.T) {
	d := incident.NewDesk(nil)
	due := func(n int) time.Time { return minute(n) }
	for _, c := range []struct {
		asset     string
		due       time.Time
		at        time.Time
		mitigated bool
	}{
		{"sixth", due(1), minute(0), true},
		{"fourth", time.Time{}, minute(2), false},
		{"fifth", time.Time{}, minute(3), false},
		{"third", time.Time{}, minute(1), false},
		{"second", due(9), minute(4), false},
		{"first", due(8), minute(5), false},
		{"seventh", time.Time{}, minute(0), true},
	} {
		s := firing(c.asset, c.at)
		s.Due = c.due
		i, _ := signal(t, d, s)
		if c.mitigated {
			require.NoError(t, d.Mitigate(ctx, i.ID, "ada", "x", c.at))
		}
	}
	f := d.Focus(at)
	got := []string{f.Incident.Assessment.Signal.Asset}
	for _, i := range f.Queue {
		got = append(got, i.Assessment.Signal.Asset)
	}
	assert.Equal(t, []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh"}, got)
	assert.Equal(t, f.Incident.Needs(at), f.Needs)
}
