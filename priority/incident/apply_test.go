package incident_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

func minute(n int) time.Time { return at.Add(time.Duration(n) * time.Minute) }

// at1 is a report of a priority.
func at1(p priority.Priority) *priority.AssessmentReport {
	return &priority.AssessmentReport{Priority: p, Text: "x " + p.String(),
		Signal: priority.Signal{Asset: "x"}}
}

// fold is the state after these entries of one incident, a minute apart; what they lack of their
// places is filled in.
func fold(t testing.TB, list ...incident.Entry) incident.Incident {
	i, err := incident.FromEntries(slices.Values(placed(list)))
	require.NoError(t, err)
	return i
}

func placed(list []incident.Entry) []incident.Entry {
	list = slices.Clone(list)
	for n := range list {
		e := &list[n]
		e.Incident, e.Seq = "inc-1", n+1
		if e.At.IsZero() {
			e.At = minute(n)
		}
	}
	return list
}

var (
	opened = incident.Entry{Kind: incident.EntryOpened, Identity: "the condition", Previous: "inc-0",
		Assessment: at1(priority.P1)}
	recurred = incident.Entry{Kind: incident.EntryRecurred, Assessment: at1(priority.P1)}
	reopened = incident.Entry{Kind: incident.EntryReopened, Assessment: at1(priority.P1)}
	lowered  = incident.Entry{Kind: incident.EntryLowered, Assessment: at1(priority.P3)}
	raised   = incident.Entry{Kind: incident.EntryRaised, Assessment: at1(priority.P2)}
	cleared  = incident.Entry{Kind: incident.EntryCleared}
	lapsed   = incident.Entry{Kind: incident.EntryLeaseEnded}
	attached = incident.Entry{Kind: incident.EntryAttached, Identity: "a symptom", Asset: "mart",
		Text:  "late",
		Other: "inc-7"}
	merged = incident.Entry{Kind: incident.EntryMerged, Other: "inc-2"}
	linked = incident.Entry{Kind: incident.EntryLinked, Other: "inc-2"}
)

// did is an entry of somebody.
func did(k incident.EntryKind, who, text string) incident.Entry {
	return incident.Entry{Kind: k, Author: who, Text: text}
}

func owned(who string, until time.Time) incident.Entry {
	return incident.Entry{Kind: incident.EntryAcknowledged, Author: who, Until: until}
}

func asked(who, to, text string) incident.Entry {
	return incident.Entry{Kind: incident.EntryAsked, Author: who, To: to, Text: text}
}

func answered(re int, who, text string) incident.Entry {
	return incident.Entry{Kind: incident.EntryAnswered, ReplyTo: re, Author: who, Text: text}
}

