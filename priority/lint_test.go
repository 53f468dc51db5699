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
	assert.Empty(t, priority.Table{}.Lint())
	rows := []priority.Row{{Name: "high", Tiers: []sla.Tier{sla.Primary}}, {Name: "spare"}, {Name: "low"}}
	columns := []priority.Column{
		{Name: "now", Severity: priority.SeverityError, Left: time.Hour}, {Name: "worse", Severity: priority.SeverityCritical, Left: time.Hour},
		{Name: "said"}, {Name: "any", Severity: priority.SeverityInfo}, {Name: "later"},
	}
	p2, p3, p4 := priority.P2, priority.P3, priority.P4
	table, err := priority.NewTable(rows, columns, [][]priority.Priority{{p2, p2, p2, p3, p4}, {p2, p2, p2, p3, p4}, {p3, p3, p3, p4, p4}})
	require.NoError(t, err)
	assert.Equal(t, []string{
		`rows[1] "spare": no tier: only a claim reaches it`,
		`rows[1] "spare": the same cells as the row before`,
		`columns[1] "worse": an earlier column takes every signal of severity critical`,
		`columns[1] "worse": an earlier column takes every signal due in 1h0m0s`,
		`columns[1] "worse": the same cells as the column before`,
		`columns[2] "said": only a claim reaches it`,
		`columns[2] "said": the same cells as the column before`,
		`columns[4] "later": only a claim reaches it`,
	}, table.Lint())
}

func TestLintCountsWhatCanBeP1(t *testing.T) {
	few := catalog(t, []sla.SLA{about("p", sla.Primary, "mart"), about("s", sla.Secondary, "two")}, sla.Feeds("raw", "mart"), sla.Feeds("a"), sla.Feeds("b"))
	many := catalog(t, []sla.SLA{about("p", sla.Primary, "mart"), about("s", sla.Secondary, "two")}, sla.Feeds("raw", "stg", "mart"))
	assert.Empty(t, priority.NewClassifier(few).Lint())
	assert.Empty(t, new(priority.Classifier).Lint())
	assert.Equal(t, []string{"catalog: 3 of 4 assets can be P1"}, priority.NewClassifier(many).Lint())

	up := modified(t, priority.Modifier{Name: "up", Asset: "two"}, priority.Modifier{Name: "down", Asset: "two", Lower: true})
	for least, want := range map[priority.Priority]int{priority.P1: 2, priority.P2: 5, priority.P3: 5, priority.P1 + 1: 0} {
		got, all := priority.NewClassifier(few, priority.WithTable(up)).Reachable(least)
		assert.Equal(t, want, got, least)
		assert.Equal(t, 5, all)
	}
	got, _ := priority.NewClassifier(few).Reachable(priority.P2)
	assert.Equal(t, 3, got)
	table, err := priority.NewTable([]priority.Row{{Name: "any"}}, []priority.Column{{Name: "any"}}, [][]priority.Priority{{priority.P1}})
	require.NoError(t, err)
	assert.Equal(t, []string{"catalog: 5 of 5 assets can be P1"}, priority.NewClassifier(few, priority.WithTable(table)).Lint())
}

// A column of which lint says that its conditions are never met gets no signal without a claim, and any other one does.
func TestLintIsRight(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	unreached := 0
	for range 500 {
		table := randomTable(random)
		reached := map[string]bool{}
		c := priority.NewClassifier(catalog(t, nil, sla.Feeds("x")), priority.WithTable(table))
		for severity := priority.SeverityInfo; severity <= priority.SeverityCritical; severity++ {
			for left := range 10 {
				s := priority.Signal{Asset: "x", Severity: severity, At: at, Due: at.Add(time.Duration(left) * 30 * time.Minute)}
				_, urgency := c.Classify(s).Cell()
				reached[urgency] = true
			}
		}
		lint := strings.Join(table.Lint(), "\n")
		for i, column := range table.Columns() {
			place := fmt.Sprintf("columns[%d] %q: ", i, column.Name)
			said := strings.Count(lint, place+"an earlier") + 2*strings.Count(lint, place+"only a claim")
			conditions := len(slices.DeleteFunc([]bool{column.Severity != 0, column.Left > 0}, func(b bool) bool { return !b }))
			dead := said >= 2 || conditions == 1 && said == 1
			require.Equal(t, dead, !reached[column.Name], "%+v\n%s", table.Columns(), lint)
			if dead {
				unreached++
			}
		}
	}
	assert.Greater(t, unreached, 50)
}
