package priority_test

import (
	"encoding"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority"
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

// The kinds by how near they are to a cause: why something broke, that data is missing, that a
// budget burns.
var (
	causing = []priority.Kind{priority.KindUnspecified, priority.KindFailure, priority.KindUnhealthy, priority.KindAlert, 99}
	missing = []priority.Kind{priority.KindStale, priority.KindAtRisk, priority.KindNotMeasured}
	burning = []priority.Kind{priority.KindBurn}
)

func depth(k priority.Kind) int {
	return slices.IndexFunc([][]priority.Kind{causing, missing, burning},
		func(list []priority.Kind) bool { return slices.Contains(list, k) })
}

// Two causes of one symptom: a failure comes before missing data, and that before a burning
// budget, whatever the assets are called.
func TestTheOrderOfTwoCausesIsThatOfTheirKinds(t *testing.T) {
	c := newClassifier(catalog(t, []sla.SLA{about("p", sla.Primary, "mart")}, sla.Feeds("a", "mart"),
		sla.Feeds("b", "mart")))
	kinds := slices.Concat(causing, missing, burning)
	for _, first := range kinds {
		for _, second := range kinds {
			want := [][]int{{1, 2}, nil, nil}
			if depth(second) < depth(first) {
				want[0] = []int{2, 1}
			}
			list := classifyAll(c, priority.Signal{Asset: "mart"}, priority.Signal{Asset: "a", Kind: first},
				priority.Signal{Asset: "b", Kind: second})
			assert.Equal(t, want, c.Causes(list), "%v and %v", first, second)

			list = classifyAll(c, priority.Signal{Asset: "a", Kind: first},
				priority.Signal{Asset: "a", Kind: second, Source: "another"})
			stands := [][]int{nil, {0}}
			if depth(second) < depth(first) {
				stands = [][]int{{1}, nil}
			}
			if depth(first) == depth(second) {
				x, y := list[0].Signal.Identity(), list[1].Signal.Identity()
				if y < x {
					stands = [][]int{{1}, nil}
				}
			}
			assert.Equal(t, stands, c.Causes(list), "of one asset, %v and %v", first, second)
		}
	}
}

// The more urgent comes first of all, though its kind is farther from the cause and its asset
// later.
func TestTheOrderOfCausesBeginsWithThePriority(t *testing.T) {
	c := newClassifier(catalog(t, []sla.SLA{about("s", sla.Secondary, "mart")},
		sla.Feeds("a", "mart"), sla.Feeds("b", "mart"), sla.Feeds("c", "mart")))
	list := classifyAll(c,
		priority.Signal{Asset: "mart", Severity: priority.SeverityInfo},
		priority.Signal{Asset: "a", Kind: priority.KindFailure, Severity: priority.SeverityInfo},
		priority.Signal{Asset: "b", Kind: priority.KindBurn, Severity: priority.SeverityCritical},
		priority.Signal{Asset: "c", Kind: priority.KindStale, Severity: priority.SeverityWarning})
	assert.Equal(t, [][]int{{2, 3, 1}, nil, nil, nil}, c.Causes(list))
}

// Signals of one asset and one depth are in the order of their identities, however they arrive,
// and so are more of them.
func TestTheOrderOfSignalsOfOneAssetIsThatOfTheirIdentities(t *testing.T) {
	c := new(priority.Classifier)
	for _, sources := range [][]string{{"a"}, {"a", "b"}, {"b", "a"}, {"c", "a", "b"}, {"b", "c", "a"}} {
		var list []priority.Assessment
		for _, source := range sources {
			list = append(list, c.Classify(priority.Signal{Asset: "x", Kind: priority.KindFailure,
				Source: source}))
		}
		first := slices.Index(sources, "a")
		for n, causes := range c.Causes(list) {
			if n == first {
				assert.Nil(t, causes, sources)
			} else {
				assert.Equal(t, []int{first}, causes, sources)
			}
		}
	}
}

// A text is what is appended too, and a value without one is taken for another.
func TestTextsAreAppended(t *testing.T) {
	for _, c := range []struct {
		value interface {
			encoding.TextAppender
			encoding.TextMarshaler
		}
		want string
	}{
		{priority.SeverityInfo, "info"}, {priority.SeverityCritical, "critical"},
		{priority.SeverityUnknown, "unknown"},
		{priority.Severity(-1), "unknown"}, {priority.SeverityCritical + 1, "unknown"},
		{priority.KindAtRisk, "at-risk"}, {priority.KindAlert, "alert"}, {priority.KindAlert + 1, "unspecified"},
		{priority.Kind(-1), "unspecified"},
		{priority.RuleHeld, "held"}, {priority.RuleHeld + 1, "matrix"}, {priority.Rule(-1), "matrix"},
		{priority.EffectBreached, "breached"}, {priority.EffectExposed, "exposed"},
		{priority.EffectAtRisk, "at-risk"},
		{priority.EffectBreached + 1, "at-risk"}, {priority.EffectExposed - 1, "at-risk"},
		{priority.P2 + 2, "P2+2"},
	} {
		text, err := c.value.AppendText([]byte("is "))
		require.NoError(t, err)
		assert.Equal(t, "is "+c.want, string(text))
		text, err = c.value.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, c.want, string(text))
		assert.Equal(t, c.want, fmt.Sprint(c.value))
	}
	for k := priority.KindUnspecified; k <= priority.KindAlert; k++ {
		text, err := k.AppendText(nil)
		require.NoError(t, err)
		assert.Equal(t, k.String(), string(text))
	}
	for r := priority.RuleMatrix; r <= priority.RuleHeld; r++ {
		var again priority.Rule
		require.NoError(t, again.UnmarshalText([]byte(strings.ToUpper(r.String()))))
		assert.Equal(t, r, again)
	}
	r := priority.RuleHeld
	require.Error(t, r.UnmarshalText([]byte("x")))
	assert.Equal(t, priority.RuleHeld, r, "an error leaves the value alone")
	k, s, e := priority.KindBurn, priority.SeverityError, priority.EffectBreached
	require.Error(t, k.UnmarshalText([]byte("x")))
	require.Error(t, s.UnmarshalText([]byte("x")))
	require.Error(t, e.UnmarshalText([]byte("x")))
	assert.Equal(t, []any{priority.KindBurn, priority.SeverityError, priority.EffectBreached}, []any{k, s, e})
}