// What an entry may not be where it stands, as the comment of Add lists it, and what it may.
func TestWhatMayBeAddedWhereAnIncidentStands(t *testing.T) {
	cause := did(incident.EntryRootCause, "ada", "the disk was full")
	for _, c := range []struct {
		name   string
		before []incident.Entry
		e      incident.Entry
		want   error
	}{
		{"resolved without a root cause", []incident.Entry{opened}, did(incident.EntryResolved, "ada", ""),
			incident.ErrNoRootCause},
		{"resolved with one", []incident.Entry{opened, cause}, did(incident.EntryResolved, "ada", ""), nil},
		{"a note, when it is closed", []incident.Entry{opened,
			did(incident.EntryClosedWithoutRootCause, "ada", "x")},
			did(incident.EntryNoted, "ada", "x"), nil},
		{"a note, when it went on in another", []incident.Entry{opened, merged},
			did(incident.EntryNoted, "ada", "x"), nil},
		{"an owner, when it is closed", []incident.Entry{opened,
			did(incident.EntryClosedWithoutRootCause, "ada", "x")},
			owned("ada", minute(99)), incident.ErrClosed},
		{"an owner, when it went on in another", []incident.Entry{opened, merged}, owned("ada", minute(99)),
			incident.ErrClosed},
		{"resolved twice", []incident.Entry{opened, cause, did(incident.EntryResolved, "ada", "")},
			did(incident.EntryResolved, "ada", ""), incident.ErrClosed},
		{"reopened, when it is closed", []incident.Entry{opened,
			did(incident.EntryClosedWithoutRootCause, "ada", "x")}, reopened,
			nil},
		{"reopened, when it is open", []incident.Entry{opened}, reopened, incident.ErrInvalidEntry},
		{"reopened, when it went on in another", []incident.Entry{opened, merged}, reopened,
			incident.ErrInvalidEntry},
		{"opened twice", []incident.Entry{opened}, opened, incident.ErrInvalidEntry},
		{"another kind before it was opened", nil, cleared, incident.ErrInvalidEntry},
		{"lapsed without a lease", []incident.Entry{opened}, lapsed, incident.ErrInvalidEntry},
		{"lapsed at the end of the lease", []incident.Entry{opened, owned("ada", minute(2))}, lapsed,
			incident.ErrInvalidEntry},
		{"lapsed behind the end of the lease", []incident.Entry{opened, owned("ada", minute(2).Add(-1))},
			lapsed, nil},
		{"lapsed twice", []incident.Entry{opened, owned("ada", minute(1).Add(1)), lapsed}, lapsed,
			incident.ErrInvalidEntry},
		{"lapsed again, of another lease", []incident.Entry{opened, owned("ada", minute(1).Add(1)), lapsed,
			owned("bob", minute(3).Add(1))}, lapsed, nil},
		{"an answer to a question", []incident.Entry{opened, asked("ada", "bob", "why?")},
			answered(2, "bob", "x"), nil},
		{"an answer to no question", []incident.Entry{opened, asked("ada", "bob", "why?")},
			answered(1, "bob", "x"), incident.ErrInvalidEntry},
		{"an answer to nothing", []incident.Entry{opened}, answered(0, "bob", "x"), incident.ErrInvalidEntry},
		{"lowered to what is less", []incident.Entry{opened}, lowered, nil},
		{"lowered to where it stands", []incident.Entry{opened, lowered}, lowered, incident.ErrInvalidEntry},
		{"lowered to what is more", []incident.Entry{opened, lowered},
			incident.Entry{Kind: incident.EntryLowered, Assessment: at1(priority.P2)},
			incident.ErrInvalidEntry},
		{"raised to what is more", []incident.Entry{opened, lowered}, raised, nil},
		{"raised to where it stands", []incident.Entry{opened, lowered, raised}, raised,
			incident.ErrInvalidEntry},
		{"raised to what is less", []incident.Entry{opened}, raised, incident.ErrInvalidEntry},
		{"recurred to what is less", []incident.Entry{opened, cleared},
			incident.Entry{Kind: incident.EntryRecurred, Assessment: at1(priority.P3)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before incident.Incident
			if len(c.before) > 0 {
				before = fold(t, c.before...)
			}
			all := placed(append(slices.Clone(c.before), c.e))
			after, err := before.Add(all[len(all)-1])
			if c.want == nil {
				require.NoError(t, err)
				assert.Equal(t, len(all), after.EntryCount)
				return
			}
			require.ErrorIs(t, err, c.want)
			assert.Equal(t, before, after)
			stopped, err := incident.FromEntries(slices.Values(all))
			require.ErrorIs(t, err, c.want)
			assert.Equal(t, before, stopped, "the fold ends before it")
		})
	}
}

