package priority_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// modified returns ServiceNow's table with modifiers.
func modified(t testing.TB, modifiers ...priority.Modifier) priority.Matrix {
	table, err := priority.Matrix{}.With(modifiers...)
	require.NoError(t, err)
	return table
}

func TestAModifierAppliesWhereItsConditionsAreMet(t *testing.T) {
	two := about("second", sla.Secondary, "warehouse.two")
	two.Consumers = []string{"bi", "growth"}
	more := about("more", sla.Tertiary, "warehouse.more")
	more.Consumers = []string{"bi", "audit"}
	cat := catalog(t, []sla.SLA{two, more}, sla.Feeds("warehouse.two", "warehouse.more"), sla.Feeds("none"))
	base := priority.Signal{Asset: "warehouse.two", Kind: priority.KindAtRisk, Severity: priority.SeverityWarning, Source: "airflow", At: at,
		Dimensions: map[string]string{"env": "test", "dag": "x"}} // P3, on a Thursday at 06:18
	with := func(change func(*priority.Signal)) priority.Signal { s := base; change(&s); return s }
	for name, test := range map[string]struct {
		modifier      priority.Modifier
		signal        priority.Signal
		raises, lower bool
	}{
		"no condition":             {priority.Modifier{}, base, true, true},
		"asset":                    {priority.Modifier{Asset: "warehouse."}, base, true, true},
		"another asset":            {priority.Modifier{Asset: "lake."}, base, false, false},
		"kind":                     {priority.Modifier{Kinds: []priority.Kind{priority.KindBurn, priority.KindStale}}, base, true, true},
		"another kind":             {priority.Modifier{Kinds: []priority.Kind{priority.KindBurn}}, base, false, false},
		"source":                   {priority.Modifier{Source: "airflow"}, base, true, true},
		"another source":           {priority.Modifier{Source: "dagster"}, base, false, false},
		"dimension":                {priority.Modifier{Dimensions: map[string]string{"env": "test"}}, base, true, true},
		"another value":            {priority.Modifier{Dimensions: map[string]string{"env": "live", "dag": "x"}}, base, false, false},
		"no such dimension":        {priority.Modifier{Dimensions: map[string]string{"team": ""}}, base, false, false},
		"as severe":                {priority.Modifier{Severity: priority.SeverityWarning}, base, true, true},
		"less severe":              {priority.Modifier{Severity: priority.SeverityError}, base, false, true},
		"severer":                  {priority.Modifier{Severity: priority.SeverityInfo}, base, true, false},
		"of unknown severity":      {priority.Modifier{Severity: priority.SeverityError}, with(func(s *priority.Signal) { s.Severity = 0 }), true, false},
		"of the tier":              {priority.Modifier{Tier: sla.Secondary}, base, true, true},
		"of a more important tier": {priority.Modifier{Tier: sla.Tertiary}, base, true, false},
		"of a less important tier": {priority.Modifier{Tier: sla.Secondary}, with(func(s *priority.Signal) { s.Asset = "warehouse.more" }), false, true},
		"as many consumers":        {priority.Modifier{Consumers: 3}, base, true, true},
		"fewer consumers":          {priority.Modifier{Consumers: 4}, base, false, true},
		"more consumers":           {priority.Modifier{Consumers: 2}, base, true, false},
		"no consumers":             {priority.Modifier{Consumers: 1}, with(func(s *priority.Signal) { s.Asset = "none" }), false, true},
		"consumers unknown":        {priority.Modifier{Consumers: 9}, with(func(s *priority.Signal) { s.Asset = "who" }), true, false},
		"outside hours":            {priority.Modifier{Hours: nineToFive}, base, false, false},
		"in hours":                 {priority.Modifier{Hours: nineToFive}, with(func(s *priority.Signal) { s.At = at.Add(4 * time.Hour) }), true, true},
		"closed":                   {priority.Modifier{Hours: nineToFive, Closed: true}, base, true, true},
		"open":                     {priority.Modifier{Hours: nineToFive, Closed: true}, with(func(s *priority.Signal) { s.At = at.Add(4 * time.Hour) }), false, false},
		"nobody knows when":        {priority.Modifier{Hours: nineToFive, Closed: true}, with(func(s *priority.Signal) { s.At = time.Time{} }), true, false},
		"all of several":           {priority.Modifier{Asset: "warehouse", Source: "airflow", Severity: priority.SeverityWarning}, base, true, true},
		"one of several":           {priority.Modifier{Asset: "warehouse", Source: "airflow", Severity: priority.SeverityWarning, Kinds: []priority.Kind{priority.KindAlert}}, base, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			classify := func(table priority.Matrix) priority.Priority {
				return newClassifier(cat, withMatrix(table), withUnknown(sla.Tertiary)).Classify(test.signal).Priority
			}
			plain := classify(priority.Matrix{})
			up, down := test.modifier, test.modifier
			up.Name, down.Name, down.Lower = "up", "down", true
			want := func(steps priority.Priority, applies bool) priority.Priority {
				if !applies {
					return plain
				}
				return min(plain+steps, priority.P2)
			}
			assert.Equal(t, want(4, test.raises), classify(modified(t, up)), "raises")
			assert.Equal(t, want(-4, test.lower), classify(modified(t, down)), "lowers")
		})
	}
}

