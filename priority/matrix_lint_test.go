package priority_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

func TestLint(t *testing.T) {
	assert.Empty(t, priority.Matrix{}.Lint())
	rows := []priority.ImpactLevel{{Name: "high", Tiers: []sla.Tier{sla.Primary}}, {Name: "spare"}, {Name: "low"}}
	columns := []priority.UrgencyLevel{
		{Name: "now", Severity: priority.SeverityError, TimeLeft: time.Hour}, {Name: "worse", Severity: priority.SeverityCritical, TimeLeft: time.Hour},
		{Name: "said"}, {Name: "any", Severity: priority.SeverityInfo}, {Name: "later"},
	}
	p2, p3, p4 := priority.P2, priority.P3, priority.P4
	table, err := priority.NewMatrix(rows, columns, [][]priority.Priority{{p2, p2, p2, p3, p4}, {p2, p2, p2, p3, p4}, {p3, p3, p3, p4, p4}})
	require.NoError(t, err)
	assert.Equal(t, []string{
		`impacts[1]: "spare" has no tier: only a claim reaches it`,
		`impacts[1]: "spare" has the same cells as the impact before it`,
		`urgencies[1]: "worse": an earlier urgency takes every signal of severity critical`,
		`urgencies[1]: "worse": an earlier urgency takes every signal due in 1h`,
		`urgencies[1]: "worse" has the same cells as the urgency before it`,
		`urgencies[2]: "said": only a claim reaches it`,
		`urgencies[2]: "said" has the same cells as the urgency before it`,
		`urgencies[4]: "later": only a claim reaches it`,
	}, lines(table.Lint()))
}

func TestLintCountsWhatCanBeP1(t *testing.T) {
	few := catalog(t, []sla.SLA{about("p", sla.Primary, "mart"), about("s", sla.Secondary, "two")}, sla.Feeds("raw", "mart"), sla.Feeds("a"), sla.Feeds("b"))
	many := catalog(t, []sla.SLA{about("p", sla.Primary, "mart"), about("s", sla.Secondary, "two")}, sla.Feeds("raw", "stg", "mart"))
	assert.Empty(t, newClassifier(few).Lint())
	assert.Empty(t, new(priority.Classifier).Lint())
	assert.Equal(t, []string{"catalog: 3 of 4 assets can be P1"}, lines(newClassifier(many).Lint()))

	up := modified(t, priority.Modifier{Name: "up", Asset: "two"}, priority.Modifier{Name: "down", Asset: "two", Lower: true})
	for least, want := range map[priority.Priority]int{priority.P1: 2, priority.P2: 5, priority.P3: 5, priority.P1 + 1: 0} {
		got, all := newClassifier(few, withMatrix(up)).Reachable(least)
		assert.Equal(t, want, got, least)
		assert.Equal(t, 5, all)
	}
	got, _ := newClassifier(few).Reachable(priority.P2)
	assert.Equal(t, 3, got)
	table, err := priority.NewMatrix([]priority.ImpactLevel{{Name: "any"}}, []priority.UrgencyLevel{{Name: "any"}}, [][]priority.Priority{{priority.P1}})
	require.NoError(t, err)
	assert.Equal(t, []string{"catalog: 5 of 5 assets can be P1"}, lines(newClassifier(few, withMatrix(table)).Lint()))
}

// An urgency whose conditions are never met according to Lint gets no signal without a claim, and
// any other one does.
func TestLintIsRight(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	unreached := 0
	for range 500 {
		table := randomTable(random)
		reached := map[string]bool{}
		c := newClassifier(catalog(t, nil, sla.Feeds("x")), withMatrix(table))
		for severity := priority.SeverityInfo; severity <= priority.SeverityCritical; severity++ {
			for left := range 10 {
				s := priority.Signal{Asset: "x", Severity: severity, At: at, Due: at.Add(time.Duration(left) * 30 * time.Minute)}
				_, urgency := levels(c.Classify(s))
				reached[urgency] = true
			}
		}
		lint := strings.Join(lines(table.Lint()), "\n")
		for i, column := range table.Urgencies() {
			place := fmt.Sprintf("urgencies[%d]: %q: ", i, column.Name)
			said := strings.Count(lint, place+"an earlier") + 2*strings.Count(lint, place+"only a claim")
			conditions := len(slices.DeleteFunc([]bool{column.Severity != 0, column.TimeLeft > 0}, func(b bool) bool { return !b }))
			dead := said >= 2 || conditions == 1 && said == 1
			require.Equal(t, dead, !reached[column.Name], "%+v\n%s", table.Urgencies(), lint)
			if dead {
				unreached++
			}
		}
	}
	assert.Greater(t, unreached, 50)
}