// Each kind with all that it needs, and with each part left out.
func TestWhatEachKindNeeds(t *testing.T) {
	state := fold(t, opened, asked("ada", "bob", "why?"))
	closed := fold(t, opened, did(incident.EntryClosedWithoutRootCause, "ada", "x"))
	full := incident.Entry{
		Incident: "inc-1", Seq: 3, At: minute(5), Author: "ada", Text: "text", Until: minute(6),
		Assessment: at1(priority.P1), Identity: "a symptom",
		Other: "inc-2", To: "bob", ReplyTo: 2,
	}
	for kind, needs := range map[incident.EntryKind]string{
		incident.EntryCleared: "", incident.EntryRecurred: "report", incident.EntryReopened: "report",
		incident.EntryAcknowledged: "author until", incident.EntryJoined: "author",
		incident.EntryNoted: "author text", incident.EntryMitigated: "author text",
		incident.EntryRootCause:              "author text",
		incident.EntryClosedWithoutRootCause: "author text",
		incident.EntryTriaged:                "author text", incident.EntryAsked: "author text to",
		incident.EntryAnswered: "author text",
		incident.EntryAttached: "identity",
		incident.EntryMerged:   "other itself", incident.EntryLinked: "other itself",
		incident.EntryLowered: "report",
		incident.EntryRaised:  "report",
	} {
		i, e := state, full
		e.Kind = kind
		switch kind {
		case incident.EntryReopened:
			i = closed
		case incident.EntryLowered:
			e.Assessment = at1(priority.P3)
		case incident.EntryRaised:
			e.Assessment = at1(priority.P1 + 1)
		}
		_, err := i.Add(e)
		require.NoError(t, err, kind)
		for part, leave := range map[string]func(*incident.Entry){
			"author":   func(e *incident.Entry) { e.Author = " \t\n" },
			"text":     func(e *incident.Entry) { e.Text = "\n" },
			"until":    func(e *incident.Entry) { e.Until = e.At },
			"report":   func(e *incident.Entry) { e.Assessment = nil },
			"to":       func(e *incident.Entry) { e.To = " " },
			"identity": func(e *incident.Entry) { e.Identity = "" },
			"other":    func(e *incident.Entry) { e.Other = "" },
			"itself":   func(e *incident.Entry) { e.Other = "inc-1" },
		} {
			less := e
			leave(&less)
			_, err := i.Add(less)
			assert.Equal(t, slices.Contains(strings.Fields(needs), part), err != nil, "%v without its %s: %v",
				kind, part, err)
		}
	}
	_, err := incident.Incident{}.Add(incident.Entry{Incident: "inc-1", Seq: 1, At: at,
		Kind: incident.EntryOpened})
	require.ErrorIs(t, err, incident.ErrInvalidEntry)
}

func TestTextsAreBoundedAndUTF8(t *testing.T) {
	state := fold(t, opened)
	for field, put := range map[string]func(*incident.Entry, string){
		"author": func(e *incident.Entry, s string) { e.Author = s },
		"text":   func(e *incident.Entry, s string) { e.Text = s },
		"to":     func(e *incident.Entry, s string) { e.To = s },
	} {
		for text, fine := range map[string]bool{
			strings.Repeat("x", 64<<10): true, strings.Repeat("x", 64<<10+1): false, "a\xffb": false,
			"é": true,
		} {
			e := placed([]incident.Entry{opened, asked("ada", "bob", "why?")})[1]
			put(&e, text)
			_, err := state.Add(e)
			assert.Equal(t, fine, err == nil, "%s: %v", field, err)
			if !fine {
				require.ErrorIs(t, err, incident.ErrInvalidEntry)
				assert.ErrorContains(t, err, field+": ")
			}
		}
	}
}