func TestModifiersCountTogetherAndNeverReachP1(t *testing.T) {
	up, down := priority.Modifier{Name: "up"}, priority.Modifier{Name: "down", Lower: true}
	up2, down2 := priority.Modifier{Name: "up too"}, priority.Modifier{Name: "down too", Lower: true}
	least := priority.Priority(math.MinInt)
	for name, test := range map[string]struct {
		cell, least, want priority.Priority
		modifiers         []priority.Modifier
	}{
		"one up":                  {priority.P4, priority.P5, priority.P3, []priority.Modifier{up}},
		"two up, one down":        {priority.P4, priority.P5, priority.P3, []priority.Modifier{up, down, up2}},
		"they cancel":             {priority.P4, priority.P5, priority.P4, []priority.Modifier{down, up}},
		"never P1":                {priority.P2, priority.P5, priority.P2, []priority.Modifier{up, up2}},
		"nor near it":             {priority.P3 + 1, priority.P5, priority.P2, []priority.Modifier{up, up2}},
		"above P2 stays":          {priority.P2 + 3, priority.P5, priority.P2 + 3, []priority.Modifier{up}},
		"above P2 is lowered":     {priority.P2 + 3, priority.P5, priority.P3 + 3, []priority.Modifier{down}},
		"P1 is not lowered":       {priority.P1, priority.P5, priority.P1, []priority.Modifier{down, down2}},
		"not below the last cell": {priority.P4, priority.P5, priority.P5, []priority.Modifier{down, down2}},
		"nor below all":           {least, least, least, []priority.Modifier{down, down2}},
		"from far down":           {least, least, least + 4, []priority.Modifier{up}},
	} {
		table, err := priority.NewMatrix([]priority.ImpactLevel{{Name: "a"}, {Name: "b"}}, []priority.UrgencyLevel{{Name: "c"}}, [][]priority.Priority{{test.cell}, {test.least}})
		require.NoError(t, err)
		table, err = table.With(test.modifiers...)
		require.NoError(t, err)
		got := newClassifier(catalog(t, nil, sla.Feeds("x")), withMatrix(table)).Classify(priority.Signal{Asset: "x", Impact: "a"})
		assert.Equal(t, test.want, got.Priority, name)
	}
}

func TestModifiersAreNamed(t *testing.T) {
	c := newClassifier(catalog(t, []sla.SLA{about("s", sla.Secondary, "x")}), withMatrix(modified(t,
		priority.Modifier{Name: "tests", Lower: true, Dimensions: map[string]string{"env": "test"}},
		priority.Modifier{Name: "many wait", Consumers: 3},
		priority.Modifier{Name: "loads", Kinds: []priority.Kind{priority.KindFailure}},
		priority.Modifier{Name: "\nnights", Lower: true, Hours: nineToFive, Closed: true})))
	s := priority.Signal{Asset: "x", Kind: priority.KindFailure, Severity: priority.SeverityWarning, At: at, Dimensions: map[string]string{"env": "test"}}
	a := c.Classify(s)
	assert.Equal(t, `P4: x has failed; it is promised as "s" (secondary); P3 by impact "2 - Medium" and urgency "2 - Medium"; `+
		`modifier "tests" lowers it one step; modifier "loads" raises it one step; modifier "\nnights" lowers it one step; so it is P4`, a.Explain())
	assert.Equal(t, []string{"tests", "loads", "\nnights"}, a.Report().Modifiers)
	s.Severity, s.Dimensions = priority.SeverityError, nil
	assert.Contains(t, c.Classify(s).Explain(), `P2 by impact "2 - Medium" and urgency "1 - High"; modifier "loads" raises it one step; modifier "\nnights" lowers it one step; so it stays P2`)
	s.Resolved = true
	assert.Nil(t, c.Classify(s).Report().Modifiers)
	assert.Equal(t, priority.P5, c.Classify(s).Priority)
}

func TestCounterfactualsLeaveModifiersOut(t *testing.T) {
	c := newClassifier(catalog(t, []sla.SLA{about("s", sla.Secondary, "x")}), withMatrix(modified(t,
		priority.Modifier{Name: "far", Lower: true, Asset: "x"}, priority.Modifier{Name: "other", Lower: true, Asset: "y"})))
	a := c.Classify(priority.Signal{Asset: "x", Severity: priority.SeverityInfo})
	assert.Equal(t, priority.P5, a.Priority)
	assert.Equal(t, []string{`would be P1 if SLA "s" were primary`, "would be P4 if its severity were warning", "would be P3 if its severity were error",
		"would be P3 if its severity were critical", `would be P4 if modifier "far" did not apply`}, words(a))
}

