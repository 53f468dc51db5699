package priority_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// planned is maintenance of an SLA from 06:00 to 08:00, entered the day before.
func planned(id string) sla.Correction {
	return sla.Correction{ID: "m-" + id, SLA: id, Start: at.Add(-18 * time.Minute), End: at.Add(102 * time.Minute), Author: "ops", Reason: "upgrade", EnteredAt: at.AddDate(0, 0, -1)}
}

// under returns maintenance for some SLAs, whatever the instant.
func under(list ...sla.Correction) setting {
	return withMaintenance(func(id string, _ time.Time) (sla.Correction, bool) {
		i := slices.IndexFunc(list, func(c sla.Correction) bool { return c.SLA == id })
		if i < 0 {
			return sla.Correction{}, false
		}
		return list[i], true
	})
}

func TestWhatIsUnderMaintenanceIsNotReached(t *testing.T) {
	cat := catalog(t, []sla.SLA{promise(t, "first", "mart", sla.Primary, 7, "finance"), promise(t, "second", "far", sla.Primary, 9), promise(t, "third", "mart", sla.Secondary, 8, "bi")},
		sla.Feeds("raw", "mart", "stop", "far"))
	s := priority.Signal{Asset: "raw", Kind: priority.KindFailure, Severity: priority.SeverityWarning, Summary: "exited 1", At: at}
	for name, test := range map[string]struct {
		list          []sla.Correction
		line, explain string
		p1At          time.Time
	}{
		"none": {nil, `raw: exited 1 → mart → "first" (finance), due in 42m`,
			`P1: raw: exited 1; it feeds mart (raw → mart), promised as "first" (primary) to finance; it reaches 2 other SLAs; due 2021-03-04 07:00 GMT, 42m left; P1 because it reaches a primary SLA`, time.Time{}},
		"the lead": {[]sla.Correction{planned("first")}, `raw: exited 1 → mart → stop → far → "second", due in 2h 42m`,
			`P1: raw: exited 1; "first" (primary) is under maintenance until 2021-03-04 08:00 UTC: upgrade, planned by ops; it feeds far (raw → mart → stop → far), promised as "second" (primary); ` +
				`it reaches 1 other SLA; due 2021-03-04 09:00 GMT, 2h 42m left; P1 because it reaches a primary SLA`, time.Time{}},
		"both that are primary": {[]sla.Correction{planned("first"), planned("second")}, `raw: exited 1 → mart → "third" (secondary; bi), due in 1h 42m`,
			`P3: raw: exited 1; "first" (primary) is under maintenance until 2021-03-04 08:00 UTC: upgrade, planned by ops; "second" (primary) is under maintenance until 2021-03-04 08:00 UTC: upgrade, planned by ops; ` +
				`it feeds mart (raw → mart), promised as "third" (secondary) to bi; due 2021-03-04 08:00 GMT, 1h 42m left; P3 by impact "2 - Medium" and urgency "2 - Medium"`, at.Add(102 * time.Minute)},
		"all": {[]sla.Correction{planned("first"), planned("second"), planned("third")}, `raw: exited 1 → "first", under maintenance for 1h 42m`,
			`P4: raw: exited 1; "first" (primary) is under maintenance until 2021-03-04 08:00 UTC: upgrade, planned by ops; "second" (primary) is under maintenance until 2021-03-04 08:00 UTC: upgrade, planned by ops; ` +
				`"third" (secondary) is under maintenance until 2021-03-04 08:00 UTC: upgrade, planned by ops; it feeds no SLA that runs; P4 by impact "3 - Low" and urgency "2 - Medium"`, at.Add(102 * time.Minute)},
		"another than the lead": {[]sla.Correction{planned("third")}, `raw: exited 1 → mart → "first" (finance), due in 42m`,
			`P1: raw: exited 1; it feeds mart (raw → mart), promised as "first" (primary) to finance; it reaches 1 other SLA; due 2021-03-04 07:00 GMT, 42m left; P1 because it reaches a primary SLA`, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			a := newClassifier(cat, under(test.list...)).Classify(s)
			assert.Equal(t, test.line, a.String())
			assert.Equal(t, test.explain, a.Explain())
			p1At, ok := a.P1At()
			assert.Equal(t, !test.p1At.IsZero(), ok)
			assert.True(t, p1At.Equal(test.p1At), p1At)
			text, err := json.Marshal(a)
			require.NoError(t, err)
			var report priority.AssessmentReport
			require.NoError(t, json.Unmarshal(text, &report))
			if a.Priority < priority.P1 {
				assert.Equal(t, test.list, report.Maintenance)
			}
			s := s
			s.Resolved = true
			assert.Equal(t, `raw: exited 1, resolved for "first" (finance)`, newClassifier(cat, under(test.list...)).Classify(s).String())
		})
	}
}