// A priority that no int holds is refused, and the last that one does is not.
func TestPrioritiesReachAsFarAsAnInt(t *testing.T) {
	// A priority is an int, four steps to a level: both ends depend on how many bits it has.
	last := 3 - int64(math.MinInt)/4
	for text, fine := range map[string]bool{
		"P0": false, "P1": true, fmt.Sprintf("P%d", math.MaxInt/2): false,
		fmt.Sprintf("P%d", last): true, fmt.Sprintf("P%d", last+1): false,
		fmt.Sprintf("P3+%d", math.MaxInt): true, fmt.Sprintf("P2+%d", math.MaxInt): false,
		fmt.Sprintf("P3%d", math.MinInt): true, fmt.Sprintf("P4%d", math.MinInt): false,
		fmt.Sprintf("P1+%d", uint64(math.MaxInt)+1): false,
		"P1+": false, "P+1": false, "P1+x": false, "1": false, "P": false,
	} {
		p := priority.P5
		err := p.UnmarshalText([]byte(text))
		assert.Equal(t, fine, err == nil, "%s: %v", text, err)
		if !fine {
			assert.Equal(t, priority.P5, p)
			continue
		}
		var again priority.Priority
		require.NoError(t, again.UnmarshalText([]byte(p.String())))
		assert.Equal(t, p, again)
	}
}

// An effect on what the signal does not reach, or that is no impact at all, means nothing and
// does no harm.
func TestTheEffectOnNothing(t *testing.T) {
	c := newClassifier(orders(t))
	a := c.Classify(priority.Signal{Asset: "mart.orders", Kind: priority.KindStale, At: at})
	lead, ok := a.Lead()
	require.True(t, ok)
	effect, _ := priority.EffectOn(a, lead)
	require.Equal(t, priority.EffectBreached, effect)
	resolved := c.Classify(priority.Signal{Asset: "mart.orders", Kind: priority.KindStale, At: at,
		Resolved: true})
	for _, c := range []struct {
		name string
		a    priority.Assessment
		on   sla.Impact
	}{
		{"no SLA", a, sla.Impact{Path: lead.Path}}, {"no path", a, sla.Impact{SLA: lead.SLA}},
		{"a resolved signal", resolved, lead}, {"nothing that was asked", priority.Assessment{}, lead},
	} {
		effect, until := priority.EffectOn(c.a, c.on)
		assert.Equal(t, priority.EffectAtRisk, effect, c.name)
		assert.Zero(t, until, c.name)
	}
	assert.Nil(t, priority.Assessment{}.Counterfactuals())
}