// The state after each entry of a long life: what an entry sets, and what it takes back.
func TestEachEntryChangesTheState(t *testing.T) {
	targets := incident.ResponseTargets{Acknowledge: time.Hour}
	withTargets := reopened
	withTargets.Targets = &targets
	var list []incident.Entry
	var want incident.Incident
	next := func(e incident.Entry, change func()) {
		t.Helper()
		list = append(list, e)
		change()
		want.EntryCount = len(list)
		require.Equal(t, want, fold(t, list...), "entry %d, %v", len(list), e.Kind)
	}
	now := func() time.Time { return minute(len(list) - 1) }
	next(opened, func() {
		want = incident.Incident{ID: "inc-1", Identity: "the condition", Previous: "inc-0",
			Assessment: *at1(priority.P1), OpenedAt: now(), Firing: true}
	})
	next(did(incident.EntryTriaged, "eve", "the disk"), func() { want.TriagedAt = now() })
	next(did(incident.EntryTriaged, "gus", "the disk"), func() {})
	next(did(incident.EntryJoined, "eve", ""), func() { want.Responders = []string{"eve"} })
	next(owned("ada", minute(60)), func() {
		want.LeaseHolder, want.LeaseUntil, want.AcknowledgedAt, want.PairedAt = "ada", minute(60), now(),
			now()
		want.Responders = []string{"eve", "ada"}
	})
	next(owned("eve", minute(6).Add(-1)), func() {
		want.LeaseHolder, want.LeaseUntil = "eve",
			minute(6).Add(-1)
	})
	next(lapsed, func() { want.LeaseEnded = true })
	next(owned("ada", minute(90)), func() {
		want.LeaseHolder, want.LeaseUntil, want.LeaseEnded = "ada", minute(90),
			false
	})
	next(did(incident.EntryJoined, "gus", ""), func() { want.Responders = []string{"eve", "ada", "gus"} })
	next(asked("ada", "bob", "why?"), func() {
		want.Questions = []incident.Question{{Seq: len(list), At: now(), From: "ada", To: "bob",
			Text: "why?"}}
	})
	next(asked("ada", "ida", "when?"), func() {
		want.Questions = append(slices.Clone(want.Questions),
			incident.Question{Seq: len(list), At: now(), From: "ada", To: "ida", Text: "when?"})
	})
	next(answered(11, "ida", "at night"), func() {
		want.Questions = slices.Clone(want.Questions)
		want.Questions[1].Answer, want.Questions[1].By, want.Questions[1].AnsweredAt = "at night", "ida",
			now()
	})
	next(answered(11, "gus", "by day"), func() {})
	next(did(incident.EntryMitigated, "ada", "by hand"), func() { want.MitigatedAt = now() })
	next(did(incident.EntryMitigated, "bob", "by machine"), func() {})
	next(lowered, func() { want.Assessment = *at1(priority.P3) })
	next(raised, func() { want.Assessment, want.MitigatedAt = *at1(priority.P2), time.Time{} })
	next(did(incident.EntryMitigated, "ada", "by hand"), func() { want.MitigatedAt = now() })
	next(attached, func() {
		want.MitigatedAt = time.Time{}
		want.Symptoms = []incident.Symptom{{Identity: "a symptom", Asset: "mart", Text: "late", At: now(),
			Other: "inc-7"}}
	})
	next(linked, func() { want.Links = []string{"inc-2"} })
	next(cleared, func() { want.Firing, want.ClearedAt = false, now() })
	next(did(incident.EntryMitigated, "ada", "by hand"), func() { want.MitigatedAt = now() })
	next(recurred, func() {
		want.Assessment, want.Firing, want.ClearedAt, want.MitigatedAt, want.Recurrences = *at1(priority.P1),
			true, time.Time{}, time.Time{}, 1
	})
	next(did(incident.EntryRootCause, "ada", "the disk"),
		func() { want.RootCause, want.RootCauseBy = "the disk", "ada" })
	next(did(incident.EntryRootCause, "bob", "the fan"),
		func() { want.RootCause, want.RootCauseBy = "the fan", "bob" })
	next(did(incident.EntryResolved, "ada", ""), func() { want.ResolvedAt = now() })
	next(did(incident.EntryNoted, "ada", "thanks"), func() {})
	next(withTargets, func() {
		want = incident.Incident{
			ID: "inc-1", Identity: "the condition", Previous: "inc-0", Assessment: *at1(priority.P1),
			OpenedAt: minute(0), ReopenedAt: now(), Firing: true, Targets: targets,
		}
	})
	next(did(incident.EntryClosedWithoutRootCause, "bob", "gone"),
		func() { want.ResolvedAt, want.CloseReason, want.ClosedBy = now(), "gone", "bob" })
	next(reopened, func() {
		want.ResolvedAt, want.CloseReason, want.ClosedBy, want.ReopenedAt, want.Targets = time.Time{}, "", "",
			now(), incident.ResponseTargets{}
	})
	next(merged, func() { want.MergedInto = "inc-2" })
}

