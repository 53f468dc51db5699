package wording

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

var start = time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)

func hour(h int) time.Time { return time.Date(2026, 3, 4, h, 0, 0, 0, time.UTC) }

// reported is a report about raw.orders, which reaches so many SLAs.
func reported(effect priority.Effect, reaches int) priority.Report {
	r := priority.Report{Priority: priority.P1, Rule: priority.RuleAlwaysP1, Reasons: []string{"raw.orders: extract exited 1"}, Due: hour(7)}
	for n := range reaches {
		impact := priority.ImpactReport{SLA: "s", Consumers: []string{"a", "b", "c", "d"}, Path: []string{"raw.orders", "mart.orders"}, Effect: effect}
		if n == 0 {
			impact.Name, impact.Consumers = "Orders by 07:00", []string{"finance"}
		}
		r.Impacts = append(r.Impacts, impact)
	}
	return r
}

func TestTheHeadlineSaysWhatBrokeWhomItHurtsByWhenAndWhy(t *testing.T) {
	dublin, err := time.LoadLocation("Europe/Dublin")
	require.NoError(t, err)
	summer := reported(priority.EffectAtRisk, 1)
	summer.Due = time.Date(2026, 7, 4, 6, 0, 0, 0, time.UTC)
	unknown := priority.Report{Priority: priority.P1, Rule: priority.RuleUnknownAsset, Reasons: []string{"x is down"}}
	table := priority.Report{Priority: priority.P1, Rule: priority.RuleTable, Impact: "1 - High", Urgency: "1 - High", Reasons: []string{"x is down"}}
	exposed := reported(priority.EffectExposed, 1)
	exposed.Impacts[0].Until = hour(9)
	several, until := reported(priority.EffectExposed, 3), reported(priority.EffectExposed, 2)
	several.Impacts[0].Until, until.Impacts[0].Until = hour(9), until.Due
	owned := incident.Incident{Report: reported(priority.EffectAtRisk, 1), Lease: "ada", LeaseUntil: hour(8), OpenedAt: start}
	for _, c := range []struct {
		name string
		i    incident.Incident
		now  time.Time
		in   *time.Location
		want string
	}{
		{"open", incident.Incident{Report: reported(priority.EffectAtRisk, 1)}, start, nil,
			`P1 open · raw.orders: extract exited 1; it endangers "Orders by 07:00" (primary, for finance); due 07:00 UTC`},
		{"broken, and others reached", incident.Incident{Report: reported(priority.EffectBreached, 3)}, hour(7), nil,
			`P1 open · raw.orders: extract exited 1; it has broken "Orders by 07:00" (primary, for finance) and 2 other SLAs; due 07:00 UTC`},
		{"past due", incident.Incident{Report: reported(priority.EffectBreached, 1)}, hour(8), nil,
			`P1 open · raw.orders: extract exited 1; it has broken "Orders by 07:00" (primary, for finance); it was due 07:00 UTC`},
		{"exposed", incident.Incident{Report: exposed}, start, nil,
			`P1 open · raw.orders: extract exited 1; it reaches "Orders by 07:00" (primary, for finance), which has time until 09:00 UTC; due 07:00 UTC`},
		{"exposed, and others reached", incident.Incident{Report: several}, start, nil,
			`P1 open · raw.orders: extract exited 1; it reaches "Orders by 07:00" (primary, for finance), which has time until 09:00 UTC, and 2 other SLAs; due 07:00 UTC`},
		{"exposed until it is due", incident.Incident{Report: until}, start, nil,
			`P1 open · raw.orders: extract exited 1; it reaches "Orders by 07:00" (primary, for finance) and 1 other SLA; due 07:00 UTC`},
		{"another day, another zone", incident.Incident{Report: summer}, start, dublin,
			`P1 open · raw.orders: extract exited 1; it endangers "Orders by 07:00" (primary, for finance); due 2026-07-04 07:00 IST`},
		{"unknown", incident.Incident{Report: unknown}, start, nil, `P1 open · x is down; the catalog does not know it, so it may reach a primary SLA`},
		{"by the table", incident.Incident{Report: table}, start, nil, `P1 open · x is down; impact "1 - High" and urgency "1 - High"`},
		{"owned", owned, start, nil, `P1 owned by ada · raw.orders: extract exited 1; it endangers "Orders by 07:00" (primary, for finance); due 07:00 UTC`},
		{"the lease has ended", owned, hour(9), nil, `P1 without an owner · raw.orders: extract exited 1; it endangers "Orders by 07:00" (primary, for finance); it was due 07:00 UTC`},
		{"resolved", incident.Incident{Report: reported(priority.EffectBreached, 1), ResolvedAt: hour(8), RootCause: "the disk\nwas full"}, hour(8), nil,
			`P1 resolved · raw.orders: extract exited 1; it broke "Orders by 07:00" (primary, for finance); root cause: the disk\nwas full`},
		{"by force", incident.Incident{Report: unknown, ResolvedAt: hour(8), Forced: "x"}, hour(8), nil,
			`P1 closed without a root cause · x is down; the catalog does not know it, so it may reach a primary SLA`},
		{"merged", incident.Incident{Report: unknown, Into: "inc-2"}, hour(8), nil,
			`P1 goes on in inc-2 · x is down; the catalog does not know it, so it may reach a primary SLA`},
		{"nothing", incident.Incident{}, start, nil, `P3 open · "": unspecified`},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, Headline(c.i, c.now, c.in)) })
	}
}

