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

// reported returns an assessment of raw.orders that reaches so many SLAs.
func reported(effect priority.Effect, reaches int) priority.AssessmentReport {
	r := priority.AssessmentReport{Priority: priority.P1, Rule: priority.RuleAlwaysP1,
		Reasons: []string{"raw.orders: extract exited 1"}, Due: hour(7)}
	for n := range reaches {
		impact := priority.ImpactReport{SLA: "s", Consumers: []string{"a", "b", "c", "d"},
			Path: []string{"raw.orders", "mart.orders"}, Effect: effect}
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
	unknown := priority.AssessmentReport{Priority: priority.P1, Rule: priority.RuleUnknownAsset,
		Reasons: []string{"x is down"}}
	table := priority.AssessmentReport{Priority: priority.P1, Rule: priority.RuleMatrix, Impact: "1 - High",
		Urgency: "1 - High", Reasons: []string{"x is down"}}
	exposed := reported(priority.EffectExposed, 1)
	exposed.Impacts[0].Until = hour(9)
	several, until := reported(priority.EffectExposed, 3), reported(priority.EffectExposed, 2)
	several.Impacts[0].Until, until.Impacts[0].Until = hour(9), until.Due
	owned := incident.Incident{Assessment: reported(priority.EffectAtRisk, 1), LeaseHolder: "ada",
		LeaseUntil: hour(8), OpenedAt: start}
	for _, c := range []struct {
		name string
		i    incident.Incident
		now  time.Time
		in   *time.Location
		want string
	}{
		{"open", incident.Incident{Assessment: reported(priority.EffectAtRisk, 1)}, start, nil,
			`P1 open · raw.orders: extract exited 1; it endangers "Orders by 07:00" (primary, for finance); due 07:00 UTC`},
		{"broken, and others reached", incident.Incident{Assessment: reported(priority.EffectBreached, 3)},
			hour(7), nil,
			`P1 open · raw.orders: extract exited 1; it has broken "Orders by 07:00" (primary, for finance) and 2 other SLAs; due 07:00 UTC`},
		{"past due", incident.Incident{Assessment: reported(priority.EffectBreached, 1)}, hour(8), nil,
			`P1 open · raw.orders: extract exited 1; it has broken "Orders by 07:00" (primary, for finance); it was due 07:00 UTC`},
		{"exposed", incident.Incident{Assessment: exposed}, start, nil,
			`P1 open · raw.orders: extract exited 1; it reaches "Orders by 07:00" (primary, for finance), which has time until 09:00 UTC; due 07:00 UTC`},
		{"exposed, and others reached", incident.Incident{Assessment: several}, start, nil,
			`P1 open · raw.orders: extract exited 1; it reaches "Orders by 07:00" (primary, for finance), which has time until 09:00 UTC, and 2 other SLAs; due 07:00 UTC`},
		{"exposed until it is due", incident.Incident{Assessment: until}, start, nil,
			`P1 open · raw.orders: extract exited 1; it reaches "Orders by 07:00" (primary, for finance) and 1 other SLA; due 07:00 UTC`},
		{"another day, another zone", incident.Incident{Assessment: summer}, start, dublin,
			`P1 open · raw.orders: extract exited 1; it endangers "Orders by 07:00" (primary, for finance); due 2026-07-04 07:00 IST`},
		{"unknown", incident.Incident{Assessment: unknown}, start, nil,
			`P1 open · x is down; the catalog does not know it, so it may reach a primary SLA`},
		{"by the table", incident.Incident{Assessment: table}, start, nil,
			`P1 open · x is down; impact "1 - High" and urgency "1 - High"`},
		{"owned", owned, start, nil,
			`P1 owned by ada · raw.orders: extract exited 1; it endangers "Orders by 07:00" (primary, for finance); due 07:00 UTC`},
		{"the lease has ended", owned, hour(9), nil,
			`P1 without an owner · raw.orders: extract exited 1; it endangers "Orders by 07:00" (primary, for finance); it was due 07:00 UTC`},
		{"resolved", incident.Incident{Assessment: reported(priority.EffectBreached, 1),
			ResolvedAt: hour(8), RootCause: "the disk\nwas full"}, hour(8), nil,
			`P1 resolved · raw.orders: extract exited 1; it broke "Orders by 07:00" (primary, for finance); root cause: the disk\nwas full`},
		{"closed without a root cause", incident.Incident{Assessment: unknown, ResolvedAt: hour(8),
			CloseReason: "x"}, hour(8), nil,
			`P1 closed without a root cause · x is down; the catalog does not know it, so it may reach a primary SLA`},
		{"merged", incident.Incident{Assessment: unknown, MergedInto: "inc-2"}, hour(8), nil,
			`P1 merged into inc-2 · x is down; the catalog does not know it, so it may reach a primary SLA`},
		{"nothing", incident.Incident{}, start, nil, `P3 open · "": unspecified`},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, Headline(c.i, c.now, c.in)) })
	}
}