func TestSymptomsAreListedUpToABound(t *testing.T) {
	list := []incident.Entry{opened}
	for n := range incident.MostSymptoms + 1 {
		e := attached
		e.Identity = fmt.Sprint("symptom ", n)
		list = append(list, e)
	}
	assert.Len(t, fold(t, list[:len(list)-2]...).Symptoms, incident.MostSymptoms-1)
	assert.Len(t, fold(t, list[:len(list)-1]...).Symptoms, incident.MostSymptoms)
	all := fold(t, list...)
	assert.Len(t, all.Symptoms, incident.MostSymptoms)
	assert.Equal(t, fmt.Sprint("symptom ", incident.MostSymptoms-1),
		all.Symptoms[incident.MostSymptoms-1].Identity)
}

// A state shares nothing with the one before it that a later entry would change there.
func TestListsOfTwoFuturesDoNotMeet(t *testing.T) {
	list := []incident.Entry{opened, asked("ada", "bob", "1"), linked, attached, asked("ada", "bob", "2"),
		linked, attached, asked("ada", "bob", "3"), linked, attached}
	base := fold(t, list...)
	grow := func(name string) incident.Incident {
		i := base
		for _, e := range []incident.Entry{asked("ada", name, "4"), {Kind: incident.EntryLinked, Other: name},
			{Kind: incident.EntryAttached, Identity: name}} {
			e.Incident, e.Seq, e.At = "inc-1", i.EntryCount+1, minute(50)
			var err error
			i, err = i.Add(e)
			require.NoError(t, err)
		}
		return i
	}
	one, two := grow("one"), grow("two")
	for name, i := range map[string]incident.Incident{"one": one, "two": two} {
		assert.Equal(t, name, i.Questions[3].To)
		assert.Equal(t, name, i.Links[3])
		assert.Equal(t, name, i.Symptoms[3].Identity)
	}
}

// The same action is recorded once, and one that differs in any part is another entry.
func TestWhatDiffersInAnyPartIsAnotherEntry(t *testing.T) {
	d := incident.NewDesk(classifier(t))
	signal(t, d, firing("raw.orders", at))
	n := 1
	for _, do := range []func() error{
		func() error { return d.Note(ctx, "inc-1", "ada", "x", at) },
		func() error { return d.Note(ctx, "inc-1", "bob", "x", at) },
		func() error { return d.Note(ctx, "inc-1", "ada", "y", at) },
		func() error { return d.Note(ctx, "inc-1", "ada", "x", at.Add(1)) },
		func() error { return d.Triage(ctx, "inc-1", "ada", "x", at) },
		func() error { return d.Ask(ctx, "inc-1", "ada", "bob", "x", at) },
		func() error { return d.Ask(ctx, "inc-1", "ada", "eve", "x", at) },
		func() error { return d.Answer(ctx, "inc-1", 7, "ada", "x", at) },
		func() error { return d.Answer(ctx, "inc-1", 8, "ada", "x", at) },
		func() error { return d.Acknowledge(ctx, "inc-1", "ada", at) },
		func() error { return d.Mitigate(ctx, "inc-1", "ada", "x", at) },
		func() error { return d.RecordRootCause(ctx, "inc-1", "ada", "x", at) },
	} {
		for range 3 {
			require.NoError(t, do())
		}
		n++
		require.Len(t, entries(t, d), n)
	}
	for n, e := range entries(t, d) {
		assert.Equal(t, "inc-1", e.Incident)
		assert.Equal(t, n+1, e.Seq)
	}
	assert.Equal(t, at.Add(ackLease), timeline(t, d, "inc-1")[10].Until)
}