// A kind without a name is the same condition as the unspecified kind.
func TestTheConditionOfAKindWithoutAName(t *testing.T) {
	plain := priority.Signal{Asset: "x"}.Identity()
	for _, k := range []priority.Kind{-1, priority.KindAlert + 1, 99} {
		assert.Equal(t, plain, priority.Signal{Asset: "x", Kind: k}.Identity())
	}
	for k := priority.KindFailure; k <= priority.KindAlert; k++ {
		assert.NotEqual(t, plain, priority.Signal{Asset: "x", Kind: k}.Identity())
	}
	assert.Equal(t, `"" alert "x"`, priority.Signal{Asset: "x", Kind: priority.KindAlert}.Identity())
}

// Of signals of one instant, which differ in one thing alone, this one describes how the condition
// stands.
func TestWhichOfTwoSignalsCounts(t *testing.T) {
	base := priority.Signal{Asset: "x", Kind: priority.KindStale, Severity: priority.SeverityError, At: at,
		Due: at}
	with := func(change func(*priority.Signal)) priority.Signal {
		s := base
		change(&s)
		return s
	}
	for name, c := range map[string]struct{ less, more priority.Signal }{
		"later":  {with(func(s *priority.Signal) { s.At = at.Add(-1) }), base},
		"firing": {with(func(s *priority.Signal) { s.Resolved = true }), base},
		"firing, of no instant": {with(func(s *priority.Signal) { s.At = at.AddDate(10, 0, 0) }),
			with(func(s *priority.Signal) { s.At = time.Time{} })},
		"not resolved of no time": {with(func(s *priority.Signal) { s.At, s.Resolved = time.Time{}, true }),
			base},
		"severer":             {with(func(s *priority.Signal) { s.Severity = priority.SeverityWarning }), base},
		"of unknown severity": {base, with(func(s *priority.Signal) { s.Severity = priority.SeverityUnknown })},
		"due earlier":         {base, with(func(s *priority.Signal) { s.Due = at.Add(-1) })},
		"due at all":          {with(func(s *priority.Signal) { s.Due = time.Time{} }), base},
		"of a greater kind":   {base, with(func(s *priority.Signal) { s.Kind = priority.KindNotMeasured })},
		"that expires later":  {base, with(func(s *priority.Signal) { s.Expires = at })},
		"of a later summary":  {base, with(func(s *priority.Signal) { s.Summary = "x" })},
		"of a later claim":    {base, with(func(s *priority.Signal) { s.Impact = "x" })},
		"of another claim":    {base, with(func(s *priority.Signal) { s.Urgency = "x" })},
		"of a zone of another name": {with(func(s *priority.Signal) { s.At = at.In(time.FixedZone("A", 0)) }),
			base},
	} {
		for _, pair := range [][2]priority.Signal{{c.less, c.more}, {c.more, c.less}} {
			got, same := pair[0].Merge(pair[1])
			assert.True(t, same, name)
			assert.Equal(t, fmt.Sprint(c.more), fmt.Sprint(got), name)
		}
	}
	other := base
	other.Source = "another"
	got, same := base.Merge(other)
	assert.False(t, same)
	assert.Equal(t, base, got)
}

// What an expiry makes of a signal, to the nanosecond.
func TestTheExpiryOfASignal(t *testing.T) {
	s := priority.Signal{Asset: "x", At: at, Expires: at.Add(time.Hour), Resolved: true,
		Severity: priority.SeverityInfo}
	assert.Equal(t, s, s.Expire(at.Add(time.Hour)))
	late := s.Expire(at.Add(time.Hour + 1))
	assert.False(t, late.Resolved)
	assert.Equal(t, priority.SeverityUnknown, late.Severity)
	assert.Equal(t, at.Add(time.Hour+1), late.At)
	assert.Zero(t, late.Expires)
	never := priority.Signal{Asset: "x", At: at}
	assert.Equal(t, never, never.Expire(at.AddDate(100, 0, 0)))
}

// chainOf is the assessment of an asset that is so many edges upstream of its SLA.
func chainOf(t *testing.T, n int) priority.Assessment {
	names := []string{"raw"}
	for len(names) <= n {
		names = append(names, fmt.Sprint("stg.", len(names)))
	}
	c := newClassifier(catalog(t, []sla.SLA{about("s", sla.Primary, names[n])}, sla.Feeds(names...)))
	return c.Classify(priority.Signal{Asset: "raw", Kind: priority.KindFailure, At: at})
}

