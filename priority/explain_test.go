package priority_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

func TestWordsOfAnAssessment(t *testing.T) {
	second := promise(t, "second", "mart.orders", sla.Secondary, 9, "bi", "growth")
	c := newClassifier(catalog(t, []sla.SLA{
		promise(t, "first", "mart.orders", sla.Primary, 7, "finance"), second,
		promise(t, "only", "mart.leads", sla.Secondary, 8), about("undated", sla.Tertiary, "mart.x"),
	}, sla.Feeds("raw.orders", "mart.orders"), sla.Feeds("raw.leads", "mart.leads"), sla.Feeds("lonely")))
	for name, test := range map[string]struct {
		signal        priority.Signal
		line, explain string
	}{
		"the lead SLA's next due instant": {
			priority.Signal{Asset: "raw.orders", At: at},
			`raw.orders has changed its health → mart.orders → "first" (finance), due in 42m`,
			`P1: raw.orders has changed its health; it feeds mart.orders (raw.orders → mart.orders), promised as "first" (primary) to finance; it reaches 1 other SLA; due 2021-03-04 07:00 GMT, 42m left; P1 because it reaches a primary SLA`,
		},
		"the limit belongs to the promise": {
			priority.Signal{Asset: "mart.orders", Kind: priority.KindBurn, At: at.Add(42 * time.Minute)},
			`mart.orders is using up its error budget too fast → "first" (finance), due now`,
			`P1: mart.orders is using up its error budget too fast; it is promised as "first" (primary) to finance; it reaches 1 other SLA; due 2021-03-04 07:00 GMT, 0s left; P1 because it reaches a primary SLA`,
		},
		"the signal's own due instant, missed by the promised asset": {
			priority.Signal{Asset: "mart.orders", Kind: priority.KindStale, At: at.Add(time.Hour), Due: at.Add(42 * time.Minute)},
			`mart.orders has not landed → "first" (finance), due 18m ago`,
			`P1: mart.orders has not landed; it is promised as "first" (primary) to finance; that promise is broken; it reaches 1 other SLA; due 2021-03-04 07:00 UTC, overdue by 18m; P1 because it reaches a primary SLA`,
		},
		"an upstream asset's own due instant, to come": {
			priority.Signal{Asset: "raw.orders", Kind: priority.KindAtRisk, At: at, Due: at.Add(12 * time.Minute)},
			`raw.orders has not landed yet, itself due in 12m → mart.orders → "first" (finance), due in 42m`,
			`P1: raw.orders has not landed yet, itself due in 12m; it feeds mart.orders (raw.orders → mart.orders), promised as "first" (primary) to finance; it reaches 1 other SLA; due 2021-03-04 07:00 GMT, 42m left; P1 because it reaches a primary SLA`,
		},
		"recovery": {
			priority.Signal{Asset: "raw.orders", Kind: priority.KindStale, At: at, Due: at.Add(-time.Hour), Resolved: true},
			`raw.orders is well again, resolved for "first" (finance)`,
			`P5: raw.orders is well again, resolved; this does not hold up mart.orders (raw.orders → mart.orders), promised as "first" (primary) to finance`,
		},
		"recovery of the promised asset": {
			priority.Signal{Asset: "mart.leads", Kind: priority.KindFailure, Summary: "exited 0", At: at, Resolved: true},
			`mart.leads: exited 0, resolved for "only" (secondary)`,
			`P5: mart.leads: exited 0, resolved; this does not hold up mart.leads, promised as "only" (secondary)`,
		},
		"recovery of what nobody was promised": {
			priority.Signal{Asset: "lonely", At: at, Due: at, Resolved: true}, `lonely is well again, resolved`, `P5: lonely is well again, resolved; it feeds no SLA`,
		},
		"an upstream asset's own due instant, missed, gives way to the SLA's": {
			priority.Signal{Asset: "raw.orders", Kind: priority.KindStale, At: at, Due: at.Add(-time.Hour)},
			`raw.orders has not landed, overdue by 1h → mart.orders → "first" (finance), due in 42m`,
			`P1: raw.orders has not landed, overdue by 1h; it feeds mart.orders (raw.orders → mart.orders), promised as "first" (primary) to finance; it reaches 1 other SLA; due 2021-03-04 07:00 GMT, 42m left; P1 because it reaches a primary SLA`,
		},
		"an upstream asset's own due instant, missed, and the SLA's with it": {
			priority.Signal{Asset: "raw.orders", Kind: priority.KindStale, At: at.Add(time.Hour), Due: at.Add(42 * time.Minute)},
			`raw.orders has not landed → mart.orders → "first" (finance), due 18m ago`,
			`P1: raw.orders has not landed; it feeds mart.orders (raw.orders → mart.orders), promised as "first" (primary) to finance; it reaches 1 other SLA; due 2021-03-04 07:00 GMT, overdue by 18m; P1 because it reaches a primary SLA`,
		},
		"the table, with an unknown severity": {
			priority.Signal{Asset: "raw.leads", Kind: priority.KindUnhealthy, At: at},
			`raw.leads is unhealthy → mart.leads → "only" (secondary), due in 1h 42m`,
			`P2: raw.leads is unhealthy; it feeds mart.leads (raw.leads → mart.leads), promised as "only" (secondary); due 2021-03-04 08:00 GMT, 1h 42m left; its severity is unknown, which counts as critical; P2 by impact "2 - Medium" and urgency "1 - High"`,
		},
		"claims": {
			priority.Signal{Asset: "mart.x", Kind: priority.KindAlert, Severity: priority.SeverityInfo, Impact: "2 - Medium", Urgency: "urgent!"},
			`mart.x has an alert → "undated" (tertiary)`,
			`P2: mart.x has an alert; it is promised as "undated" (tertiary); its sender claims impact "2 - Medium"; its sender claims urgency "urgent!", which the matrix does not have and so counts as its first; P2 by impact "2 - Medium" and urgency "1 - High"`,
		},
		"nothing downstream": {
			priority.Signal{Asset: "lonely", Kind: priority.KindNotMeasured, Severity: priority.SeverityInfo, At: at, Due: at.Add(50 * time.Hour)},
			`lonely could not be measured → no SLA, due in 2d 2h`,
			`P5: lonely could not be measured; it feeds no SLA; due 2021-03-06 08:18 UTC, 2d 2h left; P5 by impact "3 - Low" and urgency "3 - Low"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.Classify(test.signal)
			assert.Equal(t, test.line, a.String())
			assert.Equal(t, test.explain, a.Explain())
			assert.Equal(t, test.explain, a.Priority.String()+": "+strings.Join(a.Reasons(), "; "))
		})
	}
}

func TestDueOfCombinedPolicies(t *testing.T) {
	at8, at9 := freshness.Deadline{Due: schedule.Daily(8, 0, nil)}, freshness.Deadline{Due: schedule.Daily(9, 0, nil)}
	age := freshness.MaxAge{Fail: time.Hour}
	for want, policy := range map[string]freshness.Policy{
		"in 1h 42m": freshness.AllOf{age, at9, at8},
		"in 2h 42m": freshness.AnyOf{at8, at9},
		"":          freshness.AnyOf{at9, age},
		" ":         age,
		"  ":        freshness.AllOf{},
	} {
		p := promise(t, "x", "x", sla.Primary, 7)
		p.Objectives[0].Freshness = policy
		if p.Validate() != nil { // an empty combination is refused by the catalog
			continue
		}
		a := newClassifier(catalog(t, []sla.SLA{p})).Classify(priority.Signal{Asset: "x", At: at})
		_, due, _ := strings.Cut(a.String(), ", due ")
		assert.Equal(t, strings.TrimSpace(want), due)
	}
}

func TestOnlyTheObjectivesOfTheAssetAreDue(t *testing.T) {
	p := promise(t, "x", "x", sla.Primary, 8)
	other := p.Objectives[0]
	other.Name, other.Asset, other.Freshness = "other", "y", freshness.Deadline{Due: schedule.Daily(7, 0, nil)}
	p.Objectives = append(p.Objectives, other)
	a := newClassifier(catalog(t, []sla.SLA{p})).Classify(priority.Signal{Asset: "x", At: at})
	due, ok := a.Due()
	assert.True(t, ok)
	assert.Equal(t, 8, due.Hour())
}

func TestALongNameIsCutBetweenRunes(t *testing.T) {
	text := priority.Assessment{Signal: priority.Signal{Asset: "a", Summary: "x" + strings.Repeat("é", 500)}}.Reasons()[0]
	assert.Equal(t, "a: x"+strings.Repeat("é", 119)+"…", text)
}

func TestTheZeroAssessmentSaysSo(t *testing.T) {
	var a priority.Assessment
	assert.Equal(t, priority.P3, a.Priority)
	assert.Equal(t, []string{`"" has changed its health`, "nothing was assessed"}, a.Reasons())
	_, err := json.Marshal(a)
	assert.NoError(t, err)
	_ = a.String()
}

// hostile strings try to leave their line, or to reorder it.
var hostile = []string{
	"a\nP5 all is well", "a\r\nb", "\x00\x1b[31mred", "evil\u202etxt.exe", "\u2066x\u2069", "\u2028", "\xff\xfe", "tab\there",
	"", "<!channel> *x*", "zero\u200bwidth", strings.Repeat("é", 5000), strings.Repeat("\n", 300), "\u00a0", "“quoted”",
}

func TestOneLineStaysOneLine(t *testing.T) {
	for _, bad := range hostile {
		id := bad
		if bad == "" || !utf8.ValidString(bad) || len(bad) > 1000 {
			id = "ok"
		}
		p := about(id, sla.Secondary, "end", "mid")
		p.Name, p.Consumers = bad, []string{bad + "!"}
		built, err := sla.NewCatalog([]sla.SLA{p}, sla.Feeds("start", id, "end"))
		if err != nil { // the catalog refuses such a name
			p = about("ok", sla.Secondary, "end")
			built = catalog(t, []sla.SLA{p}, sla.Feeds("start", "end"))
		}
		for _, asset := range []string{"start", id, bad} {
			s := priority.Signal{Asset: asset, Summary: bad, Impact: bad, Urgency: bad}
			a := newClassifier(built).Classify(s)
			for _, text := range append(a.Reasons(), a.String(), a.Explain()) {
				assert.True(t, utf8.ValidString(text), "%q", text)
				assert.Equal(t, -1, strings.IndexFunc(text, unprintable), "%q", text)
				assert.Less(t, len(text), 8*1300, "%q", text)
			}
		}
	}
}

func unprintable(r rune) bool {
	return r != ' ' && (r < 0x20 || r == 0x7f || r == 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069)
}

func TestALongPathIsCutInTheMiddle(t *testing.T) {
	var chain []string
	for i := range 40 {
		chain = append(chain, fmt.Sprintf("n%d", i))
	}
	c := newClassifier(catalog(t, []sla.SLA{about("far", sla.Primary, "n39")}, sla.Feeds(chain...)))
	a := c.Classify(priority.Signal{Asset: "n0", Summary: "down"})
	assert.Equal(t, `n0: down → n1 → n2 → n3 → … 33 more … → n37 → n38 → n39 → "far"`, a.String())
	lead, ok := a.Lead()
	require.True(t, ok)
	assert.Equal(t, chain, lead.Path, "the data is whole")
	for i := range a.Impacts() {
		assert.Equal(t, lead, i, "the lead is the first impact")
	}
	a = c.Classify(priority.Signal{Asset: "n31", Summary: "down"})
	assert.Equal(t, `n31: down → n32 → n33 → n34 → n35 → n36 → n37 → n38 → n39 → "far"`, a.String())
}

func TestReportReadsBack(t *testing.T) {
	c := newClassifier(orders(t))
	for _, s := range []priority.Signal{
		{Asset: "raw.orders", Kind: priority.KindFailure, Severity: priority.SeverityError, Summary: "exited\n1", At: at, Source: "airflow", Dimensions: map[string]string{"dag": "orders", "a": "b"}},
		{Asset: "tmp.orders", Severity: priority.SeverityInfo, At: at, Due: at.Add(time.Hour), Impact: "x"},
		{Asset: "who", Resolved: true},
	} {
		text, err := json.Marshal(c.Classify(s))
		require.NoError(t, err)
		var r priority.AssessmentReport
		require.NoError(t, json.Unmarshal(text, &r))
		assert.Equal(t, s, r.Signal)
		again, err := json.Marshal(r)
		require.NoError(t, err)
		assert.Equal(t, string(text), string(again))
	}
}

func TestReportAsJSON(t *testing.T) {
	s := priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, Summary: "extract exited 1", At: at}
	text, err := json.Marshal(newClassifier(orders(t)).Classify(s))
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"priority": "P1", "rule": "always-p1", "known": true,
		"text": "raw.orders: extract exited 1 → stg.orders → mart.orders → \"Orders ready by 07:00\" (finance), due in 42m",
		"signal": {"asset": "raw.orders", "kind": "failure", "summary": "extract exited 1", "at": "2021-03-04T06:18:00Z"},
		"due": "2021-03-04T07:00:00Z",
		"impacts": [{"sla": "orders-by-7", "name": "Orders ready by 07:00", "tier": "primary", "owners": ["data-infra", "analytics"],
			"consumers": ["finance"], "path": ["raw.orders", "stg.orders", "mart.orders"], "effect": "exposed", "until": "2021-03-04T07:00:00Z"}],
		"reasons": ["raw.orders: extract exited 1",
			"it feeds mart.orders (raw.orders → stg.orders → mart.orders), promised as \"Orders ready by 07:00\" (primary) to finance",
			"due 2021-03-04 07:00 GMT, 42m left", "P1 because it reaches a primary SLA"]
	}`, string(text))
}

func TestAssessmentIsLogged(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	log.Info("assessed", "verdict", newClassifier(orders(t)).Classify(priority.Signal{Asset: "raw.orders", At: at}))
	assert.Equal(t, `level=INFO msg=assessed verdict.priority=P1 verdict.rule=always-p1 verdict.asset=raw.orders `+
		`verdict.text="raw.orders has changed its health → stg.orders → mart.orders → \"Orders ready by 07:00\" (finance), due in 42m" `+
		`verdict.sla=orders-by-7 verdict.due=2021-03-04T07:00:00.000Z`+"\n", out.String())
}

func FuzzSignalJSON(f *testing.F) {
	f.Add([]byte(`{"asset":"raw.orders","kind":"failure","severity":"critical","summary":"exited 1","at":"2021-03-04T06:18:00Z","due":"2021-03-04T07:00:00Z"}`))
	f.Add([]byte(`{"asset":"\u202e","resolved":true,"dimensions":{"a":"b"},"impact":"1 - High","at":"0001-01-01T00:00:00Z","due":"9999-12-31T23:59:59Z"}`))
	c := newClassifier(orders(f))
	f.Fuzz(func(t *testing.T, text []byte) {
		var s, again priority.Signal
		if json.Unmarshal(text, &s) != nil {
			return
		}
		out, err := json.Marshal(s)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(out, &again))
		second, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(out), string(second))
		a := c.Classify(s)
		require.LessOrEqual(t, a.Priority, priority.P1)
		require.Equal(t, -1, strings.IndexFunc(a.Explain()+a.String(), unprintable))
		require.True(t, utf8.ValidString(a.Explain()+a.String()))
		_, err = json.Marshal(a)
		require.NoError(t, err)
	})
}
