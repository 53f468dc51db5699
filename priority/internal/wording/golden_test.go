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

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/internal/wording"
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
func orders(effect priority.Effect, reaches, reasons int) priority.AssessmentReport {
	r := priority.AssessmentReport{
		Priority: priority.P1, Rule: priority.RuleAlwaysP1, Due: clock(7, 0),
		Signal: priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, Summary: "exited 1"},
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

func with(r priority.AssessmentReport, change func(*priority.AssessmentReport)) priority.AssessmentReport {
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
	twenty, longReason := orders(priority.EffectAtRisk, 20, 20),
		with(one, func(r *priority.AssessmentReport) {
			r.Reasons = []string{strings.Repeat("é", 1000), strings.Repeat("é", 1001)}
		})
	twentyOne, lower := orders(priority.EffectAtRisk, 21, 21),
		with(one, func(r *priority.AssessmentReport) { r.Priority = priority.P2 })
	var b strings.Builder
	for _, c := range []struct {
		name string
		i    incident.Incident
		e    incident.Entry
	}{
		{"one reason, one SLA", took, incident.Entry{Kind: incident.EntryOpened, Assessment: &one}},
		{"as many as are listed", took, incident.Entry{Kind: incident.EntryRecurred, Assessment: &twenty}},
		{"one more than are listed", took, incident.Entry{Kind: incident.EntryReopened,
			Assessment: &twentyOne}},
		{"many more than are listed", took, incident.Entry{Kind: incident.EntryRaised, Assessment: &many}},
		{"a reason that is just not cut, and one that is", took,
			incident.Entry{Kind: incident.EntryOpened, Assessment: &longReason}},
		{"no report", took, incident.Entry{Kind: incident.EntryOpened}},
		{"lowered", took, incident.Entry{Kind: incident.EntryLowered, Assessment: &lower}},
		{"lowered, to what is not said", took, incident.Entry{Kind: incident.EntryLowered}},
		{"resolved, after all that was done", took, incident.Entry{Kind: incident.EntryResolved,
			Author: "ada"}},
		{"resolved, and nothing else was done", forgotten,
			incident.Entry{Kind: incident.EntryResolved, Author: "ada"}},
		{"owned until another day", took, incident.Entry{Kind: incident.EntryAcknowledged, Author: " ada\n",
			At: clock(22, 0), Until: clock(26, 0)}},
		{"written in lines", took, incident.Entry{Kind: incident.EntryNoted, Author: "ada",
			Text: " one\r\n\ttwo\u202e\n\n"}},
		{"of an author without a name", took, incident.Entry{Kind: incident.EntryJoined}},
		{"of a kind without words, and without an author", took, incident.Entry{Kind: 99, Text: "text"}},
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
	rule := func(r priority.Rule, reaches int) priority.AssessmentReport {
		return with(orders(priority.EffectAtRisk, reaches, 1),
			func(x *priority.AssessmentReport) { x.Rule = r })
	}
	var b strings.Builder
	for _, c := range []struct {
		name string
		i    incident.Incident
		now  time.Time
	}{
		{"no reasons: the asset and its summary",
			incident.Incident{Assessment: orders(priority.EffectAtRisk, 1, 0)}, clock(6, 0)},
		{"no reasons and no summary: the kind",
			incident.Incident{Assessment: with(orders(priority.EffectAtRisk, 0, 0),
				func(r *priority.AssessmentReport) {
					r.Signal.Summary = ""
				})}, clock(6, 0)},
		{"no reasons, and a long asset and summary",
			incident.Incident{Assessment: with(orders(priority.EffectAtRisk, 0, 0),
				func(r *priority.AssessmentReport) {
					r.Signal.Asset, r.Signal.Summary = long, long
				})}, clock(6, 0)},
		{"a long reason", incident.Incident{Assessment: with(base,
			func(r *priority.AssessmentReport) { r.Reasons = []string{long} })}, clock(6, 0)},
		{"a reason that is just not cut", incident.Incident{Assessment: with(base,
			func(r *priority.AssessmentReport) { r.Reasons = []string{named(300)} })}, clock(6, 0)},
		{"due now", incident.Incident{Assessment: base}, clock(7, 0)},
		{"due a moment ago", incident.Incident{Assessment: base}, clock(7, 0).Add(1)},
		{"due at no known instant", incident.Incident{Assessment: with(base,
			func(r *priority.AssessmentReport) { r.Due = time.Time{} })}, clock(7, 0)},
		{"reopened", incident.Incident{Assessment: base, OpenedAt: clock(1, 0), ReopenedAt: clock(5, 0)},
			clock(6, 0)},
		{"mitigated", incident.Incident{Assessment: base, MitigatedAt: clock(5, 0), LeaseHolder: "ada",
			LeaseUntil: clock(9, 0)}, clock(6, 0)},
		{"owned to the end of the lease", incident.Incident{Assessment: base, LeaseHolder: "ada",
			LeaseUntil: clock(6, 0)}, clock(6, 0)},
		{"owned by a long name", incident.Incident{Assessment: base, LeaseHolder: named(121),
			LeaseUntil: clock(9, 0)},
			clock(6, 0)},
		{"owned by a name that is just not cut",
			incident.Incident{Assessment: base, LeaseHolder: named(120), LeaseUntil: clock(9, 0)},
			clock(6, 0)},
		{"closed without a root cause, and one was written later", incident.Incident{
			Assessment: base, ResolvedAt: clock(6, 0), CloseReason: "gone", RootCause: "why",
		}, clock(6, 0)},
		{"resolved, by a long cause", incident.Incident{Assessment: base, ResolvedAt: clock(6, 0),
			RootCause: long}, clock(6, 0)},
		{"open, with a root cause", incident.Incident{Assessment: base, RootCause: "why"}, clock(6, 0)},
		{"over, and it reached", incident.Incident{Assessment: with(orders(priority.EffectExposed, 1, 1),
			func(r *priority.AssessmentReport) {
				r.Impacts[0].Until = clock(9, 0)
			}), ResolvedAt: clock(6, 0)}, clock(6, 0)},
		{"over, and it endangered", incident.Incident{Assessment: base, ResolvedAt: clock(6, 0)},
			clock(6, 0)},
		{"exposed without an instant", incident.Incident{Assessment: orders(priority.EffectExposed, 2, 1)},
			clock(6, 0)},
		{"endangered, with an instant", incident.Incident{Assessment: with(base,
			func(r *priority.AssessmentReport) {
				r.Impacts[0].Until = clock(9, 0)
			})}, clock(6, 0)},
		{"by the rule, and no SLA is listed", incident.Incident{Assessment: rule(priority.RuleAlwaysP1, 0)},
			clock(6, 0)},
		{"held, and no SLA is listed", incident.Incident{Assessment: rule(priority.RuleHeld, 0)},
			clock(6, 0)},
		{"the asset of one day, read in another year", incident.Incident{Assessment: base},
			clock(6, 0).AddDate(1, 0, 0)},
		{"read the day after", incident.Incident{Assessment: base}, clock(6, 0).AddDate(0, 0, 1)},
	} {
		fmt.Fprintf(&b, "%s\n    %s\n", c.name, wording.Headline(c.i, c.now, nil))
	}
	golden(t, "headlines.txt", b.String())
}

// Why trouble is as urgent as it is, and the parts of it that other texts are made of.
func TestEveryPartAsItIsRead(t *testing.T) {
	rule := func(r priority.Rule, change func(*priority.AssessmentReport)) string {
		return wording.Why(with(with(orders(priority.EffectAtRisk, 1, 1),
			func(x *priority.AssessmentReport) { x.Rule = r }), change))
	}
	letters := strings.Split("a b c d e f g h i j k", " ")
	list := []string{
		"why, by an unknown asset: " + rule(priority.RuleUnknownAsset, func(*priority.AssessmentReport) {}),
		"why, by the path: " + rule(priority.RuleAlwaysP1, func(*priority.AssessmentReport) {}),
		"why, by the asset itself: " + rule(priority.RuleAlwaysP1,
			func(r *priority.AssessmentReport) { r.Impacts[0].Path = r.Impacts[0].Path[:1] }),
		"why, by a path and no rule: " + rule(priority.RuleHeld, func(*priority.AssessmentReport) {}),
		"why, by impact alone: " +
			rule(priority.RuleMatrix, func(r *priority.AssessmentReport) { r.Impact = "high" }),
		"why, by both: " + rule(priority.RuleMatrix,
			func(r *priority.AssessmentReport) { r.Impact, r.Urgency = "high", "low" }),
		"why, by nothing: " + rule(priority.RuleMatrix, func(*priority.AssessmentReport) {}),
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