func TestEveryKindHasWords(t *testing.T) {
	report := reported(priority.EffectAtRisk, 2)
	var leads []string
	for k := incident.Opened; k <= incident.Raised; k++ {
		e := incident.Entry{Kind: k, At: start, Author: "ada", Text: "text", To: "bob", Other: "inc-2", Until: hour(10), Report: &report}
		lead, text := Entry(incident.Incident{}, e, nil)
		leads = append(leads, strings.TrimSuffix(lead+": "+strings.ReplaceAll(text, "\n", " "), ": "))
	}
	assert.Equal(t, []string{
		`Opened: • raw.orders: extract exited 1 • it endangers "s" (primary, for a, b, c and 1 other): raw.orders → mart.orders`,
		"The signal is resolved: the incident is not before its root cause is written",
		`Fires again: • raw.orders: extract exited 1 • it endangers "s" (primary, for a, b, c and 1 other): raw.orders → mart.orders`,
		`Reopened: it fires again after it was closed: • raw.orders: extract exited 1 • it endangers "s" (primary, for a, b, c and 1 other): raw.orders → mart.orders`,
		"Owned by ada until 10:00 UTC", "ada joined", "Note by ada: text", "Mitigated by ada: text", "Root cause, written by ada: text", "Resolved by ada",
		"Closed without a root cause by ada: text", "Looked at by ada: text", "ada asks bob: text", "ada answers: text", "Nobody owns it any more: it wants an owner",
		"A symptom of it: text", "It is a symptom of inc-2: it goes on there", "Its cause may be inc-2",
		"Lowered to P1: it is not over before its root cause is written",
		`Raised to P1: • raw.orders: extract exited 1 • it endangers "s" (primary, for a, b, c and 1 other): raw.orders → mart.orders`,
	}, leads)
	lead, text := Entry(incident.Incident{}, incident.Entry{Kind: 99, Text: "text", Author: "ada"}, nil)
	assert.Equal(t, "Kind(99) by ada: text", lead+": "+text, "a kind of tomorrow is shown all the same")
}

func TestDurationsAreShownInTwoUnitsAndNotRoundedUp(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", -time.Hour: "0s", 999 * time.Millisecond: "0s", 59 * time.Second: "59s", 90 * time.Second: "1m30s", time.Hour: "1h",
		time.Hour + 59*time.Minute + 59*time.Second: "1h59m", 49 * time.Hour: "2d1h",
	} {
		assert.Equal(t, want, Lasting(d))
	}
}

func TestALongPathLosesItsMiddle(t *testing.T) {
	assert.Equal(t, "a → b", Path([]string{"a", "b"}))
	assert.Equal(t, "a → b → c → d → … 2 more … → g → h → i → j", Path(strings.Split("a b c d e f g h i j", " ")))
}

func TestWhatDoesNotPrintIsEscaped(t *testing.T) {
	assert.Equal(t, `a\nb\u202ec\xff`, Line(" a\nb\u202ec\xff "))
	assert.Equal(t, "a\nb\\u202ec👩‍💻\\x00", Prose("a\r\nb\u202ec👩‍💻\x00\n"))
}

func FuzzCut(f *testing.F) {
	f.Add("", 0)
	f.Add("raw.orders", 5)
	f.Add("é😀\xff&<", 3)
	f.Fuzz(func(t *testing.T, s string, most int) {
		most %= 100
		cost := func(r rune) int { return utf8.RuneLen(r) }
		got, cut := Cut(s, most, cost)
		sum := 0
		for _, r := range got {
			sum += cost(r)
		}
		require.True(t, sum <= max(most, 0))
		if !cut {
			require.Equal(t, s, got)
			return
		}
		text, _ := strings.CutSuffix(got, Ellipsis)
		require.True(t, strings.HasPrefix(s, text))
		require.True(t, !utf8.ValidString(s) || utf8.ValidString(got))
	})
}

func FuzzLine(f *testing.F) {
	f.Add("a\nb", 10)
	f.Fuzz(func(t *testing.T, s string, most int) {
		for _, text := range []string{Line(s), short(s, max(1, most%1000)), name(s)} {
			require.True(t, utf8.ValidString(text))
			require.NotContains(t, text, "\n")
			require.NotContains(t, text, "\u202e")
		}
		require.LessOrEqual(t, utf8.RuneCountInString(short(s, max(2, most%1000))), max(2, most%1000))
		require.True(t, utf8.ValidString(Prose(s)))
	})
}