func TestAHeldSignalIsModifiedToo(t *testing.T) {
	c := newClassifier(orders(t), withHold(0, proof(at.AddDate(0, 0, 1))), withMatrix(modified(t, priority.Modifier{Name: "up"}, priority.Modifier{Name: "loads", Lower: true, Kinds: []priority.Kind{priority.KindFailure}})))
	s := priority.Signal{Asset: "raw.orders", Severity: priority.SeverityWarning, At: at}
	assert.Equal(t, priority.P2, c.Classify(s).Priority)
	s.Severity = priority.SeverityInfo
	assert.Equal(t, priority.P2, c.Classify(s).Priority)
	s.Kind = priority.KindFailure
	assert.Equal(t, priority.P3, c.Classify(s).Priority)
}

func TestModifyNamesEveryFault(t *testing.T) {
	_, err := priority.Matrix{}.With(priority.Modifier{Severity: 5, Tier: 3, Consumers: -1, Closed: true, Kinds: []priority.Kind{priority.KindAlert, 8}},
		priority.Modifier{Name: "a", Severity: -1, Tier: -1}, priority.Modifier{Name: "a", Kinds: []priority.Kind{-1}})
	assert.Equal(t, []string{
		"modifiers[0].name: empty", `modifiers[2].name: "a" is already the name of modifiers[1]`,
		"modifiers[0].kinds[1]: 8 is not a kind", "modifiers[0].severity: 5 is not a severity", "modifiers[0].tier: 3 is not a tier",
		"modifiers[0].consumers: -1 is negative", "modifiers[0].closed: without hours, nothing is closed",
		"modifiers[1].severity: -1 is not a severity", "modifiers[1].tier: -1 is not a tier", "modifiers[2].kinds[0]: -1 is not a kind",
	}, strings.Split(err.Error(), "\n"))
	var fault *sla.FieldError
	assert.ErrorAs(t, err, &fault)
}

func TestModifiersAreACopyBothWaysAndReadBack(t *testing.T) {
	list := []priority.Modifier{{Name: "a", Lower: true, Asset: "x", Kinds: []priority.Kind{priority.KindBurn}, Source: "s", Dimensions: map[string]string{"k": "v"},
		Severity: priority.SeverityError, Tier: sla.Tertiary, Consumers: 2, Hours: nineToFive, Closed: true}}
	table := modified(t, list...)
	want := modified(t, list...)
	list[0].Kinds[0], list[0].Dimensions["k"] = priority.KindAlert, "w"
	assert.True(t, table.Equal(want))
	assert.False(t, table.Equal(priority.Matrix{}))
	assert.False(t, table.Equal(modified(t, list...)))
	text, err := json.Marshal(table)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"modifiers":[{"name":"a","lower":true,"asset":"x","kinds":["burn"],"source":"s","dimensions":{"k":"v"},`+
		`"severity":"error","tier":"tertiary","consumers":2,"hours":"`+nineToFive.String()+`","closed":true}]`)
	var again priority.Matrix
	require.NoError(t, json.Unmarshal(text, &again))
	assert.True(t, table.Equal(again))
	none, err := table.With()
	require.NoError(t, err)
	assert.True(t, none.Equal(priority.Matrix{}))
}

func TestLintOfModifiers(t *testing.T) {
	table := modified(t, priority.Modifier{Name: "all"}, priority.Modifier{Name: "nobody", Lower: true, Consumers: 1}, priority.Modifier{Name: "undone", Consumers: 1},
		priority.Modifier{Name: "any", Severity: priority.SeverityInfo}, priority.Modifier{Name: "as many", Lower: true, Severity: priority.SeverityCritical})
	assert.Equal(t, []string{
		`modifiers[0]: "all" has no condition: it applies to everything`,
		`modifiers[2]: "undone" has the same conditions as modifiers[1], "nobody"`,
		`modifiers[3]: "any": every signal meets its severity`,
		`modifiers[4]: "as many": every signal meets its severity`,
	}, lines(table.Lint()))
	flat, err := priority.NewMatrix([]priority.ImpactLevel{{Name: "a"}}, []priority.UrgencyLevel{{Name: "b"}}, [][]priority.Priority{{priority.P2}})
	require.NoError(t, err)
	flat, err = flat.With(priority.Modifier{Name: "up", Asset: "x"}, priority.Modifier{Name: "down", Lower: true, Asset: "y"})
	require.NoError(t, err)
	assert.Equal(t, []string{`modifiers[0]: "up" changes no cell`, `modifiers[1]: "down" changes no cell`}, lines(flat.Lint()))
}