func TestEveryKindHasWords(t *testing.T) {
	report := reported(priority.EffectAtRisk, 2)
	var leads []string
	for k := incident.EntryOpened; k <= incident.EntryRaised; k++ {
		e := incident.Entry{Kind: k, At: start, Author: "ada", Text: "text", To: "bob", Other: "inc-2",
			Until: hour(10), Assessment: &report}
		lead, text := Entry(incident.Incident{}, e, nil)
		leads = append(leads, strings.TrimSuffix(lead+": "+strings.ReplaceAll(text, "\n", " "), ": "))
	}
	assert.Equal(t, []string{
		`Opened: • raw.orders: extract exited 1 • it endangers "s" (primary, for a, b, c and 1 other): raw.orders → mart.orders`,
		"Signal resolved. The incident stays open until its root cause is recorded.",
		`Fires again: • raw.orders: extract exited 1 • it endangers "s" (primary, for a, b, c and 1 other): raw.orders → mart.orders`,
		`Reopened: the signal fired again after the incident was closed: • raw.orders: extract exited 1 • it endangers "s" (primary, for a, b, c and 1 other): raw.orders → mart.orders`,
		"Owned by ada until 10:00 UTC", "ada joined", "Note by ada: text", "Mitigated by ada: text",
		"Root cause, written by ada: text", "Resolved by ada",
		"Closed without a root cause by ada: text", "Triaged by ada: text", "ada asks bob: text",
		"ada answers: text", "The owner's lease ended: the incident needs an owner",
		"New symptom: text", "A symptom of inc-2: the incident continues there", "The cause may be inc-2",
		"Lowered to P1: the incident stays open until its root cause is recorded",
		`Raised to P1: • raw.orders: extract exited 1 • it endangers "s" (primary, for a, b, c and 1 other): raw.orders → mart.orders`,
	}, leads)
	lead, text := Entry(incident.Incident{}, incident.Entry{Kind: 99, Text: "text", Author: "ada"}, nil)
	assert.Equal(t, "EntryKind(99) by ada: text", lead+": "+text, "a kind that has no words here is shown too")
}

func TestALongPathLosesItsMiddle(t *testing.T) {
	assert.Equal(t, "a → b", Path([]string{"a", "b"}))
	assert.Equal(t, "a → b → c → d → … 2 more … → g → h → i → j",
		Path(strings.Split("a b c d e f g h i j", " ")))
}

func FuzzShort(f *testing.F) {
	f.Add("a\nb", 10)
	f.Fuzz(func(t *testing.T, s string, most int) {
		for _, text := range []string{short(s, max(1, most%1000)), name(s)} {
			require.True(t, utf8.ValidString(text))
			require.NotContains(t, text, "\n")
			require.NotContains(t, text, "\u202e")
		}
		require.LessOrEqual(t, utf8.RuneCountInString(short(s, max(2, most%1000))), max(2, most%1000))
	})
}