// Lines of assessments at the edges of what is shown: paths, names, lengths of time and counts.
func TestLinesAtTheirEdgesAsTheyAreRead(t *testing.T) {
	var b strings.Builder
	for _, n := range []int{1, 7, 8, 9, 10} {
		a := chainOf(t, n)
		fmt.Fprintf(&b, "%d edges\n  %v\n  %s\n", n, a, a.Explain())
	}
	c := newClassifier(catalog(t, []sla.SLA{about("s", sla.Secondary, "mart.orders")},
		sla.Feeds("lonely"), sla.Feeds("raw", "mart.orders")))
	for _, left := range []time.Duration{
		-1, 0, 1, 999 * time.Millisecond, time.Second, 59*time.Second + 999*time.Millisecond, time.Minute,
		61 * time.Second, time.Hour - 1, time.Hour,
		61 * time.Minute, 24*time.Hour - 1, 24 * time.Hour, 25*time.Hour - 1, 25 * time.Hour, 49 * time.Hour,
		-25 * time.Hour,
	} {
		for _, asset := range []string{"lonely", "raw"} {
			a := c.Classify(priority.Signal{Asset: asset, Kind: priority.KindFailure, At: at, Due: at.Add(left),
				Severity: priority.SeverityInfo})
			fmt.Fprintf(&b, "due in %v: %s\n", left, a.Explain())
		}
	}
	for _, asset := range []string{strings.Repeat("x", 240), strings.Repeat("x", 241),
		strings.Repeat("x", 239) + "éx", "", "a\u202eb", "a\xffb"} {
		fmt.Fprintln(&b, c.Classify(priority.Signal{Asset: asset, At: at}))
	}
	for _, summary := range []string{"has failed", "is late", "was late", "could not run", "hash", "exited",
		"has"} {
		fmt.Fprintln(&b, c.Classify(priority.Signal{Asset: "lonely", Summary: summary}))
		fmt.Fprintln(&b, c.Classify(priority.Signal{Asset: "raw", Summary: summary,
			Resolved: true}).Explain())
	}
	golden(t, "lines.txt", b.String())
}

// Signals of results at the edges.
func TestResultsAtTheirEdgesAsTheyAreRead(t *testing.T) {
	landed := func(ago time.Duration) freshness.Result {
		return freshness.Result{Asset: "x", Check: "c", At: at, Landed: true,
			Landing: freshness.Landing{At: at.Add(-ago)}}
	}
	with := func(r freshness.Result, status freshness.Status, reason freshness.Reason,
		late time.Duration) freshness.Result {
		r.Status, r.Reason, r.Late = status, reason, late
		return r
	}
	var b strings.Builder
	for _, r := range []freshness.Result{
		with(landed(time.Hour), freshness.Fresh, freshness.ReasonNone, 0),
		with(landed(time.Hour), freshness.Fresh, freshness.ReasonLate, time.Minute),
		with(landed(time.Hour), freshness.AtRisk, freshness.ReasonInGrace, time.Minute),
		with(landed(time.Hour), freshness.AtRisk, freshness.ReasonInGrace, 1),
		with(landed(time.Hour), freshness.AtRisk, freshness.ReasonInGrace, 0),
		with(landed(time.Hour), freshness.Stale, freshness.ReasonPastLimit, 0),
		with(landed(time.Hour), freshness.Stale, freshness.ReasonPastLimit, time.Minute),
		with(landed(time.Hour), freshness.Stale, freshness.ReasonPartial, 0),
		with(landed(time.Hour), freshness.Stale, freshness.ReasonNeverLanded, 0),
		with(landed(1000*24*time.Hour-1), freshness.Stale, freshness.ReasonPastLimit, 0),
		with(landed(1000*24*time.Hour), freshness.Stale, freshness.ReasonPastLimit, 0),
		with(landed(-time.Hour), freshness.Unknown, freshness.ReasonInFuture, 0),
		with(landed(-time.Hour-time.Second), freshness.Unknown, freshness.ReasonInFuture, 0),
		with(freshness.Result{Asset: "x", At: at}, freshness.Unknown, freshness.ReasonInFuture, 0),
		with(freshness.Result{Asset: "x", At: at}, freshness.Stale, freshness.ReasonPastLimit, 0),
		with(freshness.Result{Asset: "x", At: at, Err: fmt.Errorf("down")}, freshness.Unknown,
			freshness.ReasonNone, 0),
		with(freshness.Result{Asset: "x", At: at}, freshness.Unknown, freshness.ReasonNotDue, 0),
		with(freshness.Result{Asset: "x", At: at}, freshness.Unknown, freshness.ReasonPaused, 0),
		with(freshness.Result{Asset: "x", At: at}, freshness.Unknown, freshness.ReasonOutsideHours, 0),
	} {
		s := priority.FromResult(r)
		fmt.Fprintf(&b, "%v, %v, late %v: %v %v %q, resolved: %v\n", r.Status, r.Reason, r.Late, s.Kind,
			s.Severity, s.Summary, s.Resolved)
	}
	golden(t, "results.txt", b.String())
}
