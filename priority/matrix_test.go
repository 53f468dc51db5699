package priority_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A matrix is one table of testdata/impact_urgency_matrix.json, which names its sources.
type matrix struct {
	ID      string
	Impact  []string
	Urgency []string
	Rows    [][]string
}

// matrices reads the nine cells of ServiceNow's look-up and its two alternative tables of 5 by 4.
func matrices(t testing.TB) []matrix {
	var file struct {
		Cases []struct {
			Given  struct{ Impact, Urgency string }
			Expect struct{ Priority string }
		}
		Alternatives []matrix `json:"alternative_tables"`
	}
	data, err := os.ReadFile("testdata/impact_urgency_matrix.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &file))
	require.Len(t, file.Cases, 9)
	three := []string{"1 - High", "2 - Medium", "3 - Low"}
	itil := matrix{ID: "itil", Impact: three, Urgency: three, Rows: [][]string{{}, {}, {}}}
	for i, c := range file.Cases {
		require.Equal(t, three[i/3], c.Given.Impact)
		require.Equal(t, three[i%3], c.Given.Urgency)
		itil.Rows[i/3] = append(itil.Rows[i/3], c.Expect.Priority)
	}
	return append([]matrix{itil}, file.Alternatives...)
}

// level reads the number before a label such as "3 - Moderate" as a priority.
func level(t testing.TB, label string) (p priority.Priority) {
	number, _, _ := strings.Cut(label, " ")
	require.NoError(t, p.UnmarshalText([]byte("P"+number)), label)
	return p
}

// table builds the caller's own table from a matrix, as data.
func (m matrix) table(t testing.TB) priority.Matrix {
	data := struct {
		Rows    []map[string]string   `json:"impacts"`
		Columns []map[string]string   `json:"urgencies"`
		Cells   [][]priority.Priority `json:"cells"`
	}{}
	for _, name := range m.Impact {
		data.Rows = append(data.Rows, map[string]string{"name": name})
	}
	for _, name := range m.Urgency {
		data.Columns = append(data.Columns, map[string]string{"name": name})
	}
	for _, row := range m.Rows {
		var cells []priority.Priority
		for _, label := range row {
			cells = append(cells, level(t, label))
		}
		data.Cells = append(data.Cells, cells)
	}
	text, err := json.Marshal(data)
	require.NoError(t, err)
	var table priority.Matrix
	require.NoError(t, json.Unmarshal(text, &table))
	return table
}

func TestTheZeroMatrixIsServiceNows(t *testing.T) {
	itil := matrices(t)[0]
	for r, row := range itil.Rows {
		for c, label := range row {
			p, ok := priority.Matrix{}.Cell(r, c)
			assert.True(t, ok)
			assert.Equal(t, level(t, label), p, "%s by %s", itil.Impact[r], itil.Urgency[c])
		}
	}
	for _, at := range [][2]int{{-1, 0}, {0, -1}, {3, 0}, {0, 3}} {
		_, ok := priority.Matrix{}.Cell(at[0], at[1])
		assert.False(t, ok)
	}
}

// three returns the parts of a sound table, to be broken.
func three() ([]priority.ImpactLevel, []priority.UrgencyLevel, [][]priority.Priority) {
	return []priority.ImpactLevel{{Name: "high", Tiers: []sla.Tier{sla.Primary}}, {Name: "mid", Tiers: []sla.Tier{sla.Secondary}}, {Name: "low"}},
		[]priority.UrgencyLevel{{Name: "now", Severity: priority.SeverityError, TimeLeft: time.Hour}, {Name: "soon", TimeLeft: 4 * time.Hour}, {Name: "later"}},
		[][]priority.Priority{{priority.P1, priority.P2, priority.P3}, {priority.P2, priority.P3, priority.P4}, {priority.P3, priority.P4, priority.P5}}
}

func TestNewMatrixNamesEveryFault(t *testing.T) {
	type parts struct {
		rows    []priority.ImpactLevel
		columns []priority.UrgencyLevel
		cells   [][]priority.Priority
	}
	for name, test := range map[string]struct {
		spoil func(*parts)
		want  []string
	}{
		"nothing at all": {func(p *parts) { *p = parts{} },
			[]string{"impacts: a matrix needs at least one", "urgencies: a matrix needs at least one"}},
		"a hole at the end of a row": {func(p *parts) { p.cells[1] = p.cells[1][:2] },
			[]string{"cells[1][2]: missing"}},
		"a missing row": {func(p *parts) { p.cells = p.cells[:2] },
			[]string{"cells[2][0]: missing", "cells[2][1]: missing", "cells[2][2]: missing"}},
		"a cell too many": {func(p *parts) { p.cells[0] = append(p.cells[0], priority.P5) },
			[]string{"cells[0][3]: outside the matrix of 3 by 3"}},
		"a row too many": {func(p *parts) { p.cells = append(p.cells, []priority.Priority{priority.P5}) },
			[]string{"cells[3][0]: outside the matrix of 3 by 3"}},
		"more urgent though its impact is lower": {func(p *parts) { p.cells[2][0] = priority.P1 },
			[]string{"cells[2][0]: P1 is more urgent than cells[1][0], P2, though its impact is lower"}},
		"more urgent though its urgency is lower": {func(p *parts) { p.cells[0][1] = priority.P4; p.cells[1][1] = priority.P4 },
			[]string{"cells[0][2]: P3 is more urgent than cells[0][1], P4, though its urgency is lower"}},
		"above P1": {func(p *parts) { p.cells[0][0] = priority.P1 + 1 },
			[]string{"cells[0][0]: P1+1 is above P1"}},
		"names empty and twice": {func(p *parts) { p.rows[0].Name = ""; p.columns[2].Name = "now" },
			[]string{"impacts[0].name: empty", `urgencies[2].name: "now" is already the name of urgencies[0]`}},
		"a tier twice": {func(p *parts) { p.rows[1].Tiers = []sla.Tier{sla.Primary} },
			[]string{"impacts[1].tiers: primary is already listed in impacts[0]"}},
		"tiers upside down": {func(p *parts) {
			p.rows[0].Tiers, p.rows[1].Tiers = []sla.Tier{sla.Secondary}, []sla.Tier{sla.Primary}
		},
			[]string{"impacts[1].tiers: primary stands below the less important secondary"}},
		"a tier that is none": {func(p *parts) { p.rows[1].Tiers = []sla.Tier{7} },
			[]string{"impacts[1].tiers: 7 is not a tier"}},
		"conditions on the last": {func(p *parts) { p.rows[2].Tiers = []sla.Tier{sla.Tertiary}; p.columns[2].TimeLeft = 1 },
			[]string{"impacts[2].tiers: the last impact takes whatever is left and lists no tier",
				"urgencies[2]: the last urgency takes whatever is left and has no condition"}},
		"conditions out of range": {func(p *parts) { p.columns[0].TimeLeft = -1; p.columns[1].Severity = 9 },
			[]string{"urgencies[0].time_left: -1ns is negative", "urgencies[1].severity: 9 is not a severity"}},
	} {
		t.Run(name, func(t *testing.T) {
			var p parts
			p.rows, p.columns, p.cells = three()
			test.spoil(&p)
			_, err := priority.NewMatrix(p.rows, p.columns, p.cells)
			require.Error(t, err)
			assert.Equal(t, strings.Join(test.want, "\n"), err.Error())
			var fault *sla.FieldError
			require.True(t, errors.As(err, &fault))
			assert.True(t, strings.HasPrefix(test.want[0], fault.Path+": "))
		})
	}
}

func TestMatrixIsACopyBothWays(t *testing.T) {
	rows, columns, cells := three()
	table, err := priority.NewMatrix(rows, columns, cells)
	require.NoError(t, err)
	rows[0].Name, rows[0].Tiers[0], columns[0].Name, cells[0][0] = "x", sla.Tertiary, "x", priority.P5
	table.Impacts()[1].Tiers[0] = sla.Primary
	table.Urgencies()[1].Name = "x"
	rows, columns, cells = three()
	again, err := priority.NewMatrix(rows, columns, cells)
	require.NoError(t, err)
	assert.True(t, table.Equal(again))
	assert.False(t, table.Equal(priority.Matrix{}))
}

func TestMatrixJSONReadsBack(t *testing.T) {
	tables := []priority.Matrix{{}}
	for _, m := range matrices(t) {
		tables = append(tables, m.table(t))
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		tables = append(tables, randomTable(random))
	}
	for _, table := range tables {
		text, err := json.Marshal(table)
		require.NoError(t, err)
		var again priority.Matrix
		require.NoError(t, json.Unmarshal(text, &again), string(text))
		assert.True(t, table.Equal(again), string(text))
	}
}

func TestMatrixJSONRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"impacts":[{"name":"a"}],"urgencies":[{"name":"b"}],"cells":[[null]]}`:                                         "cells[0][0]: missing",
		`{"impacts":[{"name":"a"}],"urgencies":[{"name":"b"}],"cells":[]}`:                                               "cells[0][0]: missing",
		`{"impacts":[{"name":"a"}],"urgencies":[{"name":"b"}],"cells":[["P7x"]]}`:                                        `"P7x" is not a priority`,
		`{"impacts":[{"name":"a"}],"urgencies":[{"name":"b","time_left":"soon"}],"cells":[["P1"]]}`:                      `urgencies[0].time_left: "soon" is not a duration such as "5m", "1h30m" or "7d" (line 1, offset 63)`,
		`{"impacts":[{"name":"a","tier":"x"}],"urgencies":[{"name":"b"}],"cells":[["P1"]]}`:                              `impacts[0].tier: unknown field: want name, tiers (line 1, offset 24)`,
		`{"impacts":[{"name":"a","tiers":["x"]}],"urgencies":[{"name":"b"}],"cells":[["P1"]]}`:                           `"x" is none of primary, secondary, tertiary`,
		`{"impacts":[{"name":"a"}],"urgencies":[{"name":"b"}],"cells":[["P1"]],"modifier":true}`:                         `modifier: unknown field: want impacts, urgencies, cells, modifiers (line 1, offset 70)`,
		`{"impacts":[{"name":"a"}],"urgencies":[{"name":"b"}],"cells":[["P1"]],"modifiers":[{"name":"x","raise":true}]}`: `modifiers[0].raise: unknown field: want name, lower,`,
		`{"impacts":[{"name":"a"}],"urgencies":[{"name":"b"}],"cells":[["P1"]],"modifiers":[{"lower":true}]}`:            `modifiers[0].name: empty`,
		`null`: "want an object, not null (line 1, offset 0)",
		`7`:    "want an object, not 7 (line 1, offset 0)",
	} {
		var table priority.Matrix
		assert.ErrorContains(t, json.Unmarshal([]byte(text), &table), want, text)
		assert.True(t, table.Equal(priority.Matrix{}), "an error leaves the matrix alone")
	}
	var table priority.Matrix
	assert.ErrorContains(t, table.UnmarshalJSON([]byte(`{"impacts":[{"name":"a"}],"urgencies":[{"name":"b"}],"cells":[["P1"]]} {}`)), "want the end of the text, not '{' (line 1, offset 71)")
}

// randomTable returns a sound table of any size, with any conditions.
func randomTable(random *rand.Rand) priority.Matrix {
	rows, columns := make([]priority.ImpactLevel, 1+random.IntN(6)), make([]priority.UrgencyLevel, 1+random.IntN(6))
	tier := sla.Primary
	for i := range rows {
		rows[i].Name = string(rune('a' + i))
		for i < len(rows)-1 && tier <= sla.Tertiary && random.IntN(2) == 0 {
			rows[i].Tiers = append(rows[i].Tiers, tier)
			tier++
		}
	}
	for i := range columns {
		columns[i].Name = string(rune('A' + i))
		if i < len(columns)-1 {
			columns[i].Severity = priority.Severity(random.IntN(5))
			columns[i].TimeLeft = time.Duration(random.IntN(4)) * time.Hour
		}
	}
	cells := make([][]priority.Priority, len(rows))
	for r := range cells {
		cells[r] = make([]priority.Priority, len(columns))
		for c := range cells[r] {
			most := priority.P1
			if r > 0 {
				most = min(most, cells[r-1][c])
			}
			if c > 0 {
				most = min(most, cells[r][c-1])
			}
			cells[r][c] = most - priority.Priority(random.IntN(4))
		}
	}
	table, err := priority.NewMatrix(rows, columns, cells)
	if err == nil {
		table, err = table.With(randomModifiers(random)...)
	}
	if err != nil {
		panic(err)
	}
	return table
}

func FuzzMatrixJSON(f *testing.F) {
	for _, m := range matrices(f) {
		text, err := json.Marshal(m.table(f))
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{"impacts":[{"name":"a"}],"urgencies":[{"name":"b"}],"cells":[["P3"]],"modifiers":[{"name":"m","lower":true,"kinds":["burn"],"dimensions":{"k":"v"},"tier":"tertiary","hours":"Mon-Fri 09:00-17:00","closed":true}]}`))
	f.Add([]byte(`{"impacts":[{"name":"a","tiers":["primary"]},{"name":"b"}],"urgencies":[{"name":"c","time_left":"1h","severity":"ERROR"},{"name":"d"}],"cells":[["P1",null],["P2","P3"]]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var table, again priority.Matrix
		if json.Unmarshal(text, &table) != nil {
			return
		}
		out, err := json.Marshal(table)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(out, &again), string(out))
		require.True(t, table.Equal(again), string(out))
	})
}

// One slip is one fault: what cannot be read is not missing as well, and its neighbors are not
// compared with it.
func TestOneSlipInAMatrixIsOneFault(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"a cell that is no priority": {
			`{"impacts":[{"name":"a"}],"urgencies":[{"name":"b"},{"name":"c"}],"cells":[["x","P2"]]}`,
			`cells[0][0]: "x" is not a priority such as "P1" or "P2+2": it does not begin with P (line 1, offset 76)`,
		},
		"no impacts": {
			"{\n\"impacts\":[],\"urgencies\":[{\"name\":\"b\"}],\"cells\":[[\"P1\"]]}",
			`impacts: a matrix needs at least one (line 2, offset 12)`,
		},
		"a dimension twice": {
			`{"impacts":[{"name":"a"}],"urgencies":[{"name":"b"}],"cells":[["P1"]],` +
				`"modifiers":[{"name":"m","dimensions":{"env":"x","env":"y"}}]}`,
			`modifiers[0].dimensions.env: comes twice (line 1, offset 119)`,
		},
		"a dimension that is no text": {
			`{"impacts":[{"name":"a"}],"urgencies":[{"name":"b"}],"cells":[["P1"]],` +
				`"modifiers":[{"name":"m","dimensions":{"env":1}}]}`,
			`modifiers[0].dimensions.env: want text in quotes, not 1 (line 1, offset 115)`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var matrix priority.Matrix
			assert.EqualError(t, json.Unmarshal([]byte(test.text), &matrix), test.want)
			assert.True(t, matrix.Equal(priority.Matrix{}))
		})
	}
}
