package wording_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/wording"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func clock(h, m int) time.Time { return time.Date(2026, 3, 4, h, m, 0, 0, time.UTC) }

// orders is a report about raw.orders that reaches so many SLAs and has so many reasons.
func orders(effect priority.Effect, reaches, reasons int) priority.Report {
	r := priority.Report{
		Priority: priority.P1, Rule: priority.RuleAlwaysP1, Due: clock(7, 0),
		Signal: priority.Signal{Asset: "raw.orders", Kind: priority.Failure, Summary: "exited 1"},
	}
	for n := range reaches {
		r.Impacts = append(r.Impacts, priority.ImpactReport{
			SLA: fmt.Sprint("sla-", n), Tier: sla.Tier(n % 3),
			Consumers: []string{"ada", "bob", "eve", "gus", "ida"}[:n%5],
			Path:      []string{"raw.orders", fmt.Sprint("mart.", n)}, Effect: effect,
		})
	}
	for n := range reasons {
		r.Reasons = append(r.Reasons, fmt.Sprint("reason ", n))
	}
	return r
}

func with(r priority.Report, change func(*priority.Report)) priority.Report {
	change(&r)
	return r
}

// Every entry as people read it: what leads, and the lines below it.
func TestEveryEntryAsItIsRead(t *testing.T) {
	took := incident.Incident{
		OpenedAt: clock(6, 18), AcknowledgedAt: clock(6, 20), MitigatedAt: clock(7, 18),
		ResolvedAt: clock(6, 18).AddDate(0, 0, 2),
	}
	forgotten := incident.Incident{OpenedAt: clock(6, 18), ResolvedAt: clock(6, 19)}
	one, many := orders(priority.EffectBreached, 1, 1), orders(priority.EffectExposed, 22, 22)
	twenty, longReason := orders(priority.EffectAtRisk, 20, 20), with(one, func(r *priority.Report) {
		r.Reasons = []string{strings.Repeat("é", 1000), strings.Repeat("é", 1001)}
	})
	twentyOne, lower := orders(priority.EffectAtRisk, 21, 21),
		with(one, func(r *priority.Report) { r.Priority = priority.P2 })
	var b strings.Builder
	for _, c := range []struct {
		name string
		i    incident.Incident
		e    incident.Entry
	}{
		{"one reason, one SLA", took, incident.Entry{Kind: incident.Opened, Report: &one}},
		{"as many as are listed", took, incident.Entry{Kind: incident.Recurred, Report: &twenty}},
		{"one more than are listed", took, incident.Entry{Kind: incident.Reopened, Report: &twentyOne}},
		{"many more than are listed", took, incident.Entry{Kind: incident.Raised, Report: &many}},
		{"a reason that is just not cut, and one that is", took,
			incident.Entry{Kind: incident.Opened, Report: &longReason}},
		{"no report", took, incident.Entry{Kind: incident.Opened}},
		{"lowered", took, incident.Entry{Kind: incident.Lowered, Report: &lower}},
		{"lowered, to what is not said", took, incident.Entry{Kind: incident.Lowered}},
		{"resolved, after all that was done", took, incident.Entry{Kind: incident.Resolved, Author: "ada"}},
		{"resolved, and nothing else was done", forgotten,
			incident.Entry{Kind: incident.Resolved, Author: "ada"}},
		{"owned until another day", took, incident.Entry{Kind: incident.Owned, Author: " ada\n",
			At: clock(22, 0), Until: clock(26, 0)}},
		{"written in lines", took, incident.Entry{Kind: incident.Noted, Author: "ada",
			Text: " one\r\n\ttwo\u202e\n\n"}},
		{"of an author without a name", took, incident.Entry{Kind: incident.Joined}},
		{"of a kind of tomorrow, by nobody", took, incident.Entry{Kind: 99, Text: "text"}},
	} {
		lead, text := wording.Entry(c.i, c.e, nil)
		fmt.Fprintf(&b, "%s\n  %s\n", c.name, lead)
		for line := range strings.Lines(text) {
			fmt.Fprintf(&b, "    %s\n", strings.TrimRight(line, "\n"))
		}
	}
	golden(t, "entries.txt", b.String())
}