func TestOnlyPlannedMaintenanceCounts(t *testing.T) {
	cat := orders(t)
	with := func(change func(*sla.Correction)) setting {
		c := planned("orders-by-7")
		change(&c)
		return under(c)
	}
	s := priority.Signal{Asset: "raw.orders", Severity: priority.SeverityInfo, At: at}
	for name, option := range map[string]setting{
		"entered after its start": with(func(c *sla.Correction) { c.EnteredAt = c.Start.Add(1) }),
		"of one objective":        with(func(c *sla.Correction) { c.Objective = "ready" }),
		"of another SLA":          withMaintenance(func(string, time.Time) (sla.Correction, bool) { return planned("other"), true }),
		"to come":                 with(func(c *sla.Correction) { c.Start = at.Add(1) }),
		"over":                    with(func(c *sla.Correction) { c.End = at }),
		"a revocation":            with(func(c *sla.Correction) { c.Revokes = "x" }),
		"a panic":                 withMaintenance(func(string, time.Time) (sla.Correction, bool) { panic("no") }),
		"not ok":                  withMaintenance(func(string, time.Time) (sla.Correction, bool) { return planned("orders-by-7"), false }),
		"nil":                     withMaintenance(nil),
	} {
		assert.Equal(t, priority.P1, newClassifier(cat, option).Classify(s).Priority, name)
	}
	for name, option := range map[string]setting{
		"from its first instant": with(func(c *sla.Correction) { c.Start = at }),
		"to its last":            with(func(c *sla.Correction) { c.End = at.Add(1) }),
		"entered as it begins":   with(func(c *sla.Correction) { c.EnteredAt = c.Start }),
		"counted as good":        with(func(c *sla.Correction) { c.CountAsGood = true }),
	} {
		assert.Equal(t, priority.P5, newClassifier(cat, option).Classify(s).Priority, name)
	}
	c := newClassifier(cat, under(planned("orders-by-7")))
	s.At = time.Time{}
	assert.Equal(t, priority.P1, c.Classify(s).Priority, "nobody knows when")
	assert.Equal(t, priority.P1, c.Classify(priority.Signal{Asset: "who", At: at}).Priority)
	s.At = at
	from, ok := c.Classify(s).P1At()
	require.True(t, ok)
	s.At = from
	assert.Equal(t, priority.P1, c.Classify(s).Priority, "when it runs again")
}

// With maintenance, a decision and its impacts are those of a catalog without the SLAs that do not
// run.
func TestMaintenanceIsAsIfTheSLAWereNotThere(t *testing.T) {
	random := rand.New(rand.NewPCG(41, 42))
	maintained, other := 0, 0
	for range 3000 {
		w, s := randomWorld(random), randomSignal(random)
		less := world{edges: w.edges}
		var list []sla.Correction
		for _, p := range w.slas {
			less.edges = append(less.edges, sla.Edge{From: p.Assets[0]})
			if random.IntN(2) == 0 && !s.At.IsZero() && !s.Resolved {
				list = append(list, sla.Correction{SLA: p.ID, Start: s.At, End: s.At.Add(time.Hour), EnteredAt: s.At.Add(-time.Hour)})
			} else {
				less.slas = append(less.slas, p)
			}
		}
		options := []setting{withMatrix(randomTable(random)), withUnknown(sla.Tier(random.IntN(3)))}
		if random.IntN(2) == 0 {
			options = append(options, withHold(time.Minute, func(p *sla.SLA, now time.Time) (time.Time, bool) { return now.Add(time.Hour), int(p.ID[1])%2 == 0 }))
		}
		c := newClassifier(w.catalog(t), append(options, under(list...))...)
		a := c.Classify(s)
		want := newClassifier(less.catalog(t), options...).Classify(s)
		require.Equal(t, want.Priority, a.Priority, "%+v %+v %+v", w, list, s)
		require.Equal(t, want.Rule, a.Rule)
		require.Equal(t, a.Priority, c.Priority(&s))
		require.Equal(t, want.Report().Impacts, a.Report().Impacts)
		lead, ok := a.Lead()
		wantLead, wantOK := want.Lead()
		require.Equal(t, wantOK, ok)
		require.Equal(t, wantLead.Path, lead.Path)
		wantDue, _ := want.Due()
		due, _ := a.Due()
		require.True(t, wantDue.Equal(due))
		if len(a.Report().Maintenance) > 0 {
			maintained++
			for _, counter := range a.Counterfactuals() {
				if counter.Priority > a.Priority {
					other++
				}
			}
		}
	}
	assert.Greater(t, maintained, 300)
	assert.Greater(t, other, 100)
}

func TestCounterfactualsLetMaintenanceEnd(t *testing.T) {
	cat := catalog(t, []sla.SLA{about("p", sla.Primary, "x"), about("q", sla.Primary, "x"), about("s", sla.Secondary, "x")})
	a := newClassifier(cat, under(planned("p"), planned("q"))).Classify(priority.Signal{Asset: "x", Severity: priority.SeverityWarning, At: at})
	assert.Equal(t, []string{`would be P1 if SLA "s" were primary`, `would be P4 if SLA "s" were tertiary`, "would be P4 if its severity were info", "would be P2 if its severity were error",
		"would be P2 if its severity were critical", `would be P1 if SLA "p" were not under maintenance`, `would be P1 if SLA "q" were not under maintenance`, "would be P5 if it were resolved"}, words(a))
}