// Every headline as people read it.
func TestEveryHeadlineAsItIsRead(t *testing.T) {
	long := strings.Repeat("é", 400)
	named := func(n int) string { return strings.Repeat("é", n) }
	base := orders(priority.EffectAtRisk, 1, 1)
	rule := func(r priority.Rule, reaches int) priority.Report {
		return with(orders(priority.EffectAtRisk, reaches, 1), func(x *priority.Report) { x.Rule = r })
	}
	var b strings.Builder
	for _, c := range []struct {
		name string
		i    incident.Incident
		now  time.Time
	}{
		{"no reasons: the asset and its summary",
			incident.Incident{Report: orders(priority.EffectAtRisk, 1, 0)}, clock(6, 0)},
		{"no reasons and no summary: the kind",
			incident.Incident{Report: with(orders(priority.EffectAtRisk, 0, 0), func(r *priority.Report) {
				r.Signal.Summary = ""
			})}, clock(6, 0)},
		{"no reasons, and a long asset and summary",
			incident.Incident{Report: with(orders(priority.EffectAtRisk, 0, 0), func(r *priority.Report) {
				r.Signal.Asset, r.Signal.Summary = long, long
			})}, clock(6, 0)},
		{"a long reason", incident.Incident{Report: with(base,
			func(r *priority.Report) { r.Reasons = []string{long} })}, clock(6, 0)},
		{"a reason that is just not cut", incident.Incident{Report: with(base,
			func(r *priority.Report) { r.Reasons = []string{named(300)} })}, clock(6, 0)},
		{"due now", incident.Incident{Report: base}, clock(7, 0)},
		{"due a moment ago", incident.Incident{Report: base}, clock(7, 0).Add(1)},
		{"due at no known instant", incident.Incident{Report: with(base,
			func(r *priority.Report) { r.Due = time.Time{} })}, clock(7, 0)},
		{"reopened", incident.Incident{Report: base, OpenedAt: clock(1, 0), ReopenedAt: clock(5, 0)},
			clock(6, 0)},
		{"mitigated", incident.Incident{Report: base, MitigatedAt: clock(5, 0), Lease: "ada",
			LeaseUntil: clock(9, 0)}, clock(6, 0)},
		{"owned to the end of the lease", incident.Incident{Report: base, Lease: "ada",
			LeaseUntil: clock(6, 0)}, clock(6, 0)},
		{"owned by a long name", incident.Incident{Report: base, Lease: named(121), LeaseUntil: clock(9, 0)},
			clock(6, 0)},
		{"owned by a name that is just not cut",
			incident.Incident{Report: base, Lease: named(120), LeaseUntil: clock(9, 0)}, clock(6, 0)},
		{"closed without a root cause, and one was written later", incident.Incident{
			Report: base, ResolvedAt: clock(6, 0), Forced: "gone", RootCause: "why",
		}, clock(6, 0)},
		{"resolved, by a long cause", incident.Incident{Report: base, ResolvedAt: clock(6, 0),
			RootCause: long}, clock(6, 0)},
		{"open, with a root cause", incident.Incident{Report: base, RootCause: "why"}, clock(6, 0)},
		{"over, and it reached", incident.Incident{Report: with(orders(priority.EffectExposed, 1, 1),
			func(r *priority.Report) {
				r.Impacts[0].Until = clock(9, 0)
			}), ResolvedAt: clock(6, 0)}, clock(6, 0)},
		{"over, and it endangered", incident.Incident{Report: base, ResolvedAt: clock(6, 0)}, clock(6, 0)},
		{"exposed without an instant", incident.Incident{Report: orders(priority.EffectExposed, 2, 1)},
			clock(6, 0)},
		{"endangered, with an instant", incident.Incident{Report: with(base, func(r *priority.Report) {
			r.Impacts[0].Until = clock(9, 0)
		})}, clock(6, 0)},
		{"by the rule, and no SLA is listed", incident.Incident{Report: rule(priority.RuleAlwaysP1, 0)},
			clock(6, 0)},
		{"held, and no SLA is listed", incident.Incident{Report: rule(priority.RuleHeld, 0)}, clock(6, 0)},
		{"the asset of one day, read in another year", incident.Incident{Report: base},
			clock(6, 0).AddDate(1, 0, 0)},
		{"read the day after", incident.Incident{Report: base}, clock(6, 0).AddDate(0, 0, 1)},
	} {
		fmt.Fprintf(&b, "%s\n    %s\n", c.name, wording.Headline(c.i, c.now, nil))
	}
	golden(t, "headlines.txt", b.String())
}

// Why trouble is as urgent as it is, and the parts of it that other texts are made of.
func TestEveryPartAsItIsRead(t *testing.T) {
	rule := func(r priority.Rule, change func(*priority.Report)) string {
		return wording.Why(with(with(orders(priority.EffectAtRisk, 1, 1),
			func(x *priority.Report) { x.Rule = r }), change))
	}
	letters := strings.Split("a b c d e f g h i j k", " ")
	list := []string{
		"why, by an unknown asset: " + rule(priority.RuleUnknownAsset, func(*priority.Report) {}),
		"why, by the path: " + rule(priority.RuleAlwaysP1, func(*priority.Report) {}),
		"why, by the asset itself: " + rule(priority.RuleAlwaysP1,
			func(r *priority.Report) { r.Impacts[0].Path = r.Impacts[0].Path[:1] }),
		"why, by a path and no rule: " + rule(priority.RuleHeld, func(*priority.Report) {}),
		"why, by impact alone: " + rule(priority.RuleTable, func(r *priority.Report) { r.Impact = "high" }),
		"why, by both: " + rule(priority.RuleTable,
			func(r *priority.Report) { r.Impact, r.Urgency = "high", "low" }),
		"why, by nothing: " + rule(priority.RuleTable, func(*priority.Report) {}),
		"nine assets: " + wording.Path(letters[:9]), "ten assets: " + wording.Path(letters[:10]),
		"eleven: " + wording.Path(letters),
		"no names: " + wording.Names(nil), "three names: " + wording.Names(letters[:3]),
		"four names: " + wording.Names(letters[:4]),
		"five names: " + wording.Names(letters[:5]),
		"an SLA without a name: " + wording.Promise(priority.ImpactReport{SLA: "orders"}),
		"an SLA with one: " + wording.Promise(priority.ImpactReport{SLA: "orders", Name: "Orders",
			Tier: sla.Secondary, Consumers: []string{"ada"}}),
		"a name with space around it: " + wording.Names([]string{"  ada \n", "\t"}),
		"a name that is all space for long: " + wording.Names([]string{strings.Repeat(" ", 2000) + "ada"}),
	}
	for _, d := range []time.Duration{
		0, -time.Hour, 999 * time.Millisecond, time.Second, 59*time.Second + 999*time.Millisecond,
		time.Minute, time.Minute + time.Second,
		59*time.Minute + 59*time.Second, time.Hour, time.Hour + time.Minute, 24*time.Hour - 1, 24 * time.Hour,
		25*time.Hour - 1, 25 * time.Hour,
		240*time.Hour + 30*time.Minute,
	} {
		list = append(list, fmt.Sprintf("%v: %s", d, wording.Lasting(d)))
	}
	golden(t, "parts.txt", strings.Join(list, "\n")+"\n")
}

func TestAnInstantIsShownInItsZoneAndWithItsDateWhereThatIsAnother(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*60*60)
	for _, c := range []struct {
		name   string
		t, now time.Time
		in     *time.Location
		want   string
	}{
		{"in its own zone", clock(7, 0), clock(6, 0), nil, "07:00 UTC"},
		{"in the zone asked for", clock(7, 0), clock(6, 0), tokyo, "16:00 JST"},
		{"of another day in that zone alone", clock(16, 0), clock(14, 59), tokyo, "2026-03-05 01:00 JST"},
		{"of one day in that zone alone", clock(15, 0), clock(25, 0), tokyo, "00:00 JST"},
		{"of another zone, and now is shown there too", clock(16, 0).In(tokyo), clock(14, 59), nil,
			"2026-03-05 01:00 JST"},
		{"of the same day of another year", clock(7, 0), clock(7, 0).AddDate(1, 0, 0), nil,
			"2026-03-04 07:00 UTC"},
		{"of the next day", clock(31, 0), clock(7, 0), nil, "2026-03-05 07:00 UTC"},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, wording.At(c.t, c.now, c.in)) })
	}
}

func TestWhatIsCutCostsNoMoreThanThereIsRoomFor(t *testing.T) {
	two := func(rune) int { return 2 }
	for _, c := range []struct {
		name, text string
		most       int
		cost       func(rune) int
		want       string
		cut        bool
	}{
		{"nothing", "", 0, wording.Rune, "", false},
		{"just fits", "abc", 3, wording.Rune, "abc", false},
		{"one too many", "abcd", 3, wording.Rune, "ab…", true},
		{"room for the ellipsis alone", "ab", 1, wording.Rune, "…", true},
		{"no room at all", "a", 0, wording.Rune, "", true},
		{"no room for the ellipsis", "a", 1, two, "", true},
		{"runes that cost more, just fit", "abc", 6, two, "abc", false},
		{"runes that cost more", "abcd", 7, two, "ab…", true},
		{"runes that cost more, to the end of the room", "abcd", 6, two, "ab…", true},
		{"runes of several bytes", "éèà", 2, wording.Rune, "é…", true},
		{"runes that cost nothing are kept", "a\u0301bc", 2, func(r rune) int {
			if r == '\u0301' {
				return 0
			}
			return 1
		}, "a\u0301…", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, cut := wording.Cut(c.text, c.most, c.cost)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.cut, cut)
		})
	}
}

func TestWhatDoesNotPrintIsEscapedAndTheRestIsLeft(t *testing.T) {
	for _, c := range [][3]string{
		{"plain", "plain", "plain"},
		{"\u202eat the front", `\u202eat the front`, `\u202eat the front`},
		{"\xffbroken", `\xffbroken`, `\xffbroken`},
		{"a real \ufffd", "a real \ufffd", "a real \ufffd"},
		{"a real \ufffd beside \xff", "a real \ufffd beside " + `\xff`, "a real \ufffd beside " + `\xff`},
		{" a\r\nb\tc\x00 ", `a\r\nb\tc\x00`, "a\nb\tc" + `\x00`},
		{"a\rb", `a\rb`, `a\rb`},
		{"\u200d👩\u200d💻 \u200c", `\u200d👩\u200d💻 \u200c`, "\u200d👩\u200d💻 \u200c"},
	} {
		assert.Equal(t, c[1], wording.Line(c[0]))
		assert.Equal(t, c[2], wording.Prose(c[0]))
	}
}
